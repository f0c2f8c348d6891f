/// Reads a SuiteQL statement: the part of Oracle's grammar that NetSuite's REST query service takes.
///
/// Refused as NetSuite refuses them: `LIMIT`, `WITH`, more than one statement, anything but `SELECT`.
struct SuiteQLParser {
  var tokens: [SuiteQLToken]
  var position = 0
  /// How many `?` were read.
  var parameterCount = 0
  /// How deep the parser is in brackets; bounded, so that no statement overflows the stack.
  var depth = 0

  init(_ statement: String) throws(SuiteQLError) {
    var lexer = SuiteQLLexer(statement)
    tokens = try lexer.tokens()
  }

  mutating func parseStatement() throws(SuiteQLError) -> SuiteQLQuery {
    guard isKeyword("SELECT") || current == .sign("(") else { throw .unsupported }
    let query = try parseQuery()
    guard current == .end else { throw failure() }
    return query
  }

  mutating func parseQuery() throws(SuiteQLError) -> SuiteQLQuery {
    depth += 1
    defer { depth -= 1 }
    guard depth <= 64 else { throw .unsupported }
    var query = SuiteQLQuery(
      selects: [try parseSelect()], operators: [], order: [], limit: nil)
    while let word = takeAny(["UNION", "MINUS", "INTERSECT"]) {
      let all = takeKeyword("ALL")
      query.operators.append((word == "MINUS" ? "EXCEPT" : word) + (all ? " ALL" : ""))
      query.selects.append(try parseSelect())
    }
    if takeKeyword("ORDER") {
      try expectKeyword("BY")
      repeat { query.order.append(try parseOrder()) } while takeSign(",")
    }
    if takeKeyword("OFFSET") {
      // Read and ignored: NetSuite pages by the URL's offset only.
      _ = try parseWholeNumber()
      guard takeAny(["ROWS", "ROW"]) != nil else { throw failure() }
    }
    if takeKeyword("FETCH") {
      guard takeAny(["FIRST", "NEXT"]) != nil else { throw failure() }
      query.limit = try parseWholeNumber()
      guard takeAny(["ROWS", "ROW"]) != nil else { throw failure() }
      try expectKeyword("ONLY")
    }
    return query
  }

  private mutating func parseOrder() throws(SuiteQLError) -> SuiteQLQuery.Order {
    let expression = try parseExpression()
    let word = takeAny(["ASC", "DESC"])
    var nullsFirst: Bool?
    if takeKeyword("NULLS") {
      guard let place = takeAny(["FIRST", "LAST"]) else { throw failure() }
      nullsFirst = place == "FIRST"
    }
    return SuiteQLQuery.Order(
      expression: expression, isDescending: word == "DESC", nullsFirst: nullsFirst)
  }

  private mutating func parseSelect() throws(SuiteQLError) -> SuiteQLSelect {
    try expectKeyword("SELECT")
    var select = SuiteQLSelect(
      isDistinct: takeKeyword("DISTINCT"), top: nil, columns: [], sources: [], filter: nil,
      groups: [], groupFilter: nil)
    if !select.isDistinct { _ = takeKeyword("ALL") }
    if takeKeyword("TOP") { select.top = try parseWholeNumber() }
    repeat { select.columns.append(try parseColumn()) } while takeSign(",")
    try expectKeyword("FROM")
    select.sources.append(try parseSource(join: ""))
    while let join = try takeJoin() {
      var source = try parseSource(join: join)
      if takeKeyword("ON") { source.condition = try parseExpression() }
      select.sources.append(source)
    }
    if takeKeyword("WHERE") { select.filter = try parseExpression() }
    if takeKeyword("GROUP") {
      try expectKeyword("BY")
      repeat { select.groups.append(try parseExpression()) } while takeSign(",")
    }
    if takeKeyword("HAVING") { select.groupFilter = try parseExpression() }
    return select
  }

  private mutating func parseColumn() throws(SuiteQLError) -> SuiteQLSelect.Column {
    if takeSign("*") { return .all(of: nil) }
    if let qualifier = identifier(at: position), peek(1) == .sign("."), peek(2) == .sign("*") {
      position += 3
      return .all(of: qualifier)
    }
    let expression = try parseExpression()
    if takeKeyword("AS") {
      guard let name = takeIdentifier() else { throw failure() }
      return .expression(expression, name: name)
    }
    return .expression(expression, name: takeAlias())
  }

