import DealModel
import Sandbox
import Testing

@Suite("Lists and changes of the emulated Asana")
struct AsanaListTests {
  private func large(_ count: Int) throws -> AsanaHarness {
    let tasks = (1...count).map { number in
      AsanaHarness.task("\(10_000 + number)", "Task \(number)", "default_task", ["201"])
    }
    return try AsanaHarness(["tasks": .array(tasks), "time_tracking_entries": []])
  }

  // MARK: Pages

  @Test("pages follow one another by tokens, and the last one has none")
  func pages() async throws {
    let asana = try large(230)
    var path = "/projects/201/tasks?limit=100&opt_fields=name"
    var gids: [String] = []
    var sizes: [Int] = []
    for _ in 1...3 {
      let page = try await asana.ask(path)
      gids += page.gids
      sizes.append(page.gids.count)
      guard let next = page.body["next_page"], !next.isNull else { break }
      path = try #require(next["path"]?.string)
      #expect(path.hasPrefix("/projects/201/tasks?limit=100&opt_fields=name&offset="))
      #expect(next["uri"]?.string == "http://127.0.0.1:1/pm/api/1.0\(path)")
      #expect(path.hasSuffix("&offset=\(next["offset"]?.string ?? "none")"))
    }
    #expect(sizes == [100, 100, 30])
    #expect(Set(gids).count == 230)
    let last = try await asana.ask(path)
    #expect(last.body["next_page"]?.isNull == true, "it is there, and null")
  }

