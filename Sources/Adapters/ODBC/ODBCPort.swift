import AdapterKit
import DealModel
import Synchronization

/// What the adapter asks the database through: connections, threads, deadlines and reports.
///
/// Deadlines are kept by real time, because a real database and real threads cannot be played back.
/// All methods throw ``SystemError`` or `CancellationError`, nothing else.
struct ODBCPort: Sendable {
  /// The most rows of one answer.
  static let mostRows = 1_000_000

  let connection: ODBCConnection
  let errors: ODBCErrors
  private let system: ConfiguredSystem
  private let pool: ODBCPool
  private let time: any TimeSource
  private let observer: any CallObserver

  init(_ context: AdapterContext) throws {
    system = context.system
    time = context.time
    observer = context.observer
    connection = try ODBCConnection(context)
    errors = ODBCErrors(system: context.system, connection: connection)
    pool = ODBCPool(places: context.system.settings.integer("concurrency") ?? 2)
  }

  /// What an exchange with the database brought.
  struct Answer: Sendable {
    var table: ODBCTable
    /// The database, by what it calls itself.
    var database: ODBCDatabase
  }

  /// The rows of a statement.
  ///
  /// - Parameter setting: Where the statement stands: `records.invoices`.
  func table(_ statement: BoundStatement, _ setting: String) async throws -> ODBCTable {
    try await answer(setting) { _ in statement }.table
  }

  /// The rows of a statement that depends on the database.
  func answer(
    _ setting: String, _ statement: @escaping @Sendable (ODBCDatabase) -> BoundStatement
  ) async throws -> Answer {
    let operation = "SQL \(setting)"
    return try await withThrowingTaskGroup(of: Answer?.self) { group in
      group.addTask { try await repeated(operation, statement) }
      group.addTask {
        try await Task.sleep(for: system.callDeadline)
        return nil
      }
      defer { group.cancelAll() }
      if let first = try await group.next(), let answer = first { return answer }
      let error = errors.late(operation)
      report(operation, began: time.now().adding(.zero - system.callDeadline), error: error)
      throw error
    }
  }

  /// Ends every connection.
  func close() async { await pool.close() }

  // MARK: One exchange

  /// Asks again once when a connection that had stood idle turns out to be broken: the database was
  /// started anew since.
  private func repeated(
    _ operation: String, _ statement: @escaping @Sendable (ODBCDatabase) -> BoundStatement
  ) async throws -> Answer {
    let first = try await exchange(operation, statement, isFresh: false)
    if first.isStale {
      return try await exchange(operation, statement, isFresh: true).result.get()
    }
    return try first.result.get()
  }

  private struct Outcome: Sendable {
    var result: Result<Answer, SystemError>
    /// Whether a connection that had been used before was broken.
    var isStale = false
  }

  private func exchange(
    _ operation: String, _ statement: @escaping @Sendable (ODBCDatabase) -> BoundStatement,
    isFresh: Bool
  ) async throws -> Outcome {
    let ticket = try await pool.enter(isFresh: isFresh)
    let credentials: Secret?
    do {
      let isSure = ticket.session.map { !$0.database.isFile } ?? false
      credentials = isSure ? nil : try await connection.string()
    } catch {
      await pool.leave(ticket.id, with: ticket.session)
      throw error
    }
    let began = time.now()
    let visit = ODBCVisit(
      session: ticket.session, path: connection.file, timeout: system.callDeadline)
    let work = Task<ODBCVisit.Outcome, any Error> {
      let outcome = await DetachedThread.run {
        visit.run(statement, credentials: credentials, mostRows: Self.mostRows)
      }
      await pool.leave(ticket.id, with: outcome.session)
      return outcome
    }
    let outcome = try await withTaskCancellationHandler {
      try await Joining.value(of: work)
    } onCancel: {
      // Cancelling may have to send a message of its own, so it blocks, too.
      Task {
        await pool.abandon(ticket.id)
        await DetachedThread.run { visit.cancel() }
      }
    }
    try Task.checkCancellation()
    return judged(outcome, operation, began: began)
  }

