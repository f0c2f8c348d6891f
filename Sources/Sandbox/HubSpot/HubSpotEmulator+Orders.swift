public import DealModel

extension HubSpotEmulator {
  public func obey(_ order: ControlOrder) async throws -> JSONValue {
    let now = time.now()
    switch order.act {
    case .expireToken:
      access.expire(at: now)
      return ["expired": true]
    case .renameProperty(let old, let new):
      return .object(["renamed": .array(try rename(old, to: new))])
    case .setField(let record, let field, let value):
      return try set(field, of: record, to: value, at: now)
    case .delayIndex(let milliseconds):
      indexDelay = .milliseconds(milliseconds)
      return .object(["index_delay_ms": .integer(milliseconds)])
    default: throw SandboxError.notObeyed(order, orders: Self.orders)
    }
  }

  public func mend() async {
    access.mend()
    indexDelay = .zero
    for renaming in renamings.reversed() {
      _ = tables[renaming.type]?.rename(renaming.new, to: renaming.old)
      _ = indexed[renaming.type]?.rename(renaming.new, to: renaming.old)
    }
    renamings = []
    recentMatches = []
  }

  /// Brings the search index up to what is due by now.
  func index(until now: Timestamp) {
    while let change = indexing.first, change.due <= now {
      indexing.removeFirst()
      indexed[change.type]?.replace(change.position, with: change.record)
    }
  }

  /// - Returns: The types that had such a property.
  private func rename(_ old: String, to new: String) throws(SandboxError) -> [JSONValue] {
    var renamed: [JSONValue] = []
    for type in tables.keys.sorted() {
      guard tables[type]?.rename(old, to: new) ?? false else { continue }
      _ = indexed[type]?.rename(old, to: new)
      renamings.append((type, old, new))
      renamed.append(.string(type))
    }
    guard !renamed.isEmpty else {
      throw SandboxError("no type has the property `\(old)`, or `\(new)` is taken")
    }
    return renamed
  }

  /// Sets a property, or `archived`, of `deals/9123456789` or `deals/erp_deal_id=BW-00042`.
  private func set(
    _ field: String, of address: String, to value: String, at now: Timestamp
  ) throws(SandboxError) -> JSONValue {
    let parts = address.split(separator: "/", maxSplits: 1)
    guard parts.count == 2, let type = HubSpotObjectType(path: String(parts[0])),
      var table = tables[type.name], let position = Self.position(String(parts[1]), in: &table)
    else {
      throw SandboxError(
        "there is no record `\(address)`; write deals/<id> or deals/<property>=<value>")
    }
    var record = table.records[position]
    if field == "archived" {
      record.isArchived = value == "true"
    } else {
      guard let column = table.columns[field], field != "hs_object_id" else {
        throw SandboxError("`\(type.name)` has no property `\(field)` that can be set")
      }
      let before = record[column]
      Self.set(column, to: value, in: &record)
      record.history = Self.history(record, adding: value, after: before, to: field, at: now)
    }
    record.modified = now
    record.updatedAt = now.description
    if let column = table.columns[type.modificationProperty] {
      Self.set(column, to: record.updatedAt, in: &record)
    }
    table.replace(position, with: record)
    tables[type.name] = table
    indexing.append(
      IndexedChange(
        due: now.adding(indexDelay), type: type.name, position: position, record: record))
    indexing.sort { $0.due < $1.due }
    return .object(["type": .string(type.name), "id": .string(record.id)])
  }

  private static func position(_ text: String, in table: inout HubSpotTable) -> Int? {
    let parts = text.split(separator: "=", maxSplits: 1)
    guard parts.count == 2 else { return table.position(of: text) }
    guard let column = table.columns[String(parts[0])] else { return nil }
    return table.positions(where: column, isAmong: [parts[1].lowercased()]).first
  }

  private static func set(_ column: Int, to value: String, in record: inout HubSpotRecord) {
    while record.values.count <= column { record.values.append(nil) }
    record.values[column] = value.isEmpty ? nil : value
  }

  private static func history(
    _ record: HubSpotRecord, adding value: String, after before: String?, to field: String,
    at now: Timestamp
  ) -> JSONValue {
    let version = HubSpotSelection.version(value, at: now.description)
    var members = record.history?.members ?? []
    if let index = members.firstIndex(where: { $0.name == field }) {
      members[index].value = .array([version] + (members[index].value.array ?? []))
    } else {
      // What stood there was written with the record.
      let first = before.map { HubSpotSelection.version($0, at: record.createdAt) }
      members.append(.init(field, .array([version] + (first.map { [$0] } ?? []))))
    }
    return .object(members)
  }
}
