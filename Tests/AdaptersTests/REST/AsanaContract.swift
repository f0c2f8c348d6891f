import AdapterKit
import Adapters
import DealModel
import Sandbox
import TestSupport

extension ContractSubject {
  /// Projects, milestones and time tracking entries by the configuration that users copy, but that
  /// nothing is kept: in the contract every reading meets the system as it is.
  static let asana = ContractSubject(
    kind: RESTKind.self, system: "pm", link: AsanaCompany.link,
    settings: ReadyConfiguration.settings(AsanaCompany.system).keepingNothing,
    deals: [.deals: "BW-10001", .milestones: "BW-10001", .hours: "BW-10001"],
    number: ("1201", "BW-10001"),
    change: (
      ControlOrder(.setField(record: "tasks/12002", field: "due_on", value: "2026-12-24")),
      "BW-10001", .milestones
    ),
    drift: ControlOrder(.renameProperty(from: "777", to: "888")),
    // The projects; then one call for each of the three.
    mostCalls: [.deals: 1, .milestones: 4, .hours: 4], renewsCredentials: false,
    company: { try AsanaCompany.make() }, unaskedKinds: [.deals, .milestones, .hours],
    exemptions: [
      .otherTypes: "a list of fields whose IDs are numbers has no field 777, which is drift; "
        + "AsanaConfigurationTests confuses answers"
    ])
}

extension [String: SettingValue] {
  /// The settings with every list read anew each time.
  var keepingNothing: Self {
    Dictionary(
      uniqueKeysWithValues: map { name, value in
        (name, name == "keep_for" ? .duration(.zero) : value.keepingNothing)
      })
  }
}

extension SettingValue {
  fileprivate var keepingNothing: SettingValue {
    switch self {
    case .list(let values): .list(values.map(\.keepingNothing))
    case .mapping(let values): .mapping(values.keepingNothing)
    default: self
    }
  }
}

/// An Asana with projects of two deals, beside others, in its own wire format.
enum AsanaCompany {
  static let link = "custom_fields[gid=777].text_value"

  /// The ready configuration with the sandbox's address and the token of ``make(_:)``.
  static func system() throws -> ConfiguredSystem {
    try ReadyConfiguration.system(
      "asana",
      replacing: [
        ("https://app.asana.com", "\(SandboxTransport.origin)/pm"),
        ("{env: ASANA_TOKEN}", "{file: secrets/token}"),
      ])
  }

  /// - Parameter changed: Documents by file that take the place of those here.
  static func make(_ changed: [String: JSONValue] = [:]) throws -> TemporaryCompany {
    let documents = Self.documents.merging(changed) { _, given in given }
    return try TemporaryCompany(
      yaml: """
        company: Test
        systems:
          pm:
            kind: asana
            credentials:
              token: secrets/token
              client_id: secrets/client-id
              client_secret: secrets/client-secret
              refresh_token: secrets/refresh-token
        """,
      texts: [
        "secrets/token": "2/1200/1201:7f3c9a1e5b8d4f60\n", "secrets/client-id": "1199\n",
        "secrets/client-secret": "s3cret & more\n", "secrets/refresh-token": "2/1200/1199:9b1d\n",
      ], documents: Dictionary(uniqueKeysWithValues: documents.map { ("pm/\($0.key)", $0.value) }))
  }

  static let documents: [String: JSONValue] = [
    "account": ["user": "31"],
    "workspaces": [["gid": "1100", "name": "Brightwater"]],
    "users": [
      ["gid": "31", "name": "Pim Reader", "email": "pim@brightwater.example"],
      ["gid": "32", "name": "Dana Reyes", "email": "dana@brightwater.example"],
      ["gid": "33", "name": "Callum Reid", "email": "callum@brightwater.example"],
    ],
    "custom_fields": [
      ["gid": "777", "name": "Deal ID", "resource_subtype": "text"],
      ["gid": "778", "name": "Deal value", "resource_subtype": "number", "precision": 2],
    ],
    "projects": .array([
      project("1201", "Quay wall", "BW-10001"),
      project("1202", "Quay wall, annex", "BW-10001", isArchived: true),
      project("1203", "Crane hall", "BW-10002"), project("1204", "Internal", nil),
      // The field was never added to this one.
      project("1205", "Template", nil).without("custom_fields"),
    ]),
    "tasks": .array([
      task("12001", "Design", ["1201"], isDone: true, due: "2026-09-01"),
      task("12002", "Handover", ["1201"], due: "2026-12-01", assignee: "32"),
      task("12003", "Order piles", ["1201"], subtype: "default_task", due: "2026-11-10"),
      task("12004", "Annex roof", ["1202"]),
      task("12005", "Steelwork", ["1203"], due: "2026-11-30", assignee: "33"),
    ]),
    "time_tracking_entries": .array([
      entry("501", "12003", "1201", 450, "32", "2026-11-17"),
      entry("502", "12004", "1202", 15, "33", "2026-11-18"),
      entry("503", "12005", "1203", 240, "32", "2026-11-18"),
    ]),
  ]

  static func project(
    _ gid: String, _ name: String, _ deal: String?, isArchived: Bool = false
  ) -> JSONValue {
    .object([
      "gid": .string(gid), "name": .string(name), "archived": .bool(isArchived),
      "owner": ["gid": "32"], "notes": .string("About \(name)"),
      "created_at": "2026-06-01T08:00:00.120Z", "modified_at": "2026-11-01T08:00:00.000Z",
      "custom_fields": .array([
        .object(["gid": "777", "text_value": deal.map { .string($0) } ?? .null]),
        ["gid": "778", "number_value": .number("148000.00")],
      ]),
    ])
  }

  static func task(
    _ gid: String, _ name: String, _ projects: [String], subtype: String = "milestone",
    isDone: Bool = false, due: String? = nil, assignee: String? = nil,
    created: String = "2026-06-01T08:00:00.000Z"
  ) -> JSONValue {
    .object([
      "gid": .string(gid), "name": .string(name), "resource_subtype": .string(subtype),
      "completed": .bool(isDone), "due_on": due.map { .string($0) } ?? .null,
      "completed_at": isDone ? "2026-09-02T08:00:00.000Z" : nil,
      "assignee": assignee.map { .object(["gid": .string($0)]) } ?? .null,
      "projects": .array(projects.map { .object(["gid": .string($0)]) }),
      "notes": .string("About \(name)"), "created_at": .string(created),
      "modified_at": "2026-11-02T08:00:00.000Z", "custom_fields": [],
    ])
  }

  static func entry(
    _ gid: String, _ task: String, _ project: String, _ minutes: Int, _ user: String, _ day: String
  ) -> JSONValue {
    .object([
      "gid": .string(gid), "task": .object(["gid": .string(task)]),
      "attributable_to": .object(["gid": .string(project)]),
      "duration_minutes": .integer(minutes), "created_by": .object(["gid": .string(user)]),
      "entered_on": .string(day), "created_at": "2026-11-18T16:00:00.000Z",
      "description": "Site work",
    ])
  }
}
