import DealModel

/// Reads amounts as finance writes them: `1.234,50`, `(1,234.50)`, `1 234,50-`, `EUR 12.50`.
///
/// Strict about groups: `1,5` is never fifteen, and `1.234` is never taken for one and a bit where
/// the point stands between thousands.
struct CSVAmount {
  /// The number.
  let number: ExactDecimal
  /// A currency that stands with it, by its code or sign.
  let mark: Mark?

  /// What may stand with an amount.
  enum Mark: Hashable {
    case code(Currency)
    case euro, pound, dollar

    /// Whether the mark can mean that currency.
    func fits(_ currency: Currency) -> Bool {
      switch self {
      case .code(let code): code == currency
      case .euro: currency.code == "EUR"
      case .pound: ["GBP", "EGP", "FKP", "GIP", "SHP"].contains(currency.code)
      case .dollar: currency.code.hasSuffix("D")
      }
    }
  }

  /// - Parameter bytes: UTF-8, without spaces around it.
  /// - Returns: `nil` for anything that is not such an amount, or has more digits than are exact.
  init?(_ bytes: UnsafeBufferPointer<UInt8>, _ format: CSVFormat) {
    var rest = bytes[...]
    var isNegative = false
    if rest.first == UInt8(ascii: "("), rest.last == UInt8(ascii: ")"), rest.count > 2 {
      isNegative = true
      rest = rest.dropFirst().dropLast()
    }
    guard let mark = Self.takeMark(&rest) else { return nil }
    if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") {
      guard !isNegative else { return nil }
      isNegative = rest.first == UInt8(ascii: "-")
      rest = rest.dropFirst()
    } else if rest.last == UInt8(ascii: "-"), !isNegative {
      isNegative = true
      rest = rest.dropLast()
    }
    // `-€ 5` has its sign before the mark.
    var found = mark
    if found == .some(.none) {
      guard let inner = Self.takeMark(&rest) else { return nil }
      found = inner
    }
    guard let number = Self.digits(rest, format) else { return nil }
    self.number = isNegative ? -number : number
    self.mark = found
  }

  private static func digits(
    _ bytes: Slice<UnsafeBufferPointer<UInt8>>, _ format: CSVFormat
  ) -> ExactDecimal? {
    var coefficient: Int128 = 0
    var places: UInt8 = 0
    var digits = 0
    var group = 0
    var isGrouped = false
    var isFraction = false
    var position = bytes.startIndex
    while position < bytes.endIndex {
      let byte = bytes[position]
      let digit = byte &- UInt8(ascii: "0")
      if digit < 10 {
        digits += 1
        guard digits <= 36 else { return nil }
        // 36 digits stay below the 38 that fit.
        coefficient = coefficient &* 10 &+ Int128(digit)
        if isFraction { places += 1 } else { group += 1 }
        position += 1
      } else if byte == format.decimal, !isFraction {
        guard digits > 0, !isGrouped || group == 3, position + 1 < bytes.endIndex else {
          return nil
        }
        isFraction = true
        position += 1
      } else if !isFraction, let width = Self.gap(bytes[position...], format.thousands) {
        guard group >= 1, isGrouped ? group == 3 : group <= 3 else { return nil }
        isGrouped = true
        group = 0
        position += width
      } else {
        return nil
      }
    }
    guard digits > 0, !isGrouped || isFraction || group == 3,
      places <= ExactDecimal.maximumScale
    else { return nil }
    return ExactDecimal(coefficient: coefficient, scale: places)
  }

  /// How many bytes the sign between thousands takes here; `nil` when none stands here.
  private static func gap(
    _ bytes: Slice<UnsafeBufferPointer<UInt8>>, _ thousands: CSVFormat.Thousands
  ) -> Int? {
    switch thousands {
    case .none: nil
    case .point: bytes.first == UInt8(ascii: ".") ? 1 : nil
    case .comma: bytes.first == UInt8(ascii: ",") ? 1 : nil
    case .apostrophe:
      bytes.first == UInt8(ascii: "'") ? 1 : bytes.starts(with: [0xE2, 0x80, 0x99]) ? 3 : nil
    case .space: space(bytes)
    }
  }

  /// A space, also one that does not break.
  private static func space(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
    guard let first = bytes.first else { return nil }
    if first == UInt8(ascii: " ") { return 1 }
    if first == 0xC2, bytes.starts(with: [0xC2, 0xA0]) { return 2 }
    if first == 0xE2, bytes.starts(with: [0xE2, 0x80, 0xAF]) { return 3 }
    return nil
  }

  /// Takes a currency's code or sign off either end; `nil` for letters that are none.
  private static func takeMark(_ rest: inout Slice<UnsafeBufferPointer<UInt8>>) -> Mark?? {
    guard let first = rest.first, let last = rest.last else { return .some(.none) }
    // Nearly all amounts begin and end with a digit.
    if first &- UInt8(ascii: "0") < 10 || first == UInt8(ascii: "-"),
      last &- UInt8(ascii: "0") < 10
    {
      return .some(.none)
    }
    var mark: Mark?
    if isLetter(first) || isLetter(last) {
      guard rest.count > 3 else { return nil }
      let code = isLetter(first) ? rest.prefix(3) : rest.suffix(3)
      guard let currency = Currency(code: String(decoding: code, as: UTF8.self)) else { return nil }
      rest = isLetter(first) ? rest.dropFirst(3) : rest.dropLast(3)
      mark = .code(currency)
    } else {
      for (sign, meaning) in signs {
        if rest.starts(with: sign) {
          rest = rest.dropFirst(sign.count)
          mark = meaning
        } else if rest.count > sign.count, rest.suffix(sign.count).elementsEqual(sign) {
          rest = rest.dropLast(sign.count)
          mark = meaning
        }
      }
    }
    while let width = space(rest) { rest = rest.dropFirst(width) }
    while rest.last == UInt8(ascii: " ") { rest = rest.dropLast() }
    if rest.count > 2, rest.suffix(2).elementsEqual([0xC2, 0xA0]) { rest = rest.dropLast(2) }
    return .some(mark)
  }

  private static let signs: [([UInt8], Mark)] = [
    ([0xE2, 0x82, 0xAC], .euro), ([0xC2, 0xA3], .pound), ([UInt8(ascii: "$")], .dollar),
  ]

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}
