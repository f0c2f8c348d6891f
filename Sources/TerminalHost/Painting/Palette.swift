private import CTerm
internal import Screens

/// Roles as looks: attributes, and the number of a colour pair.
///
/// The background is always the terminal's own, dark or light. The 256 and 24-bit colours have a
/// relative luminance near 0.18, which is as far from black as from white (contrast about 4.5).
struct Palette {
  private let colours: TerminalTraits.Colours
  /// A pair of the terminal's own two colours; 0 where it could not be made.
  ///
  /// From a coloured cell to one of pair 0 ncurses sends a full reset (11 bytes), to one of this
  /// pair only the colour (5 bytes): with some runs of colour in a row that decides whether moving
  /// the cursor bar stays below 400 bytes.
  private var plainPair: UInt8 = 0
  /// Pairs that exist; a pair that could not be made would paint black on black.
  private var usable: Set<Ink> = []

  /// Makes the colour pairs of the open terminal.
  init(_ colours: TerminalTraits.Colours) {
    self.colours = colours
    if colours != .none, cte_set_pair(Self.plain, -1) { plainPair = UInt8(Self.plain) }
    for ink in Ink.allCases {
      guard let colour = Self.colour(of: ink, in: colours) else { continue }
      if cte_set_pair(Int32(ink.rawValue), colour) { usable.insert(ink) }
    }
  }

  /// Attributes (`CTE_BOLD` and so on) and pair of a style.
  func look(of style: Style) -> (attributes: UInt8, pair: UInt8) {
    var attributes = 0
    if style.isBold { attributes |= CTE_BOLD }
    if style.isUnderlined { attributes |= CTE_UNDERLINED }
    // A bar in one colour: a patchwork of exchanged colours is hard to read, and costs bytes.
    if style.isReversed { return (UInt8(attributes | CTE_REVERSED), plainPair) }
    if usable.contains(style.ink) {
      if colours == .eight, style.ink == .warning || style.ink == .bad { attributes |= CTE_BOLD }
      return (UInt8(attributes), style.ink.rawValue)
    }
    switch style.ink {
    case .muted: attributes |= CTE_DIM
    case .heading, .bad: attributes |= CTE_BOLD
    default: break
    }
    return (UInt8(attributes), plainPair)
  }

  /// The number of the plain pair, after those of the inks.
  private static let plain = Int32(Ink.allCases.count)

  /// The colour of a role; `nil` where it is told by an attribute or not at all.
  private static func colour(of ink: Ink, in colours: TerminalTraits.Colours) -> Int32? {
    let choices: (eight: Int32?, indexed: Int32, direct: Int32)
    switch ink {
    case .plain, .heading: return nil
    case .muted: choices = (nil, 243, 0x767676)
    case .accent: choices = (6, 31, 0x0087AF)
    case .good: choices = (2, 28, 0x008700)
    case .caution: choices = (3, 136, 0xAF8700)
    case .warning: choices = (3, 166, 0xD75F00)
    case .bad: choices = (1, 160, 0xD70000)
    }
    switch colours {
    case .none: return nil
    case .eight: return choices.eight
    case .indexed: return choices.indexed
    case .direct: return choices.direct
    }
  }
}
