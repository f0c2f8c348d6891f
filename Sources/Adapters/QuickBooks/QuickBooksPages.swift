import AdapterKit
import DealModel

/// One page of a query.
struct QuickBooksPage: Sendable {
  var objects: [JSONValue]
  /// The company's clock when it answered.
  var time: Timestamp?
}

/// What changed, by change data capture.
struct QuickBooksChanges: Sendable {
  struct Change: Sendable {
    /// The vendor's name of what it is: `Invoice`, `Payment`, `Customer`.
    var entity: String
    var id: String
    var object: JSONValue
    var isDeleted: Bool
    /// When, by the company's clock.
    var at: Timestamp?
  }

  var changes: [Change]
  var time: Timestamp
}

/// Asks QuickBooks queries and for changes, page by page.
struct QuickBooksPages: Sendable {
  /// How far pages reach into one another: what is deleted meanwhile moves the rest forward.
  static let overlap = 20

  let port: HTTPPort
  let call: QuickBooksCall

  /// One page of a statement.
  ///
  /// - Parameters:
  ///   - statement: Without paging.
  ///   - start: From 1.
  func page(
    _ statement: String, of entity: String, from start: Int = 1
  ) async throws -> QuickBooksPage {
    let call = call.query(
      "\(statement) STARTPOSITION \(start) MAXRESULTS \(QuickBooksCall.pageSize)")
    return try await port.read(call) { reply in
      guard let response = reply.value["QueryResponse"], response.members != nil else {
        throw port.malformed(call.operation, "a document without \"QueryResponse\"")
      }
      let page = response[entity]
      // Nothing found is no array at all.
      guard page == nil || page?.array != nil else {
        throw port.malformed(call.operation, "a \(entity) that is no list")
      }
      let objects = page?.array ?? []
      guard objects.allSatisfy({ $0["Id"]?.string?.isEmpty == false }) else {
        throw port.malformed(call.operation, "a record of kind \(entity) without an ID")
      }
      return QuickBooksPage(
        objects: objects, time: reply.value["time"]?.string.flatMap { Timestamp($0) })
    }
  }

  /// All objects of a statement, each once.
  ///
  /// - Returns: The company's clock at the first page.
  @discardableResult
  func walk(
    _ statement: String, of entity: String, each: (JSONValue) throws -> Void
  ) async throws -> Timestamp? {
    var begun: Timestamp?
    var met: Set<String> = []
    try await port.walk("GET /v3/company/{realm}/query", from: "1") { position in
      let start = position.flatMap { Int($0) } ?? 1
      let page = try await self.page(statement, of: entity, from: start)
      if begun == nil { begun = page.time }
      for object in page.objects where met.insert(object["Id"]?.string ?? "").inserted {
        try each(object)
      }
      guard page.objects.count >= QuickBooksCall.pageSize else { return nil }
      return String(start + page.objects.count - Self.overlap)
    }
    return begun
  }

  /// The objects with these IDs.
  func objects(
    _ entity: QuickBooksEntity, ids: [String], by field: String = "Id"
  ) async throws -> [JSONValue] {
    var objects: [JSONValue] = []
    var rest = ids[...]
    while !rest.isEmpty {
      let list = QuickBooksCall.list(rest.prefix(QuickBooksCall.mostIDs))
      rest = rest.dropFirst(QuickBooksCall.mostIDs)
      let statement = "SELECT * FROM \(entity.rawValue) WHERE \(field) IN \(list) ORDERBY Id"
      try await walk(statement, of: entity.rawValue) { objects.append($0) }
    }
    return objects
  }

  /// How many objects there are.
  func count(_ entity: String) async throws -> Int {
    let call = call.query("SELECT count(*) FROM \(entity)")
    return try await port.read(call) { reply in
      guard let count = reply.value["QueryResponse"]?["totalCount"]?.integer, count >= 0 else {
        throw port.malformed(call.operation, "a count that is none")
      }
      return count
    }
  }

