import DealModel

extension SameCompanyWay {
  /// The deal ID as the financial project: of invoices in the head, of costs on their lines.
  static let serviceLayer = SameCompanyWay(name: "sap-b1") { company in
    Files(
      emulator: """
        kind: sap-b1
        credentials:
          company_db: secrets/company_db
          user: secrets/user
          password: secrets/password
        """,
      documents: ServiceLayerWriter(company).documents,
      texts: [
        "secrets/company_db": "SBODEMODE\n", "secrets/user": "reader\n",
        "secrets/password": "s3 cret\n",
      ],
      configuration: """
        kind: sap-b1
        base_url: "{{sandbox}}/erp"
        company_db: SBODEMODE
        time_zone: Europe/Berlin
        link: Project
        user: {file: "{{directory}}/secrets/user"}
        password: {file: "{{directory}}/secrets/password"}
        """)
  }
}

private struct ServiceLayerWriter {
  let company: SameCompany

  init(_ company: SameCompany) { self.company = company }

  private static let sets: [SameCompany.Document.Kind: String] = [
    .invoice: "Invoices", .creditNote: "CreditNotes", .purchaseOrder: "PurchaseOrders",
    .bill: "PurchaseInvoices", .vendorCredit: "PurchaseCreditNotes",
  ]

  /// The symbols under which the currencies are set up, and a rate to the local one.
  private static let codes = ["EUR": "EUR", "USD": "$", "JPY": "YEN", "KWD": "KWD"]
  private static let rates = ["USD": "0.925926", "JPY": "0.0061", "KWD": "3.01"]

  var documents: [String: JSONValue] {
    var files: [String: JSONValue] = [
      "company": [
        "companyName": "Same GmbH", "localCurrency": "EUR", "systemCurrency": "USD",
        "timeZone": "Europe/Berlin",
      ],
      "UserFieldsMD": [],
      "Currencies": .array(
        Self.codes.sorted { $0.key < $1.key }.map { iso, code in
          [
            "Code": .string(code), "Name": .string(iso), "InternationalDescription": .string(iso),
          ]
        }),
      "Projects": .array(
        company.deals.map {
          ["Code": .string($0.id.text), "Name": .string($0.name), "Active": "tYES"]
        }),
    ]
    for (kind, set) in Self.sets {
      files[set] = .array(
        company.documents.filter { $0.kind == kind }.flatMap { document -> [JSONValue] in
          guard document.state == .voided else { return [object(document)] }
          return [object(document), object(document, isCancellation: true)]
        })
    }
    return files
  }

  private func object(
    _ document: SameCompany.Document, isCancellation: Bool = false
  ) -> JSONValue {
    let amounts = Amounts(document.currency)
    var more: [String: JSONValue] = [
      "DocCurrency": .string(Self.codes[document.currency.code] ?? ""),
      "Project": document.isCost ? nil : document.deals.first.map { .string($0.text) } ?? nil,
      "U_DealID": nil, "CardName": .string(document.isCost ? document.party : "Harbour Ltd"),
      "DocDueDate": document.due.map { .string($0.description) } ?? nil,
      "DocumentStatus": document.state == .open ? "bost_Open" : "bost_Close",
    ]
    more.merge(amounts.pair("DocTotal", "DocTotalFc", document.gross)) { $1 }
    more.merge(amounts.pair("VatSum", "VatSumFc", document.tax)) { $1 }
    more.merge(amounts.pair("PaidToDate", "PaidToDateFC", document.paid)) { $1 }
    if document.state == .voided {
      more["Cancelled"] = isCancellation ? "tNO" : "tYES"
      more["CancelStatus"] = isCancellation ? "csCancellation" : "csYes"
    }
    let number = (Int(document.number) ?? 0) + (isCancellation ? 5_000 : 0)
    return ServiceLayerCompany.document(
      document.key + (isCancellation ? 5_000 : 0), number, document.day.description, total: "0",
      more, lines: document.lines.map { line($0, of: document, amounts) })
  }

  private func line(
    _ line: SameCompany.Line, of document: SameCompany.Document, _ amounts: Amounts
  ) -> JSONValue {
    var more: [String: JSONValue] = [
      "ProjectCode": .string(line.deal.text), "ItemDescription": .string(line.text),
      "Quantity": .number("\(line.quantity).0"),
    ]
    more.merge(amounts.pair("LineTotal", "RowTotalFC", line.amount)) { $1 }
    if document.kind == .purchaseOrder {
      let isClosed = document.state != .open || line.billed == line.quantity
      more["LineStatus"] = isClosed ? "bost_Close" : "bost_Open"
      more.merge(amounts.pair("OpenAmount", "OpenAmountFC", line.open)) { $1 }
      more["RemainingOpenQuantity"] = .number("\(line.quantity - line.billed).0")
    }
    if let order = line.order {
      (more["BaseType"], more["BaseEntry"]) = (22, .integer(order.key))
    }
    return ServiceLayerCompany.line("0.0", more)
  }

  /// Amounts in local currency, beside those of the document where it has another.
  private struct Amounts {
    let rate: ExactDecimal?

    init(_ currency: Currency) {
      rate = ServiceLayerWriter.rates[currency.code].flatMap { ExactDecimal($0) }
    }

    func pair(_ local: String, _ foreign: String, _ amount: ExactDecimal) -> [String: JSONValue] {
      guard let rate else { return [local: double(amount), foreign: double(.zero)] }
      let converted = (try? amount.multiplied(by: rate).rounded(to: 2)) ?? .zero
      return [local: double(converted), foreign: double(amount)]
    }

    /// As the Service Layer writes a double: with a point.
    private func double(_ amount: ExactDecimal) -> JSONValue {
      .number(amount.formatted(minimumPlaces: 1))
    }
  }
}
