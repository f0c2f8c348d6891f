import DealModel
import Sandbox
import TestSupport
import Testing

/// An emulated Asana in process. Every exchange is checked against Asana's own document.
struct AsanaHarness {
  let clock = ManualClock("2026-11-20T09:00:00Z")
  let sandbox: SandboxCompany
  private let files: TestSupport.TemporaryCompany
  private let document: AsanaDocument

  /// - Parameters:
  ///   - changed: Documents by file that take the place of those of ``documents``.
  ///   - limits: The value of `limits` in `company.yaml`.
  init(_ changed: [String: JSONValue] = [:], limits: String = "{}") throws {
    document = try AsanaDocument()
    let documents = Self.documents.merging(changed) { $1 }
    files = try TestSupport.TemporaryCompany(
      yaml: """
        company: Test
        systems:
          pm:
            kind: asana
            limits: \(limits)
            credentials: {token: t, client_id: id, client_secret: secret, refresh_token: refresh}
        """,
      texts: ["t": "2/1/pat\n", "id": "4242\n", "secret": "s3 & more\n", "refresh": "r0\n"],
      documents: Dictionary(uniqueKeysWithValues: documents.map { ("pm/\($0.key)", $0.value) }))
    sandbox = try SandboxCompany(path: files.path, time: clock, today: nil)
  }

  struct Reply {
    var status: Int
    var body: JSONValue
    var response: EmulatedResponse
    var data: JSONValue? { body["data"] }
    var gids: [String] { (data?.array ?? []).compactMap { $0["gid"]?.string } }
    var message: String? { body["errors"]?[0]?["message"]?.string }
  }

  static let token = "Bearer 2/1/pat"
  private static let origin = "http://127.0.0.1:1/pm"

