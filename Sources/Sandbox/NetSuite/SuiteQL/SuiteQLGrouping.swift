extension SuiteQLSelect {
  /// Refuses columns that stand beside an aggregate without being grouped by, as Oracle does and
  /// SQLite does not.
  func checkGrouping() throws(SuiteQLError) {
    var expressions: [SuiteQLExpression] = []
    for column in columns {
      if case .expression(let expression, _) = column { expressions.append(expression) }
    }
    guard !groups.isEmpty || expressions.contains(where: \.containsAggregate) else { return }
    for expression in expressions where !expression.isSettled(by: groups) {
      throw SuiteQLError(
        "Search error occurred: Invalid expression: a column is neither grouped nor aggregated.")
    }
  }
}

extension SuiteQLExpression {
  private static let aggregates: Set<String> = ["SUM", "AVG", "MIN", "MAX", "COUNT"]

  var containsAggregate: Bool {
    switch self {
    case .countAll: true
    case .call(let name, let arguments, _):
      Self.aggregates.contains(name) || arguments.contains(where: \.containsAggregate)
    default: parts.contains(where: \.containsAggregate)
    }
  }

  /// Whether the value is the same for every row of a group.
  fileprivate func isSettled(by groups: [SuiteQLExpression]) -> Bool {
    if groups.contains(self) { return true }
    switch self {
    case .column: return false
    case .call(let name, _, _) where Self.aggregates.contains(name): return true
    case .call(_, let arguments, _): return arguments.allSatisfy { $0.isSettled(by: groups) }
    default: return parts.allSatisfy { $0.isSettled(by: groups) }
    }
  }

  /// The expressions this one is made of, those of a statement in brackets left out.
  private var parts: [SuiteQLExpression] {
    switch self {
    case .column, .string, .number, .null, .parameter, .countAll, .exists, .query: []
    case .call(_, let arguments, _): arguments
    case .negative(let part), .not(let part), .isNull(let part), .inQuery(let part, _): [part]
    case .binary(_, let left, let right), .compare(_, let left, let right): [left, right]
    case .and(let parts), .or(let parts): parts
    case .between(let value, let low, let high): [value, low, high]
    case .inList(let value, let choices): [value] + choices
    case .like(let value, let pattern, let escape): [value, pattern] + (escape.map { [$0] } ?? [])
    case .choice(let subject, let cases, let otherwise):
      cases.flatMap { [$0.condition, $0.value] } + [subject, otherwise].compactMap { $0 }
    }
  }
}
