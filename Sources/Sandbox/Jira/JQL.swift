/// A query in Jira's query language, as written: nothing is looked up yet.
struct JQLQuery: Hashable, Sendable {
  /// The restriction; `nil` when there is only an order, or nothing at all.
  var condition: JQLCondition?
  /// The order, most significant first.
  var order: [JQLOrder]
}

/// A restriction.
indirect enum JQLCondition: Hashable, Sendable {
  case and([JQLCondition])
  case or([JQLCondition])
  case not(JQLCondition)
  case clause(JQLClause)
}

/// One comparison of a field.
struct JQLClause: Hashable, Sendable {
  /// The field as written: `project`, `"Deal ID"` without its quotes, `cf[10042]`.
  var field: String
  var comparison: JQLComparison
  var operand: JQLOperand
}

/// The operators, spelled as Jira's messages spell them.
enum JQLComparison: String, Hashable, Sendable {
  case equal = "="
  case notEqual = "!="
  case contains = "~"
  case notContains = "!~"
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case isIn = "in"
  case notIn = "not in"
  case isEmpty = "is"
  case isNotEmpty = "is not"

  /// Whether the operator asks for what does not match.
  var isNegative: Bool {
    switch self {
    case .notEqual, .notContains, .notIn, .isNotEmpty: true
    default: false
    }
  }
}

/// The right-hand side of a comparison.
indirect enum JQLOperand: Hashable, Sendable {
  /// A word or a quoted text.
  case value(String)
  /// A function with its arguments, `startOfDay("-1d")`.
  case function(String, [String])
  /// Values in parentheses.
  case list([JQLOperand])
  /// `EMPTY` or `NULL`.
  case empty
}

/// One field of the order.
struct JQLOrder: Hashable, Sendable {
  var field: String
  var isDescending: Bool
}

/// Why a query cannot be run, in Jira's words.
struct JQLError: Error, Hashable, Sendable {
  var message: String

  init(_ message: String) { self.message = message }

  /// A fault of syntax, which Jira introduces and locates.
  static func syntax(_ message: String, at position: JQLPosition? = nil) -> JQLError {
    let place = position.map { " (line \($0.line), character \($0.character))" } ?? ""
    return JQLError("Error in the JQL Query: \(message)\(place)")
  }
}

/// A place in a query, both counted from one.
struct JQLPosition: Hashable, Sendable {
  var line: Int
  var character: Int
}
