/// Reads one decimal number from UTF-8, digit by digit.
struct DecimalParser<Bytes: Sequence> where Bytes.Element == UInt8 {
  private var bytes: Bytes.Iterator
  private var current: UInt8?

  init(_ bytes: Bytes) {
    self.bytes = bytes.makeIterator()
    current = self.bytes.next()
  }

  mutating func parse() -> ExactDecimal? {
    let negative = takeSign()
    var coefficient: Int128 = 0
    var places = 0
    var digits = 0
    var pendingZeros = 0
    var afterPoint = false
    while let byte = current {
      if byte == UInt8(ascii: "."), !afterPoint, digits > 0 {
        afterPoint = true
        advance()
        guard let next = current, isDigit(next) else { return nil }
        continue
      }
      guard isDigit(byte) else { break }
      digits += 1
      let digit = Int128(byte - UInt8(ascii: "0"))
      if afterPoint, digit == 0 {
        // Zeros at the end of a fraction carry no value and must not use up the digits.
        pendingZeros += 1
      } else {
        for _ in 0..<pendingZeros { guard shift(&coefficient, by: 0) else { return nil } }
        guard shift(&coefficient, by: digit) else { return nil }
        if afterPoint { places += pendingZeros + 1 }
        pendingZeros = 0
      }
      advance()
    }
    guard digits > 0, let exponent = takeExponent(), current == nil else { return nil }
    return scaled(negative ? -coefficient : coefficient, places: places, exponent: exponent)
  }

  private func scaled(_ coefficient: Int128, places: Int, exponent: Int) -> ExactDecimal? {
    if coefficient == 0 { return .zero }
    var digits = coefficient
    var scale = places - exponent
    while scale > 0, digits % 10 == 0 {
      digits /= 10
      scale -= 1
    }
    if scale < 0 {
      guard let power = ExactDecimal.power(of: -scale) else { return nil }
      let (product, overflow) = digits.multipliedReportingOverflow(by: power)
      guard !overflow, product != .min else { return nil }
      return ExactDecimal(coefficient: product, scale: 0)
    }
    guard scale <= Int(ExactDecimal.maximumScale) else { return nil }
    return ExactDecimal(coefficient: digits, scale: UInt8(scale))
  }

  private mutating func takeSign() -> Bool {
    if current == UInt8(ascii: "-") {
      advance()
      return true
    }
    if current == UInt8(ascii: "+") { advance() }
    return false
  }

  /// The exponent; 0 when there is none, `nil` when it is broken or absurd.
  private mutating func takeExponent() -> Int? {
    guard current == UInt8(ascii: "e") || current == UInt8(ascii: "E") else { return 0 }
    advance()
    let negative = takeSign()
    var exponent = 0
    var digits = 0
    while let byte = current, isDigit(byte) {
      exponent = exponent * 10 + Int(byte - UInt8(ascii: "0"))
      digits += 1
      guard exponent < 1_000 else { return nil }
      advance()
    }
    guard digits > 0 else { return nil }
    return negative ? -exponent : exponent
  }

  private func shift(_ coefficient: inout Int128, by digit: Int128) -> Bool {
    let (product, overflow) = coefficient.multipliedReportingOverflow(by: 10)
    guard !overflow else { return false }
    let (sum, carry) = product.addingReportingOverflow(digit)
    coefficient = sum
    return !carry
  }

  private func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  private mutating func advance() { current = bytes.next() }
}
