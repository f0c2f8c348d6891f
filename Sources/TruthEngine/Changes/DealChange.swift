public import DealModel

/// One value of a deal that is no longer what it was, with what that did to the deal's figures.
public struct DealChange: Hashable, Sendable {
  /// The deal.
  public var deal: DealID
  /// The system in which it changed.
  public var system: SystemName
  /// The kind of record it stands in.
  public var recordKind: RecordKind
  /// The record; `nil` when the system only said that records of this kind changed.
  public var record: RecordReference?
  /// What people call the record: `INV1037`; empty without a record.
  public var number: String
  /// Where a person can open it.
  public var url: String?
  /// What the record is: `deal`, `invoice`, `purchase_order`, `milestone`, …
  public var noun: String
  /// What of it changed.
  public var subject: Subject
  /// How it changed.
  public var kind: Kind
  /// What was there: the last value the system answered with, or `none`. ``Answer/notAsked`` when
  /// the earlier value was never seen here.
  public var old: Answer<FieldValue>
  /// What is there now; ``Answer/notAsked`` when that is not known either.
  public var new: Answer<FieldValue>
  /// Who changed the record last, where the vendor says so.
  public var by: String?
  /// When the record changed at its source, by the source's clock.
  public var sourceTime: Timestamp?
  /// When the change was seen here.
  public var seenAt: Timestamp
  /// What it did to the figures of the deal, in the order of the catalog.
  public var effects: [ChangeEffect]

  /// How something changed.
  public enum Kind: String, CaseIterable, Hashable, Sendable {
    /// It has another value.
    case changed
    /// It was not there before.
    case appeared
    /// It is no longer there.
    case vanished
  }

  /// What of a record changed.
  public enum Subject: Hashable, Sendable {
    /// A field of the deal itself.
    case field(FieldName)
    /// The system's copy of a field, by the property that holds it.
    case echo(String)
    /// A value of a record, by its name in JSON: `net`, `due`.
    case value(String)
    /// The record as a whole.
    case record
  }

  /// A change of a value.
  public init(
    deal: DealID, system: SystemName, recordKind: RecordKind, record: RecordReference?,
    number: String, url: String? = nil, noun: String, subject: Subject, kind: Kind,
    old: Answer<FieldValue>, new: Answer<FieldValue>, by: String? = nil,
    sourceTime: Timestamp? = nil, seenAt: Timestamp, effects: [ChangeEffect] = []
  ) {
    self.deal = deal
    self.system = system
    self.recordKind = recordKind
    self.record = record
    self.number = number
    self.url = url
    self.noun = noun
    self.subject = subject
    self.kind = kind
    self.old = old
    self.new = new
    self.by = by
    self.sourceTime = sourceTime
    self.seenAt = seenAt
    self.effects = effects
  }

  /// What changed, as JSON and filters name it: `deal.value`, `crm.invoiced_total`, `invoice.net`,
  /// or `invoice` for a record as a whole.
  public var field: String {
    switch subject {
    case .field(let name): name.text
    case .echo(let property): "\(system).\(property)"
    case .value(let name): "\(noun).\(name)"
    case .record: noun
    }
  }
}

/// A figure of a deal that a change moved.
public struct ChangeEffect: Hashable, Sendable {
  /// The figure, ``FieldName/invoiced``; ``FieldName/conflicts`` for the number of conflicts.
  public var field: FieldName
  /// What it was: `none` where it was undefined, as margin % is when nothing is invoiced.
  public var old: Answer<FieldValue>
  /// What it is.
  public var new: Answer<FieldValue>
  /// Whether the figure is whole on both sides; otherwise both are bounds.
  public var isComplete: Bool

  /// A figure that moved.
  public init(
    field: FieldName, old: Answer<FieldValue>, new: Answer<FieldValue>, isComplete: Bool = true
  ) {
    self.field = field
    self.old = old
    self.new = new
    self.isComplete = isComplete
  }
}

extension FieldName {
  /// The number of conflicts of a deal. Not in the catalog: it is a finding, not a field.
  public static let conflicts: FieldName = "conflicts"
}
