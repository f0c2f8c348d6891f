public import DealModel

/// Which rows of a ``DealTable`` a list shows, and in what order.
///
/// Holds row numbers only. It knows nothing of later changes to the table until it is told with
/// ``refresh(_:in:at:)``.
public struct DealView: Sendable {
  /// The rows shown, from the top.
  public private(set) var rows: [UInt32] = []
  /// The filter.
  public private(set) var query = DealQuery()
  /// The order.
  public private(set) var order: DealOrder

  private var compiled = CompiledQuery(DealQuery())
  /// All rows by ID: the ground on which every other order is laid.
  private var byID: [UInt32] = []
  /// All rows in ``order``.
  private var sorted: [UInt32] = []
  /// Row → whether it passes the filter.
  private var passing: [Bool] = []

  /// A view of an empty table.
  public init(by order: DealOrder = DealOrder(.id)) { self.order = order }

  /// A view of a table.
  public init(
    of table: DealTable, by order: DealOrder = DealOrder(.id), filter: DealQuery = DealQuery(),
    at now: Timestamp
  ) {
    self.order = order
    query = filter
    compiled = CompiledQuery(filter)
    rebuild(table, now)
  }

  /// How many rows are shown.
  public var count: Int { rows.count }

  /// Whether the filter asks for ages, so that rows come and go with time alone.
  public var dependsOnTime: Bool {
    query.terms.contains { [.state(.stale), .state(.expired)].contains($0.condition) }
  }

  /// Shows the rows that pass a filter. A filter that narrows the last one looks only at the rows
  /// that passed that.
  public mutating func filter(_ query: DealQuery, in table: DealTable, at now: Timestamp) {
    let next = CompiledQuery(query)
    let narrows = next.narrows(compiled) && passing.count == table.count && !dependsOnTime
    self.query = query
    compiled = next
    guard sorted.count == table.count else { return rebuild(table, now) }
    if !narrows { passing = Array(repeating: true, count: table.count) }
    table.narrow(&passing, to: next, now: now)
    rows = (narrows ? rows : sorted).filter { passing[Int($0)] }
  }

  /// Shows the rows in another order.
  public mutating func sort(by order: DealOrder, in table: DealTable, at now: Timestamp) {
    self.order = order
    guard sorted.count == table.count else { return rebuild(table, now) }
    sorted = table.sorted(byID, by: order)
    rows = sorted.filter { passing[Int($0)] }
  }

  /// Takes changes of the table in.
  ///
  /// - Parameter changed: The rows that ``DealTable`` said are new or changed.
  public mutating func refresh(_ changed: [Int], in table: DealTable, at now: Timestamp) {
    if table.count < passing.count { return rebuild(table, now) }
    guard !changed.isEmpty || table.count > passing.count else { return }
    let added = passing.count..<table.count
    let known = changed.filter { $0 < passing.count }
    guard (known.count + added.count) * 8 < table.count else { return rebuild(table, now) }
    var moved = known.map { UInt32($0) } + added.map { UInt32($0) }
    moved.sort { table.idPrecedes(Int($0), Int($1)) }
    if !added.isEmpty {
      byID = table.merging(moved.filter { $0 >= added.lowerBound }, into: byID, by: DealOrder(.id))
    }
    let wasShown = known.filter { passing[$0] }
    passing += Array(repeating: false, count: added.count)
    for row in moved {
      let deal = TableDeal(table: table, row: Int(row), now: now)
      passing[Int(row)] = compiled.holds(for: deal)
    }
    moved = table.sorted(moved, by: order)
    sorted = table.merging(moved, into: sorted, by: order)
    if !wasShown.isEmpty || moved.contains(where: { passing[Int($0)] }) {
      rows = table.merging(moved.filter { passing[Int($0)] }, into: rows, without: moved, by: order)
    }
  }

  /// Looks at every row again: after ``DealTable/removeDeals(indexedBefore:)``, and as time passes
  /// while ``dependsOnTime``.
  public mutating func rebuild(_ table: DealTable, _ now: Timestamp) {
    byID = table.rowsByID()
    sorted = table.sorted(byID, by: order)
    passing = Array(repeating: true, count: table.count)
    table.narrow(&passing, to: compiled, now: now)
    rows = compiled.terms.isEmpty ? sorted : sorted.filter { passing[Int($0)] }
  }

  /// Where a row of the table stands in this view; `nil` when it is filtered out.
  public func position(ofRow row: Int) -> Int? {
    guard row >= 0, row < passing.count, passing[row] else { return nil }
    return rows.firstIndex(of: UInt32(row))
  }

  /// Where a deal stands in this view; `nil` when it is filtered out, or unknown.
  public func position(of id: DealID, in table: DealTable) -> Int? {
    table.row(of: id).flatMap { position(ofRow: $0) }
  }

  /// Where the cursor belongs after the view changed: on its deal, or where its deal was as near as
  /// can be when it is no longer shown; `nil` in an empty view.
  ///
  /// - Parameters:
  ///   - id: The deal the cursor was on.
  ///   - position: Where the cursor stood.
  public func cursor(on id: DealID?, from position: Int, in table: DealTable) -> Int? {
    guard !rows.isEmpty else { return nil }
    return id.flatMap { self.position(of: $0, in: table) }
      ?? min(max(position, 0), rows.count - 1)
  }
}
