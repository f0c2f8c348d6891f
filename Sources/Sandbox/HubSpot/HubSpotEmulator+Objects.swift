import DealModel

extension HubSpotEmulator {
  /// `GET /crm/v3/objects/{type}`: at most 100 a page, 10 unless said, in the order of IDs.
  func list(
    _ type: HubSpotObjectType, _ request: EmulatedRequest
  ) throws(HubSpotFailure) -> JSONValue {
    let page = try HubSpotPage(request, standard: 10, most: 100)
    let table = table(type)
    let order = request.parameter("archived") == "true" ? table.archived : table.live
    let selection = HubSpotSelection(request, table: table)
    let start = table.firstPosition(in: order, after: page.after)
    let positions = order[start...].prefix(page.limit)
    let results = positions.map { position in
      document(of: table.records[position], selection, type, associated: request)
    }
    let isLast = start + positions.count >= order.count
    let next = isLast ? nil : positions.last.map { table.records[$0].id }
    return page.document(results, next: next, of: request)
  }

  /// `GET /crm/v3/objects/{type}/{id}`, or by a unique property with `idProperty`.
  func record(
    _ type: HubSpotObjectType, _ id: String, _ request: EmulatedRequest
  ) throws(HubSpotFailure) -> JSONValue {
    let wantsArchived = request.parameter("archived") == "true"
    let position = try positions(of: [id], by: request.parameter("idProperty"), type)[0]
    let table = table(type)
    guard let position, table.records[position].isArchived == wantsArchived else {
      throw .notFound
    }
    return document(
      of: table.records[position], HubSpotSelection(request, table: table), type,
      associated: request)
  }

  /// `POST /crm/v3/objects/{type}/batch/read`: at most 100 inputs, 50 with history.
  ///
  /// 207 with `errors` when some are not found. Never returns associations.
  func batchRead(
    _ type: HubSpotObjectType, _ body: JSONValue, at now: Timestamp
  ) throws(HubSpotFailure) -> EmulatedResponse {
    let ids = try Self.inputs(of: body)
    let history = body["propertiesWithHistory"]?.array?.compactMap(\.string) ?? []
    let most = history.isEmpty ? 100 : 50
    guard ids.count <= most else {
      throw .invalid("The maximum number of inputs in a batch request is \(most)")
    }
    let found = try positions(of: ids, by: body["idProperty"]?.string, type)
    let table = table(type)
    let selection = HubSpotSelection(
      properties: body["properties"]?.array?.compactMap(\.string), history: history, table: table)
    var positions: Set<Int> = []
    var missing: [String] = []
    for (id, position) in zip(ids, found) {
      if let position, !table.records[position].isArchived {
        positions.insert(position)
      } else {
        missing.append(id)
      }
    }
    // In the order of IDs, whatever the order asked for: HubSpot promises none.
    let results = positions.sorted().map { position in
      document(of: table.records[position], selection, type, associated: nil)
    }
    var errors: [JSONValue] = []
    if !missing.isEmpty {
      errors.append(
        .object([
          "status": "error", "category": "OBJECT_NOT_FOUND",
          "message": .string(
            "Could not get some \(type.singular) objects, they may be deleted or not exist."),
          "context": .object(["ids": .array(missing.map { .string($0) })]),
        ]))
    }
    return Self.batch(results, errors, at: now)
  }

  /// `POST /crm/v3/objects/{type}/search`.
  func search(
    _ type: HubSpotObjectType, _ query: HubSpotQuery, _ request: EmulatedRequest, at now: Timestamp
  ) throws(HubSpotFailure) -> JSONValue {
    index(until: now)
    guard var table = indexed[type.name] else { throw .notFound }
    let key = type.name + "\u{0}" + query.key
    let positions: [Int]
    if let recent = recentMatches.first(where: {
      $0.key == key && $0.generation == table.generation
    }) {
      positions = recent.positions
    } else {
      // Taken out and put back, so that building an index changes it in place.
      indexed[type.name] = nil
      defer { indexed[type.name] = table }
      positions = try HubSpotSearch.matches(of: query, in: &table) { name, ids in
        guard let other = HubSpotObjectType(path: name) else { return nil }
        return Set(ids.flatMap { associations.targets(of: $0, other, to: type).map(\.id) })
      }
      recentMatches.removeAll { $0.key == key }
      recentMatches = [(key, table.generation, positions)] + recentMatches.prefix(3)
    }
    let selection = HubSpotSelection(
      properties: query.properties.isEmpty ? nil : query.properties, history: [], table: table)
    let end = min(query.offset + query.limit, HubSpotQuery.cap)
    let page = positions.dropFirst(query.offset).prefix(end - query.offset)
    let results = page.map { position in
      document(of: table.records[position], selection, type, associated: nil)
    }
    var members: [JSONValue.Member] = [
      .init("total", .integer(positions.count)), .init("results", .array(results)),
    ]
    if end < positions.count {
      members.append(.init("paging", HubSpotPage.paging(String(end), of: request)))
    }
    return .object(members)
  }

  /// The inputs of a batch.
  static func inputs(of body: JSONValue) throws(HubSpotFailure) -> [String] {
    guard let inputs = body["inputs"]?.array, !inputs.isEmpty else {
      throw .invalid("inputs is missing or empty", code: "REQUIRED_FIELD")
    }
    var ids: [String] = []
    for input in inputs {
      guard let id = input["id"]?.string else {
        throw .invalid("an input has no id", code: "REQUIRED_FIELD")
      }
      ids.append(id)
    }
    return ids
  }

