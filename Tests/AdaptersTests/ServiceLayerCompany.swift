import AdapterKit
import DealModel
import Sandbox
import TestSupport

@testable import Adapters

/// A company with SAP Business One, and adapters for it.
final class ServiceLayerCompany: Sendable {
  let sandbox: SandboxCompany
  let clock = ManualClock("2026-11-20T09:00:00Z")
  let transport: SandboxTransport
  let calls = CallRecorder()
  private let files: TemporaryCompany

  init(
    _ documents: [String: JSONValue] = ServiceLayerCompany.documents, limits: String = "{}"
  ) throws {
    files = try Self.folder(documents, limits: limits)
    sandbox = try SandboxCompany(path: files.path, time: clock, today: nil)
    transport = SandboxTransport(sandbox, time: clock)
  }

  static let settings: [String: SettingValue] = [
    "company_db": .text("SBODEMODE"), "user": .secret(.file("secrets/user")),
    "password": .secret(.file("secrets/password")), "time_zone": .text("Europe/Berlin"),
  ]

  /// The files of a company whose only system is `erp_de`.
  static func folder(
    _ documents: [String: JSONValue] = ServiceLayerCompany.documents, limits: String = "{}"
  ) throws -> TemporaryCompany {
    try TemporaryCompany(
      yaml: """
        company: Test
        as_of: 2026-11-20
        systems:
          erp_de:
            kind: sap-b1
            limits: \(limits)
            credentials:
              company_db: secrets/company_db
              user: secrets/user
              password: secrets/password
        """,
      texts: [
        "secrets/company_db": "SBODEMODE\n", "secrets/user": "reader\n",
        "secrets/password": "s3 cret\n",
      ],
      documents: documents.reduce(into: [:]) { $0["erp_de/\($1.key)"] = $1.value })
  }

  func adapter(
    link: String = "U_DealID", echoes: [String] = [], settings: [String: SettingValue] = [:],
    address: String = "/erp_de"
  ) throws -> any Adapter {
    var values = usualValues(address)
    values.merge(settings) { $1 }
    return try SAPBusinessOneKind.makeAdapter(context(link: link, echoes: echoes, values))
  }

  /// What an adapter is given.
  func context(
    link: String = "U_DealID", echoes: [String] = [], _ values: [String: SettingValue]? = nil,
    transport: (any HTTPTransport)? = nil
  ) -> AdapterContext {
    AdapterContext(
      system: ConfiguredSystem(
        name: "erp_de", kind: "sap-b1", link: link, steward: "", failureMode: "",
        limits: FreshnessLimits(freshFor: .seconds(60), expireAfter: .seconds(3_600)),
        echoProperties: echoes, settings: SystemSettings(values ?? usualValues())),
      sharedID: SharedID(origin: "crm", pattern: "^BW-[0-9]{5}$"),
      transport: transport ?? self.transport, secrets: EnvironmentSecretReader(), time: clock,
      random: SeededRandom(seed: 7), observer: calls)
  }

  private func usualValues(_ address: String = "/erp_de") -> [String: SettingValue] {
    var values = Self.settings
    values["user"] = .secret(.file("\(files.path)/secrets/user"))
    values["password"] = .secret(.file("\(files.path)/secrets/password"))
    values["base_url"] = .text("\(SandboxTransport.origin)\(address)")
    return values
  }

  func order(_ act: ControlOrder.Act) async throws {
    try await sandbox.obey(ControlOrder(act), by: "erp_de")
  }

  /// What was asked so far, without the system's prefix.
  var asked: [String] {
    transport.exchanges.map { $0.path.replacing("/erp_de/b1s/v2/", with: "") }
  }

