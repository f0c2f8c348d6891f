internal import DealModel

/// One system: what is wrong, what to do about it and its last errors in words first, then
/// everything else that is known of its health.
enum SystemPage {
  /// A system's health and errors as lines.
  static func page(of name: SystemName, in state: State, width: Int) -> Page {
    guard let health = state.health(of: name) else {
      var page = Page()
      page.add(
        Line(state.glyphs, "\(name.text) has not been asked yet.", Style(.muted)))
      return page
    }
    var facts = HealthFactList(health: health, state: state, width: width)
    facts.addTitle()
    facts.addNow()
    if !health.lastErrors.isEmpty { facts.addErrors() }
    facts.addCalls()
    facts.addCredentials()
    facts.addReadings()
    facts.addHistory()
    return facts.page
  }
}

/// Collects the facts of one system, label by label.
struct HealthFactList {
  let health: SystemHealth
  let state: State
  let width: Int
  private(set) var page = Page()

  private var glyphs: Glyphs { state.glyphs }

  init(health: SystemHealth, state: State, width: Int) {
    self.health = health
    self.state = state
    self.width = width
  }

  /// The last hour, day and week, and the incidents.
  mutating func addHistory() {
    HistorySection.add(of: health.system, in: state, width: width, to: &page)
  }

  mutating func addTitle() {
    var title = Line(glyphs, health.system.text, Style(.accent, bold: true))
    title.add("  \(health.kind)  ", Style(.muted))
    title.add("\(glyphs.sign(health.status)) \(health.status.word)", Style(health.status.ink))
    if let since = health.since {
      title.add(" since \(clock(since)), for \(TimeText.age(of: since, at: state.now))")
    }
    page.add(title)
  }

  /// What a person needs first: why, when next, what is coming, what was agreed, whom to ask.
  mutating func addNow() {
    for (label, sentence) in zip(["because", "last error"], HealthWords.why(health)) {
      add(label, sentence, Style(health.status.ink))
    }
    add(
      "breaker",
      HealthWords.breakerSentence(health, state)
        ?? "closed: calls go through; i isolates the system",
      health.breaker.phase == .closed ? .plain : Style(.caution))
    for warning in health.warnings(at: state.now, today: state.today) {
      add("mind", warning, Style(.caution))
    }
    add("failure mode", health.failureMode)
    add("ask", health.steward)
  }

  mutating func addCalls() {
    addHeading("CALLS")
    add("last answer", health.lastSuccess.map(ago) ?? "never")
    if let lastCall = health.lastCall, lastCall != health.lastSuccess {
      add("last call", ago(lastCall))
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
    if let slowest = health.slowest {
      add(
        "slowest",
        "\(TimeText.latency(slowest.duration)) for \(slowest.operation) at \(clock(slowest.began))")
    }
    add("calls", "\(AmountText.grouped(String(health.calls))), \(health.errors) failed")
    add("calls left", quota, health.quotaRunsOut == nil ? .plain : Style(.caution))
    if let left = health.retriesLeft {
      add("retries left", "\(left) in the budget; each call that succeeds at once earns a fifth")
    }
  }

  private var quota: String {
    guard let left = health.callsLeft else { return "the vendor does not say" }
    let count = "\(AmountText.grouped(String(left))) in the vendor's present window"
    guard let end = health.quotaRunsOut, end > state.now else { return count }
    return "\(count); at this rate used up at \(clock(end)), in "
      + "\(SystemHealth.words(state.now.duration(to: end)))"
  }

  mutating func addCredentials() {
    addHeading("CREDENTIALS, CLOCK AND SCHEMA")
    add("known there as", health.identity ?? "not asked yet")
    if let end = health.credentialsExpire {
      let isOver = end <= state.now
      add(
        "token",
        isOver
          ? "ended at \(clock(end)); the next call renews it"
          : "ends at \(clock(end)); it is renewed by itself before that")
    }
    add(
      "secret",
      health.secretExpires.map {
        "\($0 < state.today ? "ended" : "ends") on \($0), \(TimeText.distance($0, from: state.today))"
      } ?? "the configuration does not say when it ends (secret_expires)")
    add("clock", clockWords, health.clockSkew?.isOff == true ? Style(.caution) : .plain)
    if health.drift.isEmpty {
      add("schema", health.identity == nil ? "not looked at yet" : "as configured")
    }
    for drift in health.drift {
      let seen = drift.firstSeen.map { " First seen at \(clock($0))." } ?? ""
      add("schema", drift.sentence + seen, Style(.warning))
    }
  }

  private var clockWords: String {
    guard let skew = health.clockSkew else { return "the vendor has not told its time" }
    let error = "(within \(TimeText.latency(skew.uncertainty)), from \(skew.samples) answers)"
    guard skew.isOff else { return "agrees with ours \(error)" }
    let side = skew.offset > .zero ? "ahead of" : "behind"
    return "\(SystemHealth.words(skew.offset)) \(side) ours \(error); times of change are corrected"
  }

  mutating func addReadings() {
    addHeading("ON SCREEN")
    if let oldest = health.oldestReading {
      let freshness = state.freshness(of: oldest, from: health.system)
      add(
        "oldest reading",
        "\(TimeText.age(of: oldest, at: state.now)) on screen, \(freshness.word)",
        Style(freshness.ink))
    } else {
      add("oldest reading", "none of this system's is on screen")
    }
    if let coverage = health.linkCoverage {
      add("links", "\(coverage.linked) of \(coverage.due) deals that are due have a record here")
    }
  }

  mutating func addErrors() {
    addHeading("LAST ERRORS \(health.lastErrors.count) of \(health.errors)")
    // An outage is the same words again and again: told once, with how often and since when.
    var told: Set<String> = []
    for (index, failure) in health.lastErrors.enumerated() {
      guard told.insert(failure.operation + "\n" + failure.error.message).inserted else { continue }
      let same = health.lastErrors.filter {
        $0.error.message == failure.error.message && $0.operation == failure.operation
      }
      var row = Line(glyphs, "  ")
      row.add(clock(failure.at), width: 18)
      row.add(failure.error.kind.word, width: 14, .left, Style(.warning))
      if let first = same.last, same.count > 1 {
        row.add("×\(same.count) since \(clock(first.at))  ", Style(.warning))
      }
      row.add(failure.operation, Style(.muted))
      row.clip(to: width)
      page.add(row, key: .choice(index), copy: failure.error.message)
      let lines = Paragraph.lines(
        failure.error.message, width: max(1, width - 6), writer: glyphs.writer)
      for words in lines { page.add(Line(glyphs, "    " + words)) }
    }
  }

  private mutating func addHeading(_ text: String) {
    page.add(Line(glyphs))
    var heading = Line(glyphs, text + " ", Style(.heading, bold: true))
    heading.pad(to: width, glyphs.rule, Style(.muted))
    page.add(heading)
  }

  private mutating func add(_ label: String, _ text: String, _ style: Style = .plain) {
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

  private func clock(_ instant: Timestamp) -> String {
    TimeText.clock(instant, in: state.zone, at: state.now)
  }

  private func ago(_ instant: Timestamp) -> String {
    "\(TimeText.age(of: instant, at: state.now)) ago, at \(clock(instant))"
  }
}
