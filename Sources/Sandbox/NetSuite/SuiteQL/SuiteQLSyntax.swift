/// A statement, or a statement within one.
struct SuiteQLQuery: Hashable {
  /// The selects, in order.
  var selects: [SuiteQLSelect]
  /// What stands between them, `UNION ALL`; one fewer than selects.
  var operators: [String]
  /// How rows are ordered.
  var order: [Order]
  /// `FETCH FIRST n ROWS ONLY`.
  var limit: Int?

  /// One term of `ORDER BY`.
  struct Order: Hashable {
    var expression: SuiteQLExpression
    var isDescending: Bool
    /// `NULLS FIRST` or `NULLS LAST`; `nil` where the statement does not say.
    var nullsFirst: Bool?
  }
}

/// One `SELECT`.
struct SuiteQLSelect: Hashable {
  var isDistinct: Bool
  /// `TOP n`.
  var top: Int?
  var columns: [Column]
  var sources: [Source]
  var filter: SuiteQLExpression?
  var groups: [SuiteQLExpression]
  var groupFilter: SuiteQLExpression?

  /// One column of the result.
  enum Column: Hashable {
    /// `*` or `alias.*`.
    case all(of: String?)
    /// An expression, with its name where it has one.
    case expression(SuiteQLExpression, name: String?)
  }

  /// One source of rows.
  struct Source: Hashable {
    /// `JOIN`, `LEFT JOIN`, `,` …; empty for the first.
    var join: String
    var rows: Rows
    var alias: String
    var condition: SuiteQLExpression?

    /// Where rows come from.
    enum Rows: Hashable {
      case table(String)
      case query(SuiteQLQuery)
      /// `DUAL`: one row without columns.
      case dual
    }
  }
}

/// A value or a condition.
indirect enum SuiteQLExpression: Hashable {
  case column(qualifier: String?, name: String)
  case string(String)
  case number(String)
  case null
  /// The parameter with that number, from 1.
  case parameter(Int)
  case call(String, [SuiteQLExpression], isDistinct: Bool)
  /// `COUNT(*)`
  case countAll
  case negative(SuiteQLExpression)
  case binary(String, SuiteQLExpression, SuiteQLExpression)
  case compare(String, SuiteQLExpression, SuiteQLExpression)
  case and([SuiteQLExpression])
  case or([SuiteQLExpression])
  case not(SuiteQLExpression)
  case isNull(SuiteQLExpression)
  case between(SuiteQLExpression, SuiteQLExpression, SuiteQLExpression)
  case inList(SuiteQLExpression, [SuiteQLExpression])
  case inQuery(SuiteQLExpression, SuiteQLQuery)
  case like(SuiteQLExpression, SuiteQLExpression, escape: SuiteQLExpression?)
  case exists(SuiteQLQuery)
  case query(SuiteQLQuery)
  case choice(
    of: SuiteQLExpression?, [Case], otherwise: SuiteQLExpression?)

  /// `WHEN … THEN …`
  struct Case: Hashable {
    var condition: SuiteQLExpression
    var value: SuiteQLExpression
  }
}
