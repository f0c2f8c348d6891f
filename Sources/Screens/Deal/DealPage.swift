internal import DealModel
internal import TruthEngine

/// The detail of one deal as lines: each section headed by its owner, its state and its age.
struct DealPage {
  let state: State
  let deal: Assessment
  let width: Int
  var page = Page()
  /// Systems whose failure has been put into words already.
  private var explained: Set<Explained> = []

  /// What was said of a system: that it fails, and how.
  private struct Explained: Hashable {
    var system: SystemName
    var kind: SystemError.Kind
  }

  private init(state: State, deal: Assessment, width: Int) {
    self.state = state
    self.deal = deal
    self.width = width
  }

  /// The detail of a deal at a width.
  static func page(of id: DealID, in state: State, width: Int) -> Page {
    var builder = DealPage(state: state, deal: state.assessment(of: id), width: width)
    builder.addTitle()
    builder.addCommercial()
    builder.addMoney()
    builder.addInvoices()
    builder.addCosts()
    builder.addMilestones()
    builder.addHours()
    builder.addTickets()
    builder.addConflicts()
    builder.addLinkFaults()
    builder.markChanges()
    return builder.page
  }

  var glyphs: Glyphs { state.glyphs }

  /// An empty line in the right encoding.
  func line(_ text: String = "", _ style: Style = .plain) -> Line { Line(glyphs, text, style) }

  private mutating func addTitle() {
    var title = line(deal.id.text, Style(.accent, bold: true))
    title.add("  ")
    let name = deal.fields[.name]?.answer ?? .notAsked
    let listed = state.list.row(of: deal.id, now: state.now)?.name.knownValue
    title.add(name.value?.description ?? listed ?? "", Style(bold: true))
    title.clip(to: width)
    page.add(title, key: nil)
  }

  // MARK: Sections

  /// The heading of a section: its title, its owner, and how fresh its answer is.
  mutating func addHeading(_ title: String, _ kinds: [RecordKind], count: Int? = nil) {
    page.add(line())
    var left = line(title.uppercased(), Style(.heading, bold: true))
    if let count { left.add(" \(count)", Style(.muted)) }
    var right = line()
    guard let owner = kinds.compactMap({ deal.owners[$0] }).first else {
      right.add("no owner known", Style(.caution))
      addRule(left, right)
      return
    }
    right.add(owner.text, Style(.accent))
    let source = deal.sources[owner]
    let failure = source?.failure(of: kinds)
    let fetched = oldest(kinds, owner)
    if let fetched {
      right.add(glyphs.dot, Style(.muted))
      let words = state.words(state.freshness(of: fetched, from: owner))
      right.add(words.text, words.style)
      right.add(glyphs.dot, Style(.muted))
      right.add(TimeText.age(of: fetched, at: state.now))
      addChange(kinds, owner, to: &right, room: width - left.width - 4)
      if source?.isAsking == true, state.freshness(of: fetched, from: owner) != .live {
        right.add(glyphs.dot + "asking…", Style(.muted))
      }
    } else if source?.isAsking == true {
      right.add(glyphs.dot + "asking…", Style(.muted))
    } else if failure != nil {
      right.add(glyphs.dot, Style(.muted))
      let words = state.words(Freshness.unavailable)
      right.add(words.text, words.style)
    } else {
      right.add(glyphs.dot + "not asked", Style(.muted))
    }
    addRule(left, right)
    // Why a system fails is said once, in the first section that fails so.
    if let failure,
      explained.insert(Explained(system: owner, kind: failure.error.kind)).inserted
    {
      addFailure(failure, hasReadings: fetched != nil)
    }
  }

  /// The other clock: when the newest of a section's records was changed at its source.
  private func addChange(
    _ kinds: [RecordKind], _ owner: SystemName, to line: inout Line, room: Int
  ) {
    let source = state.dossiers[deal.id]?.sections
    let changed = kinds.filter { deal.owners[$0] == owner }.flatMap { kind in
      source?[SectionKey(system: owner, kind: kind)]?.records ?? []
    }.compactMap(\.changedAt).max()
    guard let changed else { return }
    var words = Line(glyphs, glyphs.dot, Style(.muted))
    words.add("changed " + TimeText.clock(changed, in: state.zone, at: state.now), Style(.muted))
    if line.width + words.width <= room { line.add(words) }
  }

