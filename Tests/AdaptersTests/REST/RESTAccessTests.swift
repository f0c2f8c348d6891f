import AdapterKit
import DealModel
import TestSupport
import Testing

@Suite("How a JSON API is let in to")
struct RESTAccessTests {
  private static let tickets = """
    tickets:
      get: /tickets
      query: {deal: "{deal}"}
      items: tickets
      values: {subject: subject, open: open}
    """

  private func bench(
    _ auth: String, secrets: any SecretReader = TestSecrets()
  ) throws -> RESTBench {
    try RESTBench(records: Self.tickets, auth, secrets: secrets) { request in
      if request.url.contains("/token") {
        return ScriptedAPI.json([
          "access_token": "at-1", "expires_in": 3600, "token_type": "bearer",
        ])
      }
      return ScriptedAPI.json(["tickets": []])
    }
  }

  private func sent(_ auth: String) async throws -> [HTTPRequest] {
    let bench = try bench(auth)
    _ = try await bench.records(.tickets, "BW-10001")
    return bench.api.requests
  }

  private func header(_ name: String, _ request: HTTPRequest?) -> String? {
    request?.headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }

  @Test(
    "a token goes into the header that the configuration names",
    arguments: [
      ("auth: {type: bearer, token: {env: T}}", "Authorization", "Bearer secret-of-T"),
      ("auth: {type: header, name: X-Key, token: {env: T}}", "X-Key", "secret-of-T"),
      (
        "auth: {type: header, name: Authorization, prefix: Token, token: {env: T}}",
        "Authorization", "Token secret-of-T"
      ),
      (
        // RFC 7617: the user, a colon and the password in Base64.
        "auth: {type: basic, user: {env: U}, password: {env: P}}", "Authorization",
        "Basic c2VjcmV0LW9mLVU6c2VjcmV0LW9mLVA="
      ),
    ])
  func headers(_ auth: String, _ name: String, _ value: String) async throws {
    let requests = try await sent(auth)
    #expect(requests.count == 1)
    #expect(header(name, requests.first) == value)
    #expect(requests.first?.url.contains("secret") == false)
  }

  @Test("a token in the query is put on last, and is in no report and no message")
  func query() async throws {
    let bench = try bench("auth: {type: query, name: api_key, token: {env: T}}")
    _ = try await bench.records(.tickets, "BW-10001")
    #expect(bench.api.paths == ["/tickets?deal=BW-10001&api_key=secret-of-T"])
    #expect(!"\(bench.calls.reports)".contains("secret-of-T"))
    let refused = try RESTBench(
      records: Self.tickets, "auth: {type: query, name: api_key, token: {env: T}}"
    ) { _ in ScriptedAPI.json(["error": "secret-of-T"], status: 401) }
    let error = try await refused.failure { _ = try await refused.records(.tickets, "BW-10001") }
    #expect(error?.kind == .unauthorized)
    #expect(error?.message.contains("secret-of-T") == false)
  }

  @Test("a token in the body takes the place of its gap, wherever that is")
  func body() async throws {
    let bench = try RESTBench(
      records: """
        tickets:
          post: /call
          body: '{"params": ["{secret}", {"deals": "{deals}", "key": "k-{secret}"}]}'
          items: tickets
          values: {subject: subject, open: open}
        """,
      """
      auth: {type: body, token: {env: T}}
      reading_posts: [/call]
      """
    ) { _ in ScriptedAPI.json(["tickets": []]) }
    _ = try await bench.records(.tickets, "BW-10001", "BW-10002")
    let body = try JSONValue(parsing: try #require(bench.api.requests.first).body)
    #expect(
      body == [
        "params": [
          "secret-of-T", ["deals": ["BW-10001", "BW-10002"], "key": "k-secret-of-T"],
        ]
      ])
    #expect(!"\(bench.calls.reports)".contains("secret-of-T"))
  }

  @Test(
    "OAuth fetches a token first and uses it for every call",
    arguments: [
      (
        "client_credentials", "",
        "grant_type=client_credentials&client_id=secret-of-I&client_secret=secret-of-S&scope=read"
      ),
      (
        "refresh_token", ", refresh_token: {env: R}",
        "grant_type=refresh_token&client_id=secret-of-I&client_secret=secret-of-S"
          + "&refresh_token=secret-of-R&scope=read"
      ),
    ])
  func oauth(_ type: String, _ more: String, _ form: String) async throws {
    let bench = try bench(
      """
      auth: {type: \(type), token_url: "https://login.brightwater.example/token",
             client_id: {env: I}, client_secret: {env: S}, scope: read\(more)}
      """)
    _ = try await bench.records(.tickets, "BW-10001")
    _ = try await bench.records(.tickets, "BW-10002")
    let requests = bench.api.requests
    #expect(requests.count == 3, "one token for two calls")
    #expect(requests.first?.url == "https://login.brightwater.example/token")
    #expect(String(decoding: requests.first?.body ?? [], as: UTF8.self) == form)
    for request in requests.dropFirst() {
      #expect(header("Authorization", request) == "Bearer at-1")
    }
  }

  @Test(
    "what a way of being let in needs is asked for by name",
    arguments: [
      ("auth: {type: bearer}", "`auth` of type bearer has no `token`"),
      ("auth: {type: basic, user: {env: U}}", "has no `password`"),
      ("auth: {type: header, token: {env: T}}", "has no `name`"),
      ("auth: {type: header, name: 'X: Y', token: {env: T}}", "has no `name`"),
      (
        "auth: {type: client_credentials, client_id: {env: I}, client_secret: {env: S}}",
        "has no `token_url`"
      ),
      (
        "auth: {type: refresh_token, token_url: 'https://x.example/t', client_id: {env: I}, "
          + "client_secret: {env: S}}", "has no `refresh_token`"
      ),
    ])
  func lacking(_ auth: String, _ words: String) throws {
    let error = #expect(throws: SystemError.self) { try bench(auth) }
    #expect(error?.kind == .refused)
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    #expect(error?.message.contains("systems.api") == true)
  }
}
