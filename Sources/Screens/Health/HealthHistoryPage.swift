internal import DealModel

/// What is remembered of a system's health, below what is true of it now: the last hour, day and
/// week, and its incidents.
enum HistorySection {
  /// Adds the section of a system to its page.
  static func add(of name: SystemName, in state: State, width: Int, to page: inout Page) {
    // It comes within a moment: words that flash by would only be noise.
    guard let memory = state.memory else { return }
    page.add(Line(state.glyphs))
    addTitle("HISTORY", "", state, width, to: &page)
    addTrouble(memory, state, width, to: &page)
    guard let history = memory.history(of: name) else { return }
    for span in SystemHealthHistory.Span.allCases {
      addSeries(history, span, state, width, to: &page)
    }
    addCoverage(history, state, width, to: &page)
    addIncidents(history.incidents, named: false, state, width, to: &page)
    page.add(Line(state.glyphs))
  }

  /// Adds the incidents of all systems and flows to the health screen.
  static func addAll(in state: State, width: Int, to page: inout Page) {
    guard let memory = state.memory else { return }
    addTrouble(memory, state, width, to: &page)
    addIncidents(memory.incidents, named: true, state, width, to: &page)
  }

  private static func addTitle(
    _ title: String, _ count: String, _ state: State, _ width: Int, to page: inout Page
  ) {
    var heading = Line(state.glyphs, title, Style(.heading, bold: true))
    heading.add(" \(count)\(count.isEmpty ? "" : " ")", Style(.muted))
    heading.pad(to: width, state.glyphs.rule, Style(.muted))
    page.add(heading)
  }

  private static func addTrouble(
    _ memory: HealthMemory, _ state: State, _ width: Int, to page: inout Page
  ) {
    guard let trouble = memory.trouble else { return }
    let lines = Paragraph.lines(trouble, width: max(1, width - 4), writer: state.glyphs.writer)
    for words in lines { page.add(Line(state.glyphs, "  " + words, Style(.caution))) }
  }

  // MARK: Series

  /// Two rows: the 95th percentile of the latencies as heights, and the worst states as signs.
  private static func addSeries(
    _ history: SystemHealthHistory, _ span: SystemHealthHistory.Span, _ state: State,
    _ width: Int, to page: inout Page
  ) {
    let glyphs = state.glyphs
    let buckets = joined(history.series[span] ?? [], into: max(1, min(60, width - 21)))
    let highest = buckets.compactMap { $0.latency95?.milliseconds }.max() ?? 0
    var heights = Line(glyphs, "  ")
    heights.add("last \(span.rawValue)", width: 10, .left, Style(.muted))
    heights.add("p95   ", Style(.muted))
    var states = Line(glyphs, "  ")
    states.add("", width: 10)
    states.add("state ", Style(.muted))
    for bucket in buckets {
      heights.add(height(of: bucket, highest: highest, glyphs), bucketStyle(bucket))
      states.add(
        bucket.worst.map { glyphs.sign($0) } ?? (glyphs.encoding == .utf8 ? "·" : "."),
        bucketStyle(bucket))
    }
    let calls = buckets.map(\.calls).reduce(0, +)
    let failures = buckets.map(\.failures).reduce(0, +)
    let words =
      calls == 0
      ? "no calls"
      : "\(AmountText.grouped(String(calls))) calls, \(AmountText.grouped(String(failures))) failed"
        + (highest > 0 ? ", p95 at most \(TimeText.latency(.milliseconds(highest)))" : "")
    heights.clip(to: width)
    states.clip(to: width)
    page.add(heights)
    page.add(states)
    var sums = Line(glyphs, "")
    sums.add("", width: 18)
    sums.add(words, Style(failures > 0 ? .caution : .muted))
    sums.clip(to: width)
    page.add(sums, key: .row(page.lines.count), copy: "\(span.rawValue): \(words)")
  }

  private static func bucketStyle(_ bucket: SystemHealthHistory.Bucket) -> Style {
    Style((bucket.worst ?? .unknown).ink)
  }

