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
    /// An ID that is no deal's is most likely a slip for exactly one that is.
    case nearMiss = "near_miss"
    /// A record bears the ID of a deal that was merged into another.
    case merged
    /// A record bears the ID of a deal that was deleted at the origin.
    case deleted
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
  /// Where a person can open the record; the deal for a dangling one.
  public var url: String?
  /// What is wrong, in a sentence.
  public var detail: String
  /// The likely mend, in a sentence.
  public var mend: String
  /// The ID that was most likely meant. A suggestion: nothing is ever joined by it.
  public var suggestion: DealID?

  /// A broken link rule.
  public init(
    kind: Kind, system: SystemName, id: DealID, record: RecordReference? = nil,
    number: String? = nil, url: String? = nil, detail: String, mend: String = "",
    suggestion: DealID? = nil
  ) {
    self.kind = kind
    self.system = system
    self.id = id
    self.record = record
    self.number = number
    self.url = url
    self.detail = detail
    self.mend = mend
    self.suggestion = suggestion
  }

  /// What is wrong and how to mend it.
  public var sentence: String { mend.isEmpty ? detail : "\(detail) \(mend)" }

  /// The deal a person wants to see about it: the one suggested, else the ID's own.
  public var deal: DealID { suggestion ?? id }
}

extension LinkFault.Kind {
  /// What it is called: `near miss`.
  public var title: String {
    switch self {
    case .orphan: "orphan"
    case .dangling: "dangling"
    case .duplicate: "duplicate"
    case .malformed: "malformed"
    case .nearMiss: "near miss"
    case .merged: "merged"
    case .deleted: "deleted"
    }
  }

  /// What it means, in a few words.
  public var meaning: String {
    switch self {
    case .orphan: "records that bear an ID no deal has"
    case .dangling: "deals whose records are due in a system and are not there"
    case .duplicate: "several deals with one ID"
    case .malformed: "IDs that do not fit the pattern"
    case .nearMiss: "IDs that are most likely a slip for one that exists; never joined"
    case .merged: "records of deals that were merged into others"
    case .deleted: "records of deals that were deleted"
    }
  }
}
