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
    case .delete(let record):
      return try set("archived", of: record, to: "true", at: now)
    case .merge(let record, let survivor):
      return try merge(record, into: survivor, at: now)
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
    var (type, table, position) = try find(address)
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
      if field == type.stageProperty,
        let entered = table.columns["hs_v2_date_entered_current_stage"]
      {
        Self.set(entered, to: now.description, in: &record)
      }
    }
    touch(&record, position, of: type, in: &table, at: now)
    tables[type.name] = table
    return .object(["type": .string(type.name), "id": .string(record.id)])
  }

  /// Merges a record into another as HubSpot does: the other keeps its ID and its values, takes over
  /// what it lacks, and names the merged record; that one's ID leads to it from now on.
  ///
  /// That the merged record's values enter the survivor's history is how HubSpot's screens show it;
  /// the reference does not say so of the API (UNVERIFIED).
  private func merge(
    _ address: String, into survivorAddress: String, at now: Timestamp
  ) throws(SandboxError) -> JSONValue {
    var (type, table, position) = try find(address)
    let (otherType, _, survivorPosition) = try find(survivorAddress)
    guard otherType == type, position != survivorPosition else {
      throw SandboxError("only two different records of one type can be merged")
    }
    var merged = table.records[position]
    var survivor = table.records[survivorPosition]
    for (name, column) in table.columns where column < table.properties.count {
      guard let value = merged[column], !value.isEmpty, !type.alwaysReturned.contains(name) else {
        continue
      }
      if survivor[column]?.isEmpty ?? true { Self.set(column, to: value, in: &survivor) }
      survivor.history = Self.history(
        survivor, adding: value, after: survivor[column], to: name, at: merged.modified,
        isNewest: false)
    }
    if let column = table.columns["hs_merged_object_ids"] {
      let names = [survivor[column], merged.id].compactMap { $0 }.filter { !$0.isEmpty }
      Self.set(column, to: names.joined(separator: ";"), in: &survivor)
    }
    merged.isMerged = true
    touch(&merged, position, of: type, in: &table, at: now)
    touch(&survivor, survivorPosition, of: type, in: &table, at: now)
    table.redirect(position, to: survivorPosition)
    tables[type.name] = table
    return .object(["merged": .string(merged.id), "into": .string(survivor.id)])
  }

  /// The record at an address: `deals/9123456789` or `deals/erp_deal_id=BW-00042`.
  private func find(
    _ address: String
  ) throws(SandboxError) -> (type: HubSpotObjectType, table: HubSpotTable, position: Int) {
    let parts = address.split(separator: "/", maxSplits: 1)
    guard parts.count == 2, let type = HubSpotObjectType(path: String(parts[0])),
      var table = tables[type.name], let position = Self.position(String(parts[1]), in: &table)
    else {
      throw SandboxError(
        "there is no record `\(address)`; write deals/<id> or deals/<property>=<value>")
    }
    return (type, table, position)
  }

  /// Enters a changed record, modified now, and has search learn of it.
  private func touch(
    _ record: inout HubSpotRecord, _ position: Int, of type: HubSpotObjectType,
    in table: inout HubSpotTable, at now: Timestamp
  ) {
    record.modified = now
    record.updatedAt = now.description
    if let column = table.columns[type.modificationProperty] {
      Self.set(column, to: record.updatedAt, in: &record)
    }
    table.replace(position, with: record)
    indexing.append(
      IndexedChange(
        due: now.adding(indexDelay), type: type.name, position: position, record: record))
    indexing.sort { $0.due < $1.due }
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
    at now: Timestamp, isNewest: Bool = true
  ) -> JSONValue {
    let version = HubSpotSelection.version(value, at: now.description)
    var members = record.history?.members ?? []
    if let index = members.firstIndex(where: { $0.name == field }) {
      let known = members[index].value.array ?? []
      members[index].value = .array(isNewest ? [version] + known : known + [version])
    } else {
      // What stood there was written with the record.
      let first = before.map { HubSpotSelection.version($0, at: record.createdAt) }
      let known = first.map { [$0] } ?? []
      members.append(.init(field, .array(isNewest ? [version] + known : known + [version])))
    }
    return .object(members)
  }
}