  /// Documents in the order of their keys.
  static let documents: [String: JSONValue] = [
    "company": [
      "companyName": "Brightwater GmbH", "localCurrency": "EUR", "systemCurrency": "USD",
      "timeZone": "Europe/Berlin",
    ],
    "UserFieldsMD": [
      [
        "TableName": "OINV", "FieldID": 0, "Name": "DealID", "Description": "Deal ID",
        "Type": "db_Alpha", "Size": 20,
      ]
    ],
    "Currencies": [
      ["Code": "EUR", "Name": "Euro", "InternationalDescription": "EUR"],
      ["Code": "$", "Name": "US Dollar", "InternationalDescription": "USD"],
    ],
    "Invoices": .array([
      document(
        22, 11, "2026-09-19", total: "119.0", tax: "19.0",
        ["DocDueDate": "2026-10-19", "PaidToDate": .number("19.0"), "NumAtCard": "PO-77"],
        lines: [
          line("60.1", ["ItemDescription": "Steel", "Quantity": .number("3.0")]),
          line("39.9", ["ItemDescription": "Freight"]),
        ]),
      document(
        23, 12, "2026-10-01", total: "1190.0", tax: "190.0",
        ["PaidToDate": .number("1190.0"), "DocumentStatus": "bost_Close"]),
      // Cancelled, and the document that cancels it.
      document(24, 13, "2026-10-02", total: "5.0", ["Cancelled": "tYES", "CancelStatus": "csYes"]),
      document(25, 14, "2026-10-02", total: "5.0", ["CancelStatus": "csCancellation"]),
      document(
        26, 15, "2026-10-03", total: "1101.85", tax: "175.93", deal: "BW-00043",
        [
          "DocCurrency": "$", "DocRate": .number("0.925926"), "DocTotalFc": .number("1190.0"),
          "VatSumFc": .number("190.0"), "PaidToDateFC": .number("500.5"),
          "PaidToDate": .number("463.43"),
        ]),
      document(27, 16, "2026-10-04", total: "7.0", deal: "bw-00042"),
    ]),
    "CreditNotes": .array([
      document(
        5, 3, "2026-10-05", total: "59.5", tax: "9.5", ["PaidToDate": .number("59.5")],
        lines: [line("50.0", ["BaseType": 13, "BaseEntry": 22])])
    ]),
    "DownPayments": .array([
      document(8, 2, "2026-08-01", total: "238.0", tax: "38.0", ["DownPaymentType": "dptInvoice"]),
      document(9, 3, "2026-08-02", total: "238.0", ["DownPaymentType": "dptRequest"]),
    ]),
    "PurchaseOrders": .array([
      document(
        31, 21, "2026-09-02", total: "476.0", tax: "76.0", ["CardName": "Stahl GmbH"],
        lines: [
          line(
            "300.0",
            [
              "OpenAmount": .number("200.0"), "Quantity": .number("3.0"),
              "RemainingOpenQuantity": .number("2.0"), "ProjectCode": "BW-00042",
            ]),
          line("100.0", ["LineStatus": "bost_Close", "OpenAmount": .number("100.0")]),
        ]),
      document(
        32, 22, "2026-09-03", total: "50.0", ["DocumentStatus": "bost_Close"],
        lines: [line("50.0", ["OpenAmount": .number("50.0"), "LineStatus": "bost_Close"])]),
    ]),
    "PurchaseDeliveryNotes": .array([
      // Two were delivered, and one of them was billed.
      document(
        41, 7, "2026-09-10", total: "238.0", tax: "38.0",
        lines: [
          line(
            "200.0",
            [
              "OpenAmount": .number("100.0"), "Quantity": .number("2.0"),
              "RemainingOpenQuantity": .number("1.0"),
            ])
        ])
    ]),
    "PurchaseInvoices": .array([
      document(
        9, 5, "2026-09-12", total: "107.1", tax: "17.1",
        ["DiscountPercent": .number("10.0"), "Project": "BW-00042"],
        lines: [
          line("40.0", ["ProjectCode": "BW-00042", "BaseType": 22, "BaseEntry": 31]),
          line("35.0", ["ProjectCode": "BW-00043"]),
          line("25.0", ["ProjectCode": "BW-00042", "BaseType": 22, "BaseEntry": 31]),
        ])
    ]),
    "PurchaseCreditNotes": .array([
      document(
        4, 2, "2026-09-13", total: "11.9", tax: "1.9",
        lines: [line("10.0", ["ProjectCode": "BW-00042"])])
    ]),
    "IncomingPayments": [
      [
        "DocEntry": 70, "DocNum": 61, "DocDate": "2026-09-30", "CardCode": "C20000",
        "Cancelled": "tNO",
        "PaymentInvoices": [
          [
            "LineNum": 0, "DocEntry": 22, "SumApplied": .number("19.0"),
            "InvoiceType": "it_Invoice",
          ],
          [
            "LineNum": 1, "DocEntry": 22, "SumApplied": .number("5.0"),
            "InvoiceType": "it_DownPayment",
          ],
        ],
      ]
    ],
  ]

  static func document(
    _ entry: Int, _ number: Int, _ day: String, total: String, tax: String = "0.0",
    deal: String = "BW-00042", _ more: [String: JSONValue] = [:], lines: [JSONValue] = []
  ) -> JSONValue {
    var members: [String: JSONValue] = [
      "DocEntry": .integer(entry), "DocNum": .integer(number), "DocDate": .string(day),
      "CardCode": "C20000", "CardName": "Harbour Ltd", "DocCurrency": "EUR",
      "DocTotal": .number(total), "VatSum": .number(tax), "UpdateDate": .string(day),
      "UpdateTime": "08:15:30", "U_DealID": .string(deal), "DocumentLines": .array(lines),
    ]
    members.merge(more) { $1 }
    return .object(members.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) })
  }

  static func line(_ amount: String, _ more: [String: JSONValue] = [:]) -> JSONValue {
    var members: [String: JSONValue] = ["LineTotal": .number(amount), "Currency": "EUR"]
    members.merge(more) { $1 }
    return .object(members.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) })
  }

  /// So many invoices of one deal.
  static func invoices(_ count: Int, of deal: String) -> [String: JSONValue] {
    var documents = Self.documents
    documents["Invoices"] = .array(
      (1...count).map { document($0, $0, "2026-10-01", total: "1.0", deal: deal) })
    return documents
  }
}

extension Record {
  var invoice: Invoice? { if case .invoice(let invoice) = content { invoice } else { nil } }
  var creditNote: CreditNote? { if case .creditNote(let note) = content { note } else { nil } }
  var cost: Cost? { if case .cost(let cost) = content { cost } else { nil } }
}
