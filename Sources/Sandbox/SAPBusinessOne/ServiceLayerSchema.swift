internal import DealModel

/// What the Service Layer's metadata says of entities, as far as the sandbox serves them.
struct ServiceLayerSchema: Sendable {
  /// The type of a property.
  enum Kind: String, Sendable {
    case text, int, double, date, time, yesNo, status, cancel, other
  }

  /// The name of the entity's type, which errors name.
  let name: String
  private(set) var kinds: [String: Kind]

  subscript(property: String) -> Kind? { kinds[property] }

  /// Adds a property; one that is known keeps its type.
  mutating func add(_ property: String, _ kind: Kind) {
    if kinds[property] == nil { kinds[property] = kind }
  }

  /// A property is called otherwise from now on.
  mutating func rename(_ old: String, to new: String) {
    if let kind = kinds.removeValue(forKey: old) { kinds[new] = kind }
  }

  /// The sets of documents → the tables whose user-defined fields they share.
  static let documentTables: [String: String] = [
    "Invoices": "OINV", "CreditNotes": "ORIN", "DownPayments": "ODPI", "PurchaseOrders": "OPOR",
    "PurchaseDeliveryNotes": "OPDN",
    "PurchaseInvoices": "OPCH", "PurchaseCreditNotes": "ORPC",
  ]

  static let document = ServiceLayerSchema(
    name: "Document",
    kinds: kinds(
      """
      DocEntry:int DocNum:int DocType:text DocDate:date DocDueDate:date TaxDate:date CardCode:text \
      CardName:text NumAtCard:text DocCurrency:text DocRate:double DocTotal:double \
      DocTotalFc:double DocTotalSys:double VatSum:double VatSumFc:double VatSumSys:double \
      PaidToDate:double PaidToDateFC:double PaidToDateSys:double Project:text Comments:text \
      JournalMemo:text DiscountPercent:double TotalDiscount:double DownPaymentType:text \
      DocumentStatus:status Cancelled:yesNo CancelStatus:cancel CreationDate:date \
      UpdateDate:date UpdateTime:time DocTime:time SalesPersonCode:int Series:int \
      DocumentLines:other
      """))

  static let line = ServiceLayerSchema(
    name: "DocumentLine",
    kinds: kinds(
      """
      DocEntry:int LineNum:int ItemCode:text ItemDescription:text FreeText:text AccountCode:text \
      Quantity:double RemainingOpenQuantity:double Price:double LineTotal:double \
      RowTotalFC:double Currency:text ProjectCode:text LineStatus:status OpenAmount:double \
      OpenAmountFC:double BaseType:int BaseEntry:int BaseLine:int
      """))

  static let payment = ServiceLayerSchema(
    name: "Payment",
    kinds: kinds(
      """
      DocEntry:int DocNum:int DocType:text DocDate:date CardCode:text CardName:text \
      DocCurrency:text CashSum:double TransferSum:double Cancelled:yesNo PaymentInvoices:other
      """))

  private static func kinds(_ text: String) -> [String: Kind] {
    var kinds: [String: Kind] = [:]
    for word in text.split(separator: " ") {
      let pair = word.split(separator: ":")
      if pair.count == 2 { kinds[String(pair[0])] = Kind(rawValue: String(pair[1])) }
    }
    return kinds
  }

  /// What a property holds where a document does not say, as Business One fills it in.
  static let documentDefaults: [(String, JSONValue)] = [
    ("DocCurrency", .null), ("DocRate", .number("0.0")), ("DocTotal", .number("0.0")),
    ("DocTotalFc", .number("0.0")), ("VatSum", .number("0.0")), ("VatSumFc", .number("0.0")),
    ("PaidToDate", .number("0.0")), ("PaidToDateFC", .number("0.0")),
    ("DiscountPercent", .number("0.0")), ("DocumentStatus", "bost_Open"), ("Cancelled", "tNO"),
    ("CancelStatus", "csNo"),
  ]
  static let lineDefaults: [(String, JSONValue)] = [
    ("LineTotal", .number("0.0")), ("RowTotalFC", .number("0.0")),
    ("OpenAmount", .number("0.0")), ("OpenAmountFC", .number("0.0")),
    ("LineStatus", "bost_Open"),
  ]
}

extension JSONValue {
  /// The object with a member of another value; a new member comes last.
  func with(_ name: String, _ value: JSONValue) -> JSONValue {
    guard case .object(var members) = self else { return self }
    if let index = members.firstIndex(where: { $0.name == name }) {
      members[index].value = value
    } else {
      members.append(Member(name, value))
    }
    return .object(members)
  }

  /// The object with what it does not say filled in.
  func filled(with defaults: [(String, JSONValue)]) -> JSONValue {
    defaults.reduce(self) { $0[$1.0] == nil ? $0.with($1.0, $1.1) : $0 }
  }
}
