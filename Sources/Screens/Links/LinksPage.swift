internal import DealModel
internal import TruthEngine

/// Broken links of all systems, by kind, and the proof of how completely each system was listed.
enum LinksPage {
  /// The most faults of one kind that stand on the screen; an export has them all.
  static let mostOfKind = 200

  /// The links screen as lines.
  static func page(in state: State, width: Int) -> Page {
    var page = Page()
    page.heading = [summary(state, width)]
    addProof(of: state, width: width, to: &page)
    if let report = state.links {
      addFaults(of: report, state, width: width, to: &page)
    } else {
      page.add(Line(state.glyphs))
      page.add(
        Line(
          state.glyphs,
          state.linkSweep == nil
            ? "  The links have not been compared yet; r compares them."
            : "  What is broken is judged when every list has come to its end.", Style(.muted)))
    }
    page.footing = footing(state, page, width: width)
    return page
  }

  private static func summary(_ state: State, _ width: Int) -> Line {
    var line = Line(state.glyphs, " ")
    if let report = state.links {
      let count = AmountText.grouped(String(report.faults.count))
      let age = TimeText.age(of: report.at, at: state.now)
      line.add("\(count) broken, compared \(age) ago", Style(.muted))
    } else {
      line.add(
        state.linkSweep == nil
          ? "not compared yet"
          : "The links of the systems are being compared\(state.glyphs.ellipsis)",
        Style(.muted))
    }
    if let sweep = state.linkSweep {
      let over = sweep.count { $0.isOver }
      let again = state.links == nil ? "" : "comparing again: "
      line.add(
        "\(state.glyphs.dot)\(again)\(over) of \(sweep.count) lists read\(state.glyphs.dot)x stops",
        Style(.accent))
    }
    line.clip(to: width)
    return line
  }

  // MARK: - Proof

  private static func addProof(of state: State, width: Int, to page: inout Page) {
    let proof = state.linkSweep ?? state.links?.proof ?? []
    guard !proof.isEmpty || !(state.links?.failures.isEmpty ?? true) else { return }
    var title = Line(state.glyphs, " ")
    title.add("HOW COMPLETE", Style(.heading, bold: true))
    page.add(title)
    for system in proof { addProof(system, state, width, to: &page) }
    // A failure that no list tells: of a question asked after the lists had ended.
    let told = proof.compactMap { sweep -> SystemError? in
      if case .failed(let error) = sweep.stage { error } else { nil }
    }
    let rest = state.linkSweep == nil ? state.links?.failures ?? [] : []
    for failure in rest where !told.contains(failure) {
      let text = "\(failure.system.text) could not be asked: \(failure.message)"
      for words in Paragraph.lines(text, width: max(1, width - 2), writer: state.glyphs.writer) {
        page.add(Line(state.glyphs, " " + words, Style(.bad)))
      }
    }
  }

  private static func addProof(
    _ sweep: SystemSweep, _ state: State, _ width: Int, to page: inout Page
  ) {
    let style = Style(sweep.ink)
    var row = Line(state.glyphs, " ")
    row.add("\(state.glyphs.sign(sweep.status)) ", style)
    row.add(sweep.system.text, width: 9, .left, Style(.accent))
    row.add(" ")
    row.add(sweep.proof, style)
    if sweep.stage == .done {
      let linked = AmountText.grouped(String(sweep.linked))
      row.add("\(state.glyphs.dot)\(linked) with a deal ID", Style(.muted))
    }
    row.clip(to: width)
    page.add(row, key: .system(sweep.system), copy: sweep.proof)
  }

  // MARK: - Faults