  private static func height(
    of bucket: SystemHealthHistory.Bucket, highest: Int64, _ glyphs: Glyphs
  ) -> Unicode.Scalar {
    guard let latency = bucket.latency95?.milliseconds, highest > 0 else {
      // Calls of which none went well stand out from no calls at all.
      return bucket.failures > 0 ? "!" : " "
    }
    let levels = glyphs.levels
    let level = latency * Int64(levels.count - 1) / highest
    return levels[min(levels.count - 1, max(0, Int(level)))]
  }

  /// Fewer, longer buckets where there is no room for all: the worst of each, and all calls.
  static func joined(
    _ buckets: [SystemHealthHistory.Bucket], into count: Int
  ) -> [SystemHealthHistory.Bucket] {
    guard buckets.count > count else { return buckets }
    let each = (buckets.count + count - 1) / count
    return stride(from: 0, to: buckets.count, by: each).map { start in
      let part = buckets[start..<min(start + each, buckets.count)]
      var whole = part[part.startIndex]
      for bucket in part.dropFirst() {
        whole.calls += bucket.calls
        whole.failures += bucket.failures
        whole.latency95 = [whole.latency95, bucket.latency95].compactMap(\.self).max()
        whole.median = [whole.median, bucket.median].compactMap(\.self).max()
        whole.worst = [whole.worst, bucket.worst].compactMap(\.self)
          .max { $0.severity < $1.severity }
      }
      return whole
    }
  }

  private static func addCoverage(
    _ history: SystemHealthHistory, _ state: State, _ width: Int, to page: inout Page
  ) {
    guard let last = history.coverage.last else { return }
    let glyphs = state.glyphs
    var row = Line(glyphs, "  ")
    row.add("links", width: 16, .left, Style(.muted))
    for count in history.coverage.suffix(max(1, min(30, width - 60))) {
      let levels = glyphs.levels
      let level =
        count.coverage.due > 0
        ? count.coverage.linked * (levels.count - 1) / count.coverage.due : levels.count - 1
      row.add(
        levels[min(levels.count - 1, max(0, level))],
        Style(count.coverage.linked < count.coverage.due ? .caution : .good))
    }
    row.add(
      " \(last.coverage.linked) of \(last.coverage.due) since "
        + TimeText.clock(last.at, in: state.zone, at: state.now))
    if let first = history.coverage.first, history.coverage.count > 1 {
      row.add(", \(first.coverage.linked) of \(first.coverage.due) before", Style(.muted))
    }
    row.clip(to: width)
    page.add(row, key: .row(page.lines.count))
  }

  // MARK: Incidents

  private static func addIncidents(
    _ incidents: [HealthIncident], named: Bool, _ state: State, _ width: Int, to page: inout Page
  ) {
    let glyphs = state.glyphs
    page.add(Line(glyphs))
    addTitle("INCIDENTS", "\(incidents.count) in 90 days", state, width, to: &page)
    if incidents.isEmpty {
      page.add(Line(glyphs, "  None is remembered.", Style(.muted)))
    }
    // The oldest of very many are a matter for the command.
    for incident in incidents.prefix(200) {
      var row = Line(glyphs, "  ")
      row.add("\(glyphs.sign(incident.worst)) ", Style(incident.worst.ink))
      if named {
        row.add(incident.subject.text, width: 12, .left, Style(.accent))
        row.add(" ")
      }
      let style = incident.isOpen ? Style(incident.worst.ink, bold: true) : .plain
      row.add(incident.course(in: state.zone, at: state.now), style)
      row.clip(to: width)
      page.add(
        row, key: .incident(incident.subject, incident.began),
        copy: "\(incident.subject.text): \(incident.course(in: state.zone, at: state.now))")
    }
  }
}

