import DealModel

/// A Jira site as the files of its folder describe it, and as orders have changed it since.
struct JiraSite: Sendable {
  let baseURL: String
  let cloudID: String
  let accountID: String
  let zoneName: String
  let zone: LocalZone
  /// Whether wrong credentials are let in as a stranger's, who sees nothing.
  var admitsStrangers: Bool
  var isTokenExpired = false
  /// What the account may do, by Jira's keys. `site.json` may list them as `permissions`.
  let permissions: Set<String>
  /// How long changes take to reach the search index.
  var indexDelay: Duration = .zero
  private(set) var fields: JiraFields
  private(set) var issues: [String: JiraIssue] = [:]
  private(set) var index: JiraIndex
  private(set) var projects: [JSONValue]
  private(set) var versions: [String: [JSONValue]] = [:]
  /// Issue ID → worklogs in the order of the file.
  private(set) var worklogs: [String: [JSONValue]] = [:]
  /// Issue ID → change log, the oldest change first.
  private(set) var changelogs: [String: [JSONValue]] = [:]
  private(set) var deletedWorklogs: [(id: Int, at: Timestamp)] = []
  let users: [JSONValue]
  private var idsByKey: [String: String] = [:]
  private var textAreas: Set<String> = ["description", "environment"]
  private var pending: [(due: Timestamp, id: String)] = []

  init(folder: EmulatorFolder) throws(SandboxError) {
    let site = try folder.object("site") ?? .object([])
    baseURL = site["baseUrl"]?.string ?? "https://\(folder.name).atlassian.net"
    cloudID = site["cloudId"]?.string ?? "00000000-0000-0000-0000-000000000000"
    zoneName = site["displayTimeZone"]?.string ?? "UTC"
    permissions = Set(site["permissions"]?.array?.compactMap(\.string) ?? ["BROWSE_PROJECTS"])
    admitsStrangers = site["admitsStrangers"]?.bool ?? false
    guard let zone = JiraZones.zone(named: zoneName) else {
      throw SandboxError(
        "the time zone `\(zoneName)` is not in the emulator's table; write Europe/Berlin, "
          + "America/New_York, UTC or another of JiraZones.swift", at: folder.file("site"))
    }
    self.zone = zone
    users = try folder.records("users")
    accountID =
      site["accountId"]?.string ?? users.first?["accountId"]?.string ?? "5b10a2844c20165700ede21g"
    projects = try folder.records("projects")
    fields = JiraFields(listing: try folder.records("fields"))
    for field in fields.listing
    where field["schema"]?["custom"]?.string?.hasSuffix(":textarea") == true {
      if let id = field["id"]?.string { textAreas.insert(id) }
    }
    for member in try folder.object("versions")?.members ?? [] {
      versions[member.name] = member.value.array ?? []
    }
    for member in try folder.object("worklogs")?.members ?? [] {
      worklogs[member.name] = member.value.array ?? []
    }
    for member in try folder.object("changelogs")?.members ?? [] {
      changelogs[member.name] = member.value.array ?? []
    }
    index = JiraIndex(issues: [], textFields: [])
    for (number, record) in try folder.records("issues").enumerated() {
      guard let id = record["id"]?.string, let key = record["key"]?.string,
        let members = record["fields"]?.members
      else {
        throw SandboxError(
          "issue \(number) needs `id`, `key` and `fields`", at: folder.file("issues"))
      }
      guard issues[id] == nil, idsByKey[key.lowercased()] == nil else {
        throw SandboxError("the issue \(key) (\(id)) stands there twice", at: folder.file("issues"))
      }
      issues[id] = complete(id: id, key: key, members)
      idsByKey[key.lowercased()] = id
    }
    index = JiraIndex(issues: issues.values, textFields: fields.indexedText)
  }

  /// The issue of that key or ID.
  func issue(_ keyOrID: String) -> JiraIssue? {
    issues[keyOrID] ?? idsByKey[keyOrID.lowercased()].flatMap { issues[$0] }
  }

  /// The worklogs of an issue, in the order they were entered.
  func worklogs(of issueID: String) -> [JSONValue] { worklogs[issueID] ?? [] }

