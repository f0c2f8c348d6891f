import DealModel
import TestSupport

extension SameCompanyWay {
  /// Two exports as German finance writes them.
  static let csv = SameCompanyWay(name: "csv") { company in
    // Written some seconds ago, or they would be taken for half-written.
    let folder = try CSVFolder(ManualClock(company.asked))
    let writer = CSVWriter(company)
    try folder.write(writer.invoices, to: "rechnungen.csv")
    try folder.write(writer.costs, to: "kosten.csv")
    return Files(
      configuration: """
        kind: csv
        link: Projekt
        invoices: \(folder.path)/rechnungen.csv
        costs: \(folder.path)/kosten.csv
        separator: semicolon
        decimal: comma
        thousands: point
        date_format: dd.MM.yyyy
        types: {RE: invoice, GU: credit_note, BE: purchase_order, ER: bill, EG: vendor_credit}
        statuses: {offen: open, bezahlt: paid, storniert: voided}
        invoices_columns: {number: Beleg, type: Art, status: Stand, issued: Datum, due: Zahlziel, net: Netto, gross: Brutto, paid: Gezahlt, outstanding: Rest, currency: Waehrung, id: Nr}
        costs_columns: {number: Beleg, type: Art, status: Stand, party: Lieferant, date: Datum, net: Netto, open: Offen, currency: Waehrung, id: Nr}
        """, kept: [folder])
  }
}

private struct CSVWriter {
  let company: SameCompany

  init(_ company: SameCompany) { self.company = company }

  private static let types: [SameCompany.Document.Kind: String] = [
    .invoice: "RE", .creditNote: "GU", .purchaseOrder: "BE", .bill: "ER", .vendorCredit: "EG",
  ]

  /// With a byte order mark, as spreadsheets write it.
  var invoices: String {
    file(
      "Nr;Beleg;Projekt;Art;Stand;Datum;Zahlziel;Netto;Brutto;Gezahlt;Rest;Waehrung",
      company.documents.filter { !$0.isCost }.map { document in
        [
          "\(document.key)", document.number, document.deals.first?.text ?? "",
          Self.types[document.kind] ?? "", state(document), day(document.day),
          document.due.map(day) ?? "", amount(document.net), amount(document.gross),
          amount(document.paid), amount(document.outstanding), document.currency.code,
        ]
      })
  }

  var costs: String {
    file(
      "Nr;Beleg;Projekt;Art;Stand;Lieferant;Datum;Netto;Offen;Waehrung",
      company.documents.filter(\.isCost).flatMap { document in
        document.deals.enumerated().map { place, deal in
          let part = document.part(of: deal)
          return [
            "\(document.key * 10 + place)", document.number, deal.text,
            Self.types[document.kind] ?? "", state(document), document.party, day(document.day),
            amount(part.net),
            document.kind == .purchaseOrder ? amount(part.lines.map(\.open).total) : "",
            document.currency.code,
          ]
        }
      })
  }

  private func file(_ header: String, _ rows: [[String]]) -> String {
    "\u{FEFF}" + header + "\r\n"
      + rows.map { $0.map(field).joined(separator: ";") + "\r\n" }.joined()
  }

  private func field(_ text: String) -> String {
    guard text.contains(where: { ";\"".contains($0) }) else { return text }
    return "\"\(text.replacing("\"", with: "\"\""))\""
  }

  private func state(_ document: SameCompany.Document) -> String {
    switch document.state {
    case .open: "offen"
    case .settled, .closed: "bezahlt"
    case .voided: "storniert"
    }
  }

  private func day(_ day: CalendarDate) -> String {
    day.description.split(separator: "-").reversed().joined(separator: ".")
  }

  /// `1.234.567,895`.
  private func amount(_ amount: ExactDecimal) -> String {
    let parts = amount.magnitude.description.split(separator: ".").map(String.init)
    var whole = ""
    for (place, digit) in parts[0].reversed().enumerated() {
      if place > 0, place % 3 == 0 { whole.append(".") }
      whole.append(digit)
    }
    let sign = amount.isNegative ? "-" : ""
    return sign + String(whole.reversed()) + (parts.count > 1 ? ",\(parts[1])" : "")
  }
}
