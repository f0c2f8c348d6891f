import DealModel

/// How rows are printed.
enum RowFormat: Hashable, Sendable { case text, json, csv, markdown }

/// Rows of a list command: the same content as aligned text, CSV, Markdown or JSON.
struct Rows {
  /// A column of the printed forms; JSON has its own keys.
  struct Column {
    var title: String
    var isRightAligned = false

    init(_ title: String, right: Bool = false) {
      self.title = title
      isRightAligned = right
    }
  }

  var columns: [Column]
  /// Cells as people read them, one array a row, as long as `columns`; not yet made safe.
  var cells: [[String]] = []
  /// The rows as JSON.
  var json: [JSONValue] = []

  init(_ columns: [Column]) { self.columns = columns }

  mutating func append(_ cells: [String], json: JSONValue) {
    self.cells.append(cells)
    self.json.append(json)
  }

  func printed(_ format: RowFormat) -> String {
    switch format {
    case .json: JSONValue.array(json).text(pretty: true) + "\n"
    case .csv: lines { $0.map(Self.csvField).joined(separator: ",") }
    case .markdown: markdown
    case .text: text
    }
  }

  private func lines(_ line: ([String]) -> String) -> String {
    ([columns.map(\.title)] + cells).map { line($0.map { VisibleText($0).text }) + "\n" }.joined()
  }

  /// RFC 4180, and no cell that a spreadsheet would take for a formula.
  private static func csvField(_ text: String) -> String {
    let isNumber = ExactDecimal(text) != nil
    let looksLikeFormula = text.utf8.first.map { "=+-@\t".utf8.contains($0) } ?? false
    let safe = looksLikeFormula && !isNumber ? "'" + text : text
    guard safe.utf8.contains(where: { ",\"\n\r".utf8.contains($0) }) else { return safe }
    return "\"" + safe.replacing("\"", with: "\"\"") + "\""
  }

  private var markdown: String {
    func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }
    let rule = columns.map { $0.isRightAligned ? "---:" : "---" }
    let body = cells.map { row($0.map { VisibleText($0).text.replacing("|", with: "\\|") }) }
    return row(columns.map(\.title)) + row(rule) + body.joined()
  }

  /// The longest a cell of aligned text may be: one long name must not push every row off the
  /// screen. The other forms give it whole.
  private static let longestCell = 60

  private static func clipped(_ text: String) -> String {
    guard text.displayColumns > longestCell else { return text }
    var kept = text
    while kept.displayColumns >= longestCell { kept.removeLast() }
    return kept + "…"
  }

  private var text: String {
    guard !cells.isEmpty else { return "" }
    let safe = cells.map { $0.map { Self.clipped(VisibleText($0).text) } }
    var widths = columns.map { $0.title.displayColumns }
    for row in safe {
      for (index, cell) in row.enumerated() {
        widths[index] = max(widths[index], cell.displayColumns)
      }
    }
    func line(_ cells: [String]) -> String {
      let padded = cells.enumerated().map { index, cell in
        let space = String(repeating: " ", count: max(0, widths[index] - cell.displayColumns))
        return columns[index].isRightAligned ? space + cell : cell + space
      }
      var line = padded.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }
    return line(columns.map(\.title)) + safe.map(line).joined()
  }
}
