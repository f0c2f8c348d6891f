import DealModel

/// Reads another system's copy of a field as the field's own type.
enum EchoReading {
  /// The copy as the field's type.
  ///
  /// - Parameters:
  ///   - answer: The property as its system holds it, mostly text.
  ///   - currency: The deal's currency, in which amounts without a currency are meant.
  ///   - record: What people call the record that bears the property, for the sentence.
  /// - Returns: Empty text is `none`. Text that is no value of the type is `unavailable`: what
  ///   cannot be understood contradicts nothing. An amount whose currency nobody knows is
  ///   `notAsked`: nothing is wrong with it.
  static func typed(
    _ answer: Answer<FieldValue>, as type: FieldType, currency: Currency?, system: SystemName,
    property: String, record: String
  ) -> Answer<FieldValue> {
    guard case .value(let value) = answer else { return answer }
    if case .text(let text) = value, text.withoutOuterSpace.isEmpty { return .none }
    let typed: FieldValue? =
      switch type {
      case .money: money(value, currency).map { .money($0) }
      case .number, .records: number(value).map { .number($0) }
      case .date: date(value).map { .date($0) }
      case .text: .text(value.description)
      }
    if let typed { return .value(typed) }
    if type == .money, currency == nil, number(value) != nil { return .notAsked }
    return .unavailable(
      SystemError(
        .malformed, system: system,
        message: "The property \(property) of \(record) in \(system) holds no \(type.words), so it"
          + " is not compared; correct it there."))
  }

  private static func money(_ value: FieldValue, _ currency: Currency?) -> Money? {
    switch value {
    case .money(let money): return money
    case .number(let amount): return currency.map { Money(amount, $0) }
    case .text(let text):
      let words = text.split(whereSeparator: \.isWhitespace)
      switch words.count {
      case 1:
        guard let amount = ExactDecimal(words[0]), let currency else { return nil }
        return Money(amount, currency)
      case 2:
        // `1234.50 EUR` and `EUR 1234.50`.
        guard let stated = Currency(code: words[1]) ?? Currency(code: words[0]),
          let amount = ExactDecimal(words[0]) ?? ExactDecimal(words[1])
        else { return nil }
        return Money(amount, stated)
      default: return nil
      }
    case .date, .timestamp, .flag: return nil
    }
  }

  private static func number(_ value: FieldValue) -> ExactDecimal? {
    switch value {
    case .number(let number): number
    case .text(let text): ExactDecimal(text.withoutOuterSpace)
    case .money, .date, .timestamp, .flag: nil
    }
  }

  private static func date(_ value: FieldValue) -> CalendarDate? {
    switch value {
    case .date(let date): date
    case .timestamp(let instant): instant.date
    case .text(let text):
      CalendarDate(text.withoutOuterSpace) ?? Timestamp(text.withoutOuterSpace)?.date
    case .money, .number, .flag: nil
    }
  }
}

extension FieldType {
  /// The type in a sentence.
  fileprivate var words: String {
    switch self {
    case .text: "words"
    case .money: "amount"
    case .number, .records: "number"
    case .date: "day that exists"
    }
  }
}
