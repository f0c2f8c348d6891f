import AdapterKit
import DealModel
import Glibc

/// How to connect: the connection string's parts, with credentials read anew each time.
///
/// A data source of `odbc.ini` is looked up, so that what its driver must be told is said for it, too.
struct ODBCConnection: Sendable {
  private let system: SystemName
  /// What `connection` says; `nil` where the whole string is a secret.
  private let configured: ODBCString?
  private let whole: SecretSource?
  private let user: String?
  private let password: SecretSource?
  private let secrets: any SecretReader
  /// With what the data source says besides.
  private let known: Known?

  init(_ context: AdapterContext) throws {
    let settings = context.system.settings
    system = context.system.name
    secrets = context.secrets
    user = settings.text("user")
    password = settings.secret("password")
    whole = settings.secret("connection_string")
    do {
      configured = try settings.text("connection").map { try ODBCString($0) }
    } catch let fault as ODBCString.Fault {
      throw Self.refused(system, "has a `connection` \(fault.words)")
    }
    guard (configured == nil) != (whole == nil) else {
      throw Self.refused(
        system,
        "needs either `connection`, such as \"Driver={PostgreSQL Unicode};Server=db.example;"
          + "Database=ledger\", or `connection_string` as a secret")
    }
    known = configured.map(Known.init)
    guard let configured else { return }
    if configured["pwd"] != nil || configured["password"] != nil {
      throw Self.refused(
        system,
        "holds a password in `connection`. Take it out, and give `password` as "
          + "{env: NAME}, {file: PATH} or {command: [PROGRAM]}")
    }
    _ = try Self.careful(configured, system: system)
  }

  /// The driver's or data source's name, for people; never more of the connection string.
  var source: String {
    guard let configured else { return "the configured data source" }
    return configured["driver"] ?? configured["dsn"].map { "data source \($0)" } ?? "no driver"
  }

  /// The name of the driver; `nil` where only a data source is named.
  var driverName: String? { configured?["driver"] }

  /// What is known of the driver; `other` where the whole string is a secret.
  var driver: ODBCDriver { known?.driver ?? .other }

  /// Host or file, for people.
  var place: String? {
    guard let known = known?.string else { return nil }
    let server = known["server"] ?? known["servername"]
    // What follows a space may be a part whose semicolon was forgotten.
    return server.map { String($0.prefix { !$0.isWhitespace }) } ?? known["database"]
  }

  /// The file of a database that is one; `nil` for any other, and where the whole string is a secret.
  var file: String? { driver == .sqlite ? known?.string["database"] : nil }

  /// The connection string with its credentials.
  ///
  /// - Throws: ``SystemError`` of kind `unauthorized` when a secret cannot be read, `refused` when
  ///   what it says is no connection string or not safe.
  func string() async throws -> Secret {
    var string = configured ?? ODBCString()
    if let whole {
      let secret = try await secrets.secret(from: whole, for: system)
      do { string = try ODBCString(secret.revealed()) } catch {
        throw Self.refused(system, "has a `connection_string` \(error.words)")
      }
    }
    if let user { string.add("UID", user) }
    if let password {
      string.add("PWD", try await secrets.secret(from: password, for: system).revealed())
    }
    return Secret(try Self.careful(string, system: system).text)
  }

  // MARK: Care

  /// A connection string and all that is known of where it leads.
  private struct Known: Sendable {
    let driver: ODBCDriver
    /// With what the data source says besides.
    let string: ODBCString

    init(_ own: ODBCString) {
      var all = own
      if let name = own["dsn"] {
        for setting in ODBCRegistry.dataSource(name) { all.add(setting.key, setting.value) }
      }
      string = all
      let name = all["driver"] ?? ""
      driver = ODBCDriver(library: ODBCRegistry.library(name), name: name)
    }
  }

  /// The string with the driver's precautions, spelt out also where the data source has them.
  ///
  /// - Throws: ``SystemError`` of kind `refused` when another machine could pose as the server.
  private static func careful(_ own: ODBCString, system: SystemName) throws -> ODBCString {
    if own["filedsn"] != nil {
      throw refused(system, "names a FILEDSN. Name its parts in the connection string itself")
    }
    if own["dsn"] != nil, own["driver"] != nil {
      throw refused(system, "names both DSN and Driver, of which one would count. Leave one out")
    }
    let found = Known(own)
    let driver = found.driver
    var (known, string) = (found.string, own)
    let isDiverted = driver.diversions.contains { getenv($0) != nil }
    let reach = driver.reach(of: known, isDiverted: isDiverted)
    for (key, value) in driver.precautions(reach, known) {
      string.add(key, known[key] ?? value)
      known.add(key, value)
    }
    if let key = driver.weakness(of: known, reach) {
      throw refused(
        system,
        "could reach another machine without a check of whose it is, by \(shown(key, known)). Leave "
          + "it out, and name an authority of your own by \(driver.authority)")
    }
    if driver == .freeTDS, reach == .network {
      try checkFreeTDS(known["servername"], system: system)
    }
    return string
  }

  private static func checkFreeTDS(_ name: String?, system: SystemName) throws {
    guard let name else {
      throw refused(
        system,
        "would reach another machine by FreeTDS, which checks no certificate of a server named by "
          + "Server. Give it a section of freetds.conf, with `host`, `port` and `ca file = system` "
          + "(or the path of your own authority's certificate), and name that by Servername")
    }
    guard FreeTDSFile.checksCertificates(of: name) else {
      throw refused(
        system,
        "would reach another machine by FreeTDS, which checks no certificate unless its "
          + "freetds.conf names a `ca file`. Write `ca file = system` below [global] there, or the "
          + "path of your own authority's certificate")
    }
  }

  /// A key, with its value where that is a plain word: a forgotten semicolon may put a password there.
  private static func shown(_ key: String, _ string: ODBCString) -> String {
    func isOfWord(_ character: Character) -> Bool {
      character.isASCII && (character.isLetter || character.isNumber || "-_".contains(character))
    }
    guard let value = string[key], value.count <= 20, value.allSatisfy(isOfWord) else { return key }
    return "\(key)=\(value)"
  }

  private static func refused(_ system: SystemName, _ fault: String) -> SystemError {
    SystemError(.refused, system: system, message: "systems.\(system) \(fault).")
  }
}
