internal import DealModel
internal import TruthEngine

/// Every disagreement of the deals that have been read, by money at stake.
enum ConflictsPage {
  /// The conflicts known, by money at stake, those without a sum last.
  static func conflicts(in state: State) -> [Conflict] {
    state.assessments.values.flatMap(\.conflicts).sorted(by: Conflict.isBefore)
  }

  /// The conflicts screen as lines.
  static func page(in state: State, width: Int) -> Page {
    var page = Page()
    let glyphs = state.glyphs
    let conflicts = conflicts(in: state)
    var summary = Line(glyphs, " ")
    let read = state.list.comparedCount
    let total = AmountText.grouped(String(state.list.total))
    let count = "\(conflicts.count) conflict\(conflicts.count == 1 ? "" : "s") in"
    summary.add(
      read == state.list.total
        ? "\(count) \(total) deals"
        : "\(count) the \(AmountText.grouped(String(read))) of \(total) deals compared so far",
      Style(.muted))
    let isRoomy = width >= 100
    let fieldWidth = isRoomy ? 16 : 11
    let side = max(10, (width - 12 - fieldWidth - 17 - 3) / 2)
    var titles = Line(glyphs, "  ")
    titles.add("deal", width: 10, .left, Style(.muted))
    titles.add("field", width: fieldWidth, .left, Style(.muted))
    titles.add("at stake", width: 16, .right, Style(.muted))
    titles.add("  ")
    titles.add("owner says", width: side + 1, .left, Style(.muted))
    titles.add("echo says", Style(.muted))
    titles.clip(to: width)
    page.heading = [summary, titles]
    if conflicts.isEmpty {
      let words = read == 0 ? "Nothing has been compared yet." : "Owners and echoes agree."
      page.add(Line(glyphs, "   " + words, Style(.muted)))
    }
    for conflict in conflicts {
      var row = Line(glyphs, "\(glyphs.conflict) ", Style(.bad))
      row.add(conflict.deal.text, width: 9, .left, Style(.accent))
      row.add(" ")
      row.add(conflict.field.known?.title ?? conflict.field.text, width: fieldWidth)
      let stake = conflict.atStake.map {
        AmountText.fitted($0, width: 16, about: glyphs.about)
      }
      row.add(stake ?? conflict.kind.word, width: 16, .right, Style(stake == nil ? .muted : .bad))
      row.add("  ")
      // Where there is little room the sum at stake has named the currency already.
      let isBare = !isRoomy && stake != nil
      add(conflict.owner, state, side, bare: isBare, to: &row)
      row.add(" ")
      add(conflict.echo, state, side, bare: isBare, to: &row)
      row.clip(to: width)
      page.add(row, key: conflict.key, copy: state.sentence(conflict))
    }
    return page
  }

  private static func add(
    _ side: Conflict.Side, _ state: State, _ width: Int, bare: Bool, to row: inout Line
  ) {
    var value = side.value.map(state.words) ?? "nothing"
    if bare, case .money(let money)? = side.value { value = AmountText.bare(money) }
    var part = Line(state.glyphs, side.system.text + " ", Style(.accent))
    part.add(value)
    part.clip(to: width)
    part.pad(to: width)
    row.add(part)
  }
}

extension Conflict.Kind {
  /// The word where no sum is at stake.
  var word: String {
    switch self {
    case .value: "differs"
    case .currency: "currency"
    case .echoMissing: "echo missing"
    case .ownerMissing: "owner missing"
    }
  }
}