  @Test("without a limit a list comes in one piece, or not at all when it is too large")
  func withoutLimit() async throws {
    let small = try await large(1_000).ask("/projects/201/tasks")
    #expect(small.gids.count == 1_000)
    #expect(small.body["next_page"] == nil)
    let asana = try large(1_001)
    let refused = try await asana.ask("/projects/201/tasks")
    #expect(refused.status == 400)
    #expect(
      refused.message?.hasPrefix("The result is too large. You should use pagination") == true)
    #expect(try await asana.ask("/projects/201/tasks?limit=100").status == 200)
  }

  @Test("a limit is from 1 to 100", arguments: ["0", "101", "-1", "ten", ""])
  func limit(_ text: String) async throws {
    let asana = try AsanaHarness()
    let refused = try await asana.ask("/projects/201/tasks?limit=\(text)", isDocumented: false)
    #expect(refused.status == 400)
    #expect(refused.message?.hasPrefix("limit: ") == true)
  }

  @Test("a token lives for a while, is good for its own list, and cannot be made up")
  func tokens() async throws {
    let asana = try large(230)
    let first = try await asana.ask("/projects/201/tasks?limit=100")
    let offset = try #require(first.body["next_page"]?["offset"]?.string)
    #expect(offset.allSatisfy { $0.isLetter || $0.isNumber || "-_".contains($0) })
    let path = "/projects/201/tasks?limit=50&offset="
    #expect(try await asana.ask(path + offset).gids.first == "10101", "of another size, too")
    for other in [
      "/projects/202/tasks?limit=100&offset=\(offset)",
      "/projects/201/tasks?limit=100&completed_since=now&offset=\(offset)",
      path + offset.dropLast(), path + "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9", path + "100",
    ] {
      let refused = try await asana.ask(other)
      #expect(refused.status == 400)
      #expect(refused.message == "offset: Your pagination token is invalid.", "\(other)")
    }
    try await asana.order(.delete(record: "tasks/10100"))
    let gone = try await asana.ask(path + offset)
    #expect(gone.message == "offset: Your pagination token has expired.", "its place is gone")
    let again = try await asana.ask("/projects/201/tasks?limit=100")
    let later = try #require(again.body["next_page"]?["offset"]?.string)
    asana.clock.advance(by: .seconds(600))
    let expired = try await asana.ask(path + later)
    #expect(expired.status == 400)
    #expect(expired.message == "offset: Your pagination token has expired.")
  }

  // MARK: Events

  /// Asks for events. Of one that is no addition the parent is `null`, as the document says in words
  /// and not in its schema.
  private func events(
    _ asana: AsanaHarness, _ resource: String, _ sync: String?
  ) async throws -> AsanaHarness.Reply {
    try await asana.ask(
      "/events?resource=\(resource)" + (sync.map { "&sync=\($0)" } ?? "")
        + "&opt_fields=action,type,resource.name,user.name,created_at,change")
  }

  @Test("events begin with a refusal that bears the token to go on with")
  func events() async throws {
    let asana = try AsanaHarness()
    let first = try await events(asana, "201", nil)
    #expect(first.status == 412)
    #expect(first.message?.hasPrefix("Sync token invalid or too old.") == true)
    let sync = try #require(first.body["sync"]?.string)
    try await asana.order(.setField(record: "tasks/302", field: "assignee", value: "31"))
    try await asana.order(.setField(record: "tasks/304", field: "due_on", value: "2026-12-24"))
    try await asana.order(.delete(record: "tasks/303"))
    let second = try await events(asana, "201", sync)
    #expect(second.status == 200)
    #expect(
      second.data == [
        [
          "user": ["gid": "31", "name": "Pim Reader"], "created_at": "2026-11-20T09:00:00.000Z",
          "type": "task", "action": "changed", "resource": ["gid": "302", "name": "Handover"],
          "change": [
            "field": "assignee", "action": "changed",
            "new_value": ["gid": "31", "resource_type": "user", "name": "Pim Reader"],
          ],
        ],
        [
          "user": ["gid": "31", "name": "Pim Reader"], "created_at": "2026-11-20T09:00:00.000Z",
          "type": "task", "action": "deleted", "resource": ["gid": "303", "name": "Order piles"],
        ],
      ], "304 is in another project")
    #expect(second.body["has_more"] == false)
    let next = try #require(second.body["sync"]?.string)
    #expect(try await events(asana, "201", next).data == [])
    #expect(try await events(asana, "302", sync).status == 412, "it is another resource's")
    asana.clock.advance(by: .seconds(86_400))
    #expect(try await events(asana, "201", next).status == 412, "too old")
    let whole = try await asana.ask("/events?resource=999", isDocumented: false)
    #expect(whole.status == 400)
  }

  @Test("events come a hundred at a time")
  func manyEvents() async throws {
    let asana = try AsanaHarness()
    let sync = try #require(try await events(asana, "201", nil).body["sync"]?.string)
    for number in 1...130 {
      try await asana.order(.setField(record: "tasks/302", field: "name", value: "Name \(number)"))
    }
    let first = try await events(asana, "201", sync)
    #expect(first.data?.array?.count == 100)
    #expect(first.body["has_more"] == true)
    let second = try await events(asana, "201", first.body["sync"]?.string)
    #expect(second.data?.array?.count == 30)
    #expect(second.body["has_more"] == false)
  }

  // MARK: Orders

  @Test("records change as somebody changes them, and are modified then")
  func orders() async throws {
    let asana = try AsanaHarness()
    asana.clock.advance(by: .milliseconds(221))
    try await asana.order(.setField(record: "tasks/302", field: "completed", value: "true"))
    let task = try #require(try await asana.ask("/tasks/302").data)
    #expect(task["completed"] == true)
    #expect(task["completed_at"] == "2026-11-20T09:00:00.221Z")
    #expect(task["modified_at"] == "2026-11-20T09:00:00.221Z")
    try await asana.order(
      .setField(record: "projects/204", field: "custom_fields.777", value: "BW-4"))
    let project = try #require(try await asana.ask("/projects/204").data)
    #expect(project["custom_fields"]?[0]?["text_value"] == "BW-4")
    #expect(project["custom_fields"]?[0]?["display_value"] == "BW-4")
    #expect(project["modified_at"] == "2026-11-20T09:00:00.221Z")
    try await asana.order(
      .setField(record: "tasks/304", field: "custom_fields.779", value: "South"))
    #expect(try await asana.found("custom_fields.779.value=92") == ["304"])
    try await asana.order(
      .setField(record: "tasks/304", field: "custom_fields.780", value: "2026-12-05"))
    #expect(try await asana.found("custom_fields.780.after=2026-12-04") == ["304"])
    #expect(try await asana.found("custom_fields.780.before=2026-12-05") == [])
    // Its `date_time` is null, as the document says in words and not in its schema.
    let sailing = try await asana.ask("/tasks/304", isDocumented: false).data?["custom_fields"]?[3]
    #expect(sailing?["date_value"] == ["date": "2026-12-05", "date_time": nil])
    #expect(sailing?["display_value"] == "2026-12-05")
    try await asana.order(.setField(record: "tasks/304", field: "projects", value: "201, 203"))
    #expect(
      try await asana.ask("/projects/201/tasks?limit=9").gids == ["301", "302", "303", "304"])
    #expect(
      try await asana.ask("/tasks/304?opt_fields=modified_at").data?["modified_at"]
        == "2026-11-20T09:00:00.221Z", "moving alone would not have changed that")
    try await asana.order(
      .setField(record: "time_tracking_entries/401", field: "duration_minutes", value: "60"))
    #expect(try await asana.ask("/tasks/303").data?["actual_time_minutes"] == 75)
    for (record, field, value) in [
      ("tasks/999", "name", "x"), ("tasks/302", "nothing", "x"), ("tasks/302", "completed", "x"),
      ("tasks/302", "assignee", "99"), ("tasks/302", "custom_fields.999", "x"),
      ("time_tracking_entries/401", "duration_minutes", "x"), ("users/31", "name", "x"),
      ("tasks/302", "gid", "1"),
    ] {
      await #expect(throws: SandboxError.self, "\(record) \(field)") {
        try await asana.order(.setField(record: record, field: field, value: value))
      }
    }
  }

  @Test("moving a task leaves its time of change as it was")
  func moving() async throws {
    let asana = try AsanaHarness()
    try await asana.order(.setField(record: "tasks/304", field: "projects", value: "201"))
    let task = try await asana.ask("/tasks/304?opt_fields=modified_at,projects").data
    #expect(task?["modified_at"] == "2026-11-19T10:00:00.500Z")
    #expect(task?["projects"]?[0]?["gid"] == "201")
  }

  @Test("a deleted project takes its own tasks along, with their time")
  func deleted() async throws {
    let asana = try AsanaHarness()
    try await asana.order(.delete(record: "projects/201"))
    #expect(try await asana.ask("/projects/201").status == 404)
    #expect(try await asana.ask("/tasks/301").status == 404)
    #expect(try await asana.ask("/time_tracking_entries/401").status == 404)
    let shared = try await asana.ask("/tasks/302?opt_fields=projects").data
    #expect(shared?["projects"] == [["gid": "203", "resource_type": "project"]])
    #expect(try await asana.found("completed=false") == ["302", "304"])
    await #expect(throws: SandboxError.self) {
      try await asana.order(.delete(record: "projects/201"))
    }
  }

  @Test("a field made anew has another ID everywhere, until that is mended")
  func renamed() async throws {
    let asana = try AsanaHarness()
    try await asana.order(.renameProperty(from: "777", to: "888"))
    #expect(try await asana.ask("/custom_fields/777").status == 404)
    #expect(try await asana.ask("/custom_fields/888").data?["name"] == "Deal ID")
    let project = try await asana.ask("/projects/201?opt_fields=custom_fields.text_value").data
    #expect(project?["custom_fields"]?[0] == ["gid": "888", "text_value": "BW-1"])
    #expect(try await asana.found("custom_fields.888.value=T-302") == ["302"])
    try await asana.order(.mend)
    #expect(try await asana.found("custom_fields.777.value=T-302") == ["302"])
    for (old, new) in [("999", "1"), ("777", "778"), ("777", "name")] {
      await #expect(throws: SandboxError.self, "\(old) \(new)") {
        try await asana.order(.renameProperty(from: old, to: new))
      }
    }
  }

  @Test("failures that are ordered have the bodies that Asana gives them")
  func failures() async throws {
    let asana = try AsanaHarness()
    func failed(_ act: ControlOrder.Act) async throws -> AsanaHarness.Reply {
      try await asana.order(.mend)
      try await asana.order(act)
      return try await asana.ask("/users/me", isDocumented: false)
    }
    let broken = try await failed(.fail(status: 500))
    #expect(broken.message == "Server Error")
    #expect(broken.body["errors"]?[0]?["phrase"] == "6 sad squid snuggle softly")
    let gateway = try await failed(.fail(status: 503))
    #expect(gateway.response.header("Content-Type") == "text/html")
    #expect(try await failed(.fail(status: 403)).message == "Forbidden")
    let throttled = try await failed(.throttle(policy: nil))
    #expect(throttled.status == 429)
    #expect(throttled.response.header("Retry-After") == "30")
  }

  // MARK: Files

  @Test(
    "a file that cannot be served is named, with the record",
    arguments: [
      (["workspaces": []], "a workspace is needed"),
      (["account": ["user": "99"]], "the `gid` of a user"),
      (["users": [["gid": 31, "name": "Pim"]]], "users.json: record 0 needs a `gid` of its own"),
      (
        ["projects": [["gid": "201", "name": "Quay"]]], "projects.json: record 0 needs `created_at`"
      ),
      (
        [
          "time_tracking_entries": [["gid": "1", "entered_on": "2026-11-17", "task": ["gid": "9"]]]
        ],
        "record 0 names in `task` the `gid` \"9\""
      ),
      (["custom_fields": []], "record 0 names in `custom_fields` the `gid` \"777\""),
    ] as [([String: JSONValue], String)])
  func files(changed: [String: JSONValue], words: String) async throws {
    let asana = try AsanaHarness(changed)
    let error = await #expect(throws: SandboxError.self) { try await asana.sandbox.load() }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
  }
}
