import DealModel

/// What is known of a driver by its library or name: what it must be told, and what it must not.
///
/// Sources: the connection options of psqlodbc, MariaDB Connector/ODBC, MySQL Connector/ODBC, FreeTDS
/// and Microsoft's driver, and SQLite's driver's `README`; what overrides what was tried out with
/// psqlodbc 13.02, MariaDB Connector/ODBC 3.1.15 and FreeTDS 1.3.17.
enum ODBCDriver: Hashable, Sendable {
  case postgreSQL, sqlite, mariaDB, mySQL, freeTDS, microsoft, mdb, other

  /// - Parameters:
  ///   - library: Where it is installed; what it is called may mislead.
  ///   - name: What it is called.
  init(library: String, name: String) {
    self = Self.known(library) ?? Self.known(name) ?? .other
  }

  private static func known(_ words: String) -> ODBCDriver? {
    let words = words.lowercased()
    func names(_ any: String...) -> Bool { any.contains(where: words.contains) }
    if names("postgres", "psqlodbc") { return .postgreSQL }
    if names("sqlite") { return .sqlite }
    if names("mariadb", "maodbc") { return .mariaDB }
    if names("mysql", "myodbc") { return .mySQL }
    if names("freetds", "tdsodbc") { return .freeTDS }
    if names("msodbcsql", "for sql server") { return .microsoft }
    if names("sql server") { return .freeTDS }
    return names("mdb", "access") ? .mdb : nil
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

  // MARK: Where the server is

  /// Where the server is, as far as the network is concerned.
  enum Reach: Hashable {
    case file, socket, loopback, network
  }

  /// Variables of the environment that lead a driver elsewhere.
  var diversions: [String] {
    switch self {
    case .postgreSQL: ["PGHOST", "PGHOSTADDR", "PGSERVICE"]
    case .freeTDS: ["TDSHOST"]
    default: []
    }
  }

  /// - Parameter isDiverted: Whether one of ``diversions`` is set.
  func reach(of string: ODBCString, isDiverted: Bool) -> Reach {
    if self == .sqlite || self == .mdb { return .file }
    // FreeTDS looks that name up in a file of its own.
    if isDiverted || self == .freeTDS && string["servername"] != nil { return .network }
    let keys = [
      "server", "servername", "address", "addr", "networkaddress", "host", "failover_partner",
    ]
    let hosts = keys.compactMap { string[$0] }.filter { !$0.isEmpty }
    let takesSockets = self == .postgreSQL || self == .mariaDB || self == .mySQL
    if hosts.isEmpty { return takesSockets ? .socket : .network }
    if hosts.allSatisfy({ takesSockets && $0.hasPrefix("/") && !$0.contains(",") }) {
      return .socket
    }
    return hosts.allSatisfy(isLoopback) ? .loopback : .network
  }

  private func isLoopback(_ text: String) -> Bool {
    var host = text[...]
    if self == .freeTDS || self == .microsoft {
      // With a port or an instance: `tcp:127.0.0.1,1433`.
      if host.hasPrefix("tcp:") { host = host.dropFirst(4) }
      host = host.prefix { $0 != "," && $0 != "\\" }
    }
    return Loopback.includes(host)
  }

  // MARK: What it must be told

  /// What is added unless the configuration says otherwise: SQLite's driver would create a file that
  /// is missing and wait 100 s for a lock; those of servers would send the password in the clear, or
  /// to whoever answers.
  func precautions(_ reach: Reach, _ string: ODBCString) -> [(key: String, value: String)] {
    switch (self, reach) {
    case (.sqlite, _):
      // Row by row: otherwise the driver copies the whole answer before it gives the first row.
      return [("NoCreat", "1"), ("Timeout", "2000"), ("StepAPI", "1")]
    case (_, .loopback), (_, .file): return []
    // It does not count on a socket, but would where the server turns out to be elsewhere.
    case (.postgreSQL, _): return [("SSLmode", "verify-full")]
    case (_, .socket): return []
    case (.mariaDB, _): return [("FORCETLS", "1"), ("SSLVERIFY", "1")]
    case (.mySQL, _): return string["ssl-mode"] == nil ? [("SSLMODE", "VERIFY_IDENTITY")] : []
    case (.freeTDS, _): return [("Encryption", "require")]
    case (.microsoft, _): return [("Encrypt", "yes"), ("TrustServerCertificate", "no")]
    case (.mdb, _), (.other, _): return []
    }
  }

  /// A key whose value would let another machine pose as the server, or leads where nothing here says;
  /// `nil` when there is none.
  ///
  /// - Parameter string: With the precautions added.
  func weakness(of string: ODBCString, _ reach: Reach) -> String? {
    if let diversion = diversion(of: string) { return diversion }
    guard reach == .network else { return nil }
    func unless(_ key: String, _ safe: String...) -> String? {
      guard let value = string[key], !safe.contains(value.lowercased()) else { return nil }
      return key
    }
    switch self {
    case .postgreSQL: return unless("SSLmode", "verify-full", "verify-ca")
    case .mariaDB: return unless("FORCETLS", "1") ?? unless("SSLVERIFY", "1")
    case .mySQL:
      return unless("SSLMODE", "verify_identity", "verify_ca")
        ?? unless("SSL-MODE", "verify_identity", "verify_ca")
    case .freeTDS:
      return unless("Encryption", "require", "strict")
        ?? unless("Encrypt", "yes", "true", "mandatory", "strict", "require")
    case .microsoft:
      return unless("Encrypt", "yes", "true", "mandatory", "strict")
        ?? unless("TrustServerCertificate", "no", "false")
    case .sqlite, .mdb, .other: return nil
    }
  }

  /// A key that leads the driver to another server, or to settings that stand above those given.
  private func diversion(of string: ODBCString) -> String? {
    switch self {
    case .postgreSQL:
      // The first is SSLmode's short name, `D5` that of `pqopt`.
      if string["ca"] != nil { return "CA" }
      for key in ["pqopt", "D5"] {
        let options = (string[key] ?? "").split(whereSeparator: \.isWhitespace)
        let names = options.map { $0.prefix { $0 != "=" }.lowercased() }
        if names.contains(where: ["sslmode", "host", "hostaddr", "service"].contains) {
          return key
        }
      }
      return nil
    case .mariaDB, .mySQL:
      if let value = string["use_mycnf"], value != "0" { return "USE_MYCNF" }
      // The bit of the same meaning.
      let bits = ["option", "options"].compactMap { string[$0].map { Int($0) ?? -1 } }
      return bits.contains { $0 & 65_536 != 0 } ? "OPTION" : nil
    default: return nil
    }
  }
}
