import DealModel

/// Time that was tracked, and what happened to records.
extension AsanaReply {
  func entries(_ rest: [String]) throws(AsanaRefusal) -> EmulatedResponse {
    try pay(for: .entries)
    if let first = rest.first {
      guard rest.count == 1 else { throw .noRoute }
      return one(try named(first, .entries), .entries)
    }
    let scopes = ["task", "attributable_to", "portfolio", "user", "workspace"]
    guard let given = scopes.first(where: { request.parameter($0) != nil }) else {
      throw AsanaRefusal(
        400, "You should specify one of task, attributable_to, portfolio, user, workspace")
    }
    let (from, to) = (try day("entered_on_start_date"), try day("entered_on_end_date"))
    if given == "workspace", from == nil, to == nil { throw .missing("entered_on_start_date") }
    // The company has no portfolios.
    if let portfolio = request.parameter("portfolio") {
      throw .unknown("portfolio", portfolio, isInPath: false)
    }
    var wanted: [(member: String, gid: String)] = []
    if let task = try filter("task", .tasks) { wanted.append(("task", task)) }
    if let project = try filter("attributable_to", .projects) {
      wanted.append(("attributable_to", project))
    }
    if let name = request.parameter("user") {
      wanted.append(("created_by", try user(name, isInPath: false).gid))
    }
    let workspace = try filter("workspace", .workspaces)
    let found = site[.entries].filter { entry in
      guard let task = site.record(entry.gids("task").first ?? "", of: .tasks) else { return false }
      guard site.isVisible(task: task), wanted.allSatisfy({ entry.gids($0.member) == [$0.gid] })
      else { return false }
      if let workspace, task.gids("workspace") != [workspace] { return false }
      guard let entered = entry["entered_on"]?.string.flatMap({ CalendarDate($0) }) else {
        return from == nil && to == nil
      }
      return (from.map { $0 <= entered } ?? true) && (to.map { entered <= $0 } ?? true)
    }
    return try many(found, .entries)
  }

  private func day(_ name: String) throws(AsanaRefusal) -> CalendarDate? {
    guard let text = request.parameter(name) else { return nil }
    guard let day = CalendarDate(text) else { throw .notADay(name, text) }
    return day
  }

  func events() throws(AsanaRefusal) -> EmulatedResponse {
    guard let gid = request.parameter("resource") else { throw .missing("resource") }
    let isProject = site.record(gid, of: .projects) != nil
    let resource = try named(gid, isProject ? .projects : .tasks, isInPath: false)
    return site.events.answer(
      about: resource.gid, since: request.parameter("sync"), fields: fields, at: now)
  }
}
