internal import DealModel

/// Answers one request of somebody who was let in.
struct RedmineReply {
  let request: EmulatedRequest
  let site: RedmineSite

  private typealias Table = RedmineSite.Table

  /// - Parameter path: The path without `.json`.
  func response(to path: [String]) -> EmulatedResponse {
    switch (path[0], path.dropFirst().first, path.count) {
    case ("users", "current"?, 2): return .json(.object(["user": site.user]))
    case ("my", "account"?, 2): return .json(.object(["user": site.user]))
    case ("custom_fields", nil, 1):
      // Definitions are for administrators.
      guard site.user["admin"]?.bool == true else { return RedmineEmulator.head(403) }
      return .json(.object(["custom_fields": .array(site.fields)]))
    case ("projects", let key?, 3) where path[2] == "versions":
      guard let project = project(key) else { return RedmineEmulator.head(404) }
      let id = project["id"]?.integer
      let versions = all(.versions).filter { $0["project"]?["id"]?.integer == id }
      return .json(
        .object([
          "versions": .array(versions.map(served)), "total_count": .integer(versions.count),
        ]))
    case ("projects", let key?, 2):
      guard let project = project(key) else { return RedmineEmulator.head(404) }
      return .json(.object(["project": served(project)]))
    case ("versions", nil, 1): return RedmineEmulator.head(404)
    case (let name, let id?, 2):
      guard let table = Table(rawValue: name), let number = Int(id),
        let record = all(table).first(where: { $0["id"]?.integer == number })
      else { return RedmineEmulator.head(404) }
      return .json(.object([.init(table.single, served(record))]))
    case (let name, nil, 1):
      guard let table = Table(rawValue: name) else { return RedmineEmulator.head(404) }
      return listing(table)
    default: return RedmineEmulator.head(404)
    }
  }

  private func all(_ table: Table) -> [JSONValue] { site.records[table] ?? [] }

  /// A project by its ID or identifier.
  private func project(_ key: String) -> JSONValue? {
    all(.projects).first { $0["id"]?.integer == Int(key) || $0["identifier"]?.string == key }
  }

  /// A project and all below it.
  private func below(_ id: Int) -> Set<Int> {
    all(.projects).reduce(into: [id]) { found, project in
      guard project["parent"]?["id"]?.integer == id, let child = project["id"]?.integer else {
        return
      }
      found.formUnion(below(child))
    }
  }

  /// The record as it is written: names of what it belongs to, and no more than there is.
  private func served(_ record: JSONValue) -> JSONValue {
    guard let id = record["project"]?["id"]?.integer,
      let name = site.project(id)?["name"]
    else { return record }
    return record.setting("project", to: .object(["id": .integer(id), "name": name]))
  }

  static func errors(_ messages: [String]) -> EmulatedResponse {
    .json(
      .object(["errors": .array(messages.map { .string($0) })]), status: 422,
      type: "application/json; charset=utf-8")
  }

  // MARK: Lists

  private func listing(_ table: Table) -> EmulatedResponse {
    let filters: [RedmineFilter]
    do throws(RedmineFilterError) {
      filters = try self.filters(table)
    } catch { return Self.errors([error.message]) }
    var projects: Set<Int>?
    if table != .projects, let key = request.parameter("project_id") {
      // It names one project, never several, and everything is of it then.
      guard let found = project(key)?["id"]?.integer else { return RedmineEmulator.head(404) }
      projects = request.parameter("subproject_id") == "!*" ? [found] : below(found)
    }
    let found = all(table).filter { record in
      projects?.contains(record["project"]?["id"]?.integer ?? 0) ?? true
        && filters.allSatisfy { $0.matches(record, site: site) }
    }
    let (offset, limit) = offsetAndLimit
    return .json(
      .object([
        .init(
          table.rawValue, .array(sorted(found, table).dropFirst(offset).prefix(limit).map(served))),
        .init("total_count", .integer(found.count)), .init("offset", .integer(offset)),
        .init("limit", .integer(limit)),
      ]))
  }

  private var offsetAndLimit: (offset: Int, limit: Int) {
    func number(_ name: String) -> Int? { request.parameter(name).map { Int($0) ?? 0 } }
    var limit = number("limit") ?? 0
    limit = limit < 1 ? 25 : min(limit, 100)
    if let offset = number("offset") { return (max(0, offset), limit) }
    return (max(0, ((number("page") ?? 1) - 1) * limit), limit)
  }

  /// The newest first, unless `sort` says otherwise: `updated_on:desc,id`.
  private func sorted(_ records: [JSONValue], _ table: Table) -> [JSONValue] {
    let usual = table == .projects ? "name" : "id:desc"
    let keys = (request.parameter("sort") ?? usual).split(separator: ",").map { key in
      let parts = key.split(separator: ":")
      return (name: String(parts.first ?? ""), isDescending: parts.last == "desc")
    }
    return records.sorted { left, right in
      for key in keys {
        let (one, other) = (Self.rank(left[key.name]), Self.rank(right[key.name]))
        if one != other { return key.isDescending ? one > other : one < other }
      }
      return false
    }
  }

  private static func rank(_ value: JSONValue?) -> String {
    guard case .number(let text)? = value else { return value?.string ?? "" }
    return String(repeating: "0", count: max(0, 20 - text.count)) + text
  }

  /// The filters that the parameters name; what names none is passed over without a word.
  private func filters(_ table: Table) throws(RedmineFilterError) -> [RedmineFilter] {
    var filters: [RedmineFilter] = []
    for parameter in request.query {
      guard let type = RedmineFilter.type(of: parameter.name, in: table, site: site) else {
        continue
      }
      filters.append(
        try RedmineFilter(parameter.name, type, parameter.value, table: table))
    }
    let names = Set(filters.map(\.name))
    if table == .issues, !names.contains("status_id") {
      filters.append(try RedmineFilter("status_id", .status, "o", table: table))
    }
    if table == .projects, !names.contains("status") {
      filters.append(try RedmineFilter("status", .list, "1", table: table))
    }
    return filters
  }
}
