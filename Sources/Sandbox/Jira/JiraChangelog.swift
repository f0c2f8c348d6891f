import DealModel

extension JiraDesk {
  /// `POST /changelog/bulkfetch`: the changes of up to 1,000 issues and 10 fields, the oldest first.
  ///
  /// `created` is documented as a date and sent as milliseconds since 1970.
  func bulkChangelog() throws(JiraRefusal) -> JSONValue {
    let document = try body(only: ["issueIdsOrKeys", "fieldIds", "maxResults", "nextPageToken"])
    guard let wanted = document["issueIdsOrKeys"]?.array, !wanted.isEmpty, wanted.count <= 1_000
    else { throw JiraRefusal(400, "issueIdsOrKeys must have between 1 and 1000 elements.") }
    let fields = document["fieldIds"]?.array?.compactMap(\.string) ?? []
    guard fields.count <= 10 else {
      throw JiraRefusal(400, "fieldIds must have at most 10 elements.")
    }
    let size = min(max(1, document["maxResults"]?.integer ?? 1_000), 10_000)
    let start =
      try document["nextPageToken"]?.string.map { token throws(JiraRefusal) in
        guard let start = Int(token), start > 0 else { throw Self.invalidPayload }
        return start
      } ?? 0
    var entries: [(issue: String, at: Int, entry: JSONValue)] = []
    var given: Set<String> = []
    for name in wanted {
      guard !isStranger, let issue = site.issue(try text(name)), given.insert(issue.id).inserted
      else { continue }
      for entry in site.changelogs[issue.id] ?? [] {
        guard let shown = JiraChangelog.shown(entry, fields: fields) else { continue }
        entries.append((issue.id, shown["created"]?.integer ?? 0, shown))
      }
    }
    entries.sort { ($0.at, Int($0.issue) ?? 0) < ($1.at, Int($1.issue) ?? 0) }
    let page = entries.dropFirst(start).prefix(size)
    var logs: [(issue: String, entries: [JSONValue])] = []
    for entry in page {
      if let place = logs.firstIndex(where: { $0.issue == entry.issue }) {
        logs[place].entries.append(entry.entry)
      } else {
        logs.append((entry.issue, [entry.entry]))
      }
    }
    var members: [JSONValue.Member] = [
      .init(
        "issueChangeLogs",
        .array(
          logs.map {
            .object(["issueId": .string($0.issue), "changeHistories": .array($0.entries)])
          }))
    ]
    if start + page.count < entries.count {
      members.append(.init("nextPageToken", .string(String(start + page.count))))
    }
    return .object(members)
  }
}

/// Entries of change logs: `changelogs.json` holds them per issue ID, with `created` as a date.
enum JiraChangelog {
  /// An entry as the bulk answer has it, with the items of these fields only; `nil` without any.
  static func shown(_ entry: JSONValue, fields: [String]) -> JSONValue? {
    let items = (entry["items"]?.array ?? []).filter { item in
      fields.isEmpty || item["fieldId"]?.string.map(fields.contains) == true
    }
    guard !items.isEmpty else { return nil }
    let created = entry["created"]?.string.flatMap { Timestamp($0) }
    let time = created.map { JSONValue.number(String($0.milliseconds)) }
    return entry.setting("items", to: .array(items))
      .setting("created", to: time ?? entry["created"] ?? .null)
  }

  /// The entry that a change leaves.
  static func entry(
    number: Int, field: String, name: String?, from old: JSONValue?, to new: JSONValue,
    author: JSONValue, at now: Timestamp
  ) -> JSONValue {
    let item: JSONValue = .object([
      "field": .string(name ?? field),
      "fieldtype": field.hasPrefix("customfield_") ? "custom" : "jira",
      "fieldId": .string(field), "from": .null, "fromString": shown(old), "to": .null,
      "toString": shown(new),
    ])
    return .object([
      "id": .string(String(90_000 + number)), "author": author,
      "created": .string(now.description), "items": .array([item]),
    ])
  }

  private static func shown(_ value: JSONValue?) -> JSONValue {
    switch value {
    case .string(let text)?: .string(text)
    case .number(let text)?: .string(text)
    case .bool(let flag)?: .string(flag ? "true" : "false")
    case .object?: value?["name"] ?? value?["value"] ?? .null
    case .array(let elements)?: .string(elements.compactMap(\.string).joined(separator: " "))
    case nil, .null?: .null
    }
  }
}
