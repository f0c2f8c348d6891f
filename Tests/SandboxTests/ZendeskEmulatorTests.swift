import DealModel
import Sandbox
import TestSupport
import Testing

@Suite("The emulated Zendesk")
struct ZendeskEmulatorTests {
  private let clock = ManualClock("2026-11-20T09:00:00Z")
  private let sandbox: SandboxCompany
  private let directory: TestSupport.TemporaryCompany

  init() throws {
    func ticket(_ id: Int, _ deal: String?, _ status: String, _ updated: String) -> JSONValue {
      .object([
        "id": .integer(id), "subject": .string("Ticket \(id)"), "status": .string(status),
        "priority": id == 1 ? "urgent" : "low", "external_id": deal.map { .string($0) } ?? .null,
        "created_at": "2026-01-01T08:00:00Z", "updated_at": .string(updated),
        "custom_fields": .array([
          .object(["id": 27642, "value": deal.map { .string($0) } ?? .null])
        ]),
      ])
    }
    var tickets = [
      ticket(1, "BW-10001", "open", "2026-11-20T08:00:00Z"),
      ticket(2, "BW-10001", "solved", "2026-11-20T08:59:30Z"),
      ticket(3, "bw-10001 phase 2", "hold", "2026-11-19T08:00:00Z"),
      ticket(4, "BW-10002", "closed", "2026-01-02T08:00:00Z"), ticket(5, nil, "new", "2026-11-01"),
    ]
    tickets[4] = ticket(5, nil, "new", "2026-11-01T08:00:00Z")
    tickets += (101...1_200).map { ticket($0, "BW-20000", "open", "2026-10-01T08:00:00Z") }
    directory = try TestSupport.TemporaryCompany(
      yaml: """
        company: Test
        systems:
          desk:
            kind: zendesk
            limits: {incremental: 3}
            credentials: {client_id: id, client_secret: secret, refresh_token: refresh, email: email, token: token}
        """,
      texts: [
        "id": "app\n", "secret": "pw\n", "refresh": "R0\n", "email": "a@b.example\n",
        "token": "t\n",
      ],
      documents: [
        "desk/account": ["subdomain": "test"], "desk/tickets": .array(tickets),
        "desk/ticket_fields": [["id": 27642, "title": "Deal ID", "type": "text", "active": true]],
      ])
    sandbox = try SandboxCompany(path: directory.path, time: clock, today: nil)
  }

  /// `a@b.example/token:t`.
  private static let apiToken = "Basic YUBiLmV4YW1wbGUvdG9rZW46dA=="

  private func answer(
    _ path: String, _ method: String = "GET", as login: String? = apiToken, body: String = "",
    type: String = "application/json"
  ) async throws -> EmulatedResponse {
    var headers = [NamedValue("Content-Type", type)]
    if let login { headers.append(NamedValue("Authorization", login)) }
    let request = EmulatedRequest(
      method: method, url: "http://127.0.0.1:1/desk\(path)", headers: headers,
      body: Array(body.utf8))
    guard case .answered(let response) = try await sandbox.respond(to: request) else {
      throw SandboxError("no answer")
    }
    return response
  }

  private func ids(_ list: JSONValue?) -> [Int] {
    list?.array?.compactMap { $0["id"]?.integer } ?? []
  }

  private func found(_ query: String) async throws -> [Int] {
    let encoded = query.replacing("%", with: "%25").replacing(" ", with: "%20")
      .replacing(">", with: "%3E").replacing("<", with: "%3C").replacing("\"", with: "%22")
    let path = "/api/v2/search/export?filter%5Btype%5D=ticket&query=\(encoded)"
    return ids(try await answer(path).json()["results"])
  }

  // MARK: Access

