import DealModel

/// The records of one Asana as they stand, and its tasks as the search index knows them.
struct AsanaSite: Sendable {
  /// A change on its way into the search index; no task for one that was deleted.
  private struct Indexing: Sendable {
    var at: Timestamp
    var gid: String
    var task: JSONValue?
  }

  /// Whether it has no paid plan: then there is no search, no custom field and no time tracking.
  let isFree: Bool
  /// The projects that the user may not see.
  let hidden: Set<String>
  /// Whose token it is.
  let me: String
  /// Records as they stand in the files, in their order there.
  private(set) var records: [AsanaTable: [JSONValue]] = [:]
  private(set) var indexed: [JSONValue] = []
  private var indexings: [Indexing] = []
  private(set) var events = AsanaEvents()
  /// How much later changes reach the search.
  var indexDelay = Duration.zero

  /// - Throws: ``SandboxError`` naming the file and the record that cannot be served.
  init(folder: EmulatorFolder) throws(SandboxError) {
    let account = try folder.object("account")
    isFree = account?["is_free"]?.bool ?? false
    hidden = Set((account?["hidden_projects"]?.array ?? []).compactMap(\.string))
    for table in AsanaTable.allCases { records[table] = try Self.read(table, in: folder) }
    guard let workspace = records[.workspaces]?.first?.gid else {
      throw SandboxError("a workspace is needed", at: folder.file("workspaces"))
    }
    let user = account?["user"]?.string
    guard let me = user ?? records[.users]?.first?.gid,
      records[.users]?.contains(where: { $0.gid == me }) == true
    else {
      throw SandboxError(
        "expected an object with `user`, the `gid` of a user", at: folder.file("account"))
    }
    self.me = me
    for table in [AsanaTable.projects, .tasks] {
      records[table] = records[table]?.map { record in
        record["workspace"] == nil
          ? record.setting("workspace", to: .object(["gid": .string(workspace)])) : record
      }
    }
    for table in AsanaTable.allCases { try checkReferences(of: table, in: folder) }
    indexed = self[.tasks]
  }

  private static func read(
    _ table: AsanaTable, in folder: EmulatorFolder
  ) throws(SandboxError) -> [JSONValue] {
    let records = try folder.records(table.rawValue)
    var gids: Set<String> = []
    for (number, record) in records.enumerated() {
      guard !record.gid.isEmpty, record.gid.allSatisfy({ $0.isASCII && $0.isNumber }),
        gids.insert(record.gid).inserted
      else {
        throw SandboxError(
          "record \(number) needs a `gid` of its own, digits in a string",
          at: folder.file(table.rawValue))
      }
      for key in table.required where record[key]?.string == nil {
        throw SandboxError(
          "record \(number) needs `\(key)`, a text", at: folder.file(table.rawValue))
      }
    }
    // Instants are always written with milliseconds.
    return records.map { record in
      record.mapping { name, value in
        guard name.hasSuffix("_at"), let instant = value.string.flatMap({ Timestamp($0) }) else {
          return value
        }
        return .string(instant.withMilliseconds)
      }
    }
  }

  private func checkReferences(
    of table: AsanaTable, in folder: EmulatorFolder
  ) throws(SandboxError) {
    for (number, record) in self[table].enumerated() {
      for (member, other) in table.references {
        for gid in record.gids(member) where self.record(gid, of: other) == nil {
          throw SandboxError(
            "record \(number) names in `\(member)` the `gid` \"\(gid)\", which nothing in "
              + "\(other.rawValue).json has", at: folder.file(table.rawValue))
        }
      }
    }
  }

  // MARK: Records

  subscript(table: AsanaTable) -> [JSONValue] { records[table] ?? [] }

  func record(_ gid: String, of table: AsanaTable) -> JSONValue? {
    self[table].first { $0.gid == gid }
  }

  /// Whether the user may see a task: it is in no project, or in one that can be seen.
  func isVisible(task: JSONValue) -> Bool {
    let projects = task.gids("projects")
    return projects.isEmpty || !hidden.isSuperset(of: projects)
  }

  /// The type of a custom field: `text`, `number`, `enum` and so on.
  func type(ofField gid: String) -> String {
    record(gid, of: .fields)?["resource_subtype"]?.string ?? ""
  }

  // MARK: Changes

