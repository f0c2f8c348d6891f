internal import DealModel

/// Small pictures of numbers.
enum Sparkline {
  /// Latencies as heights, the last at the right, in so many cells; the highest is full.
  static func line(_ latencies: [Duration], width: Int, glyphs: Glyphs, style: Style) -> Line {
    var line = Line(glyphs)
    let shown = latencies.suffix(width)
    let highest = shown.map(\.milliseconds).max() ?? 0
    let levels = glyphs.levels
    for latency in shown {
      let share = highest > 0 ? latency.milliseconds * Int64(levels.count - 1) / highest : 0
      line.add(levels[min(levels.count - 1, max(0, Int(share)))], style)
    }
    return line
  }

  /// A share of a whole as a bar of so many cells.
  static func bar(_ part: Int, of whole: Int, width: Int, glyphs: Glyphs, style: Style) -> Line {
    var line = Line(glyphs)
    let filled = whole > 0 ? min(width, max(0, part) * width / whole) : 0
    let utf8 = glyphs.encoding == .utf8
    for cell in 0..<width {
      let full: Unicode.Scalar = utf8 ? "█" : "#"
      let rest: Unicode.Scalar = utf8 ? "░" : "."
      line.add(cell < filled ? full : rest, cell < filled ? style : Style(.muted))
    }
    return line
  }
}
