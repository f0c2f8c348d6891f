/// Decoding of fields and files.
enum CSVText {
  /// What Windows-1252 has at 0x80 … 0x9F; elsewhere it is Latin-1. Its five unused bytes stand for
  /// themselves, as in the WHATWG encoding standard.
  private static let high: [UInt32] = [
    0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039,
    0x0152, 0x8D, 0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
  ]

  /// Appends one byte of Windows-1252 as UTF-8.
  static func append(windows byte: UInt8, to bytes: inout [UInt8]) {
    let value = (0x80..<0xA0).contains(byte) ? high[Int(byte) - 0x80] : UInt32(byte)
    append(value, to: &bytes)
  }

  static func append(_ value: UInt32, to bytes: inout [UInt8]) {
    switch value {
    case 0..<0x80: bytes.append(UInt8(value))
    case 0x80..<0x800:
      bytes.append(UInt8(0xC0 | value >> 6))
      bytes.append(UInt8(0x80 | value & 0x3F))
    case 0x800..<0x1_0000:
      bytes.append(UInt8(0xE0 | value >> 12))
      bytes.append(UInt8(0x80 | value >> 6 & 0x3F))
      bytes.append(UInt8(0x80 | value & 0x3F))
    default:
      bytes.append(UInt8(0xF0 | value >> 18 & 0x07))
      bytes.append(UInt8(0x80 | value >> 12 & 0x3F))
      bytes.append(UInt8(0x80 | value >> 6 & 0x3F))
      bytes.append(UInt8(0x80 | value & 0x3F))
    }
  }

  /// UTF-16 as UTF-8. Half of a pair becomes U+FFFD.
  static func utf8(
    fromUTF16 bytes: UnsafeBufferPointer<UInt8>, bigEndian: Bool, into result: inout [UInt8],
    pending: inout UInt16?
  ) {
    var position = 0
    while position + 1 < bytes.count {
      let first = UInt16(bytes[position])
      let second = UInt16(bytes[position + 1])
      let unit = bigEndian ? first << 8 | second : second << 8 | first
      position += 2
      if let lead = pending {
        pending = nil
        if (0xDC00..<0xE000).contains(unit) {
          append(0x1_0000 + (UInt32(lead - 0xD800) << 10) + UInt32(unit - 0xDC00), to: &result)
          continue
        }
        append(0xFFFD, to: &result)
      }
      switch unit {
      case 0xD800..<0xDC00: pending = unit
      case 0xDC00..<0xE000: append(0xFFFD, to: &result)
      default: append(UInt32(unit), to: &result)
      }
    }
  }
}
