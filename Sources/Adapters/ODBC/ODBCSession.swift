import AdapterKit
import CODBC
import Synchronization

/// One connection to a database, opened so that it can only read.
///
/// Every method but ``cancel()`` blocks and is called by one thread at a time.
///
/// `@unchecked Sendable`: the handles are set once, in `init`. ODBC lets a connection move from thread
/// to thread as long as one uses it at a time, which ``ODBCPool`` sees to by lending each session to
/// one call. Other threads only end what runs, by the statement under way or by the one that never
/// runs, and a lock sees to it that both are still there.
final class ODBCSession: @unchecked Sendable {
  private let environment: SQLHANDLE?
  private let connection: SQLHANDLE?
  /// A statement that never runs, by which the one that does is ended; `nil` where it is ended itself.
  private let canceller: SQLHANDLE?
  private let running = Mutex<Running>(Running())
  /// What the database calls itself: `PostgreSQL`.
  let database: ODBCDatabase
  /// The file it reads; `nil` for a server, and where the file is unknown.
  let file: ODBCFile?
  /// Whether a call has used it before.
  private(set) var isUsed = false

  private struct Running {
    // A handle is a pointer that only the lock's holder follows.
    nonisolated(unsafe) var statement: SQLHANDLE?
    var isCancelled = false
  }

  /// Opens a connection and makes it read only.
  ///
  /// - Parameters:
  ///   - connectionString: Holds the credentials; it is not kept.
  ///   - file: The file that stood there before it was opened.
  /// - Throws: ``ODBCFault``.
  init(
    connectionString: Secret, file: ODBCFile?, loginTimeout: Int
  ) throws(ODBCFault) {
    self.file = file
    var environment: SQLHANDLE?
    var connection: SQLHANDLE?
    SQLAllocHandle(SQLSMALLINT(SQL_HANDLE_ENV), nil, &environment)
    SQLSetEnvAttr(environment, SQL_ATTR_ODBC_VERSION, ODBCNumber.pointer(3), 0)
    SQLAllocHandle(SQLSMALLINT(SQL_HANDLE_DBC), environment, &connection)
    SQLSetConnectAttr(
      connection, SQL_ATTR_LOGIN_TIMEOUT, ODBCNumber.pointer(loginTimeout), 0)
    // A driver may take it for a hint or not know it: what the database itself enforces comes after.
    SQLSetConnectAttr(connection, SQL_ATTR_ACCESS_MODE, ODBCNumber.pointer(1), 0)
    var text = Array(connectionString.revealed().utf16) + [0]
    let answer = SQLDriverConnectW(
      connection, nil, &text, SQLSMALLINT(SQL_NTS), nil, 0, nil, SQLUSMALLINT(0))
    self.environment = environment
    self.connection = connection
    guard ODBCNumber.isSuccess(answer) else {
      database = ODBCDatabase(name: "")
      canceller = nil
      let diagnostic = Self.diagnostic(of: connection, kind: SQL_HANDLE_DBC)
      free(isConnected: false)
      throw .cannotConnect(diagnostic)
    }
    database = ODBCDatabase(name: Self.databaseName(of: connection))
    canceller = database.cancelFreesRows ? Self.statement(of: connection) : nil
    guard canceller != nil || !database.cancelFreesRows else {
      let diagnostic = Self.diagnostic(of: connection, kind: SQL_HANDLE_DBC)
      close()
      throw .cannotConnect(diagnostic)
    }
    for statement in database.opening {
      do throws(ODBCFault) { try execute(statement) } catch {
        let diagnostic = Self.diagnostic(of: connection, kind: SQL_HANDLE_DBC)
        close()
        if case .failed(let own) = error { throw .notReadOnly(own) }
        throw .notReadOnly(diagnostic)
      }
    }
    // From now on every statement stands in a transaction that is rolled back.
    let begun = SQLSetConnectAttr(connection, SQL_ATTR_AUTOCOMMIT, ODBCNumber.pointer(0), 0)
    // Without transactions there is nothing to roll back.
    guard ODBCNumber.isSuccess(begun) || Self.hasNoTransactions(connection) else {
      let diagnostic = Self.diagnostic(of: connection, kind: SQL_HANDLE_DBC)
      close()
      throw .notReadOnly(diagnostic)
    }
  }

