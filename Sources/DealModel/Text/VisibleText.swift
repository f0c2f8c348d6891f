extension Unicode.Scalar {
  /// Whether a terminal could obey this scalar, or hide it, instead of showing it: C0, DEL, C1,
  /// bidirectional controls, zero-width characters, line separators, tags and the byte order mark.
  public var isUnsafeOnTerminal: Bool {
    switch value {
    case 0..<0x20, 0x7F..<0xA0: true
    case 0xAD, 0x61C, 0x180E: true
    case 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F: true
    case 0xFEFF, 0xFFF9...0xFFFB: true
    case 0xE0000...0xE0FFF: true
    default: false
    }
  }
}

/// Text from outside, made safe to show: the one way from a system's words to a terminal.
///
/// Every unsafe scalar becomes a visible stand-in; zero-width joiners and variation selectors that
/// shape emoji are kept out of the cells by the screens, not here. The model keeps the original.
public struct VisibleText: Hashable, Sendable, CustomStringConvertible {
  /// The safe text.
  public let text: String

  /// Makes text safe.
  ///
  /// - Parameter ascii: Stand-ins in ASCII (`?`) instead of control pictures (`␛`).
  public init(_ original: some StringProtocol, ascii: Bool = false) {
    guard original.unicodeScalars.contains(where: \.isUnsafeOnTerminal) else {
      text = String(original)
      return
    }
    var safe = ""
    var previous: Unicode.Scalar?
    for scalar in original.unicodeScalars {
      // A joiner between two emoji is how families are written; it is dropped with the cell's tail.
      let joinsEmoji = scalar.value == 0x200D && previous.map(Self.canBeJoined) == true
      if joinsEmoji || !scalar.isUnsafeOnTerminal {
        safe.unicodeScalars.append(scalar)
      } else {
        safe.unicodeScalars.append(ascii ? "?" : Self.standIn(for: scalar))
      }
      previous = scalar
    }
    text = safe
  }

  public var description: String { text }

  private static func canBeJoined(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isEmojiPresentation || scalar.properties.isEmojiModifier
      || scalar.value == 0xFE0F
  }

  private static func standIn(for scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.value {
    case 0..<0x20: Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}"
    case 0x7F: "\u{2421}"
    default: "\u{FFFD}"
    }
  }
}
