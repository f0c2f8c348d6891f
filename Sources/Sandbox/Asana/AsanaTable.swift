import DealModel

/// The kinds of records, by the names of their lists.
enum AsanaTable: String, CaseIterable, Hashable, Sendable {
  case workspaces, users, projects, tasks
  case fields = "custom_fields"
  case settings = "custom_field_settings"
  case entries = "time_tracking_entries"

  /// What `resource_type` and errors call one of them.
  var single: String {
    switch self {
    case .workspaces: "workspace"
    case .users: "user"
    case .projects: "project"
    case .tasks: "task"
    case .fields: "custom_field"
    case .settings: "custom_field_setting"
    case .entries: "time_tracking_entry"
    }
  }

  /// What a compact record has besides `gid` and `resource_type`.
  var compact: [String] {
    switch self {
    case .workspaces, .users, .projects: ["name"]
    case .tasks: ["name", "resource_subtype"]
    case .fields: ["name", "type", "enum_options"]
    case .settings: []
    case .entries: ["duration_minutes", "entered_on", "attributable_to", "created_by"]
    }
  }

  /// Members that name other records by their `gid`, one or a list of them.
  var references: [(member: String, table: AsanaTable)] {
    switch self {
    case .workspaces, .users, .fields: []
    case .projects: [("workspace", .workspaces), ("owner", .users), ("custom_fields", .fields)]
    case .tasks:
      [
        ("workspace", .workspaces), ("projects", .projects), ("assignee", .users),
        ("completed_by", .users), ("created_by", .users), ("parent", .tasks),
        ("custom_fields", .fields),
      ]
    case .settings: [("project", .projects), ("custom_field", .fields)]
    case .entries: [("task", .tasks), ("created_by", .users), ("attributable_to", .projects)]
    }
  }

  /// The texts that every record in a file needs.
  var required: [String] {
    switch self {
    case .workspaces, .users: ["name"]
    case .projects, .tasks: ["name", "created_at", "modified_at"]
    case .fields: ["name", "resource_subtype"]
    case .settings: []
    case .entries: ["entered_on"]
    }
  }
}

extension JSONValue {
  /// Asana's ID of a record, digits in a string; empty for none.
  var gid: String { self["gid"]?.string ?? "" }

  /// The IDs of what a member names: one record, a list of them, or none.
  func gids(_ member: String) -> [String] {
    guard let named = self[member], !named.isNull else { return [] }
    return (named.array ?? [named]).map(\.gid)
  }
}

extension Timestamp {
  /// The instant as Asana writes it, always with milliseconds: `2026-11-20T09:00:00.000Z`.
  var withMilliseconds: String {
    let text = description
    return text.contains(".") ? text : text.dropLast() + ".000Z"
  }
}
