internal import DealModel
internal import TruthEngine

/// What frames every screen: the header above, one line of words below.
enum Chrome {
  /// Company and counts at the left, the systems at the right.
  static func header(_ state: State) -> Line {
    let glyphs = state.glyphs
    let width = state.size.columns
    var line = Line(glyphs, " ")
    line.add(state.model.company, Style(.heading, bold: true))
    line.add(glyphs.dot, Style(.muted))
    addCounts(state, to: &line)
    let systems = systems(state, width: width - line.width - 3)
    line.clip(to: width - systems.width - 2)
    line.pad(to: width - systems.width - 1)
    line.add(systems)
    line.pad(to: width)
    return line
  }

  private static func addCounts(_ state: State, to line: inout Line) {
    let total = AmountText.grouped(String(state.list.total))
    switch state.index {
    case .reading: line.add(state.list.total == 0 ? "reading deals…" : "\(total) deals, reading…")
    case .failed: line.add("\(total) deals, index failed", Style(.bad))
    case .complete: line.add("\(total) deal\(state.list.total == 1 ? "" : "s")")
    }
    let conflicts = state.list.conflictCount
    if conflicts > 0 {
      line.add(state.glyphs.dot, Style(.muted))
      // There may be more in deals that nobody has looked at.
      let more = state.list.comparedCount < state.list.total ? "+" : ""
      line.add("\(state.glyphs.conflict) \(conflicts)\(more)", Style(.bad))
      line.add(conflicts == 1 && more.isEmpty ? " conflict" : " conflicts")
    }
  }

  /// Signs and names of the systems; the word where one is not healthy. Where not all fit, those
  /// that are not well keep their names, and the others are counted as long as there is room; at the
  /// least there are signs. Flows that do not run as they should stand behind them.
  private static func systems(_ state: State, width: Int) -> Line {
    let flows = state.flows.filter { $0.state != .running && $0.state != .unknown }
    let all = Line(state.glyphs, systems: state.health)
    let counted = Line(state.glyphs, countOf: flows)
    let unwell = Line(state.glyphs, systems: state.health.filter { !$0.isFine })
    let others = Line(state.glyphs, countOf: state.health.filter(\.isFine))
    var forms = [
      all.followed(by: Line(state.glyphs, flows: flows)), all.followed(by: counted),
      unwell.followed(by: others).followed(by: counted),
    ]
    if unwell.width > 0 { forms.append(unwell.followed(by: counted)) }
    if let widest = forms.first(where: { $0.width <= width }) { return widest }
    var signs = Line(state.glyphs)
    for (index, health) in state.health.enumerated() {
      let words = HealthWords.status(health, state.glyphs)
      if index > 0 { signs.add(" ") }
      signs.add(String(words.text.prefix(1)), words.style)
    }
    return signs.followed(by: counted)
  }

  /// The screens to switch to, or the way to where one is.
  static func tabs(_ state: State) -> Line {
    let glyphs = state.glyphs
    var line = Line(glyphs)
    if state.trail.isEmpty {
      for span in tabSpans(state) {
        line.pad(to: span.start)
        let isHere = span.tab == state.tab
        line.add(
          " \(span.tab.rawValue) \(span.tab.title) ",
          isHere ? Style(.heading, bold: true, reversed: true) : Style(.muted))
      }
    } else {
      line.add(" ")
      line.add(state.tab.title, Style(.muted))
      for (index, visit) in state.trail.enumerated() {
        line.add(glyphs.step, Style(.muted))
        let isLast = index == state.trail.count - 1
        line.add(visit.place.title(in: state), isLast ? Style(.accent, bold: true) : Style(.muted))
      }
    }
    let right = listState(state)
    let width = state.size.columns
    line.clip(to: max(0, width - right.width - 2))
    line.pad(to: width - right.width - 1)
    line.add(right)
    line.pad(to: width)
    line.clip(to: width)
    return line
  }

  /// Filter and order, as long as the list is in sight.
  private static func listState(_ state: State) -> Line {
    var line = Line(state.glyphs)
    guard state.tab == .deals, state.trail.isEmpty || state.layout.isSplit else { return line }
    let list = state.list
    if !list.filterText.isEmpty, state.prompt?.purpose != .filter {
      line.add("filter ", Style(.muted))
      var words = Line(state.glyphs, list.filterText, Style(.accent))
      words.clip(to: max(8, state.size.columns / 4))
      line.add(words)
      line.add("  \(list.count) of \(list.total)  ")
    }
    line.add("by \(list.sort.title) ", Style(.muted))
    line.add(list.isDescending ? state.glyphs.descending : state.glyphs.ascending)
    return line
  }

