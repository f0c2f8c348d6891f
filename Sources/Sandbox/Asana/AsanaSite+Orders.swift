import DealModel

extension AsanaSite {
  /// Tables whose records an order may name.
  static let changeable: [AsanaTable] = [.projects, .tasks, .entries]

  /// What changes without its record being modified, as the vendor has it.
  private static let silent: Set<String> = ["projects", "followers"]

  /// Sets a field as somebody does at the screen: a custom field by `custom_fields.ID`, people and
  /// projects by their IDs, several with commas between; an empty text is nothing.
  ///
  /// - Throws: ``SandboxError`` when there is no such record or field, or the value cannot be one.
  mutating func setField(
    _ field: String, of table: AsanaTable, _ gid: String, to text: String, at now: Timestamp
  ) throws(SandboxError) {
    guard var record = record(gid, of: table) else {
      throw SandboxError("there is no \(table.single) \(gid)")
    }
    let value: JSONValue
    let parts = field.split(separator: ".").map(String.init)
    if parts.count == 2, parts[0] == "custom_fields" {
      value = try custom(parts[1], text)
      var values = record["custom_fields"]?.array ?? []
      guard let place = values.firstIndex(where: { $0.gid == parts[1] }) else {
        throw SandboxError("\(table.rawValue)/\(gid) has no custom field \(parts[1])")
      }
      values[place].set(AsanaServing.key(ofType: type(ofField: parts[1])), value)
      record.set("custom_fields", .array(values))
    } else {
      value = try plain(field, of: table, record, text)
      record.set(field, value)
      if field == "completed" {
        let at: JSONValue = value == true ? .string(now.withMilliseconds) : .null
        record.set("completed_at", at)
      }
    }
    if table != .entries, !Self.silent.contains(field) {
      record.set("modified_at", .string(now.withMilliseconds))
    }
    replace(record, in: table, field: parts.first ?? field, at: now)
  }

  private func plain(
    _ field: String, of table: AsanaTable, _ record: JSONValue, _ text: String
  ) throws(SandboxError) -> JSONValue {
    if let reference = table.references.first(where: { $0.member == field }) {
      let gids = text.split(separator: ",").map { String($0.filter { $0 != " " }) }
      for gid in gids where self.record(gid, of: reference.table) == nil {
        throw SandboxError("there is no \(reference.table.single) \(gid)")
      }
      let named = gids.map { JSONValue.object(["gid": .string($0)]) }
      return field == "projects" ? .array(named) : named.first ?? .null
    }
    let whole = AsanaServing(site: self, caller: .person).whole(record, table)
    guard let old = whole[field], field != "gid", old.array == nil else {
      throw SandboxError("\(table.rawValue) have no `\(field)`; a custom field is custom_fields.ID")
    }
    switch old {
    case .bool:
      guard text == "true" || text == "false" else {
        throw SandboxError("`\(field)` is true or false")
      }
      return .bool(text == "true")
    case .number where ExactDecimal(text) == nil:
      throw SandboxError("`\(field)` is a number")
    case .number: return .number(text)
    default: return text.isEmpty ? .null : .string(text)
    }
  }

  private func custom(_ gid: String, _ text: String) throws(SandboxError) -> JSONValue {
    guard !text.isEmpty else { return .null }
    switch type(ofField: gid) {
    case "text": return .string(text)
    case "number":
      guard ExactDecimal(text) != nil else { throw SandboxError("field \(gid) is a number") }
      return .number(text)
    case "date":
      guard CalendarDate(text) != nil else { throw SandboxError("field \(gid) is a day") }
      return .object(["date": .string(text), "date_time": nil])
    case "enum":
      let options = record(gid, of: .fields)?["enum_options"]?.array ?? []
      guard let option = options.first(where: { $0.gid == text || $0["name"]?.string == text })
      else { throw SandboxError("field \(gid) has no option `\(text)`") }
      return option
    default: throw SandboxError("fields of the type of \(gid) cannot be set here")
    }
  }
}
