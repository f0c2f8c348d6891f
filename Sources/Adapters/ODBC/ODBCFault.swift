/// What the driver manager or a driver says of a call that failed.
struct ODBCDiagnostic: Hashable, Sendable {
  /// The five characters of the SQL standard: `42P01`.
  var state: String
  /// The database's own number of the error.
  var native: Int32
  /// The driver's words. They may quote values: shown only where they can hold none.
  var words: String
}

/// Why a piece of work on a connection failed, before it is put into words for people.
enum ODBCFault: Error, Hashable, Sendable {
  /// The connection could not be opened.
  case cannotConnect(ODBCDiagnostic)
  /// The connection could not be made to read only, so nothing was read.
  case notReadOnly(ODBCDiagnostic)
  /// The statement failed.
  case failed(ODBCDiagnostic)
  /// The connection broke while it was used.
  case lost(ODBCDiagnostic)
  /// The call was given up before its statement began.
  case cancelled
  /// The statement gave no table at all.
  case noColumns
  /// The answer has more rows than are taken.
  case tooManyRows(Int)
  /// The answer has more bytes than are taken.
  case tooMuch(Int)
  /// A value has more characters than are taken.
  case tooLong(column: String)
}
