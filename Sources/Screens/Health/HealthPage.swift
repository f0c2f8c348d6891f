internal import DealModel

/// The state of every system: a table when there is room, a block per system when there is not.
enum HealthPage {
  /// The health screen as lines.
  static func page(in state: State, width: Int) -> Page {
    var page = Page()
    let glyphs = state.glyphs
    if state.health.isEmpty {
      page.add(Line(glyphs))
      page.add(Line(glyphs, "  No system has been asked yet.", Style(.muted)))
      return page
    }
    var heading = Line(glyphs, "  ")
    for column in columns(width) { column.title(&heading, gap: gap(width)) }
    heading.clip(to: width)
    page.heading = [heading]
    for health in state.health {
      var row = Line(glyphs, "  ")
      for column in columns(width) { column.cell(health, state, &row, gap: gap(width)) }
      row.clip(to: width)
      page.add(row, key: .system(health.system), copy: copy(health))
      addWords(health, state, width, to: &page)
    }
    return page
  }

  /// What stands below a system's row: why, when next, who answers for it, what was agreed.
  private static func addWords(
    _ health: SystemHealth, _ state: State, _ width: Int, to page: inout Page
  ) {
    let glyphs = state.glyphs
    func add(_ text: String, _ style: Style) {
      for words in Paragraph.lines(text, width: max(1, width - 6), writer: glyphs.writer) {
        page.add(Line(glyphs, "    " + words, style))
      }
    }
    if health.status != .healthy, health.status != .unknown, let last = health.lastErrors.first {
      add(last.error.message, Style(health.status.ink))
    }
    if let next = health.nextAttempt, next > state.now {
      add("next attempt in \(TimeText.wait(until: next, at: state.now))", Style(.caution))
    }
    let mode = "steward \(health.steward)\(glyphs.dot)\(health.failureMode)"
    add(mode, Style(.muted))
    page.add(Line(glyphs))
  }

  private static func copy(_ health: SystemHealth) -> String {
    "\(health.system.text) \(health.status.word)"
  }

  /// A column: its title, and its cell for a system.
  private struct Column {
    let name: String
    let width: Int
    let side: Side
    /// The narrower the terminal, the higher the rank a column needs to stay.
    let least: Int
    let words: (SystemHealth, State) -> Words
    var picture: ((SystemHealth, State) -> Line)?

    func title(_ line: inout Line, gap: String) {
      line.add(name, width: width, side, Style(.muted))
      line.add(gap)
    }

    func cell(_ health: SystemHealth, _ state: State, _ line: inout Line, gap: String) {
      if let picture {
        let end = line.width + width
        line.add(picture(health, state))
        line.pad(to: end)
      } else {
        let words = words(health, state)
        line.add(words.text, width: width, side, words.style)
      }
      line.add(gap)
    }
  }

  private static func gap(_ width: Int) -> String { width >= 140 ? "   " : " " }

  private static func columns(_ width: Int) -> [Column] {
    all(sparkline: width >= 180 ? 40 : 20).filter { $0.least <= width }
  }

  private static func all(sparkline: Int) -> [Column] {
    [
      Column(name: "system", width: 10, side: .left, least: 0) { health, _ in
        Words(health.system.text, Style(.accent, bold: true))
      },
      Column(name: "kind", width: 9, side: .left, least: 100) { health, _ in
        Words(health.kind, .muted)
      },
      Column(name: "status", width: 14, side: .left, least: 0) { health, state in
        Words("\(state.glyphs.sign(health.status)) \(health.status.word)", health.status.ink)
      },
      Column(name: "since", width: 5, side: .right, least: 0) { health, state in
        age(health.since, state)
      },
      Column(name: "answered", width: 8, side: .right, least: 0) { health, state in
        age(health.lastSuccess, state, never: "never")
      },
      Column(name: "latency", width: 7, side: .right, least: 0) { health, _ in
        latency(health.lastLatency)
      },
      Column(name: "p95", width: 6, side: .right, least: 0) { health, _ in
        latency(health.latency95)
      },
      Column(
        name: "recent calls", width: sparkline, side: .left, least: 116,
        words: { _, _ in Words("") },
        picture: { health, state in
          Sparkline.line(
            health.recentLatencies, width: sparkline, glyphs: state.glyphs,
            style: Style(health.status.ink))
        }),
      Column(name: "failed", width: 9, side: .right, least: 0) { health, _ in
        Words("\(health.errors)/\(health.calls)", health.errors > 0 ? .caution : .plain)
      },
      Column(name: "calls left", width: 10, side: .right, least: 140) { health, _ in
        health.callsLeft.map { Words(AmountText.grouped(String($0))) } ?? Words("unsaid", .muted)
      },
      Column(name: "oldest", width: 6, side: .right, least: 90) { health, state in
        guard let oldest = health.oldestReading else { return Words("none", .muted) }
        let freshness = state.freshness(of: oldest, from: health.system)
        return Words(TimeText.age(of: oldest, at: state.now), freshness.ink)
      },
      Column(name: "links", width: 9, side: .right, least: 0) { health, _ in
        guard let coverage = health.linkCoverage else { return Words("uncounted", .muted) }
        return Words(
          "\(coverage.linked)/\(coverage.due)",
          coverage.linked < coverage.due ? .caution : .plain)
      },
    ]
  }