  /// The project of that key or ID.
  func project(_ keyOrID: String) -> JSONValue? {
    projects.first {
      $0["key"]?.string?.lowercased() == keyOrID.lowercased() || $0["id"]?.string == keyOrID
    }
  }

  /// The versions of a project, by its key.
  func versions(of key: String) -> [JSONValue] {
    versions.first { $0.key.lowercased() == key.lowercased() }?.value ?? []
  }

  /// Whether a value of a closed field may have that name, in lower case.
  func knows(_ name: String, in field: String) -> Bool {
    if index.posting(field: field, term: name)?.isEmpty == false { return true }
    switch field {
    case "project":
      return projects.contains { project in
        ["id", "key", "name"].contains { project[$0]?.string?.lowercased() == name }
      }
    case "issuetype":
      let types = projects.flatMap { $0["issueTypes"]?.array ?? [] }
      return Self.usualTypes.contains(name)
        || types.contains { $0["name"]?.string?.lowercased() == name || $0["id"]?.string == name }
    case "status": return ["to do", "in progress", "done"].contains(name)
    default: return Self.statusCategories.contains(name)
    }
  }

  private static let usualTypes: Set<String> = [
    "epic", "story", "task", "bug", "subtask", "sub-task",
  ]
  private static let statusCategories: Set<String> = [
    "to do", "new", "2", "in progress", "indeterminate", "4", "done", "3", "no category",
    "undefined", "1",
  ]

  /// Whether a text field's values are documents.
  func isDocument(_ field: String) -> Bool { textAreas.contains(field) }

  // MARK: Changes

  /// Lets changes whose time has come reach the index.
  mutating func catchUp(at now: Timestamp) {
    for (_, id) in pending.filter({ $0.due <= now }) { reindex(id) }
    pending.removeAll { $0.due <= now }
  }

  /// Makes the index fresh for some issues, as `reconcileIssues` asks.
  mutating func reconcile(_ ids: [Int]) {
    let wanted = Set(ids.map(String.init))
    for (_, id) in pending where wanted.contains(id) { reindex(id) }
    pending.removeAll { wanted.contains($0.id) }
  }

  private mutating func reindex(_ id: String) {
    if let issue = issues[id] { index.insert(issue) } else { index.remove(id) }
  }

  private mutating func changed(_ id: String, at now: Timestamp) {
    issues[id]?.set("updated", to: .string(zone.jiraText(now)))
    if indexDelay > .zero {
      pending.append((now.adding(indexDelay), id))
    } else {
      reindex(id)
    }
  }

  /// Gives a field of an issue another value; `deleted` set to `true` deletes it.
  ///
  /// - Returns: Whether there is such an issue.
  mutating func setField(
    _ field: String, of keyOrID: String, to value: JSONValue, at now: Timestamp
  ) -> Bool {
    guard let issue = issue(keyOrID) else { return false }
    if field == "deleted", value == true {
      for worklog in worklogs(of: issue.id) { forget(worklog, at: now) }
      worklogs[issue.id] = nil
      issues[issue.id] = nil
      idsByKey[issue.key.lowercased()] = nil
    } else {
      changelogs[issue.id, default: []].append(
        JiraChangelog.entry(
          number: changelogs.values.reduce(0) { $0 + $1.count }, field: field,
          name: fields.listing.first { $0["id"]?.string == field }?["name"]?.string,
          from: issue.fields[field], to: value, author: author, at: now))
      issues[issue.id]?.set(field, to: value)
    }
    changed(issue.id, at: now)
    return true
  }

  /// Who makes the changes that orders make: the user the token belongs to.
  private var author: JSONValue {
    let known = users.first { $0["accountId"]?.string == accountID } ?? .object([])
    return known.setting("accountId", to: .string(accountID))
      .setting("accountType", to: "atlassian")
  }

