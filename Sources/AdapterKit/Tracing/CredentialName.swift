/// Names whose values are credentials whatever they hold.
public enum CredentialName {
  private static let parts = [
    "password", "passwd", "passphrase", "secret", "credential", "apikey", "accesskey",
    "privatekey", "authorization", "sessionid", "cookie", "clientassertion", "signature",
  ]
  private static let words: Set<String> = ["jwt", "assertion", "pwd", "hapikey", "bearer"]
  /// Positions in a list and versions of a record, which are no secrets.
  private static let harmlessTokens = [
    "pagetoken", "synctoken", "continuationtoken", "deltatoken", "nexttoken", "cursortoken",
  ]

  /// Whether the value under this name must not be seen.
  public static func isOne(_ name: String) -> Bool {
    let folded = String(name.lowercased().filter { $0.isLetter || $0.isNumber })
    if parts.contains(where: folded.contains) || words.contains(folded) { return true }
    guard folded.hasSuffix("token") || folded.hasSuffix("tokens") else { return false }
    return !harmlessTokens.contains(where: folded.hasSuffix)
  }

  /// Hides the values in text that says `name=value`, `name: value` or `<name>value</name>`.
  static func hidingValues(in bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    var position = 0
    while position < bytes.count {
      guard isNameByte(bytes[position]) else {
        out.append(bytes[position])
        position += 1
        continue
      }
      let start = position
      while position < bytes.count, isNameByte(bytes[position]) { position += 1 }
      let name = bytes[start..<position]
      out += name
      guard name.count <= 64, let value = valueStart(after: position, in: bytes),
        isOne(String(decoding: name, as: UTF8.self))
      else { continue }
      out += bytes[position..<value]
      position = value
      while position < bytes.count, !endsValue(bytes[position]) { position += 1 }
      if position > value { out += Array(SecretMask.standIn.utf8) }
    }
    return out
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
      UInt8(ascii: "."):
      true
    default: false
    }
  }

  /// Where the value begins that belongs to a name; `nil` when no value follows.
  private static func valueStart(after end: Int, in bytes: [UInt8]) -> Int? {
    var position = end
    func skip(_ wanted: (UInt8) -> Bool) {
      while position < bytes.count, wanted(bytes[position]) { position += 1 }
    }
    let isFiller: (UInt8) -> Bool = {
      $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") || $0 == 0x20
    }
    skip(isFiller)
    guard position < bytes.count, "=:>".utf8.contains(bytes[position]) else { return nil }
    position += 1
    skip(isFiller)
    // "Bearer abc" and "Basic abc" are two words with one value.
    for scheme in ["Bearer ", "Basic "] where bytes[position...].starts(with: scheme.utf8) {
      position += scheme.utf8.count
    }
    return position
  }

  private static func endsValue(_ byte: UInt8) -> Bool {
    byte < 0x20 || " \"'&<>;,".utf8.contains(byte)
  }
}
