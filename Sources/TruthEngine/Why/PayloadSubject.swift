public import DealModel

/// What a raw payload is asked for: one record, or the sections of a deal that a value comes from.
public struct PayloadSubject: Hashable, Sendable {
  /// The deal.
  public var deal: DealID
  /// The record to be opened by itself; `nil` for whole sections.
  public var record: RecordReference?
  /// The sections to be read; for a record, where it is when its system cannot open one by itself.
  public var sections: [SectionKey]

  /// What a raw payload is asked for.
  public init(deal: DealID, record: RecordReference? = nil, sections: [SectionKey]) {
    self.deal = deal
    self.record = record
    self.sections = sections
  }

  /// One record of a deal.
  public init(_ record: RecordReference, of deal: DealID) {
    self.init(
      deal: deal, record: record,
      sections: [SectionKey(system: record.system, kind: record.kind)])
  }
}