  /// Where each screen's name stands.
  static func tabSpans(_ state: State) -> [(tab: Tab, start: Int, end: Int)] {
    var start = 0
    return Tab.allCases.map { tab in
      let width = tab.title.count + 4
      defer { start += width }
      return (tab, start, start + width)
    }
  }

  /// The last line: the text being typed, words about what happened, or the keys of the moment.
  static func footer(_ state: State) -> (line: Line, caret: Int?) {
    let glyphs = state.glyphs
    let width = state.size.columns
    var line = Line(glyphs)
    if let prompt = state.prompt {
      line.add(prompt.sign, Style(.accent, bold: true))
      let hint = hint(prompt, state)
      let room = max(4, width - line.width - hint.width - 3)
      var text = Line(glyphs, prompt.words)
      let before = glyphs.writer.width(of: prompt.wordsBeforeCaret)
      let shift = max(0, before - room + 1)
      text = text.dropping(shift)
      text.clip(to: room)
      let caret = line.width + before - shift
      line.add(text)
      line.pad(to: width - hint.width - 1)
      line.add(hint)
      line.clip(to: width)
      return (line, min(caret, width - 1))
    }
    if let last = noticeLines(state)?.last {
      line = last
    } else {
      line.add(" ")
      // The last two, help and quit, stay however narrow it is.
      let hints = hints(state)
      let kept = hints.suffix(2).reduce(0) { $0 + $1.0.count + $1.1.count + 3 }
      for (index, (key, word)) in hints.enumerated() {
        let room = index < hints.count - 2 ? width - kept : width
        let gap = line.width > 1 ? "  " : ""
        let needed = gap.utf8.count + glyphs.writer.width(of: key) + word.utf8.count + 1
        guard line.width + needed <= room else { continue }
        line.add(gap)
        line.add(key, Style(.accent, bold: true))
        line.add(" \(word)", Style(.muted))
      }
    }
    line.clip(to: width)
    line.pad(to: width)
    return (line, nil)
  }

  /// The notice in as many lines as it takes, six at most; `nil` when there is none.
  static func noticeLines(_ state: State) -> [Line]? {
    guard let notice = state.notice else { return nil }
    let style = notice.isError ? Style(.bad, bold: true) : Style(bold: true)
    let lines = Paragraph.lines(
      notice.text, width: max(1, state.size.columns - 2), writer: state.glyphs.writer)
    return lines.prefix(min(6, max(1, state.size.rows - 3))).map {
      Line(state.glyphs, " " + $0, style)
    }
  }

  private static func hint(_ prompt: Prompt, _ state: State) -> Line {
    var line = Line(state.glyphs)
    switch prompt.purpose {
    case .filter:
      if let error = state.list.filterError {
        line.add(error.message, Style(.warning))
        line.clip(to: max(10, state.size.columns * 3 / 5))
      } else {
        line.add("\(state.list.count) of \(state.list.total)  Enter keep  Esc undo", Style(.muted))
      }
    case .goTo: line.add("deal, invoice, order, milestone or ticket", Style(.muted))
    case .command: line.add("sort filter go export save-display chaos quit", Style(.muted))
    case .export: line.add("a name ending in .csv .json .md", Style(.muted))
    case .search: line.add("Enter finds; then n next, N before", Style(.muted))
    }
    line.clip(to: max(0, state.size.columns - 20))
    return line
  }

  /// What `i` does to the system one is looking at.
  private static func isolateWord(_ state: State) -> String {
    var name = HealthPage.chosen(in: state)
    if case .errors(let open)? = state.trail.last?.place { name = open }
    return name.flatMap { state.health(of: $0) }?.isIsolated == true ? "release" : "isolate"
  }

