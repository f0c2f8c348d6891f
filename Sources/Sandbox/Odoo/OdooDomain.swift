internal import DealModel

/// A search domain: conditions in Polish notation, joined by `&` unless something else is said.
///
/// Source: `odoo/orm/domains.py`.
indirect enum OdooDomain: Sendable {
  case every
  case both(OdooDomain, OdooDomain)
  case either(OdooDomain, OdooDomain)
  case not(OdooDomain)
  case condition(OdooCondition)

  /// - Throws: ``OdooFault`` for a list that is no domain.
  init(_ value: JSONValue?) throws(OdooFault) {
    guard let value, !value.isNull else {
      self = .every
      return
    }
    guard let terms = value.array else { throw .value("Domain() invalid item in domain") }
    var stack: [OdooDomain] = []
    func taken() throws(OdooFault) -> OdooDomain {
      guard let last = stack.popLast() else { throw .value("Domain() missing term in domain") }
      return last
    }
    for term in terms.reversed() {
      switch term {
      case "!": stack.append(.not(try taken()))
      case "&": stack.append(.both(try taken(), try taken()))
      case "|": stack.append(.either(try taken(), try taken()))
      default: stack.append(.condition(try OdooCondition(term)))
      }
    }
    self = stack.reversed().reduce(.every) { .both($0, $1) }
  }

  /// - Throws: ``OdooFault`` for a field that the model has not.
  func matches(_ record: JSONValue, of model: String, in database: OdooDatabase) throws(OdooFault)
    -> Bool
  {
    switch self {
    case .every: true
    case .both(let left, let right):
      if try left.matches(record, of: model, in: database) {
        try right.matches(record, of: model, in: database)
      } else {
        false
      }
    case .either(let left, let right):
      if try left.matches(record, of: model, in: database) {
        true
      } else {
        try right.matches(record, of: model, in: database)
      }
    case .not(let domain): try !domain.matches(record, of: model, in: database)
    case .condition(let condition): try condition.matches(record, of: model, in: database)
    }
  }

  /// Looks whether the model has every field that is named, records or none.
  func check(_ model: String, in database: OdooDatabase) throws(OdooFault) {
    switch self {
    case .every: return
    case .both(let left, let right), .either(let left, let right):
      try left.check(model, in: database)
      try right.check(model, in: database)
    case .not(let domain): try domain.check(model, in: database)
    case .condition(let condition): _ = try condition.types(from: model, in: database)
    }
  }
}

/// One condition: `["x_deal_id", "in", ["BW-10001"]]`.
struct OdooCondition: Sendable {
  private let path: [String]
  private let operation: String
  private let value: JSONValue
  private let text: String

  private static let operations: Set<String> = [
    "=", "!=", "<", "<=", ">", ">=", "in", "not in", "like", "not like", "ilike", "not ilike",
    "=like", "=ilike",
  ]

  init(_ term: JSONValue) throws(OdooFault) {
    if let always = Self.constant(term) {
      (path, operation, value) = (["id"], always ? "!=" : "in", always ? false : [])
      text = term.text()
      return
    }
    guard let parts = term.array, parts.count == 3, let field = parts[0].string,
      let operation = parts[1].string
    else { throw .value("Domain() invalid item in domain: \(term.text())") }
    guard Self.operations.contains(operation) else {
      throw .value("Invalid operator in (\(field), \(operation), \(parts[2].text()))")
    }
    let takesList = operation == "in" || operation == "not in"
    if takesList != (parts[2].array != nil) {
      throw .value(
        "The domain condition \(term.text()) should have a list with in and not in alone")
    }
    path = field.split(separator: ".").map(String.init)
    self.operation = operation
    value = parts[2]
    text = "(\(field), \(operation), \(parts[2].text()))"
  }

  /// `[1, "=", 1]` is always true, `[0, "=", 1]` never.
  private static func constant(_ term: JSONValue) -> Bool? {
    guard let parts = term.array, parts.count == 3, let left = parts[0].integer,
      parts[1] == "=", let right = parts[2].integer
    else { return nil }
    return left == right
  }

  /// The types of the fields on the way.
  func types(
    from model: String, in database: OdooDatabase
  ) throws(OdooFault) -> [OdooModels.Field] {
    var types: [OdooModels.Field] = []
    var current = model
    for name in path {
      guard let field = database.models.field(name, of: current) else {
        throw .value("Invalid field \(current).\(name) in condition \(text)")
      }
      types.append(field)
      current = field.relation
    }
    return types
  }

