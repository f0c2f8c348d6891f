import DealModel
import GRDB

/// The history in SQLite. Every method waits for the disk: never called on a pool thread.
struct HistoryStore: Sendable {
  /// How long a writer waits for another process's writing.
  private static let patience = 2.0

  let path: String
  let queue: DatabaseQueue
  /// The file's number, to tell it from one that took its place; `nil` in memory.
  let fileNumber: UInt64?
  /// Tells one company's systems from another's.
  let company: CompanyKey
  /// This process among those that write.
  let recorder: Int64

  /// Opens the history, and makes it when there is none.
  ///
  /// - Parameters:
  ///   - path: `nil` for memory.
  ///   - recorder: What kind of process records, `dashboard` or `watch`.
  static func open(
    _ path: String?, company: CompanyKey, recorder kind: String, at now: Timestamp
  ) throws(HistoryFault) -> HistoryStore {
    if let path { try HistoryFile.prepare(path) }
    let name = path ?? "memory"
    return try storing(at: name) {
      var configuration = Configuration()
      configuration.busyMode = .timeout(patience)
      // Several processes share the file; in memory there is one.
      if path != nil { configuration.journalMode = .wal }
      configuration.prepareDatabase { database in
        // A crash of the machine may lose the last seconds; nothing waits for the disk.
        try database.execute(
          sql: """
            PRAGMA synchronous = NORMAL;
            PRAGMA max_page_count = \(HistorySchema.maximumPages);
            """)
      }
      let queue =
        try path.map { try DatabaseQueue(path: $0, configuration: configuration) }
        ?? DatabaseQueue(configuration: configuration)
      let recorder = try queue.write { database in
        if try HistorySchema.version(of: database) == 0 {
          try HistorySchema.create(in: database)
        }
        let version = try HistorySchema.version(of: database)
        guard version == HistorySchema.version else {
          throw HistoryFault(
            .unusable,
            "\(name) was written by another version of plumbline (\(version), not "
              + "\(HistorySchema.version))")
        }
        try HistorySchema.complete(database)
        try database.execute(
          sql: "INSERT INTO recorder (kind, began, seen) VALUES (?, ?, ?)",
          arguments: [kind, now.milliseconds, now.milliseconds])
        return database.lastInsertedRowID
      }
      return HistoryStore(
        path: name, queue: queue, fileNumber: path.flatMap(HistoryFile.number), company: company,
        recorder: recorder)
    }
  }

  /// Whether the file is sound; damage that opening did not meet is found here.
  func check() throws(HistoryFault) {
    let verdict = try Self.storing(at: path) {
      try queue.read { try String.fetchOne($0, sql: "PRAGMA quick_check(1)") }
    }
    if verdict != "ok" { throw HistoryFault(.damaged, "\(path) is damaged") }
  }

  /// Writes what was collected, all or nothing, and that this process still watches.
  ///
  /// - Parameter isLast: Whether it stops watching with this.
  func write(_ batch: HistoryBatch, at now: Timestamp, isLast: Bool) throws(HistoryFault) {
    try Self.storing(at: path) {
      try queue.write { database in
        var writer = HistoryWriter(database: database, company: company, recorder: recorder)
        try writer.write(batch)
        try writer.write(batch.beats, at: now)
        try database.execute(
          sql: "UPDATE recorder SET seen = ?, ended = ? WHERE id = ?",
          arguments: [now.milliseconds, isLast ? now.milliseconds : nil, recorder])
      }
    }
  }

  /// Removes what is too old, and the oldest calls when the file nears its limit.
  func prune(at now: Timestamp) throws(HistoryFault) {
    try Self.storing(at: path) {
      try queue.write { try HistoryPruning(database: $0, now: now).run() }
      if path != "memory" {
        _ = try queue.writeWithoutTransaction { database in
          try Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(PASSIVE)")
        }
      }
    }
  }

  /// What is remembered of these systems and flows.
  func histories(
    of subjects: [HealthIncident.Subject], at now: Timestamp
  ) throws(HistoryFault) -> [SystemHealthHistory] {
    try Self.storing(at: path) {
      try queue.read { database in
        let reader = HistoryReader(database: database, company: company, now: now)
        return try subjects.map(reader.history)
      }
    }
  }

  /// What is remembered of these flows' reports; a flow nobody ever listened for is absent.
  func beats(of flows: [String]) throws(HistoryFault) -> [String: FlowReport] {
    try Self.storing(at: path) {
      try queue.read { database in
        var reports: [String: FlowReport] = [:]
        for flow in flows {
          reports[flow] = try HistoryReader.beat(of: flow, company: company, in: database)
        }
        return reports
      }
    }
  }

  private static func storing<Answer>(
    at path: String, _ body: () throws -> Answer
  ) throws(HistoryFault) -> Answer {
    do { return try body() } catch let fault as HistoryFault {
      throw fault
    } catch {
      throw HistoryFault(error, path: path)
    }
  }
}
