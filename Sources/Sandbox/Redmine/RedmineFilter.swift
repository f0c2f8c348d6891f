internal import DealModel

/// Why a list cannot be filtered so, in Redmine's words.
struct RedmineFilterError: Error, Hashable, Sendable {
  let message: String
}

/// One filter of a list: an operator, then values parted by bars: `!3|4`, `>=2026-11-20`, `*`.
///
/// Source: `app/models/query.rb`, `add_short_filter` and `operators_by_filter_type`.
struct RedmineFilter: Sendable {
  /// What a filter compares, which says which operators it knows.
  enum Kind: Hashable, Sendable {
    case list
    case status
    case text
    case date
    case tree
  }

  let name: String
  private let kind: Kind
  private let operation: String
  private let values: [String]

  private static let operators: [Kind: [String]] = [
    .list: ["=", "!", "!*", "*"], .status: ["o", "=", "!", "c", "*"],
    .text: ["~", "*~", "=", "!~", "!", "^", "$", "!*", "*"],
    .date: ["=", ">=", "<=", "><", "!*", "*"], .tree: ["=", "~", "!*", "*"],
  ]

  private static let withoutValues: Set<String> = ["o", "c", "!*", "*"]

  /// What a parameter filters by; `nil` for one that is no filter of that list.
  static func type(of name: String, in table: RedmineSite.Table, site: RedmineSite) -> Kind? {
    let known: [RedmineSite.Table: [String: Kind]] = [
      .projects: [
        "status": .list, "id": .list, "parent_id": .list, "name": .text, "created_on": .date,
        "updated_on": .date,
      ],
      .issues: [
        "tracker_id": .list, "status_id": .status, "priority_id": .list, "assigned_to_id": .list,
        "fixed_version_id": .list, "subject": .text, "created_on": .date, "updated_on": .date,
        "closed_on": .date, "due_date": .date, "start_date": .date, "parent_id": .tree,
        "issue_id": .list,
      ],
      .timeEntries: [
        "issue_id": .tree, "user_id": .list, "activity_id": .list, "spent_on": .date,
        "comments": .text,
      ],
    ]
    if let kind = known[table]?[name] { return kind }
    let parts = name.split(separator: ".").map(String.init)
    guard let last = parts.last, last.hasPrefix("cf_"), let field = Int(last.dropFirst(3)),
      site.isFilter(field)
    else { return nil }
    let hosts: [RedmineSite.Table: Set<String>] = [
      .projects: [], .issues: ["project"], .timeEntries: ["issue", "project"],
    ]
    let isOwn = parts.count == 1
    return isOwn || parts.count == 2 && hosts[table]?.contains(parts[0]) == true ? .text : nil
  }

  /// - Throws: ``RedmineFilterError`` for a filter without a value, or a date that is none.
  init(
    _ name: String, _ kind: Kind, _ expression: String, table: RedmineSite.Table
  ) throws(RedmineFilterError) {
    self.name = name
    self.kind = kind
    // The longer operators first: `!*` before `!`.
    let found = (Self.operators[kind] ?? []).sorted(by: >).first { expression.hasPrefix($0) }
    operation = found ?? "="
    let rest = expression.dropFirst(found?.count ?? 0)
    values = rest.split(separator: "|").map(String.init)
    if values.isEmpty, !Self.withoutValues.contains(operation) {
      throw RedmineFilterError(message: "\(Self.label(name)) cannot be blank")
    }
    if kind == .date, !Self.withoutValues.contains(operation),
      values.contains(where: { Self.instant($0) == nil })
    {
      throw RedmineFilterError(message: "\(Self.label(name)) is invalid")
    }
  }

  private static func label(_ name: String) -> String {
    let words = name.replacing("_on", with: "").replacing("_id", with: "").replacing("_", with: " ")
    return words.prefix(1).uppercased() + words.dropFirst()
  }

  // MARK: Matching

  func matches(_ record: JSONValue, site: RedmineSite) -> Bool {
    let there = words(of: record, site)
    switch kind {
    case .status:
      let isClosed = record["status"]?["is_closed"]?.bool ?? false
      switch operation {
      case "o": return !isClosed
      case "c": return isClosed
      case "*": return true
      default: return listed(there)
      }
    case .list, .tree: return listed(there)
    case .text: return text(there)
    case .date: return date(there.first)
    }
  }

  /// What stands there, as texts.
  private func words(of record: JSONValue, _ site: RedmineSite) -> [String] {
    let parts = name.split(separator: ".").map(String.init)
    if let last = parts.last, last.hasPrefix("cf_"), let field = Int(last.dropFirst(3)) {
      var host: JSONValue? = record
      if parts.first == "project" { host = site.project(record["project"]?["id"]?.integer) }
      if parts.first == "issue" {
        let id = record["issue"]?["id"]?.integer
        host = site.records[.issues]?.first { id != nil && $0["id"]?.integer == id }
      }
      let found = host?["custom_fields"]?.array?.first { $0["id"]?.integer == field }
      let values = found?["value"]?.array ?? [found?["value"] ?? .null]
      return values.map(\.plainText).filter { !$0.isEmpty }
    }
    // Where a record belongs somewhere, the ID stands inside.
    if name.hasSuffix("_id"), let inner = record[String(name.dropLast(3))]?["id"] {
      return [inner.plainText]
    }
    if name == "issue_id", record["issue"] == nil, record["subject"] != nil {
      return [record["id"]?.plainText ?? ""]
    }
    return [record[name]?.plainText ?? ""].filter { !$0.isEmpty }
  }

  private func listed(_ there: [String]) -> Bool {
    switch operation {
    case "*": !there.isEmpty
    case "!*": there.isEmpty
    case "!": !there.contains(where: values.contains)
    default: there.contains(where: values.contains)
    }
  }

  /// Texts are compared in the letters that stand there; what is contained, in any case.
  private func text(_ there: [String]) -> Bool {
    let folded = there.map { $0.lowercased() }
    let wanted = values.map { $0.lowercased() }
    func has(_ test: (String, String) -> Bool) -> Bool {
      folded.contains { text in wanted.contains { test(text, $0) } }
    }
    switch operation {
    case "~": return has { $0.contains($1) }
    case "!~": return !has { $0.contains($1) }
    case "*~":
      return has { text, words in words.split(separator: " ").contains { text.contains($0) } }
    case "^": return has { $0.hasPrefix($1) }
    case "$": return has { $0.hasSuffix($1) }
    default: return listed(there)
    }
  }

  /// A day, or an instant.
  private static func instant(_ text: String) -> Timestamp? {
    CalendarDate(text).map { Timestamp(startOf: $0) } ?? Timestamp(text)
  }

  private func date(_ there: String?) -> Bool {
    guard let text = there, let at = Self.instant(text) else { return operation == "!*" }
    if operation == "*" { return true }
    if operation == "!*" { return false }
    let limits = values.compactMap { value -> (from: Timestamp, to: Timestamp)? in
      guard let start = Self.instant(value) else { return nil }
      let isDay = CalendarDate(value) != nil
      // A day ends with its last moment.
      return (start, isDay ? start.adding(.milliseconds(86_399_999)) : start)
    }
    guard let first = limits.first else { return false }
    switch operation {
    case ">=": return at >= first.from
    case "<=": return at <= first.to
    case "><": return limits.count > 1 && at >= first.from && at <= limits[1].to
    default: return at >= first.from && at <= first.to
    }
  }
}
