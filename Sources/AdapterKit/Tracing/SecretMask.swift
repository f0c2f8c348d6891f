/// Puts `•••` in place of secrets: the texts that are known to be secret, in every spelling in which
/// they travel, and the values of names that look like credentials.
struct SecretMask: Sendable {
  /// What stands in place of a secret.
  static let standIn = "•••"
  private static let standInBytes = Array(standIn.utf8)

  /// The spellings to hide, longer ones first.
  private let spellings: [[UInt8]]
  /// First byte → the spellings that begin with it.
  private let byFirstByte: [[Int]]

  /// Hides these texts, and what looks like a credential.
  init(secrets: some Sequence<String>) {
    var spellings: Set<[UInt8]> = []
    for secret in secrets where !secret.isEmpty {
      for text in [secret] + Self.longLines(of: secret) {
        spellings.formUnion(Self.spellings(of: text))
      }
    }
    self.spellings = spellings.sorted { $0.count > $1.count }
    var byFirstByte = [[Int]](repeating: [], count: 256)
    for (index, spelling) in self.spellings.enumerated() {
      if let first = spelling.first { byFirstByte[Int(first)].append(index) }
    }
    self.byFirstByte = byFirstByte
  }

  /// The lines of a document such as a key, which may be quoted one by one.
  private static func longLines(of secret: String) -> [String] {
    let lines = secret.split(whereSeparator: \.isNewline)
    guard lines.count > 1 else { return [] }
    return lines.filter { $0.utf8.count >= 16 }.map(String.init)
  }

  /// The text as it stands, inside JSON with and without escaped slashes, in an address, in a form,
  /// and in Base64.
  private static func spellings(of text: String) -> [[UInt8]] {
    let plain = Array(text.utf8)
    var quoted: [UInt8] = []
    for byte in plain {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): quoted += [UInt8(ascii: "\\"), byte]
      case UInt8(ascii: "\n"): quoted += Array("\\n".utf8)
      case UInt8(ascii: "\r"): quoted += Array("\\r".utf8)
      case UInt8(ascii: "\t"): quoted += Array("\\t".utf8)
      default: quoted.append(byte)
      }
    }
    let slashed = quoted.flatMap { $0 == UInt8(ascii: "/") ? Array("\\/".utf8) : [$0] }
    return [
      plain, quoted, slashed, Array(PercentEncoding.encoded(text).utf8),
      Array(PercentEncoding.form([HTTPParameter("", text)]).utf8.dropFirst()),
      Array(Base64.encoded(plain).utf8),
    ].filter { !$0.isEmpty }
  }

  /// Bytes with the known secrets hidden.
  ///
  /// - Parameter mostBytes: Bytes beyond are left out; a secret that stands across that end is
  ///   hidden whole.
  func hidingKnown(_ bytes: [UInt8], mostBytes: Int = .max) -> [UInt8] {
    let end = min(bytes.count, mostBytes)
    guard !spellings.isEmpty else { return Array(bytes[..<end]) }
    var out: [UInt8] = []
    out.reserveCapacity(end)
    var position = 0
    while position < end {
      if let length = secretLength(at: position, in: bytes) {
        out += Self.standInBytes
        position += length
      } else {
        out.append(bytes[position])
        position += 1
      }
    }
    return out
  }

  private func secretLength(at position: Int, in bytes: [UInt8]) -> Int? {
    for index in byFirstByte[Int(bytes[position])] {
      let spelling = spellings[index]
      if position + spelling.count <= bytes.count,
        bytes[position..<position + spelling.count].elementsEqual(spelling)
      {
        return spelling.count
      }
    }
    return nil
  }

  /// Text with the known secrets hidden.
  func hidingKnown(_ text: String) -> String {
    guard !spellings.isEmpty else { return text }
    return String(decoding: hidingKnown(Array(text.utf8)), as: UTF8.self)
  }

  /// Text that is no JSON (an address, a form, a page) with secrets and credentials hidden.
  func masked(_ text: String) -> String {
    let bytes = hidingKnown(CredentialName.hidingValues(in: hidingKnown(Array(text.utf8))))
    return String(decoding: bytes, as: UTF8.self)
  }
}
