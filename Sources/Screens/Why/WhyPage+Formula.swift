internal import DealModel
internal import TruthEngine

/// What a figure is made of, so that the lines visibly add up to it.
extension WhyPage {
  private var kindWidth: Int { 14 }
  private var amountWidth: Int { width >= 100 ? 26 : 20 }

  /// The parts of a figure with their records, and the sum below.
  mutating func addParts() {
    if explanation.parts.isEmpty { return }
    addHeading("Made of")
    for part in explanation.parts {
      addTotal(of: part)
      for term in part.terms { add(term) }
      if part.terms.isEmpty { addSentence("no records", Style(.muted), indent: 6) }
      if let note = part.note { addSentence(note, Style(.muted), indent: 6) }
    }
    guard let figure = explanation.figure else { return }
    for (index, words) in state.words(of: figure).enumerated() {
      var row = line(index == 0 ? "  = " : "    ", Style(bold: true))
      row.add(index == 0 ? explanation.title : "", width: 13 + kindWidth, .left, Style(bold: true))
      row.add(words.text, width: amountWidth, .right, Style(words.style.ink, bold: true))
      row.clip(to: width)
      page.add(row)
    }
  }

  private mutating func addTotal(of part: FormulaPart) {
    let sign = part.isSubtracted ? glyphs.minus : "+"
    let totals = part.totals.map { $0.map(AmountText.full) } ?? ["does not fit in 38 digits"]
    for (index, total) in (totals.isEmpty ? ["none"] : totals).enumerated() {
      var row = line("  ")
      row.add(index == 0 ? sign : " ", Style(bold: true))
      row.add(" ")
      row.add(index == 0 ? part.title : "", width: 13 + kindWidth)
      row.add(total, width: amountWidth, .right, totals.isEmpty ? Style(.muted) : .plain)
      row.clip(to: width)
      page.add(row)
    }
  }

  private mutating func add(_ term: FormulaTerm) {
    let isIdle = if case .notCounted = term.standing { true } else { false }
    var row = line("      ")
    row.add(
      term.number.isEmpty ? term.record.id : term.number, width: 11, .left,
      Style(isIdle ? .muted : .accent))
    row.add(" ")
    row.add(term.kind, width: kindWidth - 1, .left, isIdle ? Style(.muted) : .plain)
    let amount = amount(of: term, isIdle: isIdle)
    row.add(amount.text, width: amountWidth - 1, .right, amount.style)
    row.add("  ")
    let note = note(of: term)
    row.add(note.text, note.style)
    row.clip(to: width)
    page.add(
      row, key: .part(term.record, page.lines.count), url: term.url,
      copy: term.amount?.description ?? term.number)
  }

  private func amount(of term: FormulaTerm, isIdle: Bool) -> Words {
    if case .missing = term.standing { return Words("not known", .caution) }
    if let seconds = term.seconds { return Words(TimeText.worked(seconds: seconds)) }
    guard let amount = term.amount else { return Words("none", .muted) }
    let text = AmountText.fitted(amount, width: amountWidth - 3, about: glyphs.about)
    return isIdle ? Words("(\(text))", .muted) : Words(text)
  }

  private func note(of term: FormulaTerm) -> Words {
    switch term.standing {
    case .notCounted(let why): return Words("does not count: \(why)", .muted)
    case .missing(let why): return Words(why, .caution)
    case .counted:
      guard let modified = term.modifiedAt else { return Words(term.record.system.text, .muted) }
      let clock = TimeText.clock(modified, in: state.zone, at: state.now)
      return Words("\(term.record.system.text), changed \(clock)", .muted)
    }
  }

  /// The figures that a record has a part in.
  mutating func addContributions() {
    guard case .record = explanation.subject else { return }
    let counted = explanation.contributions
    if counted.isEmpty { return }
    addHeading("Counts in")
    for contribution in counted {
      let field = contribution.field.known?.title ?? contribution.field.text
      switch contribution.term.standing {
      case .counted:
        let sign = contribution.isSubtracted ? glyphs.minus : "+"
        let amount =
          contribution.term.amount.map(AmountText.full)
          ?? contribution.term.seconds.map(TimeText.worked) ?? ""
        add(field, "\(sign) \(amount)")
      case .notCounted(let why): add(field, "does not count: \(why)", Style(.muted))
      case .missing(let why): add(field, "missing: \(why)", Style(.caution))
      }
    }
  }

  /// The requests that brought the value.
  mutating func addRequests() {
    addHeading("Brought by")
    if explanation.sources.isEmpty {
      addSentence("No system is known to ask.", Style(.muted), indent: 2)
    }
    for source in explanation.sources {
      var title = line("  ")
      title.add(source.key.system.text, Style(.accent))
      title.add(" \(source.key.kind.title)")
      if let fetched = source.fetchedAt {
        let words = state.words(state.freshness(of: fetched, from: source.key.system))
        title.add("  \(words.text) \(TimeText.age(of: fetched, at: state.now))", words.style)
      } else {
        title.add("  never read", Style(.muted))
      }
      title.clip(to: width)
      page.add(title)
      for request in source.requests { add(request) }
      guard let failure = source.failure else { continue }
      let since = TimeText.clock(failure.since, in: state.zone, at: state.now)
      addSentence("fails since \(since): \(failure.error.message)", Style(.bad), indent: 4)
      for request in failure.requests { add(request) }
    }
  }

  private mutating func add(_ request: RequestTrace) {
    var row = line("    ")
    row.add(request.operation)
    var facts = [
      request.status.map { "status \($0)" } ?? "no answer", TimeText.latency(request.duration),
      "sent \(TimeText.clock(request.began, in: state.zone, at: state.now))",
    ]
    if !request.isUsable { facts.append("could not be used") }
    facts.append(request.requestID.map { "request \($0)" } ?? "the vendor gives no request ID")
    let words = facts.joined(separator: glyphs.dot)
    let style = Style(request.isUsable ? .muted : .warning)
    if row.width + 2 + glyphs.writer.width(of: words) <= width {
      row.add("  ")
      row.add(words, style)
      page.add(row, key: .row(page.lines.count), copy: request.requestID ?? request.operation)
      return
    }
    row.clip(to: width)
    page.add(row, key: .row(page.lines.count), copy: request.requestID ?? request.operation)
    addSentence(words, style, indent: 6)
  }
}
