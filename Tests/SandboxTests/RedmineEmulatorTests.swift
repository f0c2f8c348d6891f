import DealModel
import Sandbox
import TestSupport
import Testing

@Suite("The emulated Redmine")
struct RedmineEmulatorTests {
  private let clock = ManualClock("2026-11-20T09:00:00Z")
  private let sandbox: SandboxCompany
  private let directory: TestSupport.TemporaryCompany

  init() throws {
    func project(_ id: Int, _ name: String, _ deal: String, _ status: Int) -> JSONValue {
      .object([
        "id": .integer(id), "name": .string(name), "identifier": .string(name),
        "status": .integer(status),
        "custom_fields": .array([.object(["id": 7, "name": "Deal", "value": .string(deal)])]),
      ])
    }
    func issue(_ id: Int, _ project: Int, _ isClosed: Bool, _ updated: String) -> JSONValue {
      .object([
        "id": .integer(id), "project": .object(["id": .integer(project)]),
        "subject": .string("Issue \(id)"), "tracker": ["id": 3, "name": "Support"],
        "status": .object(["id": 1, "name": "S", "is_closed": .bool(isClosed)]),
        "updated_on": .string(updated),
        "custom_fields": .array([.object(["id": 5, "name": "Box", "value": "A"])]),
      ])
    }
    let entries = (1...130).map { id -> JSONValue in
      .object([
        "id": .integer(id), "project": .object(["id": .integer(id % 2 + 1)]),
        "hours": .number("1.5"),
        "issue": ["id": 11], "spent_on": "2026-11-17",
      ])
    }
    directory = try TestSupport.TemporaryCompany(
      yaml: """
        company: Test
        systems:
          pm: {kind: redmine, credentials: {key: key}}
        """,
      texts: ["key": "abc\n"],
      documents: [
        "pm/projects": .array([
          project(1, "a", "BW-1", 1), project(2, "b", "BW-2", 1), project(3, "c", "BW-3", 5),
          project(4, "d", "", 1),
        ]),
        "pm/custom_fields": [
          ["id": 7, "name": "Deal", "is_filter": true],
          ["id": 5, "name": "Box", "is_filter": false],
        ],
        "pm/versions": [
          ["id": 1, "project": ["id": 1], "name": "V1", "status": "open"],
          ["id": 2, "project": ["id": 2], "name": "V2", "status": "closed"],
        ],
        "pm/issues": .array([
          issue(11, 1, false, "2026-11-20T08:00:00Z"), issue(12, 1, true, "2026-11-19T08:00:00Z"),
          issue(13, 2, false, "2026-11-18T08:00:00Z"),
        ]),
        "pm/time_entries": .array(entries),
      ])
    sandbox = try SandboxCompany(path: directory.path, time: clock, today: nil)
  }

  private func answer(
    _ path: String, key: String? = "abc"
  ) async throws -> EmulatedResponse {
    let request = EmulatedRequest(
      method: "GET", url: "http://127.0.0.1:1/pm\(path)",
      headers: key.map { [NamedValue("X-Redmine-API-Key", $0)] } ?? [])
    guard case .answered(let response) = try await sandbox.respond(to: request) else {
      throw SandboxError("no answer")
    }
    return response
  }

  private func ids(_ path: String) async throws -> [Int] {
    let document = try await answer(path).json()
    let list = document.members?.first { $0.value.array != nil }?.value.array ?? []
    return list.compactMap { $0["id"]?.integer }
  }

  @Test("a key opens it by header, parameter or as the user; what is refused is a bare status")
  func access() async throws {
    #expect(try await answer("/users/current.json").status == 200)
    #expect(try await answer("/users/current.json?key=abc", key: nil).status == 200)
    let wrong = try await answer("/users/current.json", key: "x")
    #expect(wrong.status == 401)
    #expect(wrong.body.isEmpty)
    #expect(wrong.header("WWW-Authenticate") == nil)
    let none = try await answer("/users/current.json", key: nil)
    #expect(none.header("WWW-Authenticate") == "Basic realm=\"Redmine API\"")
    #expect(try await answer("/custom_fields.json").status == 403, "for administrators")
    #expect(try await answer("/issues/99.json").status == 404)
    let page = try await answer("/issues")
    #expect(page.header("Content-Type")?.hasPrefix("text/html") == true)
  }

