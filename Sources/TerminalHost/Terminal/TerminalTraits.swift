private import CTerm
private import Glibc

/// What the terminal can show.
public struct TerminalTraits: Hashable, Sendable {
  /// How many colours there are to choose from.
  public enum Colours: Hashable, Sendable {
    /// None, or the user wants none (`NO_COLOR`).
    case none
    /// The eight colours of the user's theme.
    case eight
    /// The 256 colours of xterm.
    case indexed
    /// 24 bits.
    case direct
  }

  /// Whether only ASCII may be shown, because the locale is not UTF-8.
  public let isASCII: Bool
  /// The colours in use.
  public let colours: Colours
  /// A sentence for the user about how the terminal was opened; `nil` when there is nothing to say.
  public let notice: String?

  /// What a terminal can show.
  public init(isASCII: Bool, colours: Colours, notice: String? = nil) {
    self.isASCII = isASCII
    self.colours = colours
    self.notice = notice
  }

  /// Whether the environment's locale (`LC_ALL`, `LC_CTYPE`, `LANG`) is not UTF-8.
  ///
  /// Sets the process's character type, so call it before other threads run.
  public static func localeIsASCII() -> Bool { !cte_locale_is_utf8() }
}

/// Why the screen could not be opened.
public struct TerminalError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of failure it is.
  public enum Kind: Hashable, Sendable {
    /// Input or output is not a terminal.
    case notATerminal
    /// No description of this terminal, or of any other, is installed.
    case unknownTerminal
    /// The terminal cannot move its cursor.
    case tooSimple
    /// Another screen is open in this process.
    case inUse
    /// The operating system refused.
    case system
  }

  /// What kind of failure it is.
  public let kind: Kind
  /// What failed and how to mend it: one sentence.
  public let message: String

  /// A failure.
  public init(kind: Kind, message: String) {
    self.kind = kind
    self.message = message
  }

  public var description: String { message }
}

/// How to open the terminal.
public struct TerminalOptions: Hashable, Sendable {
  /// The descriptor keys come from.
  public var input: Int32 = 0
  /// The descriptor the screen goes to.
  public var output: Int32 = 1
  /// Shows only ASCII; `nil` asks the locale.
  public var isASCII: Bool?
  /// Whether to handle signals and crashes, and to hold stderr back while the screen is up.
  public var handlesSignals = true
  /// The name of the terminal in terminfo; `nil` asks `TERM`.
  public var type: String?
  /// Whether any file will do; for tests.
  var takesAnyFile = false

  /// Standard input and output, with signals handled.
  public init() {}
}
