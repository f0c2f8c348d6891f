import AdapterKit
import DealModel

/// How to connect: the connection string's parts, with credentials read anew each time.
struct ODBCConnection: Sendable {
  private let system: SystemName
  /// The parts of `connection`; `nil` where the whole string is a secret.
  private let parts: [Part]?
  private let whole: SecretSource?
  private let user: String?
  private let password: SecretSource?
  private let secrets: any SecretReader

  struct Part: Hashable, Sendable {
    var key: String
    var value: String
  }

  init(_ context: AdapterContext) throws {
    let settings = context.system.settings
    system = context.system.name
    secrets = context.secrets
    user = settings.text("user")
    password = settings.secret("password")
    whole = settings.secret("connection_string")
    parts = try settings.text("connection").map { try Self.parts(of: $0, system: context.system) }
    guard (parts == nil) != (whole == nil) else {
      throw Self.refused(
        system,
        "needs either `connection`, such as \"Driver={PostgreSQL Unicode};Server=db.example;"
          + "Database=ledger\", or `connection_string` as a secret")
    }
    if let parts { try Self.checkEncryption(parts, system: system) }
  }

  /// The driver's or data source's name, for people; never more of the connection string.
  var source: String {
    guard let parts else { return "the configured data source" }
    return value("driver", in: parts) ?? value("dsn", in: parts).map { "data source \($0)" }
      ?? "no driver"
  }

  /// The name of the driver; `nil` where only a data source is named.
  var driver: String? { parts.flatMap { value("driver", in: $0) } }

  /// Host or file, for people.
  var place: String? {
    guard let parts else { return nil }
    return value("server", in: parts) ?? value("servername", in: parts)
      ?? value("database", in: parts)
  }

  /// The file of a database that is one; `nil` for any other, and where the whole string is a secret.
  var file: String? {
    guard let parts, driver?.lowercased().contains("sqlite") ?? false else { return nil }
    return value("database", in: parts)
  }

  /// The connection string with its credentials.
  ///
  /// - Throws: ``SystemError`` of kind `unauthorized` when a secret cannot be read.
  func string() async throws -> Secret {
    if let whole { return try await secrets.secret(from: whole, for: system) }
    var all = parts ?? []
    if let user { all.append(Part(key: "UID", value: user)) }
    if let password {
      let secret = try await secrets.secret(from: password, for: system)
      all.append(Part(key: "PWD", value: secret.revealed()))
    }
    all += Self.precautions(for: all)
    return Secret(all.map { "\($0.key)=\(Self.quoted($0.value))" }.joined(separator: ";") + ";")
  }

  /// What is added unless the configuration says otherwise: SQLite's driver would create a file that
  /// is missing and wait 100 s for a lock; PostgreSQL's would send the password in the clear.
  private static func precautions(for parts: [Part]) -> [Part] {
    func unless(_ key: String, _ value: String) -> [Part] {
      parts.contains { $0.key.lowercased() == key.lowercased() }
        ? [] : [Part(key: key, value: value)]
    }
    let driver = parts.first { $0.key.lowercased() == "driver" }?.value.lowercased() ?? ""
    if driver.contains("sqlite") {
      // Row by row: otherwise the driver copies the whole answer before it gives the first row.
      return unless("NoCreat", "1") + unless("Timeout", "2000") + unless("StepAPI", "1")
    }
    if driver.contains("postgres") || driver.contains("psqlodbc"), !isLocal(parts) {
      return unless("SSLmode", "verify-full")
    }
    return []
  }

  private static func checkEncryption(_ parts: [Part], system: SystemName) throws {
    guard !isLocal(parts),
      let mode = parts.first(where: { $0.key.lowercased() == "sslmode" })?.value.lowercased(),
      mode != "verify-full", mode != "verify-ca"
    else { return }
    throw refused(
      system,
      "would reach another machine with SSLmode=\(VisibleText(mode)), which checks no "
        + "certificate. Leave SSLmode out, and name your authority's certificate by "
        + "pqopt={sslrootcert=/path/to/ca.pem} if it is your own")
  }

  /// Whether the server is this machine: loopback, or a socket's directory.
  private static func isLocal(_ parts: [Part]) -> Bool {
    let server =
      parts.first { ["server", "servername"].contains($0.key.lowercased()) }?.value ?? ""
    return server.isEmpty || server == "localhost" || server.hasPrefix("127.") || server == "::1"
      || server.hasPrefix("/")
  }

  private func value(_ key: String, in parts: [Part]) -> String? {
    parts.first { $0.key.lowercased() == key }?.value
  }

  /// Takes `Key=value;Key={value}` apart.
  private static func parts(of text: String, system: ConfiguredSystem) throws -> [Part] {
    var parts: [Part] = []
    var rest = text[...]
    while !rest.isEmpty {
      rest = rest.drop { $0 == ";" || $0.isWhitespace }
      if rest.isEmpty { break }
      guard let equals = rest.firstIndex(of: "="), !rest[..<equals].contains(";") else {
        throw refused(system.name, "has a `connection` that is no list of Key=value;Key=value")
      }
      let key = String(rest[..<equals].filter { !$0.isWhitespace })
      rest = rest[rest.index(after: equals)...]
      var value = ""
      if rest.first == "{" {
        guard let taken = bracedValue(&rest) else {
          throw refused(system.name, "has a `connection` with a { that is not closed")
        }
        value = taken
      } else {
        value = String(rest.prefix { $0 != ";" })
        rest = rest.dropFirst(value.count)
      }
      if ["pwd", "password"].contains(key.lowercased()) {
        throw refused(
          system.name,
          "holds a password in `connection`. Take it out, and give `password` as "
            + "{env: NAME}, {file: PATH} or {command: [PROGRAM]}")
      }
      parts.append(Part(key: key, value: value))
    }
    return parts
  }

  /// A value in braces, in which a closing one is doubled; `nil` when it does not end.
  private static func bracedValue(_ rest: inout Substring) -> String? {
    var value = ""
    rest = rest.dropFirst()
    while let character = rest.popFirst() {
      guard character == "}" else {
        value.append(character)
        continue
      }
      guard rest.first == "}" else { return value }
      value.append(character)
      rest = rest.dropFirst()
    }
    return nil
  }

  private static func quoted(_ value: String) -> String {
    let isPlain = value.allSatisfy { !"[]{}(),;?*=!@".contains($0) && !$0.isWhitespace }
    return isPlain ? value : "{" + value.replacing("}", with: "}}") + "}"
  }

  private static func refused(_ system: SystemName, _ fault: String) -> SystemError {
    SystemError(.refused, system: system, message: "systems.\(system) \(fault).")
  }
}
