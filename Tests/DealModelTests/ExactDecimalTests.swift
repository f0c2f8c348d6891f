import DealModel
import TestSupport
import Testing

@Suite("Exact decimals")
struct ExactDecimalTests {
  @Test("a tenth and two tenths are three tenths")
  func tenths() throws {
    let tenth = try #require(ExactDecimal("0.1"))
    let fifth = try #require(ExactDecimal("0.2"))
    #expect(try tenth.adding(fifth) == ExactDecimal("0.3"))
    #expect(try tenth.adding(fifth).description == "0.3")
  }

  @Test(
    "numbers are read as written",
    arguments: [
      ("0", "0"), ("-0", "0"), ("-0.00", "0"), ("12.50", "12.5"), ("+7", "7"), ("1e3", "1000"),
      ("1E3", "1000"), ("1e+3", "1000"), ("1e-3", "0.001"), ("-1.5e1", "-15"),
      ("123456789012345678", "123456789012345678"),
      ("1234567890123456.78", "1234567890123456.78"),
      ("0.000000000000000001", "0.000000000000000001"),
      ("007", "7"), ("100e-2", "1"), ("0e999", "0"),
      ("1.50000000000000000000000000000000000000000000", "1.5"),
      ("99999999999999999999999999999999999999", "99999999999999999999999999999999999999"),
      ("-99999999999999999999999999999999999999", "-99999999999999999999999999999999999999"),
    ])
  func reads(text: String, expected: String) throws {
    #expect(try #require(ExactDecimal(text)).description == expected)
  }