  /// Brings into the search index what has had the time to get there.
  mutating func index(until now: Timestamp) {
    guard indexings.contains(where: { $0.at <= now }) else { return }
    for indexing in indexings where indexing.at <= now {
      let place = indexed.firstIndex { $0.gid == indexing.gid }
      switch (place, indexing.task) {
      case (let place?, let task?): indexed[place] = task
      case (let place?, nil): indexed.remove(at: place)
      case (nil, let task?): indexed.append(task)
      case (nil, nil): break
      }
    }
    indexings.removeAll { $0.at <= now }
  }

  /// Puts a record of which a field changed in the place of the old one, and tells whoever follows
  /// it.
  mutating func replace(
    _ record: JSONValue, in table: AsanaTable, field: String, at now: Timestamp
  ) {
    guard let place = self[table].firstIndex(where: { $0.gid == record.gid }) else { return }
    // Who followed a project that a task left is told too.
    let projects = self[table][place].gids("projects") + record.gids("projects")
    records[table]?[place] = record
    if table == .tasks {
      indexings.append(Indexing(at: now.adding(indexDelay), gid: record.gid, task: record))
    }
    tell("changed", record, in: table, field: field, projects: projects, at: now)
  }

  /// Deletes a record with what cannot be without it: of a project the tasks that are in no other,
  /// of a task its entries.
  mutating func delete(_ gid: String, of table: AsanaTable, at now: Timestamp) -> Bool {
    guard let record = record(gid, of: table) else { return false }
    tell("deleted", record, in: table, field: nil, projects: record.gids("projects"), at: now)
    records[table]?.removeAll { $0.gid == gid }
    switch table {
    case .projects:
      for task in self[.tasks] where task.gids("projects").contains(gid) {
        if task.gids("projects").count == 1 {
          _ = delete(task.gid, of: .tasks, at: now)
        } else {
          withdraw(task, from: gid, at: now)
        }
      }
      records[.settings]?.removeAll { $0.gids("project") == [gid] }
      records[.entries] = self[.entries].map { entry in
        entry.gids("attributable_to") == [gid]
          ? entry.setting("attributable_to", to: .null) : entry
      }
    case .tasks:
      indexings.append(Indexing(at: now.adding(indexDelay), gid: gid, task: nil))
      records[.entries]?.removeAll { $0.gids("task") == [gid] }
    case .workspaces, .users, .fields, .settings, .entries: break
    }
    return true
  }

  private mutating func withdraw(_ task: JSONValue, from project: String, at now: Timestamp) {
    let kept = task.gids("projects").filter { $0 != project }
      .map { JSONValue.object(["gid": .string($0)]) }
    replace(task.setting("projects", to: .array(kept)), in: .tasks, field: "projects", at: now)
  }

  /// Events are told of projects and tasks.
  private mutating func tell(
    _ action: String, _ record: JSONValue, in table: AsanaTable, field: String?,
    projects: [String], at now: Timestamp
  ) {
    guard table == .projects || table == .tasks else { return }
    let serving = AsanaServing(site: self, caller: .person)
    let change = field.map { name -> JSONValue in
      var change: JSONValue = .object(["field": .string(name), "action": "changed"])
      // A value is told only where it is a record.
      let value = serving.whole(record, table)[name] ?? .null
      if value["resource_type"] != nil { change.set("new_value", value) }
      return change
    }
    events.happened(
      action, to: serving.named(record, table), change: change, in: projects,
      by: self.record(me, of: .users).map { serving.named($0, .users) } ?? .null, at: now)
  }

  /// Gives a custom field another ID, wherever it stands.
  ///
  /// - Returns: Whether there is such a field.
  mutating func renameField(_ old: String, to new: String) -> Bool {
    guard record(old, of: .fields) != nil, record(new, of: .fields) == nil else { return false }
    func named(_ value: JSONValue) -> JSONValue {
      value.gid == old ? value.setting("gid", to: .string(new)) : value
    }
    func valuesNamed(of record: JSONValue) -> JSONValue {
      guard let values = record["custom_fields"]?.array else { return record }
      return record.setting("custom_fields", to: .array(values.map(named)))
    }
    records[.fields] = self[.fields].map(named)
    records[.settings] = self[.settings].map { setting in
      setting.setting("custom_field", to: named(setting["custom_field"] ?? .null))
    }
    for table in [AsanaTable.projects, .tasks] {
      records[table] = self[table].map(valuesNamed(of:))
    }
    indexed = indexed.map(valuesNamed(of:))
    indexings = indexings.map { indexing in
      var indexing = indexing
      indexing.task = indexing.task.map(valuesNamed(of:))
      return indexing
    }
    return true
  }
}
