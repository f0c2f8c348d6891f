import DealModel
import Testing

@Suite("Money")
struct MoneyTests {
  let euro = Currency(code: "EUR")
  let yen = Currency(code: "JPY")

  @Test("amounts of one currency add up and subtract exactly")
  func sums() throws {
    let euro = try #require(euro)
    let left = Money(try #require(ExactDecimal("0.10")), euro)
    let right = Money(try #require(ExactDecimal("0.20")), euro)
    #expect(try left.adding(right).description == "0.30 EUR")
    #expect(try left.subtracting(right).description == "-0.10 EUR")
    #expect((-left).amountText == "-0.10")
  }

  @Test("amounts of different currencies are never added")
  func currencies() throws {
    let left = Money(1, try #require(euro))
    let right = Money(1, try #require(yen))
    #expect(throws: MoneyError.currenciesDiffer(left.currency, right.currency)) {
      try left.adding(right)
    }
  }

  @Test("a sum that does not fit says so")
  func overflow() throws {
    let most = Money(ExactDecimal(coefficient: .max, scale: 0), try #require(euro))
    #expect(throws: MoneyError.overflow) { try most.adding(most) }
  }

  @Test("an amount is written with its currency's digits and loses none")
  func notation() throws {
    #expect(Money(1_234, try #require(yen)).description == "1234 JPY")
    #expect(Money(try #require(ExactDecimal("1.2345")), try #require(euro)).amountText == "1.2345")
    #expect(Money(5, try #require(Currency(code: "KWD"))).amountText == "5.000")
  }

  @Test(
    "a currency is one that ISO 4217 lists",
    arguments: ["", "EU", "EURO", "XXQ", "€", "E UR", "ＥＵＲ", "BTC"])
  func unknownCurrencies(code: String) { #expect(Currency(code: code) == nil) }

  @Test("the case of a code does not matter")
  func caseOfCodes() { #expect(Currency(code: "eur") == euro) }
}
