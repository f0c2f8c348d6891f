/// Percent-encoding (RFC 3986): everything but unreserved characters.
public enum PercentEncoding {
  /// Text as one path segment, one part of a query, or one part of an OAuth 1.0 signature.
  public static func encoded(_ text: some StringProtocol) -> String { encoded(text, space: "%20") }

  /// A part of a query as an address bears it: `+` is a space, and a percent sequence that is none
  /// stays as it is.
  public static func decoded(_ text: some StringProtocol) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(2)
      if byte == UInt8(ascii: "%"), digits.count == 2,
        digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
        let decoded = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
      {
        bytes.append(decoded)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte == UInt8(ascii: "+") ? 0x20 : byte)
      }
    }
    return String(validating: bytes, as: UTF8.self) ?? String(text)
  }

  /// Parameters as a query string, without the question mark.
  static func query(_ parameters: [HTTPParameter]) -> String {
    parameters.map { "\(encoded($0.name))=\(encoded($0.value))" }.joined(separator: "&")
  }

  /// Parameters as an `application/x-www-form-urlencoded` body.
  static func form(_ parameters: [HTTPParameter]) -> String {
    parameters.map { "\(encoded($0.name, space: "+"))=\(encoded($0.value, space: "+"))" }
      .joined(separator: "&")
  }

  private static let hexDigits = Array("0123456789ABCDEF".unicodeScalars)

  private static func encoded(_ text: some StringProtocol, space: String) -> String {
    var encoded = ""
    encoded.reserveCapacity(text.utf8.count)
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        encoded.unicodeScalars.append(Unicode.Scalar(byte))
      case UInt8(ascii: " "): encoded += space
      default:
        encoded.unicodeScalars.append("%")
        encoded.unicodeScalars.append(hexDigits[Int(byte >> 4)])
        encoded.unicodeScalars.append(hexDigits[Int(byte & 0xF)])
      }
    }
    return encoded
  }
}
