internal import DealModel

/// The tickets, custom fields, queues and users of one RT.
struct RTDesk: Sendable {
  /// The name of the user whose credentials are used.
  let user: String
  /// In which times of a search are read that name no zone.
  let zone: LocalZone
  /// Whether that user may see every ticket.
  let seesAll: Bool
  private(set) var fields: [JSONValue]
  let queues: [JSONValue]
  let users: [JSONValue]
  /// By ascending ID.
  private(set) var tickets: [JSONValue]

  /// - Throws: ``SandboxError`` naming the file and the record that cannot be served.
  init(folder: EmulatorFolder) throws(SandboxError) {
    let account = try folder.object("account")
    user = account?["user"]?.string ?? "root"
    seesAll = account?["sees_all"]?.bool ?? true
    if let name = account?["timeZone"]?.string {
      guard let zone = JiraZones.zone(named: name) else {
        throw SandboxError("`timeZone` is no zone that is known here", at: folder.file("account"))
      }
      self.zone = zone
    } else {
      zone = .utc
    }
    fields = try folder.numberedRecords("customfields", texts: ["Name"])
    queues = try folder.numberedRecords("queues", texts: ["Name"])
    users = try folder.numberedRecords("users", texts: ["Name"])
    let records = try folder.numberedRecords(
      "tickets", texts: ["Subject", "Status", "Created", "LastUpdated"])
    tickets = records.sorted { ($0["id"]?.integer ?? 0) < ($1["id"]?.integer ?? 0) }
  }

  func ticket(_ id: Int) -> JSONValue? { tickets.first { $0["id"]?.integer == id } }

  /// The values of a ticket's custom field, whatever the case of its name.
  func values(of field: String, in ticket: JSONValue) -> [String] {
    let wanted = field.lowercased()
    let found = ticket["CustomFields"]?.array?.first {
      $0["name"]?.string?.lowercased() == wanted
    }
    return found?["values"]?.array?.compactMap(\.string) ?? []
  }

  // MARK: Changes

  /// Sets a field: numbers stay numbers; a custom field has one value, or none for an empty text.
  mutating func setField(
    _ field: String, of id: Int, to text: String, at now: Timestamp
  ) throws(SandboxError) {
    guard let place = tickets.firstIndex(where: { $0["id"]?.integer == id }) else {
      throw SandboxError("there is no ticket \(id)")
    }
    var ticket = tickets[place]
    if field.hasPrefix("CustomFields.") {
      let name = String(field.dropFirst("CustomFields.".count))
      guard fields.contains(where: { $0["Name"]?.string == name }) else {
        throw SandboxError("customfields.json has no field `\(name)`")
      }
      var values = (ticket["CustomFields"]?.array ?? []).filter { $0["name"]?.string != name }
      values.append(
        .object([
          "name": .string(name), "values": text.isEmpty ? [] : .array([.string(text)]),
        ]))
      ticket.set("CustomFields", .array(values))
    } else if case .number? = ticket[field], Int(text) != nil {
      ticket.set(field, .number(text))
    } else {
      ticket.set(field, .string(text))
    }
    let whole = now.milliseconds / 1_000 * 1_000
    ticket.set("LastUpdated", .string(Timestamp(milliseconds: whole).description))
    tickets[place] = ticket
  }

  /// Calls a custom field otherwise, wherever it stands.
  ///
  /// - Returns: Whether there is such a field.
  mutating func renameField(_ old: String, to new: String) -> Bool {
    guard fields.contains(where: { $0["Name"]?.string == old }) else { return false }
    fields = fields.map { field in
      field["Name"]?.string == old ? field.setting("Name", to: .string(new)) : field
    }
    tickets = tickets.map { ticket in
      let values = (ticket["CustomFields"]?.array ?? []).map { value in
        value["name"]?.string == old ? value.setting("name", to: .string(new)) : value
      }
      return ticket.setting("CustomFields", to: .array(values))
    }
    return true
  }
}