  /// The keys that matter most where one is.
  private static func hints(_ state: State) -> [(String, String)] {
    let end = [("?", "help"), ("q", "quit")]
    if let overlay = state.overlay {
      switch overlay {
      case .help: return [("Esc", "close"), ("PgDn", "more")]
      case .sort, .picker: return [("Enter", "choose"), ("Esc", "leave")]
      }
    }
    if let visit = state.trail.last {
      switch visit.place {
      case .deal:
        return [
          ("Esc", "back"), ("Enter", "open"), ("w", "why"), ("p", "payload"), ("o", "browser"),
          ("y", "copy"), ("r", "pull again"), ("g", "go to ID"),
        ] + end
      case .record:
        return [
          ("Esc", "back"), ("w", "why"), ("p", "payload"), ("o", "browser"), ("y", "copy"),
          ("r", "read again"),
        ] + end
      case .why:
        return [
          ("Esc", "back"), ("Enter", "open record"), ("p", "payload"), ("o", "browser"),
          ("y", "copy"), ("e", "export"), ("r", "pull again"),
        ] + end
      case .payload:
        return [
          ("Esc", "back"), ("/", "search"), ("n", "next"), ("y", "copy"), ("e", "export"),
          ("r", "ask again"),
        ] + end
      case .errors:
        return [
          ("Esc", "back"), ("i", isolateWord(state)), ("P", "probe now"), ("y", "copy"),
          ("e", "export"),
        ] + end
      case .incident: return [("Esc", "back"), ("y", "copy"), ("e", "export")] + end
      }
    }
    switch state.tab {
    case .deals:
      return [
        ("Enter", "open"), ("/", "filter"), ("s", "sort"), ("g", "go to ID"), ("w", "why"),
        ("r", "pull again"), ("e", "export"), (":", "command"),
      ] + end
    case .conflicts:
      return [("Enter", "open deal"), ("s", "sort"), ("w", "why"), ("e", "export")] + end
    case .links: return [("Enter", "open deal"), ("r", "compare again"), ("o", "browser")] + end
    case .health:
      return [
        ("Enter", "all about it"), ("i", isolateWord(state)), ("P", "probe now"),
        ("r", "pull again"), ("e", "export"),
      ] + end
    case .changes:
      return [("Enter", "open deal"), ("w", "why"), ("o", "browser"), ("e", "export")] + end
    case .ownership: return [("y", "copy"), ("e", "export")] + end
    }
  }
}

extension Place {
  /// The step in the breadcrumb.
  func title(in state: State) -> String {
    switch self {
    case .deal(let id): return id.text
    case .record(let reference, let deal):
      if let number = state.details[reference]?.detail?.record.number { return number }
      let records = state.assessments[deal]?.records[reference.kind]
      return records?.first { $0.reference == reference }?.number ?? reference.id
    case .why(let deal, let key):
      return "why " + (state.explanation(of: key, deal: deal)?.title ?? "this line")
    case .payload(_, let title): return title
    case .errors(let system): return system.text
    case .incident(let subject, let began):
      let day = TimeText.clock(began, in: state.zone, at: state.now)
      return state.trail.count > 1 ? "incident \(day)" : "\(subject.text), incident \(day)"
    }
  }
}

extension Line {
  /// Each system's sign and name, and the word for its state where it is not well.
  fileprivate init(_ glyphs: Glyphs, systems: [SystemHealth]) {
    self.init(glyphs)
    for (index, health) in systems.enumerated() {
      let words = HealthWords.status(health, glyphs)
      if index > 0 { add("  ") }
      add(String(words.text.prefix(1)), words.style)
      add(" " + health.system.text)
      if !health.isFine { add(String(words.text.dropFirst()), words.style) }
    }
  }

  /// How many systems are in each state.
  fileprivate init(_ glyphs: Glyphs, countOf systems: [SystemHealth]) {
    self.init(glyphs)
    for status in [SystemStatus.healthy, .unknown] {
      let same = systems.filter { $0.status == status }
      guard let one = same.first else { continue }
      let words = HealthWords.status(one, glyphs)
      if width > 0 { add("  ") }
      add(String(words.text.prefix(1)), words.style)
      add(" \(same.count)" + words.text.dropFirst())
    }
  }

  /// Each flow's sign, name and state.
  fileprivate init(_ glyphs: Glyphs, flows: [FlowHealth]) {
    self.init(glyphs)
    for (index, flow) in flows.enumerated() {
      if index > 0 { add("  ") }
      add(glyphs.sign(flow.state.status), Style(flow.state.ink))
      add(" \(flow.flow.name) ")
      add(flow.state.rawValue, Style(flow.state.ink))
    }
  }

  /// How many flows, with the sign of the worst.
  fileprivate init(_ glyphs: Glyphs, countOf flows: [FlowHealth]) {
    self.init(glyphs)
    guard let worst = flows.max(by: { $0.state.status.severity < $1.state.status.severity })
    else { return }
    add(glyphs.sign(worst.state.status), Style(worst.state.ink))
    add(" \(flows.count) flow\(flows.count == 1 ? "" : "s")")
  }

  /// With another behind it, where that says something.
  fileprivate func followed(by other: Line) -> Line {
    guard other.width > 0 else { return self }
    var line = self
    if line.width > 0 { line.add("  ") }
    line.add(other)
    return line
  }
}

extension SystemHealth {
  /// Whether the header need not say more than that it is there.
  fileprivate var isFine: Bool { !isIsolated && (status == .healthy || status == .unknown) }
}