  /// Runs one statement in a transaction of its own, which is rolled back.
  ///
  /// - Parameters:
  ///   - timeout: How many seconds the database is given, where it can count them.
  ///   - mostRows: More rows are a fault.
  /// - Throws: ``ODBCFault``.
  func table(
    _ statement: BoundStatement, timeout: Int, mostRows: Int
  ) throws(ODBCFault) -> ODBCTable {
    isUsed = true
    defer { SQLEndTran(SQLSMALLINT(SQL_HANDLE_DBC), connection, SQLSMALLINT(SQL_ROLLBACK)) }
    for opening in database.eachTransaction { try execute(opening) }
    let handle = try begin()
    defer { end(handle) }
    SQLSetStmtAttr(handle, SQL_ATTR_QUERY_TIMEOUT, ODBCNumber.pointer(timeout), 0)
    let parameters = ODBCParameters(statement.parameters)
    guard parameters.bind(to: handle) else { throw fault(of: handle) }
    let answer = run(statement.sql, on: handle)
    guard ODBCNumber.isSuccess(answer) || Int32(answer) == SQL_NO_DATA else {
      throw fault(of: handle)
    }
    let fetch = ODBCFetch(handle, database: database, mostRows: mostRows) {
      self.running.withLock { $0.isCancelled }
    }
    let table = try fetch.table(fault: { self.fault(of: handle) })
    // The driver may look at the parameters until the last row.
    _ = consume parameters
    return table
  }

  /// A new call may use it: what was cancelled before is forgotten. Called before the call's thread
  /// begins, so that no cancellation is lost.
  func lend() { running.withLock { $0.isCancelled = false } }

  /// Ends the statement under way, from any thread; one that was to begin then does not.
  func cancel() {
    running.withLock { running in
      running.isCancelled = true
      if let statement = running.statement { SQLCancel(canceller ?? statement) }
    }
  }

  /// Whether the connection still stands, as far as the driver knows.
  var isAlive: Bool {
    var dead: SQLINTEGER = 0
    let answer = SQLGetConnectAttr(connection, SQL_ATTR_CONNECTION_DEAD, &dead, 0, nil)
    return !ODBCNumber.isSuccess(answer) || dead == 0
  }

  /// Closes the connection. Nothing may be called afterwards.
  func close() { free(isConnected: true) }

  // MARK: Handles

  private func free(isConnected: Bool) {
    if let canceller { SQLFreeHandle(SQLSMALLINT(SQL_HANDLE_STMT), canceller) }
    if isConnected { SQLDisconnect(connection) }
    SQLFreeHandle(SQLSMALLINT(SQL_HANDLE_DBC), connection)
    SQLFreeHandle(SQLSMALLINT(SQL_HANDLE_ENV), environment)
  }

  private func begin() throws(ODBCFault) -> SQLHANDLE? {
    guard let handle = Self.statement(of: connection) else {
      throw .lost(Self.diagnostic(of: connection, kind: SQL_HANDLE_DBC))
    }
    // Nobody else has the handle yet; the lock's holder is the next.
    nonisolated(unsafe) let started = handle
    let mayRun = running.withLock { running in
      if !running.isCancelled { running.statement = started }
      return !running.isCancelled
    }
    guard mayRun else {
      end(handle)
      throw .cancelled
    }
    return handle
  }

  private static func statement(of connection: SQLHANDLE?) -> SQLHANDLE? {
    var handle: SQLHANDLE?
    let answer = SQLAllocHandle(SQLSMALLINT(SQL_HANDLE_STMT), connection, &handle)
    return ODBCNumber.isSuccess(answer) ? handle : nil
  }

