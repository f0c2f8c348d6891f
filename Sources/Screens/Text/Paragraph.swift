/// Breaking sentences into lines.
enum Paragraph {
  /// Words in lines of at most that many cells; a longer word is cut into pieces.
  static func lines(_ text: String, width: Int, writer: CellWriter) -> [String] {
    guard width > 0 else { return [] }
    var lines: [String] = []
    var line = ""
    var used = 0
    for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" || $0 == "\r\n" }) {
      var word = String(word)
      var length = writer.width(of: word)
      if used > 0, used + 1 + length > width {
        lines.append(line)
        (line, used) = ("", 0)
      }
      while length > width {
        var piece = ""
        var pieceWidth = 0
        for character in word {
          let step = writer.width(of: String(character))
          if pieceWidth + step > width, !piece.isEmpty { break }
          piece.append(character)
          pieceWidth += step
        }
        lines.append(piece)
        word = String(word.dropFirst(piece.count))
        length = writer.width(of: word)
      }
      if word.isEmpty { continue }
      line += used > 0 ? " " + word : word
      used += (used > 0 ? 1 : 0) + length
    }
    if !line.isEmpty || lines.isEmpty { lines.append(line) }
    return lines
  }
}
