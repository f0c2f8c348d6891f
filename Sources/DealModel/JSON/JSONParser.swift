/// Why a text is not a JSON document.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, `unterminated string`.
  public let reason: String
  /// Where, in bytes from the start.
  public let offset: Int

  public var description: String { "\(reason) at byte \(offset)" }
}

extension JSONValue {
  /// The document those bytes hold (RFC 8259), strictly.
  ///
  /// Refused: anything after the document, lone surrogates, invalid UTF-8, a name twice in one
  /// object, nesting beyond `maximumDepth`.
  public init(parsing bytes: some Collection<UInt8>, maximumDepth: Int = 64) throws(JSONError) {
    var parser = JSONParser(bytes: Array(bytes), maximumDepth: maximumDepth)
    self = try parser.parseDocument()
  }

  /// The document that text holds; see ``init(parsing:maximumDepth:)``.
  public init(_ text: String) throws(JSONError) { try self.init(parsing: text.utf8) }
}

/// A recursive-descent parser over bytes in memory.
struct JSONParser {
  let bytes: [UInt8]
  let maximumDepth: Int
  private var position = 0

  init(bytes: [UInt8], maximumDepth: Int) {
    self.bytes = bytes
    self.maximumDepth = maximumDepth
  }

  mutating func parseDocument() throws(JSONError) -> JSONValue {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    let value = try parseValue(depth: 0)
    skipSpace()
    guard position == bytes.count else { throw failure("text after the document") }
    return value
  }

  private mutating func parseValue(depth: Int) throws(JSONError) -> JSONValue {
    skipSpace()
    guard depth <= maximumDepth else { throw failure("nested deeper than \(maximumDepth)") }
    guard let byte = peek else { throw failure("unexpected end") }
    switch byte {
    case UInt8(ascii: "{"): return try parseObject(depth: depth)
    case UInt8(ascii: "["): return try parseArray(depth: depth)
    case UInt8(ascii: "\""): return .string(try parseString())
    case UInt8(ascii: "t"): return try parse(literal: "true", as: .bool(true))
    case UInt8(ascii: "f"): return try parse(literal: "false", as: .bool(false))
    case UInt8(ascii: "n"): return try parse(literal: "null", as: .null)
    default: return try parseNumber()
    }
  }

  private mutating func parseObject(depth: Int) throws(JSONError) -> JSONValue {
    position += 1
    var members: [JSONValue.Member] = []
    var names: Set<String> = []
    skipSpace()
    if take("}") { return .object(members) }
    repeat {
      skipSpace()
      let start = position
      guard peek == UInt8(ascii: "\"") else { throw failure("expected a name in quotes") }
      let name = try parseString()
      guard names.insert(name).inserted else {
        throw JSONError(reason: "a name twice in one object", offset: start)
      }
      skipSpace()
      guard take(":") else { throw failure("expected a colon") }
      members.append(.init(name, try parseValue(depth: depth + 1)))
      skipSpace()
    } while take(",")
    guard take("}") else { throw failure("expected a comma or a closing brace") }
    return .object(members)
  }

  private mutating func parseArray(depth: Int) throws(JSONError) -> JSONValue {
    position += 1
    var elements: [JSONValue] = []
    skipSpace()
    if take("]") { return .array(elements) }
    repeat {
      elements.append(try parseValue(depth: depth + 1))
      skipSpace()
    } while take(",")
    guard take("]") else { throw failure("expected a comma or a closing bracket") }
    return .array(elements)
  }

  private mutating func parse(
    literal: StaticString, as value: JSONValue
  ) throws(JSONError) -> JSONValue {
    let expected = Array(String(describing: literal).utf8)
    guard bytes[position...].starts(with: expected) else { throw failure("unknown word") }
    position += expected.count
    return value
  }

  private mutating func parseNumber() throws(JSONError) -> JSONValue {
    let start = position
    take("-")
    if !take("0") {
      guard takeDigits() else { throw failure("unexpected character") }
    }
    if take(".") {
      guard takeDigits() else { throw failure("expected digits after the point") }
    }
    if take("e") || take("E") {
      if !take("-") { take("+") }
      guard takeDigits() else { throw failure("expected digits in the exponent") }
    }
    return .number(String(decoding: bytes[start..<position], as: UTF8.self))
  }

  private mutating func parseString() throws(JSONError) -> String {
    let opening = position
    position += 1
    var text: [UInt8] = []
    var run = position
    while let byte = peek {
      switch byte {
      case UInt8(ascii: "\""):
        text.append(contentsOf: bytes[run..<position])
        position += 1
        guard let string = String(validating: text, as: UTF8.self) else {
          throw JSONError(reason: "invalid UTF-8 in a string", offset: opening)
        }
        return string
      case UInt8(ascii: "\\"):
        text.append(contentsOf: bytes[run..<position])
        position += 1
        let scalar = try parseEscape()
        text.append(contentsOf: Array(String(Character(scalar)).utf8))
        run = position
      case 0..<0x20: throw failure("a control character in a string")
      default: position += 1
      }
    }
    throw JSONError(reason: "unterminated string", offset: opening)
  }

  private mutating func parseEscape() throws(JSONError) -> Unicode.Scalar {
    guard let byte = peek else { throw failure("unexpected end") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try parseUnicodeEscape()
    default: throw failure("unknown escape")
    }
  }

  private mutating func parseUnicodeEscape() throws(JSONError) -> Unicode.Scalar {
    let first = try parseHex()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard (0xD800..<0xDC00).contains(first), take("\\"), take("u") else {
      throw failure("lone surrogate")
    }
    let second = try parseHex()
    guard (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw failure("lone surrogate") }
    return scalar
  }

  private mutating func parseHex() throws(JSONError) -> UInt32 {
    guard position + 4 <= bytes.count else { throw failure("expected four hex digits") }
    var value: UInt32 = 0
    for byte in bytes[position..<position + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw failure("expected four hex digits")
      }
      value = value << 4 | UInt32(digit)
    }
    position += 4
    return value
  }

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  @discardableResult private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard let byte = peek, byte == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func takeDigits() -> Bool {
    let start = position
    while let byte = peek, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { position += 1 }
    return position > start
  }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  private func failure(_ reason: String) -> JSONError {
    JSONError(reason: reason, offset: position)
  }
}
