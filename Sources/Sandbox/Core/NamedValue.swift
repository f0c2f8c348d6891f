/// A header field, a query parameter or a form field, decoded.
public struct NamedValue: Hashable, Sendable {
  /// The name.
  public var name: String
  /// The value.
  public var value: String

  /// A field.
  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

extension [NamedValue] {
  /// The value of the first field of exactly that name.
  public subscript(name: String) -> String? { first { $0.name == name }?.value }

  /// The value of the first field of that name, without regard to case, as headers are compared.
  public func header(_ name: String) -> String? {
    let wanted = name.lowercased()
    return first { $0.name.lowercased() == wanted }?.value
  }

  /// The fields of an `application/x-www-form-urlencoded` text, which query strings are too, in
  /// their order.
  ///
  /// `+` is a space. An invalid percent sequence stays as it is written.
  public init(formEncoded text: some StringProtocol) {
    self = text.split(separator: "&").map { pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let value = parts.count > 1 ? parts[1] : ""
      return NamedValue(
        percentDecoded(parts[0], plusIsSpace: true), percentDecoded(value, plusIsSpace: true))
    }
  }
}

/// The text with its percent sequences replaced; the text itself when they make no UTF-8.
func percentDecoded(_ text: some StringProtocol, plusIsSpace: Bool = false) -> String {
  let bytes = Array(text.utf8)
  guard bytes.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
    return String(text)
  }
  var decoded: [UInt8] = []
  decoded.reserveCapacity(bytes.count)
  var index = 0
  while index < bytes.count {
    let byte = bytes[index]
    if byte == UInt8(ascii: "%"), index + 2 < bytes.count,
      let high = hexDigit(bytes[index + 1]), let low = hexDigit(bytes[index + 2])
    {
      decoded.append(high << 4 | low)
      index += 3
    } else {
      decoded.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
      index += 1
    }
  }
  return String(validating: decoded, as: UTF8.self) ?? String(text)
}

private func hexDigit(_ byte: UInt8) -> UInt8? {
  Character(Unicode.Scalar(byte)).hexDigitValue.map { UInt8($0) }
}
