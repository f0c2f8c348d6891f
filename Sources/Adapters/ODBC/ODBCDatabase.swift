/// What a database must be told so that it only reads, by the name it gives itself.
struct ODBCDatabase: Hashable, Sendable {
  /// What it calls itself: `PostgreSQL`, `SQLite`, `MariaDB`, `Microsoft SQL Server`.
  let name: String

  private var word: String { name.lowercased() }
  var isPostgreSQL: Bool { word.contains("postgres") }
  var isSQLite: Bool { word.contains("sqlite") }
  var isMySQL: Bool { word.contains("mysql") || word.contains("mariadb") }
  private var isOracle: Bool { word.contains("oracle") }
  private var isFirebird: Bool { word.contains("firebird") || word.contains("interbase") }
  private var isSQLServer: Bool { word.contains("sql server") }

  /// Run once on a new connection: every later transaction reads only, and times are in UTC.
  ///
  /// Sources: PostgreSQL's and MariaDB's `SET TRANSACTION`, SQLite's `PRAGMA query_only`.
  var opening: [String] {
    if isPostgreSQL {
      return [
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", "SET TIME ZONE 'UTC'",
        "SET DateStyle = 'ISO'",
      ]
    }
    if isSQLite { return ["PRAGMA query_only = 1"] }
    if isMySQL { return ["SET SESSION TRANSACTION READ ONLY", "SET time_zone = '+00:00'"] }
    return []
  }

  /// Run at the start of every transaction where no setting of the session has the same effect.
  var eachTransaction: [String] { isOracle || isFirebird ? ["SET TRANSACTION READ ONLY"] : [] }

  /// Whether a connection is kept for the next call only while ``ODBCFile`` is the same: a file may be
  /// replaced by a newer one, which a connection that stays open would never see.
  var isFile: Bool { isSQLite }

  /// Whether its driver takes and gives narrow characters in UTF-8 whatever the locale, which also costs
  /// less than going through UTF-16; those of other drivers depend on the locale.
  var speaksUTF8: Bool { isSQLite }

  /// Whether its driver's `SQLCancel` frees the rows of the statement, which another thread may be
  /// reading at that moment; of any other statement of the connection it only interrupts what runs.
  ///
  /// Source: sqliteodbc 0.9998, `SQLCancel` and `drvfreestmt`.
  var cancelFreesRows: Bool { isSQLite }

  /// Whether the database itself refuses to write on our connections.
  var isHeldReadOnly: Bool { !opening.isEmpty || !eachTransaction.isEmpty }

  /// A statement that tells the database's clock, in UTC and with what it is called; `nil` where
  /// the clock is this machine's, or unknown.
  var clock: String? {
    if isPostgreSQL {
      return "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', "
        + "'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') AS clock"
    }
    if isMySQL { return "SELECT DATE_FORMAT(UTC_TIMESTAMP(3), '%Y-%m-%dT%H:%i:%s.%fZ') AS clock" }
    if isSQLServer { return "SELECT CONVERT(varchar(23), SYSUTCDATETIME(), 126) + 'Z' AS clock" }
    return nil
  }
}
