import DealModel

/// Records as somebody sees them: with the members that the vendor serves, whatever the files
/// leave out, and with the names of what they only refer to.
struct AsanaServing {
  let site: AsanaSite
  let caller: AsanaAccess.Caller

  /// What a list shows of a record that was not asked for more.
  func compact(_ record: JSONValue, _ table: AsanaTable) -> JSONValue {
    let whole = whole(record, table)
    return .object(
      (["gid", "resource_type"] + table.compact).compactMap { name in
        whole[name].map { .init(name, $0) }
      })
  }

  /// A record with all there is.
  func whole(_ record: JSONValue, _ table: AsanaTable) -> JSONValue {
    var whole: JSONValue = .object([
      "gid": .string(record.gid), "resource_type": .string(table.single),
    ])
    for source in [Self.usual[table], record] {
      for member in source?.members ?? [] { whole.set(member.name, member.value) }
    }
    for (member, other) in table.references where other != .fields || table == .settings {
      guard let named = record[member], !named.isNull else { continue }
      let found = record.gids(member).filter { other != .projects || !site.hidden.contains($0) }
        .map { reference($0, other) }
      whole.set(member, named.array == nil ? found.first ?? .null : .array(found))
    }
    switch table {
    case .workspaces: break
    case .users:
      whole.set("workspaces", .array(site[.workspaces].map { reference($0.gid, .workspaces) }))
    case .projects: complete(project: &whole, record)
    case .tasks: complete(task: &whole, record)
    case .fields: whole = field(whole)
    case .settings:
      whole.set("parent", whole["project"] ?? .null)
      if let field = site.record(record.gids("custom_field").first ?? "", of: .fields) {
        whole.set("custom_field", self.whole(field, .fields))
      }
    case .entries: break
    }
    return whole
  }

  /// What stands for a record wherever another one names it.
  private func reference(_ gid: String, _ table: AsanaTable) -> JSONValue {
    guard let record = site.record(gid, of: table) else { return .null }
    let named = named(record, table)
    guard table == .tasks else { return named }
    return named.setting("resource_subtype", to: record["resource_subtype"] ?? "default_task")
  }

  /// A record's ID, kind and name.
  func named(_ record: JSONValue, _ table: AsanaTable) -> JSONValue {
    .object([
      "gid": .string(record.gid), "resource_type": .string(table.single),
      "name": record["name"] ?? "",
    ])
  }

  private static let usual: [AsanaTable: JSONValue] = [
    .workspaces: ["is_organization": true, "email_domains": []],
    .users: ["photo": nil],
    .projects: [
      "archived": false, "color": nil, "completed": false, "completed_at": nil,
      "completed_by": nil, "current_status": nil, "current_status_update": nil,
      "default_view": "list", "due_on": nil, "followers": [], "icon": nil, "members": [],
      "notes": "", "owner": nil, "privacy_setting": "public_to_workspace", "public": true,
      "start_on": nil,
    ],
    .tasks: [
      "resource_subtype": "default_task", "actual_time_minutes": nil, "assignee": nil,
      "completed": false, "completed_at": nil, "completed_by": nil, "due_at": nil, "due_on": nil,
      "followers": [], "hearted": false, "hearts": [], "liked": false, "likes": [],
      "memberships": [], "notes": "", "num_hearts": 0, "num_likes": 0, "parent": nil,
      "projects": [], "start_at": nil, "start_on": nil, "tags": [],
    ],
    .fields: ["is_global_to_workspace": true, "has_notifications_enabled": false],
    .settings: ["is_important": false],
    .entries: ["duration_minutes": 0, "categories": []],
  ]

  // MARK: Projects and tasks

  private func complete(project: inout JSONValue, _ record: JSONValue) {
    let workspace = record.gids("workspace").first ?? ""
    project.set("due_date", project["due_on"] ?? .null)
    project.set("custom_fields", values(of: record, isFull: false))
    project.set(
      "permalink_url",
      .string("https://app.asana.com/1/\(workspace)/project/\(record.gid)"))
  }

