import DealModel

/// A company of sixty deals, told once and in no vendor's words.
///
/// What a vendor cannot express stands in ``leftOut`` and is in none of the seven.
struct SameCompany: Sendable {
  /// A deal as the CRM has it.
  struct Deal: Sendable {
    var id: DealID
    var name: String
    var value: String
    var currency: Currency
  }

  /// An invoice, a credit, an order or a bill.
  struct Document: Sendable {
    enum Kind: String, Sendable {
      case invoice
      case creditNote = "credit_note"
      case purchaseOrder = "purchase_order"
      case bill
      case vendorCredit = "vendor_credit"
    }

    /// What happened to it.
    enum State: Hashable, Sendable {
      case open
      /// Paid, applied or billed to the last.
      case settled
      case voided
      /// An order that will not be billed any further.
      case closed
    }

    /// Unique in the company; vendors make their own ID of it.
    var key: Int
    var kind: Kind
    var state: State
    var number: String
    var day: CalendarDate
    var due: CalendarDate?
    var currency: Currency
    /// The vendor, of costs.
    var party: String
    var tax: ExactDecimal
    /// How much of the total with tax was paid or applied.
    var paid: ExactDecimal
    var lines: [Line]

    var isCost: Bool { kind != .invoice && kind != .creditNote }
    var net: ExactDecimal { lines.map(\.amount).total }
    var gross: ExactDecimal { [net, tax].total }
    var outstanding: ExactDecimal { [gross, -paid].total }
    /// The deals it belongs to, in the order of its lines.
    var deals: [DealID] {
      lines.map(\.deal).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// Without the lines of other deals.
    func part(of deal: DealID) -> Document {
      var part = self
      part.lines = lines.filter { $0.deal == deal }
      return part
    }
  }

  /// A line of a document.
  struct Line: Sendable {
    var deal: DealID
    var text: String
    var quantity: Int
    var price: ExactDecimal
    /// Of an order's line, how many were billed.
    var billed = 0
    /// Of a bill's line, the order and the place of its line.
    var order: (key: Int, line: Int)?

    var amount: ExactDecimal { price.times(quantity) }
    var open: ExactDecimal { price.times(quantity - billed) }
  }

  /// When everything is asked.
  let asked: Timestamp
  /// The day of it, in UTC.
  var today: CalendarDate { asked.date }
  let deals: [Deal]
  let documents: [Document]

  /// What is in none of the seven companies, because one vendor has no words for it.
  static let leftOut: [(what: String, why: String)] = [
    ("drafts", "QuickBooks keeps no drafts, and Business One keeps them where nobody reads them"),
    ("expenses without a bill", "Business One has no document for them; they are journal entries"),
    ("down payments", "only Business One has a document for them"),
    ("discounts on a whole document", "NetSuite and QuickBooks write them as lines"),
    (
      "numbers with letters",
      "Business One counts its documents in numbers alone; its own numbers are the series'"
    ),
    (
      "orders of several deals whose parts are at different stages",
      "NetSuite links whole documents, so each deal has its own order there"
    ),
    ("documents without a day", "no ERP books them"),
    ("line breaks in names", "no ERP's screen lets them in"),
  ]

  /// What is in all seven and not compared.
  static let notCompared: [(what: String, why: String)] = [
    (
      "amounts of voided documents",
      "QuickBooks sets them to nothing, Business One keeps them; they count for nothing in either"
    ),
    ("record IDs, URLs", "each vendor has its own"),
    ("when a record was changed and read", "provenance"),
  ]
}

extension ExactDecimal {
  /// So many times as much. The company's amounts are far from overflow.
  func times(_ count: Int) -> ExactDecimal {
    (try? multiplied(by: ExactDecimal(count))) ?? .zero
  }
}

extension Sequence where Element == ExactDecimal {
  /// The sum. The company's amounts are far from overflow.
  var total: ExactDecimal { reduce(.zero) { (try? $0.adding($1)) ?? $0 } }
}
