internal import DealModel

/// One method of a model with its arguments by name, whichever interface it came through.
///
/// Source: `odoo/orm/models.py` (`search`, `search_count`, `search_read`, `read`, `fields_get`),
/// `addons/web/models/models.py` (`web_search_read`, from release 17), `addons/rpc/controllers/json2.py`.
struct OdooCall: Sendable {
  let model: String
  let method: String
  let arguments: JSONValue
  let database: OdooDatabase

  /// Method → the names of its arguments in order.
  static let signatures: [String: [String]] = [
    "search_read": ["domain", "fields", "offset", "limit", "order", "load"],
    "web_search_read": ["domain", "specification", "offset", "limit", "order", "count_limit"],
    "search": ["domain", "offset", "limit", "order"],
    "search_count": ["domain", "limit"],
    "read": ["fields", "load"],
    "fields_get": ["allfields", "attributes"],
    "context_get": [],
  ]
  /// Methods of records, which take `ids`; others are of the model.
  static let ofRecords: Set<String> = ["read"]
  /// Methods that are there and change what there is.
  private static let writing: Set<String> = ["create", "write", "unlink", "copy"]

  func result() throws(OdooFault) -> JSONValue {
    guard database.models.fields[model] != nil else {
      throw .notFound("the model '\(model)' does not exist")
    }
    if Self.writing.contains(method) {
      throw .access("You are not allowed to modify '\(model)' records.")
    }
    guard let signature = Self.signatures[method],
      method != "context_get" || model == "res.users"
    else { throw .notFound("The method '\(model).\(method)' does not exist") }
    let ids = arguments["ids"]?.array ?? []
    if !Self.ofRecords.contains(method), !ids.isEmpty {
      throw .unprocessable("cannot call \(model).\(method) with ids")
    }
    for name in (arguments.members ?? []).map(\.name)
    where !signature.contains(name) && name != "ids" && name != "context" {
      throw .unprocessable("got an unexpected keyword argument '\(name)'")
    }
    if database.denied.contains(model) {
      throw .access("You are not allowed to access '\(model)' records.")
    }
    switch method {
    case "search_read":
      return .array(try found().map { (record) throws(OdooFault) in try served(record) })
    case "web_search_read":
      let specification = arguments["specification"] ?? [:]
      return [
        "length": .integer(try matching().count),
        "records": .array(
          try found().map { (record) throws(OdooFault) in
            try nested(record, of: model, specification)
          }),
      ]
    case "search": return .array(try found().compactMap { $0["id"] })
    case "search_count": return .integer(try found().count)
    case "read": return .array(try read(ids))
    case "fields_get": return fields
    default: return ["lang": "en_US", "tz": "Europe/Brussels", "uid": .integer(database.user)]
    }
  }

  // MARK: Searching

  private func matching() throws(OdooFault) -> [JSONValue] {
    let domain = try OdooDomain(arguments["domain"])
    try domain.check(model, in: database)
    var found: [JSONValue] = []
    for record in database.records[model] ?? []
    where try domain.matches(record, of: model, in: database) { found.append(record) }
    return found
  }

  private func found() throws(OdooFault) -> [JSONValue] {
    let found = try sorted(try matching())
    let offset = max(0, arguments["offset"]?.integer ?? 0)
    let limit = arguments["limit"]?.integer ?? 0
    return Array(found.dropFirst(offset).prefix(limit > 0 ? limit : .max))
  }

  private func sorted(_ records: [JSONValue]) throws(OdooFault) -> [JSONValue] {
    let text = arguments["order"]?.string ?? OdooModels.order(of: model)
    var keys: [(name: String, isDescending: Bool)] = []
    for part in text.split(separator: ",") {
      let words = part.split(separator: " ").map { $0.lowercased() }
      guard let name = words.first, database.models.field(name, of: model) != nil else {
        throw .value("Invalid field '\(part)' on '\(model)'")
      }
      keys.append((name, words.last == "desc"))
    }
    return records.sorted { left, right in
      for key in keys {
        let order = Self.order(left[key.name], right[key.name])
        if order != 0 { return key.isDescending ? order > 0 : order < 0 }
      }
      return false
    }
  }

