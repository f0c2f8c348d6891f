import AdapterKit
import DealModel
import Sandbox
import TestSupport

@testable import Adapters

/// A company file with two deals that have every kind of document, beside others, in QuickBooks' own
/// wire format.
enum QuickBooksCompany {
  static let realm = "9130357766"

  /// - Parameters:
  ///   - changed: Documents by file that take the place of those here.
  ///   - limits: As in `company.yaml`.
  static func make(
    _ changed: [String: JSONValue] = [:], limits: String = ""
  ) throws -> TemporaryCompany {
    var documents = Self.documents.merging(changed) { _, given in given }
    documents = Dictionary(uniqueKeysWithValues: documents.map { ("erp_uk/\($0.key)", $0.value) })
    return try TemporaryCompany(
      yaml: """
        company: Test
        as_of: 2026-11-20
        systems:
          erp_uk:
            kind: quickbooks
            \(limits)
            credentials:
              client_id: secrets/client-id
              client_secret: secrets/client-secret
              refresh_token: secrets/refresh-token
        """,
      texts: [
        "secrets/client-id": "ABclient\n", "secrets/client-secret": "s3cret & more\n",
        "secrets/refresh-token": "AB11first\n",
      ], documents: documents)
  }

  static let documents: [String: JSONValue] = [
    "company": [
      "realmId": .string(realm), "Id": "1", "CompanyName": "Brightwater UK Ltd", "Country": "GB",
      "DefaultTimeZone": "Europe/London",
    ],
    "preferences": preferences(multicurrency: false),
    "customer": .array([
      ["Id": "1", "DisplayName": "Harbour Ltd", "FullyQualifiedName": "Harbour Ltd", "Job": false],
      customer("24", "BW-10001"), customer("25", "BW-10002 Quay wall"),
      customer("26", "bw-10003 Crane"), customer("27", "BW-10004", active: false),
      customer("28", "Office"),
    ]),
    "vendor": [["Id": "50", "DisplayName": "Stahl GmbH"]],
    "invoice": .array([
      invoice("130", "1037", "24", "2026-09-19", net: "275.00", tax: "26.29", balance: "101.29"),
      invoice("131", "1038", "25", "2026-10-01", net: "0.10", tax: nil, balance: "0"),
      invoice("132", "1039", "24", "2026-10-02", net: "19.99", tax: "4", balance: "23.99"),
      voided("133", "1040", "24"),
      invoice("134", "1041", "1", "2026-10-05", net: "77", tax: nil, balance: "77"),
      invoice("135", "1042", "27", "2026-10-06", net: "88", tax: nil, balance: "88"),
    ]),
    "creditmemo": .array([
      [
        "Id": "140", "SyncToken": "0", "DocNumber": "CM1", "TxnDate": "2026-10-03",
        "MetaData": meta("2026-10-03T08:00:00Z"), "CustomerRef": ref("24"),
        "Line": [sales("1", "10")], "TxnTaxDetail": ["TotalTax": 2], "TotalAmt": 12,
        "RemainingCredit": 0, "Balance": 0, "CustomField": field("BW-10001"),
      ]
    ]),
    "payment": .array([
      payment("150", "P-9", "2026-10-10", total: "200", [("200", "130", "Invoice")]),
      payment(
        "151", nil, "2026-10-11", total: "0",
        [("12", "132", "Invoice"), ("12", "140", "CreditMemo")]
      ),
    ]),
    "bill": .array([
      bill(
        "201", "B-1", "2026-10-12", balance: "130",
        [
          cost("1", "100.10", customer: "24", order: ("210", "1")),
          cost("2", "29.90", customer: "25"), cost("3", "50", customer: nil),
        ]),
      bill("202", "B-2", "2026-10-13", balance: "0", [cost("1", "7", customer: nil)]),
    ]),
    "vendorcredit": .array([
      bill("203", "VC-1", "2026-10-14", balance: "5", [cost("1", "5", customer: "24")])
    ]),
    "purchase": .array([
      purchase("204", "2026-10-15", [cost("1", "12.34", customer: "24")], credit: nil),
      purchase("205", "2026-10-16", [cost("1", "2", customer: "24")], credit: true),
    ]),
    "purchaseorder": .array([
      order(
        "210", "PO-1", "2026-09-30", status: "Open",
        [cost("1", "150", customer: "24"), cost("2", "40", customer: "24")], bills: ["201"]),
      order(
        "211", "PO-2", "2026-09-29", status: "Closed", [cost("1", "9", customer: "24")], bills: []),
    ]),
    "timeactivity": .array([
      time("301", "24", "2026-10-17", ["Hours": 2, "Minutes": 30, "Description": "Plating"]),
      time(
        "302", "24", "2026-10-18",
        [
          "StartTime": "2026-10-18T08:00:00-07:00", "EndTime": "2026-10-18T12:15:00-07:00",
          "BreakMinutes": 15,
        ]),
      time("303", "25", "2026-10-19", ["Hours": 1]), time("304", nil, "2026-10-19", ["Hours": 8]),
      time("305", "25", "2026-10-20", ["Description": "Nobody wrote how long"]),
    ]),
    "estimate": [
      [
        "Id": "101", "DocNumber": "E-1", "CustomerRef": ref("24"), "TotalAmt": 900,
        "TxnStatus": "Accepted", "TxnDate": "2026-08-01", "MetaData": meta("2026-08-01T08:00:00Z"),
      ]
    ],
  ]

