import DealModel

/// Answers one call from a snapshot of the site.
struct JiraDesk {
  private(set) var site: JiraSite
  let request: EmulatedRequest
  let now: Timestamp
  /// A stranger is answered, but sees nothing.
  let isStranger: Bool
  /// The most issues on a page when fields are asked for.
  let mostOnPage: Int
  /// Issues that the caller wants fresh in the index from now on.
  private(set) var reconciled: [Int] = []

  init(
    site: JiraSite, request: EmulatedRequest, now: Timestamp, isStranger: Bool, mostOnPage: Int
  ) {
    self.site = site
    self.request = request
    self.now = now
    self.isStranger = isStranger
    self.mostOnPage = max(1, mostOnPage)
  }

  /// Has the index brought up to date for some issues.
  mutating func markFresh(_ ids: [Int]) {
    reconciled = ids
    site.reconcile(ids)
  }

  mutating func answer(_ call: JiraCall) throws(JiraRefusal) -> JSONValue {
    switch call {
    case .search: return try search()
    case .count: return .object(["count": .integer(try found(text(try body()["jql"])).count)])
    case .bulkFetch: return try bulkFetch()
    case .parse: return try parse()
    case .issue(let key):
      return render(try visible(key), JiraSelection(fields(inQuery: "*all")))
    case .worklogs(let key): return try worklogs(of: visible(key))
    case .updatedWorklogs: return updatedWorklogs()
    case .deletedWorklogs:
      return changes(site.deletedWorklogs.map { ($0.id, $0.at.milliseconds) }, of: "deleted")
    case .listedWorklogs: return try listedWorklogs()
    case .bulkChangelog: return try bulkChangelog()
    case .fields: return .array(isStranger ? [] : site.fields.listing)
    case .fieldSearch:
      return try page(of: site.fields.listing.map(searchedField), path: "field/search")
    case .projectSearch: return try projects()
    case .project(let key):
      guard !isStranger, let project = site.project(key) else {
        throw JiraRefusal(404, "No project could be found with key '\(key)'.")
      }
      return project
    case .projectVersions(let key): return try versions(of: key)
    case .version(let id):
      guard !isStranger,
        let version = site.versions.values.joined().first(where: { $0["id"]?.string == id })
      else { throw JiraRefusal(404, "Could not find version for id '\(id)'") }
      return version
    case .statuses: return .array(isStranger ? [] : statuses())
    case .myself: return try myself()
    case .myPermissions: return try myPermissions()
    case .serverInfo: return serverInfo()
    }
  }

  // MARK: Reading requests

  func body() throws(JiraRefusal) -> JSONValue {
    let type = request.header("content-type")?.lowercased() ?? ""
    guard type.hasPrefix("application/json") else {
      throw JiraRefusal(415, "Unsupported Media Type")
    }
    guard let document = try? request.json(), document.members != nil else {
      throw JiraRefusal(
        400, "There was an error parsing JSON. Check that your request body is valid.")
    }
    return document
  }

  static let invalidPayload = JiraRefusal(
    400, "Invalid request payload. Refer to the REST API documentation and try again.")

  /// The members of a body, of which no other may be there.
  func body(only names: Set<String>) throws(JiraRefusal) -> JSONValue {
    let document = try body()
    guard (document.members ?? []).allSatisfy({ names.contains($0.name) }) else {
      throw Self.invalidPayload
    }
    return document
  }

  func text(_ value: JSONValue?) throws(JiraRefusal) -> String {
    switch value {
    case .string(let text)?: return text
    case nil, .null?: return ""
    default: throw Self.invalidPayload
    }
  }

  func whole(_ name: String, default standard: Int) throws(JiraRefusal) -> Int {
    guard let text = request.parameter(name) else { return standard }
    guard let number = Int(text), number >= 0 else {
      throw JiraRefusal(400, "The value '\(text)' of '\(name)' is not a valid number.")
    }
    return number
  }

  func fields(inQuery standard: String) -> [String] {
    let given = request.query.filter { $0.name == "fields" }.map(\.value)
    return (given.isEmpty ? [standard] : given).flatMap {
      $0.split(separator: ",").map(String.init)
    }
  }

  func visible(_ keyOrID: String) throws(JiraRefusal) -> JiraIssue {
    guard !isStranger, let issue = site.issue(keyOrID) else { throw JiraRefusal.noIssue }
    return issue
  }

  // MARK: Lists that are counted from a start

