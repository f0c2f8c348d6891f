private import CTerm
internal import DealModel
internal import Screens

/// Paints frames: only rows that differ from the last one, and of those ncurses sends only what
/// differs.
struct FramePainter {
  private let palette: Palette
  private let isASCII: Bool
  private var shown: Frame?
  private var line: [cte_cell] = []

  init(palette: Palette, isASCII: Bool) {
    self.palette = palette
    self.isASCII = isASCII
  }

  /// What was shown is not on the terminal any more.
  mutating func forget() { shown = nil }

  /// Shows a frame on a screen of that size; a frame of another size is clipped.
  mutating func show(_ frame: Frame, size: Size) {
    if shown == frame { return }
    let isComparable = shown?.size == frame.size
    for row in 0..<min(frame.rows.count, size.rows) {
      if isComparable, let shown, shown.rows[row] == frame.rows[row] { continue }
      paint(frame.rows[row].prefix(size.columns), row: row)
    }
    if let cursor = frame.cursor, (0..<size.rows).contains(cursor.row),
      (0..<size.columns).contains(cursor.column)
    {
      cte_cursor(Int32(cursor.row), Int32(cursor.column))
    } else {
      cte_cursor(-1, 0)
    }
    cte_flush()
    shown = frame
  }

  private mutating func paint(_ cells: ArraySlice<Cell>, row: Int) {
    line.removeAll(keepingCapacity: true)
    var style = Style.plain
    var look = palette.look(of: style)
    let textEnd = cells.lastIndex { $0.scalar != " " } ?? cells.startIndex
    for index in cells.indices {
      let cell = cells[index]
      // A gap looks the same in every ink: it takes that of the text before it, which saves going
      // back to plain and forth again.
      let isGap =
        cell.scalar == " " && index < textEnd && style.showsNothingOnBlanks
        && cell.style.showsNothingOnBlanks
      if cell.style != style, !isGap {
        style = cell.style
        look = palette.look(of: style)
      }
      var painted = cte_cell()
      painted.look = look.attributes
      painted.pair = look.pair
      if cell.isContinuation {
        // Without a wide character before it, which is a fault of the frame, it shows as blank.
        let follows = index > cells.startIndex && !cells[index - 1].isContinuation
        painted.width = follows ? 0 : 1
        painted.scalar = 0x20
      } else {
        let isWide = index + 1 < cells.endIndex && cells[index + 1].isContinuation
        painted.width = isWide ? 2 : 1
        painted.scalar = cell.scalar.isUnsafeOnTerminal ? 0xFFFD : cell.scalar.value
        if !cell.marks.isEmpty, !isASCII { painted.marks = Self.marks(cell.marks) }
      }
      line.append(painted)
    }
    line.withUnsafeBufferPointer {
      cte_paint(Int32(row), 0, $0.baseAddress, Int32($0.count), isASCII)
    }
  }

  /// The first four marks, which is what a cell of ncurses holds.
  private static func marks(_ marks: CombiningMarks) -> (UInt32, UInt32, UInt32, UInt32) {
    func mark(_ index: Int) -> UInt32 {
      // A stand-in would be a character of its own here: an unsafe mark is left out.
      index < marks.count && !marks[index].isUnsafeOnTerminal ? marks[index].value : 0
    }
    return (mark(0), mark(1), mark(2), mark(3))
  }
}

extension Style {
  /// Whether a blank in this style is just background.
  fileprivate var showsNothingOnBlanks: Bool { !isReversed && !isUnderlined }
}
