import AdapterKit
import DealModel

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
    known.flatMap { $0.string["server"] ?? $0.string["servername"] ?? $0.string["database"] }
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
      driver = ODBCDriver(name, ODBCRegistry.library(name))
    }
  }

  /// The string with the driver's precautions.
  ///
  /// - Throws: ``SystemError`` of kind `refused` when another machine could pose as the server.
  private static func careful(_ own: ODBCString, system: SystemName) throws -> ODBCString {
    if own["filedsn"] != nil {
      throw refused(system, "names a FILEDSN. Name its parts in the connection string itself")
    }
    let found = Known(own)
    let driver = found.driver
    var (known, string) = (found.string, own)
    for (key, value) in driver.precautions(isLocal: driver.isLocal(known))
    where known[key] == nil {
      string.add(key, value)
      known.add(key, value)
    }
    if let weak = driver.weakness(of: known) {
      throw refused(
        system,
        "would reach another machine with \(weak.key)=\(VisibleText(weak.value)), so that nobody "
          + "checks whose it is. Leave \(weak.key) out, and name an authority of your own by "
          + "\(driver.authority)")
    }
    if driver == .freeTDS, !driver.isLocal(known),
      !FreeTDSFile.checksCertificates(of: known["servername"] ?? known["server"])
    {
      throw refused(
        system,
        "would reach another machine by FreeTDS, which checks no certificate unless its "
          + "freetds.conf names a `ca file`. Write `ca file = system` below [global] there, "
          + "or the path of your own authority's certificate")
    }
    return string
  }

  private static func refused(_ system: SystemName, _ fault: String) -> SystemError {
    SystemError(.refused, system: system, message: "systems.\(system) \(fault).")
  }
}
