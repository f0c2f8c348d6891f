/// A JSON document whose numbers keep the digits they were written with.
///
/// Foundation's decoder would send amounts through a binary `Double` on some paths; this type never
/// does, and bounds depth and size for documents from outside.
public enum JSONValue: Hashable, Sendable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number, as the text it was written with.
  case number(String)
  /// A string.
  case string(String)
  /// An array.
  case array([JSONValue])
  /// An object, its members in document order.
  case object([Member])

  /// A member of an object.
  public struct Member: Hashable, Sendable {
    /// The name.
    public var name: String
    /// The value.
    public var value: JSONValue

    /// A member of an object.
    public init(_ name: String, _ value: JSONValue) {
      self.name = name
      self.value = value
    }
  }
}

extension JSONValue {
  /// An object with its members in the order given.
  public static func object(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
    .object(members.map { Member($0.key, $0.value) })
  }

  /// A whole number.
  public static func integer(_ number: some BinaryInteger) -> JSONValue { .number(String(number)) }

  /// The member with that name; `nil` when there is none, or this is no object.
  public subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  /// The element at that index; `nil` beyond the end, or when this is no array.
  public subscript(index: Int) -> JSONValue? {
    guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
    return elements[index]
  }

  /// The string; `nil` for every other type.
  public var string: String? { if case .string(let text) = self { text } else { nil } }
  /// The boolean; `nil` for every other type.
  public var bool: Bool? { if case .bool(let flag) = self { flag } else { nil } }
  /// The elements; `nil` for every other type.
  public var array: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }
  /// The members in document order; `nil` for every other type.
  public var members: [Member]? { if case .object(let members) = self { members } else { nil } }
  /// Whether this is `null`.
  public var isNull: Bool { self == .null }

  /// The exact number; `nil` for other types and for numbers that do not fit.
  public var decimal: ExactDecimal? {
    if case .number(let text) = self { ExactDecimal(text) } else { nil }
  }

  /// The whole number; `nil` for other types, for fractions and beyond 64 bits.
  public var integer: Int? {
    guard let decimal, decimal.scale == 0 else { return nil }
    return Int(exactly: decimal.coefficient)
  }

  /// What type this is, for error messages: `a string`.
  public var typeName: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByArrayLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByDictionaryLiteral,
  ExpressibleByNilLiteral
{
  /// A string.
  public init(stringLiteral value: String) { self = .string(value) }
  /// An array.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  /// A boolean.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// A whole number.
  public init(integerLiteral value: Int) { self = .integer(value) }
  /// An object, its members in the order given.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(elements.map { Member($0.0, $0.1) })
  }
  /// `null`.
  public init(nilLiteral: ()) { self = .null }
}
