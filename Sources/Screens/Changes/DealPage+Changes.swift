internal import DealModel
internal import TruthEngine

extension DealPage {
  /// Marks the lines that changed since they were looked at; the line under the cursor says what it
  /// was before.
  mutating func markChanges() {
    guard state.feed.count > 0 else { return }
    var selected: LineKey?
    if case .deal(deal.id)? = state.trail.last?.place {
      selected = state.trail.last?.reader.selected
    }
    var marked = Page(heading: page.heading)
    for var entry in page.lines {
      guard let key = entry.key else {
        marked.lines.append(entry)
        continue
      }
      if state.feed.isMarked(deal.id, key) {
        entry.line = entry.line.emphasised(sign: glyphs.changed)
      }
      marked.lines.append(entry)
      guard key == selected else { continue }
      for sentence in state.wasWords(key, of: deal.id) {
        for words in Paragraph.lines(sentence, width: width - 4, writer: glyphs.writer) {
          marked.add(Line(glyphs, "    " + words, Style(.muted)))
        }
      }
    }
    page = marked
  }
}
