import DealModel

/// A deal ID without what people get wrong when they copy one: case, blanks, separators, and signs
/// that look alike.
///
///     BW-10017   BW-1O017   bw 10017   ＢＷ–１００１７    →   8W10017
///
/// Two IDs that fold alike are the same to a tired eye; letters fold to digits on both sides, so
/// nothing is lost by it.
struct FoldedID: Hashable, Sendable {
  /// ASCII letters in upper case, digits, and what has no counterpart as UTF-8.
  let bytes: [UInt8]

  /// - Returns: `nil` for an ID without a letter or digit, or too long to be a slip.
  init?(_ id: DealID) {
    let text = id.text
    guard text.utf8.count <= Self.longest else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      guard let folded = Self.folded(scalar) else { continue }
      bytes.append(contentsOf: folded.utf8)
    }
    if bytes.isEmpty { return nil }
    self.bytes = bytes
  }

  /// An ID that is folded already.
  init(bytes: [UInt8]) { self.bytes = bytes }

  /// Longer texts are no ID that somebody mistyped.
  static let longest = 64

  /// The scalar a person may have meant; `nil` for one that only separates.
  private static func folded(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
    var scalar = scalar
    // Full-width forms, as Japanese input methods write them.
    if (0xFF01...0xFF5E).contains(scalar.value) {
      scalar = Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar
    }
    if let latin = cyrillic[scalar] { scalar = latin }
    switch scalar {
    case "a"..."z": scalar = Unicode.Scalar(scalar.value - 32) ?? scalar
    case "A"..."Z", "0"..."9": break
    default: return scalar.properties.isAlphabetic ? scalar : nil
    }
    return lookalikes[scalar] ?? scalar
  }

  private static let lookalikes: [Unicode.Scalar: Unicode.Scalar] = [
    "O": "0", "I": "1", "L": "1", "S": "5", "B": "8", "Z": "2",
  ]

  /// Capitals and small letters that look like Latin ones on every screen.
  private static let cyrillic: [Unicode.Scalar: Unicode.Scalar] = [
    "А": "A", "В": "B", "Е": "E", "К": "K", "М": "M", "Н": "H", "О": "O", "Р": "P", "С": "C",
    "Т": "T", "Х": "X", "а": "A", "е": "E", "о": "O", "р": "P", "с": "C", "х": "X",
  ]
}
