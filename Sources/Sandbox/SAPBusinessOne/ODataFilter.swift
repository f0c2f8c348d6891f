internal import DealModel

/// Why a query is refused, as the Service Layer words it.
struct ODataFault: Error {
  let code: Int
  let text: String

  static func unknown(_ property: String) -> ODataFault {
    ODataFault(code: 201, text: "Property '\(property)' is invalid")
  }
  static func unknown(_ property: String, of type: String) -> ODataFault {
    ODataFault(code: -1000, text: "Property '\(property)' of '\(type)' is invalid")
  }
  static func syntax(_ text: String) -> ODataFault {
    ODataFault(code: -1000, text: "Query string error: \(text)")
  }
}

/// A `$filter` of the Service Layer: six comparisons, `and`, `or`, `not`, parentheses, `null` and
/// four functions over texts. No arithmetic, no `in`, no other function.
indirect enum ODataFilter {
  case both(ODataFilter, ODataFilter)
  case either(ODataFilter, ODataFilter)
  case not(ODataFilter)
  case compares(Operand, String, Operand)
  case calls(String, Operand, Operand)

  /// What is compared.
  enum Operand {
    case property(String, ServiceLayerSchema.Kind)
    case text(String)
    case number(ExactDecimal)
    case null
  }

  /// Whether a row passes.
  ///
  /// - Parameters:
  ///   - value: A property's value in the row.
  ///   - foldsCase: Whether texts are compared without regard to case.
  func holds(foldsCase: Bool, _ value: (String) -> JSONValue?) -> Bool {
    switch self {
    case .both(let left, let right):
      return left.holds(foldsCase: foldsCase, value) && right.holds(foldsCase: foldsCase, value)
    case .either(let left, let right):
      return left.holds(foldsCase: foldsCase, value) || right.holds(foldsCase: foldsCase, value)
    case .not(let filter): return !filter.holds(foldsCase: foldsCase, value)
    case .compares(let left, let word, let right):
      let kind = left.kind ?? right.kind ?? .text
      let pair = (left.key(kind, foldsCase, value), right.key(kind, foldsCase, value))
      return Self.compares(pair.0, word, pair.1)
    case .calls(let name, let left, let right):
      guard case .text(let whole)? = left.key(.text, foldsCase, value),
        case .text(let part)? = right.key(.text, foldsCase, value)
      else { return false }
      switch name {
      case "startswith": return whole.hasPrefix(part)
      case "endswith": return whole.hasSuffix(part)
      // `substringof(part, whole)`, the other way round.
      case "substringof": return part.contains(whole)
      default: return whole.contains(part)
      }
    }
  }

  /// As SQL compares: nothing is less or greater than nothing.
  private static func compares(_ left: Key?, _ word: String, _ right: Key?) -> Bool {
    guard let left, let right else {
      switch word {
      case "eq": return left == nil && right == nil
      case "ne": return (left == nil) != (right == nil)
      default: return false
      }
    }
    switch word {
    case "eq": return left == right
    case "ne": return left != right
    case "gt": return right < left
    case "ge": return !(left < right)
    case "lt": return left < right
    default: return !(right < left)
    }
  }

  enum Key: Comparable {
    case number(ExactDecimal)
    case text(String)
  }
}

extension ODataFilter.Operand {
  fileprivate var kind: ServiceLayerSchema.Kind? {
    if case .property(_, let kind) = self { kind } else { nil }
  }

  fileprivate func key(
    _ kind: ServiceLayerSchema.Kind, _ foldsCase: Bool, _ value: (String) -> JSONValue?
  ) -> ODataFilter.Key? {
    switch self {
    case .null: return nil
    case .number(let number): return .number(number)
    case .text(let text): return .text(Self.normal(text, kind, foldsCase))
    case .property(let name, _):
      switch value(name) {
      case .number(let text)?: return ExactDecimal(text).map { .number($0) }
      case .string(let text)?: return .text(Self.normal(text, kind, foldsCase))
      default: return nil
      }
    }
  }

  /// Dates without their time and dashes, times with seconds, enumerations by name.
  private static func normal(
    _ text: String, _ kind: ServiceLayerSchema.Kind, _ foldsCase: Bool
  ) -> String {
    switch kind {
    case .date: return String(text.prefix { $0 != "T" }.filter { $0 != "-" }.prefix(8))
    case .time:
      let digits = text.filter(\.isNumber)
      return digits + String(repeating: "0", count: max(0, 6 - digits.count))
    case .yesNo: return ["Y": "tYES", "N": "tNO"][text] ?? text
    case .status: return ["O": "bost_Open", "C": "bost_Close"][text] ?? text
    case .cancel: return ["Y": "csYes", "N": "csNo", "C": "csCancellation"][text] ?? text
    default: return foldsCase ? text.lowercased() : text
    }
  }
}

