internal import DealModel

extension EmulatedRequest {
  /// User and password after `Authorization: Basic` (RFC 7617); `nil` for another scheme or none.
  var basicLogin: (user: String, password: String)? {
    guard let header = header("authorization") else { return nil }
    let words = header.split(separator: " ")
    guard words.count == 2, words[0].lowercased() == "basic",
      let decoded = Self.decoded(base64: words[1])
    else { return nil }
    let parts = decoded.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
  }

  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// The text in Base64 (RFC 4648 §4); `nil` for anything else.
  static func decoded(base64 text: some StringProtocol) -> String? {
    var bits: UInt32 = 0
    var count = 0
    var bytes: [UInt8] = []
    for byte in text.utf8 where byte != UInt8(ascii: "=") {
      guard let digit = alphabet.firstIndex(of: byte) else { return nil }
      bits = bits << 6 | UInt32(digit)
      count += 6
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(bits >> UInt32(count) & 0xFF))
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
