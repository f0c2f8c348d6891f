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
  /// Of the origin's deals only: what decides where records are due and who owns them, as far as it
  /// came with the list. A field that is absent was not answered.
  public var fields: [FieldName: Answer<FieldValue>]
  /// When it was created at the source; of the origin's deals only.
  public var createdAt: Timestamp?
  /// When it was last changed at the source; of the origin's deals only.
  public var modifiedAt: Timestamp?

  /// A record and the deal ID it bears.
  public init(
    reference: RecordReference, number: String, dealID: DealID?, url: String? = nil,
    fields: [FieldName: Answer<FieldValue>] = [:], createdAt: Timestamp? = nil,
    modifiedAt: Timestamp? = nil
  ) {
    self.reference = reference
    self.number = number
    self.dealID = dealID
    self.url = url
    self.fields = fields
    self.createdAt = createdAt
    self.modifiedAt = modifiedAt
  }

  /// The link of a record that was read with its deal.
  public init(_ record: Record) {
    self.init(
      reference: record.reference, number: record.number, dealID: record.dealID, url: record.url,
      createdAt: record.createdAt, modifiedAt: record.modifiedAt)
    if case .deal(let fields) = record.content { self.fields = fields }
  }
}
