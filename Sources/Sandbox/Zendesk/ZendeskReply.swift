internal import DealModel

/// Answers one request that was let in.
struct ZendeskReply {
  let request: EmulatedRequest
  let desk: ZendeskDesk
  let now: Timestamp

  /// - Parameter path: What stands behind `/api/v2/`, without `.json`.
  func response(to path: [String]) -> EmulatedResponse {
    switch (path[0], Array(path.dropFirst())) {
    case ("users", ["me"]): return .json(.object(["user": desk.user]))
    case ("users", []): return listing("users", desk.users)
    case ("users", ["show_many"]): return many("users", desk.users)
    case ("users", let rest) where rest.count == 1: return one("user", desk.users, rest[0])
    case ("ticket_fields", []): return listing("ticket_fields", desk.fields)
    case ("ticket_fields", let rest) where rest.count == 1:
      return one("ticket_field", desk.fields, rest[0])
    case ("tickets", []): return listing("tickets", listed)
    case ("tickets", ["show_many"]): return many("tickets", desk.tickets)
    case ("tickets", let rest) where rest.count == 1: return one("ticket", desk.tickets, rest[0])
    case ("search", []): return search()
    case ("search", ["count"]):
      guard let found = found else { return noQuery }
      return .json(.object(["count": .integer(found.count)]))
    case ("search", ["export"]): return export()
    case ("incremental", ["tickets", "cursor"]): return incremental()
    default: return ZendeskAnswers.invalidEndpoint
    }
  }

  // MARK: Records

  /// How long a closed ticket stays in the list of tickets.
  private static let archivedAfter = Duration.seconds(120 * 86_400)

  /// The tickets that the list has: archived ones are left out.
  private var listed: [JSONValue] {
    let wanted = request.parameter("external_id")
    return desk.tickets.filter { ticket in
      if let wanted, ticket["external_id"]?.string != wanted { return false }
      guard ticket["status"] == "closed",
        let closed = ticket["updated_at"]?.string.flatMap({ Timestamp($0) })
      else { return true }
      return closed.duration(to: now) < Self.archivedAfter
    }
  }

  private func one(_ name: String, _ records: [JSONValue], _ id: String) -> EmulatedResponse {
    guard let number = Int(id) else {
      return ZendeskAnswers.invalidAttribute("id", must: "an integer", from: "\(name)s/show")
    }
    guard let record = records.first(where: { $0["id"]?.integer == number }) else {
      return ZendeskAnswers.notFound
    }
    return .json(.object([.init(name, record)]))
  }

  private func many(_ name: String, _ records: [JSONValue]) -> EmulatedResponse {
    let key = request.parameter("ids") == nil ? "external_id" : "id"
    let given = request.parameter("ids") ?? request.parameter("external_ids") ?? ""
    let words = given.split(separator: ",").map { String($0.filter { $0 != " " }) }
    guard words.count <= 100 else {
      return ZendeskAnswers.error(400, "TooManyIds", "At most 100 records can be shown at once")
    }
    if key == "id", words.contains(where: { Int($0) == nil }) {
      return ZendeskAnswers.invalidAttribute(
        "ids", must: "a comma-separated list of integers", from: "\(name)/show_many")
    }
    let wanted = Set(words)
    let found = records.filter { record in
      switch record[key] {
      case .number(let text)?, .string(let text)?: wanted.contains(text)
      default: false
      }
    }
    return .json(
      .object([
        .init(name, .array(found)), .init("next_page", nil), .init("previous_page", nil),
        .init("count", .integer(found.count)),
      ]))
  }

  private func listing(_ name: String, _ records: [JSONValue]) -> EmulatedResponse {
    let pages = ZendeskPages(request: request)
    return pages.isByCursor
      ? pages.byCursor(name, records, largest: 100) : pages.byOffset(name, records)
  }

  // MARK: Search

  private var noQuery: EmulatedResponse { ZendeskAnswers.invalidSearch("query is missing") }