  private func end(_ handle: SQLHANDLE?) {
    running.withLock { $0.statement = nil }
    SQLFreeHandle(SQLSMALLINT(SQL_HANDLE_STMT), handle)
  }

  /// Runs a statement without parameters and looks at no answer.
  private func execute(_ statement: String) throws(ODBCFault) {
    let handle = try begin()
    defer { end(handle) }
    let answer = run(statement, on: handle)
    guard ODBCNumber.isSuccess(answer) || Int32(answer) == SQL_NO_DATA else {
      throw fault(of: handle)
    }
  }

  /// To a driver without wide characters the driver manager hands the text over in the locale's, in
  /// which a name may not exist; bytes that are narrow already it leaves alone.
  private func run(_ sql: String, on handle: SQLHANDLE?) -> SQLRETURN {
    if database.speaksUTF8 {
      var text = Array(sql.utf8) + [0]
      return SQLExecDirect(handle, &text, SQLINTEGER(SQL_NTS))
    }
    var text = Array(sql.utf16) + [0]
    return SQLExecDirectW(handle, &text, SQLINTEGER(SQL_NTS))
  }

  private func fault(of handle: SQLHANDLE?) -> ODBCFault {
    let diagnostic = Self.diagnostic(of: handle, kind: SQL_HANDLE_STMT)
    let isLost =
      diagnostic.state.hasPrefix("08") || diagnostic.state.hasPrefix("57P") || !isAlive
    return isLost ? .lost(diagnostic) : .failed(diagnostic)
  }

  private static func diagnostic(of handle: SQLHANDLE?, kind: Int32) -> ODBCDiagnostic {
    var state = [SQLWCHAR](repeating: 0, count: 6)
    var words = [SQLWCHAR](repeating: 0, count: 1_024)
    var native: SQLINTEGER = 0
    var length: SQLSMALLINT = 0
    let answer = SQLGetDiagRecW(
      SQLSMALLINT(kind), handle, 1, &state, &native, &words, SQLSMALLINT(words.count), &length)
    guard ODBCNumber.isSuccess(answer) else {
      return ODBCDiagnostic(state: "HY000", native: 0, words: "")
    }
    return ODBCDiagnostic(
      state: ODBCNumber.text(state), native: native, words: ODBCNumber.text(words))
  }

  private static func hasNoTransactions(_ connection: SQLHANDLE?) -> Bool {
    var answer = SQLUSMALLINT.max
    var length: SQLSMALLINT = 0
    SQLGetInfoW(
      connection, SQLUSMALLINT(SQL_TXN_CAPABLE), &answer,
      SQLSMALLINT(MemoryLayout.size(ofValue: answer)),
      &length)
    return answer == SQLUSMALLINT(SQL_TC_NONE)
  }

  private static func databaseName(of connection: SQLHANDLE?) -> String {
    var name = [SQLWCHAR](repeating: 0, count: 128)
    var length: SQLSMALLINT = 0
    let answer = SQLGetInfoW(
      connection, SQLUSMALLINT(SQL_DBMS_NAME), &name, SQLSMALLINT(name.count * 2), &length)
    return ODBCNumber.isSuccess(answer) ? ODBCNumber.text(name) : ""
  }
}

/// Small matters of ODBC's C interface.
enum ODBCNumber {
  /// A number where ODBC takes a pointer.
  static func pointer(_ number: Int) -> SQLPOINTER? { SQLPOINTER(bitPattern: number) }

  static func isSuccess(_ answer: SQLRETURN) -> Bool {
    answer == SQLRETURN(SQL_SUCCESS) || answer == SQLRETURN(SQL_SUCCESS_WITH_INFO)
  }

  /// Text up to its zero.
  static func text(_ units: [SQLWCHAR]) -> String {
    String(decoding: units.prefix { $0 != 0 }, as: UTF16.self)
  }
}
