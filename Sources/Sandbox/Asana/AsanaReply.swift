import DealModel

/// Answers one request that was let in.
struct AsanaReply {
  let request: EmulatedRequest
  let site: AsanaSite
  let caller: AsanaAccess.Caller
  let now: Timestamp

  /// - Parameter path: What stands behind `/api/1.0/`.
  func response(to path: [String]) throws(AsanaRefusal) -> EmulatedResponse {
    switch (path[0], Array(path.dropFirst())) {
    case ("users", let rest) where rest.count == 1: return one(try user(rest[0]), .users)
    case ("workspaces", let rest): return try workspaces(rest)
    case ("projects", let rest): return try projects(rest)
    case ("tasks", let rest): return try tasks(rest)
    case ("custom_fields", let rest) where rest.count == 1:
      try pay(for: .fields)
      return one(try named(rest[0], .fields), .fields)
    case ("time_tracking_entries", let rest): return try entries(rest)
    case ("events", []): return try events()
    default: throw .noRoute
    }
  }

  // MARK: One and many

  var fields: AsanaFields? { AsanaFields(request.parameter("opt_fields")) }
  var serving: AsanaServing { AsanaServing(site: site, caller: caller) }

  func one(_ record: JSONValue, _ table: AsanaTable) -> EmulatedResponse {
    let whole = serving.whole(record, table)
    return AsanaAnswers.json(.object(["data": fields?.of(whole) ?? whole]))
  }

  func many(
    _ records: [JSONValue], _ table: AsanaTable
  ) throws(AsanaRefusal) -> EmulatedResponse {
    let path = "/" + request.segments.dropFirst(2).joined(separator: "/")
    let page = try AsanaPages(request: request, path: path, now: now).page(of: records)
    var members: [JSONValue.Member] = [
      .init("data", .array(shown(page.records, table)))
    ]
    if let next = page.next { members.append(.init("next_page", next)) }
    return AsanaAnswers.json(.object(members))
  }

  private func shown(_ records: [JSONValue], _ table: AsanaTable) -> [JSONValue] {
    let (fields, serving) = (fields, serving)
    return records.map { record in
      fields?.of(serving.whole(record, table)) ?? serving.compact(record, table)
    }
  }

  // MARK: Names

  /// The record of an ID in the path or in a parameter.
  func named(
    _ gid: String, _ table: AsanaTable, isInPath: Bool = true
  ) throws(AsanaRefusal) -> JSONValue {
    guard !gid.isEmpty, gid.allSatisfy({ $0.isASCII && $0.isNumber }) else {
      throw .noID(table.single, gid)
    }
    guard let record = site.record(gid, of: table) else {
      throw .unknown(table.single, gid, isInPath: isInPath)
    }
    let isHidden =
      switch table {
      case .projects: site.hidden.contains(gid)
      case .tasks: !site.isVisible(task: record)
      case .workspaces, .users, .fields, .settings, .entries: false
      }
    if isHidden { throw .forbidden(table.single) }
    return record
  }

  /// A user by `me`, an address or an ID.
  func user(_ name: String, isInPath: Bool = true) throws(AsanaRefusal) -> JSONValue {
    if let user = site[.users].first(where: { $0["email"]?.string == name }) { return user }
    return try named(name == "me" ? site.me : name, .users, isInPath: isInPath)
  }

  /// Whether a parameter filters by a record, and by which.
  func filter(
    _ name: String, _ table: AsanaTable
  ) throws(AsanaRefusal) -> String? {
    guard let gid = request.parameter(name) else { return nil }
    return try named(gid, table, isInPath: false).gid
  }

  private static let premium: [AsanaTable: String] = [
    .fields: "Custom Fields are not available for free users or guests.",
    .settings: "Custom Field Settings are not available for free users.",
    .tasks: "Search is only available to premium users.",
    .entries: "Time Tracking is not available for free users.",
  ]

  func pay(for table: AsanaTable) throws(AsanaRefusal) {
    guard site.isFree else { return }
    throw AsanaRefusal(402, Self.premium[table] ?? "Payment Required")
  }

  // MARK: Workspaces and projects

  private func workspaces(_ rest: [String]) throws(AsanaRefusal) -> EmulatedResponse {
    guard let first = rest.first else { return try many(site[.workspaces], .workspaces) }
    let workspace = try named(first, .workspaces)
    switch Array(rest.dropFirst()) {
    case []: return one(workspace, .workspaces)
    case ["projects"]: return try projects(of: workspace.gid)
    case ["custom_fields"]:
      try pay(for: .fields)
      return try many(site[.fields], .fields)
    case ["tasks", "search"]:
      try pay(for: .tasks)
      let search = try AsanaSearch(request, site: site)
      let tasks = site.indexed.filter { $0.gids("workspace") == [workspace.gid] }
      // Who is found is told by the index, what is shown by the record.
      let found = search.found(among: tasks).compactMap { site.record($0.gid, of: .tasks) }
        .filter { site.isVisible(task: $0) }
      let limit = try AsanaPages.limit(request) ?? AsanaSearch.usualLimit
      return AsanaAnswers.json(
        .object(["data": .array(shown(Array(found.prefix(limit)), .tasks))]))
    default: throw .noRoute
    }
  }