  /// The tickets found; the newest first. `nil` without a query.
  private var found: [JSONValue]? {
    guard let text = request.parameter("query"), text.contains(where: { !$0.isWhitespace }) else {
      return nil
    }
    let query = ZendeskQuery(text, now: now)
    return Array(desk.indexed.filter(query.matches).reversed())
  }

  private func search() -> EmulatedResponse {
    guard let found else { return noQuery }
    if ZendeskPages(request: request).isByCursor {
      return ZendeskAnswers.invalidAttribute("page", must: "an integer", from: "search/index")
    }
    return ZendeskPages(request: request).ofSearch(sorted(found).map(Self.result))
  }

  private func sorted(_ found: [JSONValue]) -> [JSONValue] {
    let isAscending = request.parameter("sort_order") == "asc"
    let key: (JSONValue) -> String
    switch request.parameter("sort_by") {
    case "created_at": key = { $0["created_at"]?.string ?? "" }
    case "updated_at": key = { $0["updated_at"]?.string ?? "" }
    case "status": key = { String(ZendeskQuery.rank($0, "status")) }
    case "priority": key = { String(ZendeskQuery.rank($0, "priority")) }
    default: return found
    }
    return found.sorted { isAscending ? key($0) < key($1) : key($0) > key($1) }
  }

  private static func result(_ ticket: JSONValue) -> JSONValue {
    ticket.setting("result_type", to: "ticket")
  }

  private func export() -> EmulatedResponse {
    guard request.parameter("filter[type]") == "ticket" else {
      return ZendeskAnswers.invalidSearch(
        "filter[type] must be one of ticket, user, organization, group")
    }
    guard let found else { return noQuery }
    return ZendeskPages(request: request).byCursor(
      "results", found.map(Self.result), largest: 1_000, isNewestFirst: true,
      livesUntil: now.adding(.seconds(3_600)), now: now)
  }

  // MARK: The incremental export

  private func incremental() -> EmulatedResponse {
    let size = min(1_000, max(1, request.parameter("per_page").flatMap { Int($0) } ?? 1_000))
    let after: (stamp: Int64, id: Int)
    if let cursor = request.parameter("cursor") {
      let parts = (ZendeskCursor.decoded(cursor) ?? "").split(separator: "|")
      guard parts.count == 2, let stamp = Int64(parts[0]), let id = Int(parts[1]) else {
        return ZendeskAnswers.error(422, "InvalidValue", "Invalid cursor")
      }
      after = (stamp, id)
    } else {
      guard let start = request.parameter("start_time").flatMap({ Int64($0) }) else {
        return ZendeskAnswers.invalidAttribute(
          "start_time", must: "an integer", from: "incremental/tickets/cursor")
      }
      guard start <= now.milliseconds / 1_000 - 60 else {
        return ZendeskAnswers.error(
          422, "InvalidValue", "Too recent start_time. Use a start_time older than 60 seconds")
      }
      after = (start, -1)
    }
    let isWithoutDeleted = request.parameter("exclude_deleted") == "true"
    let all = desk.tickets + (isWithoutDeleted ? [] : desk.deleted)
    // What changed within the last minute is not told yet.
    let latest = now.milliseconds / 1_000 - 60
    let due = all.map { (place: Self.place($0), ticket: $0) }
      .filter { $0.place > after && $0.place.stamp <= latest }
      .sorted { $0.place < $1.place }
    let page = due.prefix(size)
    let last = page.last?.place ?? after
    let next = ZendeskCursor.encoded("\(last.stamp)|\(last.id)")
    return .json(
      .object([
        "tickets": .array(page.map(\.ticket)),
        "after_url": .string(
          ZendeskPages(request: request).address([NamedValue("cursor", next)], isAlone: true)),
        "after_cursor": .string(next), "before_url": nil, "before_cursor": nil,
        "end_of_stream": .bool(page.count == due.count),
      ]))
  }

  private static func place(_ ticket: JSONValue) -> (stamp: Int64, id: Int) {
    (Int64(ticket["generated_timestamp"]?.integer ?? 0), ticket["id"]?.integer ?? 0)
  }
}
