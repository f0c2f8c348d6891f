import DealModel
import Sandbox
import TestSupport
import Testing

@Suite struct HubSpotAccessTests {
  private let oauth =
    "{client_id: secrets/id, client_secret: secrets/secret, refresh_token: secrets/refresh}"

  private func refresh(_ hubSpot: HubSpotFixture, _ form: String) async throws -> EmulatedResponse {
    try await hubSpot.call("POST", "/oauth/v3/token", form)
  }

  @Test("no token and a wrong one are INVALID_AUTHENTICATION")
  func invalid() async throws {
    let hubSpot = try HubSpotFixture()
    let wrong = try await hubSpot.call("GET", "/crm/v3/owners", token: "wrong")
    #expect(wrong.status == 401)
    #expect(try wrong.json()["category"] == "INVALID_AUTHENTICATION")
    let none = try await hubSpot.sandbox.respond(
      to: EmulatedRequest(method: "GET", url: "/crm/crm/v3/owners")
    ).response()
    #expect(none.status == 401)
    #expect(
      try none.json()["message"]?.string?.hasPrefix("Authentication credentials not found") == true)
  }

  @Test("an expired token is EXPIRED_AUTHENTICATION with when, and valid again once mended")
  func expired() async throws {
    let hubSpot = try HubSpotFixture()
    try await hubSpot.obey("expire-token")
    hubSpot.clock.advance(by: .seconds(90))
    let response = try await hubSpot.get("/crm/v3/owners")
    #expect(response.status == 401)
    let document = try response.json()
    #expect(document["category"] == "EXPIRED_AUTHENTICATION")
    #expect(document["message"]?.string?.contains("expired 90 second(s) ago") == true)
    #expect(document["context"]?["expire time"] == ["2026-11-20T12:00:00Z"])
    try await hubSpot.obey("mend")
    #expect(try await hubSpot.get("/crm/v3/owners").status == 200)
  }

  @Test("a refresh token wins access tokens that live half an hour")
  func refreshing() async throws {
    var hubSpot = try HubSpotFixture(credentials: oauth)
    #expect(try await hubSpot.get("/crm/v3/owners").status == 401)
    let form = "grant_type=refresh_token&client_id=app&client_secret=hush&refresh_token=again"
    let grant = try await refresh(hubSpot, form).json()
    #expect(grant["expires_in"] == 1800)
    #expect(grant["hub_id"] == 424242)
    #expect(grant["refresh_token"] == "again")
    hubSpot.token = try #require(grant["access_token"]?.string)
    #expect(try await hubSpot.get("/crm/v3/owners").status == 200)
    hubSpot.clock.advance(by: .seconds(1_800))
    let expired = try await hubSpot.get("/crm/v3/owners")
    #expect(try expired.json()["category"] == "EXPIRED_AUTHENTICATION")
    let second = try await refresh(hubSpot, form).json()["access_token"]?.string
    #expect(second != hubSpot.token)
    hubSpot.token = try #require(second)
    try await hubSpot.obey("expire-token")
    #expect(try await hubSpot.get("/crm/v3/owners").status == 401)
  }

  @Test(
    "a bad refresh is a 400 with OAuth's error",
    arguments: [
      (
        "grant_type=refresh_token&client_id=app&client_secret=hush&refresh_token=no",
        "invalid_grant", "BAD_REFRESH_TOKEN"
      ),
      (
        "grant_type=refresh_token&client_id=no&client_secret=hush&refresh_token=again",
        "invalid_client", "BAD_CLIENT_ID"
      ),
      ("grant_type=password", "unsupported_grant_type", "BAD_GRANT_TYPE"),
      ("", "unsupported_grant_type", "BAD_GRANT_TYPE"),
    ])
  func badRefresh(form: String, error: String, status: String) async throws {
    let hubSpot = try HubSpotFixture(credentials: oauth)
    let response = try await refresh(hubSpot, form)
    #expect(response.status == 400)
    #expect(try response.json()["error"]?.string == error)
    #expect(try response.json()["status"]?.string == status)
  }

  @Test("a scope that was not granted is a 403 that names it")
  func scopes() async throws {
    let hubSpot = try HubSpotFixture(files: [
      "account.json": #"{"portalId":1,"scopes":["crm.objects.deals.read"]}"#
    ])
    #expect(try await hubSpot.get("/crm/v3/objects/deals").status == 200)
    #expect(try await hubSpot.get("/account-info/v3/details").json()["scopes"] == nil)
    let response = try await hubSpot.get("/crm/v3/objects/tickets")
    #expect(response.status == 403)
    #expect(try response.json()["category"] == "MISSING_SCOPES")
    #expect(
      try response.json()["errors"]?[0]?["context"]?["requiredGranularScopes"] == ["tickets"])
  }
}

