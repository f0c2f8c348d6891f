internal import CTerm
internal import DealModel
internal import Screens

/// Turns what the terminal sends into keys: control characters, pastes, double clicks, and strays.
struct KeyReader {
  /// A paste longer than this is cut off.
  static let longestPaste = 65_536
  /// Two presses of a button within this time are a double click.
  static let doubleClick = Duration.milliseconds(400)
  /// Lines a notch of the wheel stands for.
  static let wheelLines = 3

  private enum Sequence {
    case none, escape
    case control(length: Int)
  }

  private var sequence = Sequence.none
  private var pasted: String.UnicodeScalarView?
  private var pastedCount = 0
  private var lastPress: (at: Timestamp, column: Int, row: Int)?

  /// Whether a paste has begun and not ended.
  var isPasting: Bool { pasted != nil }

  /// The keys that one event of the terminal completes: none, one, or two.
  mutating func take(_ raw: cte_key, at now: Timestamp) -> [Key] {
    if pasted != nil { return paste(raw) }
    guard raw.kind == Int32(CTE_SCALAR.rawValue) else {
      let before = settle()
      return before + key(raw, at: now)
    }
    guard let scalar = Unicode.Scalar(raw.code) else { return [] }
    switch sequence {
    case .escape where scalar == "[":
      // A sequence ncurses did not know: its letters are not commands.
      sequence = .control(length: 0)
      return []
    case .control(let length) where length < 32 && (0x20...0x7E).contains(scalar.value):
      sequence = scalar.value >= 0x40 ? .none : .control(length: length + 1)
      return []
    default:
      let before = settle()
      if scalar == "\u{1B}" {
        sequence = .escape
        return before
      }
      return before + [Self.key(scalar)]
    }
  }

  /// No more input waits: an escape that nothing followed was the key.
  mutating func settle() -> [Key] {
    defer { sequence = .none }
    switch sequence {
    case .none: return []
    case .escape: return [.escape]
    case .control(let length): return length == 0 ? [.escape, .character("[")] : []
    }
  }

  /// Ends a paste whose end never came.
  mutating func endPaste() -> [Key] {
    guard let text = pasted else { return [] }
    pasted = nil
    return [.paste(String(text))]
  }

  private mutating func paste(_ raw: cte_key) -> [Key] {
    switch (UInt32(bitPattern: raw.kind), raw.code) {
    case (CTE_NAMED.rawValue, CTE_PASTE_ENDS.rawValue): return endPaste()
    case (CTE_NAMED.rawValue, CTE_ENTER.rawValue): append("\n")
    case (CTE_SCALAR.rawValue, 0x0D): append("\n")
    case (CTE_SCALAR.rawValue, _): Unicode.Scalar(raw.code).map { append($0) }
    default: break
    }
    return []
  }

  private mutating func append(_ scalar: Unicode.Scalar) {
    guard pastedCount < Self.longestPaste else { return }
    pastedCount += 1
    pasted?.append(scalar)
  }

  private mutating func key(_ raw: cte_key, at now: Timestamp) -> [Key] {
    let column = Int(raw.column)
    let row = Int(raw.row)
    switch UInt32(bitPattern: raw.kind) {
    case CTE_NAMED.rawValue: return named(raw.code)
    case CTE_FUNCTION.rawValue: return [.function(Int(raw.code))]
    case CTE_WHEEL.rawValue:
      return [
        .wheel(lines: raw.code == 0 ? -Self.wheelLines : Self.wheelLines, column: column, row: row)
      ]
    case CTE_PRESS.rawValue:
      let isSecond =
        lastPress.map {
          $0.column == column && $0.row == row && $0.at.duration(to: now) <= Self.doubleClick
        } ?? false
      if isSecond || raw.code == 2 {
        lastPress = nil
        return [.doubleClick(column: column, row: row)]
      }
      lastPress = (now, column, row)
      return [.click(column: column, row: row)]
    default: return []
    }
  }

  private mutating func named(_ code: UInt32) -> [Key] {
    switch code {
    case CTE_UP.rawValue: return [.up]
    case CTE_DOWN.rawValue: return [.down]
    case CTE_LEFT.rawValue: return [.left]
    case CTE_RIGHT.rawValue: return [.right]
    case CTE_HOME.rawValue: return [.home]
    case CTE_END.rawValue: return [.end]
    case CTE_PAGE_UP.rawValue: return [.pageUp]
    case CTE_PAGE_DOWN.rawValue: return [.pageDown]
    case CTE_ENTER.rawValue: return [.enter]
    case CTE_BACKSPACE.rawValue: return [.backspace]
    case CTE_DELETE.rawValue: return [.delete]
    case CTE_BACK_TAB.rawValue: return [.backTab]
    case CTE_PASTE_BEGINS.rawValue:
      pasted = String.UnicodeScalarView()
      pastedCount = 0
      return []
    default: return []
    }
  }

  private static func key(_ scalar: Unicode.Scalar) -> Key {
    switch scalar.value {
    case 0x09: .tab
    case 0x0A, 0x0D: .enter
    case 0x08, 0x7F: .backspace
    case 0x00: .control(" ")
    case 0x01...0x1A: .control(Character(Unicode.Scalar(UInt8(scalar.value) + 0x60)))
    case 0x1C...0x1F: .control(Character(Unicode.Scalar(UInt8(scalar.value) + 0x40)))
    default: .character(Character(scalar))
    }
  }
}