  private static func order(_ left: JSONValue?, _ right: JSONValue?) -> Int {
    if let one = left?.decimal, let other = right?.decimal {
      return one < other ? -1 : one == other ? 0 : 1
    }
    let (one, other) = (left?.string ?? "", right?.string ?? "")
    return one < other ? -1 : one == other ? 0 : 1
  }

  // MARK: Reading

  private func read(_ ids: [JSONValue]) throws(OdooFault) -> [JSONValue] {
    var all: [JSONValue] = []
    for id in ids {
      guard let number = id.integer else {
        throw .value("Invalid ids, expected a list of integers")
      }
      guard let record = database.record(number, of: model) else { throw .missing(model, number) }
      all.append(try served(record))
    }
    return all
  }

  private func served(_ record: JSONValue) throws(OdooFault) -> JSONValue {
    let asked = (arguments["fields"]?.array ?? []).compactMap(\.string)
    let names = asked.isEmpty ? (database.models.fields[model] ?? [:]).keys.sorted() : asked
    // `load: null` leaves out names of related records.
    let isNamed = arguments["load"].map { !$0.isNull } ?? true
    var members: [JSONValue.Member] = [.init("id", record["id"] ?? 0)]
    for name in names where name != "id" {
      guard let field = database.models.field(name, of: model) else {
        throw .value("Invalid field '\(name)' on '\(model)'")
      }
      let value = database.value(of: record, name, field)
      switch field.type {
      case "many2one" where isNamed && value.integer != nil:
        members.append(.init(name, [value, .string(database.name(of: value, field))]))
      case "char" where name == "display_name":
        members.append(.init(name, .string(database.displayName(of: record, model))))
      default: members.append(.init(name, value))
      }
    }
    return .object(members)
  }

  /// A record as a specification wants it: field → `{}`, or `{"fields": …}` for what it leads to.
  private func nested(
    _ record: JSONValue, of model: String, _ specification: JSONValue
  ) throws(OdooFault) -> JSONValue {
    if database.denied.contains(model) {
      throw .access("You are not allowed to access '\(model)' records.")
    }
    var members: [JSONValue.Member] = [.init("id", record["id"] ?? 0)]
    for wanted in specification.members ?? [] where wanted.name != "id" {
      guard let field = database.models.field(wanted.name, of: model) else {
        throw .value("Invalid field '\(wanted.name)' on '\(model)'")
      }
      let value = database.value(of: record, wanted.name, field)
      guard let inner = wanted.value["fields"], !field.relation.isEmpty else {
        let isName = wanted.name == "display_name"
        members.append(
          .init(wanted.name, isName ? .string(database.displayName(of: record, model)) : value))
        continue
      }
      let reached = try database.related(record, wanted.name, field).map {
        (record) throws(OdooFault) in try nested(record, of: field.relation, inner)
      }
      members.append(
        .init(wanted.name, value.array == nil ? reached.first ?? false : .array(reached)))
    }
    return .object(members)
  }

  /// The definitions of the fields that are asked for; those that are not there are left out.
  private var fields: JSONValue {
    let asked = arguments["allfields"]?.array.map { Set($0.compactMap(\.string)) }
    let attributes = arguments["attributes"]?.array.map { Set($0.compactMap(\.string)) }
    let all = (database.models.fields[model] ?? [:]).filter { asked?.contains($0.key) ?? true }
    return .object(
      all.sorted { $0.key < $1.key }.map { name, field in
        var described: [JSONValue.Member] = [
          .init("type", .string(field.type)), .init("string", .string(name)),
          .init("store", true), .init("searchable", true),
        ]
        if !field.relation.isEmpty { described.append(.init("relation", .string(field.relation))) }
        return .init(name, .object(described.filter { attributes?.contains($0.name) ?? true }))
      })
  }
}