@Suite struct HubSpotLimitTests {
  @Test("the burst limit is rolling, counted down in headers, and search has none of them")
  func burst() async throws {
    let hubSpot = try HubSpotFixture(limits: "{burst: 3, daily: 10}")
    let first = try await hubSpot.get("/crm/v3/owners")
    #expect(first.header("X-HubSpot-RateLimit-Max") == "3")
    #expect(first.header("X-HubSpot-RateLimit-Remaining") == "2")
    #expect(first.header("X-HubSpot-RateLimit-Interval-Milliseconds") == "10000")
    #expect(first.header("X-HubSpot-RateLimit-Daily") == "10")
    #expect(first.header("X-HubSpot-RateLimit-Daily-Remaining") == "9")
    let search = try await hubSpot.search([:])
    #expect(!search.headers.contains { $0.name.hasPrefix("X-HubSpot-RateLimit") })
    hubSpot.clock.advance(by: .seconds(4))
    _ = try await hubSpot.get("/crm/v3/owners")
    let exceeded = try await hubSpot.get("/crm/v3/owners")
    #expect(exceeded.status == 429)
    let document = try exceeded.json()
    #expect(document["policyName"] == "TEN_SECONDLY_ROLLING")
    #expect(document["errorType"] == "RATE_LIMIT")
    #expect(document["message"] == "You have reached your ten_secondly_rolling limit.")
    #expect(exceeded.header("Retry-After") == nil)
    hubSpot.clock.advance(by: .seconds(6))
    #expect(try await hubSpot.get("/crm/v3/owners").status == 200)
  }

  @Test("search has five calls a second")
  func searchLimit() async throws {
    let hubSpot = try HubSpotFixture(limits: "{burst: none}")
    for _ in 0..<5 { #expect(try await hubSpot.search([:]).status == 200) }
    let exceeded = try await hubSpot.search([:])
    #expect(exceeded.status == 429)
    #expect(try exceeded.json()["policyName"] == "SECONDLY")
    hubSpot.clock.advance(by: .seconds(1))
    #expect(try await hubSpot.search([:]).status == 200)
  }

  @Test("the daily limit ends at midnight of the account, and the usage endpoint shows it")
  func daily() async throws {
    let hubSpot = try HubSpotFixture(limits: "{daily: 2}")
    _ = try await hubSpot.get("/crm/v3/owners")
    let usage = try await hubSpot.get("/account-info/v3/api-usage/daily/private-apps").json()
    #expect(usage["results"]?[0]?["usageLimit"] == 2)
    #expect(usage["results"]?[0]?["currentUsage"] == 2)
    #expect(usage["results"]?[0]?["resetsAt"] == "2026-11-20T23:00:00Z")
    let exceeded = try await hubSpot.get("/crm/v3/owners")
    #expect(exceeded.status == 429)
    #expect(try exceeded.json()["policyName"] == "DAILY")
    hubSpot.clock.advance(by: .seconds(11 * 3_600))
    #expect(try await hubSpot.get("/crm/v3/owners").status == 200)
  }

  @Test("lifted limits send no headers and never throttle")
  func lifted() async throws {
    let hubSpot = try HubSpotFixture(limits: "none")
    for _ in 0..<300 { #expect(try await hubSpot.get("/crm/v3/owners").status == 200) }
    let response = try await hubSpot.get("/crm/v3/owners")
    #expect(!response.headers.contains { $0.name.hasPrefix("X-HubSpot-RateLimit") })
  }

  @Test("ordered failures have HubSpot's shape: 423, 477 with Retry-After, an HTML 503, each 429")
  func orderedFailures() async throws {
    let hubSpot = try HubSpotFixture()
    try await hubSpot.obey("fail 423 count=1")
    let locked = try await hubSpot.get("/crm/v3/owners")
    #expect(locked.status == 423)
    #expect(try locked.json()["status"] == "error")
    try await hubSpot.obey("fail 477 count=1")
    let moving = try await hubSpot.get("/crm/v3/owners")
    #expect(moving.status == 477)
    #expect(moving.header("Retry-After") == "3600")
    try await hubSpot.obey("fail 503 count=1")
    let page = try await hubSpot.get("/crm/v3/owners")
    #expect(page.status == 503)
    #expect(page.header("Content-Type") == "text/html")
    for policy in ["DAILY", "TEN_SECONDLY_ROLLING", "SECONDLY"] {
      try await hubSpot.obey("throttle \(policy) count=1")
      let throttled = try await hubSpot.get("/crm/v3/owners")
      #expect(throttled.status == 429)
      #expect(try throttled.json()["policyName"]?.string == policy)
    }
    try await hubSpot.obey("throttle")
    #expect(try await hubSpot.search([:]).json()["policyName"] == "SECONDLY")
    #expect(
      try await hubSpot.get("/crm/v3/owners").json()["policyName"] == "TEN_SECONDLY_ROLLING")
  }
}
