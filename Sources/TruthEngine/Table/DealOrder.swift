/// By what a list of deals is sorted.
///
/// What is unknown stands last in both directions, and equal deals stand by ID, so that no order
/// depends on when a deal arrived. Amounts of different currencies are ranked by their bare numbers.
public struct DealOrder: Hashable, Sendable {
  /// What can be sorted by.
  public enum Column: String, CaseIterable, Hashable, Sendable {
    case id, name, company, stage, owner, value, invoiced, margin, milestone, flags, entity
    case currency
  }

  /// The column.
  public var column: Column
  /// Whether the largest, the last of the alphabet or the latest comes first.
  public var isDescending: Bool

  /// By a column.
  public init(_ column: Column, descending: Bool = false) {
    self.column = column
    isDescending = descending
  }
}
