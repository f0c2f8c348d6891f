import DealModel
import TestSupport
import Testing

@testable import Sandbox

@Suite struct JiraEmulatorTests {
  @Test("without fields a search gives IDs only, and neither a total nor a start")
  func bareSearch() async throws {
    let jira = try JiraHarness(JiraHarness.small())
    let reply = await jira.search("project = SD")
    #expect(reply.body == ["issues": [["id": "10104"]], "isLast": true])
  }

  @Test("pages follow a token, differ in size, and together give every issue once")
  func paging() async throws {
    var sample = JiraSample()
    for number in 1...330 { sample.add("BWD-\(number)", deal: "BW-1", "Epic \(number)") }
    let jira = try JiraHarness(sample)
    var token: String?
    var keys: [String] = []
    var sizes: [Int] = []
    repeat {
      let reply = await jira.search(
        "project = BWD ORDER BY key", fields: ["summary"], size: 5_000, token: token)
      #expect(reply.status == 200)
      keys += reply.keys
      sizes.append(reply.keys.count)
      token = reply["nextPageToken"]?.string
      #expect((token == nil) == (reply["isLast"] == true))
    } while token != nil && sizes.count < 10
    #expect(keys == (1...330).map { "BWD-\($0)" })
    #expect(sizes.first == 100 && Set(sizes).count > 2)
    let bare = await jira.search("project = BWD", fields: ["id"], size: 5_000)
    #expect(bare["issues"]?.array?.count == 330)
  }

