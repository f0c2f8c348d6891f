import DealModel

/// One deal as its assessment knows it, for the conditions of comparisons.
struct AssessedDeal: QueryableDeal {
  let id: DealID
  let fields: [FieldName: Reading]
  let rollup: Rollup
  let nextMilestone: Milestone?
  let flags: DealFlags

  func mentions(_ words: [UInt8]) -> Bool {
    [.id, .name, .company, .stage, .owner].contains { column in
      self.words(of: column)?.holds(words) == true
    }
  }

  func words(of column: DealQuery.Column) -> [UInt8]? {
    switch column {
    case .id: Folding.folded(id.text)
    case .name: text(of: .name)
    case .company: text(of: .company)
    case .stage: text(of: .stage)
    case .owner: text(of: .person)
    case .entity: text(of: .entity)
    case .currency: money(of: .value).map { Folding.folded($0.currency.code) }
    case .milestone: nextMilestone.map { Folding.folded($0.name) }
    case .value, .invoiced, .margin: nil
    }
  }

  func number(of column: DealQuery.Column) -> ExactDecimal? {
    switch column {
    case .value: return money(of: .value)?.amount
    case .invoiced:
      guard rollup.invoiced.isComplete, rollup.invoiced.amounts.count <= 1 else { return nil }
      return rollup.invoiced.amounts.first?.amount ?? .zero
    case .margin: return rollup.marginPercent
    default: return nil
    }
  }

  var milestoneDue: CalendarDate? { nextMilestone?.due.value }

  func isIn(_ state: DealQuery.State) -> Bool? {
    switch state {
    // Ages are a matter of when the deal is looked at, not of what is true of it.
    case .stale, .expired: nil
    case .won: stageState.map { $0 == .won }
    case .lost: stageState.map { $0 == .lost }
    case .open: stageState.map { $0 == .open }
    default: state.flag.map { flags.contains($0) }
    }
  }

  private var stageState: StageState? {
    StageState(
      stated: fields[.stageState]?.answer.value?.description,
      label: fields[.stage]?.answer.value?.description)
  }

  private func text(of field: FieldName) -> [UInt8]? {
    fields[field]?.answer.value.map { Folding.folded($0.description) }
  }

  private func money(of field: FieldName) -> Money? {
    if case .money(let money)? = fields[field]?.answer.value { money } else { nil }
  }
}

extension DealQuery.State {
  /// The flag that the state asks for; `nil` for ages and places in the pipeline.
  var flag: DealFlags? {
    switch self {
    case .conflict: .conflict
    case .late: .late
    case .overdue: .overdue
    case .incomplete: .incomplete
    case .unavailable: .unavailable
    case .orphan: .orphan
    case .dangling: .dangling
    case .duplicate: .duplicate
    case .malformed: .malformed
    case .overinvoiced: .overInvoiced
    case .stale, .expired, .won, .lost, .open: nil
    }
  }
}
