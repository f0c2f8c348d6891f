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
      return sorted(rows, descends, knownIf: { nameStates[$0] == .known }, of: .name)
    case .company:
      return sorted(rows, descends, knownIf: { companyStates[$0] == .known }, of: .company)
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

  private func sortedByText(
    _ rows: [UInt32], of segment: TextColumn.Segment, in texts: TextColumn, descending: Bool
  ) -> [UInt32] {
    var keyed = rows.map { KeyedRow(key: 0, row: $0) }
    texts.bytes.withUnsafeBufferPointer { bytes in
      Self.sort(&keyed, 0..<keyed.count, from: 0, descending) { row, offset in
        let range = texts.range(of: segment, row: Int(row))
        guard range.count > offset else { return 0 }
        var key: UInt64 = 0
        for place in range.lowerBound
          + offset..<min(range.lowerBound + offset + 7, range.upperBound)
        { key = key << 8 | UInt64(bytes[place]) }
        // Seven bytes and, below them, how many there are: a text stands before its continuations.
        let length = min(range.count - offset, 8)
        return key << UInt64(8 * (8 - min(length, 7))) | UInt64(length)
      }
    }
    return keyed.map(\.row)
  }

  /// Sorts by seven bytes of the texts, then each run of equal ones by the next seven.
  private static func sort(
    _ rows: inout [KeyedRow], _ range: Range<Int>, from offset: Int, _ descending: Bool,
    key: (UInt32, Int) -> UInt64
  ) {
    var part = Array(rows[range])
    for place in part.indices {
      let key = key(part[place].row, offset)
      part[place].key = descending ? ~key : key
    }
    if part.count < 48 { part.sort { $0.key < $1.key } } else { radixSort(&part) }
    rows.replaceSubrange(range, with: part)
    var start = 0
    while start < part.count {
      var end = start + 1
      while end < part.count, part[end].key == part[start].key { end += 1 }
      let stored = descending ? ~part[start].key : part[start].key
      // Eight stands for "more than seven": only then is there anything left to compare.
      if end - start > 1, stored & 0xFF == 8 {
        let run = range.lowerBound + start..<range.lowerBound + end
        sort(&rows, run, from: offset + 7, descending, key: key)
      }
      start = end
    }
  }
}

extension UInt16 {
  /// The bits in opposite order.
  var bitSwapped: UInt16 {
    var swapped: UInt16 = 0
    for bit in 0..<16 where self & (1 << bit) != 0 { swapped |= 1 << (15 - bit) }
    return swapped
  }
}