  private mutating func takeJoin() throws(SuiteQLError) -> String? {
    if takeSign(",") { return "," }
    if takeKeyword("JOIN") { return "JOIN" }
    if takeKeyword("INNER") {
      try expectKeyword("JOIN")
      return "JOIN"
    }
    if takeKeyword("CROSS") {
      try expectKeyword("JOIN")
      return "CROSS JOIN"
    }
    guard let side = takeAny(["LEFT", "RIGHT", "FULL"]) else { return nil }
    _ = takeKeyword("OUTER")
    try expectKeyword("JOIN")
    return side + " JOIN"
  }

  private mutating func parseSource(join: String) throws(SuiteQLError) -> SuiteQLSelect.Source {
    if takeSign("(") {
      let query = try parseQuery()
      try expectSign(")")
      _ = takeKeyword("AS")
      guard let alias = takeAlias() else { throw failure() }
      return SuiteQLSelect.Source(join: join, rows: .query(query), alias: alias)
    }
    guard let name = takeIdentifier() else { throw failure() }
    if name == "dual" { return SuiteQLSelect.Source(join: join, rows: .dual, alias: "dual") }
    // Oracle takes no AS before a table's alias, NetSuite does.
    _ = takeKeyword("AS")
    return SuiteQLSelect.Source(join: join, rows: .table(name), alias: takeAlias() ?? name)
  }

  // MARK: Tokens

  var current: SuiteQLToken { peek(0) }

  func peek(_ distance: Int) -> SuiteQLToken {
    position + distance < tokens.count ? tokens[position + distance] : .end
  }

  func isKeyword(_ word: String, at distance: Int = 0) -> Bool {
    if case .word(let text) = peek(distance) { text.uppercased() == word } else { false }
  }

  mutating func takeKeyword(_ word: String) -> Bool {
    guard isKeyword(word) else { return false }
    position += 1
    return true
  }

  mutating func takeAny(_ words: [String]) -> String? { words.first { takeKeyword($0) } }

  mutating func expectKeyword(_ word: String) throws(SuiteQLError) {
    guard takeKeyword(word) else { throw failure() }
  }

  mutating func takeSign(_ sign: String) -> Bool {
    guard current == .sign(sign) else { return false }
    position += 1
    return true
  }

  mutating func expectSign(_ sign: String) throws(SuiteQLError) {
    guard takeSign(sign) else { throw failure() }
  }

  /// The identifier at a place, in lower case: NetSuite does not tell cases apart.
  func identifier(at place: Int) -> String? {
    switch place < tokens.count ? tokens[place] : .end {
    case .word(let text): text.lowercased()
    case .quoted(let text): text.lowercased()
    default: nil
    }
  }

  mutating func takeIdentifier() -> String? {
    guard let name = identifier(at: position) else { return nil }
    position += 1
    return name
  }

  /// A name without `AS`, unless it is a word that goes on with the statement.
  private mutating func takeAlias() -> String? {
    if case .word(let text) = current, Self.reserved.contains(text.uppercased()) { return nil }
    return takeIdentifier()
  }

  private mutating func parseWholeNumber() throws(SuiteQLError) -> Int {
    guard case .number(let text) = current, let number = Int(text) else { throw failure() }
    position += 1
    return number
  }

  func failure() -> SuiteQLError {
    switch current {
    case .word(let text), .quoted(let text), .string(let text), .number(let text), .sign(let text):
      .syntax(near: text)
    case .parameter: .syntax(near: "?")
    case .end: .unsupported
    }
  }

  static let reserved: Set<String> = [
    "FROM", "WHERE", "GROUP", "ORDER", "HAVING", "UNION", "MINUS", "INTERSECT", "JOIN", "INNER",
    "LEFT", "RIGHT", "FULL", "CROSS", "ON", "AS", "FETCH", "OFFSET", "LIMIT", "AND", "OR", "NOT",
    "THEN", "WHEN", "ELSE", "END", "ASC", "DESC", "NULLS", "IS", "IN", "LIKE", "BETWEEN", "SELECT",
    "WITH",
  ]
}
