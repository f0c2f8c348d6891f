internal import DealModel

/// A domain as Tryton reads it: conditions such as `["state", "=", "posted"]`, all of which hold
/// unless the list begins with `OR`.
///
/// Source: `is_leaf` in trytond's `model/modelstorage.py` and `search_domain` in `modelsql.py`.
indirect enum TrytonDomain: Hashable, Sendable {
  case condition(path: String, operation: String, value: JSONValue)
  case all([TrytonDomain])
  case any([TrytonDomain])

  /// - Throws: ``TrytonFault`` as Python fails at what is no domain.
  init(_ value: JSONValue, series: TrytonSeries) throws(TrytonFault) {
    if let found = try Self.condition(value) {
      self = found
      return
    }
    switch value {
    case .array(let elements): self = try Self.list(elements, series)
    case .null where series == .seven: self = .all([])
    case .null: throw .exception("'NoneType' object is not iterable")
    case .bool: throw .exception("'bool' object is not subscriptable")
    case .number: throw .exception("'int' object is not subscriptable")
    case .string, .object: throw .noDomain
    }
  }

  private static let operations: Set<String> = [
    "=", "!=", "<", "<=", ">", ">=", "in", "not in", "like", "not like", "ilike", "not ilike",
    "where", "not where", "child_of", "not child_of", "parent_of", "not parent_of",
  ]

  private static func condition(_ value: JSONValue) throws(TrytonFault) -> TrytonDomain? {
    guard let parts = value.array, parts.count > 2, let operation = parts[1].string,
      operations.contains(operation)
    else { return nil }
    guard let path = parts[0].string else { throw .noDomain }
    return .condition(path: path, operation: operation, value: parts[2])
  }

  private static func list(
    _ elements: [JSONValue], _ series: TrytonSeries
  ) throws(TrytonFault) -> TrytonDomain {
    let word = elements.first?.string
    let isJoined = word == "OR" || word == "AND"
    var parts: [TrytonDomain] = []
    for element in elements.dropFirst(isJoined ? 1 : 0) {
      // A text where a condition should stand is looked into letter by letter, for ever.
      guard element.array != nil else { throw .noDomain }
      parts.append(try TrytonDomain(element, series: series))
    }
    // An empty alternative excludes nothing.
    return word == "OR" && !parts.isEmpty ? .any(parts) : .all(parts)
  }
}
