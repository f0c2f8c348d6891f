import DealModel

/// Finds members that no schema knows. A schema lets them pass wherever it does not forbid them; in
/// an emulator's answer they are misspelt or invented.
struct MemberCheck {
  /// The document that `$ref` points into.
  let document: JSONValue
  /// Which members are not known: where.
  private(set) var faults: [String] = []

  init(document: JSONValue) { self.document = document }

  /// Checks a value; what no schema knows is added to ``faults``.
  ///
  /// - Parameter schemas: Those that the value fits at once or in turn. One that names no members at
  ///   all is about any value.
  mutating func check(_ value: JSONValue, against schemas: [JSONValue], at place: String) {
    let schemas = schemas.flatMap { parts(of: $0) }
    switch value {
    case .array(let elements):
      let inner = schemas.compactMap { $0["items"] }
      guard !inner.isEmpty else { return }
      for (index, element) in elements.enumerated() {
        check(element, against: inner, at: "\(place)[\(index)]")
      }
    case .object(let members):
      let known = schemas.compactMap { $0["properties"] }
      guard !known.isEmpty, schemas.allSatisfy({ $0["additionalProperties"] == nil }) else {
        return
      }
      for member in members {
        let inner = known.compactMap { $0[member.name] }
        if inner.isEmpty {
          faults.append("\(place).\(member.name): no schema knows it")
        } else {
          check(member.value, against: inner, at: "\(place).\(member.name)")
        }
      }
    case .null, .bool, .number, .string: return
    }
  }

  /// A schema as the parts it is made of, references followed.
  private func parts(of schema: JSONValue) -> [JSONValue] {
    if let reference = schema["$ref"]?.string {
      return SchemaCheck.resolve(reference, in: document).map { parts(of: $0) } ?? []
    }
    let combined = ["allOf", "anyOf", "oneOf"].flatMap { schema[$0]?.array ?? [] }
    return [schema] + combined.flatMap { parts(of: $0) }
  }
}
