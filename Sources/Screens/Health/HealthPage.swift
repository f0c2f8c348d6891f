internal import DealModel

/// The state of every system: a row with its numbers, and below it in words why it is so, when it is
/// asked again, what is going to go wrong, and who answers for it. Where that is more than fits, those
/// who answer for what is well are named below for the chosen system alone. On a large terminal
/// everything about the chosen system follows.
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
    addStates(in: state, columns, gap: gap, width: width, isBrief: false, to: &page)
    if page.lines.count >= state.layout.bodyHeight {
      page.lines = []
      addStates(in: state, columns, gap: gap, width: width, isBrief: true, to: &page)
      page.footing = footing(state, width)
    }
    HistorySection.addAll(in: state, width: width, to: &page)
    if state.layout.bodyHeight >= rowsForDetail, let chosen = chosen(in: state) {
      page.add(Line(glyphs))
      for entry in SystemPage.page(of: chosen, in: state, width: width).lines {
        page.add(entry.line)
      }
    }
    return page
  }

  /// The systems, then the flows.
  private static func addStates(
    in state: State, _ columns: [HealthColumn], gap: String, width: Int, isBrief: Bool,
    to page: inout Page
  ) {
    for health in state.health {
      var row = Line(state.glyphs, "  ")
      for column in columns { column.cell(health, state, &row, gap: gap) }
      row.clip(to: width)
      page.add(
        row, key: .system(health.system), copy: "\(health.system.text) \(health.status.word)")
      addWords(health, state, width, isBrief: isBrief, to: &page)
    }
    if isBrief, !state.flows.isEmpty, page.lines.last?.line.width != 0 {
      page.add(Line(state.glyphs))
    }
    FlowSection.add(in: state, width: width, isBrief: isBrief, to: &page)
  }

  /// Who answers for the chosen system, and what was agreed.
  private static func footing(_ state: State, _ width: Int) -> [Line] {
    let glyphs = state.glyphs
    guard state.layout.bodyHeight >= 14, let name = chosen(in: state),
      let health = state.health(of: name), isWell(health)
    else { return [] }
    var rule = Line(glyphs)
    rule.pad(to: width, glyphs.rule, Style(.muted))
    let text = "\(name.text): \(agreed(health, glyphs))"
    // Always as many lines, or the list would jump.
    let rows = width >= 110 ? 2 : 3
    var words = Paragraph.lines(text, width: max(1, width - 2), writer: glyphs.writer)
    if words.count > rows {
      words = Array(words.prefix(rows))
      words[rows - 1] += String(Character(glyphs.ellipsis))
    }
    return [rule]
      + (0..<rows).map { row in
        var line = Line(glyphs, row < words.count ? " " + words[row] : "", Style(.muted))
        line.clip(to: width)
        return line
      }
  }

  /// Whether nothing has to be said of the system.
  private static func isWell(_ health: SystemHealth) -> Bool {
    !health.isIsolated && (health.status == .healthy || health.status == .unknown)
  }

  private static func agreed(_ health: SystemHealth, _ glyphs: Glyphs) -> String {
    "steward \(health.steward)\(glyphs.dot)\(health.failureMode)"
  }

  /// The system whose line the cursor is on, or the first that is not well.
  static func chosen(in state: State) -> SystemName? {
    if case .system(let name)? = state.readers[.health]?.selected { return name }
    return (state.health.first { $0.status != .healthy } ?? state.health.first)?.system
  }

  /// What stands below a system's row.
  private static func addWords(
    _ health: SystemHealth, _ state: State, _ width: Int, isBrief: Bool, to page: inout Page
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
    if isBrief, Self.isWell(health) { return }
    add(agreed(health, glyphs), Style(.muted))
    page.add(Line(glyphs))
  }
}
