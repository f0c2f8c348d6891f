import DealModel
import GRDB

/// Keeps the history bounded: calls for a day, minutes for 26 hours and half hours for eight days,
/// states and counts of links for 90 days, and all of it within the file's limit.
struct HistoryPruning {
  let database: Database
  let now: Timestamp

  /// Rows of calls that are kept at most, whatever their age.
  static let maximumCalls = 200_000

  func run() throws {
    try delete("call", before: .seconds(86_400), column: "at")
    try database.execute(
      sql: """
        DELETE FROM call WHERE rowid <= (
          SELECT rowid FROM call ORDER BY rowid DESC LIMIT 1 OFFSET \(Self.maximumCalls))
        """)
    try condense()
    let oldest = (now.milliseconds - 8 * 86_400_000) / 60_000
    for table in ["stretch", "latency"] {
      try database.execute(sql: "DELETE FROM \(table) WHERE minute < ?", arguments: [oldest])
    }
    try delete("coverage", before: .seconds(90 * 86_400), column: "at")
    let old = now.adding(.seconds(-90 * 86_400)).milliseconds
    try database.execute(
      sql: """
        DELETE FROM state WHERE began < ? AND (ended < ? OR (ended IS NULL AND recorder IN (
          SELECT id FROM recorder WHERE seen < ?)))
        """, arguments: [old, old, old])
    try database.execute(
      sql: """
        DELETE FROM recorder WHERE seen < ? AND id NOT IN (SELECT recorder FROM state)
        """, arguments: [now.adding(.seconds(-86_400)).milliseconds])
    try relieve()
  }

  /// Adds minutes older than 26 hours up to half hours.
  private func condense() throws {
    let bound = (now.milliseconds - 26 * 3_600_000) / 1_800_000 * 30
    try database.execute(
      sql: """
        INSERT INTO stretch SELECT subject, minute / 30 * 30, SUM(calls), SUM(failures)
          FROM stretch WHERE minute < ?1 AND minute % 30 <> 0 GROUP BY 1, 2
          ON CONFLICT DO UPDATE SET calls = calls + excluded.calls,
            failures = failures + excluded.failures
        """, arguments: [bound])
    try database.execute(
      sql: """
        INSERT INTO latency SELECT subject, minute / 30 * 30, step, SUM(calls)
          FROM latency WHERE minute < ?1 AND minute % 30 <> 0 GROUP BY 1, 2, 3
          ON CONFLICT DO UPDATE SET calls = calls + excluded.calls
        """, arguments: [bound])
    for table in ["stretch", "latency"] {
      try database.execute(
        sql: "DELETE FROM \(table) WHERE minute < ? AND minute % 30 <> 0", arguments: [bound])
    }
  }

  /// Near the limit the oldest half of the calls goes, then the oldest half of the states.
  private func relieve() throws {
    for table in ["call", "state"] {
      guard try pagesInUse() > HistorySchema.maximumPages * 3 / 4 else { return }
      let column = table == "call" ? "at" : "began"
      try database.execute(
        sql: """
          DELETE FROM \(table) WHERE \(column) < (
            SELECT \(column) FROM \(table) ORDER BY \(column)
            LIMIT 1 OFFSET (SELECT COUNT(*) / 2 FROM \(table)))
          """)
    }
  }

  private func pagesInUse() throws -> Int {
    let all = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
    let free = try Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
    return all - free
  }

  private func delete(_ table: String, before age: Duration, column: String) throws {
    try database.execute(
      sql: "DELETE FROM \(table) WHERE \(column) < ?",
      arguments: [now.milliseconds - age.milliseconds])
  }
}
