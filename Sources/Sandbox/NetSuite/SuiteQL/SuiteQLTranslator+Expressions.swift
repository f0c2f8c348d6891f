extension SuiteQLTranslator {
  mutating func fragment(
    _ expression: SuiteQLExpression
  ) throws(SuiteQLError) -> SuiteQLFragment {
    switch expression {
    case .column(let qualifier, let name):
      let (scope, type) = try resolve(qualifier, name)
      return SuiteQLFragment(
        "\(quoted(scope.alias)).\(quoted(name))", type, isColumn: true)
    case .string(let text): return SuiteQLFragment(literal(text), .text)
    case .number(let text): return SuiteQLFragment(literal(text), .number)
    case .null: return SuiteQLFragment("NULL", .unknown)
    case .parameter(let number): return SuiteQLFragment("?\(number)", .unknown)
    case .countAll: return SuiteQLFragment("COUNT(*)", .key)
    case .call(let name, let arguments, let isDistinct):
      return try call(name, arguments, isDistinct: isDistinct)
    case .negative(let inner):
      return SuiteQLFragment("suiteql_subtract('0', \(try fragment(inner).sql))", .number)
    case .binary(let sign, let left, let right):
      return calculation(sign, try fragment(left), try fragment(right))
    case .query(let query):
      let inner = try translate(query)
      return SuiteQLFragment("(\(inner.sql))", inner.columns.first?.type ?? .unknown)
    case .choice(let subject, let cases, let otherwise):
      return try choice(subject, cases, otherwise)
    default: return try condition(expression)
    }
  }

  private mutating func condition(
    _ expression: SuiteQLExpression
  ) throws(SuiteQLError) -> SuiteQLFragment {
    let sql: String
    switch expression {
    case .compare(let sign, let left, let right):
      sql = comparison(sign, try fragment(left), try fragment(right))
    case .and(let terms): sql = try joined(terms, by: " AND ")
    case .or(let terms): sql = try joined(terms, by: " OR ")
    case .not(let term): sql = "(NOT \(try fragment(term).sql))"
    case .isNull(let term): sql = "(\(try fragment(term).sql) IS NULL)"
    case .between(let value, let low, let high):
      let value = try fragment(value)
      let above = comparison(">=", value, try fragment(low))
      sql = "(\(above) AND \(comparison("<=", value, try fragment(high))))"
    case .inList(let value, let choices):
      let value = try fragment(value)
      var terms: [SuiteQLFragment] = []
      for choice in choices { terms.append(try fragment(choice)) }
      if value.isColumn, value.type == .key || value.type == .text {
        sql = "(\(value.sql) IN (\(terms.map(\.sql).joined(separator: ", "))))"
      } else {
        sql = "(" + terms.map { comparison("=", value, $0) }.joined(separator: " OR ") + ")"
      }
    case .inQuery(let value, let query):
      sql = "(\(try fragment(value).sql) IN (\(try translate(query).sql)))"
    case .like(let value, let pattern, let escape):
      // SQLite's LIKE overlooks case, NetSuite's does not; the connection sets it so.
      var text = "(\(try fragment(value).sql) LIKE \(try fragment(pattern).sql)"
      if let escape { text += " ESCAPE \(try fragment(escape).sql)" }
      sql = text + ")"
    case .exists(let query): sql = "EXISTS (\(try translate(query).sql))"
    default: throw SuiteQLError.unsupported
    }
    return SuiteQLFragment(sql, .unknown)
  }

  private mutating func joined(
    _ terms: [SuiteQLExpression], by word: String
  ) throws(SuiteQLError) -> String {
    var parts: [String] = []
    for term in terms { parts.append((try fragment(term)).sql) }
    return "(" + parts.joined(separator: word) + ")"
  }

  /// A comparison by the types of both sides.
  func comparison(_ sign: String, _ left: SuiteQLFragment, _ right: SuiteQLFragment) -> String {
    let types: Set = [left.type, right.type]
    if types == [.date, .timestamp] || types == [.timestamp, .text] {
      return "(suiteql_instant(\(left.sql)) \(sign) suiteql_instant(\(right.sql)))"
    }
    if types.contains(.date) {
      return "(suiteql_wall(\(left.sql)) \(sign) suiteql_wall(\(right.sql)))"
    }
    if types.contains(.timestamp) {
      return "(suiteql_instant(\(left.sql)) \(sign) suiteql_instant(\(right.sql)))"
    }
    let isKeyed = types.contains(.key)
    if types.contains(.number) && !(isKeyed && (left.isColumn || right.isColumn))
      || isKeyed && !left.isColumn && !right.isColumn
    {
      return "(suiteql_compare(\(left.sql), \(right.sql)) \(sign) 0)"
    }
    return "(\(left.sql) \(sign) \(right.sql))"
  }

  private func calculation(
    _ sign: String, _ left: SuiteQLFragment, _ right: SuiteQLFragment
  ) -> SuiteQLFragment {
    let isDate = left.type == .date || left.type == .timestamp
    switch sign {
    case "||": return SuiteQLFragment("suiteql_join(\(left.sql), \(right.sql))", .text)
    case "+" where isDate:
      return SuiteQLFragment("suiteql_add_days(\(left.sql), \(right.sql))", .date)
    case "-" where isDate:
      return SuiteQLFragment(
        "suiteql_add_days(\(left.sql), suiteql_subtract('0', \(right.sql)))", .date)
    default:
      let names = ["+": "add", "-": "subtract", "*": "multiply", "/": "divide"]
      let name = names[sign] ?? "add"
      return SuiteQLFragment("suiteql_\(name)(\(left.sql), \(right.sql))", .number)
    }
  }

  private mutating func choice(
    _ subject: SuiteQLExpression?, _ cases: [SuiteQLExpression.Case],
    _ otherwise: SuiteQLExpression?
  ) throws(SuiteQLError) -> SuiteQLFragment {
    var sql = "CASE"
    var type = SuiteQLType.unknown
    let subject = if let subject { try fragment(subject) } else { SuiteQLFragment?.none }
    for branch in cases {
      let condition = try fragment(branch.condition)
      let value = try fragment(branch.value)
      let test = subject.map { comparison("=", $0, condition) } ?? condition.sql
      sql += " WHEN \(test) THEN \(value.sql)"
      if type == .unknown { type = value.type }
    }
    if let otherwise {
      let value = try fragment(otherwise)
      sql += " ELSE \(value.sql)"
      if type == .unknown { type = value.type }
    }
    return SuiteQLFragment("(\(sql) END)", type)
  }

  func literal(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }
}