  @Test("nobody is let in without credentials, but for the question who one is")
  func anonymous() async throws {
    let refused = try await answer("/api/v2/tickets/1", as: nil)
    #expect(refused.status == 401)
    #expect(try refused.json() == ["error": "Couldn't authenticate you"])
    let me = try await answer("/api/v2/users/me.json", as: nil)
    #expect(me.status == 200)
    #expect(try me.json()["user"]?["id"]?.isNull == true)
    let wrong = try await answer("/api/v2/users/me", as: "Basic YUBiLmV4YW1wbGU6dA==")
    #expect(wrong.status == 401, "the address lacks `/token`")
  }

  @Test("client credentials buy a token of a scope, from JSON or from a form")
  func clientCredentials() async throws {
    let form = "grant_type=client_credentials&client_id=app&client_secret=pw&scope=read"
    let granted = try await answer(
      "/oauth/tokens", "POST", as: nil, body: form, type: "application/x-www-form-urlencoded")
    let token = try #require(try granted.json()["access_token"]?.string)
    #expect(try granted.json()["expires_in"] == nil, "it has no end unless one is asked for")
    #expect(try await answer("/api/v2/tickets/1", as: "Bearer \(token)").status == 200)
    let json = """
      {"grant_type": "client_credentials", "client_id": "app", "client_secret": "pw",
       "scope": ["read"], "expires_in": 300}
      """
    let listed = try await answer("/oauth/tokens", "POST", as: nil, body: json).json()
    let useless = try #require(listed["access_token"]?.string)
    let forbidden = try await answer("/api/v2/tickets/1", as: "Bearer \(useless)")
    #expect(forbidden.status == 403, "a list of scopes is taken, and grants nothing")
    #expect(try forbidden.json()["error"]?["title"] == "Forbidden")
    clock.advance(by: .seconds(301))
    let ended = try await answer("/api/v2/tickets/1", as: "Bearer \(useless)")
    #expect(ended.status == 401)
    #expect(try ended.json()["error"] == "invalid_token")
    let wrong = try await answer(
      "/oauth/tokens", "POST", as: nil, body: json.replacing("\"pw\"", with: "\"x\""))
    #expect(wrong.status == 401)
  }