/// Reads a `$filter`.
struct ODataFilterParser {
  private enum Token: Equatable {
    case word(String)
    case text(String)
    case number(ExactDecimal)
    case open, close, comma
  }

  private var tokens: [Token]
  private var position = 0
  private let kind: (String) throws -> ServiceLayerSchema.Kind

  /// - Parameter kind: The type of a property by its path; throws for one that there is not.
  static func parse(
    _ text: String, kind: @escaping (String) throws -> ServiceLayerSchema.Kind
  ) throws -> ODataFilter {
    var parser = ODataFilterParser(tokens: try tokens(of: text), kind: kind)
    let filter = try parser.either()
    guard parser.position == parser.tokens.count else { throw ODataFault.syntax("trailing words") }
    return filter
  }

  private init(
    tokens: [Token], kind: @escaping (String) throws -> ServiceLayerSchema.Kind
  ) {
    self.tokens = tokens
    self.kind = kind
  }

  private static func tokens(of text: String) throws -> [Token] {
    var tokens: [Token] = []
    var rest = Substring(text)
    while let first = rest.first {
      switch first {
      case " ": rest.removeFirst()
      case "(", ")", ",":
        tokens.append(first == "(" ? .open : first == ")" ? .close : .comma)
        rest.removeFirst()
      case "'": tokens.append(.text(try quoted(&rest)))
      default:
        let word = rest.prefix { !" (),'".contains($0) }
        guard !word.isEmpty else { throw ODataFault.syntax("unexpected \(first)") }
        rest = rest[word.endIndex...]
        if word == "datetime", rest.first == "'" {
          tokens.append(.text(try quoted(&rest)))
        } else if let number = ExactDecimal(word) {
          tokens.append(.number(number))
        } else {
          tokens.append(.word(String(word)))
        }
      }
    }
    return tokens
  }

  private static func quoted(_ rest: inout Substring) throws -> String {
    rest.removeFirst()
    var text = ""
    while let character = rest.popFirst() {
      if character != "'" {
        text.append(character)
      } else if rest.first == "'" {
        text.append("'")
        rest.removeFirst()
      } else {
        return text
      }
    }
    throw ODataFault.syntax("an open quotation")
  }

  private var next: Token? { position < tokens.count ? tokens[position] : nil }

  private mutating func takes(_ token: Token) -> Bool {
    guard next == token else { return false }
    position += 1
    return true
  }

  private mutating func either() throws -> ODataFilter {
    var filter = try both()
    while takes(.word("or")) { filter = .either(filter, try both()) }
    return filter
  }

  private mutating func both() throws -> ODataFilter {
    var filter = try one()
    while takes(.word("and")) { filter = .both(filter, try one()) }
    return filter
  }

  private mutating func one() throws -> ODataFilter {
    if takes(.word("not")) { return .not(try one()) }
    if takes(.open) {
      let filter = try either()
      guard takes(.close) else { throw ODataFault.syntax("a parenthesis is open") }
      return filter
    }
    if case .word(let name)? = next, position + 1 < tokens.count, tokens[position + 1] == .open {
      return try call(name)
    }
    let left = try operand()
    guard case .word(let word)? = next, ["eq", "ne", "gt", "ge", "lt", "le"].contains(word) else {
      throw ODataFault.syntax("a comparison is missing")
    }
    position += 1
    return .compares(left, word, try operand())
  }

  private mutating func call(_ name: String) throws -> ODataFilter {
    guard ["startswith", "endswith", "contains", "substringof"].contains(name) else {
      throw ODataFault.syntax("function \(name) is not supported")
    }
    position += 2
    let left = try operand()
    guard takes(.comma) else { throw ODataFault.syntax("a comma is missing") }
    let right = try operand()
    guard takes(.close) else { throw ODataFault.syntax("a parenthesis is open") }
    return .calls(name, left, right)
  }

  private mutating func operand() throws -> ODataFilter.Operand {
    guard let token = next else { throw ODataFault.syntax("it ends too soon") }
    position += 1
    switch token {
    case .text(let text): return .text(text)
    case .number(let number): return .number(number)
    case .word("null"): return .null
    case .word(let name): return .property(name, try kind(name))
    case .open, .close, .comma: throw ODataFault.syntax("a value is missing")
    }
  }
}
