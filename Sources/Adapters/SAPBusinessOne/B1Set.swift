import DealModel

/// The entity sets that hold documents, by the Service Layer's names.
enum B1Set: String, CaseIterable, Sendable {
  case invoices = "Invoices"
  case creditNotes = "CreditNotes"
  case downPayments = "DownPayments"
  case purchaseOrders = "PurchaseOrders"
  /// Goods receipts: what was delivered leaves its order and is open here until it is billed.
  case goodsReceipts = "PurchaseDeliveryNotes"
  case purchaseInvoices = "PurchaseInvoices"
  case purchaseCreditNotes = "PurchaseCreditNotes"

  /// The kind of record a document of the set is.
  var kind: RecordKind {
    switch self {
    case .invoices, .creditNotes, .downPayments: .invoices
    case .purchaseOrders, .goodsReceipts, .purchaseInvoices, .purchaseCreditNotes: .costs
    }
  }

  /// Whether its documents are committed cost only by what is still open of their lines.
  var isOrder: Bool { self == .purchaseOrders || self == .goodsReceipts }

  /// The number of the document type, which lines name as the document they were drawn from.
  var baseType: Int {
    switch self {
    case .invoices: 13
    case .creditNotes: 14
    case .downPayments: 203
    case .purchaseOrders: 22
    case .goodsReceipts: 20
    case .purchaseInvoices: 18
    case .purchaseCreditNotes: 19
    }
  }

  /// What payments call a document of the set; `nil` for sets that are not paid.
  var paymentType: String? {
    switch self {
    case .invoices: "it_Invoice"
    case .creditNotes: "it_CredItnote"
    case .downPayments: "it_DownPayment"
    case .purchaseInvoices: "it_PurchaseInvoice"
    case .purchaseCreditNotes: "it_PurchaseCreditNote"
    case .purchaseOrders, .goodsReceipts: nil
    }
  }

  /// The set that holds the payments of its documents.
  var payments: String { kind == .invoices ? "IncomingPayments" : "VendorPayments" }
}

/// Names a document as OData does, `Invoices(22)`; where costs are linked by the project of their
/// lines, with the project whose part is meant: `PurchaseInvoices(9)/BW-00042`.
struct B1Key: Hashable, Sendable {
  var set: B1Set
  var entry: Int
  /// The project whose lines are meant; `nil` for the whole document.
  var part: String?

  init(_ set: B1Set, _ entry: Int, part: String? = nil) {
    self.set = set
    self.entry = entry
    self.part = part
  }

  /// A key by its notation; `nil` for any other text.
  init?(_ text: String) {
    guard let open = text.firstIndex(of: "("), let close = text[open...].firstIndex(of: ")"),
      let set = B1Set(rawValue: String(text[..<open]))
    else { return nil }
    let digits = text[text.index(after: open)..<close]
    let rest = text[text.index(after: close)...]
    guard let entry = Int(digits), entry > 0, String(entry) == digits,
      rest.isEmpty || rest.hasPrefix("/") && rest.count > 1
    else { return nil }
    self.init(set, entry, part: rest.isEmpty ? nil : String(rest.dropFirst()))
  }

  var text: String { "\(set.rawValue)(\(entry))" + (part.map { "/\($0)" } ?? "") }
}
