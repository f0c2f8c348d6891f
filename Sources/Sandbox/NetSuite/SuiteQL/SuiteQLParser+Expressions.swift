extension SuiteQLParser {
  mutating func parseExpression() throws(SuiteQLError) -> SuiteQLExpression {
    depth += 1
    defer { depth -= 1 }
    guard depth <= 64 else { throw .unsupported }
    var terms = [try parseConjunction()]
    while takeKeyword("OR") { terms.append(try parseConjunction()) }
    return terms.count == 1 ? terms[0] : .or(terms)
  }

  private mutating func parseConjunction() throws(SuiteQLError) -> SuiteQLExpression {
    var terms = [try parseNegation()]
    while takeKeyword("AND") { terms.append(try parseNegation()) }
    return terms.count == 1 ? terms[0] : .and(terms)
  }

  private mutating func parseNegation() throws(SuiteQLError) -> SuiteQLExpression {
    takeKeyword("NOT") ? .not(try parseCondition()) : try parseCondition()
  }

  private mutating func parseCondition() throws(SuiteQLError) -> SuiteQLExpression {
    let left = try parseSum()
    if case .sign(let sign) = current, ["=", "<>", "!=", "<", ">", "<=", ">="].contains(sign) {
      position += 1
      return .compare(sign == "!=" ? "<>" : sign, left, try parseSum())
    }
    if takeKeyword("IS") {
      let negated = takeKeyword("NOT")
      try expectKeyword("NULL")
      return negated ? .not(.isNull(left)) : .isNull(left)
    }
    let negated = takeKeyword("NOT")
    guard let condition = try parsePredicate(on: left) else {
      if negated { throw failure() }
      return left
    }
    return negated ? .not(condition) : condition
  }

  private mutating func parsePredicate(
    on left: SuiteQLExpression
  ) throws(SuiteQLError) -> SuiteQLExpression? {
    if takeKeyword("BETWEEN") {
      let low = try parseSum()
      try expectKeyword("AND")
      return .between(left, low, try parseSum())
    }
    if takeKeyword("LIKE") {
      let pattern = try parseSum()
      return .like(left, pattern, escape: takeKeyword("ESCAPE") ? try parseSum() : nil)
    }
    guard takeKeyword("IN") else { return nil }
    try expectSign("(")
    if isKeyword("SELECT") {
      let query = try parseQuery()
      try expectSign(")")
      return .inQuery(left, query)
    }
    let values = try parseArguments()
    guard !values.isEmpty else { throw failure() }
    // Oracle's ORA-01795, which NetSuite hands through.
    guard values.count <= 1_000 else {
      throw SuiteQLError(
        "Search error occurred: maximum number of expressions in a list is 1000.")
    }
    return .inList(left, values)
  }

  private mutating func parseSum() throws(SuiteQLError) -> SuiteQLExpression {
    var left = try parseProduct()
    while case .sign(let sign) = current, ["+", "-", "||"].contains(sign) {
      position += 1
      left = .binary(sign, left, try parseProduct())
    }
    return left
  }

  private mutating func parseProduct() throws(SuiteQLError) -> SuiteQLExpression {
    var left = try parseSigned()
    while case .sign(let sign) = current, ["*", "/"].contains(sign) {
      position += 1
      left = .binary(sign, left, try parseSigned())
    }
    return left
  }

  private mutating func parseSigned() throws(SuiteQLError) -> SuiteQLExpression {
    if takeSign("-") { return .negative(try parsePrimary()) }
    _ = takeSign("+")
    return try parsePrimary()
  }

  private mutating func parsePrimary() throws(SuiteQLError) -> SuiteQLExpression {
    switch current {
    case .string(let text):
      position += 1
      // To Oracle an empty string is null.
      return text.isEmpty ? .null : .string(text)
    case .number(let text):
      position += 1
      return .number(text)
    case .parameter:
      position += 1
      parameterCount += 1
      return .parameter(parameterCount)
    case .sign("("): return try parseBracket()
    case .word(let text): return try parseWord(text.uppercased())
    case .quoted: return try parseName()
    case .sign, .end: throw failure()
    }
  }

  private mutating func parseBracket() throws(SuiteQLError) -> SuiteQLExpression {
    try expectSign("(")
    if isKeyword("SELECT") {
      let query = try parseQuery()
      try expectSign(")")
      return .query(query)
    }
    let expression = try parseExpression()
    try expectSign(")")
    return expression
  }

  private mutating func parseWord(_ word: String) throws(SuiteQLError) -> SuiteQLExpression {
    switch word {
    case "NULL":
      position += 1
      return .null
    case "CASE": return try parseChoice()
    case "EXISTS":
      position += 1
      try expectSign("(")
      let query = try parseQuery()
      try expectSign(")")
      return .exists(query)
    case "SYSDATE", "CURRENT_DATE", "SYSTIMESTAMP":
      position += 1
      return .call(word, [], isDistinct: false)
    case _ where Self.reserved.contains(word): throw failure()
    default: return try parseName()
    }
  }

  /// A column, or a call of a function.
  private mutating func parseName() throws(SuiteQLError) -> SuiteQLExpression {
    guard let first = takeIdentifier() else { throw failure() }
    if takeSign("(") { return try parseCall(first.uppercased()) }
    guard takeSign(".") else { return .column(qualifier: nil, name: first) }
    guard let second = takeIdentifier() else { throw failure() }
    if first == "builtin", takeSign("(") { return try parseCall("BUILTIN." + second.uppercased()) }
    return .column(qualifier: first, name: second)
  }

  private mutating func parseCall(_ name: String) throws(SuiteQLError) -> SuiteQLExpression {
    if name == "COUNT", takeSign("*") {
      try expectSign(")")
      return .countAll
    }
    if takeSign(")") { return .call(name, [], isDistinct: false) }
    let isDistinct = takeKeyword("DISTINCT")
    return .call(name, try parseArguments(), isDistinct: isDistinct)
  }

  /// Expressions up to the closing bracket, which is taken too.
  private mutating func parseArguments() throws(SuiteQLError) -> [SuiteQLExpression] {
    var arguments: [SuiteQLExpression] = []
    repeat { arguments.append(try parseExpression()) } while takeSign(",")
    try expectSign(")")
    return arguments
  }

  private mutating func parseChoice() throws(SuiteQLError) -> SuiteQLExpression {
    try expectKeyword("CASE")
    let subject = isKeyword("WHEN") ? nil : try parseExpression()
    var cases: [SuiteQLExpression.Case] = []
    while takeKeyword("WHEN") {
      let condition = try parseExpression()
      try expectKeyword("THEN")
      cases.append(.init(condition: condition, value: try parseExpression()))
    }
    guard !cases.isEmpty else { throw failure() }
    let otherwise = takeKeyword("ELSE") ? try parseExpression() : nil
    try expectKeyword("END")
    return .choice(of: subject, cases, otherwise: otherwise)
  }
}
