import DealModel

/// Which fields of an issue are asked for.
struct JiraSelection: Hashable, Sendable {
  private var names: Set<String> = []
  private var excluded: Set<String> = []
  private var isAll = false

  init(_ fields: [String]) {
    for field in fields {
      switch field {
      case "*all", "*navigable": isAll = true
      case let name where name.hasPrefix("-"): excluded.insert(String(name.dropFirst()))
      default: names.insert(field)
      }
    }
  }

  /// Whether nothing but IDs and keys is asked for.
  var isBare: Bool { !isAll && names.isSubset(of: ["id", "key"]) }
  /// Whether nothing but IDs is asked for.
  var isOnlyIDs: Bool { !isAll && names.isSubset(of: ["id"]) }

  func wants(_ field: String) -> Bool {
    !excluded.contains(field) && (isAll || names.contains(field))
  }

  /// The fields asked for by name.
  var named: Set<String> { isAll ? [] : names.subtracting(["id", "key"]).subtracting(excluded) }
}

extension JiraDesk {
  /// An issue as the API gives it.
  func render(_ issue: JiraIssue, _ selection: JiraSelection) -> JSONValue {
    if selection.isOnlyIDs { return .object(["id": .string(issue.id)]) }
    var members: [JSONValue.Member] = [
      .init("expand", "operations,versionedRepresentations,editmeta,changelog,renderedFields"),
      .init("id", .string(issue.id)),
      .init("self", .string("\(site.baseURL)/rest/api/3/issue/\(issue.id)")),
      .init("key", .string(issue.key)),
    ]
    if !selection.isBare {
      // A field that is asked for and empty is null; one that does not exist is left out.
      let wanted = Set(issue.fields.keys.filter(selection.wants)).union(selection.named)
      members.append(
        .init(
          "fields",
          .object(
            wanted.sorted().compactMap { name in
              guard site.isVisible(name) else { return nil }
              return .init(name, shown(issue.fields[name] ?? .null, as: name, of: issue))
            })))
    }
    return .object(members)
  }

  private func shown(_ value: JSONValue, as name: String, of issue: JiraIssue) -> JSONValue {
    guard name == "worklog" else { return value }
    let entries = site.worklogs(of: issue.id)
    return .object([
      "startAt": 0, "maxResults": 20, "total": .integer(entries.count),
      "worklogs": .array(entries.prefix(20).map { shown($0, of: issue) }),
    ])
  }

  private func shown(_ worklog: JSONValue, of issue: JiraIssue) -> JSONValue {
    var worklog = worklog
    if worklog["issueId"] == nil { worklog = worklog.setting("issueId", to: .string(issue.id)) }
    if let comment = worklog["comment"]?.string {
      worklog = worklog.setting("comment", to: JiraDocument.document(comment))
    }
    return worklog
  }

  // MARK: Worklogs

  func worklogs(of issue: JiraIssue) throws(JiraRefusal) -> JSONValue {
    let start = try whole("startAt", default: 0)
    let size = min(max(1, try whole("maxResults", default: 5_000)), 5_000)
    let after = try whole("startedAfter", default: 0)
    let before = try whole("startedBefore", default: Int.max)
    let entries = site.worklogs(of: issue.id).filter { entry in
      guard after > 0 || before < Int.max else { return true }
      guard let began = entry["started"]?.string.flatMap({ Timestamp($0) }) else { return false }
      return began.milliseconds >= after && began.milliseconds < before
    }
    return .object([
      "startAt": .integer(start), "maxResults": .integer(size), "total": .integer(entries.count),
      "worklogs": .array(entries.dropFirst(start).prefix(size).map { shown($0, of: issue) }),
    ])
  }

  /// Changed worklogs since a time, but never those of the last minute.
  func updatedWorklogs() -> JSONValue {
    let all = site.worklogs.values.joined().compactMap { entry -> (Int, Int64)? in
      guard let id = entry["id"]?.string.flatMap({ Int($0) }),
        let updated = (entry["updated"] ?? entry["started"])?.string.flatMap({ Timestamp($0) })
      else { return nil }
      return (id, updated.milliseconds)
    }
    return changes(all, of: "updated")
  }