/// One incident: its course state by state, and which calls failed.
enum IncidentPage {
  /// An incident as lines.
  static func page(
    of subject: HealthIncident.Subject, began: Timestamp, in state: State, width: Int
  ) -> Page {
    var page = Page()
    let glyphs = state.glyphs
    let history = state.memory?.histories.first { $0.subject == subject }
    // An incident goes on under the eyes: the one that covers the instant is the same.
    let incident =
      history?.incidents.first { $0.began == began }
      ?? history?.incidents.first { $0.began <= began && began <= $0.end(at: state.now) }
    guard let incident else {
      page.add(Line(glyphs, "This incident is no longer remembered.", Style(.muted)))
      return page
    }
    var title = Line(glyphs, subject.text, Style(.accent, bold: true))
    title.add("  \(incident.isOpen ? "open" : "ended")  ", Style(.muted))
    title.add(incident.summary(at: state.now))
    title.clip(to: width)
    page.add(title, copy: incident.course(in: state.zone, at: state.now))
    page.add(Line(glyphs))
    addCourse(incident, state, width, to: &page)
    addOwner(subject, state, width, to: &page)
    addCalls(history?.failedCalls ?? [], incident, state, width, to: &page)
    return page
  }

  private static func addCourse(
    _ incident: HealthIncident, _ state: State, _ width: Int, to page: inout Page
  ) {
    let glyphs = state.glyphs
    func add(_ at: Timestamp, _ status: SystemStatus?, _ words: String, until end: Timestamp?) {
      var row = Line(glyphs, "  ")
      row.add(TimeText.clock(at, in: state.zone, at: state.now), width: 18)
      row.add("\(status.map { glyphs.sign($0) } ?? " ") ", Style((status ?? .unknown).ink))
      row.add(words, Style((status ?? .unknown).ink))
      if let end, end > at {
        row.add("  for \(HealthIncident.length(at.duration(to: end)))", Style(.muted))
      }
      row.clip(to: width)
      page.add(row, key: .row(page.lines.count), copy: "\(at) \(words)")
    }
    for (index, step) in incident.steps.enumerated() {
      let next = index + 1 < incident.steps.count ? incident.steps[index + 1].at : nil
      var words = step.words(of: incident.subject)
      if let operation = step.cause?.operation { words += "\(glyphs.dot)\(operation)" }
      add(step.at, step.status, words, until: next ?? incident.end(at: state.now))
    }
    let healthy = SystemStatus.healthy.words(of: incident.subject)
    switch incident.ending {
    case .ongoing: page.add(Line(glyphs, "  It goes on.", Style(.warning)))
    case .ended(let end): add(end, .healthy, healthy, until: nil)
    case .lastSeen(let seen): add(seen, nil, "last seen; nobody has watched since", until: nil)
    case .endedUnseen(let after, let before):
      add(after, nil, "nobody watched", until: before)
      add(before, .healthy, healthy, until: nil)
    }
  }

  private static func addOwner(
    _ subject: HealthIncident.Subject, _ state: State, _ width: Int, to page: inout Page
  ) {
    guard case .system(let name) = subject, let system = state.model.system(name) else { return }
    page.add(Line(state.glyphs))
    for (label, text) in [("steward", system.steward), ("failure mode", system.failureMode)] {
      let lines = Paragraph.lines(text, width: max(1, width - 18), writer: state.glyphs.writer)
      for (index, words) in lines.enumerated() {
        var row = Line(state.glyphs, "  ")
        row.add(index == 0 ? label : "", width: 16, .left, Style(.muted))
        row.add(words)
        page.add(row)
      }
    }
  }

  private static func addCalls(
    _ calls: [SystemHealthHistory.FailedCalls], _ incident: HealthIncident, _ state: State,
    _ width: Int, to page: inout Page
  ) {
    let glyphs = state.glyphs
    // Single calls are remembered for a day.
    guard !calls.isEmpty, incident.end(at: state.now) > state.now.adding(.seconds(-86_400)) else {
      return
    }
    page.add(Line(glyphs))
    page.add(Line(glyphs, "FAILED CALLS OF THE LAST DAY", Style(.heading, bold: true)))
    for call in calls {
      var row = Line(glyphs, "  ")
      row.add(AmountText.grouped(String(call.count)), width: 7, .right)
      row.add("  ")
      row.add(call.httpStatus.map(String.init) ?? "no answer", width: 10, .left, Style(.warning))
      row.add(call.kind, width: 14, .left, Style(.muted))
      row.add(call.operation)
      row.clip(to: width)
      page.add(row, key: .row(page.lines.count), copy: call.operation)
    }
  }
}
