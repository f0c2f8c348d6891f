/// Names one record for good: which system, which kind, which ID there.
public struct RecordReference: Hashable, Sendable {
  /// The system that holds the record.
  public var system: SystemName
  /// The kind of record.
  public var kind: RecordKind
  /// The vendor's own ID of the record, unique in its system and kind.
  public var id: String

  /// A reference to one record.
  public init(system: SystemName, kind: RecordKind, id: String) {
    self.system = system
    self.kind = kind
    self.id = id
  }
}

/// One record of one system, as it was read.
///
/// A value inside that could not be understood is ``Answer/unavailable(_:)``; the rest of the
/// record stays usable.
public struct Record: Hashable, Sendable {
  /// Which record this is.
  public var reference: RecordReference
  /// The deal ID exactly as the record bears it.
  public var dealID: DealID
  /// What people call the record: `INV1037`, `ED-1`.
  public var number: String
  /// Where a person can open it.
  public var url: String?
  /// When it was created at the source.
  public var createdAt: Timestamp?
  /// When it was last changed at the source, by the source's own clock.
  public var modifiedAt: Timestamp?
  /// How far the source's clock was ahead of ours when the record was read; zero for one that is
  /// right within ``ClockSkew/tolerance``. Set by the engine, never by an adapter.
  public var clockSkew = Duration.zero
  /// Who changed it last, where the vendor says so.
  public var modifiedBy: String?
  /// Property name in this system → the value there, for the echoes the configuration compares.
  /// Values are text as the vendor writes them unless the adapter knows the type.
  public var echoes: [String: Answer<FieldValue>]
  /// What the record says.
  public var content: Content

  /// When it was last changed, by our clock: what instants of different systems are compared by.
  public var changedAt: Timestamp? { modifiedAt?.corrected(for: clockSkew) }

  /// The record among these that was changed last, by our clock; `nil` when none says when.
  public static func latestChange(among records: some Sequence<Record>) -> Record? {
    var latest: Record?
    for record in records {
      guard let changed = record.changedAt else { continue }
      if latest?.changedAt.map({ $0 < changed }) ?? true { latest = record }
    }
    return latest
  }

  /// What a record says, by kind.
  public enum Content: Hashable, Sendable {
    /// A deal's fields; a field that the system does not hold is not a key.
    case deal([FieldName: Answer<FieldValue>])
    /// An invoice.
    case invoice(Invoice)
    /// A credit note, its amounts positive.
    case creditNote(CreditNote)
    /// A purchase order, bill, vendor credit or expense.
    case cost(Cost)
    /// A milestone.
    case milestone(Milestone)
    /// Hours of one person.
    case hours(HoursEntry)
    /// A ticket.
    case ticket(Ticket)
  }

  /// A record as it was read.
  public init(
    reference: RecordReference, dealID: DealID, number: String, url: String? = nil,
    createdAt: Timestamp? = nil, modifiedAt: Timestamp? = nil, modifiedBy: String? = nil,
    echoes: [String: Answer<FieldValue>] = [:], content: Content
  ) {
    self.reference = reference
    self.dealID = dealID
    self.number = number
    self.url = url
    self.createdAt = createdAt
    self.modifiedAt = modifiedAt
    self.modifiedBy = modifiedBy
    self.echoes = echoes
    self.content = content
  }
}
