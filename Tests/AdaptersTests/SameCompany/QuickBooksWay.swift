import DealModel

extension SameCompanyWay {
  /// A project for each deal; costs by the customer of their lines.
  static let quickBooks = SameCompanyWay(name: "quickbooks") { company in
    // One program after the other asks here, and none knows how much the one before it did.
    Files(
      emulator: """
        kind: quickbooks
        limits: {per_second: none}
        credentials:
          client_id: secrets/client-id
          client_secret: secrets/client-secret
          refresh_token: secrets/refresh-token
        """,
      documents: QuickBooksWriter(company).documents,
      texts: [
        "secrets/client-id": "ABclient\n", "secrets/client-secret": "s3cret & more\n",
        "secrets/refresh-token": "AB11first\n",
      ],
      configuration: """
        kind: quickbooks
        base_url: "{{sandbox}}/erp"
        token_url: "{{sandbox}}/erp/oauth2/v1/tokens/bearer"
        realm: "\(QuickBooksCompany.realm)"
        link: customer
        client_id: {file: "{{directory}}/secrets/client-id"}
        client_secret: {file: "{{directory}}/secrets/client-secret"}
        refresh_token: {file: "{{directory}}/secrets/refresh-token"}
        """)
  }
}

private struct QuickBooksWriter {
  let company: SameCompany

  init(_ company: SameCompany) { self.company = company }

  var documents: [String: JSONValue] {
    var files: [String: JSONValue] = [
      "company": [
        "realmId": .string(QuickBooksCompany.realm), "Id": "1", "CompanyName": "Same Ltd",
        "Country": "GB", "DefaultTimeZone": "Europe/London",
      ],
      "preferences": QuickBooksCompany.preferences(multicurrency: true),
      "customer": .array(
        [["Id": "1", "DisplayName": "Harbour Ltd", "FullyQualifiedName": "Harbour Ltd"]]
          + company.deals.map { QuickBooksCompany.customer(customer($0.id), $0.id.text) }),
      "vendor": [], "payment": [], "purchase": [], "estimate": [],
    ]
    for (kind, name) in [
      (SameCompany.Document.Kind.invoice, "invoice"), (.creditNote, "creditmemo"),
      (.bill, "bill"), (.vendorCredit, "vendorcredit"), (.purchaseOrder, "purchaseorder"),
    ] {
      files[name] = .array(company.documents.filter { $0.kind == kind }.map(object))
    }
    return files
  }

  private func customer(_ deal: DealID) -> String { String(deal.text.dropFirst(3)) }

  private func object(_ document: SameCompany.Document) -> JSONValue {
    // A voided document stays, with its amounts at nothing.
    let isVoided = document.state == .voided
    func amount(_ value: ExactDecimal) -> JSONValue { .amount(isVoided ? .zero : value) }
    var members: [String: JSONValue] = [
      "Id": .string("\(document.key)"), "SyncToken": "0", "domain": "QBO", "sparse": false,
      "MetaData": QuickBooksCompany.meta(document.day.description + "T08:00:00-08:00"),
      "DocNumber": .string(document.number), "TxnDate": .string(document.day.description),
      "CurrencyRef": QuickBooksCompany.ref(document.currency.code), "ExchangeRate": 1,
      "TotalAmt": amount(document.gross),
      "Line": .array(document.lines.enumerated().map { line($1, $0 + 1, of: document) }),
    ]
    if isVoided { members["PrivateNote"] = "Voided" }
    if let due = document.due { members["DueDate"] = .string(due.description) }
    if !document.tax.isZero { members["TxnTaxDetail"] = ["TotalTax": amount(document.tax)] }
    switch document.kind {
    case .invoice, .creditNote:
      members["CustomerRef"] = QuickBooksCompany.ref(
        document.deals.first.map(customer) ?? "1", "Harbour Ltd")
      members["Balance"] = amount(document.outstanding)
      if document.kind == .creditNote { members["RemainingCredit"] = amount(document.outstanding) }
    case .bill, .vendorCredit:
      members["VendorRef"] = QuickBooksCompany.ref("50", document.party)
      members["Balance"] = amount(document.outstanding)
    case .purchaseOrder:
      members["VendorRef"] = QuickBooksCompany.ref("50", document.party)
      members["POStatus"] = document.state == .open ? "Open" : "Closed"
      members["LinkedTxn"] = .array(
        company.documents.filter { bill in
          bill.lines.contains { $0.order?.key == document.key }
        }.map { ["TxnId": .string("\($0.key)"), "TxnType": "Bill"] })
    }
    return .sorted(members)
  }

  private func line(
    _ line: SameCompany.Line, _ id: Int, of document: SameCompany.Document
  ) -> JSONValue {
    let shown = document.state == .voided ? .zero : line.amount
    guard document.isCost else {
      return QuickBooksCompany.sales("\(id)", shown.description)
    }
    return QuickBooksCompany.cost(
      "\(id)", shown.description, customer: customer(line.deal),
      order: line.order.map { ("\($0.key)", "\($0.line + 1)") })
  }
}
