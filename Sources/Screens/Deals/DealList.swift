internal import DealModel
internal import TruthEngine

/// The list of deals: which are shown, in which order, and where the cursor stands.
struct DealList: Sendable {
  /// The columns to sort by, in the order of the menu.
  static let sorts: [DealOrder.Column] = [
    .id, .name, .company, .stage, .owner, .value, .invoiced, .margin, .milestone, .flags, .entity,
    .currency,
  ]

  /// The deal under the cursor.
  var cursor: DealID?
  /// The first row in sight.
  private(set) var top = 0
  /// The filter as typed.
  private(set) var filterText = ""
  /// What is wrong with it, or still missing from it.
  private(set) var filterError: DealQueryError?
  /// Cells that the longest ID takes, within reason.
  private(set) var idWidth = 8
  /// Conflicts known, over all deals that have been read.
  private(set) var conflictCount = 0

  /// Deals whose figures and milestones have been asked for, whatever came of it.
  private var compared: Set<DealID> = []

  private var table: DealTable
  private var view = DealView()
  /// Deal → its conflicts, where there are any.
  private var conflicts: [DealID: Int] = [:]
  /// Where the cursor stood after the last message.
  private var lastPosition = 0
  /// Whether rows have come, gone or changed places since.
  private var isRearranged = false
  /// When the present reading of the index began to arrive; `nil` between readings.
  private var readingBegan: Timestamp?

  /// The list of a company before any deal has arrived.
  init(model: CompanyModel) { table = DealTable(of: model) }

  /// Deals that have been compared: the others' conflicts are not known yet.
  var comparedCount: Int { min(compared.count, total) }

  /// The first deals that have not been compared; none when so many have been.
  func uncompared(first count: Int, unlessCompared most: Int) -> [DealID] {
    guard compared.count < min(most, total) else { return [] }
    var found: [DealID] = []
    for position in 0..<total where found.count < count {
      let id = table.id(at: position)
      if !compared.contains(id) { found.append(id) }
    }
    return found
  }

  /// Deals of the origin.
  var total: Int { table.count }
  /// Deals that pass the filter.
  var count: Int { view.count }
  /// The column the list is sorted by.
  var sort: DealOrder.Column { view.order.column }
  /// Whether the largest comes first.
  var isDescending: Bool { view.order.isDescending }
  /// Whether rows come and go with time alone.
  var dependsOnTime: Bool { view.dependsOnTime }

  /// Whether the origin listed the deal.
  func contains(_ id: DealID) -> Bool { table.row(of: id) != nil }

  /// The deal at a place of the list.
  func id(at position: Int) -> DealID? {
    guard position >= 0, position < view.count else { return nil }
    return table.id(at: Int(view.rows[position]))
  }

  /// The deal at a place of the list, as a row.
  func row(at position: Int, now: Timestamp) -> DealRow? {
    guard position >= 0, position < view.count else { return nil }
    return table.row(at: Int(view.rows[position]), now: now)
  }

  /// A deal as a row, whether the filter shows it or not; `nil` for one the origin never listed.
  func row(of id: DealID, now: Timestamp) -> DealRow? {
    table.row(of: id).map { table.row(at: $0, now: now) }
  }

  /// Where a deal stands; `nil` when it is filtered out or unknown.
  func position(of id: DealID) -> Int? {
    guard let row = table.row(of: id) else { return nil }
    // The cursor's deal is asked for after every message and is nearly always where it was.
    if lastPosition < view.count, view.rows[lastPosition] == UInt32(row) { return lastPosition }
    return view.position(ofRow: row)
  }

  // MARK: Changes

  /// Deals of the index have arrived.
  mutating func merge(_ records: [Record], fetchedAt: Timestamp, now: Timestamp) {
    readingBegan = readingBegan ?? fetchedAt
    for record in records { idWidth = min(14, max(idWidth, record.dealID.text.utf8.count)) }
    refresh(table.apply(index: records, fetchedAt: fetchedAt), now)
  }

  /// Every deal of the origin has arrived: what it did not bring is gone.
  mutating func complete(now: Timestamp) {
    guard let began = readingBegan else { return }
    readingBegan = nil
    guard table.removeDeals(indexedBefore: began) else { return }
    view.rebuild(table, now)
    isRearranged = true
  }

