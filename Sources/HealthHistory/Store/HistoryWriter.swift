import DealModel
import GRDB

/// Writes a batch within a transaction.
struct HistoryWriter {
  let database: Database
  let company: CompanyKey
  let recorder: Int64
  private var subjects: [HealthIncident.Subject: Int64] = [:]

  init(database: Database, company: CompanyKey, recorder: Int64) {
    self.database = database
    self.company = company
    self.recorder = recorder
  }

  mutating func write(_ batch: HistoryBatch) throws {
    for call in batch.calls { try write(call) }
    for state in batch.states { try write(state) }
    for count in batch.coverage {
      try database.execute(
        sql: "INSERT OR REPLACE INTO coverage VALUES (?, ?, ?, ?)",
        arguments: [
          id(of: .system(count.system)), count.at.milliseconds, count.coverage.linked,
          count.coverage.due,
        ])
    }
  }

  /// Enters that these flows are listened for, and when they last reported. Who listened until a
  /// moment ago, be it this process or the one before, goes on with its time; after a longer silence,
  /// such as a machine's sleep, the time begins anew.
  mutating func write(_ beats: [String: HistoryBatch.Beat], at now: Timestamp) throws {
    for (flow, beat) in beats {
      let isUnbroken = beat.began.adding(HistoryReader.silence) >= now
      let began = isUnbroken ? beat.began : now
      try database.execute(
        sql: """
          INSERT INTO beat VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET
            last = NULLIF(MAX(COALESCE(last, 0), COALESCE(excluded.last, 0)), 0),
            began = CASE WHEN until + ?5 >= excluded.until
              THEN MIN(began, excluded.began) ELSE excluded.began END,
            until = MAX(until, excluded.until)
          """,
        arguments: [
          id(of: .flow(flow)), beat.last?.milliseconds, began.milliseconds, now.milliseconds,
          HistoryReader.silence.milliseconds,
        ])
    }
  }

  private mutating func write(_ call: HistoryBatch.Call) throws {
    let subject = try id(of: .system(call.system))
    let minute = call.at.milliseconds / 60_000
    try database.execute(
      sql: "INSERT INTO call VALUES (?, ?, ?, ?, ?, ?)",
      arguments: [
        subject, call.at.milliseconds, call.duration.milliseconds, call.operation, call.httpStatus,
        call.failure,
      ])
    try database.execute(
      sql: """
        INSERT INTO stretch VALUES (?, ?, 1, ?) ON CONFLICT DO UPDATE
        SET calls = calls + 1, failures = failures + excluded.failures
        """, arguments: [subject, minute, call.failure == nil ? 0 : 1])
    guard call.failure == nil else { return }
    try database.execute(
      sql: """
        INSERT INTO latency VALUES (?, ?, ?, 1) ON CONFLICT DO UPDATE SET calls = calls + 1
        """, arguments: [subject, minute, LatencyScale.step(of: call.duration)])
  }

  private mutating func write(_ state: HistoryBatch.State) throws {
    try database.execute(
      sql: "INSERT OR REPLACE INTO state VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        id(of: state.subject), recorder, state.number, state.status.rawValue,
        state.began.milliseconds, state.ended?.milliseconds, state.cause?.kind,
        state.cause?.httpStatus, state.cause?.operation, state.cause?.retryAfter?.milliseconds,
        state.calls, state.failures,
      ])
  }

  private mutating func id(of subject: HealthIncident.Subject) throws -> Int64 {
    if let known = subjects[subject] { return known }
    let key = company.key(of: subject)
    try database.execute(
      sql: "INSERT INTO subject (company, kind, name) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
      arguments: [key.company, key.kind, key.name])
    let id = try Int64.fetchOne(
      database, sql: "SELECT id FROM subject WHERE company = ? AND kind = ? AND name = ?",
      arguments: [key.company, key.kind, key.name])
    guard let id else { throw HistoryFault(.damaged, "the history does not keep what it is told") }
    subjects[subject] = id
    return id
  }
}