  @Test("a token is good for its own query, and for a week")
  func tokens() async throws {
    let jira = try JiraHarness(JiraHarness.small())
    let first = await jira.search("project = BWD", fields: ["key"], size: 2)
    let token = try #require(first["nextPageToken"]?.string)
    #expect(await jira.search("project = SD", fields: ["key"], size: 2, token: token).status == 400)
    #expect(
      await jira.search("project = BWD", fields: ["key"], size: 2, token: "CAE").status == 400)
    jira.clock.advance(by: .seconds(8 * 86_400))
    #expect(
      await jira.search("project = BWD", fields: ["key"], size: 2, token: token).status == 400)
  }

  @Test("the removed search says so with 410")
  func removed() async throws {
    let jira = try JiraHarness(JiraHarness.small())
    let reply = await jira.ask("POST", "/rest/api/3/search", ["jql": "x"], isDocumented: false)
    #expect(reply.status == 410)
    #expect(reply.message?.contains("CHANGE-2046") == true)
    #expect(await jira.ask("GET", "/rest/api/2/search", isDocumented: false).status == 410)
  }

  @Test("long texts are documents, times have an offset without a colon, dates have no time")
  func wireFormat() async throws {
    let jira = try JiraHarness(JiraHarness.small())
    let reply = await jira.ask("GET", "/rest/api/3/issue/BWD-3")
    let fields = try #require(reply["fields"])
    #expect(fields["description"]?["type"] == "doc")
    #expect(
      fields["description"].map { JiraDocument.plainText(of: $0) } == "One line.\nAnother.")
    #expect(fields["updated"] == "2026-11-18T09:14:03.221+0100")
    #expect(fields["timespent"] == 9_060)
    #expect(fields["worklog"]?["worklogs"]?[0]?["comment"]?["type"] == "doc")
    #expect(await jira.ask("GET", "/rest/api/3/issue/BWD-99").status == 404)
  }

  @Test("a field that exists and is empty is null; one that does not exist is left out")
  func absentFields() async throws {
    let jira = try JiraHarness(JiraHarness.small())
    let reply = await jira.search(
      "key = BWD-4", fields: ["customfield_10050", "customfield_77777", "environment"])
    #expect(
      reply["issues"]?[0]?["fields"] == ["customfield_10050": nil, "environment": nil])
  }

  @Test("wrong credentials are 401; on a site that admits strangers they see nothing instead")
  func strangers() async throws {
    let jira = try JiraHarness(JiraHarness.small())
    let wrong = "Basic d3Jvbmc6d3Jvbmc="
    let refused = await jira.search("project = BWD", authorization: wrong)
    #expect(refused.status == 401)
    #expect(refused.response.header("WWW-Authenticate")?.hasPrefix("Basic") == true)
    for _ in 0..<10 { _ = await jira.search("project = BWD", authorization: wrong) }
    let captcha = await jira.search("project = BWD", authorization: wrong)
    #expect(captcha.response.header("X-Seraph-LoginReason") == "AUTHENTICATION_DENIED")

    _ = try await jira.emulator.obey(
      ControlOrder(.setField(record: "site", field: "admitsStrangers", value: "true")))
    let empty = await jira.search("project = BWD", authorization: wrong)
    #expect(empty.body == ["issues": [], "isLast": true])
    #expect(empty.response.header("X-Seraph-LoginReason") == "AUTHENTICATED_FAILED")
    #expect(await jira.ask("GET", "/rest/api/3/myself", authorization: wrong).status == 401)
    #expect(await jira.keys("project = SD") == ["SD-1"])
  }

  @Test("a scoped token belongs to the gateway's address and is refused on the site's")
  func scopedTokens() async throws {
    let jira = try JiraHarness(JiraHarness.small())
    let gateway = "/ex/jira/11223344-a1b2-4b33-8d44-123456789abc/rest/api/3/myself"
    func status(_ path: String, _ authorization: String) async -> Int {
      await jira.ask("GET", path, authorization: authorization, isDocumented: false).status
    }
    #expect(await status("/rest/api/3/myself", JiraHarness.scoped) == 401)
    #expect(await status(gateway, JiraHarness.scoped) == 200)
    #expect(await status(gateway, "Bearer sample-access") == 200)
    #expect(await status(gateway, JiraHarness.basic) == 401)
    #expect(await status("/ex/jira/other/rest/api/3/myself", JiraHarness.scoped) == 404)
    let tenant = await jira.ask(
      "GET", "/_edge/tenant_info", authorization: nil, isDocumented: false)
    #expect(tenant["cloudId"] == "11223344-a1b2-4b33-8d44-123456789abc")
  }

  @Test("an expired token is refused from then on; the server's address needs none")
  func expiry() async throws {
    let jira = try JiraHarness(JiraHarness.small())
    #expect(await jira.ask("GET", "/rest/api/3/myself")["timeZone"] == "Europe/Berlin")
    _ = try await jira.emulator.obey(ControlOrder(.expireToken))
    #expect(await jira.ask("GET", "/rest/api/3/myself").status == 401)
    let server = await jira.ask("GET", "/rest/api/3/serverInfo", authorization: nil)
    #expect(server["serverTime"] == "2026-11-20T10:00:00.000+0100")
  }

  @Test("a burst beyond the limit is throttled with every header, until the next second")
  func bursts() async throws {
    let jira = try JiraHarness(JiraHarness.small(), limits: EmulatorLimits(values: ["burst": 5]))
    for _ in 0..<5 { #expect(await jira.ask("GET", "/rest/api/3/field").status == 200) }
    let reply = await jira.ask("GET", "/rest/api/3/field")
    #expect(reply.status == 429)
    for name in [
      "Retry-After", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset",
      "X-RateLimit-NearLimit", "RateLimit-Reason", "Beta-RateLimit", "Beta-RateLimit-Policy",
      "Beta-Retry-After",
    ] { #expect(reply.response.header(name) != nil, "\(name)") }
    #expect(reply.response.header("RateLimit-Reason") == "jira-burst-based")
    #expect(reply.response.header("X-RateLimit-Reset") == "2026-11-20T09:00:01Z")
    // Limits are counted by endpoint.
    #expect(await jira.ask("GET", "/rest/api/3/myself").status == 200)
    jira.clock.advance(by: .seconds(1))
    #expect(await jira.ask("GET", "/rest/api/3/field").status == 200)
    let quota = await jira.emulator.throttling(
      policy: "jira-quota-tenant-based", for: EmulatedRequest(method: "GET", url: "/rest"))
    #expect(quota.header("Retry-After") == "3599")
  }

  @Test("a change reaches the search late when the index lags, and at once for issues reconciled")
  func indexDelay() async throws {
    let jira = try JiraHarness(JiraHarness.small())
    _ = try await jira.emulator.obey(ControlOrder(.delayIndex(milliseconds: 30_000)))
    _ = try await jira.emulator.obey(
      ControlOrder(.setField(record: "issues/SD-1", field: "customfield_10042", value: "BW-7")))
    #expect(await jira.keys("cf[10042] ~ \"BW-7\"") == [])
    let fresh = await jira.ask("GET", "/rest/api/3/issue/SD-1?fields=customfield_10042")
    #expect(fresh["fields"] == ["customfield_10042": "BW-7"])
    let reconciled = await jira.ask(
      "POST", "/rest/api/3/search/jql",
      ["jql": "cf[10042] ~ \"BW-7\"", "fields": ["key"], "reconcileIssues": [10_104]])
    #expect(reconciled.keys == ["SD-1"])
    _ = try await jira.emulator.obey(
      ControlOrder(.setField(record: "issues/SD-1", field: "customfield_10042", value: "BW-8")))
    #expect(await jira.keys("cf[10042] ~ \"BW-8\"") == [])
    jira.clock.advance(by: .seconds(30))
    #expect(await jira.keys("cf[10042] ~ \"BW-8\"") == ["SD-1"])
    #expect(await jira.keys("updated >= -1m") == ["SD-1"])
  }

  @Test("a renamed field is gone from queries, answers and the list, under its old ID")
  func rename() async throws {
    let jira = try JiraHarness(JiraHarness.small())
    _ = try await jira.emulator.obey(
      ControlOrder(.renameProperty(from: "customfield_10042", to: "customfield_10777")))
    let reply = await jira.search("cf[10042] ~ \"BW-00042\"")
    #expect(
      reply.message == "Field 'cf[10042]' does not exist or you do not have permission to view it.")
    #expect(await jira.keys("cf[10777] ~ \"BW-00043\" ORDER BY key") == ["BWD-4", "SD-1"])
    let field = await jira.ask("GET", "/rest/api/3/field")
    #expect(
      field.body.array?.compactMap { $0["id"]?.string } == [
        "customfield_10050", "customfield_10777",
      ])
    let missing = ControlOrder(.renameProperty(from: "customfield_1", to: "customfield_2"))
    await #expect(throws: SandboxError.self) { try await jira.emulator.obey(missing) }
  }

  @Test("known issues are fetched together; missing ones are simply not there")
  func bulkFetch() async throws {
    let jira = try JiraHarness(JiraHarness.small())
    let reply = await jira.ask(
      "POST", "/rest/api/3/issue/bulkfetch",
      ["issueIdsOrKeys": ["BWD-1", "10103", "BWD-99", "BWD-4"], "fields": ["summary"]])
    #expect(reply.keys == ["BWD-1", "BWD-4"])
    let many = JSONValue.array((0..<101).map { .string("BWD-\($0)") })
    let refused = await jira.ask("POST", "/rest/api/3/issue/bulkfetch", ["issueIdsOrKeys": many])
    #expect(refused.status == 400)
  }

  @Test("worklogs come by issue, by change but never of the last minute, and as deletions")
  func worklogs() async throws {
    let jira = try JiraHarness(JiraHarness.small())
    let all = await jira.ask("GET", "/rest/api/3/issue/BWD-3/worklog?startAt=1&maxResults=1")
    #expect(all["total"] == 3)
    #expect(all["worklogs"]?[0]?["timeSpentSeconds"] == 5_400)
    let changed = await jira.ask("GET", "/rest/api/3/worklog/updated?since=0")
    let ids = changed["values"]?.array?.compactMap { $0["worklogId"]?.integer }
    #expect(ids == [100_000, 100_001])
    let listed = await jira.ask("POST", "/rest/api/3/worklog/list", ["ids": [100_001, 5]])
    #expect(listed.body[0]?["issueId"] == "10102")
    #expect(listed.body.array?.count == 1)
    _ = try await jira.emulator.obey(
      ControlOrder(.setField(record: "worklogs/100000", field: "deleted", value: "true")))
    jira.clock.advance(by: .seconds(90))
    let deleted = await jira.ask("GET", "/rest/api/3/worklog/deleted?since=0")
    #expect(deleted["values"]?.array?.compactMap { $0["worklogId"]?.integer } == [100_000])
    #expect(await jira.ask("GET", "/rest/api/3/issue/BWD-3")["fields"]?["timespent"] == 5_460)
  }

  @Test("versions, projects and fields come in counted pages")
  func countedPages() async throws {
    var sample = JiraHarness.small()
    sample.versions["BWD"] = (0..<7).map { number in
      [
        "id": .string("2000\(number)"), "name": .string("Phase \(number)"), "projectId": 10_000,
        "released": .bool(number < 3), "archived": false, "releaseDate": "2026-12-01",
      ]
    }
    let jira = try JiraHarness(sample)
    let page = await jira.ask("GET", "/rest/api/3/project/BWD/version?startAt=5&maxResults=5")
    #expect(page["total"] == 7 && page["isLast"] == true)
    #expect(page["values"]?.array?.count == 2)
    let open = await jira.ask("GET", "/rest/api/3/project/BWD/version?status=unreleased")
    #expect(open["total"] == 4)
    let version = await jira.ask("GET", "/rest/api/3/version/20003")
    #expect(version["name"] == "Phase 3")
    let projects = await jira.ask("GET", "/rest/api/3/project/search?keys=SD")
    #expect(projects["values"]?.array?.count == 1)
    #expect(await jira.ask("GET", "/rest/api/3/field/search")["total"] == 2)
    #expect(await jira.ask("GET", "/rest/api/3/project/BWD")["key"] == "BWD")
    #expect(await jira.ask("GET", "/rest/api/3/status").body.array?.count == 2)
  }

  @Test("counts and checks of queries are given")
  func counts() async throws {
    let jira = try JiraHarness(JiraHarness.small())
    let count = await jira.ask(
      "POST", "/rest/api/3/search/approximate-count", ["jql": "cf[10042] ~ \"BW-00042\""])
    #expect(count.body == ["count": 3])
    let parsed = await jira.ask(
      "POST", "/rest/api/3/jql/parse?validation=strict", ["queries": ["project = BWD", "nope = 1"]])
    #expect(parsed["queries"]?[0]?["errors"] == nil)
    #expect(parsed["queries"]?[1]?["errors"]?.array?.count == 1)
  }

  @Test("what writes, and what no one documented, is refused")
  func strictness() async throws {
    let jira = try JiraHarness(JiraHarness.small())
    for (method, path) in [("PUT", "/rest/api/3/issue/BWD-1"), ("POST", "/rest/api/3/issue")] {
      let reply = await jira.ask(method, path, ["fields": [:]], isDocumented: false)
      #expect(reply.status == 404)
    }
    let unknown = await jira.ask(
      "POST", "/rest/api/3/search/jql", ["jql": "project = BWD", "startAt": 0],
      isDocumented: false)
    #expect(unknown.status == 400)
    #expect(unknown.message?.hasPrefix("Invalid request payload") == true)
  }

  @Test("a site with a time zone that no rule is known for is refused when it is read")
  func unknownZone() throws {
    var sample = JiraSample()
    sample.site = ["displayTimeZone": "Mars/Olympus"]
    #expect(throws: SandboxError.self) { try JiraHarness(sample) }
  }
}
