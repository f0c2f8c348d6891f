/// An exact decimal number: `coefficient × 10^-scale`, up to 38 digits.
///
/// Never passes through binary floating point. Arithmetic that does not fit throws
/// ``ArithmeticOverflow`` instead of rounding or wrapping. Two numbers are equal when their values
/// are: `1.50 == 1.5`.
public struct ExactDecimal: Hashable, Sendable {
  /// The digits, without trailing zeros after the point.
  public let coefficient: Int128
  /// How many of the digits stand after the point, 0 to ``maximumScale``.
  public let scale: UInt8

  /// The most digits kept after the point.
  public static let maximumScale: UInt8 = 30
  /// Zero.
  public static let zero = ExactDecimal(0)

  /// A whole number.
  public init(_ whole: Int) {
    coefficient = Int128(whole)
    scale = 0
  }

  /// `coefficient × 10^-scale`, with trailing zeros after the point dropped.
  ///
  /// - Parameter scale: 0 to ``maximumScale``.
  public init(coefficient: Int128, scale: UInt8) {
    precondition(scale <= Self.maximumScale, "scale beyond maximumScale")
    var places = scale
    if var digits = Int64(exactly: coefficient) {
      // Nearly every amount is so small, and dividing 128 bits takes ten times as long.
      Self.dropZeros(of: &digits, &places)
      self.coefficient = Int128(digits)
    } else {
      var digits = coefficient
      Self.dropZeros(of: &digits, &places)
      self.coefficient = digits
    }
    self.scale = places
  }

  private static func dropZeros<Digits: BinaryInteger>(
    of digits: inout Digits, _ places: inout UInt8
  ) {
    while places > 0, digits % 10 == 0 {
      digits /= 10
      places -= 1
    }
  }

  /// The number a JSON number, or a decimal string as the vendors write them, stands for.
  ///
  /// Accepts an optional sign, digits, an optional fraction and an optional exponent (`-12.50`,
  /// `1e3`). No grouping, no spaces, no decimal comma.
  ///
  /// - Returns: `nil` when the text is not such a number, or holds more digits than fit: it is
  ///   never rounded.
  public init?(_ text: some StringProtocol) {
    var parser = DecimalParser(text.utf8)
    guard let parsed = parser.parse() else { return nil }
    self = parsed
  }

  /// The same for a whole string, most of which are a few plain digits.
  public init?(_ text: String) {
    var text = text
    if let short = text.withUTF8({ Self.short($0) }) {
      self = short
      return
    }
    var parser = DecimalParser(text.utf8)
    guard let parsed = parser.parse() else { return nil }
    self = parsed
  }

  /// A number of at most 18 digits and no exponent; `nil` for anything else.
  private static func short(_ bytes: UnsafeBufferPointer<UInt8>) -> ExactDecimal? {
    let isNegative = bytes.first == UInt8(ascii: "-")
    let begin = isNegative ? 1 : 0
    guard bytes.count > begin, bytes.count <= 18 else { return nil }
    var digits: Int64 = 0
    var point: Int?
    for index in begin..<bytes.count {
      let digit = bytes[index] &- UInt8(ascii: "0")
      if digit < 10 {
        digits = digits &* 10 &+ Int64(digit)
      } else if bytes[index] == UInt8(ascii: "."), point == nil, index > begin {
        point = index
      } else {
        return nil
      }
    }
    var places = point.map { bytes.count - $0 - 1 } ?? 0
    if point != nil, places == 0 { return nil }
    while places > 0, digits % 10 == 0 {
      digits /= 10
      places -= 1
    }
    return ExactDecimal(coefficient: Int128(isNegative ? -digits : digits), scale: UInt8(places))
  }

  /// Whether the number is below zero.
  public var isNegative: Bool { coefficient < 0 }
  /// Whether the number is zero.
  public var isZero: Bool { coefficient == 0 }
  /// The number without its sign.
  public var magnitude: ExactDecimal { isNegative ? -self : self }

  /// The number with the opposite sign.
  public static prefix func - (number: ExactDecimal) -> ExactDecimal {
    ExactDecimal(coefficient: 0 &- number.coefficient, scale: number.scale)
  }

  /// The sum.
  public func adding(_ other: ExactDecimal) throws(ArithmeticOverflow) -> ExactDecimal {
    let places = max(scale, other.scale)
    let (sum, overflow) = try digits(at: places).addingReportingOverflow(other.digits(at: places))
    guard !overflow, sum != .min else { throw ArithmeticOverflow() }
    return ExactDecimal(coefficient: sum, scale: places)
  }

  /// The difference.
  public func subtracting(_ other: ExactDecimal) throws(ArithmeticOverflow) -> ExactDecimal {
    try adding(-other)
  }

  /// The product.
  public func multiplied(by other: ExactDecimal) throws(ArithmeticOverflow) -> ExactDecimal {
    let (product, overflow) = coefficient.multipliedReportingOverflow(by: other.coefficient)
    guard !overflow, product != .min else { throw ArithmeticOverflow() }
    // Factors such as 0.5 × 4 lose digits after the point, so the scale is checked only afterwards.
    var digits = product
    var places = Int(scale) + Int(other.scale)
    while places > 0, digits % 10 == 0 {
      digits /= 10
      places -= 1
    }
    if digits == 0 { return .zero }
    guard places <= Int(Self.maximumScale) else { throw ArithmeticOverflow() }
    return ExactDecimal(coefficient: digits, scale: UInt8(places))
  }

