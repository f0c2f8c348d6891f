import DealModel

/// A search for tasks: every parameter must hold, and those that the vendor does not know are
/// passed over. There are no pages, only a limit.
///
/// Of sections, tags, teams, portfolios, followers, likes, comments and dependencies the company
/// has none, so that nothing is found by them and nothing excluded.
///
/// Source: the description of `searchTasksForWorkspace` in Asana's OpenAPI document. Unverified: the
/// limit where none is given, that days are those of UTC, and that text is compared letter by
/// letter.
struct AsanaSearch {
  typealias Condition = (JSONValue) -> Bool

  /// How many tasks come where no limit is given.
  static let usualLimit = 20

  private var conditions: [Condition] = []
  private let order: String
  private let isAscending: Bool

  init(_ request: EmulatedRequest, site: AsanaSite) throws(AsanaRefusal) {
    let orders = ["due_date", "created_at", "completed_at", "likes", "modified_at", "relevance"]
    order = request.parameter("sort_by") ?? "modified_at"
    guard orders.contains(order) else {
      throw AsanaRefusal(400, "sort_by: Not a valid value: \(order)")
    }
    isAscending = request.parameter("sort_ascending") == "true"
    for parameter in request.query {
      let made = try Self.condition(parameter.name, parameter.value, site)
      if let made { conditions.append(made) }
    }
  }

  /// The tasks that are found, in the order that was asked for; the latest changed first unless
  /// another was.
  func found(among tasks: [JSONValue]) -> [JSONValue] {
    let found = tasks.filter { task in conditions.allSatisfy { $0(task) } }
    let member: String? =
      switch order {
      case "due_date": "due_on"
      case "created_at", "completed_at", "modified_at": order
      default: nil
      }
    guard let member else { return found }
    let ranked = found.enumerated().map { place, task in
      (key: task[member]?.string, place: place, task: task)
    }
    return ranked.sorted { left, right in
      guard left.key != right.key else { return left.place < right.place }
      // Whatever has no such time comes last.
      guard let one = left.key, let other = right.key else { return left.key != nil }
      return isAscending ? one < other : one > other
    }.map(\.task)
  }

  // MARK: Conditions

  private static let absent: Set<String> = [
    "sections", "tags", "teams", "portfolios", "followers", "liked_by", "commented_on_by",
    "assigned_by",
  ]

  private static func condition(
    _ name: String, _ value: String, _ site: AsanaSite
  ) throws(AsanaRefusal) -> Condition? {
    let parts = name.split(separator: ".").map(String.init)
    let (head, tail) = (parts.first ?? "", parts.dropFirst().joined(separator: "."))
    switch head {
    case "text": return text(value)
    case "resource_subtype":
      guard ["default_task", "milestone", "approval", "custom"].contains(value) else {
        throw AsanaRefusal(400, "resource_subtype: Not a valid value: \(value)")
      }
      return { ($0["resource_subtype"]?.string ?? "default_task") == value }
    case "completed":
      let wanted = try flag(name, value)
      return { ($0["completed"]?.bool ?? false) == wanted }
    case "is_subtask":
      let wanted = try flag(name, value)
      return { !$0.gids("parent").isEmpty == wanted }
    case "has_attachment", "is_blocked", "is_blocking":
      let wanted = try flag(name, value)
      return { _ in !wanted }
    case "projects": return member("projects", tail, ids(value))
    case "assignee", "created_by": return member(head, tail, ids(value).map { person($0, site) })
    case let none where absent.contains(none):
      return tail == "not" ? nil : { _ in false }
    case "custom_fields" where parts.count == 3:
      guard site.record(parts[1], of: .fields) != nil else {
        throw .unknown("custom_field", parts[1], isInPath: false)
      }
      return try field(parts[1], parts[2], value, site)
    case "created_at", "modified_at", "completed_at", "due_at":
      return try instant(head, tail, name, value)
    case "created_on", "modified_on", "completed_on", "due_on", "start_on":
      return try day(head, tail, name, value)
    default: return nil
    }
  }

  private static func ids(_ value: String) -> [String] {
    value.split(separator: ",").map { String($0.filter { $0 != " " }) }
  }

  private static func person(_ name: String, _ site: AsanaSite) -> String {
    if name == "me" { return site.me }
    return site[.users].first { $0["email"]?.string == name }?.gid ?? name
  }

