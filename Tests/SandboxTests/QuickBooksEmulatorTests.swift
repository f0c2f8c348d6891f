import DealModel
import Sandbox
import TestSupport
import Testing

@Suite("The emulated QuickBooks")
struct QuickBooksEmulatorTests {
  private let clock = ManualClock("2026-11-01T08:30:00Z")
  private let sandbox: SandboxCompany
  private let directory: TestSupport.TemporaryCompany

  init() throws {
    let invoices: [JSONValue] = (1...7).map { number in
      [
        "Id": .string("\(number)"), "DocNumber": .string("INV'\(number)"), "SyncToken": "0",
        "TxnDate": .string("2026-10-0\(number)"), "CustomerRef": ["value": "1"],
        "CurrencyRef": ["value": "GBP"],
        "ExchangeRate": 1, "TotalAmt": .number("\(number).10"), "Balance": 0,
        "MetaData": [
          "CreateTime": .string("2026-10-0\(number)T08:00:00Z"),
          "LastUpdatedTime": .string("2026-10-0\(number)T08:00:00Z"),
        ],
      ] as JSONValue
    }
    directory = try TestSupport.TemporaryCompany(
      yaml: """
        company: Test
        systems:
          erp:
            kind: quickbooks
            credentials: {client_id: id, client_secret: secret, refresh_token: token}
        """, texts: ["id": "app\n", "secret": "pw\n", "token": "R0\n"],
      documents: [
        "erp/company": ["realmId": "123", "CompanyName": "Test Ltd"],
        "erp/preferences": ["CurrencyPrefs": ["HomeCurrency": ["value": "GBP"]]],
        "erp/invoice": .array(invoices), "erp/bill": [],
        "erp/customer": [
          ["Id": "1", "DisplayName": "Harbour"],
          ["Id": "2", "DisplayName": "Old", "Active": false],
        ],
      ])
    sandbox = try SandboxCompany(path: directory.path, time: clock, today: nil)
  }

  private func answer(
    _ method: String, _ path: String, token: String?, body: String = "",
    headers: [NamedValue] = [NamedValue("Accept", "application/json")]
  ) async throws -> EmulatedResponse {
    let login = token.map { [NamedValue("Authorization", $0)] } ?? []
    let request = EmulatedRequest(
      method: method, url: "http://127.0.0.1:1/erp\(path)", headers: headers + login,
      body: Array(body.utf8))
    guard case .answered(let response) = try await sandbox.respond(to: request) else {
      throw SandboxError("no answer")
    }
    return response
  }

  private func grant(_ refresh: String) async throws -> JSONValue {
    try await answer(
      "POST", "/oauth2/v1/tokens/bearer", token: "Basic YXBwOnB3",
      body: "grant_type=refresh_token&refresh_token=\(refresh)"
    ).json()
  }

  private func bearer() async throws -> String {
    let text = try #require(try await grant("R0")["access_token"]?.string)
    return "Bearer \(text)"
  }

  private func query(_ statement: String, _ token: String) async throws -> JSONValue {
    clock.advance(by: .seconds(1))
    let words = statement.replacing("%", with: "%25").replacing(" ", with: "%20")
    return try await answer("GET", "/v3/company/123/query?query=\(words)", token: token).json()
  }

  private func code(_ answer: JSONValue) -> String? {
    answer["Fault"]?["Error"]?[0]?["code"]?.string
  }

  @Test("a refresh token is good once, and the one that comes back takes its place")
  func rotation() async throws {
    let first = try await grant("R0")
    #expect(first["expires_in"]?.integer == 3_600)
    let next = try #require(first["refresh_token"]?.string)
    #expect(next != "R0")
    #expect(try await grant("R0")["error"]?.string == "invalid_grant")
    #expect(try await grant(next)["access_token"] != nil)
    let stranger = try await answer(
      "POST", "/oauth2/v1/tokens/bearer", token: "Basic eDp5", body: "grant_type=refresh_token")
    #expect(stranger.status == 401)
  }

  @Test("pages count from 1, nothing found is no array, and a count is a count")
  func paging() async throws {
    let token = try await bearer()
    let page = try await query(
      "SELECT * FROM Invoice ORDERBY Id STARTPOSITION 6 MAXRESULTS 2", token)["QueryResponse"]
    #expect(page?["Invoice"]?.array?.map { $0["Id"]?.string } == ["6", "7"])
    #expect(page?["startPosition"]?.integer == 6)
    #expect(page?["maxResults"]?.integer == 2)
    #expect(try await query("SELECT * FROM Bill", token)["QueryResponse"] == .object([]))
    let count = try await query("select count(*) from Invoice where TotalAmt > '3'", token)
    #expect(count["QueryResponse"]?["totalCount"]?.integer == 5)
    let quoted = try await query("SELECT * FROM Invoice WHERE DocNumber = 'INV\\'3'", token)
    #expect(quoted["QueryResponse"]?["Invoice"]?.array?.count == 1)
    let like = try await query(
      "SELECT Id FROM Invoice WHERE DocNumber LIKE 'inv%' AND Id IN ('2', '4') ORDER BY Id DESC",
      token)
    #expect(like["QueryResponse"]?["Invoice"]?.array?.map { $0["Id"]?.string } == ["4", "2"])
    let active = try await query("SELECT * FROM Customer", token)
    #expect(active["QueryResponse"]?["Customer"]?.array?.count == 1)
  }

