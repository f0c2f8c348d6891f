import AdapterKit
import DealModel
import Sandbox
import TestSupport
import Testing

@testable import Adapters

@Suite("QuickBooks: documents of the emulator")
struct QuickBooksDocumentTests {
  @Test("are of the shapes that the vendor's schema gives them")
  func shapes() async throws {
    for link in ["customer", "Deal ID"] {
      let bench = try QuickBooksAdapterTests.bench(link: link)
      let begun = try await bench.clock.passing { try await bench.adapter.changes(since: nil) }
      try await bench.order(.correctInvoice(number: "1037", net: 7))
      try await bench.order(.delete(record: "bill/202"))
      _ = try await bench.clock.passing { try await bench.adapter.changes(since: begun.cursor) }
      for kind in [RecordKind.invoices, .costs] {
        let records = try await bench.records(kind, ["BW-10001"])["BW-10001"] ?? []
        for record in records {
          _ = try await bench.clock.passing {
            try await bench.adapter.detail(of: record.reference)
          }
        }
      }
      var checked = 0
      for exchange in bench.transport.exchanges {
        let answer = try #require(exchange.answer)
        for (type, object) in Self.objects(in: try JSONValue(parsing: answer.body)) {
          checked += 1
          for fault in Self.faults(of: object, as: type, at: type) { Issue.record("\(fault)") }
        }
      }
      #expect(checked > 30)
    }
  }

