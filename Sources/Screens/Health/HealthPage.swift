internal import DealModel

/// The state of every system: a row with its numbers, and below it in words why it is so, when it is
/// asked again, what is going to go wrong, and who answers for it. On a large terminal everything
/// about the chosen system follows.
enum HealthPage {
  /// The rows from which the chosen system's page fits below the others.
  private static let rowsForDetail = 45

  /// The health screen as lines.
  static func page(in state: State, width: Int) -> Page {
    var page = Page()
    let glyphs = state.glyphs
    if state.health.isEmpty {
      page.add(Line(glyphs))
      page.add(Line(glyphs, "  No system has been asked yet.", Style(.muted)))
      return page
    }
    let columns = HealthColumn.all(in: width)
    let gap = width >= 140 ? "   " : " "
    var heading = Line(glyphs, "  ")
    for column in columns { column.title(&heading, gap: gap) }
    heading.clip(to: width)
    page.heading = [heading]
    for health in state.health {
      var row = Line(glyphs, "  ")
      for column in columns { column.cell(health, state, &row, gap: gap) }
      row.clip(to: width)
      page.add(
        row, key: .system(health.system), copy: "\(health.system.text) \(health.status.word)")
      addWords(health, state, width, to: &page)
    }
    FlowSection.add(in: state, width: width, to: &page)
    HistorySection.addAll(in: state, width: width, to: &page)
    if state.layout.bodyHeight >= rowsForDetail, let chosen = chosen(in: state) {
      page.add(Line(glyphs))
      for entry in SystemPage.page(of: chosen, in: state, width: width).lines {
        page.add(entry.line)
      }
    }
    return page
  }

  /// The system whose line the cursor is on, or the first that is not well.
  static func chosen(in state: State) -> SystemName? {
    if case .system(let name)? = state.readers[.health]?.selected { return name }
    return (state.health.first { $0.status != .healthy } ?? state.health.first)?.system
  }

  /// What stands below a system's row.
  private static func addWords(
    _ health: SystemHealth, _ state: State, _ width: Int, to page: inout Page
  ) {
    let glyphs = state.glyphs
    func add(_ text: String, _ style: Style) {
      for words in Paragraph.lines(text, width: max(1, width - 6), writer: glyphs.writer) {
        page.add(Line(glyphs, "    " + words, style))
      }
    }
    let isWell = health.status == .healthy || health.status == .unknown
    if !isWell || health.reason != SystemHealth.inTime {
      let ink = isWell ? .muted : health.status.ink
      add(HealthWords.why(health).joined(separator: " "), Style(ink))
    }
    if let words = HealthWords.breakerSentence(health, state) {
      let isNamed = health.breaker.phase == .open || health.breaker.phase == .halfOpen
      add(isNamed ? "breaker " + words : words, Style(.caution))
    }
    for warning in health.warnings(at: state.now, today: state.today) {
      add(warning, Style(.caution))
    }
    let mode = "steward \(health.steward)\(glyphs.dot)\(health.failureMode)"
    add(mode, Style(.muted))
    page.add(Line(glyphs))
  }
}
