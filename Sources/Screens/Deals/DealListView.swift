internal import DealModel
internal import TruthEngine

/// The rows of the list in sight, as cells.
struct DealListView {
  let state: State
  let width: Int
  private let columns: [DealColumn.Placed]

  init(state: State, width: Int) {
    self.state = state
    self.width = width
    columns = DealColumn.placed(in: width - 2, idWidth: state.list.idWidth)
  }

  /// Draws column titles and rows.
  func draw(on frame: inout Frame, top: Int, rows: Int, focused: Bool) {
    frame.draw(titles, column: 0, row: top, width: width)
    let list = state.list
    guard list.count > 0 else {
      drawNothing(on: &frame, top: top + 1, rows: rows)
      return
    }
    for offset in 0..<rows {
      guard let id = list.id(at: list.top + offset) else { break }
      let line = row(id)
      let isHere = id == list.cursor
      frame.draw(
        isHere ? line.highlighted(width: width, focused: focused) : line, column: 0,
        row: top + 1 + offset, width: width)
    }
  }

  private var titles: Line {
    var line = Line(state.glyphs, " ")
    for placed in columns {
      let isSorted = placed.column.sort == state.list.sort
      let arrow = state.list.isDescending ? state.glyphs.descending : state.glyphs.ascending
      let title = placed.column.title + (isSorted ? arrow : "")
      line.add(
        title, width: placed.width, placed.column.side,
        isSorted ? Style(.heading, bold: true) : Style(.heading))
      line.add(" ")
    }
    return line
  }

  /// Why there are no rows: never a blank screen.
  private func drawNothing(on frame: inout Frame, top: Int, rows: Int) {
    let origin = state.model.sharedID.origin.text
    var text: String
    var style = Style(.muted)
    if state.list.total > 0 {
      text = "No deal passes the filter. Press / to change it; Esc there takes it back."
    } else {
      switch state.index {
      case .reading: text = "Reading the deals from \(origin)…"
      case .complete: text = "\(origin) answered: there are no deals."
      case .failed(let error):
        text = "The deals could not be read from \(origin). \(error.message)"
        style = Style(.bad)
      }
    }
    text = text.trimmed
    let lines = Paragraph.lines(text, width: width - 4, writer: state.glyphs.writer)
    for (index, words) in lines.prefix(max(0, rows - 1)).enumerated() {
      frame.draw(
        Line(state.glyphs, words, style), column: 2, row: top + 1 + index, width: width - 4)
    }
  }

  private func row(_ id: DealID) -> Line {
    let assessment = state.assessments[id]
    let facts = state.list.facts(of: id)
    var line = Line(state.glyphs, " ")
    for placed in columns {
      switch placed.column {
      case .flags:
        let end = line.width + placed.width
        line.add(flags(id, assessment, width: placed.width))
        line.pad(to: end)
      default:
        let words = words(placed.column, id, assessment, facts, width: placed.width)
        line.add(words.text, width: placed.width, placed.column.side, words.style)
      }
      line.add(" ")
    }
    return line
  }

  private func words(
    _ column: DealColumn, _ id: DealID, _ assessment: Assessment?, _ facts: DealFacts?, width: Int
  ) -> Words {
    switch column {
    case .id: return Words(id.text, .accent)
    case .name: return text(.name, assessment, facts?.name)
    case .company: return text(.company, assessment, facts?.company)
    case .stage: return text(.stage, assessment, facts?.stage)
    case .person: return text(.person, assessment, facts?.person)
    case .value:
      let answer = assessment?.fields[.value]?.answer ?? .notAsked
      if case .notAsked = answer {
        return facts?.value.map { amount($0, width) } ?? Words("none", .muted)
      }
      return state.words(answer) { value in
        if case .money(let money) = value {
          return AmountText.fitted(money, width: width, about: state.glyphs.about)
        }
        return state.words(value)
      }
    case .invoiced: return invoiced(assessment, width)
    case .margin: return margin(assessment)
    case .milestone: return milestone(assessment)
    case .flags: return Words("")
    }
  }

  private func amount(_ money: Money, _ width: Int) -> Words {
    Words(AmountText.fitted(money, width: width, about: state.glyphs.about))
  }

  private func text(_ field: FieldName, _ assessment: Assessment?, _ known: String?) -> Words {
    switch assessment?.fields[field]?.answer {
    case .value(let value): return Words(value.description)
    case .none?: return Words("none", .muted)
    case .unavailable: return Words("unavailable", .bad)
    case .notAsked, nil:
      guard let known else { return Words("not asked", .muted) }
      return known.isEmpty ? Words("none", .muted) : Words(known)
    }
  }