  /// Deals have been judged anew.
  mutating func merge(_ assessments: [Assessment], now: Timestamp) {
    var changed: [Int] = []
    for assessment in assessments {
      let known = assessment.conflicts.count
      conflictCount += known - (conflicts[assessment.id] ?? 0)
      conflicts[assessment.id] = known > 0 ? known : nil
      if assessment.isAsked {
        compared.insert(assessment.id)
      } else {
        compared.remove(assessment.id)
      }
      if let row = table.apply(assessment) { changed.append(row) }
    }
    refresh(changed, now)
  }

  /// The links of all systems have been compared.
  mutating func merge(_ faults: [LinkFault], now: Timestamp) { refresh(table.apply(faults), now) }

  /// Time has passed: rows that are shown for their age come and go.
  mutating func timePassed(now: Timestamp) {
    guard view.dependsOnTime else { return }
    view.rebuild(table, now)
    isRearranged = true
  }

  /// Shows the deals that pass a filter, as far as it can be understood.
  mutating func filter(_ text: String, now: Timestamp) {
    let typed = DealQuery.typed(text)
    filterText = text
    filterError = typed.hints.first
    view.filter(typed.query, in: table, at: now)
    isRearranged = true
  }

  /// Shows the deals in another order.
  mutating func sort(by column: DealOrder.Column, descending: Bool, now: Timestamp) {
    view.sort(by: DealOrder(column, descending: descending), in: table, at: now)
    isRearranged = true
  }

  private mutating func refresh(_ changed: [Int], _ now: Timestamp) {
    guard !changed.isEmpty else { return }
    view.refresh(changed, in: table, at: now)
    isRearranged = true
  }
}

extension DealOrder.Column {
  /// What people call it.
  var title: String { self == .margin ? "margin %" : rawValue }
  /// Whether the largest comes first unless turned round.
  var startsDescending: Bool { self == .value || self == .invoiced || self == .flags }
}

extension DealList {
  /// Moves the cursor by that many rows.
  ///
  /// - Parameter ahead: How many rows more the window moves when the cursor leaves it. Terminals
  ///   scroll whole lines: where something stands beside the list every row is sent again, which a
  ///   slow line carries once for several keys, not once for each.
  mutating func move(by step: Int, rows: Int, ahead: Int = 0) {
    guard count > 0 else { return }
    let present = cursor.flatMap(position) ?? 0
    let next = min(max(0, present + step), count - 1)
    cursor = id(at: next)
    if next < top {
      top = max(0, next - ahead)
    } else if next >= top + rows {
      top = next - rows + 1 + ahead
    }
    settle(rows: rows)
  }

  /// Moves the window, and the cursor only as far as it must go along.
  mutating func scroll(by step: Int, rows: Int) {
    top = min(max(0, top + step), max(0, count - rows))
    guard let present = cursor.flatMap(position), rows > 0 else { return }
    let kept = min(max(present, top), min(count, top + rows) - 1)
    if kept != present { cursor = id(at: kept) }
  }

  /// Keeps the cursor on its deal and in sight. A deal that is gone, or that the filter hides, hands
  /// the cursor to the row that stands where it stood.
  mutating func settle(rows: Int) {
    guard count > 0 else {
      top = 0
      lastPosition = 0
      return
    }
    let position: Int
    if let found = cursor.flatMap(self.position) {
      position = found
    } else {
      position = min(max(0, cursor == nil ? 0 : lastPosition), count - 1)
      cursor = id(at: position)
    }
    // Rows that come or go above the window move the window along with the cursor.
    if position != lastPosition, lastPosition >= top, lastPosition < top + rows, isRearranged {
      top += position - lastPosition
    }
    isRearranged = false
    lastPosition = position
    if position < top { top = position }
    if rows > 0, position >= top + rows { top = position - rows + 1 }
    top = min(max(0, top), max(0, count - rows))
  }
}

extension Assessment {
  /// Whether every system has been asked about the deal, so that its conflicts are all known.
  fileprivate var isAsked: Bool {
    if fields[.nextMilestone]?.answer == .notAsked { return false }
    return !rollup.invoiced.isNotAsked && !rollup.committedCost.isNotAsked
  }
}
