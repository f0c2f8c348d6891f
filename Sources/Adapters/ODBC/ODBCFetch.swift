import CODBC

/// Fetches the rows of a statement that has run, every value as text.
///
/// Row by row where the driver gives UTF-8 and lets a value that is too long be asked for besides
/// (``ODBCBoundRow``), value by value elsewhere.
struct ODBCFetch {
  /// Characters of one value that are taken; a longer one is a fault.
  static let mostCharacters = 1 << 20
  /// Bytes of all values together that are taken; more are a fault.
  static let mostBytes = 512 << 20

  private let statement: SQLHANDLE?
  private let database: ODBCDatabase
  private let mostRows: Int
  private let isCancelled: () -> Bool

  /// - Parameters:
  ///   - mostRows: More are a fault.
  ///   - isCancelled: Whether nobody wants the rest, which the driver may not have been told.
  init(
    _ statement: SQLHANDLE?, database: ODBCDatabase, mostRows: Int,
    isCancelled: @escaping () -> Bool
  ) {
    self.statement = statement
    self.database = database
    self.mostRows = mostRows
    self.isCancelled = isCancelled
  }

  /// All rows.
  ///
  /// - Parameter fault: What went wrong, by the driver's own account.
  func table(fault: () -> ODBCFault) throws(ODBCFault) -> ODBCTable {
    var count: SQLSMALLINT = 0
    SQLNumResultCols(statement, &count)
    guard count > 0 else { throw .noColumns }
    let columns = (1...count).map { column(SQLUSMALLINT($0)) }
    let width = columns.count
    let buffer = UnsafeMutableBufferPointer<UInt16>.allocate(capacity: 256)
    defer { buffer.deallocate() }
    let row = database.speaksUTF8 ? ODBCBoundRow(statement, width: width) : nil
    let padded = columns.map(\.isPadded)
    var values: [String?] = []
    var taken = 0
    var rows = 0
    while true {
      if rows % 256 == 0, isCancelled() { throw .cancelled }
      let answer = SQLFetch(statement)
      if Int32(answer) == SQL_NO_DATA {
        return ODBCTable(columns: columns, values: values)
      }
      guard ODBCNumber.isSuccess(answer) else { throw fault() }
      rows += 1
      guard rows <= mostRows else { throw .tooManyRows(mostRows) }
      for index in 0..<width {
        var value: String?
        switch row?[index] {
        case .null: value = nil
        case .text(let text): value = text
        case .long, nil: value = try self.value(index, of: columns, in: buffer, fault: fault)
        }
        if padded[index] {
          while value?.last == " " { value?.removeLast() }
        }
        taken += value?.utf8.count ?? 0
        values.append(value)
      }
      guard taken <= Self.mostBytes else { throw .tooMuch(Self.mostBytes) }
    }
  }

  /// One value, in as many parts as the buffer makes of it.
  private func value(
    _ index: Int, of columns: [ODBCColumn], in buffer: UnsafeMutableBufferPointer<UInt16>,
    fault: () -> ODBCFault
  ) throws(ODBCFault) -> String? {
    let room = buffer.count - 1
    var long: [UInt16] = []
    while true {
      var length: SQLLEN = 0
      let answer = SQLGetData(
        statement, SQLUSMALLINT(index + 1), SQLSMALLINT(SQL_C_WCHAR), buffer.baseAddress,
        SQLLEN(buffer.count * 2), &length)
      if Int32(answer) == SQL_NO_DATA { return String(decoding: long, as: UTF16.self) }
      guard ODBCNumber.isSuccess(answer) else { throw fault() }
      if length == SQLLEN(SQL_NULL_DATA) { return nil }
      if length >= 0, length <= room * 2 {
        let part = buffer[..<(Int(length) / 2)]
        if long.isEmpty { return String(decoding: part, as: UTF16.self) }
        return String(decoding: long + part, as: UTF16.self)
      }
      long += buffer[..<room].prefix { $0 != 0 }
      guard long.count <= Self.mostCharacters else {
        throw .tooLong(column: columns[index].name)
      }
    }
  }

  private func column(_ index: SQLUSMALLINT) -> ODBCColumn {
    var name = [SQLWCHAR](repeating: 0, count: 256)
    var length: SQLSMALLINT = 0
    var code: SQLSMALLINT = 0
    var size: SQLULEN = 0
    var digits: SQLSMALLINT = 0
    var nullable: SQLSMALLINT = 0
    SQLDescribeColW(
      statement, index, &name, SQLSMALLINT(name.count), &length, &code, &size, &digits, &nullable)
    var type = [SQLWCHAR](repeating: 0, count: 128)
    SQLColAttributeW(
      statement, index, SQLUSMALLINT(SQL_DESC_TYPE_NAME), &type, SQLSMALLINT(type.count * 2),
      &length, nil)
    return ODBCColumn(
      name: ODBCNumber.text(name), code: Int(code), typeName: ODBCNumber.text(type),
      isMySQL: database.isMySQL)
  }
}
