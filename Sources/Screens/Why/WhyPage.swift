internal import DealModel
internal import TruthEngine

/// Why a value is what it is, in words: an ``Explanation`` as lines.
struct WhyPage {
  let state: State
  let explanation: Explanation
  let width: Int
  var page = Page()

  /// The reasons for one line of a deal.
  static func page(of key: LineKey, deal id: DealID, in state: State, width: Int) -> Page {
    guard let explanation = state.explanation(of: key, deal: id) else {
      var page = Page()
      page.add(Line(state.glyphs, "Nothing more is known of this line.", Style(.muted)))
      return page
    }
    return page(of: explanation, key: key, in: state, width: width)
  }

  /// An explanation as lines.
  ///
  /// - Parameter key: The line it explains on screen; what it was before is added.
  static func page(
    of explanation: Explanation, key: LineKey? = nil, in state: State, width: Int
  ) -> Page {
    var builder = WhyPage(state: state, explanation: explanation, width: width)
    builder.addTitle()
    builder.addValue()
    builder.addVersions()
    builder.addConflicts()
    if let key { builder.addChanges(of: key) }
    builder.addFacts()
    builder.addParts()
    builder.addContributions()
    builder.addRequests()
    return builder.page
  }

  var glyphs: Glyphs { state.glyphs }
  func line(_ text: String = "", _ style: Style = .plain) -> Line { Line(glyphs, text, style) }

  // MARK: The value and its owner

  private mutating func addTitle() {
    var title = line(
      "Why: \(explanation.title) of \(explanation.deal.text)", Style(.accent, bold: true))
    title.add(" ")
    title.pad(to: width, glyphs.rule, Style(.muted))
    title.clip(to: width)
    page.add(title)
  }

  private mutating func addValue() {
    if case .field = explanation.subject {
      for (index, words) in values.enumerated() {
        add(index == 0 ? "value" : "", words.text, words.style)
      }
    }
    add("owner", explanation.ownership)
    if let formula = explanation.formula { add("formula", formula) }
    for missing in explanation.figure?.missing ?? [] {
      add("missing", state.words(missing), Style(.caution))
    }
    if case .unavailable(let error) = explanation.answer, explanation.figure == nil {
      add("why not", error.message, Style(.bad))
    }
  }

  /// The value in words; a figure with the sign of what it lacks, a line for each currency.
  private var values: [Words] {
    guard case .field(let field) = explanation.subject else { return [] }
    if let figure = explanation.figure { return state.words(of: figure) }
    if field == .marginPercent, explanation.answer == .none { return [Words("undefined", .muted)] }
    return [state.words(explanation.answer, value)]
  }

  private func value(_ value: FieldValue) -> String {
    if case .field(.marginPercent) = explanation.subject, case .number(let percent) = value {
      return AmountText.percent(percent, places: 2)
    }
    return state.words(value)
  }

  // MARK: Who holds it

  private mutating func addVersions() {
    addHeading("Who holds it", count: explanation.versions.count)
    for (index, version) in explanation.versions.enumerated() {
      var row = line("  ")
      row.add(version.system.text, width: 12, .left, Style(.accent))
      row.add(" ")
      let words = words(of: version)
      row.add(words.text, words.style)
      row.add("  ")
      let standing = standing(of: version)
      row.add(standing.text, standing.style)
      row.clip(to: width)
      let key = version.record.map { LineKey.part($0, index) } ?? .row(page.lines.count)
      page.add(row, key: key, url: version.url, copy: version.answer.value?.description)
      addClocks(version)
    }
  }

  private func words(of version: Explanation.Version) -> Words {
    if version.standing == .owner, let first = values.first {
      return Words(values.map(\.text).joined(separator: " + "), first.style)
    }
    let style = version.standing == .differs ? Style(.bad) : Style.plain
    var words = state.words(version.answer, state.words)
    if words.style == .plain { words.style = style }
    return words
  }

  private func standing(of version: Explanation.Version) -> Words {
    switch version.standing {
    case .owner:
      if case .record = explanation.subject { return Words("the record", .good) }
      return Words("the owner: this is the value displayed", .good)
    case .agrees: return Words("a copy that agrees", .good)
    case .differs: return Words("\(glyphs.conflict) a copy that disagrees", .bad)
    case .notCompared(let why): return Words("a copy that is not compared: \(why)", .muted)
    }
  }

