import DealModel

/// The rates of exchange: `rates: {as_of: 2026-11-20, EUR/USD: 1.0850}`.
extension ConfigurationReader {
  mutating func rates(_ top: MappingReader) -> ExchangeRates {
    var rates = ExchangeRates()
    guard let entry = top["rates"],
      let mapping = mapping(entry.value, of: "`rates`", keys: nil, at: entry.valuePosition)
    else { return rates }
    for entry in mapping.order {
      if entry.key == "as_of" {
        rates.asOf = day(entry)
      } else if let pair = pair(entry), let rate = rate(entry) {
        let inverse = ExchangeRates.Pair(base: pair.quoted, quoted: pair.base)
        if rates.rates[pair] != nil || rates.rates[inverse] != nil {
          report(
            entry.keyPosition,
            "There is a rate between \(pair.base) and \(pair.quoted) already; keep one.")
        }
        rates.rates[pair] = rate
      }
    }
    return rates
  }

  private mutating func day(_ entry: ConfigurationNode.Entry) -> CalendarDate? {
    guard let text = text(entry) else { return nil }
    let day = CalendarDate(text)
    if day == nil {
      report(
        entry.valuePosition, "`as_of` takes a day such as `2026-11-20`, not \(quoted(text)).")
    }
    return day
  }

  private mutating func pair(_ entry: ConfigurationNode.Entry) -> ExchangeRates.Pair? {
    let parts = entry.key.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      report(
        entry.keyPosition,
        "A rate is written `EUR/USD: 1.0850`: one euro is worth 1.0850 dollars; \(quoted(entry.key)) is no pair of currencies."
      )
      return nil
    }
    var currencies: [Currency] = []
    for part in parts {
      guard let currency = Currency(code: part) else {
        report(
          entry.keyPosition,
          "\(quoted(String(part))) is no ISO 4217 currency; write a code such as `EUR`.")
        continue
      }
      currencies.append(currency)
    }
    guard currencies.count == 2 else { return nil }
    guard currencies[0] != currencies[1] else {
      report(
        entry.keyPosition, "\(quoted(entry.key)) names one currency twice; name two.")
      return nil
    }
    return ExchangeRates.Pair(base: currencies[0], quoted: currencies[1])
  }

  private mutating func rate(_ entry: ConfigurationNode.Entry) -> ExactDecimal? {
    guard let text = text(entry) else { return nil }
    guard let rate = ExactDecimal(text), rate > .zero else {
      report(
        entry.valuePosition,
        "The rate \(quoted(entry.key)) takes a number above 0 such as `1.0850`, not \(quoted(text))."
      )
      return nil
    }
    return rate
  }
}
