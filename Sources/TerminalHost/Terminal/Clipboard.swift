/// The sequence that puts text on the clipboard (OSC 52).
enum Clipboard {
  /// What terminals accept; xterm and tmux drop longer sequences, some silently.
  static let longest = 74_000

  /// The bytes to send; `nil` when the text is too long.
  ///
  /// tmux takes the plain sequence when `set-clipboard` is on and passes the wrapped one through
  /// when `allow-passthrough` is; which of the two a user has is not known, so it gets both.
  static func sequence(for text: String, isInTmux: Bool, isInScreen: Bool) -> [UInt8]? {
    let bytes = Array(text.utf8)
    guard bytes.count <= longest else { return nil }
    let plain = Array("\u{1B}]52;c;".utf8) + base64(bytes) + [0x07]
    if isInTmux {
      return plain + Array("\u{1B}Ptmux;\u{1B}".utf8) + plain + Array("\u{1B}\\".utf8)
    }
    if isInScreen { return Array("\u{1B}P".utf8) + plain + Array("\u{1B}\\".utf8) }
    return plain
  }

  /// RFC 4648, with padding.
  static func base64(_ bytes: [UInt8]) -> [UInt8] {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let present = min(3, bytes.count - start)
      var group = 0
      for offset in 0..<3 {
        group = group << 8 | (offset < present ? Int(bytes[start + offset]) : 0)
      }
      for digit in 0..<4 {
        text.append(digit <= present ? letters[group >> (18 - 6 * digit) & 63] : UInt8(ascii: "="))
      }
    }
    return text
  }
}