  /// At most a thousand changes, the oldest first.
  func changes(_ all: [(id: Int, at: Int64)], of path: String) -> JSONValue {
    let since = request.parameter("since").flatMap { Int64($0) } ?? 0
    let latest = now.milliseconds - 60_000
    let found = (isStranger ? [] : all).filter { $0.at > since && $0.at <= latest }
      .sorted { ($0.at, $0.id) < ($1.at, $1.id) }
    var shown = Array(found.prefix(1_000))
    // A page never ends between changes of the same instant: the next would begin after them.
    if found.count > shown.count, let last = shown.last {
      let whole = shown.filter { $0.at < last.at }
      shown = whole.isEmpty ? found.filter { $0.at == last.at } : whole
    }
    let isLast = shown.count == found.count
    let until = shown.last?.at ?? since
    let address = "\(site.baseURL)/rest/api/3/worklog/\(path)?since="
    var members: [JSONValue.Member] = [
      .init(
        "values",
        .array(
          shown.map { change in
            .object([
              "worklogId": .integer(change.id), "updatedTime": .integer(change.at),
              "properties": [],
            ])
          })),
      .init("since", .integer(since)), .init("until", .integer(until)),
      .init("self", .string(address + String(since))),
    ]
    if !isLast { members.append(.init("nextPage", .string(address + String(until)))) }
    members.append(.init("lastPage", .bool(isLast)))
    return .object(members)
  }

  /// `POST /worklog/list`: the worklogs there are, of at most a thousand asked for.
  func listedWorklogs() throws(JiraRefusal) -> JSONValue {
    guard let ids = try body(only: ["ids"])["ids"]?.array else { throw Self.invalidPayload }
    guard ids.count <= 1_000 else {
      throw JiraRefusal(400, "The number of worklog IDs exceeds the limit of 1000.")
    }
    var wanted: Set<String> = []
    for id in ids {
      guard let number = id.integer else { throw Self.invalidPayload }
      wanted.insert(String(number))
    }
    guard !isStranger else { return [] }
    var found: [JSONValue] = []
    for (issueID, entries) in site.worklogs {
      guard let issue = site.issues[issueID] else { continue }
      for entry in entries where entry["id"]?.string.map(wanted.contains) == true {
        found.append(shown(entry, of: issue))
      }
    }
    return .array(found.sorted { ($0["id"]?.string ?? "") < ($1["id"]?.string ?? "") })
  }
}

extension JiraSite {
  /// Whether a field may be shown: a custom field must exist.
  func isVisible(_ field: String) -> Bool {
    !field.hasPrefix("customfield_") || fields.contains(field)
  }

  /// What an order's text means for a field: a document for long texts, a number for numbers, a
  /// status by its name, JSON where it is JSON, nothing where it is empty.
  func value(of text: String, for field: String) -> JSONValue {
    if text.isEmpty || text == "null" { return .null }
    if text == "true" || text == "false" { return .bool(text == "true") }
    if isDocument(field) { return JiraDocument.document(text) }
    if field == "status" {
      let known = issues.values.compactMap { $0.fields["status"] }
      if let status = known.first(where: { $0["name"]?.string?.lowercased() == text.lowercased() })
      {
        return status
      }
    }
    if field == "labels" {
      return .array(text.split(separator: ",").map { .string(String($0)) })
    }
    let kind = (try? fields.fields(inClause: field))?.first?.kind
    if kind == .number || field.hasSuffix("Seconds") {
      return ExactDecimal(text) == nil ? .string(text) : .number(text)
    }
    if text.hasPrefix("{") || text.hasPrefix("["), let document = try? JSONValue(text) {
      return document
    }
    return .string(text)
  }
}
