import DealModel

/// What a filter can ask of one deal. `nil` is "not known", which satisfies no condition, negated or
/// not.
protocol QueryableDeal {
  /// Whether the folded words stand in ID, name, company, stage or person.
  func mentions(_ words: [UInt8]) -> Bool
  /// The folded words of a column that holds words; `nil` when they are not known or there are none.
  func words(of column: DealQuery.Column) -> [UInt8]?
  /// The number of a column that holds numbers.
  func number(of column: DealQuery.Column) -> ExactDecimal?
  /// The day of the next milestone.
  var milestoneDue: CalendarDate? { get }
  /// Whether the deal is in that state.
  func isIn(_ state: DealQuery.State) -> Bool?
}

/// A filter whose words are folded and whose numbers are read, once for all deals.
struct CompiledQuery: Hashable, Sendable {
  enum Condition: Hashable, Sendable {
    case mentions([UInt8])
    case contains(DealQuery.Column, [UInt8])
    case words(DealQuery.Column, DealQuery.Comparator, [UInt8])
    case number(DealQuery.Column, DealQuery.Comparator, ExactDecimal)
    case due(DealQuery.Comparator, CalendarDate)
    case state(DealQuery.State)
    /// A comparison with what is no number or day: nothing satisfies it.
    case impossible
  }

  struct Term: Hashable, Sendable {
    var isNegated: Bool
    var condition: Condition

    func holds(for deal: some QueryableDeal) -> Bool {
      guard let holds = condition.holds(for: deal) else { return false }
      return holds != isNegated
    }
  }

  let terms: [Term]

  init(_ query: DealQuery) {
    terms = query.terms.map {
      Term(isNegated: $0.isNegated, condition: Condition($0.condition))
    }
  }

  func holds(for deal: some QueryableDeal) -> Bool {
    terms.allSatisfy { $0.holds(for: deal) }
  }

  /// Whether every deal that passes this filter is sure to pass the other: what has been found for
  /// the other can then be narrowed instead of searching anew.
  func narrows(_ other: CompiledQuery) -> Bool {
    other.terms.allSatisfy { wider in terms.contains { $0.implies(wider) } }
  }
}

extension CompiledQuery.Term {
  func implies(_ wider: Self) -> Bool {
    if self == wider { return true }
    guard !isNegated, !wider.isNegated else { return false }
    switch (condition, wider.condition) {
    case (.mentions(let words), .mentions(let fewer)): return words.holds(fewer)
    case (.contains(let column, let words), .contains(let same, let fewer)):
      return column == same && words.holds(fewer)
    default: return false
    }
  }
}

extension CompiledQuery.Condition {
  init(_ condition: DealQuery.Condition) {
    switch condition {
    case .text(let text): self = .mentions(Folding.folded(text))
    case .contains(let column, let text): self = .contains(column, Folding.folded(text))
    case .state(let state): self = .state(state)
    case .compares(let column, let comparator, let text):
      switch column {
      case .id, .name, .company, .stage, .owner, .entity, .currency:
        self = .words(column, comparator, Folding.folded(text))
      case .value, .invoiced, .margin:
        self = ExactDecimal(text).map { .number(column, comparator, $0) } ?? .impossible
      case .milestone:
        self = CalendarDate(text).map { .due(comparator, $0) } ?? .impossible
      }
    }
  }

  func holds(for deal: some QueryableDeal) -> Bool? {
    switch self {
    case .mentions(let words): return deal.mentions(words)
    case .contains(let column, let words): return deal.words(of: column).map { $0.holds(words) }
    case .words(let column, let comparator, let words):
      return deal.words(of: column).map { comparator.holds(order(of: $0, to: words)) }
    case .number(let column, let comparator, let number):
      return deal.number(of: column).map { comparator.holds(order(of: $0, to: number)) }
    case .due(let comparator, let date):
      return deal.milestoneDue.map { comparator.holds(order(of: $0, to: date)) }
    case .state(let state): return deal.isIn(state)
    case .impossible: return nil
    }
  }
}

/// Less than 0, 0 or more than 0 as the left stands before, with or after the right.
func order<Value: Comparable>(of left: Value, to right: Value) -> Int {
  left < right ? -1 : left == right ? 0 : 1
}

/// The same for UTF-8, by scalars.
func order(of left: [UInt8], to right: [UInt8]) -> Int {
  left == right ? 0 : left.lexicographicallyPrecedes(right) ? -1 : 1
}

extension DealQuery.Comparator {
  /// Whether the comparison holds for an order of the left to the right.
  func holds(_ order: Int) -> Bool {
    switch self {
    case .less: order < 0
    case .lessOrEqual: order <= 0
    case .equal: order == 0
    case .greaterOrEqual: order >= 0
    case .greater: order > 0
    }
  }
}

extension [UInt8] {
  /// Whether the other bytes stand somewhere in these.
  func holds(_ other: [UInt8]) -> Bool {
    withUnsafeBufferPointer { bytes in
      other.withUnsafeBufferPointer { ByteSearch($0).isIn(bytes, from: 0, to: bytes.count) }
    }
  }
}
