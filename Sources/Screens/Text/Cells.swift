internal import DealModel

/// The one way from text to cells: every string on the screen, ours or a system's, passes here.
///
/// What a terminal could obey becomes a visible stand-in; a cell is the first scalar of a grapheme
/// with its marks; joiners, variation selectors and skin tones are dropped.
struct CellWriter: Hashable, Sendable {
  /// What the terminal can show.
  let encoding: TextEncoding

  /// Appends the cells of a text.
  func append(_ text: String, style: Style, to cells: inout [Cell]) {
    var text = text
    let wasPlain: Bool = text.withUTF8 { bytes in
      guard bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else { return false }
      cells.reserveCapacity(cells.count + bytes.count)
      for byte in bytes { cells.append(Cell(Unicode.Scalar(byte), style: style)) }
      return true
    }
    if !wasPlain { appendGraphemes(of: text, style: style, to: &cells) }
  }

  /// The cells of a text.
  func cells(_ text: String, style: Style = .plain) -> [Cell] {
    var cells: [Cell] = []
    append(text, style: style, to: &cells)
    return cells
  }

  /// How many cells a text takes.
  func width(of text: String) -> Int {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text.utf8.count }
    return cells(text).count
  }

  private func appendGraphemes(of text: String, style: Style, to cells: inout [Cell]) {
    for grapheme in VisibleText(text, ascii: encoding == .ascii).text {
      if encoding == .ascii {
        appendASCII(grapheme, style: style, to: &cells)
      } else {
        appendGrapheme(grapheme, style: style, to: &cells)
      }
    }
  }

  private func appendGrapheme(_ grapheme: Character, style: Style, to cells: inout [Cell]) {
    var base: Int?
    var isJoined = false
    for scalar in grapheme.unicodeScalars {
      if scalar.value == 0x200D {
        isJoined = true
        continue
      }
      if scalar.isFlagLetter {
        // Terminals disagree about flags; the two letters say the same everywhere.
        cells.append(Cell(scalar.flagLetter, style: style))
        continue
      }
      let width = scalar.properties.isEmojiModifier && base != nil ? 0 : scalar.displayWidth
      if width == 0 {
        guard let base, scalar.isKeptMark, cells[base].marks.count < CombiningMarks.capacity else {
          if base == nil, scalar.isKeptMark {
            // A mark without a letter stands on a blank.
            cells.append(Cell(" ", marks: [scalar], style: style))
            return
          }
          continue
        }
        cells[base].marks.append(scalar)
      } else if !isJoined {
        base = cells.count
        cells.append(Cell(scalar, style: style))
        if width == 2 { cells.append(.continuation(style: style)) }
      }
    }
  }

  private func appendASCII(_ grapheme: Character, style: Style, to cells: inout [Cell]) {
    guard let scalar = grapheme.unicodeScalars.first else { return }
    if scalar.value < 0x7F, scalar.value >= 0x20 {
      cells.append(Cell(scalar, style: style))
    } else if let plain = asciiSpelling[scalar] {
      append(plain, style: style, to: &cells)
    } else {
      cells.append(Cell("?", style: style))
      if scalar.displayWidth == 2 { cells.append(Cell("?", style: style)) }
    }
  }
}

extension Unicode.Scalar {
  fileprivate var isFlagLetter: Bool { (0x1F1E6...0x1F1FF).contains(value) }
  fileprivate var flagLetter: Unicode.Scalar { Unicode.Scalar(UInt8(value - 0x1F1E6 + 0x41)) }

  /// Marks that change the letter; variation selectors and keycaps only choose a picture.
  fileprivate var isKeptMark: Bool {
    switch value {
    case 0xFE00...0xFE0F, 0x20E3, 0xE0100...0xE01EF: false
    default: properties.generalCategory != .format
    }
  }
}

/// Spellings in ASCII of what our own words and European names use; everything else becomes `?`.
private let asciiSpelling: [Unicode.Scalar: String] = {
  var spelling: [Unicode.Scalar: String] = [
    "…": "~", "·": ".", "›": ">", "–": "-", "—": "-", "−": "-", "≥": ">=", "≤": "<=", "≠": "!=",
    "≈": "~",
    "→": "->", "×": "x", "↑": "^", "↓": "v", "“": "\"", "”": "\"", "‘": "'", "’": "'", "€": "EUR",
    "ß": "ss", "Æ": "AE", "æ": "ae", "Ø": "O", "ø": "o", "Œ": "OE", "œ": "oe", "Ł": "L", "ł": "l",
    "Đ": "D", "đ": "d", "ı": "i", "Þ": "Th", "þ": "th", "ð": "d", "\u{A0}": " ", "\u{202F}": " ",
    "Σ": "sum of",
  ]
  // Latin-1 and Latin Extended-A, letter by letter.
  let rows: [(UInt32, String)] = [
    (0xC0, "AAAAAA"), (0xC7, "CEEEEIIII"), (0xD1, "NOOOOO"), (0xD9, "UUUUY"), (0xE0, "aaaaaa"),
    (0xE7, "ceeeeiiii"), (0xF1, "nooooo"), (0xF9, "uuuuy"), (0xFF, "y"),
    (0x100, "AaAaAaCcCcCcCcDd"), (0x112, "EeEeEeEeEeGgGgGgGgHhHhIiIiIiIiI"), (0x134, "JjKk"),
    (0x139, "LlLlLlLl"), (0x143, "NnNnNn"), (0x14C, "OoOoOo"),
    (0x154, "RrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZz"),
  ]
  for (start, letters) in rows {
    for (offset, letter) in letters.enumerated() {
      if let scalar = Unicode.Scalar(start + UInt32(offset)) { spelling[scalar] = String(letter) }
    }
  }
  return spelling
}()
