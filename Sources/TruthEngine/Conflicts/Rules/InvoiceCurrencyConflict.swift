import DealModel

/// A document is in another currency than the deal: its amount cannot enter the deal's margin.
enum InvoiceCurrencyConflict {
  /// A deal's currency, where its owner holds a value, and its invoices and credit notes.
  struct Subject: Hashable, Sendable {
    var dealCurrency: Currency?
    var documents: [Record]
  }

  /// The documents in other currencies that count, by currency.
  static func findings(in subject: Subject) -> [Currency: [Record]] {
    guard let dealCurrency = subject.dealCurrency else { return [:] }
    var strangers: [Currency: [Record]] = [:]
    for record in subject.documents {
      guard let net = record.countedNet, net.currency != dealCurrency else { continue }
      strangers[net.currency, default: []].append(record)
    }
    return strangers
  }

  static var triggeringExamples: [Subject] {
    [
      Subject(dealCurrency: .euro, documents: [.invoice(.open, .pounds("100"))]),
      Subject(
        dealCurrency: .euro,
        documents: [.invoice(.open, .euros("1")), .invoice(.paid, .pounds("100"))]),
    ]
  }

  static var nonTriggeringExamples: [Subject] {
    [
      Subject(dealCurrency: .euro, documents: [.invoice(.open, .euros("100"))]),
      Subject(dealCurrency: .euro, documents: [.invoice(.voided, .pounds("100"))]),
      Subject(dealCurrency: .euro, documents: [.invoice(.draft, .pounds("100"))]),
      Subject(dealCurrency: nil, documents: [.invoice(.open, .pounds("100"))]),
      Subject(dealCurrency: .euro, documents: []),
    ]
  }
}

extension Record {
  /// The net amount of an invoice or credit note that counts; `nil` for all else.
  var countedNet: Money? {
    switch content {
    case .invoice(let invoice) where invoice.status.counts: invoice.net.value
    case .creditNote(let note) where note.status.counts: note.net.value
    default: nil
    }
  }
}
