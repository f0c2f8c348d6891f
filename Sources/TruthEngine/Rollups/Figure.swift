public import DealModel

/// A sum over records that knows what it is made of and what it lacks.
public struct Figure: Hashable, Sendable {
  /// One amount per currency, sorted by code, never added across currencies. Empty when no record
  /// counts: that is "nothing" only if the figure is complete.
  public var amounts: [Money]
  /// The records it came from, in the order they were added.
  public var records: [RecordReference]
  /// What could not be included; empty when the figure is complete.
  public var missing: [MissingInput]
  /// When the oldest answer it is made of arrived; `nil` when it is made of none.
  public var oldestInput: Timestamp?
  /// What ``amounts`` are to the whole sum.
  public var bound: Bound

  /// What is known of a sum that may lack an input.
  ///
  /// It rests on documents not being negative: a system's credits never exceed what they credit, so
  /// that a section nobody could read would add something to its sum, and take something off a
  /// difference.
  public enum Bound: String, CaseIterable, Hashable, Sendable {
    /// The whole sum: nothing is missing.
    case exact
    /// What is missing can only add.
    case atLeast = "at_least"
    /// What is missing can only take off.
    case atMost = "at_most"
    /// What is missing may do either.
    case neither
  }

  /// Whether nothing is missing.
  public var isComplete: Bool { missing.isEmpty }

  /// A sum with its sources.
  ///
  /// - Parameter bound: `nil` stands for exact, or at least when something is missing.
  public init(
    amounts: [Money] = [], records: [RecordReference] = [], missing: [MissingInput] = [],
    oldestInput: Timestamp? = nil, bound: Bound? = nil
  ) {
    self.amounts = amounts
    self.records = records
    self.missing = missing
    self.oldestInput = oldestInput
    self.bound = bound ?? (missing.isEmpty ? .exact : .atLeast)
  }
}

/// Something a figure would need and does not have.
public struct MissingInput: Hashable, Sendable {
  /// The system that should have given it; `nil` when no system owns it for this deal.
  public var system: SystemName?
  /// The kind of record.
  public var kind: RecordKind
  /// The record whose value could not be understood; `nil` when the whole section is missing.
  public var record: RecordReference?
  /// Why it is missing.
  public var reason: Reason
  /// Since when its system cannot be asked; `nil` when that is not why.
  public var since: Timestamp?

  /// Why an input is missing.
  public enum Reason: Hashable, Sendable {
    /// Nobody has asked yet.
    case notAsked
    /// The system could not be asked, or its answer could not be used.
    case unavailable(SystemError)
    /// No owner is known for this deal: the split does not name one for its entity.
    case noOwner
    /// The sum does not fit in 38 digits.
    case overflow
  }

  /// Something a figure would need and does not have.
  public init(
    system: SystemName?, kind: RecordKind, record: RecordReference? = nil, reason: Reason,
    since: Timestamp? = nil
  ) {
    self.system = system
    self.kind = kind
    self.record = record
    self.reason = reason
    self.since = since
  }
}

/// The figures of one deal, as DESIGN defines them.
public struct Rollup: Hashable, Sendable {
  /// Σ invoices net of tax − credit notes; voided and draft documents count for nothing.
  public var invoiced: Figure
  /// What the customer paid, by the ERP's own figures.
  public var paid: Figure
  /// What the customer owes, by the ERP's own figures.
  public var outstanding: Figure
  /// The part of ``outstanding`` whose due day has passed.
  public var overdue: Figure
  /// Open part of purchase orders + bills − vendor credits + expenses + costed hours.
  public var committedCost: Figure
  /// Bills − vendor credits + expenses + costed hours.
  public var actualCost: Figure
  /// ``invoiced`` − ``committedCost``, per currency.
  public var margin: Figure
  /// Deal value − ``committedCost``, per currency.
  public var forecastMargin: Figure
  /// Margin as a percentage of invoiced, to two places. `nil` when nothing is invoiced, when a part
  /// is missing, or when more than one currency meets.
  public var marginPercent: ExactDecimal?
  /// Hours worked, in seconds; `nil` when no system answered.
  public var workedSeconds: Int64?

  /// The figures of one deal.
  public init(
    invoiced: Figure, paid: Figure, outstanding: Figure, overdue: Figure, committedCost: Figure,
    actualCost: Figure, margin: Figure, forecastMargin: Figure, marginPercent: ExactDecimal?,
    workedSeconds: Int64?
  ) {
    self.invoiced = invoiced
    self.paid = paid
    self.outstanding = outstanding
    self.overdue = overdue
    self.committedCost = committedCost
    self.actualCost = actualCost
    self.margin = margin
    self.forecastMargin = forecastMargin
    self.marginPercent = marginPercent
    self.workedSeconds = workedSeconds
  }
}
