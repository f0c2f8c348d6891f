/// What is known of a driver by its name or library: what it must be told, and what it must not.
///
/// Sources: the connection options of psqlodbc, MariaDB Connector/ODBC, MySQL Connector/ODBC, FreeTDS
/// and Microsoft's driver, and SQLite's driver's `README`.
enum ODBCDriver: Hashable, Sendable {
  case postgreSQL, sqlite, mariaDB, mySQL, freeTDS, microsoft, mdb, other

  /// - Parameter words: The driver's name and its library.
  init(_ words: String...) {
    let words = words.joined(separator: " ").lowercased()
    func names(_ any: String...) -> Bool { any.contains(where: words.contains) }
    self =
      if names("postgres", "psqlodbc") {
        .postgreSQL
      } else if names("sqlite") {
        .sqlite
      } else if names("maria", "maodbc") {
        .mariaDB
      } else if names("mysql", "myodbc") {
        .mySQL
      } else if names("freetds", "tdsodbc") {
        .freeTDS
      } else if names("msodbcsql", "for sql server") {
        .microsoft
      } else if names("sql server") {
        .freeTDS
      } else if names("mdb", "access") {
        .mdb
      } else {
        .other
      }
  }

  /// Debian's package; `nil` where it has none.
  var package: String? {
    switch self {
    case .postgreSQL: "odbc-postgresql"
    case .sqlite: "libsqliteodbc"
    case .mariaDB, .mySQL: "odbc-mariadb"
    case .freeTDS, .microsoft: "tdsodbc"
    case .mdb: "odbc-mdbtools"
    case .other: nil
    }
  }

  /// How an authority of one's own is named.
  var authority: String {
    switch self {
    case .postgreSQL: "pqopt={sslrootcert=/path/to/ca.pem}"
    case .mariaDB, .mySQL: "SSLCA=/path/to/ca.pem"
    case .freeTDS: "`ca file = /path/to/ca.pem` in freetds.conf"
    case .microsoft, .sqlite, .mdb, .other: "this machine's own list of authorities"
    }
  }

  /// Whether the server is this machine: loopback, or a socket's directory.
  func isLocal(_ string: ODBCString) -> Bool {
    if self == .sqlite || self == .mdb { return true }
    // FreeTDS looks that name up in a file of its own.
    if self == .freeTDS, string["servername"] != nil { return false }
    var server = (string["server"] ?? string["servername"] ?? string["address"] ?? "")[...]
    if self == .freeTDS || self == .microsoft {
      // With a port or an instance: `tcp:127.0.0.1,1433`.
      if server.hasPrefix("tcp:") { server = server.dropFirst(4) }
      server = server.prefix { $0 != "," && $0 != "\\" }
    } else if server.isEmpty || server.hasPrefix("/") {
      return self != .other
    }
    if server.lowercased() == "localhost" || server == "::1" { return true }
    // A name that merely begins so is another machine.
    let numbers = server.split(separator: ".", omittingEmptySubsequences: false)
    return numbers.count == 4 && numbers[0] == "127" && numbers.allSatisfy { UInt8($0) != nil }
  }

  /// What is added unless the configuration says otherwise: SQLite's driver would create a file that
  /// is missing and wait 100 s for a lock; those of servers would send the password in the clear, or
  /// to whoever answers.
  func precautions(isLocal: Bool) -> [(key: String, value: String)] {
    switch self {
    case .sqlite:
      // Row by row: otherwise the driver copies the whole answer before it gives the first row.
      [("NoCreat", "1"), ("Timeout", "2000"), ("StepAPI", "1")]
    case _ where isLocal: []
    case .postgreSQL: [("SSLmode", "verify-full")]
    case .mariaDB: [("FORCETLS", "1"), ("SSLVERIFY", "1")]
    case .mySQL: [("SSLMODE", "VERIFY_IDENTITY")]
    case .freeTDS: [("Encryption", "require")]
    case .microsoft: [("Encrypt", "yes"), ("TrustServerCertificate", "no")]
    case .mdb, .other: []
    }
  }

  /// The key whose value would let another machine pose as the server; `nil` when there is none.
  ///
  /// - Parameter string: With the precautions added.
  func weakness(of string: ODBCString) -> (key: String, value: String)? {
    guard !isLocal(string) else { return nil }
    func unless(_ key: String, _ safe: String...) -> (key: String, value: String)? {
      guard let value = string[key], !safe.contains(value.lowercased()) else { return nil }
      return (key, value)
    }
    switch self {
    case .postgreSQL:
      // Either would stand above what is said outside, and the first is SSLmode's short name.
      if let value = string["ca"] { return ("CA", value) }
      let options = (string["pqopt"] ?? "").split(whereSeparator: \.isWhitespace)
      for option in options.map({ $0.prefix { $0 != "=" }.lowercased() })
      where ["sslmode", "host", "hostaddr", "service"].contains(option) {
        return ("pqopt", option)
      }
      return unless("SSLmode", "verify-full", "verify-ca")
    case .mariaDB: return unless("FORCETLS", "1") ?? unless("SSLVERIFY", "1")
    case .mySQL: return unless("SSLMODE", "verify_identity", "verify_ca")
    case .freeTDS: return unless("Encryption", "require", "strict")
    case .microsoft:
      return unless("Encrypt", "yes", "true", "mandatory", "strict")
        ?? unless("TrustServerCertificate", "no", "false")
    case .sqlite, .mdb, .other: return nil
    }
  }
}