  private func isAsking(_ assessment: Assessment, _ kinds: [RecordKind]) -> Bool {
    kinds.contains { kind in
      assessment.owners[kind].flatMap { assessment.sources[$0] }?.isAsking == true
    }
  }

  private func invoiced(_ assessment: Assessment?, _ width: Int) -> Words {
    guard let assessment else { return Words("not asked", .muted) }
    let figure = assessment.rollup.invoiced
    let more = figure.amounts.count > 1 ? " +\(figure.amounts.count - 1)" : ""
    let words = state.words(
      of: figure, asking: isAsking(assessment, [.invoices]), width: width - more.utf8.count)
    guard var first = words.first else { return Words("none", .muted) }
    first.text += more
    return first
  }

  private func margin(_ assessment: Assessment?) -> Words {
    guard let assessment else { return Words("", .muted) }
    if let percent = assessment.rollup.marginPercent {
      return Words(AmountText.percent(percent), percent.isNegative ? .bad : .plain)
    }
    let margin = assessment.rollup.margin
    if margin.isNotAsked {
      return Words(isAsking(assessment, [.invoices, .costs]) ? "…" : "", .muted)
    }
    return Words(margin.isComplete ? "n/a" : "?", margin.isComplete ? .muted : .caution)
  }

  private func milestone(_ assessment: Assessment?) -> Words {
    guard let assessment else { return Words("not asked", .muted) }
    if let milestone = assessment.nextMilestone?.milestone {
      let isLate = milestone.isLate(on: state.today)
      let due = milestone.due.value.map { $0.short(from: state.today) + " " } ?? ""
      return Words(
        (isLate ? "\(state.glyphs.late) " : "") + due + milestone.name, isLate ? .warning : .plain)
    }
    guard let owner = assessment.owners[.milestones], let source = assessment.sources[owner] else {
      return Words("no owner", .muted)
    }
    if case .some(.some) = source.fetchedAt[.milestones] {
      let isDone = assessment.records[.milestones]?.isEmpty == false
      return Words(isDone ? "all done" : "none", .muted)
    }
    if source.isAsking { return Words("asking…", .muted) }
    return source.failure == nil ? Words("not asked", .muted) : Words("unavailable", .bad)
  }

  /// Freshness first, then what deserves a second look; words as far as there is room.
  private func flags(_ id: DealID, _ assessment: Assessment?, width: Int) -> Line {
    var line = Line(state.glyphs)
    guard let assessment else { return line }
    var marks: [(sign: String, word: String, ink: Ink)] = []
    if let freshness = state.worstFreshness(of: id, at: state.now) {
      marks.append((state.glyphs.sign(freshness), freshness.word, freshness.ink))
    }
    let flags = assessment.flags
    if flags.contains(.conflict) { marks.append((state.glyphs.conflict, "conflict", .bad)) }
    if flags.contains(.overdue) { marks.append((state.glyphs.late, "overdue", .warning)) }
    if flags.contains(.late) { marks.append((state.glyphs.late, "late", .warning)) }
    if flags.contains(.overInvoiced) { marks.append((state.glyphs.above, "over", .warning)) }
    if flags.contains(.incomplete) {
      marks.append((state.glyphs.atLeast, "incomplete", .caution))
    }
    if !flags.isDisjoint(with: [.duplicate, .orphan, .dangling, .malformed]) {
      marks.append((state.glyphs.brokenLink, "link", .warning))
    }
    // Words for as many as fit, the fresh one last to get its own: it says nothing new.
    var isWorded = Array(repeating: false, count: marks.count)
    var used = marks.reduce(0) { $0 + state.glyphs.writer.width(of: $1.sign) + 1 }
    for index in marks.indices.sorted(by: { a, b in
      (marks[a].ink == .good ? 1 : 0, a) < (marks[b].ink == .good ? 1 : 0, b)
    }) where used + marks[index].word.utf8.count <= width {
      isWorded[index] = true
      used += marks[index].word.utf8.count
    }
    for (index, mark) in marks.enumerated() {
      line.add(mark.sign, Style(mark.ink))
      if isWorded[index] { line.add(mark.word, Style(mark.ink)) }
      line.add(" ")
    }
    line.clip(to: width)
    return line
  }
}

extension CalendarDate {
  /// Month and day, with the year when it is another one: `12-15`, `2027-01-31`.
  func short(from today: CalendarDate) -> String {
    components.year == today.components.year ? String(description.dropFirst(5)) : description
  }
}
