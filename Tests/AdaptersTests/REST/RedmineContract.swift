import AdapterKit
import Adapters
import DealModel
import Sandbox
import TestSupport

extension ContractSubject {
  /// Projects, versions, time entries and issues by the configuration that users copy.
  static let redmine = ContractSubject(
    kind: RESTKind.self, system: "pm", link: RedmineCompany.link,
    settings: ReadyConfiguration.settings(RedmineCompany.system),
    deals: [
      .deals: "BW-10001", .milestones: "BW-10001", .hours: "BW-10001", .tickets: "BW-10001",
    ],
    number: ("quay-wall", "BW-10001"),
    change: (
      ControlOrder(.setField(record: "issues/501", field: "subject", value: "Door shut")),
      "BW-10001", .tickets
    ),
    drift: ControlOrder(.renameProperty(from: "7", to: "8")),
    // The projects; then one call for each of the three.
    mostCalls: [.deals: 1, .milestones: 4, .hours: 4, .tickets: 4], renewsCredentials: false,
    company: { try RedmineCompany.make() },
    exemptions: [
      .otherTypes: "a list of fields whose IDs are words has no field 7, which is drift; "
        + "RedmineConfigurationTests confuses answers"
    ])
}

/// A Redmine with projects of two deals, beside others, in its own wire format.
enum RedmineCompany {
  static let link = "custom_fields[id=7].value"

  /// The ready configuration with the sandbox's address and the key of ``make(_:)``.
  static func system() throws -> ConfiguredSystem {
    try ReadyConfiguration.system(
      "redmine",
      replacing: [
        ("https://redmine.brightwater.example", "\(SandboxTransport.origin)/pm"),
        ("{env: REDMINE_API_KEY}", "{file: secrets/key}"),
      ])
  }

  /// - Parameter changed: Documents by file that take the place of those here.
  static func make(_ changed: [String: JSONValue] = [:]) throws -> TemporaryCompany {
    let documents = Self.documents.merging(changed) { _, given in given }
    return try TemporaryCompany(
      yaml: """
        company: Test
        systems:
          pm: {kind: redmine, credentials: {key: secrets/key}}
        """,
      texts: ["secrets/key": "2ee41f7c1f3a4d1d9f7c7e0b5a6c8d9e0f1a2b3c\n"],
      documents: Dictionary(uniqueKeysWithValues: documents.map { ("pm/\($0.key)", $0.value) }))
  }

  static let documents: [String: JSONValue] = [
    "account": ["user_id": 5],
    "users": [
      ["id": 5, "login": "plumbline", "firstname": "Plumb", "lastname": "Line", "admin": false]
    ],
    "custom_fields": [
      ["id": 7, "name": "Deal ID", "customized_type": "project", "is_filter": true],
      ["id": 9, "name": "Region", "customized_type": "project", "is_filter": true],
    ],
    "projects": .array([
      project(11, "quay-wall", "BW-10001"), project(12, "quay-wall-annex", "BW-10001", status: 5),
      project(13, "crane-hall", "BW-10002"), project(14, "internal", nil),
      project(15, "old-dock", "BW-10003", status: 9),
    ]),
    "versions": .array([
      version(201, 11, "Design", "closed", "2026-09-01"),
      version(202, 11, "Handover", "open", "2026-12-01"), version(203, 12, "Annex", "locked", nil),
      version(204, 13, "Steelwork", "open", "2026-11-30"),
    ]),
    "time_entries": .array([
      entry(301, 11, 1, "7.5", "Dana Reyes", "Piling", "2026-11-17"),
      entry(302, 12, nil, "0.25", "Callum Reid", "", "2026-11-18"),
      entry(303, 13, 3, "4.0", "Dana Reyes", "Welding", "2026-11-18"),
    ]),
    "issues": .array([
      issue(501, 11, tracker: 3, "Door stuck", isClosed: false, "2026-11-18T10:38:52Z"),
      issue(502, 11, tracker: 3, "Paint", isClosed: true, "2026-11-12T08:00:00Z"),
      issue(503, 11, tracker: 1, "A task, no ticket", isClosed: false, "2026-11-19T08:00:00Z"),
      issue(504, 13, tracker: 3, "Crane squeaks", isClosed: false, "2026-11-19T08:00:00Z"),
    ]),
  ]

  static func project(
    _ id: Int, _ identifier: String, _ deal: String?, status: Int = 1
  ) -> JSONValue {
    .object([
      "id": .integer(id), "name": .string("Project \(identifier)"),
      "identifier": .string(identifier), "description": "", "status": .integer(status),
      "is_public": false,
      "custom_fields": .array([
        .object([
          "id": 7, "name": "Deal ID", "value": deal.map { .string($0) } ?? "",
        ])
      ]),
      "created_on": "2026-06-01T08:00:00Z", "updated_on": "2026-11-01T08:00:00Z",
    ])
  }

  static func version(
    _ id: Int, _ project: Int, _ name: String, _ status: String, _ due: String?
  ) -> JSONValue {
    .object([
      "id": .integer(id), "project": .object(["id": .integer(project)]), "name": .string(name),
      "description": .string("About \(name)"), "status": .string(status),
      "due_date": due.map { .string($0) } ?? .null, "sharing": "none",
      "created_on": "2026-06-01T08:00:00Z", "updated_on": "2026-11-02T08:00:00Z",
    ])
  }

  static func entry(
    _ id: Int, _ project: Int, _ issue: Int?, _ hours: String, _ user: String, _ comments: String,
    _ day: String
  ) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("id", .integer(id)), .init("project", .object(["id": .integer(project)])),
      .init("user", .object(["id": 6, "name": .string(user)])),
      .init("activity", ["id": 9, "name": "Site work"]), .init("hours", .number(hours)),
      .init("comments", .string(comments)), .init("spent_on", .string(day)),
      .init("created_on", "2026-11-18T16:00:00Z"), .init("updated_on", "2026-11-18T16:00:00Z"),
    ]
    if let issue { members.append(.init("issue", .object(["id": .integer(issue)]))) }
    return .object(members)
  }

  static func issue(
    _ id: Int, _ project: Int, tracker: Int, _ subject: String, isClosed: Bool, _ updated: String
  ) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("id", .integer(id)), .init("project", .object(["id": .integer(project)])),
      .init("tracker", .object(["id": .integer(tracker), "name": "Support"])),
      .init(
        "status",
        .object([
          "id": isClosed ? 5 : 1, "name": isClosed ? "Closed" : "New",
          "is_closed": .bool(isClosed),
        ])),
      .init("priority", ["id": 4, "name": "High"]),
      .init("author", ["id": 6, "name": "Dana Reyes"]),
      .init("subject", .string(subject)), .init("description", .string("About: \(subject)")),
      .init("created_on", "2026-11-01T08:00:00Z"), .init("updated_on", .string(updated)),
    ]
    if !isClosed { members.append(.init("assigned_to", ["id": 7, "name": "Callum Reid"])) }
    return .object(members)
  }
}
