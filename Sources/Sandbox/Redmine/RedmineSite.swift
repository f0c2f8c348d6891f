internal import DealModel

/// The records of one Redmine, as they stand.
struct RedmineSite: Sendable {
  /// The tables by the names that paths have.
  enum Table: String, CaseIterable, Sendable {
    case projects, versions, issues
    case timeEntries = "time_entries"

    /// What one record is called in an answer.
    var single: String {
      switch self {
      case .projects: "project"
      case .versions: "version"
      case .issues: "issue"
      case .timeEntries: "time_entry"
      }
    }
  }

  /// Whose key it is.
  let user: JSONValue
  let users: [JSONValue]
  private(set) var fields: [JSONValue]
  private(set) var records: [Table: [JSONValue]] = [:]

  /// - Throws: ``SandboxError`` naming the file and the record that cannot be served.
  init(folder: EmulatorFolder) throws(SandboxError) {
    users = try folder.numberedRecords("users")
    fields = try folder.numberedRecords("custom_fields", texts: ["name"])
    let account = try folder.object("account")
    let id = account?["user_id"]?.integer
    user =
      users.first { id != nil && $0["id"]?.integer == id } ?? [
        "id": 1, "login": "plumbline", "firstname": "Plumb", "lastname": "Line", "admin": false,
      ]
    let required: [Table: [String]] = [
      .projects: ["name", "identifier"], .versions: ["name", "status"], .issues: ["subject"],
      .timeEntries: ["spent_on"],
    ]
    for table in Table.allCases {
      records[table] = try folder.numberedRecords(
        table.rawValue, texts: required[table] ?? [])
    }
    for table in Table.allCases where table != .projects {
      for (number, record) in (records[table] ?? []).enumerated()
      where project(record["project"]?["id"]?.integer) == nil {
        throw SandboxError(
          "record \(number) needs `project` with the `id` of a project",
          at: folder.file(table.rawValue))
      }
    }
  }

  func project(_ id: Int?) -> JSONValue? {
    records[.projects]?.first { $0["id"]?.integer == id }
  }

  /// Whether a custom field may be filtered by.
  func isFilter(_ field: Int) -> Bool {
    fields.contains { $0["id"]?.integer == field && $0["is_filter"]?.bool ?? true }
  }

  // MARK: Changes

  /// Sets a field: numbers stay numbers, an empty text is null.
  mutating func setField(
    _ field: String, of table: Table, _ id: Int, to text: String, at now: Timestamp
  ) throws(SandboxError) {
    guard var all = records[table], let place = all.firstIndex(where: { $0["id"]?.integer == id })
    else { throw SandboxError("there is no \(table.single) \(id)") }
    var record = all[place]
    let parts = field.split(separator: ".").map(String.init)
    if parts.count == 2, parts[0] == "custom_fields", let number = Int(parts[1]) {
      var values = record["custom_fields"]?.array ?? []
      guard let index = values.firstIndex(where: { $0["id"]?.integer == number }) else {
        throw SandboxError("\(table.rawValue)/\(id) has no custom field \(number)")
      }
      values[index].set("value", .string(text))
      record.set("custom_fields", .array(values))
    } else if case .number? = record[field], ExactDecimal(text) != nil {
      record.set(field, .number(text))
    } else {
      record.set(field, text.isEmpty ? .null : .string(text))
    }
    let whole = now.milliseconds / 1_000 * 1_000
    record.set("updated_on", .string(Timestamp(milliseconds: whole).description))
    all[place] = record
    records[table] = all
  }

  mutating func delete(_ table: Table, _ id: Int) throws(SandboxError) {
    guard records[table]?.contains(where: { $0["id"]?.integer == id }) == true else {
      throw SandboxError("there is no \(table.single) \(id)")
    }
    records[table]?.removeAll { $0["id"]?.integer == id }
  }

  /// Gives a custom field another ID, wherever it stands.
  ///
  /// - Returns: Whether there is such a field.
  mutating func renameField(_ old: Int, to new: Int) -> Bool {
    func renamed(_ values: [JSONValue]) -> [JSONValue] {
      values.map { $0["id"]?.integer == old ? $0.setting("id", to: .integer(new)) : $0 }
    }
    guard fields.contains(where: { $0["id"]?.integer == old }) else { return false }
    fields = renamed(fields)
    records = records.mapValues { records in
      records.map { record in
        guard let values = record["custom_fields"]?.array else { return record }
        return record.setting("custom_fields", to: .array(renamed(values)))
      }
    }
    return true
  }
}
