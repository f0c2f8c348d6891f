public import DealModel

/// A broken link rule.
public struct LinkFault: Hashable, Sendable {
  /// Which rule is broken.
  public enum Kind: String, CaseIterable, Hashable, Sendable {
    /// A record bears a deal ID that the origin does not know.
    case orphan
    /// A deal is due in a system and no record there bears its ID.
    case dangling
    /// Several deals of the origin bear one ID.
    case duplicate
    /// An ID does not fit the configured pattern.
    case malformed
  }

  /// Which rule is broken.
  public var kind: Kind
  /// The system in which it shows.
  public var system: SystemName
  /// The ID as it stands there; the deal's own for a dangling deal.
  public var id: DealID
  /// The record that bears it; `nil` for a dangling deal.
  public var record: RecordReference?
  /// What people call the record.
  public var number: String?
  /// Where a person can open the record.
  public var url: String?
  /// The fault and its mend in a sentence.
  public var detail: String

  /// A broken link rule.
  public init(
    kind: Kind, system: SystemName, id: DealID, record: RecordReference? = nil,
    number: String? = nil, url: String? = nil, detail: String
  ) {
    self.kind = kind
    self.system = system
    self.id = id
    self.record = record
    self.number = number
    self.url = url
    self.detail = detail
  }
}