  @Test("a document of another shape would be noticed")
  func faults() {
    #expect(Self.faults(of: ["Id": 7], as: "Invoice", at: "x") == ["x.Id is a number"])
    #expect(Self.faults(of: ["Foo": "7"], as: "Invoice", at: "x") == ["x.Foo is not in the schema"])
    #expect(
      Self.faults(of: ["TxnDate": "20.11.2026"], as: "Bill", at: "x") == ["x.TxnDate is a string"])
    #expect(
      Self.faults(of: ["Line": [["Amount": "1"]]], as: "Bill", at: "x") == [
        "x.Line.Amount is a string"
      ])
  }

  /// The objects in an answer by their type: of a query, of changes, or a single one.
  static func objects(in document: JSONValue) -> [(String, JSONValue)] {
    let parts =
      [document["QueryResponse"]].compactMap(\.self)
      + (document["CDCResponse"]?[0]?["QueryResponse"]?.array ?? [])
    let lists = parts.flatMap { $0.members ?? [] }.flatMap { member in
      (member.value.array ?? []).map { (member.name, $0) }
    }
    let single = (document.members ?? []).filter { schema[$0.name] != nil }
    return lists + single.map { ($0.name, $0.value) }
  }

  /// What is wrong with an object; nothing for a type that is not in the table.
  static func faults(of object: JSONValue, as type: String, at place: String) -> [String] {
    guard let fields = schema[type] else { return [] }
    guard let members = object.members else { return ["\(place) is \(object.typeName)"] }
    // The service adds these to every object; a deleted one says so.
    let added: Set<String> = ["domain", "sparse", "status"]
    return members.filter { !added.contains($0.name) }.flatMap { member -> [String] in
      let place = "\(place).\(member.name)"
      guard let wanted = fields[member.name] else { return ["\(place) is not in the schema"] }
      guard wanted.hasSuffix("*") else { return fault(of: member.value, wanted, place) }
      guard let elements = member.value.array else {
        return ["\(place) is \(member.value.typeName)"]
      }
      return elements.flatMap { fault(of: $0, String(wanted.dropLast()), place) }
    }
  }

  private static func fault(of value: JSONValue, _ type: String, _ place: String) -> [String] {
    let fits =
      switch type {
      case "string": value.string != nil
      case "number": value.decimal != nil
      case "boolean": value.bool != nil
      case "date": value.string.flatMap { CalendarDate($0) } != nil
      case "time": value.string.flatMap { Timestamp($0) } != nil
      case "any": true
      default: value.members != nil
      }
    guard fits else { return ["\(place) is \(value.typeName)"] }
    return faults(of: value, as: type, at: place)
  }

  /// Type → member → its type; `*` for a list.
  private static let schema = tables.mapValues { text in
    Dictionary(
      text.split(separator: " ").compactMap { word -> (String, String)? in
        let parts = word.split(separator: ":")
        return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
      }
    ) { first, _ in first }
  }

  /// The members that are in use, from Finance.xsd of Intuit's Java SDK (Apache-2.0, commit 79b5a3c).
  private static let tables = [
    "Invoice": """
    Id:string SyncToken:string MetaData:ModificationMetaData CustomField:CustomField* \
    DocNumber:string TxnDate:date CurrencyRef:ReferenceType ExchangeRate:number \
    PrivateNote:string LinkedTxn:LinkedTxn* Line:Line* TxnTaxDetail:TxnTaxDetail \
    ProjectRef:ReferenceType CustomerRef:ReferenceType CustomerMemo:any DueDate:date \
    GlobalTaxCalculation:string TotalAmt:number HomeTotalAmt:number PrintStatus:string \
    EmailStatus:string Balance:number HomeBalance:number PaymentRefNum:string \
    PaymentType:string
    """,
    "CreditMemo": """
    Id:string SyncToken:string MetaData:ModificationMetaData CustomField:CustomField* \
    DocNumber:string TxnDate:date CurrencyRef:ReferenceType ExchangeRate:number \
    PrivateNote:string LinkedTxn:LinkedTxn* Line:Line* TxnTaxDetail:TxnTaxDetail \
    ProjectRef:ReferenceType CustomerRef:ReferenceType CustomerMemo:any DueDate:date \
    GlobalTaxCalculation:string TotalAmt:number HomeTotalAmt:number PrintStatus:string \
    EmailStatus:string Balance:number HomeBalance:number PaymentRefNum:string \
    PaymentType:string RemainingCredit:number
    """,
    "Payment": """
    Id:string SyncToken:string MetaData:ModificationMetaData CustomField:CustomField* \
    DocNumber:string TxnDate:date CurrencyRef:ReferenceType ExchangeRate:number \
    PrivateNote:string LinkedTxn:LinkedTxn* Line:Line* TxnTaxDetail:TxnTaxDetail \
    ProjectRef:ReferenceType CustomerRef:ReferenceType PaymentRefNum:string \
    PaymentType:string TotalAmt:number UnappliedAmt:number
    """,
    "Bill": """
    Id:string SyncToken:string MetaData:ModificationMetaData CustomField:CustomField* \
    DocNumber:string TxnDate:date CurrencyRef:ReferenceType ExchangeRate:number \
    PrivateNote:string LinkedTxn:LinkedTxn* Line:Line* TxnTaxDetail:TxnTaxDetail \
    ProjectRef:ReferenceType VendorRef:ReferenceType TotalAmt:number \
    GlobalTaxCalculation:string DueDate:date Balance:number HomeBalance:number
    """,
    "VendorCredit": """
    Id:string SyncToken:string MetaData:ModificationMetaData CustomField:CustomField* \
    DocNumber:string TxnDate:date CurrencyRef:ReferenceType ExchangeRate:number \
    PrivateNote:string LinkedTxn:LinkedTxn* Line:Line* TxnTaxDetail:TxnTaxDetail \
    ProjectRef:ReferenceType VendorRef:ReferenceType TotalAmt:number \
    GlobalTaxCalculation:string Balance:number
    """,
    "Purchase": """
    Id:string SyncToken:string MetaData:ModificationMetaData CustomField:CustomField* \
    DocNumber:string TxnDate:date CurrencyRef:ReferenceType ExchangeRate:number \
    PrivateNote:string LinkedTxn:LinkedTxn* Line:Line* TxnTaxDetail:TxnTaxDetail \
    ProjectRef:ReferenceType AccountRef:ReferenceType PaymentRefNum:string \
    PaymentType:string EntityRef:ReferenceType Credit:boolean TotalAmt:number \
    PrintStatus:string GlobalTaxCalculation:string
    """,
    "PurchaseOrder": """
    Id:string SyncToken:string MetaData:ModificationMetaData CustomField:CustomField* \
    DocNumber:string TxnDate:date CurrencyRef:ReferenceType ExchangeRate:number \
    PrivateNote:string LinkedTxn:LinkedTxn* Line:Line* TxnTaxDetail:TxnTaxDetail \
    ProjectRef:ReferenceType VendorRef:ReferenceType TotalAmt:number \
    GlobalTaxCalculation:string TaxCodeRef:ReferenceType DueDate:date PrintStatus:string \
    EmailStatus:string ManuallyClosed:boolean POStatus:string
    """,
    "Customer": """
    Id:string SyncToken:string MetaData:ModificationMetaData CustomField:CustomField* \
    FullyQualifiedName:string DisplayName:string Active:boolean Notes:string Job:boolean \
    ParentRef:ReferenceType Level:number Balance:number CurrencyRef:ReferenceType \
    IsProject:boolean
    """,
    "Line": """
    Id:string LineNum:number Description:string Amount:number LinkedTxn:LinkedTxn* \
    DetailType:string SalesItemLineDetail:SalesItemLineDetail \
    ItemBasedExpenseLineDetail:any \
    AccountBasedExpenseLineDetail:AccountBasedExpenseLineDetail SubTotalLineDetail:any \
    CustomField:CustomField* ProjectRef:ReferenceType
    """,
    "SalesItemLineDetail": """
    ItemRef:ReferenceType UnitPrice:number Qty:number TaxCodeRef:ReferenceType
    """,
    "AccountBasedExpenseLineDetail": """
    CustomerRef:ReferenceType AccountRef:ReferenceType BillableStatus:string \
    TaxCodeRef:ReferenceType
    """,
    "LinkedTxn": """
    TxnId:string TxnType:string TxnLineId:string
    """,
    "TxnTaxDetail": """
    TotalTax:number TaxLine:Line*
    """,
    "ReferenceType": """
    value:string name:string
    """,
    "ModificationMetaData": """
    CreateTime:time LastUpdatedTime:time
    """,
    "CustomField": """
    DefinitionId:string Name:string Type:string StringValue:string
    """,
  ]
}
