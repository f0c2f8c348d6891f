/// Where a value came from and when.
public struct Provenance: Hashable, Sendable {
  /// The system that gave the value.
  public var system: SystemName
  /// The vendor's ID of the record that holds it; empty for a figure made of several records.
  public var record: String
  /// Where a person can open the record.
  public var url: String?
  /// When the answer was asked for: the value is at least that fresh.
  public var fetchedAt: Timestamp
  /// When the record was last changed at its source, by the source's own clock.
  public var modifiedAt: Timestamp?
  /// How far the source's clock is ahead of ours; zero for one that is right.
  public var clockSkew: Duration

  /// When the record was last changed, by our clock: what instants of different systems are
  /// compared by.
  public var changedAt: Timestamp? { modifiedAt?.corrected(for: clockSkew) }

  /// The provenance of one value.
  public init(
    system: SystemName, record: String, url: String? = nil, fetchedAt: Timestamp,
    modifiedAt: Timestamp? = nil, clockSkew: Duration = .zero
  ) {
    self.system = system
    self.record = record
    self.url = url
    self.fetchedAt = fetchedAt
    self.modifiedAt = modifiedAt
    self.clockSkew = clockSkew
  }
}

/// A value with its provenance.
public struct Reading: Hashable, Sendable {
  /// What was read, or which kind of absence was met.
  public var answer: Answer<FieldValue>
  /// Where it came from; `nil` when nobody has been asked, or nobody ever answered.
  public var provenance: Provenance?

  /// An answer with its provenance.
  public init(_ answer: Answer<FieldValue>, from provenance: Provenance?) {
    self.answer = answer
    self.provenance = provenance
  }
}
