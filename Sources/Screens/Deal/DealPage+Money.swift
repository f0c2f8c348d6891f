internal import DealModel
internal import TruthEngine

extension DealPage {
  /// The figures, each with the sign of what it lacks, the margin with its formula.
  mutating func addMoney() {
    addHeading("Money", [.invoices, .costs])
    let rollup = deal.rollup
    add(.invoiced, rollup.invoiced, records: true)
    add(.paid, rollup.paid)
    add(.outstanding, rollup.outstanding)
    add(.overdue, rollup.overdue, late: true)
    add(.committedCost, rollup.committedCost, records: true)
    add(.actualCost, rollup.actualCost)
    add(.margin, rollup.margin)
    addFormula()
    addMarginPercent()
    add(.forecastMargin, rollup.forecastMargin)
    addMissing()
  }

  private mutating func add(
    _ field: FieldName, _ figure: Figure, records: Bool = false, late: Bool = false
  ) {
    let asking = isAsking(.invoices) || isAsking(.costs)
    for (index, words) in state.words(of: figure, asking: asking).enumerated() {
      var row = line("  ")
      let title = field.known?.title ?? field.text
      row.add(index == 0 ? title : "", width: 16, .left, Style(.muted))
      row.add(" ")
      var style = words.style
      let amount = index < figure.amounts.count ? figure.amounts[index].amount : .zero
      if late, !amount.isZero, figure.isComplete { style = Style(.warning) }
      if amount.isNegative { style = Style(.bad) }
      add(words.text, style, to: &row)
      if late, !amount.isZero { row.add("  \(glyphs.late) overdue", Style(.warning)) }
      if !figure.isComplete, !figure.amounts.isEmpty {
        row.add("  \(state.shortReason(of: figure))", Style(.caution))
      }
      if index == 0 { addConflictMark(field, to: &row) }
      if index == 0, addOtherOwner(of: field, to: &row) {
        // Whose figure it is and how old says more than how many records it has.
      } else if records, index == 0, figure.isComplete, !figure.records.isEmpty {
        let count = figure.records.count
        row.add("  \(count) record\(count == 1 ? "" : "s")", Style(.muted))
      }
      row.clip(to: width)
      let copy = index < figure.amounts.count ? figure.amounts[index].description : nil
      page.add(row, key: index == 0 ? .field(field) : nil, copy: copy)
    }
  }

  /// The owner of costs and the age of its answer, where the heading names the owner of invoices.
  ///
  /// - Returns: Whether it does.
  private func addOtherOwner(of field: FieldName, to row: inout Line) -> Bool {
    guard field == .committedCost || field == .actualCost, let owner = deal.owners[.costs],
      let heading = deal.owners[.invoices], owner != heading,
      let fetched = oldest([.costs], owner)
    else { return false }
    let words = state.words(state.freshness(of: fetched, from: owner))
    row.add("  ")
    row.add(owner.text, Style(.accent))
    row.add(" \(words.text.prefix(1)) ", words.style)
    row.add(TimeText.age(of: fetched, at: state.now), Style(.muted))
    return true
  }

  /// A figure at the right of its column; one too wide for it is never cut.
  private func add(_ text: String, _ style: Style, to row: inout Line) {
    row.add(text, width: max(20, glyphs.writer.width(of: text)), .right, style)
  }

  private mutating func addFormula() {
    let rollup = deal.rollup
    for margin in rollup.margin.amounts {
      let currency = margin.currency
      func part(_ figure: Figure) -> String {
        let amount = figure.amounts.first { $0.currency == currency } ?? .zero(currency)
        return glyphs.sign(figure.bound) + AmountText.bare(amount)
      }
      let text =
        "= invoiced \(part(rollup.invoiced)) \(glyphs.minus) committed "
        + part(rollup.committedCost)
      var row = line("  ")
      row.pad(to: 4)
      row.add(text, Style(.muted))
      row.clip(to: width)
      page.add(row)
    }
  }

  private mutating func addMarginPercent() {
    var row = line("  ")
    row.add("margin %", width: 16, .left, Style(.muted))
    row.add(" ")
    let rollup = deal.rollup
    if let percent = rollup.marginPercent {
      let style = Style(percent.isNegative ? .bad : .plain)
      add(AmountText.percent(percent, places: 2), style, to: &row)
    } else {
      add(marginAbsence, Style(.muted), to: &row)
    }
    page.add(row, key: .field(.marginPercent), copy: rollup.marginPercent?.description)
  }

  /// Why there is no percentage.
  private var marginAbsence: String {
    let margin = deal.rollup.margin
    if margin.isNotAsked {
      return isAsking(.invoices) || isAsking(.costs) ? "asking…" : "not asked"
    }
    if !margin.isComplete { return "incomplete" }
    if margin.amounts.count > 1 { return "several currencies" }
    return "nothing invoiced"
  }

  /// What the figures lack, each once.
  private mutating func addMissing() {
    var seen: [MissingInput] = []
    let rollup = deal.rollup
    for figure in [rollup.invoiced, rollup.committedCost, rollup.outstanding] {
      for missing in figure.missing where !seen.contains(missing) {
        seen.append(missing)
        if missing.reason == .notAsked || missing.record == nil { continue }
        addSentence("Missing: " + state.words(missing), Style(.caution))
      }
    }
  }
}
