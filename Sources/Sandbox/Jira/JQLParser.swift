/// A recursive-descent parser of Jira's query language. `AND` binds more tightly than `OR`.
struct JQLParser {
  private let tokens: [JQLToken]
  private var index = 0
  private var depth = 0

  /// How deeply parentheses and `NOT` may nest: input from outside must not exhaust the stack.
  static let maximumDepth = 64
  /// How many fields an order may have.
  static let maximumOrder = 7

  static func parse(_ text: String) throws(JQLError) -> JQLQuery {
    var parser = JQLParser(tokens: try JQLLexer.tokens(of: text))
    return try parser.query()
  }

  private init(tokens: [JQLToken]) { self.tokens = tokens }

  private mutating func query() throws(JQLError) -> JQLQuery {
    var condition: JQLCondition?
    if peek != nil, !isKeyword("ORDER") { condition = try disjunction() }
    var order: [JQLOrder] = []
    if takeKeyword("ORDER") { order = try orderBy() }
    if let token = peek {
      throw JQLError.syntax(
        "Expecting either 'OR' or 'AND' but got '\(token.words)'.", at: token.position)
    }
    return JQLQuery(condition: condition, order: order)
  }

  private mutating func disjunction() throws(JQLError) -> JQLCondition {
    var parts = [try conjunction()]
    while takeKeyword("OR") { parts.append(try conjunction()) }
    return parts.count == 1 ? parts[0] : .or(parts)
  }

  private mutating func conjunction() throws(JQLError) -> JQLCondition {
    var parts = [try negation()]
    while takeKeyword("AND") { parts.append(try negation()) }
    return parts.count == 1 ? parts[0] : .and(parts)
  }

  private mutating func negation() throws(JQLError) -> JQLCondition {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else {
      throw JQLError.syntax("The query is nested deeper than \(Self.maximumDepth).")
    }
    if takeKeyword("NOT") || take("!") { return .not(try negation()) }
    guard take("(") else { return .clause(try clause()) }
    let inner = try disjunction()
    guard take(")") else {
      guard let token = peek else {
        throw JQLError.syntax("Expecting ')' before the end of the query.")
      }
      throw JQLError.syntax(
        "Expecting either 'OR' or 'AND' or ')' but got '\(token.words)'.", at: token.position)
    }
    return inner
  }

  private mutating func clause() throws(JQLError) -> JQLClause {
    let field = try fieldName()
    guard let token = peek else {
      throw JQLError.syntax(
        "Expecting operator before the end of the query. The valid operators are \(Self.operators)."
      )
    }
    let comparison = try comparison(at: token)
    let operand = try operand()
    switch (comparison, operand) {
    case (.isEmpty, .empty), (.isNotEmpty, .empty): break
    case (.isEmpty, _), (.isNotEmpty, _):
      // Jira's words for `project is BWD`.
      throw JQLError(
        "The operator '\(comparison.rawValue)' is not supported by the '\(field)' field with a value"
          + " other than EMPTY or NULL.")
    case (.isIn, .list), (.notIn, .list), (.isIn, .function), (.notIn, .function): break
    case (.isIn, _), (.notIn, _):
      throw JQLError(
        "Operator '\(comparison.rawValue)' does not support the non-list value for field '\(field)'."
      )
    case (_, .list):
      throw JQLError(
        "Operator '\(comparison.rawValue)' does not support the list value for field '\(field)'.")
    default: break
    }
    return JQLClause(field: field, comparison: comparison, operand: operand)
  }

  private mutating func fieldName() throws(JQLError) -> String {
    guard let token = peek else {
      throw JQLError.syntax("Expecting a field name at the end of the query.")
    }
    index += 1
    switch token.kind {
    case .text(let text): return text
    case .word(let text):
      if text.lowercased() == "cf", take("[") {
        guard let number = peek, case .word(let digits) = number.kind, UInt32(digits) != nil else {
          throw JQLError.syntax("Expecting a custom field ID after 'cf['.", at: peek?.position)
        }
        index += 1
        guard take("]") else {
          throw JQLError.syntax("Expecting ']' after 'cf[\(digits)'.", at: peek?.position)
        }
        return "cf[\(digits)]"
      }
      guard !Self.reserved.contains(text.uppercased()) else {
        throw JQLError.syntax(
          "'\(text)' is a reserved JQL word. You must surround it in quotation marks to use it in a "
            + "query.", at: token.position)
      }
      return text
    case .sign(let sign):
      throw JQLError.syntax(
        "Expecting a field name but got '\(sign)'. You must surround '\(sign)' in quotation marks to"
          + " use it as a field name.", at: token.position)
    }
  }

