import DealModel
import Sandbox
import Testing

@Suite("The emulated Asana")
struct AsanaEmulatorTests {
  private static let help =
    "For more information on API status codes and how to handle them, read the docs on errors: https://developers.asana.com/docs/errors"

  // MARK: Access

  @Test("nobody is let in without a token that lives, and the refusal is Asana's")
  func access() async throws {
    let asana = try AsanaHarness()
    for login in [nil, "Bearer 2/1/other", "Basic Mi8xL3BhdDo="] {
      let refused = try await asana.ask("/users/me", as: login)
      #expect(refused.status == 401)
      #expect(
        refused.body
          == ["errors": [["message": "Not Authorized", "help": .string(Self.help)]]])
    }
    let me = try await asana.ask("/users/me")
    #expect(me.data?["email"] == "pim@brightwater.example")
    #expect(me.data?["workspaces"]?[0]?["name"] == "Brightwater")
    #expect(me.response.header("Content-Type") == "application/json; charset=UTF-8")
    try await asana.order(.expireToken)
    #expect(try await asana.ask("/users/me").status == 401)
    try await asana.order(.mend)
    #expect(try await asana.ask("/users/me").status == 200)
  }

  @Test("an app gets a token for an hour, and the refresh token stays what it was")
  func tokens() async throws {
    let asana = try AsanaHarness()
    let form = "grant_type=refresh_token&client_id=4242&client_secret=s3+%26+more"
    for _ in 1...2 {
      let granted = try await asana.grant(form + "&refresh_token=r0")
      #expect(granted.status == 200)
      #expect(granted.body["expires_in"] == 3_600)
      #expect(granted.body["data"]?["gid"] == "31")
      #expect(granted.body["refresh_token"] == nil)
      let token = try #require(granted.body["access_token"]?.string)
      #expect(try await asana.ask("/users/me", as: "Bearer \(token)").status == 200)
      asana.clock.advance(by: .seconds(3_600))
      #expect(try await asana.ask("/users/me", as: "Bearer \(token)").status == 401)
    }
    #expect(try await asana.grant(form + "&refresh_token=x").body["error"] == "invalid_grant")
    let stranger = "grant_type=refresh_token&client_id=4242&client_secret=x&refresh_token=r0"
    #expect(try await asana.grant(stranger).status == 401)
    let code = form.replacing("refresh_token", with: "authorization_code")
    #expect(try await asana.grant(code).body["error"] == "unsupported_grant_type")
  }

  @Test("what an app writes beside a task is there for that app alone")
  func external() async throws {
    var tasks = try #require(AsanaHarness.documents["tasks"]?.array)
    tasks.append([
      "gid": "309", "name": "Linked", "projects": [["gid": "201"]],
      "created_at": "2026-06-01T08:00:00Z", "modified_at": "2026-06-01T08:00:00Z",
      "external": ["gid": "BW-00042", "data": "{}", "app": "4242"],
    ])
    let asana = try AsanaHarness(["tasks": .array(tasks)])
    let form = "grant_type=refresh_token&client_id=4242&client_secret=s3+%26+more&refresh_token=r0"
    let token = try #require(try await asana.grant(form).body["access_token"]?.string)
    let own = try await asana.ask("/tasks/external:BW-00042", as: "Bearer \(token)")
    #expect(own.data?["gid"] == "309")
    #expect(own.data?["external"] == ["gid": "BW-00042", "data": "{}"])
    let other = try await asana.ask("/tasks/external:BW-00042")
    #expect(other.status == 404)
    #expect(other.message == "task: Unknown object: external:BW-00042")
    #expect(try await asana.ask("/tasks/309").data?["external"] == nil)
    #expect(try await asana.ask("/tasks/309?opt_fields=name,external").data?["external"] == nil)
  }

  @Test("a call beyond a limit says when to come back, and counts itself")
  func limits() async throws {
    let asana = try AsanaHarness(limits: "{minute: 6, search: 2}")
    asana.clock.advance(by: .seconds(15))
    let search = "/workspaces/1100/tasks/search?completed=false"
    #expect(try await asana.ask(search).status == 200)
    #expect(try await asana.ask(search).status == 200)
    let third = try await asana.ask(search)
    #expect(third.status == 429)
    #expect(third.response.header("Retry-After") == "45")
    #expect(third.message?.hasPrefix("You've made too many requests and hit a rate limit.") == true)
    for _ in 1...3 { #expect(try await asana.ask("/users/me").status == 200) }
    #expect(try await asana.ask("/users/me").status == 429, "the third search was counted too")
    asana.clock.advance(by: .seconds(45))
    #expect(try await asana.ask(search).status == 200)
  }

  @Test("a paid workspace allows ten times the calls of a free one", arguments: [true, false])
  func plans(isFree: Bool) async throws {
    let asana = try AsanaHarness(["account": .object(["user": "31", "is_free": .bool(isFree)])])
    var statuses: [Int] = []
    for _ in 1...151 {
      statuses.append(try await asana.ask("/users/me", isDocumented: false).status)
    }
    #expect(statuses.dropLast().allSatisfy { $0 == 200 })
    #expect(statuses.last == (isFree ? 429 : 200))
  }

  @Test("without a paid plan there is no search, no custom field and no time tracking")
  func free() async throws {
    let asana = try AsanaHarness(["account": ["user": "31", "is_free": true]])
    for (path, message) in [
      ("/workspaces/1100/tasks/search?completed=false", "Search is only available to premium"),
      ("/custom_fields/777", "Custom Fields are not available for free users or guests."),
      ("/workspaces/1100/custom_fields", "Custom Fields are not available for free users"),
      ("/projects/201/custom_field_settings", "Custom Field Settings are not available"),
      ("/time_tracking_entries?attributable_to=201", "Time Tracking is not available"),
      ("/tasks/303/time_tracking_entries", "Time Tracking is not available"),
    ] {
      // The document tells of this status at two of these paths.
      let refused = try await asana.ask(path, isDocumented: false)
      #expect(refused.status == 402)
      #expect(refused.message?.hasPrefix(message) == true, "\(path)")
    }
    let project = try await asana.ask("/projects/201?opt_fields=name,custom_fields.text_value")
    #expect(project.data?["custom_fields"] == [])
    #expect(try await asana.ask("/tasks/303").data?["actual_time_minutes"]?.isNull == true)
  }

  // MARK: Records

  @Test("a list is compact, one record is whole, and opt_fields brings what it names and the ID")
  func fields() async throws {
    let asana = try AsanaHarness()
    let compact = try await asana.ask("/projects/201/tasks?limit=1").data?[0]
    #expect(
      compact == [
        "gid": "301", "resource_type": "task", "name": "Design", "resource_subtype": "milestone",
      ])
    let whole = try #require(try await asana.ask("/tasks/302").data)
    #expect(whole["assignee"] == ["gid": "32", "resource_type": "user", "name": "Dana Reyes"])
    #expect(whole["completed"] == false)
    #expect(whole["actual_time_minutes"] == 480)
    #expect(whole["memberships"]?[1]?["project"]?["name"] == "Crane hall")
    #expect(whole["permalink_url"] == "https://app.asana.com/1/1100/project/201/task/302")
    #expect(whole["created_at"] == "2026-06-02T08:00:00.000Z", "always with milliseconds")
    #expect(whole["custom_fields"]?[2]?["display_value"] == "North")
    let asked = "?opt_fields=name,assignee.name,projects,custom_fields.text_value"
    #expect(
      try await asana.ask("/tasks/302\(asked)").data == [
        "gid": "302", "assignee": ["gid": "32", "name": "Dana Reyes"],
        "projects": [
          ["gid": "201", "resource_type": "project"], ["gid": "203", "resource_type": "project"],
        ], "name": "Handover",
        "custom_fields": [
          ["gid": "777", "text_value": "T-302"], ["gid": "778"], ["gid": "779"], ["gid": "780"],
        ],
      ])
    // Two ways to write it that the document's enumeration does not have, and a field nobody has.
    let grouped = try await asana.ask(
      "/tasks/302?opt_fields=this.assignee.(name|gid),nonsense", isDocumented: false)
    #expect(grouped.data == ["gid": "302", "assignee": ["gid": "32", "name": "Dana Reyes"]])
    let nobody = try await asana.ask("/tasks/304?opt_fields=assignee.name")
    #expect(nobody.data == ["gid": "304", "assignee": nil])
  }

  @Test("projects are listed with the archived ones, until those are left out")
  func projects() async throws {
    let asana = try AsanaHarness()
    #expect(
      try await asana.ask("/workspaces/1100/projects?limit=100").gids
        == ["201", "202", "203", "204"])
    #expect(
      try await asana.ask("/workspaces/1100/projects?archived=false&limit=100").gids
        == ["201", "203", "204"])
    #expect(try await asana.ask("/projects?workspace=1100&archived=true").gids == ["202"])
    let fields = "custom_fields.number_value,custom_fields.display_value,owner,modified_at"
    let project = try #require(try await asana.ask("/projects/201?opt_fields=\(fields)").data)
    #expect(project["custom_fields"]?[1]?["number_value"] == .number("1250.50"), "digit by digit")
    #expect(project["custom_fields"]?[1]?["display_value"] == "1250.50")
    #expect(project["owner"] == ["gid": "32", "resource_type": "user"])
    let whole = try #require(try await asana.ask("/projects/204").data)
    #expect(whole["custom_fields"]?[0]?["text_value"]?.isNull == true)
    #expect(whole["custom_fields"]?[0]?["name"] == "Deal ID")
    #expect(whole["workspace"]?["name"] == "Brightwater")
  }

  @Test("fields are defined for the workspace, and a project says which its tasks have")
  func customFields() async throws {
    let asana = try AsanaHarness()
    let field = try await asana.ask("/custom_fields/779?opt_fields=name,resource_subtype")
    #expect(field.data == ["gid": "779", "name": "Region", "resource_subtype": "enum"])
    let all = try await asana.ask("/workspaces/1100/custom_fields?limit=100")
    #expect(all.gids == ["777", "778", "779", "780"])
    #expect(all.data?[0]?["resource_subtype"] == nil, "compact")
    let settings = try await asana.ask("/projects/201/custom_field_settings?limit=10").data
    #expect(settings == [["gid": "61", "resource_type": "custom_field_setting"]])
    let named = try await asana.ask(
      "/projects/201/custom_field_settings?limit=10&opt_fields=is_important,custom_field.name")
    #expect(named.data?[0]?["custom_field"] == ["gid": "779", "name": "Region"])
    #expect(try await asana.ask("/projects/203/custom_field_settings?limit=10").gids == [])
  }

  @Test("what is not there, not an ID, or not for us is refused in Asana's words")
  func refusals() async throws {
    let asana = try AsanaHarness()
    for (path, status, message) in [
      ("/projects/999", 404, "project: Unknown object: 999"),
      ("/tasks/999", 404, "task: Unknown object: 999"),
      ("/projects/quay", 400, "project: Not a recognized ID: quay"),
      ("/projects/205", 403, "You do not have access to this project."),
      ("/projects/205/tasks?limit=10", 403, "You do not have access to this project."),
      ("/tasks/305", 403, "You do not have access to this task."),
      ("/tasks?project=205&limit=10", 403, "You do not have access to this project."),
      ("/tasks?project=999&limit=10", 400, "project: Unknown object: 999"),
      ("/tasks?project=&limit=10", 400, "project: Not a Long"),
      (
        "/tasks?limit=10", 400,
        "You should specify one of workspace, project, tag, section, user_task_list"
      ),
      (
        "/tasks?workspace=1100&limit=10", 400,
        "Must specify exactly one of project, tag, section, user task list, or assignee + workspace"
      ),
      (
        "/tasks?workspace=1100&project=201", 400,
        "Must specify exactly one of project, tag, section, user task list, or assignee + workspace"
      ),
      (
        "/time_tracking_entries?workspace=1100&limit=10", 400,
        "entered_on_start_date: Missing input"
      ),
    ] {
      let refused = try await asana.ask(path)
      #expect(refused.status == status, "\(path)")
      #expect(refused.message == message)
      #expect(refused.body["errors"]?[0]?["help"] == .string(Self.help))
    }
    for path in ["/projects/201/nothing", "/goals", "/users"] {
      let refused = try await asana.ask(path, isDocumented: false)
      #expect(refused.status == 404)
      #expect(refused.message == "No matching route for request")
    }
    let posted = try await asana.send(
      EmulatedRequest(
        method: "POST", url: "http://127.0.0.1:1/pm/api/1.0/tasks",
        headers: [NamedValue("Authorization", AsanaHarness.token)]))
    #expect(posted.status == 404, "nothing is ever written")
  }

  // MARK: Tasks

  @Test("tasks of a project are all there are, those not done, or those changed since")
  func tasks() async throws {
    let asana = try AsanaHarness()
    let path = "/projects/201/tasks?limit=100"
    #expect(try await asana.ask(path).gids == ["301", "302", "303"])
    #expect(try await asana.ask("\(path)&completed_since=now").gids == ["302", "303"])
    #expect(
      try await asana.ask("\(path)&completed_since=2026-11-01T07:59:00Z").gids
        == ["301", "302", "303"])
    #expect(
      try await asana.ask("/tasks?project=203&modified_since=2026-11-19T00:00:00Z&limit=100").gids
        == ["304"])
    #expect(
      try await asana.ask("/tasks?assignee=me&workspace=1100&limit=100").gids == ["303"])
    #expect(
      try await asana.ask("/tasks?project=203&modified_since=yesterday", isDocumented: false).status
        == 400)
  }

  @Test("time is listed by project, task, person or days")
  func entries() async throws {
    let asana = try AsanaHarness()
    let path = "/time_tracking_entries?limit=100"
    let ofProject = try await asana.ask("\(path)&attributable_to=201")
    #expect(ofProject.gids == ["401", "402"])
    #expect(
      ofProject.data?[0] == [
        "gid": "401", "resource_type": "time_tracking_entry", "duration_minutes": 90,
        "entered_on": "2026-11-17",
        "attributable_to": ["gid": "201", "resource_type": "project", "name": "Quay wall"],
        "created_by": ["gid": "32", "resource_type": "user", "name": "Dana Reyes"],
      ])
    let asked = try await asana.ask(
      "\(path)&attributable_to=203&opt_fields=duration_minutes,created_by.name,attributable_to")
    #expect(
      asked.data?[0] == [
        "gid": "403", "duration_minutes": 480,
        "attributable_to": ["gid": "203", "resource_type": "project"],
        "created_by": ["gid": "32", "name": "Dana Reyes"],
      ])
    #expect(try await asana.ask("\(path)&user=dana@brightwater.example").gids == ["401", "403"])
    #expect(
      try await asana.ask("\(path)&workspace=1100&entered_on_start_date=2026-11-18").gids
        == ["402", "403"], "that of a hidden task is not shown")
    #expect(
      try await asana.ask(
        "\(path)&user=32&entered_on_end_date=2026-11-17"
      ).gids == ["401"])
    #expect(try await asana.ask("/tasks/303/time_tracking_entries?limit=9").gids == ["401", "402"])
    let one = try #require(try await asana.ask("/time_tracking_entries/403").data)
    #expect(one["task"]?["name"] == "Handover")
    #expect(try await asana.ask("/time_tracking_entries?limit=10").status == 400)
  }
}
