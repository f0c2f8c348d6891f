/// The state of an invoice or credit note in its ERP.
public enum DocumentStatus: String, Hashable, Sendable {
  /// Not yet issued, or waiting for approval: counts for nothing.
  case draft
  /// Issued and not settled.
  case open
  /// Settled in full.
  case paid
  /// Cancelled: counts for nothing.
  case voided
}

/// An invoice to the customer. All amounts in the document's own currency.
public struct Invoice: Hashable, Sendable {
  /// Its state in the ERP.
  public var status: DocumentStatus
  /// The day it was issued.
  public var issued: Answer<CalendarDate>
  /// The day it is due.
  public var due: Answer<CalendarDate>
  /// The total net of tax: what ``FieldName/invoiced`` adds up.
  public var net: Answer<Money>
  /// The total with tax.
  public var gross: Answer<Money>
  /// What the customer has paid, with tax, by the ERP's own figure.
  public var paid: Answer<Money>
  /// What the customer still owes, with tax, by the ERP's own figure.
  public var outstanding: Answer<Money>

  /// An invoice.
  public init(
    status: DocumentStatus, issued: Answer<CalendarDate>, due: Answer<CalendarDate>,
    net: Answer<Money>, gross: Answer<Money>, paid: Answer<Money>, outstanding: Answer<Money>
  ) {
    self.status = status
    self.issued = issued
    self.due = due
    self.net = net
    self.gross = gross
    self.paid = paid
    self.outstanding = outstanding
  }
}

/// A credit note to the customer: positive amounts that reduce what was invoiced.
public struct CreditNote: Hashable, Sendable {
  /// Its state in the ERP; `paid` stands for fully applied.
  public var status: DocumentStatus
  /// The day it was issued.
  public var issued: Answer<CalendarDate>
  /// The total net of tax, positive.
  public var net: Answer<Money>
  /// The total with tax, positive.
  public var gross: Answer<Money>
  /// The part not yet applied to an invoice, positive.
  public var unapplied: Answer<Money>

  /// A credit note.
  public init(
    status: DocumentStatus, issued: Answer<CalendarDate>, net: Answer<Money>,
    gross: Answer<Money>, unapplied: Answer<Money>
  ) {
    self.status = status
    self.issued = issued
    self.net = net
    self.gross = gross
    self.unapplied = unapplied
  }
}

/// A cost of the deal. All amounts net of tax, in the document's own currency, and positive.
public struct Cost: Hashable, Sendable {
  /// What kind of document it is.
  public enum Kind: String, Hashable, Sendable {
    /// An order to a vendor: only its ``Cost/open`` part is committed.
    case purchaseOrder = "purchase_order"
    /// A vendor's bill.
    case bill
    /// A vendor's credit, which reduces cost.
    case vendorCredit = "vendor_credit"
    /// An expense report, a card charge, a check.
    case expense
  }

  /// What kind of document it is.
  public var kind: Kind
  /// Its state: voided and draft documents count for nothing; `paid` stands for closed or billed.
  public var status: DocumentStatus
  /// The vendor or employee.
  public var party: Answer<String>
  /// The day of the document.
  public var date: Answer<CalendarDate>
  /// The part of the document that belongs to this deal, net of tax.
  public var net: Answer<Money>
  /// For a purchase order the part not yet billed; for other documents `none`.
  public var open: Answer<Money>

  /// A cost document.
  public init(
    kind: Kind, status: DocumentStatus, party: Answer<String>, date: Answer<CalendarDate>,
    net: Answer<Money>, open: Answer<Money> = .none
  ) {
    self.kind = kind
    self.status = status
    self.party = party
    self.date = date
    self.net = net
    self.open = open
  }
}