  @Test(
    "what cannot be asked for is refused with 4001, what cannot be read with 4000",
    arguments: [
      ("SELECT * FROM Invoice WHERE CustomField = 'x'", "4001"),
      ("SELECT * FROM Bill WHERE CustomerRef = '1'", "4001"),
      ("SELECT * FROM PurchaseOrder WHERE CustomerRef = '1'", "4001"),
      ("SELECT * FROM Purchase WHERE EntityRef = '1'", "4001"),
      ("SELECT * FROM Invoice WHERE DepartmentRef = '1'", "4001"),
      ("SELECT * FROM Invoice WHERE Nonsense = '1'", "4001"),
      ("SELECT * FROM Invoice MAXRESULTS 1001", "4001"),
      ("SELECT * FROM Invoice WHERE Id = '1' OR Id = '2'", "4000"),
      ("SELECT * FROM Invoice GROUP BY Id", "4000"), ("DELETE FROM Invoice", "4000"),
      ("SELECT * FROM Invoice WHERE Id = '1", "4000"),
    ])
  func refused(statement: String, expected: String) async throws {
    let token = try await bearer()
    #expect(code(try await query(statement, token)) == expected)
  }

  @Test("errors of the gateway are lower case, those behind it capital, and XML without Accept")
  func envelopes() async throws {
    let token = try await bearer()
    let stranger = try await answer("GET", "/v3/company/123/preferences", token: "Bearer x")
    #expect(stranger.status == 401)
    #expect(try stranger.json()["fault"]?["error"]?[0]?["code"]?.string == "3200")
    let elsewhere = try await answer("GET", "/v3/company/999/preferences", token: token)
    #expect(elsewhere.status == 403)
    let missing = try await answer("GET", "/v3/company/123/invoice/99", token: token)
    #expect(missing.status == 400)
    #expect(code(try missing.json()) == "610")
    let xml = try await answer("GET", "/v3/company/123/invoice/99", token: token, headers: [])
    #expect(String(decoding: xml.body, as: UTF8.self).hasPrefix("<?xml"))
    try await sandbox.obey(ControlOrder(.throttle(policy: "fault"), count: 1), by: "erp")
    let hidden = try await answer("GET", "/v3/company/123/preferences", token: token)
    #expect(hidden.status == 200)
    #expect(try hidden.json()["fault"]?["error"]?[0]?["code"]?.string == "3001")
  }

  @Test("more than ten calls in a second are throttled")
  func throttled() async throws {
    let token = try await bearer()
    var statuses: [Int] = []
    for _ in 1...11 {
      statuses.append(
        try await answer("GET", "/v3/company/123/preferences", token: token).status)
    }
    #expect(statuses == Array(repeating: 200, count: 10) + [429])
    clock.advance(by: .seconds(1))
    let later = try await answer("GET", "/v3/company/123/preferences", token: token)
    #expect(later.status == 200)
  }

  @Test("times are Pacific, on both sides of the end of summer time; no currency unless several")
  func shapes() async throws {
    let token = try await bearer()
    let document = try await query("SELECT * FROM Invoice WHERE Id = '1'", token)
    let invoice = document["QueryResponse"]?["Invoice"]?[0]
    #expect(invoice?["MetaData"]?["CreateTime"]?.string == "2026-10-01T01:00:00-07:00")
    #expect(invoice?["CurrencyRef"] == nil)
    #expect(invoice?["ExchangeRate"] == nil)
    #expect(invoice?["TotalAmt"] == .number("1.10"))
    #expect(document["time"]?.string?.hasSuffix("-07:00") == true)
    clock.advance(by: .seconds(3_600))
    let later = try await grantAgain()
    let time = try await query("SELECT * FROM Bill", later)["time"]?.string
    #expect(time?.hasPrefix("2026-11-01T01:30") == true)
    #expect(time?.hasSuffix("-08:00") == true)
  }

  /// The access token after the first has ended.
  private func grantAgain() async throws -> String {
    try await sandbox.obey(ControlOrder(.mend), by: "erp")
    return try await bearer()
  }

  @Test(
    "changes bear what was deleted as a stub, begin at the instant asked for, and end at a month")
  func changes() async throws {
    let token = try await bearer()
    try await sandbox.obey(ControlOrder(.delete(record: "invoice/2")), by: "erp")
    let answer = try await answer(
      "GET", "/v3/company/123/cdc?entities=Invoice,Bill&changedSince=2026-10-06T08:00:00Z",
      token: token
    ).json()
    let parts = answer["CDCResponse"]?[0]?["QueryResponse"]?.array ?? []
    #expect(parts.count == 2)
    #expect(parts[1] == .object([]))
    let invoices = parts[0]["Invoice"]?.array ?? []
    #expect(invoices.map { $0["Id"]?.string } == ["6", "7", "2"])
    #expect(invoices.last?["status"]?.string == "Deleted")
    #expect(invoices.last?["TotalAmt"] == nil)
    let early = try await self.answer(
      "GET", "/v3/company/123/cdc?entities=Invoice&changedSince=2026-09-01T00:00:00Z", token: token)
    #expect(early.status == 400)
  }
}
