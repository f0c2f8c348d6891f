public import DealModel

/// Checks JSON values against the part of JSON Schema that OpenAPI 3.0 documents use.
///
/// Understood: `$ref`, `type`, `nullable`, `enum`, `format`, `properties`, `required`,
/// `additionalProperties`, `items`, `uniqueItems`, `minLength`, `maxLength`, `minimum`, `maximum`,
/// `allOf`, `anyOf`, `oneOf`. Any other keyword that could mean something is counted in ``ignored``
/// rather than passed over in silence; those that begin with `x-` mean something to their vendor
/// alone.
public struct SchemaCheck {
  /// The document that `$ref` points into.
  public let document: JSONValue
  /// What does not fit: where, and why.
  public private(set) var faults: [String] = []
  /// Keyword → how often it stood in a schema that was used and was not understood.
  public private(set) var ignored: [String: Int] = [:]

  /// A check that has found nothing yet.
  public init(document: JSONValue) { self.document = document }

  private static let annotations: Set<String> = [
    "description", "title", "example", "default", "readOnly", "writeOnly", "xml", "deprecated",
    "externalDocs",
  ]
  private static let understood: Set<String> = [
    "$ref", "type", "nullable", "enum", "format", "properties", "required", "additionalProperties",
    "items", "uniqueItems", "minLength", "maxLength", "minimum", "maximum", "allOf", "anyOf",
    "oneOf",
  ]

  /// Checks a value; what does not fit is added to ``faults``.
  public mutating func check(_ value: JSONValue, against schema: JSONValue, at place: String) {
    for member in schema.members ?? []
    where !Self.understood.contains(member.name) && !Self.annotations.contains(member.name)
      && !member.name.hasPrefix("x-")
    {
      ignored[member.name, default: 0] += 1
    }
    if let reference = schema["$ref"]?.string {
      guard let target = Self.resolve(reference, in: document) else {
        return faults.append("\(place): \(reference) leads nowhere")
      }
      return check(value, against: target, at: place)
    }
    if value.isNull, Self.isNullable(schema) { return }
    combine(value, schema, at: place)
    if let allowed = schema["enum"]?.array, !allowed.contains(value) {
      faults.append("\(place): \(value.text()) is not in the enumeration")
    }
    guard let type = schema["type"]?.string else { return }
    guard Self.has(value, type) else {
      return faults.append("\(place): \(value.typeName) where \(type) is due")
    }
    switch value {
    case .object(let members): checkObject(members, schema, at: place)
    case .array(let elements): checkArray(elements, schema, at: place)
    case .string(let text): checkText(text, schema, at: place)
    case .number: checkNumber(value, schema, at: place)
    case .null, .bool: break
    }
  }

  private mutating func combine(_ value: JSONValue, _ schema: JSONValue, at place: String) {
    for part in schema["allOf"]?.array ?? [] { check(value, against: part, at: place) }
    for keyword in ["anyOf", "oneOf"] {
      guard let parts = schema[keyword]?.array else { continue }
      var fitting = 0
      for part in parts {
        var trial = SchemaCheck(document: document)
        trial.check(value, against: part, at: place)
        if trial.faults.isEmpty { fitting += 1 }
        ignored.merge(trial.ignored) { $0 + $1 }
      }
      if fitting == 0 || (keyword == "oneOf" && fitting > 1) {
        faults.append("\(place): fits \(fitting) of the schemas of \(keyword)")
      }
    }
  }

  private mutating func checkObject(
    _ members: [JSONValue.Member], _ schema: JSONValue, at place: String
  ) {
    for name in (schema["required"]?.array ?? []).compactMap(\.string)
    where !members.contains(where: { $0.name == name }) {
      faults.append("\(place): `\(name)` is missing")
    }
    for member in members {
      let inner = "\(place).\(member.name)"
      if let known = schema["properties"]?[member.name] {
        check(member.value, against: known, at: inner)
      } else {
        switch schema["additionalProperties"] {
        case .bool(false)?: faults.append("\(inner): is not in the schema")
        case .object(let rules)?: check(member.value, against: .object(rules), at: inner)
        default: break
        }
      }
    }
  }

  private mutating func checkArray(_ elements: [JSONValue], _ schema: JSONValue, at place: String) {
    if schema["uniqueItems"] == true, Set(elements).count < elements.count {
      faults.append("\(place): the same element twice")
    }
    guard let rules = schema["items"] else { return }
    for (index, element) in elements.enumerated() {
      check(element, against: rules, at: "\(place)[\(index)]")
    }
  }

  private mutating func checkText(_ text: String, _ schema: JSONValue, at place: String) {
    if let least = schema["minLength"]?.integer, text.unicodeScalars.count < least {
      faults.append("\(place): shorter than \(least)")
    }
    if let most = schema["maxLength"]?.integer, text.unicodeScalars.count > most {
      faults.append("\(place): longer than \(most)")
    }
    switch schema["format"]?.string {
    case nil: break
    case "date"?:
      if CalendarDate(text) == nil { faults.append("\(place): `\(text)` is no date") }
    case "date-time"?:
      // Jira writes the offset without a colon, which RFC 3339 would not allow.
      if Timestamp(text) == nil { faults.append("\(place): `\(text)` is no date and time") }
    case "uri"?:
      if !text.contains("://") { faults.append("\(place): `\(text)` is no absolute address") }
    case "email"?:
      if text.split(separator: "@").count != 2 {
        faults.append("\(place): `\(text)` is no address")
      }
    case "uuid"?:
      let parts = text.split(separator: "-").map(\.count)
      if parts != [8, 4, 4, 4, 12] { faults.append("\(place): `\(text)` is no UUID") }
    case let format?: ignored["format: \(format)", default: 0] += 1
    }
  }

  private mutating func checkNumber(_ value: JSONValue, _ schema: JSONValue, at place: String) {
    guard let number = value.decimal else {
      return faults.append("\(place): a number out of range")
    }
    if let least = schema["minimum"]?.decimal, number < least {
      faults.append("\(place): less than \(least)")
    }
    if let most = schema["maximum"]?.decimal, most < number {
      faults.append("\(place): more than \(most)")
    }
    switch schema["format"]?.string {
    case nil, "int64"?, "double"?, "float"?: break
    case "int32"?:
      if value.integer.flatMap({ Int32(exactly: $0) }) == nil {
        faults.append("\(place): beyond 32 bits")
      }
    case let format?: ignored["format: \(format)", default: 0] += 1
    }
  }

  /// Whether a schema allows `null`, by itself or by a part of its `allOf`: so vendors say it of a
  /// reference, beside which nothing may stand.
  private static func isNullable(_ schema: JSONValue) -> Bool {
    schema["nullable"] == true
      || (schema["allOf"]?.array ?? []).contains { $0["nullable"] == true }
  }

  /// What a reference into a document leads to; `nil` for nowhere.
  static func resolve(_ reference: String, in document: JSONValue) -> JSONValue? {
    guard reference.hasPrefix("#/") else { return nil }
    var value: JSONValue? = document
    for step in reference.dropFirst(2).split(separator: "/") { value = value?[String(step)] }
    return value
  }

  private static func has(_ value: JSONValue, _ type: String) -> Bool {
    switch (type, value) {
    case ("object", .object), ("array", .array), ("string", .string), ("boolean", .bool),
      ("number", .number):
      true
    case ("integer", .number): value.integer != nil
    default: false
    }
  }
}