  // MARK: Objects

  static func preferences(multicurrency: Bool, field: String = "Deal ID") -> JSONValue {
    [
      "SalesFormsPrefs": [
        "CustomTxnNumbers": true,
        "CustomField": [
          [
            "CustomField": [
              [
                "Name": "SalesFormsPrefs.UseSalesCustom1", "Type": "BooleanType",
                "BooleanValue": true,
              ]
            ]
          ],
          [
            "CustomField": [
              [
                "Name": "SalesFormsPrefs.SalesCustomName1", "Type": "StringType",
                "StringValue": .string(field),
              ]
            ]
          ],
        ],
      ],
      "CurrencyPrefs": [
        "MultiCurrencyEnabled": .bool(multicurrency), "HomeCurrency": ["value": "GBP"],
      ],
    ]
  }

  static func customer(_ id: String, _ name: String, active: Bool = true) -> JSONValue {
    [
      "Id": .string(id), "SyncToken": "0", "DisplayName": .string(name),
      "FullyQualifiedName": .string("Harbour Ltd:\(name)"), "Job": true, "ParentRef": ref("1"),
      "Level": 1, "Active": .bool(active), "IsProject": true,
      "MetaData": meta("2026-08-01T08:00:00Z"),
    ]
  }

  static func ref(_ id: String, _ name: String? = nil) -> JSONValue {
    name.map { ["value": .string(id), "name": .string($0)] } ?? ["value": .string(id)]
  }

  static func meta(_ at: String) -> JSONValue {
    ["CreateTime": .string(at), "LastUpdatedTime": .string(at)]
  }

  static func field(_ text: String) -> JSONValue {
    [
      [
        "DefinitionId": "1", "Name": "Deal ID", "Type": "StringType", "StringValue": .string(text),
      ]
    ]
  }

  static func sales(_ id: String, _ amount: String) -> JSONValue {
    [
      "Id": .string(id), "LineNum": 1, "Description": "Phase 1", "Amount": .number(amount),
      "DetailType": "SalesItemLineDetail",
      "SalesItemLineDetail": ["ItemRef": ref("5", "Services"), "Qty": 1],
    ]
  }

  static func invoice(
    _ id: String, _ number: String, _ customer: String, _ day: String, net: String, tax: String?,
    balance: String, deal: String = "BW-10001"
  ) -> JSONValue {
    let amounts = [net, tax ?? "0"].compactMap { ExactDecimal($0) }
    let total = amounts.reduce(ExactDecimal.zero) { (try? $0.adding($1)) ?? $0 }
    var document: JSONValue = [
      "Id": .string(id), "SyncToken": "2", "MetaData": meta(day + "T20:16:17Z"),
      "DocNumber": .string(number), "TxnDate": .string(day), "DueDate": "2026-10-19",
      "CurrencyRef": ref("GBP", "British Pound"), "ExchangeRate": 1,
      "CustomerRef": ref(customer, "Harbour Ltd"), "PrivateNote": .string("for \(deal), thanks"),
      "CustomField": field(deal),
      "Line": [
        sales("1", net),
        ["Amount": .number(net), "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": [:]],
      ],
      "TotalAmt": .number(total.description), "Balance": .number(balance),
      "LinkedTxn": id == "130"
        ? [["TxnId": "150", "TxnType": "Payment"], ["TxnId": "101", "TxnType": "Estimate"]]
        : [["TxnId": "151", "TxnType": "Payment"]],
    ]
    if let tax {
      document = .object(
        (document.members ?? []) + [.init("TxnTaxDetail", ["TotalTax": .number(tax)])])
    }
    return document
  }

