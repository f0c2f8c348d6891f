import DealModel

extension DealTable {
  /// All rows by ID, by Unicode scalars.
  func rowsByID() -> [UInt32] {
    sortedByText(Array(0..<UInt32(count)), of: .id, in: texts, descending: false)
  }

  /// Rows in an order.
  ///
  /// - Parameter rows: By ID, so that equal ones stay so.
  func sorted(_ rows: [UInt32], by order: DealOrder) -> [UInt32] {
    let descends = order.isDescending
    switch order.column {
    case .id: return descends ? rows.reversed() : rows
    case .name:
      return sorted(rows, descends, knownIf: { nameStates[$0].knownValue != nil }, of: .name)
    case .company:
      return sorted(rows, descends, knownIf: { companyStates[$0].knownValue != nil }, of: .company)
    case .stage: return sorted(rows, by: stages, descends)
    case .owner: return sorted(rows, by: people, descends)
    case .entity: return sorted(rows, by: entities, descends)
    case .value: return sorted(rows, by: values, descends)
    case .invoiced: return sorted(rows, by: invoiced, descends)
    case .margin: return sorted(rows, by: margins, descends)
    case .milestone:
      return sorted(rows, descends) { row in
        milestoneDues[row] == .max ? nil : Int64(milestoneDues[row]).sortKey
      }
    case .flags:
      return sorted(rows, descends) { row in
        let flags = flags(at: row)
        // The lower the bit the graver the flag.
        return flags.isEmpty ? nil : UInt64(flags.rawValue.bitSwapped)
      }
    case .currency:
      return sorted(rows, descends) { row in
        values.currency(row).map { $0.code.utf8.reduce(0) { $0 << 8 | UInt64($1) } }
      }
    }
  }

  // MARK: By numbers

  /// - Parameter key: `nil` stands last.
  @inline(__always)
  private func sorted(
    _ rows: [UInt32], _ descends: Bool, key: (Int) -> UInt64?
  ) -> [UInt32] {
    var known: [KeyedRow] = []
    var unknown: [UInt32] = []
    known.reserveCapacity(rows.count)
    for row in rows {
      if let key = key(Int(row)) {
        known.append(KeyedRow(key: descends ? ~key : key, row: row))
      } else {
        unknown.append(row)
      }
    }
    radixSort(&known)
    return known.map(\.row) + unknown
  }

  private func sorted(_ rows: [UInt32], by column: WordColumn, _ descends: Bool) -> [UInt32] {
    let ranks = column.ranks()
    return sorted(rows, descends) { ranks[Int(column.codes[$0])] }
  }

  private func sorted(_ rows: [UInt32], by column: NumberColumn, _ descends: Bool) -> [UInt32] {
    var highest: UInt8 = 0
    for row in rows where column.states[Int(row)] == .known {
      highest = max(highest, column.scales[Int(row)])
    }
    var multipliers: [Int64] = [1]
    while multipliers.count <= Int(highest) {
      let (next, overflow) = (multipliers.last ?? 1).multipliedReportingOverflow(by: 10)
      guard !overflow else { return sortedExactly(rows, by: column, descends) }
      multipliers.append(next)
    }
    guard column.large.isEmpty else { return sortedExactly(rows, by: column, descends) }
    var fits = true
    let quick = sorted(rows, descends) { row in
      guard column.states[row] == .known else { return nil }
      let (number, overflow) = column.coefficients[row].multipliedReportingOverflow(
        by: multipliers[Int(highest - column.scales[row])])
      if overflow { fits = false }
      return number.sortKey
    }
    return fits ? quick : sortedExactly(rows, by: column, descends)
  }

  private func sortedExactly(
    _ rows: [UInt32], by column: NumberColumn, _ descends: Bool
  ) -> [UInt32] {
    var known: [(number: ExactDecimal, row: UInt32)] = []
    var unknown: [UInt32] = []
    for row in rows {
      if let number = column.known(Int(row)) {
        known.append((number, row))
      } else {
        unknown.append(row)
      }
    }
    known.sort { descends ? $1.number < $0.number : $0.number < $1.number }
    return known.map(\.row) + unknown
  }

  // MARK: By texts

  private func sorted(
    _ rows: [UInt32], _ descends: Bool, knownIf isKnown: (Int) -> Bool,
    of segment: TextColumn.Segment
  ) -> [UInt32] {
    let known = rows.filter { isKnown(Int($0)) }
    let unknown = known.count == rows.count ? [] : rows.filter { !isKnown(Int($0)) }
    return sortedByText(known, of: segment, in: folded, descending: descends) + unknown
  }

  /// Eight bytes after what all texts share decide nearly all; the rest is compared in full.
  private func sortedByText(
    _ rows: [UInt32], of segment: TextColumn.Segment, in texts: TextColumn, descending: Bool
  ) -> [UInt32] {
    guard let first = rows.first else { return rows }
    return texts.bytes.withUnsafeBufferPointer { bytes in
      var shared = texts.range(of: segment, row: Int(first))
      for row in rows {
        let range = texts.range(of: segment, row: Int(row))
        var same = 0
        while same < min(shared.count, range.count),
          bytes[shared.lowerBound + same] == bytes[range.lowerBound + same]
        { same += 1 }
        shared = shared.lowerBound..<shared.lowerBound + same
      }
      var keyed = rows.map { row in
        let range = texts.range(of: segment, row: Int(row)).dropFirst(shared.count)
        var key: UInt64 = 0
        for place in range.prefix(8) { key = key << 8 | UInt64(bytes[place]) }
        key <<= UInt64(max(0, 8 - range.count) * 8)
        return KeyedRow(key: descending ? ~key : key, row: row)
      }
      radixSort(&keyed)
      var start = 0
      while start < keyed.count {
        var end = start + 1
        while end < keyed.count, keyed[end].key == keyed[start].key { end += 1 }
        if end - start > 1 {
          keyed[start..<end].sort { left, right in
            let one = bytes[texts.range(of: segment, row: Int(left.row))]
            let other = bytes[texts.range(of: segment, row: Int(right.row))]
            return descending
              ? other.lexicographicallyPrecedes(one) : one.lexicographicallyPrecedes(other)
          }
        }
        start = end
      }
      return keyed.map(\.row)
    }
  }
}

extension UInt16 {
  /// The bits in opposite order.
  fileprivate var bitSwapped: UInt16 {
    var swapped: UInt16 = 0
    for bit in 0..<16 where self & (1 << bit) != 0 { swapped |= 1 << (15 - bit) }
    return swapped
  }
}
