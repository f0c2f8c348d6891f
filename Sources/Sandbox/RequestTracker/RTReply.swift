internal import DealModel

/// Answers one request of somebody who was let in.
struct RTReply {
  let request: EmulatedRequest
  let desk: RTDesk
  let now: Timestamp

  /// - Parameter path: What stands behind `/REST/2.0/`.
  func response(to path: [String]) -> EmulatedResponse {
    switch (path[0], Array(path.dropFirst())) {
    case ("rt", []): return .json(["Version": "5.0.8"])
    case ("tickets", []): return search()
    case ("ticket", let rest) where rest.count == 1:
      guard let ticket = Int(rest[0]).flatMap(desk.ticket) else { return notFound }
      return .json(whole(ticket))
    case ("customfields", []): return listing(desk.fields, as: "customfield")
    case ("customfield", let rest) where rest.count == 1:
      return one(desk.fields, as: "customfield", rest[0])
    case ("queues", ["all"]), ("queues", []): return listing(desk.queues, as: "queue")
    case ("queue", let rest) where rest.count == 1: return one(desk.queues, as: "queue", rest[0])
    case ("user", let rest) where rest.count == 1: return one(desk.users, as: "user", rest[0])
    default: return notFound
    }
  }

  private var notFound: EmulatedResponse { RTAnswers.message(404, "Not Found") }

  // MARK: Collections

  private func search() -> EmulatedResponse {
    let text = request.parameter("query") ?? request.form["query"] ?? ""
    let query: TicketSQL?
    do throws(TicketSQLError) {
      query = try text.isEmpty ? nil : TicketSQL(text)
    } catch { return RTAnswers.message(400, error.message) }
    let matcher = TicketSQLMatcher(desk: desk, now: now)
    // Deleted tickets are left out of every search.
    let found = desk.tickets.filter { ticket in
      ticket["Status"]?.string != "deleted" && query.map { matcher.matches($0, ticket) } ?? true
    }
    return page(ordered(found), isCounted: desk.seesAll) { ticket in
      var members = uid("ticket", ticket["id"]?.integer.map(String.init) ?? "")
      for field in fields {
        if members.contains(where: { $0.name == field }) { continue }
        members.append(.init(field, expanded(field, of: ticket)))
      }
      return .object(members)
    }
  }

  private func ordered(_ tickets: [JSONValue]) -> [JSONValue] {
    guard let field = request.parameter("orderby") else { return tickets }
    let isDescending = request.parameter("order")?.uppercased() == "DESC"
    func key(_ ticket: JSONValue) -> String {
      switch ticket[field] {
      case .string(let text)?: return text
      case .number(let text)?: return String(repeating: "0", count: max(0, 20 - text.count)) + text
      default: return ""
      }
    }
    return tickets.sorted { isDescending ? key($0) > key($1) : key($0) < key($1) }
  }

  /// The records of a list that a JSON query finds: fields compared as texts, in any case. What is
  /// no list of conditions finds everything.
  private func listing(_ records: [JSONValue], as type: String) -> EmulatedResponse {
    let text = request.method == "GET" ? request.parameter("query") ?? "" : request.bodyText
    var conditions: [JSONValue] = []
    if text.contains("[") {
      guard let list = (try? JSONValue(parsing: Array(text.utf8)))?.array else {
        return RTAnswers.message(400, "Bad Request")
      }
      conditions = list
    }
    let found = records.filter { record in
      conditions.allSatisfy { condition in
        guard let field = condition["field"]?.string, let value = condition["value"]?.string,
          let there = record[field]
        else { return true }
        let isSame = there.plainText.lowercased() == value.lowercased()
        return condition["operator"] == "!=" ? !isSame : isSame
      }
    }
    return page(found, isCounted: true) { record in
      let id = record["id"]?.integer.map(String.init) ?? ""
      return .object(
        uid(type, id) + fields.map { .init($0, record[$0] ?? "") })
    }
  }

  private var fields: [String] {
    (request.parameter("fields") ?? "").split(separator: ",").map(String.init)
  }

  private func page(
    _ records: [JSONValue], isCounted: Bool, _ item: (JSONValue) -> JSONValue
  ) -> EmulatedResponse {
    func number(_ name: String, otherwise: Int) -> Int {
      guard let number = request.parameter(name).flatMap({ Int($0) }), number > 0 else {
        return otherwise
      }
      return number
    }
    let size = min(100, number("per_page", otherwise: 20))
    let page = number("page", otherwise: 1)
    let shown = records.dropFirst((page - 1) * size).prefix(size)
    let pages = (records.count + size - 1) / size
    var members: [JSONValue.Member] = [
      .init("count", .integer(shown.count)),
      .init("total", isCounted ? .integer(records.count) : .null),
      .init("per_page", .integer(size)), .init("page", .integer(page)),
      .init("pages", isCounted ? .integer(pages) : .null),
      .init("items", .array(shown.map(item))),
    ]
    if page < pages { members.append(.init("next_page", .string(address(page + 1)))) }
    if page > 1 {
      members.append(.init("prev_page", .string(address(min(page - 1, max(1, pages))))))
    }
    return .json(.object(members))
  }

  private func address(_ page: Int) -> String {
    let kept = request.rawQuery.split(separator: "&").filter { !$0.hasPrefix("page=") }
    let query = (kept.map(String.init) + ["page=\(page)"]).joined(separator: "&")
    return String(request.url.prefix { $0 != "?" }) + "?" + query
  }

