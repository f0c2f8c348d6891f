internal import DealModel

/// The tickets of one desk as they stand, and as its search index knows them.
struct ZendeskDesk: Sendable {
  /// A change on its way into the search index; no ticket for one that was deleted.
  private struct Indexing: Sendable {
    var at: Timestamp
    var id: Int
    var ticket: JSONValue?
  }

  /// Whom the credentials belong to.
  let user: JSONValue
  private let subdomain: String
  private(set) var fields: [JSONValue]
  private(set) var users: [JSONValue]
  /// By ascending ID.
  private(set) var tickets: [JSONValue] = []
  private(set) var deleted: [JSONValue] = []
  /// As the search finds them, by ascending ID.
  private(set) var indexed: [JSONValue] = []
  private var indexings: [Indexing] = []
  /// How much later changes reach the search.
  var indexDelay = Duration.zero

  /// What `/users/me` says without credentials.
  static let anonymous: JSONValue = [
    "id": nil, "name": "Anonymous user", "email": "invalid@example.com", "role": "end-user",
    "active": nil, "verified": false,
  ]

  /// - Throws: ``SandboxError`` naming the file and the record that cannot be served.
  init(folder: EmulatorFolder, now: Timestamp) throws(SandboxError) {
    let account = try folder.object("account")
    guard let subdomain = account?["subdomain"]?.string else {
      throw SandboxError("expected an object with `subdomain`", at: folder.file("account"))
    }
    self.subdomain = subdomain
    users = try folder.numberedRecords("users")
    let me = account?["user_id"]?.integer
    user =
      users.first { me != nil && $0["id"]?.integer == me } ?? [
        "id": 1, "name": "Plumbline", "email": .string("plumbline@\(subdomain).example"),
        "role": "admin",
        "active": true,
      ]
    fields = try folder.numberedRecords("ticket_fields")
    let records = try folder.numberedRecords(
      "tickets", texts: ["subject", "status", "created_at", "updated_at"])
    tickets = records.map(completed).sorted(by: Self.isEarlier)
    indexed = tickets
  }

  private static func isEarlier(_ left: JSONValue, _ right: JSONValue) -> Bool {
    (left["id"]?.integer ?? 0) < (right["id"]?.integer ?? 0)
  }

  func ticket(_ id: Int) -> JSONValue? { tickets.first { $0["id"]?.integer == id } }

  // MARK: Tickets as they are served

  private static let members = [
    "url", "id", "external_id", "via", "created_at", "updated_at", "generated_timestamp", "type",
    "subject", "raw_subject", "description", "priority", "status", "recipient", "requester_id",
    "submitter_id", "assignee_id", "organization_id", "group_id", "collaborator_ids",
    "follower_ids", "problem_id", "has_incidents", "is_public", "due_at", "tags", "custom_fields",
    "satisfaction_rating", "custom_status_id", "fields", "brand_id",
  ]

  /// The ticket with every member that the vendor serves, whatever the file leaves out.
  private func completed(_ ticket: JSONValue) -> JSONValue {
    let id = ticket["id"]?.integer ?? 0
    var given = ticket["custom_fields"]?.array ?? []
    for field in fields where field["active"]?.bool != false && field["removable"]?.bool != false {
      guard let id = field["id"]?.integer, !given.contains(where: { $0["id"]?.integer == id })
      else { continue }
      given.append(.object(["id": .integer(id), "value": nil]))
    }
    let updated = ticket["updated_at"]?.string.flatMap { Timestamp($0) }
    let defaults: [String: JSONValue] = [
      "url": .string("https://\(subdomain).zendesk.com/api/v2/tickets/\(id).json"),
      "generated_timestamp": .integer((updated?.milliseconds ?? 0) / 1_000),
      "raw_subject": ticket["subject"] ?? .null, "via": ["channel": "web"],
      "collaborator_ids": [], "follower_ids": [], "has_incidents": false, "is_public": true,
      "tags": [], "satisfaction_rating": ["score": "unoffered"],
    ]
    let computed = ["generated_timestamp", "custom_fields", "fields"]
    return .object(
      Self.members.map { name in
        switch name {
        case "custom_fields", "fields": .init(name, .array(given))
        default:
          .init(
            name,
            (computed.contains(name) ? nil : ticket[name]) ?? defaults[name] ?? .null)
        }
      })
  }