  private static func age(_ instant: Timestamp?, _ state: State, never: String = "") -> Words {
    guard let instant else { return Words(never, .muted) }
    return Words(TimeText.age(of: instant, at: state.now))
  }

  private static func latency(_ duration: Duration?) -> Words {
    duration.map { Words(TimeText.latency($0)) } ?? Words("none", .muted)
  }
}

/// One system: everything known of its health, and its last errors in words.
enum ErrorsPage {
  /// A system's health and errors as lines.
  static func page(of name: SystemName, in state: State, width: Int) -> Page {
    var page = Page()
    let glyphs = state.glyphs
    guard let health = state.health(of: name) else {
      page.add(Line(glyphs, "\(name.text) has not been asked yet.", Style(.muted)))
      return page
    }
    var title = Line(glyphs, name.text, Style(.accent, bold: true))
    title.add("  \(health.kind)  ", Style(.muted))
    title.add("\(glyphs.sign(health.status)) \(health.status.word)", Style(health.status.ink))
    if let since = health.since {
      title.add(" since \(TimeText.clock(since, in: state.zone, at: state.now))")
    }
    page.add(title)
    addFacts(health, state, width, to: &page)
    page.add(Line(glyphs))
    var heading = Line(glyphs, "LAST ERRORS", Style(.heading, bold: true))
    heading.add(" \(health.lastErrors.count) of \(health.errors) ", Style(.muted))
    heading.pad(to: width, glyphs.rule, Style(.muted))
    page.add(heading)
    if health.lastErrors.isEmpty {
      page.add(Line(glyphs, "  No call has failed since the start.", Style(.muted)))
    }
    for (index, failure) in health.lastErrors.enumerated() {
      var row = Line(glyphs, "  ")
      row.add(TimeText.clock(failure.at, in: state.zone, at: state.now), width: 18)
      row.add(failure.error.kind.word, width: 14, .left, Style(.warning))
      row.add(failure.operation, Style(.muted))
      row.clip(to: width)
      page.add(row, key: .choice(index), copy: failure.error.message)
      let lines = Paragraph.lines(
        failure.error.message, width: max(1, width - 6), writer: glyphs.writer)
      for words in lines { page.add(Line(glyphs, "    " + words)) }
    }
    return page
  }

  private static func addFacts(
    _ health: SystemHealth, _ state: State, _ width: Int, to page: inout Page
  ) {
    let glyphs = state.glyphs
    func add(_ label: String, _ text: String, _ style: Style = .plain) {
      let lines = Paragraph.lines(text, width: max(1, width - 19), writer: glyphs.writer)
      for (index, words) in lines.enumerated() {
        var row = Line(glyphs, "  ")
        row.add(index == 0 ? label : "", width: 16, .left, Style(.muted))
        row.add(" ")
        row.add(words, style)
        row.clip(to: width)
        page.add(row, key: .row(page.lines.count), copy: text)
      }
    }
    page.add(Line(glyphs))
    add("steward", health.steward)
    add("failure mode", health.failureMode)
    add(
      "last answer",
      health.lastSuccess.map { instant in
        "\(TimeText.age(of: instant, at: state.now)) ago, at "
          + TimeText.clock(instant, in: state.zone, at: state.now)
      } ?? "never")
    if let next = health.nextAttempt, next > state.now {
      add("next attempt", "in \(TimeText.wait(until: next, at: state.now))", Style(.caution))
    }
    let latencies: [(String, Duration?)] = [
      ("last", health.lastLatency), ("median", health.medianLatency), ("p95", health.latency95),
    ]
    let known = latencies.compactMap { name, value in
      value.map { "\(name) \(TimeText.latency($0))" }
    }
    add("latency", known.isEmpty ? "none yet" : known.joined(separator: ", "))
    if !health.recentLatencies.isEmpty {
      var row = Line(glyphs, "  ")
      row.add("", width: 17)
      row.add(
        Sparkline.line(
          health.recentLatencies, width: min(60, max(1, width - 19)), glyphs: glyphs,
          style: Style(health.status.ink)))
      page.add(row)
    }
    add("calls", "\(health.calls), \(health.errors) failed")
    add(
      "calls left",
      health.callsLeft.map { AmountText.grouped(String($0)) }
        ?? "the vendor does not say")
    if let oldest = health.oldestReading {
      let freshness = state.freshness(of: oldest, from: health.system)
      add(
        "oldest reading",
        "\(TimeText.age(of: oldest, at: state.now)) on screen, "
          + freshness.word, Style(freshness.ink))
    }
    if let coverage = health.linkCoverage {
      add("links", "\(coverage.linked) of \(coverage.due) deals that are due have a record here")
    }
  }
}
