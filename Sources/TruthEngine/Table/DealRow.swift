public import DealModel

/// What a cell of the list holds, with the absences kept apart.
public enum DealCell<Value: Hashable & Sendable>: Hashable, Sendable {
  /// A value that is whole.
  case value(Value)
  /// A sum that lacks an input which was asked for and could not be had: what is known of it, and
  /// what that is to the whole.
  case incomplete(Value?, Figure.Bound)
  /// Amounts of several currencies, which have no sum.
  case several
  /// The system answered: there is none.
  case none
  /// Nobody has asked yet, or the answer is on its way.
  case notAsked
  /// The system could not be asked, or its answer could not be used.
  case unavailable

  /// The value, whole or in part.
  public var knownValue: Value? {
    switch self {
    case .value(let value): value
    case .incomplete(let value, _): value
    case .several, .none, .notAsked, .unavailable: nil
    }
  }

  /// The same cell with its value changed.
  public func map<Other>(_ transform: (Value) -> Other) -> DealCell<Other> {
    switch self {
    case .value(let value): .value(transform(value))
    case .incomplete(let value, let bound): .incomplete(value.map(transform), bound)
    case .several: .several
    case .none: .none
    case .notAsked: .notAsked
    case .unavailable: .unavailable
    }
  }

  func withoutValue<Other>() -> DealCell<Other> {
    switch self {
    case .value, .notAsked: .notAsked
    case .incomplete(_, let bound): .incomplete(nil, bound)
    case .several: .several
    case .none: .none
    case .unavailable: .unavailable
    }
  }
}

/// One row of the list, made when it is shown.
public struct DealRow: Hashable, Sendable {
  /// The deal.
  public var id: DealID
  /// What it is called, as its system writes it: not yet safe for a terminal. Texts longer than 1,024
  /// bytes are cut here; the dossier holds them whole.
  public var name: DealCell<String>
  /// The customer.
  public var company: DealCell<String>
  /// The stage's label.
  public var stage: DealCell<String>
  /// Where the stage is in the pipeline; `nil` when the stage is not known.
  public var stageState: StageState?
  /// Who sells it.
  public var person: DealCell<String>
  /// The legal entity.
  public var entity: DealCell<String>
  /// The expected value.
  public var value: DealCell<Money>
  /// Invoiced net of tax.
  public var invoiced: DealCell<Money>
  /// Margin in percent of invoiced; `none` when it is undefined.
  public var marginPercent: DealCell<ExactDecimal>
  /// The name of the earliest milestone that is not done.
  public var milestone: DealCell<String>
  /// The day that milestone is due.
  public var milestoneDue: CalendarDate?
  /// What deserves a second look.
  public var flags: DealFlags
  /// When the commercial fields were read, to the second.
  public var indexedAt: Timestamp?
  /// When the oldest answer behind ``invoiced`` and ``marginPercent`` arrived, to the second.
  public var moneyFetchedAt: Timestamp?
  /// When the milestones were read, to the second.
  public var deliveryFetchedAt: Timestamp?
  /// How fresh the commercial fields are.
  public var indexFreshness: Freshness
  /// How fresh ``invoiced`` and ``marginPercent`` are; `unavailable` when they were never read.
  public var moneyFreshness: Freshness
  /// How fresh ``milestone`` is; `unavailable` when it was never read.
  public var deliveryFreshness: Freshness

  /// The worst freshness among what has been read.
  public var freshness: Freshness {
    [indexFreshness, moneyFreshness, deliveryFreshness].filter { $0 != .unavailable }.max()
      ?? .unavailable
  }
}
