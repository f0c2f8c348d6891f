extension JSONValue {
  /// The document as text, members in their order, non-ASCII as it is.
  ///
  /// Control characters are escaped, so the text is safe on a terminal as far as C0 goes; C1, DEL
  /// and bidirectional controls are escaped as well, because documents end up on terminals.
  ///
  /// - Parameter pretty: Two spaces of indentation a level and a line per member.
  public func text(pretty: Bool = false) -> String {
    var text = ""
    write(to: &text, indentation: pretty ? 0 : nil)
    return text
  }

  private func write(to text: inout String, indentation: Int?) {
    switch self {
    case .null: text += "null"
    case .bool(let flag): text += flag ? "true" : "false"
    case .number(let number): text += number
    case .string(let string): Self.write(string, to: &text)
    case .array(let elements):
      Self.write(elements, "[", "]", to: &text, indentation) { element, text, deeper in
        element.write(to: &text, indentation: deeper)
      }
    case .object(let members):
      Self.write(members, "{", "}", to: &text, indentation) { member, text, deeper in
        Self.write(member.name, to: &text)
        text += deeper == nil ? ":" : ": "
        member.value.write(to: &text, indentation: deeper)
      }
    }
  }

  private static func write<Element>(
    _ elements: [Element], _ opening: String, _ closing: String, to text: inout String,
    _ indentation: Int?, each: (Element, inout String, Int?) -> Void
  ) {
    text += opening
    let deeper = indentation.map { $0 + 1 }
    for (index, element) in elements.enumerated() {
      if index > 0 { text += "," }
      if let deeper { text += "\n" + String(repeating: "  ", count: deeper) }
      each(element, &text, deeper)
    }
    if let indentation, !elements.isEmpty {
      text += "\n" + String(repeating: "  ", count: indentation)
    }
    text += closing
  }

  private static func write(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      default:
        if scalar.isUnsafeOnTerminal {
          // Beyond the basic plane JSON escapes the two halves of the UTF-16 form.
          for unit in String(scalar).utf16 {
            let hex = String(unit, radix: 16)
            text += "\\u" + String(repeating: "0", count: max(0, 4 - hex.utf8.count)) + hex
          }
        } else {
          text.unicodeScalars.append(scalar)
        }
      }
    }
    text += "\""
  }
}
