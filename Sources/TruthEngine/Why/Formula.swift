public import DealModel

/// A part of a figure: records that are added up, and the sum.
public struct FormulaPart: Hashable, Sendable {
  /// What is added up: `invoices`, `open orders`.
  public var title: String
  /// Whether the part is taken off the figure.
  public var isSubtracted: Bool
  /// One line per record, counted or not.
  public var terms: [FormulaTerm]
  /// The sum of what counts, one amount per currency; `nil` when it does not fit in 38 digits.
  public var totals: [Money]?
  /// How the sum comes about when it is not that of the terms: hours at a rate.
  public var note: String?
}

/// A record in a figure.
public struct FormulaTerm: Hashable, Sendable {
  /// How the record enters the sum.
  public enum Standing: Hashable, Sendable {
    /// It counts.
    case counted
    /// It counts for nothing; why.
    case notCounted(String)
    /// It would count, but its amount is not known; why.
    case missing(String)
  }

  /// The record.
  public var record: RecordReference
  /// What people call it.
  public var number: String
  /// What kind of document it is: `invoice`, `credit note`, `order`.
  public var kind: String
  /// The amount with its sign in the part; of a record that does not count, what it would be.
  public var amount: Money?
  /// How much work it is, where that is what counts, in seconds.
  public var seconds: Int64?
  /// How the record enters the sum.
  public var standing: Standing
  /// When it was read.
  public var fetchedAt: Timestamp?
  /// When it was changed at its source, by our clock.
  public var modifiedAt: Timestamp?
  /// Where a person can open it.
  public var url: String?
}

extension Rollup {
  /// How the figure of that name is computed, in words; `nil` for a value that is read as it is.
  public static func formula(of field: FieldName) -> String? {
    switch field {
    case .invoiced: "invoices net of tax less credit notes; drafts and voided ones do not count"
    case .paid: "what the customer paid on the invoices, by the ERP's own figures"
    case .outstanding: "what the customer owes on the invoices, by the ERP's own figures"
    case .overdue: "the part of outstanding whose due day has passed"
    case .committedCost:
      "orders not yet billed + bills - vendor credits + expenses + hours at the configured rate"
    case .actualCost: "bills - vendor credits + expenses + hours at the configured rate"
    case .margin: "invoiced - committed cost, per currency"
    case .marginPercent:
      "margin / invoiced; undefined when nothing is invoiced, when a part is missing, or when "
        + "currencies meet"
    case .forecastMargin: "deal value - committed cost, per currency"
    case .nextMilestone: "the earliest milestone that is not done"
    default: nil
    }
  }
}
