import DealModel

/// One row as a filter sees it. For a few rows; whole tables are searched column by column.
struct TableDeal: QueryableDeal {
  let table: DealTable
  let row: Int
  let now: Timestamp

  func mentions(_ words: [UInt8]) -> Bool {
    table.stages.folded(row)?.holds(words) == true
      || table.people.folded(row)?.holds(words) == true
      || Array(table.folded.bytes[table.folded.rowRange(row)]).holds(words)
  }

  func words(of column: DealQuery.Column) -> [UInt8]? {
    switch column {
    case .id: text(.id)
    case .name: table.nameStates[row] == .known ? text(.name) : nil
    case .company: table.companyStates[row] == .known ? text(.company) : nil
    case .stage: table.stages.folded(row)
    case .owner: table.people.folded(row)
    case .entity: table.entities.folded(row)
    case .milestone: table.milestones.folded(row)
    case .currency: table.values.currency(row).map { Folding.folded($0.code) }
    case .value, .invoiced, .margin: nil
    }
  }

  func number(of column: DealQuery.Column) -> ExactDecimal? {
    switch column {
    case .value: table.values.known(row)
    // The owner answered that there are no invoices: nothing is invoiced.
    case .invoiced: table.invoiced.states[row] == .none ? .zero : table.invoiced.known(row)
    case .margin: table.margins.known(row)
    default: nil
    }
  }

  var milestoneDue: CalendarDate? { table.due(at: row) }

  func isIn(_ state: DealQuery.State) -> Bool? {
    switch state {
    case .stale: return table.worstFreshness(at: row, now: now).map { $0 >= .stale }
    case .expired: return table.worstFreshness(at: row, now: now).map { $0 >= .expired }
    case .won, .lost, .open:
      return StageState(rawValue: table.stageStates[row]).map { $0 == state.stageState }
    default:
      guard let flag = state.flag else { return nil }
      if table.flags(at: row).contains(flag) { return true }
      // Before a deal has been judged, not having a flag means nothing.
      return table.isAssessed[row] ? false : nil
    }
  }

  private func text(_ segment: TextColumn.Segment) -> [UInt8] {
    Array(table.folded.bytes[table.folded.range(of: segment, row: row)])
  }
}

extension DealQuery.State {
  var stageState: StageState? {
    switch self {
    case .won: .won
    case .lost: .lost
    case .open: .open
    default: nil
    }
  }
}
