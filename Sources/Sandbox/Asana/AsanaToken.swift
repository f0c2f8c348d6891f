import Foundation

/// Words that the server hands out and takes back, and that mean nothing to anybody else: offsets
/// of pages and sync tokens. They bear a seal, so that nobody makes one up.
enum AsanaToken {
  /// - Parameter parts: Texts without a bar.
  static func sealed(_ parts: [String]) -> String {
    let text = parts.joined(separator: "|")
    return Data("\(text)|\(seal(text))".utf8).base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  /// The parts of a token; `nil` for one that was not handed out here.
  static func opened(_ token: String) -> [String]? {
    var base64 = token.replacing("-", with: "+").replacing("_", with: "/")
    base64 += String(repeating: "=", count: (4 - base64.count % 4) % 4)
    guard let text = Data(base64Encoded: base64).flatMap({ String(data: $0, encoding: .utf8) })
    else { return nil }
    let parts = text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    guard let mark = parts.last, mark == seal(parts.dropLast().joined(separator: "|")) else {
      return nil
    }
    return parts.dropLast()
  }

  /// FNV-1a, 64 bits: enough against slips, and nothing here is secret.
  static func seal(_ text: String) -> String {
    let hash = text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { hash, byte in
      (hash ^ UInt64(byte)) &* 0x100_0000_01B3
    }
    return String(hash, radix: 36)
  }
}
