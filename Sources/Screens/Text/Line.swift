/// Which side text keeps to in its column.
enum Side: Hashable, Sendable {
  /// Words.
  case left
  /// Figures.
  case right
}

/// A row of cells being written from left to right.
struct Line: Hashable, Sendable {
  /// What has been written.
  private(set) var cells: [Cell] = []
  private let writer: CellWriter
  private let ellipsis: Cell

  /// An empty line.
  init(_ glyphs: Glyphs) {
    writer = glyphs.writer
    ellipsis = Cell(glyphs.ellipsis)
  }

  /// A line of one text.
  init(_ glyphs: Glyphs, _ text: String, _ style: Style = .plain) {
    self.init(glyphs)
    add(text, style)
  }

  /// Cells written so far.
  var width: Int { cells.count }

  /// The line as text.
  var text: String {
    var text = String.UnicodeScalarView()
    for cell in cells where !cell.isContinuation {
      text.append(cell.scalar)
      text.append(contentsOf: cell.marks)
    }
    return String(text)
  }

  /// Writes text after what stands there.
  mutating func add(_ text: String, _ style: Style = .plain) {
    writer.append(text, style: style, to: &cells)
  }

  /// Writes text into a column: padded to the width, or cut with an ellipsis.
  mutating func add(_ text: String, width: Int, _ side: Side = .left, _ style: Style = .plain) {
    guard width > 0 else { return }
    let start = cells.count
    writer.append(text, style: style, to: &cells)
    let used = cells.count - start
    if used > width {
      clip(to: start + width, style: style)
    } else if used < width {
      let blank = Array(repeating: Cell(style: style.onBlank), count: width - used)
      if side == .left { cells += blank } else { cells.insert(contentsOf: blank, at: start) }
    }
  }

  /// Writes one cell.
  mutating func add(_ scalar: Unicode.Scalar, _ style: Style = .plain) {
    cells.append(Cell(scalar, style: style))
  }

  /// Writes the cells of another line.
  mutating func add(_ other: Line) { cells += other.cells }

  /// Blanks up to a column; nothing when the line is there already.
  mutating func pad(to column: Int, _ filler: Unicode.Scalar = " ", _ style: Style = .plain) {
    guard column > cells.count else { return }
    cells += Array(repeating: Cell(filler, style: style), count: column - cells.count)
  }

  /// Cuts to a width, with an ellipsis for what is lost; never half of a wide character.
  mutating func clip(to width: Int, style: Style? = nil) {
    guard cells.count > width else { return }
    guard width > 0 else {
      cells = []
      return
    }
    let isCutInTwo = cells[width - 1].isContinuation
    var mark = ellipsis
    mark.style = style ?? cells[width - 1].style
    cells.removeSubrange((isCutInTwo ? width - 2 : width - 1)...)
    cells.append(mark)
    if isCutInTwo { cells.append(Cell(style: mark.style.onBlank)) }
  }

  /// The line without its first cells; half of a wide character becomes a blank.
  func dropping(_ count: Int) -> Line {
    var line = self
    line.cells.removeFirst(min(max(0, count), cells.count))
    if line.cells.first?.isContinuation == true { line.cells[0] = Cell() }
    return line
  }

  /// The same line with a sign in its first cell, and everything written in it emphasised.
  func emphasised(sign: String) -> Line {
    var line = self
    for index in line.cells.indices where line.cells[index].scalar != " " {
      line.cells[index].style.isBold = true
      line.cells[index].style.isUnderlined = true
    }
    let signs = writer.cells(sign, style: Style(.accent, bold: true))
    if let first = signs.first, !line.cells.isEmpty { line.cells[0] = first }
    return line
  }

  /// The same line across a width, marked as the cursor's.
  func highlighted(width: Int, focused: Bool) -> Line {
    var line = self
    line.clip(to: width)
    line.pad(to: width)
    for index in line.cells.indices {
      line.cells[index].style.isReversed = focused
      if !focused { line.cells[index].style.isUnderlined = true }
      line.cells[index].style.isBold = true
    }
    return line
  }
}

extension Style {
  /// The style for the blanks beside text of this style.
  var onBlank: Style { Style(ink, bold: isBold, reversed: isReversed) }
}

extension Frame {
  /// Draws a line; what does not fit into the width is cut, what is left of the width stays.
  mutating func draw(_ line: Line, column: Int = 0, row: Int, width: Int) {
    var line = line
    line.clip(to: width)
    write(line.cells, column: column, row: row)
  }
}