  private func complete(task: inout JSONValue, _ record: JSONValue) {
    let workspace = record.gids("workspace").first ?? ""
    let projects = task["projects"]?.array ?? []
    task.set("custom_fields", values(of: record, isFull: true))
    task.set("memberships", .array(projects.map { .object(["project": $0]) }))
    let place = projects.first.map { "project/\($0.gid)/" } ?? ""
    task.set(
      "permalink_url",
      .string("https://app.asana.com/1/\(workspace)/\(place)task/\(record.gid)"))
    let entries = site[.entries].filter { $0.gids("task") == [record.gid] }
    if !site.isFree, !entries.isEmpty {
      let minutes = entries.reduce(0) { $0 &+ ($1["duration_minutes"]?.integer ?? 0) }
      task.set("actual_time_minutes", .integer(minutes))
    }
    // What an app has written beside a task no other sees.
    let app = record["external"]?["app"]?.string
    if let app, caller == .app(app), let external = record["external"] {
      task.set("external", external.without(["app"]))
    } else {
      task = task.without(["external"])
    }
  }

  // MARK: Custom fields

  /// The values of a record's custom fields; none where the plan has no custom fields.
  ///
  /// - Parameter isFull: Whether the fields' settings stand beside the values, as in tasks.
  private func values(of record: JSONValue, isFull: Bool) -> JSONValue {
    guard !site.isFree else { return [] }
    return .array((record["custom_fields"]?.array ?? []).map { value($0, isFull: isFull) })
  }

  private func value(_ given: JSONValue, isFull: Bool) -> JSONValue {
    let type = site.type(ofField: given.gid)
    let field = site.record(given.gid, of: .fields).map { whole($0, .fields) } ?? given
    let names = ["gid", "resource_type", "name", "type", "representation_type", "enum_options"]
    let settings = ["resource_subtype", "precision", "format", "currency_code"]
    var members = (names + (isFull ? settings : [])).compactMap { name in
      field[name].map { JSONValue.Member(name, $0) }
    }
    members.append(.init("enabled", true))
    let key = Self.key(ofType: type)
    let several = ["multi_enum", "people", "reference"].contains(type)
    var value = given[key] ?? (several ? [] : .null)
    if type == "enum", !value.isNull {
      value = field["enum_options"]?.array?.first { $0.gid == value.gid } ?? value
    }
    members.append(.init(key, value))
    members.append(.init("display_value", Self.words(for: value)))
    return .object(members)
  }

  /// The member that holds the value of a field of that type.
  static func key(ofType type: String) -> String {
    type == "multi_enum" ? "multi_enum_values" : "\(type)_value"
  }

  /// A value as people read it.
  private static func words(for value: JSONValue) -> JSONValue {
    switch value {
    case .string(let text), .number(let text): return .string(text)
    case .array(let elements):
      let names = elements.compactMap { $0["name"]?.string }
      return names.isEmpty ? .null : .string(names.joined(separator: ", "))
    case .object:
      let words = ["name", "date_time", "date"].compactMap { value[$0] }
      return words.first { !$0.isNull } ?? .null
    case .null, .bool: return .null
    }
  }

  /// A field's definition, with its type under all of its names.
  private func field(_ given: JSONValue) -> JSONValue {
    var field = given
    let type = given["resource_subtype"] ?? "text"
    field.set("type", type)
    if field["representation_type"] == nil { field.set("representation_type", type) }
    if let options = given["enum_options"]?.array {
      field.set(
        "enum_options",
        .array(
          options.map { option in
            .object(
              [
                .init("gid", .string(option.gid)), .init("resource_type", "enum_option"),
                .init("enabled", true), .init("color", "none"),
              ] + (option.members ?? []).filter { $0.name == "name" })
          }))
    }
    return field
  }
}
