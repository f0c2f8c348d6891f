import DealModel

// Words in which the rules write their examples.

extension Answer<FieldValue> {
  static func euros(_ amount: String) -> Self { .amount(amount, "EUR") }
  static func pounds(_ amount: String) -> Self { .amount(amount, "GBP") }
  static func dollars(_ amount: String) -> Self { .amount(amount, "USD") }
  static func day(_ days: Int32) -> Self { .value(.date(CalendarDate(daysSinceEpoch: days))) }
  static var outage: Self {
    .unavailable(SystemError(.unavailable, system: "erp", message: "The ERP does not answer."))
  }

  private static func amount(_ text: String, _ code: String) -> Self {
    guard let amount = ExactDecimal(text), let currency = Currency(code: code) else {
      return .notAsked
    }
    return .value(.money(Money(amount, currency)))
  }
}

extension ExactDecimal {
  static var cent: ExactDecimal { ExactDecimal(coefficient: 1, scale: 2) }
}

extension Currency {
  static var euro: Currency? { Currency(code: "EUR") }
}

extension Record {
  static func invoice(_ status: DocumentStatus, _ amount: Answer<FieldValue>) -> Record {
    let net: Answer<Money> =
      if case .value(.money(let money)) = amount { .value(money) } else { .none }
    return Record(
      reference: RecordReference(system: "erp", kind: .invoices, id: "1"), dealID: "BW-10001",
      number: "INV1",
      content: .invoice(
        Invoice(
          status: status, issued: .none, due: .none, net: net, gross: net, paid: .none,
          outstanding: net)))
  }
}

extension String {
  /// The text without white space at its ends.
  var withoutOuterSpace: Substring {
    guard let first = firstIndex(where: { !$0.isWhitespace }),
      let last = lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return self[first...last]
  }
}
