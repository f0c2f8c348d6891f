internal import DealModel

/// Figures as people read them.
enum AmountText {
  /// A plain decimal notation with a comma between groups of three: `1,234,567.50`.
  static func grouped(_ plain: String) -> String {
    let bytes = Array(plain.utf8)
    let start = bytes.first == UInt8(ascii: "-") ? 1 : 0
    let point = bytes.firstIndex(of: UInt8(ascii: ".")) ?? bytes.count
    guard point - start > 3 else { return plain }
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count + (point - start) / 3)
    for (index, byte) in bytes.enumerated() {
      if index > start, index < point, (point - index) % 3 == 0 { out.append(UInt8(ascii: ",")) }
      out.append(byte)
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// The amount with its currency: `1,234.50 EUR`.
  static func full(_ money: Money) -> String {
    "\(grouped(money.amountText)) \(money.currency.code)"
  }

  /// The amount without its currency: `1,234.50`.
  static func bare(_ money: Money) -> String { grouped(money.amountText) }

  /// The amount in so many cells: in full, else rounded to whole units, to thousands, to millions…
  /// and marked with `about` when rounding lost something.
  static func fitted(_ money: Money, width: Int, about: String) -> String {
    let full = full(money)
    if full.utf8.count <= width { return full }
    let code = money.currency.code
    for (power, letter) in [(0, ""), (3, "k"), (6, "M"), (9, "G"), (12, "T"), (15, "P"), (18, "E")]
    {
      guard
        let shown = try? money.amount.divided(
          by: ExactDecimal(coefficient: tenTo(power), scale: 0), places: power == 0 ? 0 : 1)
      else { continue }
      let back = try? shown.multiplied(by: ExactDecimal(coefficient: tenTo(power), scale: 0))
      let sign = back == money.amount ? "" : about
      let text = sign + grouped(shown.description) + letter + " " + code
      // The sign is one cell in either encoding.
      if text.unicodeScalars.count <= width { return text }
    }
    return "\(about)\(scientific(money.amount)) \(code)"
  }

  /// A percentage with one place: `42.0%`.
  static func percent(_ number: ExactDecimal, places: UInt8 = 1) -> String {
    grouped(number.rounded(to: places).formatted(minimumPlaces: places)) + "%"
  }

  /// Two digits and the power of ten, `1.2e28`: what no column holds in full.
  private static func scientific(_ amount: ExactDecimal) -> String {
    let digits = amount.magnitude.rounded(to: 0).description
    let second = digits.dropFirst().first.map { ".\($0)" } ?? ""
    return (amount.isNegative ? "-" : "") + "\(digits.prefix(1))\(second)e\(digits.utf8.count - 1)"
  }

  private static func tenTo(_ exponent: Int) -> Int128 {
    var power: Int128 = 1
    for _ in 0..<exponent { power *= 10 }
    return power
  }
}
