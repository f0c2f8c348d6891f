import GRDB

/// The tables of the history. Instants and durations are milliseconds; a minute is its number since
/// 1970.
///
/// Everything a process adds is either its own row (`recorder` is part of the key) or a number added
/// to a shared one in one statement, so that any number of processes may write side by side.
enum HistorySchema {
  /// Raised with every change of the tables.
  static let version = 1
  /// The most the file may hold, in pages of ``pageSize``: 64 MiB.
  static let maximumPages = 16_384
  /// Bytes of a page.
  static let pageSize = 4_096

  /// Makes the tables that came later and that an older program may leave alone: `beat`, when a flow
  /// last reported, and since and until when its reports were listened for.
  static func complete(_ database: Database) throws {
    try database.execute(
      sql: """
        CREATE TABLE IF NOT EXISTS beat (
          subject INTEGER PRIMARY KEY, last INTEGER, began INTEGER NOT NULL, until INTEGER NOT NULL);
        """)
  }

  /// `PRAGMA user_version` of the file; 0 for one without tables.
  static func version(of database: Database) throws -> Int {
    try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
  }

  /// Makes the tables in an empty file.
  static func create(in database: Database) throws {
    try database.execute(
      sql: """
        CREATE TABLE recorder (
          id INTEGER PRIMARY KEY, kind TEXT NOT NULL, began INTEGER NOT NULL,
          seen INTEGER NOT NULL, ended INTEGER);
        CREATE TABLE subject (
          id INTEGER PRIMARY KEY, company TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
          UNIQUE (company, kind, name));
        CREATE TABLE state (
          subject INTEGER NOT NULL, recorder INTEGER NOT NULL, number INTEGER NOT NULL,
          status TEXT NOT NULL, began INTEGER NOT NULL, ended INTEGER, error TEXT,
          http_status INTEGER, operation TEXT, retry_after INTEGER,
          calls INTEGER NOT NULL, failures INTEGER NOT NULL,
          PRIMARY KEY (subject, recorder, number)) WITHOUT ROWID;
        CREATE TABLE call (
          subject INTEGER NOT NULL, at INTEGER NOT NULL, duration INTEGER NOT NULL,
          operation TEXT NOT NULL, http_status INTEGER, error TEXT);
        CREATE INDEX call_by_time ON call (at);
        CREATE INDEX failed_call ON call (subject, at) WHERE error IS NOT NULL;
        CREATE TABLE stretch (
          subject INTEGER NOT NULL, minute INTEGER NOT NULL, calls INTEGER NOT NULL,
          failures INTEGER NOT NULL, PRIMARY KEY (subject, minute)) WITHOUT ROWID;
        CREATE TABLE latency (
          subject INTEGER NOT NULL, minute INTEGER NOT NULL, step INTEGER NOT NULL,
          calls INTEGER NOT NULL, PRIMARY KEY (subject, minute, step)) WITHOUT ROWID;
        CREATE TABLE coverage (
          subject INTEGER NOT NULL, at INTEGER NOT NULL, linked INTEGER NOT NULL,
          due INTEGER NOT NULL, PRIMARY KEY (subject, at)) WITHOUT ROWID;
        PRAGMA user_version = \(version);
        """)
  }
}