  @Test("a refresh token is good once, and takes the old access token with it")
  func refresh() async throws {
    func grant(_ token: String) async throws -> JSONValue {
      try await answer(
        "/oauth/tokens", "POST", as: nil,
        body: """
          {"grant_type": "refresh_token", "client_id": "app", "client_secret": "pw",
           "scope": "read", "refresh_token": "\(token)"}
          """
      ).json()
    }
    let first = try await grant("R0")
    let access = try #require(first["access_token"]?.string)
    #expect(try await grant("R0")["error"] == "invalid_grant")
    let second = try await grant(try #require(first["refresh_token"]?.string))
    #expect(try await answer("/api/v2/tickets/1", as: "Bearer \(access)").status == 401)
    let next = try #require(second["access_token"]?.string)
    #expect(try await answer("/api/v2/tickets/1", as: "Bearer \(next)").status == 200)
  }

  // MARK: Records

  @Test("a ticket has every member, and its fields twice")
  func ticket() async throws {
    let ticket = try #require(try await answer("/api/v2/tickets/1.json").json()["ticket"])
    #expect(ticket["url"] == "https://test.zendesk.com/api/v2/tickets/1.json")
    #expect(ticket["generated_timestamp"]?.integer == 1_795_161_600)
    #expect(ticket["fields"] == ticket["custom_fields"])
    #expect(ticket["assignee_id"]?.isNull == true)
    let absent = try await answer("/api/v2/tickets/9")
    #expect(absent.status == 404)
    #expect(try absent.json() == ["error": "RecordNotFound", "description": "Not found"])
    #expect(try await answer("/api/v2/tickets/x").status == 400)
    #expect(try await answer("/api/v2/nothing").json()["error"] == "InvalidEndpoint")
    #expect(try await answer("/api/v2/tickets", "POST").status == 404)
  }

  @Test(
    "the list filters by external ID, leaves archived tickets out, and ignores what it does not know"
  )
  func list() async throws {
    let path = "/api/v2/tickets?external_id=BW-10001&colour=red"
    let list = try await answer(path).json()
    #expect(ids(list["tickets"]) == [1, 2])
    #expect(list["count"] == 2)
    #expect(list["next_page"]?.isNull == true)
    #expect(ids(try await answer("/api/v2/tickets?external_id=BW-10002").json()["tickets"]) == [])
    let many = try await answer("/api/v2/tickets/show_many?ids=4,1,77").json()
    #expect(ids(many["tickets"]) == [1, 4])
  }

  @Test("lists are parted by cursor or by offset, as one asks")
  func pages() async throws {
    let first = try await answer("/api/v2/tickets?page[size]=3").json()
    #expect(first["meta"]?["has_more"] == true)
    let next = try #require(first["links"]?["next"]?.string)
    #expect(next.hasPrefix("http://127.0.0.1:1/desk/api/v2/tickets?"))
    let second = try await answer(String(next.dropFirst("http://127.0.0.1:1/desk".count))).json()
    #expect(ids(second["tickets"]) == [5, 101, 102])
    let offset = try await answer("/api/v2/tickets?per_page=3&page=2").json()
    #expect(ids(offset["tickets"]) == [5, 101, 102])
    #expect(offset["previous_page"]?.string?.hasSuffix("per_page=3&page=1") == true)
    let deep = try await answer("/api/v2/tickets?page=101")
    #expect(deep.status == 400)
    #expect(try deep.json()["errors"]?[0]?["code"] == "InvalidPaginationDepth")
    #expect(try await answer("/api/v2/tickets?page[size]=101").status == 400)
  }

  // MARK: Search

  @Test("values of one field are alternatives, and match by whole words in any case")
  func alternatives() async throws {
    #expect(try await found("custom_field_27642:\"BW-10001\"") == [3, 2, 1])
    #expect(
      try await found("custom_field_27642:\"BW-10001\" custom_field_27642:\"BW-10002\"")
        == [4, 3, 2, 1])
    #expect(try await found("custom_field_27642:\"BW-1000\"") == [])
    #expect(try await found("custom_field_27642:\"BW-1000*\"") == [4, 3, 2, 1])
    #expect(try await found("custom_field_27642:* -custom_field_27642:BW-20000") == [4, 3, 2, 1])
    #expect(try await found("custom_field_27642:none") == [5])
    #expect(try await found("custom_field_99:\"BW-10001\"") == [], "and says no word about it")
  }

  @Test("other properties narrow what was found")
  func narrowing() async throws {
    let deal = "custom_field_27642:BW-10001"
    #expect(try await found("\(deal) status<solved") == [3, 1])
    #expect(try await found("\(deal) status:open status:hold") == [3, 1])
    #expect(try await found("\(deal) priority>=high") == [1])
    #expect(try await found("\(deal) updated>2026-11-20T08:30:00Z") == [2])
    #expect(try await found("\(deal) updated>=2026-11-20") == [2, 1])
    #expect(try await found("\(deal) updated>90minutes") == [2, 1])
    #expect(try await found("\"ticket 3\"") == [3])
  }

  @Test("a search gives no more than a thousand results, an export gives them all")
  func resultLimit() async throws {
    let query = "query=custom_field_27642:BW-20000"
    let page = try await answer("/api/v2/search?\(query)&page=10").json()
    #expect(page["count"] == 1_100)
    #expect(page["results"]?.array?.count == 100)
    #expect(page["results"]?[0]?["result_type"] == "ticket")
    let beyond = try await answer("/api/v2/search?\(query)&page=11")
    #expect(beyond.status == 422)
    #expect(try beyond.json()["error"] == "invalid")
    let cursor = try await answer("/api/v2/search?\(query)&page[size]=10")
    #expect(cursor.status == 400)
    #expect(try await answer("/api/v2/search/count?\(query)").json() == ["count": 1_100])
    let export = "/api/v2/search/export?filter[type]=ticket&page[size]=1000&\(query)"
    let first = try await answer(export).json()
    #expect(first["results"]?.array?.count == 1_000)
    let after = try #require(first["meta"]?["after_cursor"]?.string)
      .replacing("=", with: "%3D")
    let rest = try await answer("\(export)&page[after]=\(after)").json()
    #expect(rest["results"]?.array?.count == 100)
    #expect(rest["meta"]?["has_more"] == false)
    clock.advance(by: .seconds(3_601))
    let late = try await answer("\(export)&page[after]=\(after)")
    #expect(late.status == 400, "a cursor lives for an hour")
    #expect(try await answer("/api/v2/search/export?\(query)").status == 422)
  }