  private mutating func comparison(at token: JQLToken) throws(JQLError) -> JQLComparison {
    switch token.kind {
    case .sign(let sign):
      if let comparison = JQLComparison(rawValue: sign) {
        index += 1
        return comparison
      }
    case .word:
      if takeKeyword("IN") { return .isIn }
      if takeKeyword("IS") { return takeKeyword("NOT") ? .isNotEmpty : .isEmpty }
      if isKeyword("NOT"), isKeyword("IN", ahead: 1) {
        index += 2
        return .notIn
      }
      if isKeyword("WAS") || isKeyword("CHANGED") {
        throw JQLError("The sandbox has no history: operator '\(token.words)' is not emulated.")
      }
    case .text: break
    }
    throw JQLError.syntax(
      "Expecting operator but got '\(token.words)'. The valid operators are \(Self.operators).",
      at: token.position)
  }

  private mutating func operand() throws(JQLError) -> JQLOperand {
    guard take("(") else { return try single() }
    var values: [JQLOperand] = []
    repeat { values.append(try single()) } while take(",")
    guard take(")") else {
      guard let token = peek else {
        throw JQLError.syntax("Expecting ')' before the end of the query.")
      }
      throw JQLError.syntax("Expecting ',' or ')' but got '\(token.words)'.", at: token.position)
    }
    return .list(values)
  }

  private mutating func single() throws(JQLError) -> JQLOperand {
    guard let token = peek else {
      throw JQLError.syntax(
        "Expecting either a value, list or function before the end of the query.")
    }
    index += 1
    switch token.kind {
    case .text(let text): return .value(text)
    case .sign(let sign):
      throw JQLError.syntax(
        "Expecting either a value, list or function but got '\(sign)'. You must surround '\(sign)' in"
          + " quotation marks to use it as a value.", at: token.position)
    case .word(let word):
      if take("(") { return .function(word, try arguments()) }
      let upper = word.uppercased()
      if upper == "EMPTY" || upper == "NULL" { return .empty }
      guard !Self.reserved.contains(upper) else {
        throw JQLError.syntax(
          "Expecting either a value, list or function but got '\(word)'. You must surround '\(word)'"
            + " in quotation marks to use it as a value.", at: token.position)
      }
      return .value(word)
    }
  }

  private mutating func arguments() throws(JQLError) -> [String] {
    var arguments: [String] = []
    if take(")") { return arguments }
    repeat {
      guard let token = peek else {
        throw JQLError.syntax("Expecting a function argument before the end of the query.")
      }
      index += 1
      switch token.kind {
      case .word(let text), .text(let text): arguments.append(text)
      case .sign(let sign):
        throw JQLError.syntax(
          "Expecting a function argument but got '\(sign)'.", at: token.position)
      }
    } while take(",")
    guard take(")") else {
      throw JQLError.syntax("Expecting ')' after the arguments.", at: peek?.position)
    }
    return arguments
  }

  private mutating func orderBy() throws(JQLError) -> [JQLOrder] {
    guard takeKeyword("BY") else {
      guard let token = peek else { throw JQLError.syntax("Expecting 'by' after 'order'.") }
      throw JQLError.syntax("Expecting 'by' but got '\(token.words)'.", at: token.position)
    }
    var order: [JQLOrder] = []
    repeat {
      let field = try fieldName()
      let isDescending = takeKeyword("DESC")
      if !isDescending { _ = takeKeyword("ASC") }
      order.append(JQLOrder(field: field, isDescending: isDescending))
    } while take(",")
    guard order.count <= Self.maximumOrder else {
      throw JQLError("The ORDER BY clause has more than \(Self.maximumOrder) fields.")
    }
    return order
  }

  private var peek: JQLToken? { index < tokens.count ? tokens[index] : nil }

  private mutating func take(_ sign: String) -> Bool {
    guard case .sign(sign)? = peek?.kind else { return false }
    index += 1
    return true
  }

  private func isKeyword(_ keyword: String, ahead: Int = 0) -> Bool {
    guard index + ahead < tokens.count, case .word(let word) = tokens[index + ahead].kind else {
      return false
    }
    return word.uppercased() == keyword
  }

  private mutating func takeKeyword(_ keyword: String) -> Bool {
    guard isKeyword(keyword) else { return false }
    index += 1
    return true
  }

  private static let reserved: Set<String> = [
    "AND", "OR", "NOT", "IN", "IS", "WAS", "CHANGED", "EMPTY", "NULL", "ORDER", "BY",
  ]

  private static let operators =
    "'=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'"
}
