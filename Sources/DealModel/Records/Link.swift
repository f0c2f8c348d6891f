/// A record and the deal ID it bears, for link rules.
public struct Link: Hashable, Sendable {
  /// The record.
  public var reference: RecordReference
  /// What people call it.
  public var number: String
  /// The deal ID exactly as it stands there; `nil` when the property is empty.
  public var dealID: DealID?
  /// Where a person can open it.
  public var url: String?

  /// A record and the deal ID it bears.
  public init(reference: RecordReference, number: String, dealID: DealID?, url: String? = nil) {
    self.reference = reference
    self.number = number
    self.dealID = dealID
    self.url = url
  }
}