  /// `startAt`, `maxResults`, `total`, `isLast`, `values`, and `nextPage` before the last page.
  func page(
    of values: [JSONValue], path: String, most: Int = 50, standard: Int = 50
  ) throws(JiraRefusal) -> JSONValue {
    let start = try whole("startAt", default: 0)
    let size = min(max(1, try whole("maxResults", default: standard)), most)
    let all = isStranger ? [] : values
    let shown = Array(all.dropFirst(start).prefix(size))
    let isLast = start + shown.count >= all.count
    let address = "\(site.baseURL)/rest/api/3/\(path)"
    var members: [JSONValue.Member] = [
      .init("self", .string("\(address)?maxResults=\(size)&startAt=\(start)"))
    ]
    if !isLast {
      members.append(
        .init("nextPage", .string("\(address)?maxResults=\(size)&startAt=\(start + size)")))
    }
    members += [
      .init("maxResults", .integer(size)), .init("startAt", .integer(start)),
      .init("total", .integer(all.count)), .init("isLast", .bool(isLast)),
      .init("values", .array(shown)),
    ]
    return .object(members)
  }

  private func searchedField(_ field: JSONValue) -> JSONValue {
    .object(
      (field.members ?? []).filter {
        ["id", "key", "name", "schema", "description"].contains($0.name)
      })
  }

  private func projects() throws(JiraRefusal) -> JSONValue {
    let keys = request.query.filter { $0.name == "keys" }.map { $0.value.lowercased() }
    let query = request.parameter("query")?.lowercased()
    let found = site.projects.filter { project in
      let key = project["key"]?.string?.lowercased() ?? ""
      let name = project["name"]?.string?.lowercased() ?? ""
      return (keys.isEmpty || keys.contains(key))
        && query.map { key.contains($0) || name.contains($0) } ?? true
    }
    return try page(of: found, path: "project/search", most: 100)
  }

  private func versions(of key: String) throws(JiraRefusal) -> JSONValue {
    guard !isStranger, let project = site.project(key), let name = project["key"]?.string else {
      throw JiraRefusal(404, "No project could be found with key '\(key)'.")
    }
    let statuses = request.parameter("status")?.split(separator: ",").map(String.init)
    let found = site.versions(of: name).filter { version in
      guard let statuses else { return true }
      let isArchived = version["archived"] == true
      let isReleased = version["released"] == true
      return statuses.contains(isArchived ? "archived" : isReleased ? "released" : "unreleased")
    }
    return try page(of: found, path: "project/\(key)/version", most: 50)
  }

  private func statuses() -> [JSONValue] {
    var seen: Set<String> = []
    return site.issues.values.compactMap { $0.fields["status"] }
      .filter { $0["id"]?.string.map { seen.insert($0).inserted } ?? false }
      .sorted { ($0["id"]?.string ?? "") < ($1["id"]?.string ?? "") }
  }

  // MARK: The site and the visitor

  private func myself() throws(JiraRefusal) -> JSONValue {
    guard !isStranger else {
      throw JiraRefusal(401, "Client must be authenticated to access this resource.")
    }
    let user = site.users.first { $0["accountId"]?.string == site.accountID }
    let known = user ?? .object(["displayName": "Plumbline", "active": true])
    return known.setting("accountId", to: .string(site.accountID))
      .setting("accountType", to: "atlassian")
      .setting("timeZone", to: .string(site.zoneName)).setting("locale", to: "en_US")
      .setting("self", to: .string("\(site.baseURL)/rest/api/3/user?accountId=\(site.accountID)"))
  }

  /// Which of the permissions asked for the account has. `permissions` must name some.
  private func myPermissions() throws(JiraRefusal) -> JSONValue {
    let keys = (request.parameter("permissions") ?? "").split(separator: ",").map(String.init)
    guard !keys.isEmpty else {
      throw JiraRefusal(400, "The 'permissions' query parameter is required.")
    }
    if let key = request.parameter("projectKey"), isStranger || site.project(key) == nil {
      throw JiraRefusal(404, "No project could be found with key '\(key)'.")
    }
    let members = keys.map { key in
      JSONValue.Member(
        key,
        .object([
          "key": .string(key), "name": .string(key), "type": "PROJECT",
          "havePermission": .bool(!isStranger && site.permissions.contains(key)),
        ]))
    }
    return .object(["permissions": .object(members)])
  }

  private func serverInfo() -> JSONValue {
    .object([
      "baseUrl": .string(site.baseURL), "version": "1001.0.0-SNAPSHOT",
      "versionNumbers": [1001, 0, 0], "deploymentType": "Cloud", "buildNumber": 100_300,
      "serverTime": .string(site.zone.jiraText(now)), "serverTitle": "Jira",
      "serverTimeZone": .string(site.zoneName),
    ])
  }
}
