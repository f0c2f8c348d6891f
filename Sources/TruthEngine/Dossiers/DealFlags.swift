/// What of a deal deserves a second look. Stale and expired are no flags: they come with time alone
/// and are computed when a deal is shown.
public struct DealFlags: OptionSet, Hashable, Sendable {
  public let rawValue: UInt16

  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// An owner and an echo disagree.
  public static let conflict = DealFlags(rawValue: 1 << 0)
  /// A milestone is past its due day and not done.
  public static let late = DealFlags(rawValue: 1 << 1)
  /// The customer owes money past its due day.
  public static let overdue = DealFlags(rawValue: 1 << 2)
  /// A figure lacks an input that was asked for and could not be had.
  public static let incomplete = DealFlags(rawValue: 1 << 3)
  /// More is invoiced than the deal is worth.
  public static let overInvoiced = DealFlags(rawValue: 1 << 4)
  /// A section or a field could not be read, and there is no earlier reading.
  public static let unavailable = DealFlags(rawValue: 1 << 5)
  /// Several records of the origin bear this ID.
  public static let duplicate = DealFlags(rawValue: 1 << 6)
  /// Records bear this ID and the origin does not know it.
  public static let orphan = DealFlags(rawValue: 1 << 7)
  /// Records are due in a system, and it answered that there are none.
  public static let dangling = DealFlags(rawValue: 1 << 8)
  /// The ID does not fit the configured pattern.
  public static let malformed = DealFlags(rawValue: 1 << 9)
}

/// Where a deal stands in the pipeline.
public enum StageState: UInt8, CaseIterable, Hashable, Sendable {
  /// Neither won nor lost.
  case open
  /// Won.
  case won
  /// Lost.
  case lost

  /// The state of a stage.
  ///
  /// - Parameters:
  ///   - stated: What the adapter says (``FieldName/stageState``).
  ///   - label: The stage's label, whose words decide when the adapter says nothing: `Closed won`.
  /// - Returns: `nil` when neither is known.
  public init?(stated: String?, label: String?) {
    switch stated {
    case "open": self = .open
    case "won": self = .won
    case "lost": self = .lost
    default:
      guard let label else { return nil }
      let words = Folding.folded(label).split { !(0x61...0x7A).contains($0) }
      if words.contains(Array("won".utf8)[...]) {
        self = .won
      } else if words.contains(Array("lost".utf8)[...]) {
        self = .lost
      } else {
        self = .open
      }
    }
  }
}