  /// What changed since an instant.
  ///
  /// An answer that is as long as the vendor's limit is cut, so it is asked for one by one then. It
  /// has no custom fields beyond the classic ones, so that documents which may bear the ID in one are
  /// read once more.
  ///
  /// - Returns: The changes, and the entities of which more changed than can be told.
  func changes(
    of entities: [String], since instant: Timestamp
  ) async throws -> (changes: QuickBooksChanges, beyond: Set<String>) {
    var (changes, beyond) = try await cutChanges(of: entities, since: instant)
    guard call.asksFields else { return (changes, beyond) }
    for entity in Set(changes.changes.map(\.entity)).compactMap(QuickBooksEntity.init).sorted() {
      let places = changes.changes.indices.filter { place in
        let change = changes.changes[place]
        return change.entity == entity.rawValue && !change.isDeleted
      }
      let ids = Set(places.map { changes.changes[$0].id }).sorted()
      let whole = Dictionary(
        try await objects(entity, ids: ids).map { ($0.id, $0) }, uniquingKeysWith: { $1 })
      for place in places {
        // One that is gone by now bears nothing any more.
        if let object = whole[changes.changes[place].id] { changes.changes[place].object = object }
      }
    }
    return (changes, beyond)
  }

  private func cutChanges(
    of entities: [String], since instant: Timestamp
  ) async throws -> (QuickBooksChanges, beyond: Set<String>) {
    let whole = try await changesOnce(of: entities, since: instant)
    guard whole.changes.count >= QuickBooksCall.mostChanges else { return (whole, []) }
    guard entities.count > 1 else { return (whole, Set(entities)) }
    var all = QuickBooksChanges(changes: [], time: whole.time)
    var beyond: Set<String> = []
    for entity in entities {
      let part = try await changesOnce(of: [entity], since: instant)
      if part.changes.count >= QuickBooksCall.mostChanges { beyond.insert(entity) }
      all.changes += part.changes
    }
    return (all, beyond)
  }

  /// What was changed since an instant, by its time of change: without deletions.
  func modified(
    _ entity: String, since instant: Timestamp
  ) async throws -> [QuickBooksChanges.Change] {
    var changes: [QuickBooksChanges.Change] = []
    let condition = "MetaData.LastUpdatedTime >= \(QuickBooksCall.quoted(instant.description))"
    let everyone = entity == QuickBooksIndex.customer ? " AND Active IN (true, false)" : ""
    try await walk(
      "SELECT * FROM \(entity) WHERE \(condition)\(everyone) ORDERBY Id", of: entity
    ) { object in
      changes.append(Self.change(entity, object))
    }
    return changes
  }

  private static func change(_ entity: String, _ object: JSONValue) -> QuickBooksChanges.Change {
    .init(
      entity: entity, id: object.id, object: object,
      isDeleted: object["status"]?.string == "Deleted",
      at: object["MetaData"]?["LastUpdatedTime"]?.string.flatMap { Timestamp($0) })
  }

  private func changesOnce(
    of entities: [String], since instant: Timestamp
  ) async throws -> QuickBooksChanges {
    let call = call.changes(of: entities, since: instant)
    return try await port.read(call) { reply in
      guard let responses = reply.value["CDCResponse"]?.array,
        let time = reply.value["time"]?.string.flatMap({ Timestamp($0) })
      else { throw port.malformed(call.operation, "a document without \"CDCResponse\" and time") }
      var changes: [QuickBooksChanges.Change] = []
      // A fault may stand in the place of a response, or inside one.
      let parts = try responses.flatMap { response in
        guard let parts = response["QueryResponse"]?.array else {
          throw port.malformed(call.operation, "a fault in the place of changes")
        }
        return parts
      }
      for part in parts {
        guard part["Fault"] == nil, part["fault"] == nil else {
          throw port.malformed(call.operation, "a fault in the place of changes")
        }
        for member in part.members ?? [] where entities.contains(member.name) {
          for object in member.value.array ?? [] {
            guard !object.id.isEmpty else {
              throw port.malformed(call.operation, "a changed \(member.name) without an ID")
            }
            changes.append(Self.change(member.name, object))
          }
        }
      }
      return QuickBooksChanges(changes: changes, time: time)
    }
  }
}