  /// When the oldest of a section's answers arrived; `nil` when one is missing.
  func oldest(_ kinds: [RecordKind], _ owner: SystemName) -> Timestamp? {
    guard let source = deal.sources[owner] else { return nil }
    var oldest: Timestamp?
    for kind in kinds where deal.owners[kind] == owner {
      guard case .some(.some(let fetched)) = source.fetchedAt[kind] else { return nil }
      oldest = min(oldest ?? fetched, fetched)
    }
    return oldest
  }

  /// Whether a section's owner is being asked for it.
  func isAsking(_ kind: RecordKind) -> Bool {
    deal.owners[kind].flatMap { deal.sources[$0] }?.isAsking == true
  }

  private mutating func addRule(_ left: Line, _ right: Line) {
    var heading = left
    heading.add(" ")
    let end = width - right.width - 1
    heading.pad(to: end, glyphs.rule, Style(.muted))
    heading.add(" ")
    heading.add(right)
    heading.clip(to: width)
    page.add(heading)
  }

  private mutating func addFailure(_ failure: Section.Failure, hasReadings: Bool) {
    let since = TimeText.clock(failure.since, in: state.zone, at: state.now)
    let start =
      hasReadings ? "Last readings; cannot be asked since \(since): " : "Could not be asked: "
    addSentence(start + failure.error.message, Style(hasReadings ? .warning : .bad))
  }

  /// A sentence in as many lines as it takes.
  mutating func addSentence(_ text: String, _ style: Style, indent: Int = 2) {
    for words in Paragraph.lines(text, width: width - indent, writer: glyphs.writer) {
      var line = line()
      line.pad(to: indent)
      line.add(words, style)
      page.add(line)
    }
  }

  /// What a section without records says: nothing is never the same as nobody was asked.
  mutating func addAbsence(_ kind: RecordKind) {
    guard let owner = deal.owners[kind] else {
      addSentence(
        "No system owns \(kind.title) for this deal, or its entity is not read yet.",
        Style(.muted))
      return
    }
    guard oldest([kind], owner) != nil else { return }
    addSentence("\(owner.text) answered: none", Style(.muted))
  }

  // MARK: Commercial

  private mutating func addCommercial() {
    addHeading("Commercial", [.deals])
    let fields: [FieldName] = [
      .company, .stage, .person, .value, .closeDate, .entity, .pipeline, .contacts,
    ]
    for field in fields {
      guard let reading = deal.fields[field] else { continue }
      addField(field, reading)
    }
  }

  private mutating func addField(_ field: FieldName, _ reading: Reading) {
    var row = line("  ")
    row.add(field.known?.title ?? field.text, width: 16, .left, Style(.muted))
    row.add(" ")
    var copy: String?
    switch reading.answer {
    case .value(let value):
      copy = value.description
      row.add(state.words(value))
      if field == .closeDate, case .date(let date) = value {
        row.add("  " + TimeText.distance(date, from: state.today), Style(.muted))
      }
    default:
      let words = state.words(reading.answer, asking: isAsking(.deals)) { _ in "" }
      row.add(words.text, words.style)
    }
    addConflictMark(field, to: &row)
    row.clip(to: width)
    page.add(row, key: .field(field), url: reading.provenance?.url, copy: copy)
    if case .unavailable(let error) = reading.answer, deal.sources[error.system]?.failure == nil {
      addSentence(error.message, Style(.bad), indent: 4)
    }
  }

  /// The sign and the other side's value, where an echo disagrees.
  func addConflictMark(_ field: FieldName, to row: inout Line) {
    for conflict in deal.conflicts where conflict.field == field {
      let other = conflict.echo.value.map(state.words) ?? "nothing"
      row.add("  \(glyphs.conflict) \(conflict.echo.system.text) \(other)", Style(.bad))
    }
  }
}