  @Test("projects are filtered by a custom field, and without a word only active ones come")
  func projects() async throws {
    #expect(try await ids("/projects.json") == [1, 2, 4])
    #expect(try await ids("/projects.json?status=1%7C5") == [1, 2, 3, 4])
    #expect(try await ids("/projects.json?cf_7=BW-1%7CBW-3&status=1%7C5") == [1, 3])
    #expect(try await ids("/projects.json?cf_7=*") == [1, 2])
    #expect(try await ids("/projects.json?cf_7=!*") == [4])
    #expect(try await ids("/projects.json?cf_7=~w-1") == [1])
    #expect(try await ids("/projects.json?cf_7=bw-1") == [])
    #expect(try await ids("/projects.json?cf_99=BW-1") == [1, 2, 4], "passed over")
    let project = try await answer("/projects/b.json").json()["project"]
    #expect(project?["id"] == 2)
  }

  @Test("issues are the open ones unless asked otherwise")
  func issues() async throws {
    #expect(try await ids("/issues.json?sort=id") == [11, 13])
    #expect(try await ids("/issues.json?status_id=*&sort=id") == [11, 12, 13])
    #expect(try await ids("/issues.json?status_id=closed") == [12], "its first letter counts")
    #expect(try await ids("/issues.json?status_id=c") == [12])
    #expect(try await ids("/issues.json?project_id=1&status_id=*&sort=id") == [11, 12])
    #expect(try await answer("/issues.json?project_id=2%7C3").status == 404, "one at a time")
    #expect(try await answer("/issues.json?project_id=99").status == 404)
    #expect(try await ids("/issues.json?cf_5=B&sort=id") == [11, 13], "not used as a filter")
    #expect(try await ids("/issues.json?project.cf_7=BW-1") == [11])
    #expect(
      try await ids("/issues.json?updated_on=%3E%3D2026-11-19&status_id=*&sort=id") == [11, 12])
    #expect(
      try await ids("/issues.json?updated_on=%3E%3D2026-11-20T08:00:00Z&status_id=*") == [11])
    let bad = try await answer("/issues.json?updated_on=%3E%3Dyesterday")
    #expect(bad.status == 422)
    #expect(try bad.json() == ["errors": ["Updated is invalid"]])
    let issue = try await answer("/issues/12.json").json()["issue"]
    #expect(issue?["project"]?["name"] == "a")
  }

  @Test("a page has twenty-five, a hundred at most, and says how many there are")
  func pages() async throws {
    let usual = try await answer("/time_entries.json").json()
    #expect(usual["time_entries"]?.array?.count == 25)
    #expect(usual["total_count"] == 130)
    #expect(usual["limit"] == 25)
    let large = try await answer("/time_entries.json?limit=500&offset=100").json()
    #expect(large["limit"] == 100)
    #expect(large["offset"] == 100)
    #expect(large["time_entries"]?.array?.count == 30)
    let ofProject = try await answer("/time_entries.json?project_id=1&issue.cf_7=x").json()
    #expect(ofProject["total_count"] == 0, "the issue has no such value")
    #expect(try await answer("/time_entries.json?project.cf_7=BW-1").json()["total_count"] == 65)
  }

  @Test("versions belong to a project and come whole")
  func versions() async throws {
    let list = try await answer("/projects/1/versions.json").json()
    #expect(list["total_count"] == 1)
    #expect(list["versions"]?[0]?["name"] == "V1")
    #expect(try await answer("/versions/2.json").json()["version"]?["status"] == "closed")
    #expect(try await answer("/versions.json").status == 404)
    #expect(try await answer("/projects/77/versions.json").status == 404)
  }

  @Test("records change, go, and lose their field, until that is mended")
  func orders() async throws {
    let order = ControlOrder(
      .setField(record: "projects/4", field: "custom_fields.7", value: "BW-4"))
    try await sandbox.obey(order, by: "pm")
    #expect(try await ids("/projects.json?cf_7=BW-4") == [4])
    let project = try await answer("/projects/4.json").json()["project"]
    #expect(project?["updated_on"] == "2026-11-20T09:00:00Z")
    try await sandbox.obey(ControlOrder(.delete(record: "issues/11")), by: "pm")
    #expect(try await answer("/issues/11.json").status == 404)
    try await sandbox.obey(ControlOrder(.renameProperty(from: "7", to: "8")), by: "pm")
    #expect(try await ids("/projects.json?cf_7=BW-4") == [1, 2, 4])
    #expect(try await ids("/projects.json?cf_8=BW-4") == [4])
    try await sandbox.obey(ControlOrder(.mend), by: "pm")
    #expect(try await ids("/projects.json?cf_7=BW-4") == [4])
  }
}
