import DealModel
import Foundation

/// A company of a hundred deals on QuickBooks, SAP Business One, a SQLite ledger and a CSV export: each deal has one document of each kind.
struct CallCompany {
  let folder: String
  private static let deals = 100

  init() throws {
    folder = try Machine.folder()
    for (name, text) in Self.texts { try write(text, name) }
    try quickBooks()
    try businessOne()
    try exports()
    try ledger()
  }

  func erase() { try? FileManager.default.removeItem(atPath: folder) }

  func ids(_ count: Int, from first: Int) -> [DealID] {
    (first..<first + count).map { DealID("BW-\($0)") }
  }

  private func write(_ text: String, _ name: String) throws {
    let path = folder + "/" + name
    try FileManager.default.createDirectory(
      atPath: String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.endIndex)),
      withIntermediateDirectories: true)
    try text.write(toFile: path, atomically: false, encoding: .utf8)
  }

  /// A list with an entry for each deal: `~` stands for its number, `@` for its ID.
  private func list(_ entry: String) -> String {
    let entries = (1...Self.deals).map {
      entry.replacing("~", with: "\($0)").replacing("@", with: "BW-\(10_000 + $0)")
    }
    return "[" + entries.joined(separator: ",\n") + "]"
  }

  private func quickBooks() throws {
    let meta =
      #""SyncToken":"0","MetaData":{"CreateTime":"2026-10-01T08:00:00Z","LastUpdatedTime":"2026-10-01T08:00:00Z"}"#
    let line =
      #""Line":[{"Id":"1","Amount":100,"DetailType":"AccountBasedExpenseLineDetail","AccountBasedExpenseLineDetail":{"AccountRef":{"value":"7"},"CustomerRef":{"value":"~"}}}]"#
    let sales =
      #""Line":[{"Id":"1","Amount":100,"DetailType":"SalesItemLineDetail","SalesItemLineDetail":{"ItemRef":{"value":"5"},"Qty":1}}],"CustomerRef":{"value":"~"}"#
    let head = #""TxnDate":"2026-10-01","TotalAmt":100,"#
    let documents = [
      "customer":
        #"{"Id":"~","DisplayName":"@","FullyQualifiedName":"@","Job":true,"Active":true,\#(meta)}"#,
      "invoice": #"{"Id":"1~","DocNumber":"I~",\#(head)"Balance":100,\#(sales),\#(meta)}"#,
      "creditmemo": #"{"Id":"2~","DocNumber":"C~",\#(head)"Balance":0,\#(sales),\#(meta)}"#,
      "bill": #"{"Id":"3~","DocNumber":"B~",\#(head)"Balance":100,\#(line),\#(meta)}"#,
      "vendorcredit": #"{"Id":"4~","DocNumber":"V~",\#(head)"Balance":100,\#(line),\#(meta)}"#,
      "purchase": #"{"Id":"5~",\#(head)"PaymentType":"Cash",\#(line),\#(meta)}"#,
      "purchaseorder": #"{"Id":"6~","DocNumber":"O~",\#(head)"POStatus":"Open",\#(line),\#(meta)}"#,
    ]
    for (name, entry) in documents { try write(list(entry), "erp_uk/\(name).json") }
  }

  private func businessOne() throws {
    let document =
      #"{"DocEntry":~,"DocNum":~,"DocDate":"2026-10-01","CardCode":"C1","CardName":"Harbour","DocCurrency":"EUR","DocTotal":119.0,"VatSum":19.0,"PaidToDate":0.0,"UpdateDate":"2026-10-01","UpdateTime":"08:15:30","U_DealID":"@","DocumentLines":[{"LineTotal":100.0,"OpenAmount":100.0,"Currency":"EUR"}]}"#
    for set in [
      "Invoices", "CreditNotes", "DownPayments", "PurchaseOrders", "PurchaseDeliveryNotes",
      "PurchaseInvoices", "PurchaseCreditNotes",
    ] {
      try write(list(document), "erp_de/\(set).json")
    }
  }

  private func exports() throws {
    let rows = (1...Self.deals).map { "R\($0),BW-\(10_000 + $0),100.00,119.00,0.00,paid\n" }
    try write(
      "number,deal,net,gross,outstanding,status\n" + rows.joined(), "exports/invoices.csv")
  }

  private func ledger() throws {
    let rows = (1...Self.deals).map { "(\($0), 'BW-\(10_000 + $0)', '100.00')" }
    let script = """
      CREATE TABLE document (id INTEGER PRIMARY KEY, deal TEXT, net TEXT);
      INSERT INTO document VALUES \(rows.joined(separator: ","));
      """
    _ = Machine.run(["sqlite3", folder + "/ledger.sqlite", script])
  }

  private static let texts = [
    "secrets/one": "AB11first\n", "secrets/refresh": "AB11first\n",
    "secrets/company_db": "SBODEMODE\n",
    "company.yaml": """
    company: Calls
    as_of: 2026-11-20
    systems:
      erp_uk:
        kind: quickbooks
        credentials: {client_id: secrets/one, client_secret: secrets/one,
          refresh_token: secrets/refresh}
      erp_de:
        kind: sap-b1
        credentials: {company_db: secrets/company_db, user: secrets/one, password: secrets/one}
    """,
    "erp_uk/company.json":
      #"{"realmId":"9130357766","Id":"1","CompanyName":"Calls Ltd","Country":"GB","DefaultTimeZone":"Europe/London"}"#,
    "erp_uk/preferences.json":
      #"{"CurrencyPrefs":{"MultiCurrencyEnabled":false,"HomeCurrency":{"value":"GBP"}}}"#,
    "erp_de/company.json":
      #"{"companyName":"Calls GmbH","localCurrency":"EUR","systemCurrency":"USD","timeZone":"Europe/Berlin"}"#,
    "erp_de/UserFieldsMD.json":
      #"[{"TableName":"OINV","FieldID":0,"Name":"DealID","Description":"Deal ID","Type":"db_Alpha","Size":20}]"#,
    "erp_de/Currencies.json": #"[{"Code":"EUR","Name":"Euro","InternationalDescription":"EUR"}]"#,
    "plumbline.yaml": """
    company: Calls
    shared_id: {origin: crm, pattern: '^BW-[0-9]{5}$'}
    entities: [A, B, C, D]
    ownership:
      commercial: crm
      financial: {by: deal.entity, A: erp_uk, B: erp_de, C: ledger, D: exports}
      support: crm
    systems:
      crm: {kind: hubspot, link: erp_deal_id, token: {env: NONE}, steward: A, failure_mode: B}
      erp_uk:
        kind: quickbooks
        base_url: "{{sandbox}}/erp_uk"
        token_url: "{{sandbox}}/erp_uk/oauth2/v1/tokens/bearer"
        realm: "9130357766"
        link: customer
        client_id: {file: "{{directory}}/secrets/one"}
        client_secret: {file: "{{directory}}/secrets/one"}
        # The file is rewritten with every use.
        refresh_token: {file: "{{directory}}/secrets/refresh"}
        steward: A
        failure_mode: B
      erp_de:
        kind: sap-b1
        base_url: "{{sandbox}}/erp_de"
        company_db: SBODEMODE
        time_zone: Europe/Berlin
        link: U_DealID
        user: {file: "{{directory}}/secrets/one"}
        password: {file: "{{directory}}/secrets/one"}
        steward: A
        failure_mode: B
      ledger:
        kind: odbc
        connection: "Driver=SQLite3;Database={{directory}}/ledger.sqlite"
        link: deal
        currency: EUR
        records:
          invoices: SELECT id, deal, 'open' AS status, net, net AS gross, net AS outstanding FROM document WHERE deal IN (:ids)
          costs: SELECT id, deal, 'open' AS status, 'bill' AS type, net FROM document WHERE deal IN (:ids)
        steward: A
        failure_mode: B
      exports:
        kind: csv
        link: deal
        currency: EUR
        invoices: "{{directory}}/exports/invoices.csv"
        steward: A
        failure_mode: B
    """,
  ]
}
