internal import DealModel

/// One node of the Service Layer: its sessions and the company's entities. Calls are answered one
/// after another, as those of one session are.
actor ServiceLayerNode {
  let system: SystemName
  let calendar: AccountCalendar
  let companyName: String
  let localCurrency: String
  let systemCurrency: String
  /// Entity set → its entities, by key.
  var sets: [String: [JSONValue]]
  var schemas: [String: ServiceLayerSchema]
  var line = ServiceLayerSchema.line
  var renamings: [(old: String, new: String)] = []
  private let credentials: [String: String]
  private let idleMinutes: Int
  let pageSize: Int
  /// Session → when it was last used.
  private var sessions: [String: Timestamp] = [:]
  private var opened = 0

  init(folder: EmulatorFolder, environment: EmulatorEnvironment) throws {
    let file = folder.file("company")
    guard let company = try folder.object("company"),
      let name = company["companyName"]?.string, let local = company["localCurrency"]?.string,
      let calendar = AccountCalendar(
        zone: company["timeZone"]?.string ?? "UTC", dateFormat: "YYYY-MM-DD")
    else {
      throw SandboxError("needs `companyName`, `localCurrency` and a `timeZone` there is", at: file)
    }
    system = environment.system
    companyName = name
    localCurrency = local
    systemCurrency = company["systemCurrency"]?.string ?? local
    self.calendar = calendar
    credentials = environment.credentials
    idleMinutes = environment.limits.limit("session_minutes", standard: 30) ?? 1_440
    pageSize = environment.limits.limit("page_size", standard: 20) ?? 0
    (sets, schemas) = try Self.entities(in: folder)
  }

  private static func entities(
    in folder: EmulatorFolder
  ) throws -> ([String: [JSONValue]], [String: ServiceLayerSchema]) {
    var sets: [String: [JSONValue]] = [:]
    var schemas: [String: ServiceLayerSchema] = [:]
    let fields = try folder.records("UserFieldsMD")
    for set in ServiceLayerSchema.documentTables.keys {
      // A field of any marketing document exists on all of them.
      var schema = ServiceLayerSchema.document
      for field in fields {
        if let name = field["Name"]?.string { schema.add("U_\(name)", .text) }
      }
      schemas[set] = schema
      sets[set] = try folder.records(set).map { document in
        guard document["DocEntry"]?.integer != nil else {
          throw SandboxError("a document needs `DocEntry`, a number", at: folder.file(set))
        }
        let lines = (document["DocumentLines"]?.array ?? []).enumerated().map { index, line in
          line.filled(
            with: ServiceLayerSchema.lineDefaults + [("LineNum", .integer(index))])
        }
        return document.filled(with: ServiceLayerSchema.documentDefaults)
          .with("DocumentLines", .array(lines))
      }
    }
    for set in ["IncomingPayments", "VendorPayments"] {
      schemas[set] = .payment
      sets[set] = try folder.records(set)
    }
    for set in ["Projects", "Currencies", "UserFieldsMD"] {
      let rows = try folder.records(set)
      var schema = ServiceLayerSchema(name: String(set.dropLast()), kinds: [:])
      for member in rows.flatMap({ $0.members ?? [] }) {
        schema.add(member.name, member.value.decimal == nil ? .text : .int)
      }
      schemas[set] = schema
      sets[set] = rows
    }
    return (sets, schemas)
  }

  // MARK: Sessions

  func respond(
    to request: EmulatedRequest, resource: String, _ version: ServiceLayerVersion,
    at now: Timestamp
  ) -> EmulatedResponse {
    // Names are compared to the letter: `login` is a protected resource that does not exist.
    if resource == "Login", request.method == "POST" { return logIn(request, version, at: now) }
    guard let session = session(of: request), let used = sessions[session],
      used.duration(to: now) < .seconds(idleMinutes * 60)
    else { return version.noSession }
    sessions[session] = now
    switch (request.method, resource) {
    case ("POST", "Logout"):
      sessions[session] = nil
      return EmulatedResponse(status: 204)
    case ("POST", "CompanyService_GetCompanyInfo"), ("GET", "CompanyService_GetCompanyInfo"):
      return .json(
        .object([
          version.context: .string("\(root(request))$metadata#CompanyInfo"),
          "CompanyName": .string(companyName), "Version": 1_000_190, "Localization": "Germany",
        ]))
    case ("POST", "CompanyService_GetAdminInfo"):
      return .json(
        .object([
          version.context: .string("\(root(request))$metadata#AdminInfo"),
          "CompanyName": .string(companyName), "LocalCurrency": .string(localCurrency),
          "SystemCurrency": .string(systemCurrency),
        ]))
    case ("POST", "QueryService_PostQuery"): return rowLevel(request, version)
    case ("GET", _): return get(request, resource, version)
    default: return version.error(400, -5006, "The requested action is not supported")
    }
  }

  private func logIn(
    _ request: EmulatedRequest, _ version: ServiceLayerVersion, at now: Timestamp
  ) -> EmulatedResponse {
    guard let body = try? request.json() else {
      return version.error(400, -1, "Invalid request body")
    }
    guard body["CompanyDB"]?.string == credentials["company_db"] else {
      return version.error(401, -5027, "Switch company error: -5027")
    }
    guard body["UserName"]?.string == credentials["user"],
      body["Password"]?.string == credentials["password"]
    else { return version.error(401, -304, "Fail to get DB Credentials from SLD") }
    opened += 1
    let id = "\(system)-\(opened)-5f0c1c2a7a41"
    sessions[id] = now
    return .json(
      .object([
        version.context: .string("\(root(request))$metadata#B1Sessions/@Element"),
        "SessionId": .string(id), "Version": "1000190", "SessionTimeout": .integer(idleMinutes),
      ]),
      headers: [
        NamedValue("Set-Cookie", "B1SESSION=\(id);HttpOnly;"),
        NamedValue("Set-Cookie", "ROUTEID=.node1; path=/b1s"),
      ])
  }

  private func session(of request: EmulatedRequest) -> String? {
    for header in request.headers where header.name.lowercased() == "cookie" {
      for pair in header.value.split(separator: ";") {
        let parts = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
        if parts.count == 2, parts[0] == "B1SESSION" { return String(parts[1]) }
      }
    }
    return nil
  }

  /// The address of the Service Layer as the client wrote it.
  func root(_ request: EmulatedRequest) -> String {
    guard let range = request.url.firstRange(of: "/b1s/") else { return "" }
    return String(request.url[..<range.upperBound]) + "v1/"
  }

  func endSessions() -> JSONValue {
    defer { sessions = [:] }
    return ["ended": .integer(sessions.count)]
  }

  /// The sessions that hold a licence.
  var openSessions: Int { sessions.count }
}