  func matches(
    _ record: JSONValue, of model: String, in database: OdooDatabase
  ) throws(OdooFault) -> Bool {
    let types = try types(from: model, in: database)
    var reached = [record]
    for (name, field) in zip(path, types).dropLast() {
      reached = reached.flatMap { database.related($0, name, field) }
    }
    guard let last = path.last, let type = types.last else { return false }
    let isNegative = ["!=", "not in", "not like", "not ilike"].contains(operation)
    let found = try reached.map { record throws(OdooFault) in
      let there = database.value(of: record, last, type)
      return try holds(there, type, shown: database.name(of: there, type))
    }
    // A negative condition is the positive one denied, nothing at all included.
    return isNegative ? !found.contains(true) : found.contains(true)
  }

  /// Whether the condition, or for a negative one its opposite, holds of a value.
  private func holds(
    _ there: JSONValue, _ type: OdooModels.Field, shown: String
  ) throws(OdooFault) -> Bool {
    switch operation {
    case "=", "!=": return Self.equal(there, value, type, shown)
    case "in", "not in":
      return (value.array ?? []).contains { Self.equal(there, $0, type, shown) }
    case "like", "not like": return Self.like(shown, "%\(pattern)%", isFolded: false)
    case "ilike", "not ilike": return Self.like(shown, "%\(pattern)%", isFolded: true)
    case "=like": return Self.like(shown, pattern, isFolded: false)
    case "=ilike": return Self.like(shown, pattern, isFolded: true)
    default: return try Self.compared(there, value, operation, type)
    }
  }

  private var pattern: String { value.plainText }

  private static func isEmpty(_ value: JSONValue) -> Bool {
    value == false || value.isNull || value == ""
  }

  private static func equal(
    _ there: JSONValue, _ wanted: JSONValue, _ type: OdooModels.Field, _ shown: String
  ) -> Bool {
    if isEmpty(there) || isEmpty(wanted) { return isEmpty(there) && isEmpty(wanted) }
    if let left = there.decimal, let right = wanted.decimal { return left == right }
    // A word stands for the record of that name.
    if !type.relation.isEmpty, let word = wanted.string { return shown == word }
    if type.type == "datetime", let word = wanted.string, word.count == 10 {
      return there.string == word + " 00:00:00"
    }
    return there == wanted
  }

  private static func compared(
    _ there: JSONValue, _ wanted: JSONValue, _ operation: String, _ type: OdooModels.Field
  ) throws(OdooFault) -> Bool {
    let order: Int
    if let left = there.decimal, let right = wanted.decimal {
      order = left < right ? -1 : left == right ? 0 : 1
    } else {
      guard var right = wanted.string else { return false }
      if type.type == "date" || type.type == "datetime" {
        guard CalendarDate(String(right.prefix(10))) != nil else {
          throw .value("time data '\(right)' does not match format '%Y-%m-%d'")
        }
        if type.type == "datetime", right.count == 10 { right += " 00:00:00" }
      }
      // Empty is neither before nor after.
      guard let left = there.string, !left.isEmpty else { return false }
      order = left < right ? -1 : left == right ? 0 : 1
    }
    switch operation {
    case "<": return order < 0
    case "<=": return order <= 0
    case ">": return order > 0
    default: return order >= 0
    }
  }

  /// SQL's LIKE: `%` stands for any letters, `_` for one, a backslash takes the next as it is.
  static func like(_ text: String, _ pattern: String, isFolded: Bool) -> Bool {
    like(
      Array(isFolded ? text.lowercased() : text)[...],
      Array(isFolded ? pattern.lowercased() : pattern)[...])
  }

  private static func like(
    _ text: ArraySlice<Character>, _ pattern: ArraySlice<Character>
  ) -> Bool {
    guard let first = pattern.first else { return text.isEmpty }
    let rest = pattern.dropFirst()
    switch first {
    case "%":
      return (text.startIndex...text.endIndex).contains { like(text[$0...], rest) }
    case "_": return !text.isEmpty && like(text.dropFirst(), rest)
    case "\\" where !rest.isEmpty:
      return text.first == rest.first && like(text.dropFirst(), rest.dropFirst())
    default: return text.first == first && like(text.dropFirst(), rest)
    }
  }
}