  @Test(
    "what is no number, or does not fit, is refused and never rounded",
    arguments: [
      "", " ", "1 ", " 1", "1,5", "1.234,50", "1,234.50", ".5", "5.", "1.", "--1", "+-1", "1e",
      "1e+",
      "e5", "0x10", "NaN", "inf", "Infinity", "1_000", "١٢", "１２", "1.2.3", "€5", "5€", "1e1000",
      "1e39", "1000000000000000000000000000000000000000", "0.1234567890123456789012345678901",
      "9e38", "1e-31",
    ])
  func refuses(text: String) { #expect(ExactDecimal(text) == nil) }

  @Test("equal values are equal and hash alike, however they are written")
  func equality() throws {
    #expect(ExactDecimal("1.50") == ExactDecimal("1.5"))
    #expect(Set([ExactDecimal("10"), ExactDecimal("1e1"), ExactDecimal("10.0")]).count == 1)
    #expect(ExactDecimal(coefficient: 1_500, scale: 3) == ExactDecimal("1.5"))
  }

  @Test("a sum beyond 38 digits throws instead of wrapping")
  func overflowingSum() throws {
    let most = ExactDecimal(coefficient: .max, scale: 0)
    #expect(throws: ArithmeticOverflow.self) { try most.adding(1) }
    #expect(throws: ArithmeticOverflow.self) { try (-most).subtracting(2) }
    let tiny = try #require(ExactDecimal("0.000000000000000000000000000001"))
    #expect(throws: ArithmeticOverflow.self) { try most.adding(tiny) }
    #expect(try most.adding(-most) == .zero)
  }

  @Test("a product beyond 38 digits throws, and one that shrinks again does not")
  func products() throws {
    let big = ExactDecimal(coefficient: .max, scale: 0)
    #expect(throws: ArithmeticOverflow.self) { try big.multiplied(by: 2) }
    #expect(try big.multiplied(by: 1) == big)
    #expect(try #require(ExactDecimal("0.5")).multiplied(by: 4) == 2)
    let tiny = try #require(ExactDecimal("1e-30"))
    #expect(throws: ArithmeticOverflow.self) { try tiny.multiplied(by: tiny) }
    #expect(try tiny.multiplied(by: .zero) == .zero)
    #expect(try #require(ExactDecimal("-1.1")).multiplied(by: -3) == ExactDecimal("3.3"))
  }

  @Test(
    "a quotient is rounded half to even",
    arguments: [
      ("1", "3", 2, "0.33"), ("2", "3", 2, "0.67"), ("1", "8", 2, "0.12"), ("3", "8", 2, "0.38"),
      ("-1", "8", 2, "-0.12"), ("-3", "8", 2, "-0.38"), ("5", "2", 0, "2"), ("7", "2", 0, "4"),
      ("0.125", "1", 2, "0.12"), ("0.135", "1", 2, "0.14"),
      ("100", "7", 30, "14.285714285714285714285714285714"),
      ("1000000", "0.001", 0, "1000000000"), ("0", "5", 2, "0"),
      ("12345678901234567890123456789012345678", "12345678901234567890123456789012345678", 2, "1"),
    ])
  func quotients(dividend: String, divisor: String, places: UInt8, expected: String) throws {
    let left = try #require(ExactDecimal(dividend))
    let right = try #require(ExactDecimal(divisor))
    #expect(try left.divided(by: right, places: places).description == expected)
  }

  @Test("dividing by zero, or beyond 38 digits, throws")
  func impossibleQuotients() throws {
    #expect(throws: ArithmeticOverflow.self) { try ExactDecimal(1).divided(by: .zero, places: 2) }
    let big = ExactDecimal(coefficient: .max, scale: 0)
    #expect(throws: ArithmeticOverflow.self) { try big.divided(by: 1, places: 2) }
    #expect(throws: ArithmeticOverflow.self) { try ExactDecimal(1).divided(by: 3, places: 31) }
  }

  @Test(
    "rounding is half to even on both sides of zero",
    arguments: [
      ("0.125", 2, "0.12"), ("0.135", 2, "0.14"), ("-0.125", 2, "-0.12"), ("-0.135", 2, "-0.14"),
      ("2.5", 0, "2"), ("3.5", 0, "4"), ("-0.5", 0, "0"), ("-1.5", 0, "-2"), ("1.005", 2, "1"),
      ("7", 2, "7"),
    ])
  func rounding(text: String, places: UInt8, expected: String) throws {
    #expect(try #require(ExactDecimal(text)).rounded(to: places).description == expected)
  }

  @Test("numbers compare by value across scales")
  func comparison() {
    let texts = [
      "-99999999999999999999999999999999999999", "-1.5", "-1.25", "-0.000001", "0",
      "0.000000000000000000000000000001", "0.1", "0.11", "1", "1.000000000000000001",
      "9999999999999999999999999999999999999.5", "99999999999999999999999999999999999999",
    ]
    let ascending = texts.compactMap { ExactDecimal($0) }
    #expect(ascending.count == texts.count)
    for (index, left) in ascending.enumerated() {
      for (other, right) in ascending.enumerated() {
        #expect((left < right) == (index < other), "\(left) < \(right)")
      }
    }
  }

  @Test("sums, differences and products agree with whole-number arithmetic over many seeds")
  func arithmeticLaws() throws {
    let random = SeededRandom(seed: 7)
    for _ in 0..<2_000 {
      let left = Int64(bitPattern: random.next()) >> 20
      let right = Int64(bitPattern: random.next()) >> 20
      let scale = UInt8(random.next() % 7)
      let one = ExactDecimal(coefficient: Int128(left), scale: scale)
      let other = ExactDecimal(coefficient: Int128(right), scale: scale)
      #expect(
        try one.adding(other)
          == ExactDecimal(coefficient: Int128(left) + Int128(right), scale: scale))
      #expect(try one.subtracting(other).adding(other) == one)
      #expect(
        try one.multiplied(by: other)
          == ExactDecimal(coefficient: Int128(left) * Int128(right), scale: scale * 2))
      #expect((one < other) == (left < right))
      #expect(ExactDecimal(one.description) == one)
    }
  }

  @Test("the smallest coefficient has an opposite that does not trap")
  func extremeCoefficient() {
    let lowest = ExactDecimal(coefficient: .min, scale: 0)
    #expect(lowest.isNegative)
    _ = (-lowest).description
    _ = lowest.magnitude
    _ = lowest.rounded(to: 0)
  }
}