  /// Asks below `/api/1.0`, and records an issue for whatever is not as documented.
  func ask(
    _ path: String, as authorization: String? = token, isDocumented: Bool = true,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> Reply {
    let request = EmulatedRequest(
      method: "GET", url: "\(Self.origin)/api/1.0\(path)",
      headers: authorization.map { [NamedValue("Authorization", $0)] } ?? [])
    let reply = try await send(request)
    if isDocumented {
      let faults = document.faults(
        of: OpenAPIDocument.Exchange(
          method: "GET", path: String(request.path.dropFirst("/pm/api/1.0".count)),
          query: request.query.map { ($0.name, $0.value) }, status: reply.status,
          answer: reply.body))
      for fault in faults { Issue.record("\(fault)", sourceLocation: sourceLocation) }
    }
    return reply
  }

  /// The tasks that a search finds, the oldest first.
  func found(
    _ query: String, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> [String] {
    let path = "/workspaces/1100/tasks/search?sort_by=created_at&sort_ascending=true&\(query)"
    return try await ask(
      path.replacing(" ", with: "%20"), sourceLocation: sourceLocation
    ).gids
  }

  /// Sends a form to the token endpoint.
  func grant(_ form: String) async throws -> Reply {
    try await send(
      EmulatedRequest(
        method: "POST", url: "\(Self.origin)/-/oauth_token",
        headers: [NamedValue("Content-Type", "application/x-www-form-urlencoded")],
        body: Array(form.utf8)))
  }

  func send(_ request: EmulatedRequest) async throws -> Reply {
    guard case .answered(let response) = try await sandbox.respond(to: request) else {
      throw SandboxError("no answer")
    }
    return Reply(
      status: response.status, body: (try? response.json()) ?? .null, response: response)
  }

  func order(_ act: ControlOrder.Act) async throws {
    try await sandbox.obey(ControlOrder(act), by: "pm")
  }

  // MARK: The company

  static let documents: [String: JSONValue] = [
    "account": ["user": "31", "hidden_projects": ["205"]],
    "workspaces": [["gid": "1100", "name": "Brightwater"]],
    "users": [
      ["gid": "31", "name": "Pim Reader", "email": "pim@brightwater.example"],
      ["gid": "32", "name": "Dana Reyes", "email": "dana@brightwater.example"],
    ],
    "custom_fields": [
      ["gid": "777", "name": "Deal ID", "resource_subtype": "text"],
      ["gid": "778", "name": "Deal value", "resource_subtype": "number", "precision": 2],
      [
        "gid": "779", "name": "Region", "resource_subtype": "enum",
        "enum_options": [["gid": "91", "name": "North"], ["gid": "92", "name": "South"]],
      ],
      ["gid": "780", "name": "Sailing", "resource_subtype": "date"],
    ],
    "projects": .array([
      project("201", "Quay wall", "BW-1"), project("202", "Annex", "BW-1", isArchived: true),
      project("203", "Crane hall", "BW-2"), project("204", "Internal", nil),
      project("205", "Board only", "BW-9"),
    ]),
    "custom_field_settings": [
      [
        "gid": "61", "project": ["gid": "201"], "custom_field": ["gid": "779"],
        "is_important": true,
      ]
    ],
    "tasks": .array([
      task("301", "Design", "milestone", ["201"], done: "2026-11-01T08:00:00Z"),
      task("302", "Handover", "milestone", ["201", "203"], due: "2026-12-01", assignee: "32"),
      task("303", "Order piles", "default_task", ["201"], due: "2026-11-10", assignee: "31"),
      task("304", "Steelwork", "milestone", ["203"], modified: "2026-11-19T10:00:00.500Z"),
      task("305", "Board vote", "milestone", ["205"]),
    ]),
    "time_tracking_entries": .array([
      entry("401", "303", "201", 90, "32", "2026-11-17"),
      entry("402", "303", "201", 15, "31", "2026-11-18"),
      entry("403", "302", "203", 480, "32", "2026-11-18"),
      entry("404", "305", "205", 30, "31", "2026-11-18"),
    ]),
  ]

  static func project(
    _ gid: String, _ name: String, _ deal: String?, isArchived: Bool = false
  ) -> JSONValue {
    .object([
      "gid": .string(gid), "name": .string(name), "archived": .bool(isArchived),
      "owner": ["gid": "32"], "created_at": "2026-06-01T08:00:00Z",
      "modified_at": "2026-11-01T08:00:00Z", "notes": .string("About \(name)"),
      "custom_fields": .array([
        .object(["gid": "777", "text_value": deal.map { .string($0) } ?? .null]),
        ["gid": "778", "number_value": .number("1250.50")],
      ]),
    ])
  }

  static func task(
    _ gid: String, _ name: String, _ subtype: String, _ projects: [String], done: String? = nil,
    due: String? = nil, assignee: String? = nil, modified: String = "2026-11-18T08:00:00Z"
  ) -> JSONValue {
    .object([
      "gid": .string(gid), "name": .string(name), "resource_subtype": .string(subtype),
      "completed": .bool(done != nil), "completed_at": done.map { .string($0) } ?? .null,
      "due_on": due.map { .string($0) } ?? .null,
      "assignee": assignee.map { .object(["gid": .string($0)]) } ?? .null,
      "projects": .array(projects.map { .object(["gid": .string($0)]) }),
      "created_at": .string("2026-06-0\(gid.suffix(1))T08:00:00Z"),
      "modified_at": .string(modified),
      "custom_fields": .array([
        .object(["gid": "777", "text_value": .string("T-\(gid)")]),
        .object(["gid": "778", "number_value": .number("\(gid).5")]),
        .object(["gid": "779", "enum_value": gid == "302" ? ["gid": "91"] : nil]),
        ["gid": "780", "date_value": nil],
      ]),
    ])
  }

  static func entry(
    _ gid: String, _ task: String, _ project: String, _ minutes: Int, _ user: String, _ day: String
  ) -> JSONValue {
    .object([
      "gid": .string(gid), "task": .object(["gid": .string(task)]),
      "attributable_to": .object(["gid": .string(project)]),
      "duration_minutes": .integer(minutes), "created_by": .object(["gid": .string(user)]),
      "entered_on": .string(day), "created_at": "2026-11-18T16:00:00Z",
    ])
  }
}
