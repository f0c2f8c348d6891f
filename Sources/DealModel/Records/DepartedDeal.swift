/// A deal that the origin once knew under an ID and that no record bears there any more.
public struct DepartedDeal: Hashable, Sendable {
  /// What became of it.
  public enum Fate: Hashable, Sendable {
    /// It was deleted, or archived: the vendor shows it no more.
    case deleted
    /// Its record was merged into another, which bears this ID; `nil` when that one bears none.
    case merged(into: DealID?)
  }

  /// The ID it was known under.
  public var id: DealID
  /// What became of it.
  public var fate: Fate
  /// What people call the record that is left, or that was.
  public var number: String?
  /// When it happened; `nil` when the vendor does not say.
  public var at: Timestamp?

  /// A deal that is no more.
  public init(id: DealID, fate: Fate, number: String? = nil, at: Timestamp? = nil) {
    self.id = id
    self.fate = fate
    self.number = number
    self.at = at
  }
}
