/// A record found by its number, with the deal ID it bears.
public struct FoundRecord: Hashable, Sendable {
  /// The record.
  public var reference: RecordReference
  /// What people call it.
  public var number: String
  /// The deal ID it bears; `nil` when it bears none.
  public var dealID: DealID?

  /// A record found by its number.
  public init(reference: RecordReference, number: String, dealID: DealID?) {
    self.reference = reference
    self.number = number
    self.dealID = dealID
  }
}
