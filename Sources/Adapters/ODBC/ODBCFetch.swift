import CODBC

/// Fetches the rows of a statement that has run, every value as text.
struct ODBCFetch {
  /// Characters of one value that are taken; a longer one is a fault.
  static let mostCharacters = 1 << 20

  private let statement: SQLHANDLE?
  private let isMySQL: Bool
  private let mostRows: Int

  init(_ statement: SQLHANDLE?, isMySQL: Bool, mostRows: Int) {
    self.statement = statement
    self.isMySQL = isMySQL
    self.mostRows = mostRows
  }

  /// All rows.
  ///
  /// - Parameter fault: What went wrong, by the driver's own account.
  func table(fault: () -> ODBCFault) throws(ODBCFault) -> ODBCTable {
    var count: SQLSMALLINT = 0
    SQLNumResultCols(statement, &count)
    guard count > 0 else { throw .noColumns }
    var table = ODBCTable()
    for index in 1...count { table.columns.append(column(SQLUSMALLINT(index))) }
    let capacity = 256
    let buffer = UnsafeMutableBufferPointer<UInt16>.allocate(capacity: capacity)
    defer { buffer.deallocate() }
    while true {
      let answer = SQLFetch(statement)
      if Int32(answer) == SQL_NO_DATA { return table }
      guard ODBCNumber.isSuccess(answer) else { throw fault() }
      guard table.rowCount < mostRows else { throw .tooManyRows(mostRows) }
      for index in table.columns.indices {
        var value = try value(index, of: table.columns[index], in: buffer, fault: fault)
        if table.columns[index].isPadded {
          while value?.last == " " { value?.removeLast() }
        }
        table.values.append(value)
      }
    }
  }

  /// One value, in as many parts as the buffer makes of it.
  private func value(
    _ index: Int, of column: ODBCColumn, in buffer: UnsafeMutableBufferPointer<UInt16>,
    fault: () -> ODBCFault
  ) throws(ODBCFault) -> String? {
    var long: [UInt16] = []
    let room = buffer.count - 1
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
      guard long.count <= Self.mostCharacters else { throw .tooLong(column: column.name) }
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
      isMySQL: isMySQL)
  }
}
