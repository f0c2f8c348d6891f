import DealModel

/// How the values of a field are searched: which operators it takes and how they compare.
enum JiraFieldKind: Hashable, Sendable {
  /// Words: `~` and `!~` only.
  case text
  /// One or several named things: `=`, `in`; compared by ID, key or name without regard to case.
  case named
  /// Labels: like named, but to the letter.
  case labels
  /// Issue keys and IDs.
  case issue
  case number
  /// A day.
  case date
  /// An instant.
  case dateTime

  func takes(_ comparison: JQLComparison) -> Bool {
    switch comparison {
    case .isEmpty, .isNotEmpty: true
    case .contains, .notContains: self == .text
    case .equal, .notEqual, .isIn, .notIn: self != .text
    case .less, .lessOrEqual, .greater, .greaterOrEqual:
      [.number, .date, .dateTime, .issue].contains(self)
    }
  }
}

/// A field of the site.
struct JiraField: Hashable, Sendable {
  var id: String
  var name: String
  var kind: JiraFieldKind
  /// Names whose values must exist, or the query fails: `project`, `issuetype`, `status`.
  var isClosed: Bool = false
}

/// The fields of a site, and which one a query means.
struct JiraFields: Sendable {
  private var byID: [String: JiraField] = [:]
  private var idsByClause: [String: [String]] = [:]
  /// As `GET /field` lists them.
  private(set) var listing: [JSONValue]

  /// The fields of a site from its `fields.json`; system fields are there in any case.
  init(listing: [JSONValue]) {
    self.listing = listing
    for (field, clauses) in Self.system { insert(field, clauses: clauses) }
    for entry in listing {
      guard let id = entry["id"]?.string, byID[id] == nil else { continue }
      let field = JiraField(
        id: id, name: entry["name"]?.string ?? id, kind: Self.kind(of: entry["schema"]))
      insert(field, clauses: (entry["clauseNames"]?.array ?? []).compactMap(\.string))
    }
  }

  private mutating func insert(_ field: JiraField, clauses: [String]) {
    byID[field.id] = field
    for clause in Set((clauses + [field.id, field.name]).map { $0.lowercased() }) {
      idsByClause[clause, default: []].append(field.id)
    }
  }

  /// The fields that a clause of that name means; several when a name is not unique.
  func fields(inClause name: String) throws(JQLError) -> [JiraField] {
    let fields = (idsByClause[name.lowercased()] ?? []).compactMap { byID[$0] }
    guard !fields.isEmpty else {
      throw JQLError(
        "Field '\(name)' does not exist or you do not have permission to view it.")
    }
    return fields
  }

  /// Whether there is a field of that ID.
  func contains(_ id: String) -> Bool { byID[id] != nil }

  /// Fields whose words are indexed: custom text, where links live.
  var indexedText: [String] {
    byID.values.filter { $0.kind == .text && $0.id.hasPrefix("customfield_") }.map(\.id)
  }

  /// Takes a custom field away, as an administrator's deletion does.
  ///
  /// - Returns: Whether there was one; system fields cannot be deleted.
  mutating func remove(_ id: String) -> Bool {
    guard id.hasPrefix("customfield_"), byID.removeValue(forKey: id) != nil else { return false }
    for clause in idsByClause.keys { idsByClause[clause]?.removeAll { $0 == id } }
    listing.removeAll { $0["id"]?.string == id }
    return true
  }

  private static func kind(of schema: JSONValue?) -> JiraFieldKind {
    switch (schema?["type"]?.string, schema?["items"]?.string) {
    case ("string", _): .text
    case ("number", _): .number
    case ("date", _): .date
    case ("datetime", _): .dateTime
    case ("array", "string"): .labels
    default: .named
    }
  }

  private static let system: [(JiraField, [String])] = [
    (JiraField(id: "summary", name: "Summary", kind: .text), []),
    (JiraField(id: "description", name: "Description", kind: .text), []),
    (JiraField(id: "issuekey", name: "Key", kind: .issue), ["key", "id", "issue"]),
    (JiraField(id: "parent", name: "Parent", kind: .issue), []),
    (JiraField(id: "project", name: "Project", kind: .named, isClosed: true), []),
    (
      JiraField(id: "issuetype", name: "Issue Type", kind: .named, isClosed: true),
      ["type", "issuetype"]
    ),
    (JiraField(id: "status", name: "Status", kind: .named, isClosed: true), []),
    (
      JiraField(id: "statusCategory", name: "Status Category", kind: .named, isClosed: true), []
    ),
    (JiraField(id: "priority", name: "Priority", kind: .named), []),
    (JiraField(id: "resolution", name: "Resolution", kind: .named), []),
    (JiraField(id: "assignee", name: "Assignee", kind: .named), []),
    (JiraField(id: "reporter", name: "Reporter", kind: .named), []),
    (JiraField(id: "creator", name: "Creator", kind: .named), []),
    (JiraField(id: "labels", name: "Labels", kind: .labels), []),
    (JiraField(id: "fixVersions", name: "Fix versions", kind: .named), ["fixVersion"]),
    (JiraField(id: "components", name: "Components", kind: .named), ["component"]),
    (JiraField(id: "created", name: "Created", kind: .dateTime), ["createdDate"]),
    (JiraField(id: "updated", name: "Updated", kind: .dateTime), ["updatedDate"]),
    (JiraField(id: "resolutiondate", name: "Resolved", kind: .dateTime), ["resolutionDate"]),
    (JiraField(id: "duedate", name: "Due date", kind: .date), ["due"]),
    (JiraField(id: "timespent", name: "Time Spent", kind: .number), []),
    (JiraField(id: "timeestimate", name: "Remaining Estimate", kind: .number), []),
    (JiraField(id: "worklogDate", name: "Worklog Date", kind: .date), []),
    (JiraField(id: "worklogAuthor", name: "Worklog Author", kind: .named), []),
  ]
}
