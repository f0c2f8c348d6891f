import DealModel
import Sandbox
import Testing

@Suite("The search of the emulated Asana")
struct AsanaSearchTests {
  @Test(
    "a search finds tasks by what its parameters say, all of them at once",
    arguments: [
      ("completed=false", ["302", "303", "304"]),
      ("resource_subtype=milestone", ["301", "302", "304"]),
      ("resource_subtype=milestone&projects.any=201,204", ["301", "302"]),
      ("projects.all=201,203", ["302"]), ("projects.not=201", ["304"]),
      ("assignee.any=me", ["303"]), ("assignee.any=dana@brightwater.example,31", ["302", "303"]),
      ("assignee.any=null", ["301", "304"]), ("assignee.not=32", ["301", "303", "304"]),
      ("modified_at.after=2026-11-18T08:00:00Z", ["304"]),
      ("modified_at.before=2026-11-18T08:00:00.001Z", ["301", "302", "303"]),
      ("created_at.after=2026-06-02T08:00:00.000Z", ["303", "304"]),
      ("due_on=2026-12-01", ["302"]), ("due_on=null", ["301", "304"]),
      ("due_on.before=2026-12-01", ["303"]), ("completed_on=2026-11-01", ["301"]),
      ("created_on.after=2026-06-03", ["304"]), ("text=HAND over", ["302"]),
      ("is_subtask=true", []), ("has_attachment=false&completed=true", ["301"]),
      ("tags.any=1", []), ("tags.not=1&completed=true", ["301"]),
      ("custom_fields.777.value=T-302", ["302"]), ("custom_fields.777.value=T-30", []),
      ("custom_fields.777.starts_with=T-30", ["301", "302", "303", "304"]),
      ("custom_fields.777.ends_with=4", ["304"]), ("custom_fields.777.contains=-303", ["303"]),
      ("custom_fields.778.value=301.50", ["301"]),
      ("custom_fields.778.greater_than=302.5", ["303", "304"]),
      ("custom_fields.778.less_than=302", ["301"]), ("custom_fields.779.value=91", ["302"]),
      ("custom_fields.779.is_set=false", ["301", "303", "304"]),
      ("custom_fields.780.is_set=true", []),
    ])
  func conditions(query: String, wanted: [String]) async throws {
    #expect(try await AsanaHarness().found(query) == wanted)
  }

  @Test(
    "a search has a limit and no pages, passes over what it does not know, and refuses nonsense")
  func searchRules() async throws {
    let asana = try AsanaHarness()
    let path = "/workspaces/1100/tasks/search"
    let limited = try await asana.ask("\(path)?sort_by=created_at&limit=2")
    #expect(limited.gids == ["304", "303"], "the latest first")
    #expect(limited.body["next_page"] == nil)
    #expect(try await asana.ask(path).gids == ["304", "301", "302", "303"], "by the last change")
    #expect(try await asana.ask("\(path)?sort_by=due_date").gids == ["302", "303", "301", "304"])
    let unknown = try await asana.ask("\(path)?phase=of_the_moon&limit=2", isDocumented: false)
    #expect(unknown.gids.count == 2)
    for query in [
      "resource_subtype=epic", "completed=perhaps", "modified_at.after=noon", "due_on=tomorrow",
      "sort_by=name", "custom_fields.999.value=1", "limit=101",
    ] {
      #expect(
        try await asana.ask("\(path)?\(query)", isDocumented: false).status == 400, "\(query)")
    }
    let compact = try await asana.ask("\(path)?due_on=2026-12-01").data?[0]
    #expect(
      compact == [
        "gid": "302", "resource_type": "task", "name": "Handover", "resource_subtype": "milestone",
      ])
    let tasks = (1...30).map { AsanaHarness.task("\(700 + $0)", "T", "default_task", ["201"]) }
    let many = try AsanaHarness(["tasks": .array(tasks), "time_tracking_entries": []])
    #expect(try await many.ask("\(path)?completed=false").gids.count == 20)
    #expect(try await many.ask("\(path)?completed=false&limit=100").gids.count == 30)
  }

  @Test("a change reaches the search when the index has it, and shows at once elsewhere")
  func indexDelay() async throws {
    let asana = try AsanaHarness()
    try await asana.order(.delayIndex(milliseconds: 60_000))
    try await asana.order(.setField(record: "tasks/304", field: "due_on", value: "2026-12-24"))
    try await asana.order(.delete(record: "tasks/303"))
    #expect(try await asana.ask("/tasks/304?opt_fields=due_on").data?["due_on"] == "2026-12-24")
    #expect(try await asana.found("due_on=2026-12-24") == [])
    #expect(try await asana.found("due_on.before=2026-12-01") == [], "what is gone is not shown")
    asana.clock.advance(by: .seconds(59))
    #expect(try await asana.found("due_on=2026-12-24") == [])
    asana.clock.advance(by: .seconds(1))
    #expect(try await asana.found("due_on=2026-12-24") == ["304"])
    try await asana.order(.mend)
    try await asana.order(.setField(record: "tasks/304", field: "due_on", value: ""))
    #expect(try await asana.found("due_on=2026-12-24") == [], "mended, it is not late")
  }
}
