private import CTerm
internal import DealModel
private import Glibc
public import Screens

/// The terminal: opened, drawn to, read from and closed on one thread.
///
/// One at a time in a process. Dropping the value restores the terminal.
public struct Terminal: ~Copyable {
  /// What it can show.
  public let traits: TerminalTraits
  private var painter: FramePainter
  private var keys = KeyReader()

  /// Opens the terminal and enters the full screen; nothing is drawn yet.
  ///
  /// - Parameter wake: A non-blocking descriptor that signal handlers write a byte to; −1 for none.
  /// - Throws: ``TerminalError``.
  public init(options: TerminalOptions = TerminalOptions(), wake: Int32 = -1) throws(TerminalError)
  {
    let localeIsASCII = TerminalTraits.localeIsASCII()
    var settings = cte_options()
    settings.input = options.input
    settings.output = options.output
    settings.wake = wake
    settings.any_file = options.takesAnyFile
    settings.colours = Self.environment("NO_COLOR").isEmpty
    settings.many_colours = ["truecolor", "24bit"].contains(Self.environment("COLORTERM"))
    settings.handlers = options.handlesSignals
    var found = cte_traits()
    let type = options.type ?? Self.environment("TERM")
    let outcome = type.withCString { name in
      settings.type = name
      return cte_open(&settings, &found)
    }
    guard outcome == Int32(CTE_OPENED.rawValue) else { throw Self.failure(outcome, type: type) }
    let colours: TerminalTraits.Colours =
      switch found.colours {
      case ..<8: .none
      case ..<256: .eight
      case ..<(1 << 24): .indexed
      default: .direct
      }
    traits = TerminalTraits(
      isASCII: options.isASCII ?? localeIsASCII, colours: colours,
      notice: found.fell_back
        ? "The terminal type '\(type)' is unknown here; using xterm-256color."
        : nil)
    painter = FramePainter(palette: Palette(colours), isASCII: traits.isASCII)
  }

  deinit { cte_close() }

  /// Restores the terminal, the signal handlers and stderr.
  public consuming func close() {}

  /// Columns and rows, as last taken over.
  public var size: Size {
    var columns: Int32 = 0
    var rows: Int32 = 0
    cte_size(&columns, &rows)
    return Size(columns: Int(columns), rows: Int(rows))
  }

  /// Takes over the size the terminal has now; the next frame is painted whole.
  public mutating func takeSize() -> Size {
    cte_resize()
    painter.forget()
    return size
  }

  /// Shows a frame; what the terminal shows already is not sent again.
  public mutating func show(_ frame: Frame) { painter.show(frame, size: size) }

  /// The next frame is painted whole, whatever the terminal shows.
  public mutating func forget() {
    painter.forget()
    cte_forget()
  }

  /// The keys that wait, in order, and whether there are more: `poll` does not tell of those that
  /// ncurses has read already.
  mutating func pendingKeys(at now: Timestamp) -> (keys: [Key], areMore: Bool) {
    var pressed: [Key] = []
    var raw = cte_key()
    // Bounded, so that a flood of input cannot keep frames from being drawn.
    for _ in 0..<10_000 {
      cte_read_key(&raw)
      if raw.kind == Int32(CTE_NONE.rawValue) { return (pressed + keys.settle(), false) }
      pressed += keys.take(raw, at: now)
    }
    return (pressed, true)
  }

  /// Whether a paste has begun and not ended.
  var isPasting: Bool { keys.isPasting }

  /// Ends a paste whose end never came.
  mutating func endPaste() -> [Key] { keys.endPaste() }

  /// Gives the terminal back to the shell until ``enter()``.
  public mutating func leave() { cte_leave() }

  /// Takes the terminal after ``leave()``, at the size it has now; the next frame is painted whole.
  public mutating func enter() -> Size {
    cte_return()
    return takeSize()
  }

  /// Puts text on the clipboard of whoever sits at the terminal.
  ///
  /// - Returns: Whether the text was sent; not when it is too long for a terminal to accept.
  public mutating func copy(_ text: String) -> Bool {
    let sequence = Clipboard.sequence(
      for: text, isInTmux: !Self.environment("TMUX").isEmpty,
      isInScreen: Self.environment("TERM").hasPrefix("screen"))
    guard let sequence else { return false }
    return sequence.withUnsafeBytes { cte_send($0.baseAddress, $0.count) }
  }

  private static func environment(_ name: String) -> String {
    guard let value = getenv(name) else { return "" }
    return String(cString: value)
  }

  private static func failure(_ outcome: Int32, type: String) -> TerminalError {
    switch UInt32(bitPattern: outcome) {
    case CTE_NOT_A_TERMINAL.rawValue:
      TerminalError(
        kind: .notATerminal,
        message: "The dashboard needs a terminal for input and output; in a pipe or a script use a "
          + "command such as 'plumbline deals'.")
    case CTE_UNKNOWN_TERMINAL.rawValue:
      TerminalError(
        kind: .unknownTerminal,
        message: "The terminal type '\(type)' is unknown here and xterm-256color is "
          + "not installed; install ncurses-term or set TERM.")
    case CTE_TOO_DUMB.rawValue:
      TerminalError(
        kind: .tooSimple,
        message: "The terminal type '\(type)' cannot place its cursor; set TERM to "
          + "what the terminal really is, or use a command such as 'plumbline deals'.")
    case CTE_IN_USE.rawValue:
      TerminalError(kind: .inUse, message: "The terminal is open already.")
    default:
      TerminalError(
        kind: .system,
        message: "The terminal could not be opened: \(String(cString: strerror(errno))).")
    }
  }
}

@available(*, unavailable)
extension Terminal: Sendable {}
