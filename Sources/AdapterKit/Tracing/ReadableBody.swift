import DealModel

/// A body in a form to read, without secrets. JSON is indented, also when it is broken or cut;
/// anything else stays as it came.
struct ReadableBody {
  /// The body.
  let text: String
  /// Whether something was left out at its end.
  let isCut: Bool

  /// - Parameter mostBytes: The most bytes of the body that are looked at.
  init(_ bytes: [UInt8], mask: SecretMask, mostBytes: Int) {
    let first = bytes.first { $0 > 0x20 && $0 < 0x80 }
    let isJSON = first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    let hidden = mask.hidingKnown(bytes, mostBytes: mostBytes)
    let isShort = bytes.count > mostBytes
    guard isJSON else {
      let shown = mask.hidingKnown(CredentialName.hidingValues(in: hidden))
      text = String(decoding: shown, as: UTF8.self)
      isCut = isShort
      return
    }
    var writer = LenientJSONWriter(
      bytes: hidden, mask: mask, mostBytes: 4 * min(mostBytes, 8 << 20))
    let isWhole = writer.write()
    text = String(decoding: mask.hidingKnown(writer.out), as: UTF8.self)
    isCut = isShort || !isWhole
  }
}

/// Indents JSON token by token, without asking whether it is whole or sound, and hides the values of
/// names that look like credentials.
struct LenientJSONWriter {
  private let bytes: [UInt8]
  private let mask: SecretMask
  private let mostBytes: Int
  private(set) var out: [UInt8] = []
  private var position = 0
  /// For each open container whether it is an object.
  private var open: [Bool] = []
  private var isName = false
  private var hidesNext = false
  /// Deeper levels are indented no further: the text must stay in proportion to the body.
  private static let deepest = 24

  init(bytes: [UInt8], mask: SecretMask, mostBytes: Int) {
    self.bytes = bytes
    self.mask = mask
    self.mostBytes = max(mostBytes, 1 << 12)
  }

  /// Writes everything; `false` when the end was left out.
  mutating func write() -> Bool {
    while position < bytes.count {
      guard out.count < mostBytes else { return false }
      let byte = bytes[position]
      switch byte {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      case UInt8(ascii: "{"), UInt8(ascii: "["): openContainer(isObject: byte == UInt8(ascii: "{"))
      case UInt8(ascii: "}"), UInt8(ascii: "]"): closeContainer(byte)
      case UInt8(ascii: ","):
        out.append(byte)
        isName = open.last == true
        hidesNext = false
        position += 1
        newLine()
      case UInt8(ascii: ":"):
        out += [byte, 0x20]
        isName = false
        position += 1
      case UInt8(ascii: "\""): if !writeString() { return false }
      default: writeScalar()
      }
    }
    return true
  }

  private mutating func newLine() {
    out.append(0x0A)
    out += [UInt8](repeating: 0x20, count: 2 * min(open.count, Self.deepest))
  }

  private mutating func openContainer(isObject: Bool) {
    if hidesNext { return skipContainer() }
    out.append(bytes[position])
    open.append(isObject)
    isName = isObject
    position += 1
    skipSpace()
    let isEmpty = position < bytes.count && "}]".utf8.contains(bytes[position])
    if isEmpty {
      out.append(bytes[position])
      open.removeLast()
      isName = false
      position += 1
    } else {
      newLine()
    }
  }

  private mutating func closeContainer(_ byte: UInt8) {
    if !open.isEmpty { open.removeLast() }
    isName = false
    hidesNext = false
    newLine()
    out.append(byte)
    position += 1
  }

  /// Passes over a container whose name looks like a credential.
  private mutating func skipContainer() {
    var depth = 0
    repeat {
      switch bytes[position] {
      case UInt8(ascii: "\""): _ = takeString()
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        position += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        position += 1
      default: position += 1
      }
    } while position < bytes.count && depth > 0
    hide()
  }

  private mutating func skipSpace() {
    while position < bytes.count, bytes[position] == 0x20 || (9...13).contains(bytes[position]) {
      position += 1
    }
  }

  private mutating func hide() {
    out += Array("\"\(SecretMask.standIn)\"".utf8)
    hidesNext = false
  }

  private mutating func writeScalar() {
    let start = position
    while position < bytes.count, bytes[position] > 0x20,
      !",:{}[]\"".utf8.contains(bytes[position])
    { position += 1 }
    guard position > start else {
      // A stray control character is no scalar; it is shown as its stand-in.
      out += Array("\u{FFFD}".utf8)
      position += 1
      return
    }
    let scalar = bytes[start..<position]
    if hidesNext, !scalar.elementsEqual("null".utf8) { return hide() }
    out += scalar
  }

  /// Writes a string anew, its secrets hidden; `false` when it has no end: what is left of it could
  /// be half a secret.
  private mutating func writeString() -> Bool {
    let wasName = isName
    guard let token = takeString() else { return false }
    if hidesNext, !wasName {
      hide()
      return true
    }
    let text = decoded(token)
    if wasName {
      hidesNext = CredentialName.isOne(text)
      isName = false
    } else if isHeaderValue(text) {
      hide()
      return true
    }
    out += Array(JSONValue.string(mask.hidingKnown(text)).text().utf8)
    return true
  }

  /// The string that begins here, quotes included; `nil` when it has no end.
  private mutating func takeString() -> ArraySlice<UInt8>? {
    let start = position
    position += 1
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\\"): position += 2
      case UInt8(ascii: "\""):
        position += 1
        return bytes[start..<position]
      default: position += 1
      }
    }
    position = bytes.count
    return nil
  }

  private func decoded(_ token: ArraySlice<UInt8>) -> String {
    if let text = (try? JSONValue(parsing: token))?.string { return text }
    return String(decoding: token.dropFirst().dropLast(), as: UTF8.self)
  }

  private func isHeaderValue(_ text: String) -> Bool {
    let start = text.prefix(7).lowercased()
    return start.hasPrefix("bearer ") || start.hasPrefix("basic ")
  }
}