  static func voided(_ id: String, _ number: String, _ customer: String) -> JSONValue {
    [
      "Id": .string(id), "SyncToken": "3", "MetaData": meta("2026-10-04T08:00:00Z"),
      "DocNumber": .string(number), "TxnDate": "2026-10-04", "CustomerRef": ref(customer),
      "PrivateNote": "Voided", "CustomField": field("BW-10001"), "Line": [], "TotalAmt": 0,
      "Balance": 0,
    ]
  }

  static func payment(
    _ id: String, _ number: String?, _ day: String, total: String,
    _ parts: [(amount: String, id: String, type: String)]
  ) -> JSONValue {
    let lines = parts.map { part -> JSONValue in
      [
        "Amount": .number(part.amount),
        "LinkedTxn": [["TxnId": .string(part.id), "TxnType": .string(part.type)]],
      ]
    }
    return [
      "Id": .string(id), "SyncToken": "0", "MetaData": meta(day + "T08:00:00Z"),
      "PaymentRefNum": number.map { .string($0) } ?? "", "TxnDate": .string(day),
      "CustomerRef": ref("1"), "TotalAmt": .number(total), "UnappliedAmt": 0,
      "Line": .array(lines),
    ]
  }

  static func time(
    _ id: String, _ customer: String?, _ day: String, _ more: [String: JSONValue]
  ) -> JSONValue {
    var members: [String: JSONValue] = [
      "Id": .string(id), "SyncToken": "0", "MetaData": meta(day + "T08:00:00Z"),
      "TxnDate": .string(day), "NameOf": "Employee", "EmployeeRef": ref("55", "Ida Lund"),
      "BillableStatus": "NotBillable",
    ]
    members["CustomerRef"] = customer.map { ref($0) }
    members.merge(more) { $1 }
    return .object(members.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) })
  }

  static func cost(
    _ id: String, _ amount: String, customer: String?, order: (id: String, line: String)? = nil
  ) -> JSONValue {
    var detail: [JSONValue.Member] = [
      .init("AccountRef", ref("7", "Materials")), .init("BillableStatus", "NotBillable"),
    ]
    if let customer { detail.append(.init("CustomerRef", ref(customer))) }
    let linked: JSONValue =
      order.map { order in
        [
          [
            "TxnId": .string(order.id), "TxnType": "PurchaseOrder",
            "TxnLineId": .string(order.line),
          ]
        ]
      } ?? []
    return [
      "Id": .string(id), "Description": "Steel", "Amount": .number(amount),
      "DetailType": "AccountBasedExpenseLineDetail",
      "AccountBasedExpenseLineDetail": .object(detail), "LinkedTxn": linked,
    ]
  }

  static func bill(
    _ id: String, _ number: String, _ day: String, balance: String, _ lines: [JSONValue]
  ) -> JSONValue {
    [
      "Id": .string(id), "SyncToken": "0", "MetaData": meta(day + "T08:00:00Z"),
      "DocNumber": .string(number), "TxnDate": .string(day), "VendorRef": ref("50", "Stahl GmbH"),
      "Line": .array(lines), "TotalAmt": .number(total(of: lines)), "Balance": .number(balance),
      "PrivateNote": "BW-10001", "CustomField": field("BW-10001"),
    ]
  }

  static func purchase(
    _ id: String, _ day: String, _ lines: [JSONValue], credit: Bool?
  ) -> JSONValue {
    [
      "Id": .string(id), "SyncToken": "0", "MetaData": meta(day + "T08:00:00Z"),
      "TxnDate": .string(day), "PaymentType": "CreditCard", "Credit": .bool(credit ?? false),
      "EntityRef": ref("50", "Stahl GmbH"), "Line": .array(lines),
      "TotalAmt": .number(total(of: lines)),
    ]
  }

  static func order(
    _ id: String, _ number: String, _ day: String, status: String, _ lines: [JSONValue],
    bills: [String]
  ) -> JSONValue {
    [
      "Id": .string(id), "SyncToken": "0", "MetaData": meta(day + "T08:00:00Z"),
      "DocNumber": .string(number), "TxnDate": .string(day), "POStatus": .string(status),
      "VendorRef": ref("50", "Stahl GmbH"), "Line": .array(lines),
      "TotalAmt": .number(total(of: lines)),
      "LinkedTxn": .array(bills.map { ["TxnId": .string($0), "TxnType": "Bill"] }),
    ]
  }

  static func total(of lines: [JSONValue]) -> String {
    lines.compactMap { $0["Amount"]?.decimal }
      .reduce(ExactDecimal.zero) { (try? $0.adding($1)) ?? $0 }.description
  }
}
