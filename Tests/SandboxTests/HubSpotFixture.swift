import DealModel
import Sandbox
import TestSupport
import Testing

/// A HubSpot account with as many deals as a test wants, and somebody who calls it.
struct HubSpotFixture {
  let company: TemporaryCompany
  let sandbox: SandboxCompany
  let clock: ManualClock
  var token = "sesame"

  /// - Parameters:
  ///   - deals: Deals 1001 and up; deal n has the amount n, the link `BW-n`, and was modified
  ///     n - 1000 minutes after midnight.
  ///   - files: Files of the folder that replace or add to the fixture's own.
  init(
    deals: Int = 3, credentials: String = "{token: secrets/token}", limits: String = "none",
    files: [String: String] = [:]
  ) throws {
    clock = ManualClock("2026-11-20T12:00:00Z")
    var content = [
      "company.yaml": """
      company: Fixture
      systems:
        crm: {kind: hubspot, credentials: \(credentials), limits: \(limits)}
      """,
      "secrets/token": "sesame", "secrets/id": "app", "secrets/secret": "hush",
      "secrets/refresh": "again",
      "crm/deals.json": Self.deals(deals),
      "crm/properties.json": #"""
      {"deals":[
        {"name":"erp_deal_id","label":"Deal ID","type":"string","fieldType":"text","hasUniqueValue":true},
        {"name":"entity","label":"Entity","type":"enumeration","fieldType":"select","options":[]},
        {"name":"empty","label":"Empty","type":"string","fieldType":"text"}]}
      """#,
      "crm/account.json":
        #"{"portalId":424242,"timeZone":"Europe/Berlin","companyCurrency":"EUR","utcOffsetMilliseconds":3600000}"#,
    ]
    for (name, text) in files { content["crm/" + name] = text }
    company = try TemporaryCompany(content)
    sandbox = try SandboxCompany(path: company.path, time: clock, today: nil)
  }

  private static func deals(_ count: Int) -> String {
    let start = Timestamp("2026-11-20T00:00:00Z") ?? Timestamp(milliseconds: 0)
    let records = (0..<count).map { index -> String in
      let id = 1_001 + index
      let modified = start.adding(.seconds(60 * (index + 1)))
      return """
        {"id":"\(id)","properties":{"dealname":"Deal \(id)","amount":"\(id).50",
        "dealstage":"\(index.isMultiple(of: 2) ? "won" : "open")","entity":"US",
        "erp_deal_id":"BW-\(id)","closedate":"2026-12-\(10 + index % 20)T00:00:00Z"},
        "createdAt":"2026-03-02T08:00:00Z","updatedAt":"\(modified)","archived":false}
        """
    }
    return "[\(records.joined(separator: ","))]"
  }

  func get(_ path: String) async throws -> EmulatedResponse { try await call("GET", path) }

  func post(_ path: String, _ body: JSONValue) async throws -> EmulatedResponse {
    try await call("POST", path, body.text())
  }

  func call(
    _ method: String, _ path: String, _ body: String = "", token: String? = nil
  ) async throws -> EmulatedResponse {
    let request = EmulatedRequest(
      method: method, url: "http://127.0.0.1:4100/crm" + path,
      headers: [NamedValue("Authorization", "Bearer \(token ?? self.token)")],
      body: Array(body.utf8))
    return try await sandbox.respond(to: request).response()
  }

  func search(_ body: JSONValue) async throws -> EmulatedResponse {
    try await post("/crm/v3/objects/deals/search", body)
  }

  /// The IDs that a search with one filter finds, in order.
  func found(_ filters: JSONValue..., sort: String? = nil, limit: Int = 200) async throws
    -> [String]
  {
    var body: [JSONValue.Member] = [
      .init("filterGroups", [.object(["filters": .array(filters)])]),
      .init("limit", .integer(limit)),
    ]
    if let sort { body.append(.init("sorts", [.string(sort)])) }
    return try await ids(search(.object(body)))
  }

  func ids(_ response: EmulatedResponse) throws -> [String] {
    #expect(response.status == 200 || response.status == 207)
    return (try response.json()["results"]?.array ?? []).compactMap { $0["id"]?.string }
  }

  func obey(_ words: String) async throws {
    try await sandbox.obey(
      ControlOrder(words: words.split(separator: " ").map(String.init)), by: "crm")
  }
}

/// A search filter.
func filter(_ property: String, _ comparison: String, _ value: String? = nil) -> JSONValue {
  var members: [JSONValue.Member] = [
    .init("propertyName", .string(property)), .init("operator", .string(comparison)),
  ]
  if let value { members.append(.init("value", .string(value))) }
  return .object(members)
}

func filter(_ property: String, _ comparison: String, among values: [String]) -> JSONValue {
  .object([
    "propertyName": .string(property), "operator": .string(comparison),
    "values": .array(values.map { .string($0) }),
  ])
}
