public import DealModel

/// What the metadata of Service Layer 1.27 (10.0 FP 2405) says of the entities read here, as the
/// generated models of b1sl-python state it (commit 9acbf5db, MIT): names and types, nothing more.
public enum ServiceLayerFacts {
  private static let types: [String: [String: String]] = [
    "Document": parsed(
      """
      DocEntry:int32 DocNum:int32 DocType:BoDocumentTypes DocDate:string DocDueDate:string \
      TaxDate:string CardCode:string CardName:string NumAtCard:string DocCurrency:string \
      DocRate:double DocTotal:double DocTotalFc:double DocTotalSys:double VatSum:double \
      VatSumFc:double VatSumSys:double PaidToDate:double PaidToDateFC:double \
      PaidToDateSys:double Project:string Comments:string JournalMemo:string \
      DiscountPercent:double TotalDiscount:double DownPaymentType:DownPaymentTypeEnum \
      DocumentStatus:BoStatus Cancelled:BoYesNoEnum CancelStatus:CancelStatusEnum \
      CreationDate:string UpdateDate:string UpdateTime:string DocTime:string \
      SalesPersonCode:int32 Series:int32 DocumentLines:[DocumentLine]
      """),
    "DocumentLine": parsed(
      """
      DocEntry:int32 LineNum:int32 ItemCode:string ItemDescription:string FreeText:string \
      AccountCode:string Quantity:double RemainingOpenQuantity:double Price:double \
      LineTotal:double RowTotalFC:double Currency:string ProjectCode:string \
      LineStatus:BoStatus OpenAmount:double OpenAmountFC:double BaseType:int32 BaseEntry:int32 \
      BaseLine:int32
      """),
    "Payment": parsed(
      """
      DocEntry:int32 DocNum:int32 DocType:BoRcptTypes DocDate:string CardCode:string \
      CardName:string DocCurrency:string CashSum:double TransferSum:double \
      Cancelled:BoYesNoEnum PaymentInvoices:[PaymentInvoice]
      """),
    "PaymentInvoice": parsed(
      "LineNum:int32 DocEntry:int32 SumApplied:double AppliedFC:double InvoiceType:BoRcptInvTypes"),
    "UserFieldMD": parsed(
      """
      TableName:string FieldID:int32 Name:string Type:BoFieldTypes Size:int32 Description:string
      """),
    "CompanyInfo": parsed("CompanyName:string Version:int32 Localization:string"),
  ]

  private static let enumerations: [String: Set<String>] = [
    "BoStatus": ["bost_Open", "bost_Close", "bost_Paid", "bost_Delivered"],
    "BoYesNoEnum": ["tNO", "tYES"], "CancelStatusEnum": ["csYes", "csNo", "csCancellation"],
    "DownPaymentTypeEnum": ["dptRequest", "dptInvoice"],
    "BoFieldTypes": ["db_Alpha", "db_Memo", "db_Numeric", "db_Date", "db_Float"],
    "BoRcptInvTypes": [
      "it_Invoice", "it_CredItnote", "it_PurchaseInvoice", "it_PurchaseCreditNote",
      "it_DownPayment", "it_PurchaseDownPayment",
    ],
  ]

  /// The entity type of a set's entities; `nil` for sets that nothing is known of.
  public static func type(ofSet set: String) -> String? {
    switch set {
    case "Invoices", "CreditNotes", "DownPayments", "PurchaseOrders", "PurchaseInvoices",
      "PurchaseCreditNotes", "PurchaseDeliveryNotes":
      "Document"
    case "IncomingPayments", "VendorPayments": "Payment"
    case "UserFieldsMD": "UserFieldMD"
    default: nil
    }
  }

  /// What of an entity is not as the metadata says: names that do not exist, values of other types.
  /// Annotations and user-defined fields stand beside the metadata's properties.
  public static func faults(in entity: JSONValue, of type: String) -> [String] {
    guard let facts = types[type], let members = entity.members else {
      return ["\(type): no entity"]
    }
    return members.flatMap { member -> [String] in
      if member.name.contains("odata.") || member.name.hasPrefix("U_") { return [] }
      guard let due = facts[member.name] else { return ["\(type) has no \(member.name)"] }
      return faults(in: member.value, due: due, at: "\(type).\(member.name)")
    }
  }

  private static func faults(in value: JSONValue, due: String, at place: String) -> [String] {
    if value.isNull { return [] }
    if due.hasPrefix("[") {
      guard let elements = value.array else { return ["\(place) is no list"] }
      return elements.flatMap { faults(in: $0, of: String(due.dropFirst().dropLast())) }
    }
    let fits =
      switch due {
      case "int32": value.integer.map { Int32(exactly: $0) != nil } ?? false
      case "double": value.decimal != nil
      default: value.string.map { enumerations[due]?.contains($0) ?? true } ?? false
      }
    return fits ? [] : ["\(place) is \(value.text()), not \(due)"]
  }

  private static func parsed(_ text: String) -> [String: String] {
    text.split(separator: " ").reduce(into: [:]) { facts, word in
      let pair = word.split(separator: ":").map(String.init)
      if pair.count == 2 { facts[pair[0]] = pair[1] }
    }
  }
}