  /// Whether what a member names is among some IDs; `null` stands for nobody.
  private static func member(_ name: String, _ tail: String, _ wanted: [String]) -> Condition? {
    func named(_ task: JSONValue) -> Set<String> {
      let gids = Set(task.gids(name))
      return gids.isEmpty ? ["null"] : gids
    }
    switch tail {
    case "any": return { !named($0).isDisjoint(with: wanted) }
    case "all": return { named($0).isSuperset(of: wanted) }
    case "not": return { named($0).isDisjoint(with: wanted) }
    default: return nil
    }
  }

  private static func text(_ value: String) -> Condition {
    let words = value.lowercased().split { $0.isWhitespace }
    return { task in
      let there = ["name", "notes"].compactMap { task[$0]?.string?.lowercased() }
      return words.allSatisfy { word in there.contains { $0.contains(word) } }
    }
  }

  private static func flag(_ name: String, _ value: String) throws(AsanaRefusal) -> Bool {
    guard value == "true" || value == "false" else {
      throw AsanaRefusal(400, "\(name): Not a boolean: \(value)")
    }
    return value == "true"
  }

  // MARK: Times

  private static func instant(
    _ member: String, _ tail: String, _ name: String, _ value: String
  ) throws(AsanaRefusal) -> Condition? {
    guard tail == "after" || tail == "before" else { return nil }
    guard let limit = AsanaReply.instant(value) else { throw .notAnInstant(name, value) }
    return { task in
      guard let at = task[member]?.string.flatMap({ Timestamp($0) }) else { return false }
      return tail == "after" ? at > limit : at < limit
    }
  }

  private static func day(
    _ member: String, _ tail: String, _ name: String, _ value: String
  ) throws(AsanaRefusal) -> Condition? {
    let other = member.dropLast(3) + "_at"
    func day(of task: JSONValue) -> CalendarDate? {
      if let text = task[member]?.string { return CalendarDate(text) }
      return task[String(other)]?.string.flatMap { Timestamp($0) }?.date
    }
    if tail.isEmpty, value == "null" { return { day(of: $0) == nil } }
    guard let limit = CalendarDate(value) else { throw .notADay(name, value) }
    switch tail {
    case "": return { day(of: $0) == limit }
    case "after": return { task in day(of: task).map { $0 > limit } ?? false }
    case "before": return { task in day(of: task).map { $0 < limit } ?? false }
    default: return nil
    }
  }

  // MARK: Custom fields

  private static func field(
    _ gid: String, _ question: String, _ wanted: String, _ site: AsanaSite
  ) throws(AsanaRefusal) -> Condition? {
    let type = site.type(ofField: gid)
    guard type != "multi_enum" else {
      throw AsanaRefusal(
        400, "custom_fields.\(gid): Searching by multi-enum fields is not supported")
    }
    let key = AsanaServing.key(ofType: type)
    func value(of task: JSONValue) -> JSONValue? {
      let found = task["custom_fields"]?.array?.first { $0.gid == gid }?[key]
      guard let found, !found.isNull, found != "", found != [] else { return .none }
      return found
    }
    func text(of task: JSONValue) -> String {
      let value = value(of: task)
      return value?["gid"]?.string ?? value?["date"]?.string ?? value?.plainText ?? ""
    }
    func compare(_ task: JSONValue, _ holds: (ExactDecimal, ExactDecimal) -> Bool) -> Bool {
      guard let there = value(of: task)?.decimal, let limit = ExactDecimal(wanted) else {
        return false
      }
      return holds(there, limit)
    }
    func compare(_ task: JSONValue, _ holds: (CalendarDate, CalendarDate) -> Bool) -> Bool {
      guard let there = CalendarDate(text(of: task)), let limit = CalendarDate(wanted) else {
        return false
      }
      return holds(there, limit)
    }
    switch (question, type) {
    case ("is_set", _):
      let isSet = try flag("custom_fields.\(gid).is_set", wanted)
      return { (value(of: $0) != nil) == isSet }
    case ("value", "number"): return { compare($0) { (one: ExactDecimal, other) in one == other } }
    case ("value", _): return { text(of: $0) == wanted }
    case ("starts_with", "text"): return { text(of: $0).hasPrefix(wanted) }
    case ("ends_with", "text"): return { text(of: $0).hasSuffix(wanted) }
    case ("contains", "text"): return { text(of: $0).contains(wanted) }
    case ("less_than", "number"):
      return { compare($0) { (one: ExactDecimal, other) in one < other } }
    case ("greater_than", "number"):
      return { compare($0) { (one: ExactDecimal, other) in one > other } }
    case ("before", "date"): return { compare($0) { (one: CalendarDate, other) in one < other } }
    case ("after", "date"): return { compare($0) { (one: CalendarDate, other) in one > other } }
    default: return nil
    }
  }
}