  // MARK: Changes

  /// Brings into the search index what has had the time to get there.
  mutating func index(until now: Timestamp) {
    guard indexings.contains(where: { $0.at <= now }) else { return }
    for indexing in indexings where indexing.at <= now {
      indexed.removeAll { $0["id"]?.integer == indexing.id }
      if let ticket = indexing.ticket { indexed.append(ticket) }
    }
    indexings.removeAll { $0.at <= now }
    indexed.sort(by: Self.isEarlier)
  }

  /// Sets a field: numbers stay numbers, an empty text is null.
  mutating func setField(
    _ field: String, of id: Int, to text: String, at now: Timestamp
  ) throws(SandboxError) {
    guard let place = tickets.firstIndex(where: { $0["id"]?.integer == id }) else {
      throw SandboxError("there is no ticket \(id)")
    }
    var ticket = tickets[place]
    let parts = field.split(separator: ".").map(String.init)
    if parts.count == 2, parts[0] == "custom_fields", let number = Int(parts[1]) {
      var values = ticket["custom_fields"]?.array ?? []
      guard let index = values.firstIndex(where: { $0["id"]?.integer == number }) else {
        throw SandboxError("tickets have no custom field \(number)")
      }
      values[index].set("value", text.isEmpty ? .null : .string(text))
      ticket.set("custom_fields", .array(values))
    } else {
      guard let old = ticket[field], parts.count == 1 else {
        throw SandboxError("tickets have no `\(field)`; a custom field is `custom_fields.ID`")
      }
      if case .number = old, Int(text) != nil {
        ticket.set(field, .number(text))
      } else {
        ticket.set(field, text.isEmpty ? .null : .string(text))
      }
    }
    let seconds = now.milliseconds / 1_000
    ticket.set("updated_at", .string(Timestamp(milliseconds: seconds * 1_000).description))
    tickets[place] = completed(ticket)
    indexings.append(Indexing(at: now.adding(indexDelay), id: id, ticket: tickets[place]))
  }

  /// Deletes a ticket: gone everywhere but from the incremental export.
  mutating func delete(_ id: Int, at now: Timestamp) throws(SandboxError) {
    guard let place = tickets.firstIndex(where: { $0["id"]?.integer == id }) else {
      throw SandboxError("there is no ticket \(id)")
    }
    var ticket = tickets.remove(at: place)
    let seconds = now.milliseconds / 1_000
    ticket.set("status", "deleted")
    ticket.set("updated_at", .string(Timestamp(milliseconds: seconds * 1_000).description))
    deleted.append(completed(ticket))
    indexings.append(Indexing(at: now.adding(indexDelay), id: id, ticket: nil))
  }

  /// Gives a custom field another ID, wherever it stands.
  ///
  /// - Returns: Whether there is such a field.
  mutating func renameField(_ old: Int, to new: Int) -> Bool {
    func renamed(_ values: [JSONValue]) -> [JSONValue] {
      values.map { $0["id"]?.integer == old ? $0.setting("id", to: .integer(new)) : $0 }
    }
    func renamed(ticket: JSONValue) -> JSONValue {
      let values = renamed(ticket["custom_fields"]?.array ?? [])
      return ticket.setting("custom_fields", to: .array(values)).setting(
        "fields", to: .array(values))
    }
    guard fields.contains(where: { $0["id"]?.integer == old }) else { return false }
    fields = renamed(fields)
    tickets = tickets.map(renamed(ticket:))
    indexed = indexed.map(renamed(ticket:))
    deleted = deleted.map(renamed(ticket:))
    indexings = indexings.map { indexing in
      var indexing = indexing
      indexing.ticket = indexing.ticket.map(renamed(ticket:))
      return indexing
    }
    return true
  }
}