  /// The body of a batch answer: 207 when something is missing from it.
  static func batch(
    _ results: [JSONValue], _ errors: [JSONValue], at now: Timestamp
  ) -> EmulatedResponse {
    var members: [JSONValue.Member] = [
      .init("status", "COMPLETE"), .init("results", .array(results)),
      .init("startedAt", .string(now.description)),
      .init("completedAt", .string(now.description)),
    ]
    if !errors.isEmpty {
      members.append(.init("numErrors", .integer(errors.count)))
      members.append(.init("errors", .array(errors)))
    }
    return .json(.object(members), status: errors.isEmpty ? 200 : 207)
  }

  /// Where the records with those IDs stand, by ID or by a unique property; `nil` for none.
  private func positions(
    of ids: [String], by property: String?, _ type: HubSpotObjectType
  ) throws(HubSpotFailure) -> [Int?] {
    guard let property, property != "hs_object_id" else {
      let table = table(type)
      return ids.map { table.position(of: $0) }
    }
    guard var table = tables[type.name], let column = table.columns[property] else {
      throw .unknownProperty(property)
    }
    guard table.properties[column].isUnique else {
      throw .invalid(
        "\(property) is not a unique property", code: "INVALID_ID_PROPERTY", property: property)
    }
    // Taken out and put back, so that building an index changes it in place.
    tables[type.name] = nil
    defer { tables[type.name] = table }
    return ids.map { table.positions(where: column, isAmong: [$0.lowercased()]).first }
  }

  private func document(
    of record: HubSpotRecord, _ selection: HubSpotSelection, _ type: HubSpotObjectType,
    associated request: EmulatedRequest?
  ) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("id", .string(record.id)), .init("properties", selection.properties(of: record)),
    ]
    if let history = selection.history(of: record) {
      members.append(.init("propertiesWithHistory", history))
    }
    members += [
      .init("createdAt", .string(record.createdAt)), .init("updatedAt", .string(record.updatedAt)),
      .init("archived", .bool(record.isArchived)),
    ]
    if record.isArchived { members.append(.init("archivedAt", .string(record.updatedAt))) }
    if let names = request?.parameter("associations"), !names.isEmpty {
      members.append(.init("associations", associations(of: record, type, named: names)))
    }
    return .object(members)
  }

  /// The `associations` member of a record, for the comma-separated types asked for.
  private func associations(
    of record: HubSpotRecord, _ type: HubSpotObjectType, named names: String
  ) -> JSONValue {
    var members: [JSONValue.Member] = []
    for name in names.split(separator: ",") {
      guard let other = HubSpotObjectType(path: String(name)) else { continue }
      let targets = associations.targets(of: record.id, type, to: other)
      guard !targets.isEmpty else { continue }
      let results = targets.map { target -> JSONValue in
        .object([
          "id": .string(target.id), "type": .string("\(type.singular)_to_\(other.singular)"),
        ])
      }
      members.append(.init(other.name, .object(["results": .array(results)])))
    }
    return .object(members)
  }
}

/// Which properties a request wants, found in the table once and not per record.
struct HubSpotSelection {
  private let columns: [(name: String, column: Int)]
  private let history: [(name: String, column: Int)]

  /// - Parameter properties: `nil` for the defaults. Names that are not defined in the account are
  ///   left out without a word, as HubSpot does.
  init(properties: [String]?, history: [String], table: HubSpotTable) {
    let names =
      properties.map { $0 + table.type.alwaysReturned } ?? table.type.defaultProperties
    func found(_ names: [String]) -> [(String, Int)] {
      var seen: Set<String> = []
      return names.compactMap { name in
        guard let column = table.columns[name], seen.insert(name).inserted else { return nil }
        return (name, column)
      }
    }
    columns = found(names)
    self.history = found(history)
  }

  /// What the query parameters `properties` and `propertiesWithHistory` want.
  init(_ request: EmulatedRequest, table: HubSpotTable) {
    func names(_ parameter: String) -> [String]? {
      // Both `properties=a,b` and `properties=a&properties=b` are accepted.
      let values = request.query.filter { $0.name == parameter }.map(\.value)
      return values.isEmpty
        ? nil : values.flatMap { $0.split(separator: ",").map(String.init) }
    }
    self.init(
      properties: names("properties"), history: names("propertiesWithHistory") ?? [], table: table)
  }

  func properties(of record: HubSpotRecord) -> JSONValue {
    .object(columns.map { .init($0.name, record[$0.column].map { .string($0) } ?? .null) })
  }

  /// The earlier values, newest first; `nil` when none were asked for.
  func history(of record: HubSpotRecord) -> JSONValue? {
    if history.isEmpty { return nil }
    return .object(
      history.map { name, column in
        if let known = record.history?[name] { return .init(name, known) }
        guard let value = record[column] else { return .init(name, []) }
        return .init(name, .array([Self.version(value, at: record.createdAt)]))
      })
  }

  /// One entry of a property's history.
  static func version(_ value: String, at instant: String) -> JSONValue {
    .object([
      "value": .string(value), "timestamp": .string(instant), "sourceType": "CRM_UI",
    ])
  }
}