  private func judged(
    _ outcome: ODBCVisit.Outcome, _ operation: String, began: Timestamp
  ) -> Outcome {
    switch outcome.result {
    case .success(let answer):
      report(operation, began: began, statement: outcome.sql, table: answer.table)
      return Outcome(result: .success(answer))
    case .failure(let fault):
      let error = errors.error(fault, operation)
      report(operation, began: began, statement: outcome.sql, error: error)
      let isLost = if case .lost = fault { true } else { false }
      return Outcome(result: .failure(error), isStale: isLost && outcome.wasUsed)
    }
  }

  private func report(
    _ operation: String, began: Timestamp, statement: String = "", table: ODBCTable? = nil,
    error: SystemError? = nil
  ) {
    let report = CallReport(
      system: system.name, operation: operation, began: began,
      duration: began.duration(to: time.now()), error: error)
    observer.callEnded(report)
    ExchangeRecorder.current?.note(
      report, question: statement.isEmpty ? operation : statement,
      answer: (table?.text(mostRows: 500)).map { Array($0.utf8) })
  }
}

/// One call's time on a connection: connects where there is none, runs, and can be cancelled from
/// another thread.
final class ODBCVisit: Sendable {
  struct Outcome: Sendable {
    var result: Result<ODBCPort.Answer, ODBCFault>
    /// The connection, when it can be used again.
    var session: ODBCSession?
    /// Whether the connection had served another call before.
    var wasUsed = false
    /// What was run.
    var sql = ""
  }

  private struct State {
    var session: ODBCSession?
    var isCancelled = false
  }

  private let state: Mutex<State>
  /// The database's file, where it is one.
  private let path: String?
  private let timeout: Int

  init(session: ODBCSession?, path: String?, timeout: Duration) {
    session?.lend()
    self.path = path
    state = Mutex(State(session: session))
    self.timeout = max(1, Int(clamping: timeout.components.seconds))
  }

  /// Blocks until the database has answered.
  func run(
    _ statement: (ODBCDatabase) -> BoundStatement, credentials: Secret?, mostRows: Int
  ) -> Outcome {
    let session: ODBCSession
    do throws(ODBCFault) { session = try self.session(credentials) } catch {
      return Outcome(result: .failure(error))
    }
    let wasUsed = session.isUsed
    let bound = statement(session.database)
    do throws(ODBCFault) {
      let table = try session.table(bound, timeout: timeout, mostRows: mostRows)
      forget()
      return Outcome(
        result: .success(ODBCPort.Answer(table: table, database: session.database)),
        session: kept(session), wasUsed: wasUsed, sql: bound.sql)
    } catch {
      forget()
      var outcome = Outcome(result: .failure(error), wasUsed: wasUsed, sql: bound.sql)
      if case .lost = error { session.close() } else { outcome.session = kept(session) }
      return outcome
    }
  }

  private func kept(_ session: ODBCSession) -> ODBCSession? {
    if !session.database.isFile || session.file != nil { return session }
    session.close()
    return nil
  }

  /// Ends what runs, or keeps it from beginning.
  func cancel() {
    state.withLock { state in
      state.isCancelled = true
      state.session?.cancel()
    }
  }

  private func session(_ credentials: Secret?) throws(ODBCFault) -> ODBCSession {
    let file = path.flatMap { ODBCFile(path: $0) }
    if let session = state.withLock({ $0.session }) {
      if !session.database.isFile || session.file == file { return session }
      forget()
      session.close()
    }
    guard let credentials else { throw .cancelled }
    let session = try ODBCSession(
      connectionString: credentials, file: file, loginTimeout: min(timeout, 10))
    state.withLock { state in
      state.session = session
      if state.isCancelled { session.cancel() }
    }
    return session
  }

  /// The connection goes to another call: a cancellation that comes late must not meet it.
  private func forget() { state.withLock { $0.session = nil } }
}
