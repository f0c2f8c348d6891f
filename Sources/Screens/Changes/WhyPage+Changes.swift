internal import DealModel
internal import TruthEngine

extension WhyPage {
  /// What the value was before it changed last, if that was seen.
  mutating func addChanges(of key: LineKey) {
    var isFirst = true
    for sentence in state.wasWords(key, of: explanation.deal) {
      for words in Paragraph.lines(
        sentence, width: max(1, width - 16), writer: state.glyphs.writer)
      {
        var row = Line(state.glyphs)
        row.add(isFirst ? "before" : "", width: 15, .left, Style(.muted))
        row.add(" " + words)
        page.add(row)
        isFirst = false
      }
    }
  }
}