  /// The quotient, rounded half to even.
  ///
  /// - Parameters:
  ///   - divisor: Not zero; a zero throws ``ArithmeticOverflow``.
  ///   - places: Digits kept after the point.
  public func divided(
    by divisor: ExactDecimal, places: UInt8
  ) throws(ArithmeticOverflow) -> ExactDecimal {
    guard !divisor.isZero, places <= Self.maximumScale else { throw ArithmeticOverflow() }
    // (a / 10^s) / (b / 10^t) at p places = a × 10^(p + t - s) / b.
    let shift = Int(places) + Int(divisor.scale) - Int(scale)
    var numerator = coefficient.magnitude
    var denominator = divisor.coefficient.magnitude
    var high: UInt128 = 0
    if shift >= 0 {
      guard let power = Self.power(of: shift) else { throw ArithmeticOverflow() }
      (high, numerator) = numerator.multipliedFullWidth(by: power.magnitude)
    } else {
      guard let power = Self.power(of: -shift) else { throw ArithmeticOverflow() }
      let (scaled, overflow) = denominator.multipliedReportingOverflow(by: power.magnitude)
      guard !overflow else { throw ArithmeticOverflow() }
      denominator = scaled
    }
    guard high < denominator else { throw ArithmeticOverflow() }
    let (quotient, remainder) = denominator.dividingFullWidth((high, numerator))
    let twice = remainder.multipliedReportingOverflow(by: 2)
    let roundsUp =
      twice.overflow || twice.partialValue > denominator
      || (twice.partialValue == denominator && quotient & 1 == 1)
    let rounded = roundsUp ? quotient &+ 1 : quotient
    guard rounded <= Int128.max.magnitude else { throw ArithmeticOverflow() }
    let negative = isNegative != divisor.isNegative
    return ExactDecimal(coefficient: negative ? -Int128(rounded) : Int128(rounded), scale: places)
  }

  /// The number rounded half to even.
  ///
  /// - Parameter places: Digits kept after the point.
  public func rounded(to places: UInt8) -> ExactDecimal {
    guard places < scale, let divisor = Self.power(of: Int(scale - places)) else { return self }
    let (quotient, remainder) = coefficient.quotientAndRemainder(dividingBy: divisor)
    let twice = remainder.magnitude * 2
    let up = twice > divisor.magnitude || (twice == divisor.magnitude && quotient % 2 != 0)
    let step: Int128 = isNegative ? -1 : 1
    return ExactDecimal(coefficient: up ? quotient + step : quotient, scale: places)
  }

  /// The coefficient when written with that many places after the point.
  private func digits(at places: UInt8) throws(ArithmeticOverflow) -> Int128 {
    if places == scale { return coefficient }
    guard let power = Self.power(of: Int(places - scale)) else { throw ArithmeticOverflow() }
    let (digits, overflow) = coefficient.multipliedReportingOverflow(by: power)
    guard !overflow else { throw ArithmeticOverflow() }
    return digits
  }

  /// Ten to that power; `nil` beyond 38.
  static func power(of exponent: Int) -> Int128? {
    guard exponent >= 0, exponent <= 38 else { return nil }
    var power: Int128 = 1
    for _ in 0..<exponent { power *= 10 }
    return power
  }
}

/// A sum, product or quotient that does not fit in 38 digits, or a division by zero.
public struct ArithmeticOverflow: Error, Hashable, Sendable {
  /// The error.
  public init() {}
}

extension ExactDecimal: Comparable {
  /// Whether the left number is the smaller; exact for every pair of scales.
  public static func < (left: ExactDecimal, right: ExactDecimal) -> Bool {
    let (leftWhole, leftPart) = left.parts
    let (rightWhole, rightPart) = right.parts
    return leftWhole == rightWhole ? leftPart < rightPart : leftWhole < rightWhole
  }

  /// The whole part, and what stands after the point at ``maximumScale``, both with the sign.
  private var parts: (whole: Int128, part: Int128) {
    guard let divisor = Self.power(of: Int(scale)),
      let lift = Self.power(of: Int(Self.maximumScale - scale))
    else { return (coefficient, 0) }
    let (whole, part) = coefficient.quotientAndRemainder(dividingBy: divisor)
    return (whole, part * lift)
  }
}

extension ExactDecimal: CustomStringConvertible {
  /// The plain decimal notation, `-1234.5`, without grouping or exponent.
  public var description: String { formatted(minimumPlaces: 0) }

  /// The plain decimal notation with at least that many digits after the point.
  public func formatted(minimumPlaces: UInt8) -> String {
    var digits = String(coefficient.magnitude)
    let places = Int(scale)
    if digits.utf8.count <= places {
      digits = String(repeating: "0", count: places + 1 - digits.utf8.count) + digits
    }
    var text = String(digits.dropLast(places))
    var fraction = String(digits.suffix(places))
    if fraction.utf8.count < Int(minimumPlaces) {
      fraction += String(repeating: "0", count: Int(minimumPlaces) - fraction.utf8.count)
    }
    if !fraction.isEmpty { text += "." + fraction }
    return isNegative ? "-" + text : text
  }
}

extension ExactDecimal: ExpressibleByIntegerLiteral {
  /// A whole number.
  public init(integerLiteral value: Int) { self.init(value) }
}