  // MARK: Records

  private var base: String {
    let end = request.url.firstRange(of: "/REST/2.0")?.upperBound ?? request.url.endIndex
    return String(request.url[..<end])
  }

  /// What stands for a record wherever another one names it.
  private func uid(_ type: String, _ id: String) -> [JSONValue.Member] {
    [
      .init("type", .string(type)), .init("id", .string(id)),
      .init("_url", .string("\(base)/\(type)/\(id)")),
    ]
  }

  private func one(_ records: [JSONValue], as type: String, _ key: String) -> EmulatedResponse {
    let found = records.first {
      $0["id"]?.integer == Int(key) && Int(key) != nil || $0["Name"]?.string == key
    }
    guard let found else { return notFound }
    var record = found
    if type == "user" { record = record.setting("Privileged", to: 1) }
    let id = found["id"]?.integer.map(String.init) ?? ""
    return .json(
      record.setting(
        "_hyperlinks",
        to: .array([.object([.init("ref", "self")] + uid(type, id))])))
  }

  private static let plain = [
    "Type", "Subject", "Status", "Priority", "InitialPriority", "FinalPriority", "TimeEstimated",
    "TimeWorked", "TimeLeft", "Description",
  ]
  private static let dates = [
    "Created", "LastUpdated", "Started", "Starts", "Due", "Resolved", "Told",
  ]
  private static let people = ["Owner", "Creator", "LastUpdatedBy"]
  private static let roles = ["Requestor", "Cc", "AdminCc"]

  /// A ticket with everything there is.
  private func whole(_ ticket: JSONValue) -> JSONValue {
    let id = ticket["id"] ?? 0
    let text = ticket["id"]?.integer.map(String.init) ?? ""
    var members: [JSONValue.Member] = [.init("id", id)]
    for name in Self.plain + Self.dates + Self.people + Self.roles + ["Queue", "CustomFields"] {
      members.append(.init(name, expanded(name, of: ticket)))
    }
    members.append(.init("EffectiveId", .object(uid("ticket", text))))
    members.append(
      .init(
        "_hyperlinks",
        .array([
          .object([.init("ref", "self")] + uid("ticket", text)),
          .object([
            "ref": "history", "_url": .string("\(base)/ticket/\(text)/history"),
          ]),
        ])))
    return .object(members)
  }

  /// A field as RT writes it; an empty text for one that does not exist.
  private func expanded(_ field: String, of ticket: JSONValue) -> JSONValue {
    switch field {
    case "id": return ticket["id"] ?? ""
    case "Type": return "ticket"
    case let name where Self.plain.contains(name):
      return ticket[name] ?? (name.contains("Priority") || name.hasPrefix("Time") ? 0 : "")
    case let name where Self.dates.contains(name):
      // What was never set is the beginning of time.
      return ticket[name] ?? "1970-01-01T00:00:00Z"
    case let name where Self.people.contains(name):
      return named("user", ticket[name]?.string ?? (name == "Owner" ? "Nobody" : "root"), name)
    case let name where Self.roles.contains(name): return ticket[name] ?? []
    case "Queue":
      let name = ticket["Queue"]?.string ?? "General"
      let id = desk.queues.first { $0["Name"]?.string == name }?["id"]?.integer ?? 1
      return .object(uid("queue", String(id)) + subfields("Queue", desk.queues, name))
    case "CustomFields": return .array(customFields(of: ticket))
    default: return ""
    }
  }

  private func named(_ type: String, _ name: String, _ field: String) -> JSONValue {
    .object(uid(type, name) + subfields(field, desk.users, name))
  }

  /// What `fields[Owner]=Name` asks for.
  private func subfields(
    _ field: String, _ records: [JSONValue], _ name: String
  ) -> [JSONValue.Member] {
    let wanted = (request.parameter("fields[\(field)]") ?? "").split(separator: ",").map(
      String.init)
    let record = records.first { $0["Name"]?.string == name }
    return wanted.map { wish in
      .init(wish, record?[wish] ?? (wish == "Name" ? .string(name) : ""))
    }
  }

  /// What tickets' own custom fields are told by.
  private static let ofTickets = "RT::Queue-RT::Ticket"

  /// Every custom field of tickets, with its values.
  private func customFields(of ticket: JSONValue) -> [JSONValue] {
    let queue = ticket["Queue"]?.string ?? "General"
    return desk.fields.compactMap { field -> JSONValue? in
      guard let name = field["Name"]?.string, field["Disabled"]?.plainText != "1",
        field["LookupType"]?.string ?? Self.ofTickets == Self.ofTickets
      else { return nil }
      // Without a word about queues it applies to all.
      if let queues = field["queues"]?.array, !queues.contains(where: { $0.string == queue }) {
        return nil
      }
      let id = field["id"]?.integer.map(String.init) ?? ""
      let values = desk.values(of: name, in: ticket).map { JSONValue.string($0) }
      return .object(
        uid("customfield", id) + [.init("name", .string(name)), .init("values", .array(values))])
    }
  }
}

extension EmulatedRequest {
  /// The body as a text.
  fileprivate var bodyText: String { String(decoding: body, as: UTF8.self) }
}

extension JSONValue {
  /// The text of a plain value; empty for others.
  var plainText: String {
    switch self {
    case .string(let text), .number(let text): text
    case .bool(let flag): flag ? "true" : "false"
    case .null, .array, .object: ""
    }
  }
}
