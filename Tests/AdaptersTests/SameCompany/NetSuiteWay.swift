import DealModel

extension SameCompanyWay {
  /// Signed requests; the deal ID in a field of the whole document, so that a bill of several deals
  /// is entered once for each, under the vendor's number.
  static let netSuite = SameCompanyWay(name: "netsuite") { company in
    let secrets = ["consumer_key", "consumer_secret", "token_id", "token_secret"]
    return Files(
      emulator: "kind: netsuite\ncredentials:\n"
        + secrets.map { "  \($0): secrets/\($0)" }.joined(separator: "\n"),
      documents: NetSuiteWriter(company).tables,
      texts: Dictionary(uniqueKeysWithValues: secrets.map { ("secrets/\($0)", "\($0)-1\n") }),
      configuration: """
        kind: netsuite
        base_url: "{{sandbox}}/erp"
        account: "4417230"
        link: custbody_deal_id

        """
          + secrets.map { "\($0): {file: \"{{directory}}/secrets/\($0)\"}" }
          .joined(separator: "\n"))
  }
}

private struct NetSuiteWriter {
  var tables: [String: JSONValue] = [:]
  private var transactions: [JSONValue] = []
  private var lines: [JSONValue] = []
  private let currencies = ["EUR": "1", "USD": "2", "JPY": "3", "KWD": "4"]
  private let vendors: [String: String]

  init(_ company: SameCompany) {
    let parties = Set(company.documents.map(\.party)).sorted()
    vendors = Dictionary(
      uniqueKeysWithValues: parties.enumerated().map { ($1, "\(900 + $0)") })
    for document in company.documents {
      for (place, deal) in document.deals.enumerated() {
        add(document.part(of: deal), deal, id: "\(document.key * 10 + place)", isFirst: place == 0)
      }
    }
    tables = [
      "account": [
        "accountId": "4417230", "timeZone": "Europe/Berlin", "dateFormat": "DD.MM.YYYY",
        "concurrencyLimit": 5,
      ],
      "currency": .array(
        currencies.sorted { $0.value < $1.value }.map { code, id in
          ["id": .string(id), "name": .string("Currency \(id)"), "symbol": .string(code)]
        }),
      "customer": [["id": "10", "companyname": "Harbour Ltd"]],
      "vendor": .array(
        vendors.sorted { $0.value < $1.value }.map { name, id in
          ["id": .string(id), "companyname": .string(name)]
        }),
      "labels": ["transaction": ["status": ["CustInvc:A": "Invoice : Open"]]],
      "transaction": .array(transactions), "transactionline": .array(lines),
      "nexttransactionlinelink": [],
    ]
  }

  private static let types: [SameCompany.Document.Kind: String] = [
    .invoice: "CustInvc", .creditNote: "CustCred", .purchaseOrder: "PurchOrd", .bill: "VendBill",
    .vendorCredit: "VendCred",
  ]

  private func status(_ document: SameCompany.Document) -> String {
    switch (document.kind, document.state) {
    case (_, .voided): "V"
    case (.purchaseOrder, .settled): "G"
    case (.purchaseOrder, .closed): "H"
    case (.purchaseOrder, .open): document.lines.contains { $0.billed > 0 } ? "E" : "B"
    case (_, .open): "A"
    case (_, .settled), (_, .closed): "B"
    }
  }

  private mutating func add(
    _ document: SameCompany.Document, _ deal: DealID, id: String, isFirst: Bool
  ) {
    // Tax stands once, with the first deal.
    let tax = isFirst ? document.tax : .zero
    let gross = [document.net, tax].total
    let isCredit = document.kind == .creditNote || document.kind == .vendorCredit
    var more: [String: JSONValue] = [
      "currency": .string(currencies[document.currency.code] ?? ""),
      "entity": .string(document.isCost ? vendors[document.party] ?? "" : "10"),
      "duedate": document.due.map { .string($0.description) } ?? nil,
      "voided": document.state == .voided ? "T" : "F",
    ]
    switch document.kind {
    case .invoice:
      more["foreignamountunpaid"] = .string(document.outstanding.description)
      // Left out where it is nothing.
      if !document.paid.isZero { more["foreignamountpaid"] = .string(document.paid.description) }
    case .creditNote:
      more["foreignpaymentamountunused"] = .string(document.outstanding.description)
    case .purchaseOrder, .bill, .vendorCredit: break
    }
    transactions.append(
      NetSuiteCompany.transaction(
        id, Self.types[document.kind] ?? "", document.number, status(document),
        document.day.description, total: (isCredit ? -gross : gross).description, deal: deal.text,
        more))
    lines.append(
      NetSuiteCompany.line(
        id, "0", (isCredit ? -gross : gross).description, ["mainline": "T"]))
    // Lines of sales and of vendors' credits are negative.
    let isNegative = document.kind == .invoice || document.kind == .vendorCredit
    for (place, line) in document.lines.enumerated() {
      var more: [String: JSONValue] = [
        "memo": .string(line.text),
        "quantity": .string("\(isNegative ? -line.quantity : line.quantity)"),
      ]
      if document.kind == .purchaseOrder {
        more["quantitybilled"] = .string("\(line.billed)")
        more["isclosed"] = document.state == .closed ? "T" : "F"
      }
      let amount = isNegative ? -line.amount : line.amount
      lines.append(NetSuiteCompany.line(id, "\(place + 1)", amount.description, more))
    }
    guard !tax.isZero else { return }
    lines.append(
      NetSuiteCompany.line(
        id, "99", (isNegative ? -tax : tax).description, ["taxline": "T"]))
  }
}
