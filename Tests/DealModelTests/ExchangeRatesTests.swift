import DealModel
import Testing

@Suite("Rates of exchange")
struct ExchangeRatesTests {
  private let euro: Currency
  private let dollar: Currency
  private let yen: Currency
  private let rates: ExchangeRates

  init() throws {
    euro = try #require(Currency(code: "EUR"))
    dollar = try #require(Currency(code: "USD"))
    yen = try #require(Currency(code: "JPY"))
    rates = ExchangeRates([
      .init(base: euro, quoted: dollar): try #require(ExactDecimal("1.0850")),
      .init(base: euro, quoted: yen): try #require(ExactDecimal("163.27")),
    ])
  }

  private func converted(_ text: String, _ from: Currency, _ to: Currency) throws -> String? {
    let amount = try #require(ExactDecimal(text))
    return rates.convert(Money(amount, from), to: to)?.money.description
  }

  @Test("convert both ways, rounded to the target's customary digits")
  func bothWays() throws {
    #expect(try converted("100", euro, dollar) == "108.50 USD")
    #expect(try converted("108.50", dollar, euro) == "100.00 EUR")
    #expect(try converted("10", dollar, euro) == "9.22 EUR")
    #expect(try converted("9.99", euro, yen) == "1631 JPY")
    #expect(try converted("-108.50", dollar, euro) == "-100.00 EUR")
  }

  @Test("are never chained, and never guessed")
  func unknown() throws {
    #expect(try converted("100", dollar, yen) == nil)
    #expect(try converted("100", euro, euro) == nil)
  }

  @Test("name the pair and the rate that were used, as configured")
  func provenance() throws {
    let known = try #require(rates.convert(Money(100, dollar), to: euro))
    #expect(known.pair.description == "EUR/USD")
    #expect(known.rate == ExactDecimal("1.0850"))
  }
}
