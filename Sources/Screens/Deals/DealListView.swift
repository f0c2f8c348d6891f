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
      guard let row = list.row(at: list.top + offset, now: state.now) else { break }
      let line = line(row)
      let isHere = row.id == list.cursor
      frame.draw(
        isHere ? line.highlighted(width: width, focused: focused) : line, column: 0,
        row: top + 1 + offset, width: width)
    }
  }

  /// The fields that have a column here.
  var fieldsShown: [FieldName] { columns.compactMap(\.column.field) }

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

  private func line(_ row: DealRow) -> Line {
    let assessment = state.assessments[row.id]
    var line = Line(state.glyphs, " ")
    for placed in columns {
      if placed.column == .flags {
        let end = line.width + placed.width
        line.add(flags(row, assessment, width: placed.width))
        line.pad(to: end)
      } else {
        let isMarked = placed.column.field.map { state.feed.isMarked(row.id, .field($0)) } ?? false
        var words = words(
          placed.column, row, assessment, width: isMarked ? placed.width - 1 : placed.width)
        if isMarked {
          words.text = state.glyphs.changed + words.text
          words.style.isBold = true
          words.style.isUnderlined = true
        }
        line.add(words.text, width: placed.width, placed.column.side, words.style)
      }
      line.add(" ")
    }
    return line
  }

  private func words(
    _ column: DealColumn, _ row: DealRow, _ assessment: Assessment?, width: Int
  ) -> Words {
    switch column {
    case .id: return Words(row.id.text, .accent)
    case .name: return text(row.name)
    case .company: return text(row.company)
    case .stage: return text(row.stage)
    case .person: return text(row.person)
    case .value: return amount(row.value, false, width)
    case .invoiced: return amount(row.invoiced, isAsking(assessment, [.invoices]), width)
    case .margin: return margin(row, assessment)
    case .milestone: return milestone(row, assessment)
    case .flags: return Words("")
    }
  }

  private func text(_ cell: DealCell<String>, asking: Bool = false) -> Words {
    words(cell, asking: asking) { $0 }
  }

  private func words<Value>(
    _ cell: DealCell<Value>, asking: Bool, _ value: (Value) -> String
  ) -> Words {
    switch cell {
    case .value(let known): Words(value(known))
    case .incomplete(let known?, let bound):
      Words(state.glyphs.sign(bound) + value(known), .caution)
    case .incomplete(nil, _), .unavailable: Words("unavailable", .bad)
    case .several: Words("several", .muted)
    case .none: Words("none", .muted)
    case .notAsked: Words(asking ? "asking…" : "not asked", .muted)
    }
  }

  private func amount(_ cell: DealCell<Money>, _ asking: Bool, _ width: Int) -> Words {
    var room = width
    if case .incomplete(_, let bound) = cell {
      room -= state.glyphs.writer.width(of: state.glyphs.sign(bound))
    }
    return words(cell, asking: asking) { money in
      AmountText.fitted(money, width: room, about: state.glyphs.about)
    }
  }

  private func isAsking(_ assessment: Assessment?, _ kinds: [RecordKind]) -> Bool {
    guard let assessment else { return false }
    return kinds.contains { kind in
      assessment.owners[kind].flatMap { assessment.sources[$0] }?.isAsking == true
    }
  }

  private func margin(_ row: DealRow, _ assessment: Assessment?) -> Words {
    switch row.marginPercent {
    case .value(let percent):
      return Words(AmountText.percent(percent), percent.isNegative ? .bad : .plain)
    case .none, .several: return Words("n/a", .muted)
    case .incomplete, .unavailable: return Words("?", .caution)
    case .notAsked: return Words(isAsking(assessment, [.invoices, .costs]) ? "…" : "", .muted)
    }
  }

  private func milestone(_ row: DealRow, _ assessment: Assessment?) -> Words {
    if case .none = row.milestone, assessment?.records[.milestones]?.isEmpty == false {
      return Words("all done", .muted)
    }
    var words = text(row.milestone, asking: isAsking(assessment, [.milestones]))
    guard row.milestone.knownValue != nil, let due = row.milestoneDue else { return words }
    let isLate = due < state.today
    words.text =
      (isLate ? "\(state.glyphs.late) " : "") + due.short(from: state.today) + " " + words.text
    if isLate { words.style = Style(.warning) }
    return words
  }

  /// Freshness first, then what deserves a second look; words as far as there is room.
  private func flags(_ row: DealRow, _ assessment: Assessment?, width: Int) -> Line {
    let glyphs = state.glyphs
    let freshness = state.freshness(of: row)
    var marks: [(sign: String, word: String, ink: Ink)] = [
      (glyphs.sign(freshness), freshness.word, freshness.ink)
    ]
    if state.feed.hasMarks(row.id) { marks.append((glyphs.changed, "changed", .accent)) }
    let flags = row.flags
    if flags.contains(.conflict) { marks.append((glyphs.conflict, "conflict", .bad)) }
    if flags.contains(.overdue) { marks.append((glyphs.late, "overdue", .warning)) }
    if flags.contains(.late) { marks.append((glyphs.late, "late", .warning)) }
    if flags.contains(.overInvoiced) { marks.append((glyphs.above, "over", .warning)) }
    if flags.contains(.incomplete) { marks.append((glyphs.atLeast, "incomplete", .caution)) }
    if !flags.isDisjoint(with: [.duplicate, .orphan, .dangling, .malformed]) {
      marks.append((glyphs.brokenLink, "link", .warning))
    }
    var isWorded = Array(repeating: false, count: marks.count)
    var used = marks.reduce(0) { $0 + glyphs.writer.width(of: $1.sign) }
    // Trouble gets its words first: "live" says nothing new.
    let byNeed = marks.indices.dropFirst(freshness == .live ? 1 : 0) + [0]
    for index in byNeed where !isWorded[index] {
      // A blank before the word and two after it, unless it is the last.
      let cost = marks[index].word.utf8.count + (index == marks.count - 1 ? 1 : 3)
      guard used + cost <= width else { continue }
      isWorded[index] = true
      used += cost
    }
    // One sign for two kinds of lateness: without words, once is enough.
    var line = Line(glyphs)
    for (index, mark) in marks.enumerated() {
      if index > 0, !isWorded[index], marks[index - 1].sign == mark.sign { continue }
      if index > 0, isWorded[index - 1] { line.add("  ") }
      line.add(mark.sign, Style(mark.ink))
      if isWorded[index] { line.add(" " + mark.word, Style(mark.ink)) }
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