  @Test("a change reaches the search when the index has it")
  func indexDelay() async throws {
    try await sandbox.obey(ControlOrder(.delayIndex(milliseconds: 120_000)), by: "desk")
    let order = ControlOrder(
      .setField(record: "tickets/5", field: "custom_fields.27642", value: "BW-10005"))
    try await sandbox.obey(order, by: "desk")
    let ticket = try await answer("/api/v2/tickets/5").json()["ticket"]
    #expect(ticket?["custom_fields"]?[0]?["value"] == "BW-10005")
    #expect(ticket?["updated_at"] == "2026-11-20T09:00:00Z")
    #expect(try await found("custom_field_27642:BW-10005") == [])
    clock.advance(by: .seconds(120))
    #expect(try await found("custom_field_27642:BW-10005") == [5])
  }

  // MARK: The incremental export

  @Test("the incremental export holds the last minute back, and tells of deleted tickets")
  func incremental() async throws {
    let start = 1_795_161_600 - 60
    let path = "/api/v2/incremental/tickets/cursor"
    let first = try await answer("\(path)?start_time=\(start)").json()
    #expect(ids(first["tickets"]) == [1], "2 was changed half a minute ago")
    #expect(first["end_of_stream"] == true)
    try await sandbox.obey(ControlOrder(.delete(record: "tickets/1")), by: "desk")
    clock.advance(by: .seconds(60))
    let cursor = try #require(first["after_cursor"]?.string).replacing("=", with: "%3D")
    let second = try await answer("\(path)?cursor=\(cursor)").json()
    #expect(ids(second["tickets"]) == [2, 1])
    #expect(second["tickets"]?[1]?["status"] == "deleted")
    #expect(try await answer("/api/v2/tickets/1").status == 404)
    let recent = try await answer("\(path)?start_time=\(1_795_161_600 + 3_660)")
    #expect(recent.status == 422)
    #expect(try recent.json()["error"] == "InvalidValue")
    _ = try await answer("\(path)?start_time=\(start)")
    let fourth = try await answer("\(path)?start_time=\(start)")
    #expect(fourth.status == 429)
    #expect(fourth.header("Retry-After") == "60")
    #expect(fourth.body.starts(with: "Number of allowed API requests".utf8))
  }

  @Test("an answer tells how many calls are left")
  func limits() async throws {
    let first = try await answer("/api/v2/ticket_fields")
    #expect(first.header("X-Rate-Limit") == "400")
    #expect(first.header("ratelimit-remaining") == "399")
    #expect(try await answer("/api/v2/ticket_fields").header("ratelimit-remaining") == "398")
  }

  @Test("a field made anew has another ID, until that is mended")
  func renamed() async throws {
    try await sandbox.obey(ControlOrder(.renameProperty(from: "27642", to: "27700")), by: "desk")
    #expect(try await answer("/api/v2/ticket_fields/27642").status == 404)
    #expect(try await found("custom_field_27642:BW-10001") == [])
    #expect(try await found("custom_field_27700:BW-10001") == [3, 2, 1])
    try await sandbox.obey(ControlOrder(.mend), by: "desk")
    #expect(try await found("custom_field_27642:BW-10001") == [3, 2, 1])
  }
}