  private static func addFaults(
    of report: State.LinkReport, _ state: State, width: Int, to page: inout Page
  ) {
    if report.faults.isEmpty {
      page.add(Line(state.glyphs))
      let isWhole = report.failures.isEmpty && report.proof.allSatisfy(\.isComplete)
      let words =
        isWhole
        ? "Every record bears the ID of a deal, and every deal has the records due."
        : "No broken link in what could be listed."
      page.add(Line(state.glyphs, " " + words, Style(.muted)))
    }
    var start = 0
    while start < report.faults.count {
      let kind = report.faults[start].kind
      let count = report.counts[kind] ?? 1
      page.add(Line(state.glyphs))
      var title = Line(state.glyphs, " ")
      title.add(kind.title.uppercased(), Style(.heading, bold: true))
      title.add(" \(AmountText.grouped(String(count)))", Style(.heading, bold: true))
      title.add("  \(kind.meaning)", Style(.muted))
      title.clip(to: width)
      page.add(title)
      let end = min(report.faults.count, start + max(1, count))
      for fault in report.faults[start..<min(end, start + mostOfKind)] {
        page.add(
          row(fault, state, width), key: .fault(fault), url: fault.url, copy: fault.sentence)
      }
      if count > mostOfKind {
        let more = AmountText.grouped(String(count - mostOfKind))
        page.add(Line(state.glyphs, "   and \(more) more: e exports them all", Style(.muted)))
      }
      start = end
    }
  }

  private static func row(_ fault: LinkFault, _ state: State, _ width: Int) -> Line {
    let glyphs = state.glyphs
    var row = Line(glyphs, " ")
    row.add("\(glyphs.brokenLink) \(fault.kind.title)", width: 12, .left, Style(.warning))
    row.add(fault.system.text, width: 9, .left, Style(.accent))
    row.add(" ")
    row.add(fault.id.text, width: 12)
    row.add(" ")
    row.add(fault.number ?? "", width: 14, .left, Style(.accent))
    row.add(" ")
    if let suggestion = fault.suggestion {
      row.add("\(glyphs.becomes) \(suggestion.text)", Style(.caution))
      if fault.kind == .nearMiss { row.add("?", Style(.caution)) }
      row.add("  ")
    }
    row.add(fault.detail, Style(.muted))
    row.clip(to: width)
    return row
  }

  // MARK: - The line under the cursor

  /// What is wrong with the line under the cursor, and its mend.
  private static func footing(_ state: State, _ page: Page, width: Int) -> [Line] {
    let glyphs = state.glyphs
    // Always as many lines, or the list would jump; none where there is hardly room for it.
    let room = (width >= 110 ? 3 : 4) + (state.model.flows.isEmpty ? 0 : 1)
    let rows = state.layout.bodyHeight < 14 ? 0 : room
    guard rows > 0, state.links != nil || state.linkSweep != nil else { return [] }
    var rule = Line(glyphs)
    rule.pad(to: width, glyphs.rule, Style(.muted))
    var lines = [rule]
    var text: [(String, Style)] = []
    switch state.readers[.links]?.selected {
    case .fault(let fault):
      // The mend is the same for all that dangle there; which flow failed is what helps.
      let flow = state.flowSentence(fault).map { [($0, Style(.warning))] } ?? []
      text = [(fault.detail, Style(.warning))] + flow + [(fault.mend, .plain)]
    case .system(let name):
      let sweep = (state.linkSweep ?? state.links?.proof ?? []).first { $0.system == name }
      if case .failed(let error)? = sweep?.stage {
        text = [(error.message, Style(.bad))]
      } else if let sweep {
        text = [("\(name.text): \(sweep.proof).", Style(sweep.ink))]
        if sweep.stage == .done, !sweep.isComplete {
          text.append(
            ("Nothing is called dangling here until the count is met; r compares again.", .plain))
        }
      }
    default: text = [("Choose a line to read what is wrong and how to mend it.", Style(.muted))]
    }
    var words = text.flatMap { text, style in
      Paragraph.lines(text, width: max(1, width - 2), writer: glyphs.writer).map { ($0, style) }
    }
    if words.count > rows {
      words = Array(words.prefix(rows))
      words[rows - 1].0 += String(Character(glyphs.ellipsis))
    }
    for index in 0..<rows {
      var line = Line(glyphs)
      if index < words.count { line.add(" " + words[index].0, words[index].1) }
      line.clip(to: width)
      lines.append(line)
    }
    return lines
  }
}

extension SystemSweep {
  /// How well it stands, as the sign and colour of a system.
  fileprivate var status: SystemStatus {
    switch stage {
    case .failed: .down
    case .done: isComplete ? .healthy : .degraded
    case .waiting, .listing, .paused, .confirming, .stopped: .unknown
    }
  }

  fileprivate var ink: Ink {
    switch stage {
    case .failed: .bad
    case .done: isComplete ? .plain : .warning
    case .waiting, .listing, .paused, .confirming, .stopped: .muted
    }
  }
}