  /// Gives a field of a worklog another value; `deleted` set to `true` deletes it.
  ///
  /// - Returns: Whether there is such a worklog.
  mutating func setWorklog(
    _ id: String, _ field: String, to value: JSONValue, at now: Timestamp
  ) -> Bool {
    for (issueID, entries) in worklogs {
      guard let place = entries.firstIndex(where: { $0["id"]?.string == id }) else { continue }
      if field == "deleted", value == true {
        forget(entries[place], at: now)
        worklogs[issueID]?.remove(at: place)
      } else {
        worklogs[issueID]?[place] = entries[place].setting(field, to: value)
          .setting("updated", to: .string(zone.jiraText(now)))
      }
      if let issue = issues[issueID] { issues[issueID] = withTimes(issue, always: true) }
      changed(issueID, at: now)
      return true
    }
    return false
  }

  private mutating func forget(_ worklog: JSONValue, at now: Timestamp) {
    if let id = worklog["id"]?.string.flatMap({ Int($0) }) { deletedWorklogs.append((id, now)) }
  }

  /// Gives a member of a version another value.
  ///
  /// - Returns: Whether there is such a version.
  mutating func setVersion(_ id: String, _ member: String, to value: JSONValue) -> Bool {
    for (key, list) in versions {
      guard let place = list.firstIndex(where: { $0["id"]?.string == id }) else { continue }
      versions[key]?[place] = list[place].setting(member, to: value)
      return true
    }
    return false
  }

  /// A custom field gets another ID: queries and answers no longer know the old one.
  ///
  /// - Returns: Whether there was such a custom field.
  mutating func renameField(_ old: String, to new: String) -> Bool {
    guard var listing = fields.listing.first(where: { $0["id"]?.string == old }) else {
      return false
    }
    var all = fields.listing.filter { $0["id"]?.string != old }
    let digits = new.drop { !$0.isNumber }
    listing = listing.setting("id", to: .string(new)).setting("key", to: .string(new))
      .setting("clauseNames", to: .array([.string("cf[\(digits)]")]))
    all.append(listing)
    fields = JiraFields(listing: all)
    for id in issues.keys {
      let value = issues[id]?.fields[old]
      issues[id]?.set(old, to: nil)
      if let value { issues[id]?.set(new, to: value) }
    }
    if textAreas.remove(old) != nil { textAreas.insert(new) }
    index = JiraIndex(issues: issues.values, textFields: fields.indexedText)
    pending = []
    return true
  }

  // MARK: Completion

  private mutating func complete(
    id: String, key: String, _ members: [JSONValue.Member]
  ) -> JiraIssue {
    var values: [String: JSONValue] = [:]
    for member in members {
      let isPlainDocument = isDocument(member.name) && member.value.string != nil
      values[member.name] =
        isPlainDocument ? JiraDocument.document(member.value.string ?? "") : member.value
    }
    if worklogs[id] == nil, let embedded = values["worklog"]?["worklogs"]?.array {
      worklogs[id] = embedded
    }
    return withTimes(JiraIssue(id: id, key: key, fields: values), always: false)
  }

  /// The issue with what Jira computes from its worklogs.
  ///
  /// - Parameter always: Whether figures that the file gives are computed anew.
  private func withTimes(_ issue: JiraIssue, always: Bool) -> JiraIssue {
    var issue = issue
    let entries = worklogs(of: issue.id)
    issue.set(
      "worklog",
      to: .object([
        "startAt": 0, "maxResults": 20, "total": .integer(entries.count),
        "worklogs": .array(entries),
      ]))
    let seconds = entries.reduce(0) { $0 + ($1["timeSpentSeconds"]?.integer ?? 0) }
    let spent: JSONValue = entries.isEmpty ? .null : .integer(seconds)
    if always || issue.fields["timespent"] == nil { issue.set("timespent", to: spent) }
    if always || issue.fields["timetracking"] == nil {
      let tracking = issue.fields["timetracking"] ?? .object([])
      issue.set(
        "timetracking",
        to: entries.isEmpty ? tracking : tracking.setting("timeSpentSeconds", to: spent))
    }
    return issue
  }
}

extension JSONValue {
  /// The object with one member replaced, or added at the end.
  func setting(_ name: String, to value: JSONValue) -> JSONValue {
    guard case .object(var members) = self else { return self }
    if let place = members.firstIndex(where: { $0.name == name }) {
      members[place].value = value
    } else {
      members.append(.init(name, value))
    }
    return .object(members)
  }
}
