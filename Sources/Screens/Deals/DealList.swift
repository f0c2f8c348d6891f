internal import DealModel
internal import TruthEngine

/// The list of deals: which are shown, in which order, and where the cursor stands.
struct DealList: Sendable {
  /// A column to sort by.
  enum Sort: String, CaseIterable, Hashable, Sendable {
    case id, name, company, stage, owner, value, invoiced, margin, milestone

    /// What people call it.
    var title: String { self == .margin ? "margin %" : rawValue }
    /// Whether the largest comes first unless turned round.
    var startsDescending: Bool { self == .value || self == .invoiced }
  }

  /// The columns to sort by, in the order of the menu.
  static let sorts = Sort.allCases

  /// The deal under the cursor.
  var cursor: DealID?
  /// The first row in sight.
  private(set) var top = 0
  /// The column the list is sorted by.
  private(set) var sort = Sort.id
  /// Whether the largest comes first.
  private(set) var isDescending = false
  /// The filter as typed.
  private(set) var filterText = ""
  /// What is wrong with it, or still missing from it.
  private(set) var filterError: DealQueryError?
  /// When the index was read.
  private(set) var indexedAt: Timestamp?

  /// Where the cursor stood after the last message.
  private var lastPosition = 0
  /// Whether rows have come, gone or changed places since.
  private var isRearranged = false
  private var rows: [DealID: DealFacts] = [:]
  private var conflicts: [DealID: Int] = [:]
  private var order: [DealID] = []
  private var positions: [DealID: Int] = [:]

  init(model: CompanyModel, today: CalendarDate) {}

  var idWidth: Int { min(14, max(8, rows.keys.lazy.map(\.text.utf8.count).max() ?? 8)) }
  var total: Int { rows.count }
  var count: Int { order.count }
  var conflictCount: Int { conflicts.values.reduce(0, +) }
  func contains(_ id: DealID) -> Bool { rows[id] != nil }
  func id(at position: Int) -> DealID? { order[safely: position] }
  func position(of id: DealID) -> Int? { positions[id] }
  func facts(of id: DealID) -> DealFacts? { rows[id] }

  mutating func merge(_ records: [Record], fetchedAt: Timestamp) {
    indexedAt = fetchedAt
    for record in records {
      guard case .deal(let fields) = record.content else { continue }
      func text(_ name: FieldName) -> String { fields[name]?.value?.description ?? "" }
      var value: Money?
      if case .money(let money)? = fields[.value]?.value { value = money }
      rows[record.dealID] = DealFacts(
        name: text(.name), company: text(.company), stage: text(.stage), person: text(.person),
        value: value, url: record.url)
    }
    arrange()
  }

  mutating func merge(_ assessments: [Assessment]) {
    for assessment in assessments { conflicts[assessment.id] = assessment.conflicts.count }
  }

  mutating func turn(to today: CalendarDate) {}

  mutating func filter(_ text: String) {
    filterText = text
    filterError = DealQuery.typed(text).hints.first
    arrange()
  }

  mutating func sort(by sort: Sort, descending: Bool) {
    self.sort = sort
    isDescending = descending
    arrange()
  }

  private mutating func arrange() {
    let terms = DealQuery.typed(filterText).query.terms
    order = rows.keys.filter { id in
      guard let row = rows[id] else { return false }
      return terms.allSatisfy { term in
        guard case .text(let words) = term.condition else { return true }
        let text = "\(id.text) \(row.name) \(row.company) \(row.stage) \(row.person)".lowercased()
        return text.contains(words.lowercased()) != term.isNegated
      }
    }.sorted()
    if isDescending { order.reverse() }
    positions = Dictionary(
      order.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    isRearranged = true
  }
}

extension DealList {
  /// Moves the cursor by that many rows.
  mutating func move(by step: Int, rows: Int) {
    guard count > 0 else { return }
    let present = cursor.flatMap(position) ?? 0
    let next = min(max(0, present + step), count - 1)
    cursor = id(at: next)
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

/// What the list knows of a deal from the index alone.
struct DealFacts: Hashable, Sendable {
  var name: String
  var company: String
  var stage: String
  var person: String
  var value: Money?
  var url: String?
}
