/// A filter over deals as people type it: `stage:won owner:dana margin<20 is:conflict -is:stale harbour`.
///
/// Terms stand side by side and must all hold. Words match anywhere in ID, name, company, stage and
/// person, without regard to case or accents. `-` before a term negates it; quotes keep spaces.
///
/// What is unknown satisfies no comparison, negated or not: a deal whose margin is not known is
/// neither `margin<20` nor `-margin<20`.
public struct DealQuery: Hashable, Sendable {
  /// What must hold.
  public var terms: [Term]

  /// One condition.
  public struct Term: Hashable, Sendable {
    /// Whether the condition must not hold.
    public var isNegated: Bool
    /// The condition.
    public var condition: Condition

    /// One condition.
    public init(_ condition: Condition, negated: Bool = false) {
      self.condition = condition
      self.isNegated = negated
    }
  }

  /// What a term asks.
  public enum Condition: Hashable, Sendable {
    /// The words stand somewhere in the row.
    case text(String)
    /// A column holds the words, `stage:won`.
    case contains(Column, String)
    /// A column compares so with a number, a date or words, `margin<20`, `value>=50000`.
    case compares(Column, Comparator, String)
    /// A state holds, `is:conflict`.
    case state(State)
  }

  /// Columns that can be named.
  public enum Column: String, CaseIterable, Hashable, Sendable {
    case id, name, company, stage, owner, value, invoiced, margin, milestone, entity, currency
  }

  /// How a column is compared.
  public enum Comparator: String, CaseIterable, Hashable, Sendable {
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case less = "<"
    case greater = ">"
    case equal = "="
  }

  /// States that can be asked for with `is:`.
  public enum State: String, CaseIterable, Hashable, Sendable {
    case conflict, stale, expired, late, overdue, incomplete, unavailable, orphan, dangling
    case duplicate, malformed, overinvoiced, won, lost, open
  }

  /// A query that holds for every deal.
  public init(terms: [Term] = []) { self.terms = terms }
}

/// Why a query could not be understood.
public struct DealQueryError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong and how to mend it.
  public let message: String
  /// Where, in characters from the start, beginning with 1.
  public let column: Int

  public var description: String { message }
}
