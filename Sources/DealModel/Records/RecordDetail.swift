/// One record with what is only read when a person opens it.
public struct RecordDetail: Hashable, Sendable {
  /// The record itself, read anew.
  public var record: Record
  /// Lines of the document, in its order.
  public var lines: [DocumentLine]
  /// Payments, credit notes and bills applied to it, oldest first.
  public var applications: [Application]
  /// Further facts, label → words, in the order to show them.
  public var notes: [Note]
  /// When the answer arrived.
  public var fetchedAt: Timestamp
  /// The exchanges that brought it; the engine fills them in.
  public var requests: [RequestTrace] = []

  /// A label with its words.
  public struct Note: Hashable, Sendable {
    /// What it is: `memo`, `description`.
    public var label: String
    /// The words, as the system holds them.
    public var text: String

    /// A label with its words.
    public init(_ label: String, _ text: String) {
      self.label = label
      self.text = text
    }
  }

  /// A record with its lines.
  public init(
    record: Record, lines: [DocumentLine] = [], applications: [Application] = [],
    notes: [Note] = [], fetchedAt: Timestamp
  ) {
    self.record = record
    self.lines = lines
    self.applications = applications
    self.notes = notes
    self.fetchedAt = fetchedAt
  }
}

/// A line of an invoice, order or bill.
public struct DocumentLine: Hashable, Sendable {
  /// What was sold or bought.
  public var text: String
  /// How many.
  public var quantity: Answer<ExactDecimal>
  /// The amount net of tax, positive as on the document.
  public var net: Answer<Money>
  /// For an order's line, how many have been billed.
  public var billed: Answer<ExactDecimal>

  /// A line.
  public init(
    text: String, quantity: Answer<ExactDecimal>, net: Answer<Money>,
    billed: Answer<ExactDecimal> = .none
  ) {
    self.text = text
    self.quantity = quantity
    self.net = net
    self.billed = billed
  }
}

/// A document applied to another: a payment or credit note to an invoice, a bill to an order.
public struct Application: Hashable, Sendable {
  /// What kind of document was applied.
  public enum Kind: String, Hashable, Sendable {
    /// Money received.
    case payment
    /// A credit note.
    case creditNote = "credit_note"
    /// A vendor's bill against an order.
    case bill
  }

  /// What kind of document was applied.
  public var kind: Kind
  /// What people call it.
  public var number: String
  /// The day of the document.
  public var date: Answer<CalendarDate>
  /// The amount applied, positive.
  public var amount: Answer<Money>

  /// A document applied to another.
  public init(
    kind: Kind, number: String, date: Answer<CalendarDate>, amount: Answer<Money>
  ) {
    self.kind = kind
    self.number = number
    self.date = date
    self.amount = amount
  }
}