  private func projects(_ rest: [String]) throws(AsanaRefusal) -> EmulatedResponse {
    guard let first = rest.first else {
      return try projects(of: try filter("workspace", .workspaces))
    }
    let project = try named(first, .projects)
    switch Array(rest.dropFirst()) {
    case []: return one(project, .projects)
    case ["tasks"]: return try many(tasks(of: project.gid), .tasks)
    case ["custom_field_settings"]:
      try pay(for: .settings)
      return try many(site[.settings].filter { $0.gids("project") == [project.gid] }, .settings)
    default: throw .noRoute
    }
  }

  private func projects(of workspace: String?) throws(AsanaRefusal) -> EmulatedResponse {
    let isArchived = request.parameter("archived").map { $0 == "true" }
    let found = site[.projects].filter { project in
      !site.hidden.contains(project.gid)
        && (workspace.map { project.gids("workspace") == [$0] } ?? true)
        && (isArchived.map { ($0 == project["archived"]?.bool ?? false) } ?? true)
    }
    return try many(found, .projects)
  }

  // MARK: Tasks

  private func tasks(_ rest: [String]) throws(AsanaRefusal) -> EmulatedResponse {
    guard let first = rest.first else { return try listedTasks() }
    let task = try task(first)
    switch Array(rest.dropFirst()) {
    case []: return one(task, .tasks)
    case ["time_tracking_entries"]:
      try pay(for: .entries)
      return try many(site[.entries].filter { $0.gids("task") == [task.gid] }, .entries)
    default: throw .noRoute
    }
  }

  /// A task by its ID, or by one that the app which asks has given it.
  private func task(_ name: String) throws(AsanaRefusal) -> JSONValue {
    guard name.hasPrefix("external:") else { return try named(name, .tasks) }
    let own = site[.tasks].first { task in
      guard let app = task["external"]?["app"]?.string, caller == .app(app) else { return false }
      return task["external"]?["gid"]?.string == String(name.dropFirst("external:".count))
    }
    guard let own else { throw .unknown("task", name, isInPath: true) }
    return own
  }

  private func listedTasks() throws(AsanaRefusal) -> EmulatedResponse {
    let scopes = ["project", "tag", "section", "user_task_list", "assignee"]
    let given = scopes.filter { request.parameter($0) != nil }
    guard !given.isEmpty || request.parameter("workspace") != nil else {
      throw AsanaRefusal(
        400, "You should specify one of workspace, project, tag, section, user_task_list")
    }
    let isWhole = given != ["assignee"] || request.parameter("workspace") != nil
    guard given.count == 1, isWhole,
      given == ["assignee"] || request.parameter("workspace") == nil
    else {
      throw AsanaRefusal(
        400,
        "Must specify exactly one of project, tag, section, user task list, or assignee + workspace"
      )
    }
    var found: [JSONValue]
    if let project = try filter("project", .projects) {
      found = try tasks(of: project)
    } else if let assignee = request.parameter("assignee") {
      let user = try user(assignee, isInPath: false).gid
      let workspace = try filter("workspace", .workspaces) ?? ""
      found = try open(
        site[.tasks].filter {
          site.isVisible(task: $0) && $0.gids("assignee") == [user]
            && $0.gids("workspace") == [workspace]
        })
    } else {
      // The company has neither tags nor sections nor lists of users.
      throw .unknown(given[0], request.parameter(given[0]) ?? "", isInPath: false)
    }
    if let text = request.parameter("modified_since") {
      guard let since = Self.instant(text) else { throw .notAnInstant("modified_since", text) }
      found = found.filter { task in
        (task["modified_at"]?.string).flatMap { Timestamp($0) }.map { $0 >= since } ?? false
      }
    }
    return try many(found, .tasks)
  }

  private func tasks(of project: String) throws(AsanaRefusal) -> [JSONValue] {
    try open(site[.tasks].filter { $0.gids("projects").contains(project) })
  }

  /// Those that are not done, or were not before `completed_since`.
  private func open(_ tasks: [JSONValue]) throws(AsanaRefusal) -> [JSONValue] {
    guard let text = request.parameter("completed_since") else { return tasks }
    let since = Self.instant(text)
    guard since != nil || text == "now" else { throw .notAnInstant("completed_since", text) }
    return tasks.filter { task in
      guard task["completed"]?.bool == true else { return true }
      let at = (task["completed_at"]?.string).flatMap { Timestamp($0) }
      return at.flatMap { at in since.map { at >= $0 } } ?? false
    }
  }

  static func instant(_ text: String) -> Timestamp? {
    Timestamp(text) ?? CalendarDate(text).map { Timestamp(startOf: $0) }
  }
}
