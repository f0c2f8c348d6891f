internal import DealModel
internal import TruthEngine

/// The flows on the health screen: a row each with its last run, and below it why it is so and whom
/// to ask.
enum FlowSection {
  /// The flows as lines; nothing where none is configured.
  ///
  /// - Parameter isBrief: Whether nothing is said of those that run.
  static func add(in state: State, width: Int, isBrief: Bool = false, to page: inout Page) {
    let flows = state.flows
    guard !flows.isEmpty else { return }
    let glyphs = state.glyphs
    var title = Line(glyphs, "FLOWS ", Style(.heading, bold: true))
    title.pad(to: width, glyphs.rule, Style(.muted))
    page.add(title)
    let columns = columns(in: width, flows)
    var heading = Line(glyphs, "  ")
    for column in columns {
      heading.add(column.name, width: column.width, .left, Style(.muted))
      heading.add(" ")
    }
    heading.clip(to: width)
    page.add(heading)
    for flow in flows {
      var row = Line(glyphs, "  ")
      for column in columns {
        let words = column.words(flow, state)
        row.add(words.text, width: column.width, .left, words.style)
        row.add(" ")
      }
      row.clip(to: width)
      page.add(
        row, key: .row(page.lines.count), url: flow.report?.url,
        copy: "\(flow.flow.name) \(flow.state.rawValue)")
      if !isBrief || flow.state != .running { addWords(flow, state, width, to: &page) }
    }
  }

  private struct Column {
    let name: String
    let width: Int
    var least = 0
    let words: (FlowHealth, State) -> Words
  }

  private static func columns(in width: Int, _ flows: [FlowHealth]) -> [Column] {
    let longest = flows.map { min(24, $0.flow.name.count) }.max() ?? 0
    let all = [
      Column(name: "flow", width: max(10, longest)) { flow, _ in
        Words(flow.flow.name, Style(.accent, bold: true))
      },
      Column(name: "carries", width: 16) { flow, state in
        guard let route = flow.flow.carries else { return Words("nothing", .muted) }
        return Words("\(route.from.text)\(state.glyphs.step)\(route.to.text)")
      },
      Column(name: "status", width: 10) { flow, state in
        Words("\(state.glyphs.sign(flow.state.status)) \(flow.state.rawValue)", flow.state.ink)
      },
      Column(name: "since", width: 5) { flow, state in age(flow.since, state) },
      Column(name: "last run", width: 8) { flow, state in
        age(flow.report?.lastRun, state, never: "unknown")
      },
      Column(name: "last well", width: 9, least: 100) { flow, state in
        age(flow.report?.lastSuccess, state, never: "unknown")
      },
      Column(name: "failed", width: 7) { flow, _ in
        guard let failures = flow.report?.failures else { return Words("", .muted) }
        return Words(String(failures), failures > 0 ? .caution : .plain)
      },
      Column(name: "runs in", width: 12, least: 100) { flow, _ in
        Words(flow.flow.system?.text ?? "heartbeat", .muted)
      },
    ]
    return all.filter { $0.least <= width }
  }

  private static func age(
    _ instant: Timestamp?, _ state: State, never: String = ""
  ) -> Words {
    guard let instant else { return Words(never, .muted) }
    return Words(TimeText.age(of: instant, at: state.now))
  }

  private static func addWords(
    _ flow: FlowHealth, _ state: State, _ width: Int, to page: inout Page
  ) {
    let glyphs = state.glyphs
    func add(_ text: String, _ style: Style) {
      for words in Paragraph.lines(text, width: max(1, width - 6), writer: glyphs.writer) {
        page.add(Line(glyphs, "    " + words, style))
      }
    }
    if flow.state != .running {
      add("\(state.text(flow.sentence)) \(flow.reason)", Style(flow.state.ink))
    }
    add("steward \(flow.flow.steward)", Style(.muted))
    page.add(Line(glyphs))
  }
}

extension FlowHealth.State {
  var ink: Ink { status.ink }
}
