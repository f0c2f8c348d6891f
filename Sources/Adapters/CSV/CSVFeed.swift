import DealModel

/// What an export says of each deal, as one number a deal: enough to tell which deals a new export
/// changes, without keeping a value.
struct CSVFeed: Sendable {
  let table: CSVTable
  /// The hash of a deal ID → the sum of its rows' digests, whatever their order.
  private let sums: [UInt32: UInt64]

  init(_ table: CSVTable) {
    self.table = table
    var sums: [UInt32: UInt64] = [:]
    for (row, link) in table.index.links.enumerated() where link != 0 {
      // Spread, so that rows that swap a part do not make the same sum.
      let digest = UInt64(table.index.digests[row]) &* 0x9E37_79B9_7F4A_7C15
      sums[link, default: 0] &+= digest ^ digest >> 29 | 1
    }
    self.sums = sums
  }

  /// The deals whose rows are not what they were.
  ///
  /// - Parameter before: The export before; `nil` when every deal is to count as changed.
  /// - Throws: ``CSVFileFault``, `CancellationError`.
  func changed(since before: CSVFeed?) throws -> Set<DealID> {
    let differing = Set(sums.filter { before?.sums[$0.key] != $0.value }.keys)
    var deals = try Self.deals(differing, in: table)
    if let before {
      let gone = Set(before.sums.keys.filter { sums[$0] == nil })
      // A file overwritten in place cannot be asked any more; the deals' age has them read again.
      deals.formUnion((try? Self.deals(gone, in: before.table)) ?? [])
    }
    return deals
  }

  /// The deal IDs behind hashes, by one row each.
  private static func deals(_ hashes: Set<UInt32>, in table: CSVTable) throws -> Set<DealID> {
    guard !hashes.isEmpty else { return [] }
    var rows: [Int] = []
    for hash in hashes { table.index.addRows(link: hash, to: &rows) }
    rows.sort()
    var deals: Set<DealID> = []
    try table.read(rows) { _, row in
      if let id = row.dealID { deals.insert(id) }
    }
    return deals
  }
}