  /// Both clocks of a value: when it was read, and when it was changed at its source.
  private mutating func addClocks(_ version: Explanation.Version) {
    var parts: [String] = []
    if let fetched = version.fetchedAt {
      let freshness = state.words(state.freshness(of: fetched, from: version.system))
      parts.append(
        "read \(TimeText.clock(fetched, in: state.zone, at: state.now)), "
          + "\(TimeText.age(of: fetched, at: state.now)) ago, \(freshness.text)")
    } else {
      parts.append("never read")
    }
    if let modified = version.modifiedAt {
      let by = version.modifiedBy.map { " by \($0)" } ?? ""
      parts.append(
        "changed there "
          + TimeText.changed(modified, skew: version.clockSkew, in: state.zone, at: state.now)
          + by)
    } else if version.fetchedAt != nil {
      parts.append("when it was changed there is not said")
    }
    var place: [String] = []
    if let property = version.property { place.append(property) }
    if let record = version.record {
      let number = version.number.isEmpty || version.number == record.id ? "" : "\(version.number) "
      place.append("\(number)(record \(record.id))")
    }
    if !place.isEmpty { parts.append(place.joined(separator: " of ")) }
    addSentence(parts.joined(separator: glyphs.dot), Style(.muted), indent: 15)
  }

  // MARK: What disagrees

  private mutating func addConflicts() {
    if explanation.conflicts.isEmpty { return }
    addHeading("Conflicts", count: explanation.conflicts.count)
    for conflict in explanation.conflicts {
      // The words of the conflicts screen: cause, evidence, who changed what, whom to ask.
      for line in ConflictDetail(conflict: conflict, state: state, width: width).lines {
        page.add(line)
      }
      if let stake = conflict.atStake { add("at stake", AmountText.full(stake)) }
    }
  }

  // MARK: What a record says

  private mutating func addFacts() {
    if explanation.facts.isEmpty { return }
    addHeading("What it says")
    for fact in explanation.facts {
      let words = state.words(fact.answer, fact.name == "seconds" ? worked : state.words)
      add(fact.name == "seconds" ? "worked" : fact.name, words.text, words.style)
      if case .unavailable(let error) = fact.answer { add("", error.message, Style(.bad)) }
    }
  }

  private func worked(_ value: FieldValue) -> String {
    guard case .number(let number) = value, let seconds = Int64(exactly: number.coefficient),
      number.scale == 0
    else { return state.words(value) }
    return TimeText.worked(seconds: seconds)
  }

  // MARK: Lines

  mutating func add(_ label: String, _ text: String, _ style: Style = .plain) {
    let lines = Paragraph.lines(text, width: max(1, width - 16), writer: glyphs.writer)
    for (index, words) in lines.enumerated() {
      var row = line("  ")
      row.add(index == 0 ? label : "", width: 13, .left, Style(.muted))
      row.add(" ")
      row.add(words, style)
      page.add(row)
    }
  }

  mutating func addSentence(_ text: String, _ style: Style, indent: Int) {
    for words in Paragraph.lines(text, width: max(1, width - indent), writer: glyphs.writer) {
      var row = line()
      row.pad(to: indent)
      row.add(words, style)
      page.add(row)
    }
  }

  mutating func addHeading(_ title: String, count: Int? = nil) {
    page.add(line())
    var heading = line(title.uppercased(), Style(.heading, bold: true))
    if let count { heading.add(" \(count)", Style(.muted)) }
    heading.add(" ")
    heading.pad(to: width, glyphs.rule, Style(.muted))
    heading.clip(to: width)
    page.add(heading)
  }
}

extension State {
  /// Why a line of a deal is what it is; `nil` when nothing is known of it.
  func explanation(of key: LineKey, deal id: DealID) -> Explanation? {
    let explainer = Explainer(
      dossiers[id] ?? Dossier(id: id), assessment(of: id), by: assessor, on: today)
    switch key {
    case .field(let field), .conflict(_, let field, _, _):
      return explainer.explanation(of: field)
    case .record(let reference), .part(let reference, _):
      return explainer.explanation(of: reference)
    default: return nil
    }
  }
}
