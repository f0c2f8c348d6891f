/// Columns and rows of a terminal.
public struct Size: Hashable, Sendable {
  /// Cells across.
  public var columns: Int
  /// Cells down.
  public var rows: Int

  /// Columns and rows.
  public init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
  }
}

/// What a cell means, not what colour it has: the host maps roles to what the terminal can do.
public enum Ink: UInt8, CaseIterable, Hashable, Sendable {
  /// Plain text.
  case plain
  /// Secondary text: units, hints, rules.
  case muted
  /// Headings and column titles.
  case heading
  /// Names of systems and keys.
  case accent
  /// Fresh, agreed, healthy.
  case good
  /// Aging, due soon, degraded.
  case caution
  /// Stale, late, throttled.
  case warning
  /// Expired, conflict, down.
  case bad
}

/// How a cell looks.
public struct Style: Hashable, Sendable {
  /// What it means.
  public var ink: Ink
  /// Emphasis.
  public var isBold: Bool
  /// Foreground and background exchanged: the cursor bar, a selected tab.
  public var isReversed: Bool
  /// A line below.
  public var isUnderlined: Bool

  /// A look.
  public init(
    _ ink: Ink = .plain, bold: Bool = false, reversed: Bool = false, underlined: Bool = false
  ) {
    self.ink = ink
    isBold = bold
    isReversed = reversed
    isUnderlined = underlined
  }

  /// Plain text.
  public static let plain = Style()
}

/// One cell of a frame.
public struct Cell: Hashable, Sendable {
  /// The first scalar of what stands here; for the right half of a wide character, NUL.
  public var scalar: Unicode.Scalar
  /// Combining marks on it, four at most: what ncurses takes.
  public var marks: CombiningMarks
  /// How it looks.
  public var style: Style

  /// A cell.
  public init(_ scalar: Unicode.Scalar = " ", marks: CombiningMarks = [], style: Style = .plain) {
    self.scalar = scalar
    self.marks = marks
    self.style = style
  }

  /// The right half of a wide character.
  public static func continuation(style: Style) -> Cell { Cell("\0", style: style) }
  /// Whether this is the right half of a wide character.
  public var isContinuation: Bool { scalar == "\0" }
}

/// A whole screen as a value. Views make frames; the host paints what differs from the last one.
public struct Frame: Hashable, Sendable {
  /// Its size.
  public let size: Size
  /// Rows from the top, each exactly `size.columns` cells.
  public private(set) var rows: [[Cell]]
  /// Where the terminal's cursor stands while text is being typed; `nil` hides it.
  public var cursor: Position?

  /// A place in a frame, from the top left, beginning with 0.
  public struct Position: Hashable, Sendable {
    /// Cells from the left.
    public var column: Int
    /// Cells from the top.
    public var row: Int

    /// A place in a frame.
    public init(column: Int, row: Int) {
      self.column = column
      self.row = row
    }
  }

  /// An empty frame.
  public init(size: Size) {
    self.size = size
    rows = Array(
      repeating: Array(repeating: Cell(), count: max(0, size.columns)), count: max(0, size.rows))
  }

  /// Sets one cell; outside the frame nothing happens.
  public mutating func set(_ cell: Cell, column: Int, row: Int) {
    guard rows.indices.contains(row), rows[row].indices.contains(column) else { return }
    rows[row][column] = cell
  }

  /// Sets cells side by side; what lies outside the frame is left out.
  public mutating func write(_ cells: [Cell], column: Int, row: Int) {
    guard rows.indices.contains(row) else { return }
    let start = max(0, column)
    let end = min(rows[row].count, column + cells.count)
    guard start < end else { return }
    rows[row].replaceSubrange(start..<end, with: cells[(start - column)..<(end - column)])
  }

  /// The frame as text, a line per row without trailing newline, for tests and `:save-display`.
  public var lines: [String] {
    rows.map { row in
      var line = String.UnicodeScalarView()
      for cell in row where !cell.isContinuation {
        line.append(cell.scalar)
        line.append(contentsOf: cell.marks)
      }
      return String(line)
    }
  }
}
