public import AdapterKit
public import DealModel

/// The kind `quickbooks`.
public enum QuickBooksKind: AdapterKind {
  public static let schema = SettingsSchema(
    kind: "quickbooks",
    summary: "QuickBooks Online: invoices, credit memos, payments, costs and hours.",
    records: [.invoices, .costs, .hours],
    keys: [
      .init("realm", .text, required: true, "the ID of the company (realmId), digits alone"),
      .init("client_id", .secret, required: true, "the client ID of the app"),
      .init("client_secret", .secret, required: true, "the client secret of the app"),
      .init(
        "refresh_token", .secret, required: true,
        "the refresh token; a file is replaced whenever Intuit sends a new one"),
      .init(
        "keep_refresh_token", .list(.text),
        "a program that is given each new refresh token on its standard input, where it is not "
          + "kept in a file"),
      .init("base_url", .url, "where the API is, if not at https://quickbooks.api.intuit.com"),
      .init("token_url", .url, "where tokens are renewed, if not at Intuit's own address"),
    ])

  public static func makeAdapter(_ context: AdapterContext) throws -> any Adapter {
    try QuickBooksAdapter(context)
  }
}

/// Where records bear the deal ID.
enum QuickBooksLink: Hashable, Sendable {
  /// In the name of the sub-customer or project they belong to.
  case customer
  /// In their own number.
  case number
  /// In their private note, the memo.
  case note
  /// In the custom field of that name.
  case field(String)

  /// - Parameter text: `customer`, `DocNumber`, `PrivateNote`, or the name of a custom field.
  init(_ text: String) {
    switch text.lowercased() {
    case "customer", "project": self = .customer
    case "docnumber": self = .number
    case "privatenote": self = .note
    default: self = .field(text)
    }
  }

  /// The custom field's name; `nil` for the other forms.
  var fieldName: String? { if case .field(let name) = self { name } else { nil } }
}

/// The kinds of document that are read, by the vendor's names.
enum QuickBooksEntity: String, CaseIterable, Hashable, Sendable, Comparable {
  case invoice = "Invoice"
  case creditMemo = "CreditMemo"
  case bill = "Bill"
  case vendorCredit = "VendorCredit"
  case purchase = "Purchase"
  case purchaseOrder = "PurchaseOrder"
  case timeActivity = "TimeActivity"

  /// The kind of record it is.
  var kind: RecordKind {
    switch self {
    case .invoice, .creditMemo: .invoices
    case .bill, .vendorCredit, .purchase, .purchaseOrder: .costs
    case .timeActivity: .hours
    }
  }

  /// Whether the vendor can be asked for it by customer; others bear customers on their lines.
  var bearsCustomer: Bool { kind == .invoices }

  /// Documents with numbers, which people look for and which owe a deal ID. Time worked has none.
  static let documents = allCases.filter { $0 != .timeActivity }

  /// The documents of a kind of record.
  static func documents(of kind: RecordKind) -> [QuickBooksEntity] {
    allCases.filter { $0.kind == kind }
  }

  /// What a document that belongs to another calls its kind.
  ///
  /// - Source: `TxnTypeEnum` of Finance.xsd: what a purchase was paid with.
  var linkedTypes: Set<String> {
    self == .purchase
      ? [rawValue, "CashPurchase", "Check", "APCreditCard", "Charge"] : [rawValue]
  }

  /// Where people open it: the segment of `https://app.qbo.intuit.com/app/…?txnId=`.
  var page: String {
    switch self {
    case .purchase: "expense"
    default: rawValue.lowercased()
    }
  }

  static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// Names one document: its ID is unique among its kind of document alone, and one that is split among
/// deals is a record for each of them.
struct QuickBooksName: Hashable, Sendable {
  var entity: QuickBooksEntity
  var id: String
  /// The deal, where the document belongs to several.
  var deal: DealID?

  init(_ entity: QuickBooksEntity, _ id: String, deal: DealID? = nil) {
    self.entity = entity
    self.id = id
    self.deal = deal
  }

  /// - Parameter text: `Invoice:130`, or `Bill:201@BW-10001`.
  init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1)
    guard parts.count == 2, let entity = QuickBooksEntity(rawValue: String(parts[0])) else {
      return nil
    }
    let rest = parts[1].split(separator: "@", maxSplits: 1)
    guard let id = rest.first, !id.isEmpty else { return nil }
    self.init(entity, String(id), deal: rest.count > 1 ? DealID(String(rest[1])) : nil)
  }

  var text: String { "\(entity.rawValue):\(id)" + (deal.map { "@\($0)" } ?? "") }
}
