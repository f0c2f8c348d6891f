import DealModel

extension DealTable {
  /// Puts a few rows in their places among many that are in order.
  ///
  /// - Parameters:
  ///   - moved: In order.
  ///   - rows: In order but for the rows to leave out.
  ///   - leftOut: Rows to take out of `rows`; those moved when not given.
  func merging(
    _ moved: [UInt32], into rows: [UInt32], without leftOut: [UInt32]? = nil, by order: DealOrder
  ) -> [UInt32] {
    var isMoved = Array(repeating: false, count: count)
    for row in leftOut ?? moved { isMoved[Int(row)] = true }
    let rest = rows.filter { !isMoved[Int($0)] }
    var merged: [UInt32] = []
    merged.reserveCapacity(rest.count + moved.count)
    var taken = 0
    for row in moved {
      var low = taken
      var high = rest.count
      while low < high {
        let middle = (low + high) / 2
        if precedes(Int(rest[middle]), Int(row), by: order) {
          low = middle + 1
        } else {
          high = middle
        }
      }
      merged += rest[taken..<low]
      merged.append(row)
      taken = low
    }
    return merged + rest[taken...]
  }

  /// Whether a row stands before another by ID.
  func idPrecedes(_ left: Int, _ right: Int) -> Bool {
    texts.bytes[texts.range(of: .id, row: left)]
      .lexicographicallyPrecedes(texts.bytes[texts.range(of: .id, row: right)])
  }

  /// Whether a row stands before another: the same judgement as sorting all rows.
  func precedes(_ left: Int, _ right: Int, by order: DealOrder) -> Bool {
    if order.column == .id {
      return order.isDescending ? idPrecedes(right, left) : idPrecedes(left, right)
    }
    let place = place(of: left, besides: right, in: order.column, order.isDescending)
    return place == 0 ? idPrecedes(left, right) : place < 0
  }

  private func place(
    of left: Int, besides right: Int, in column: DealOrder.Column, _ descends: Bool
  ) -> Int {
    switch column {
    case .id: 0
    case .name:
      compare(
        nameStates[left] != .known ? nil : folded.bytes[folded.range(of: .name, row: left)],
        nameStates[right] != .known
          ? nil : folded.bytes[folded.range(of: .name, row: right)], descends)
    case .company:
      compare(
        companyStates[left] != .known
          ? nil : folded.bytes[folded.range(of: .company, row: left)],
        companyStates[right] != .known
          ? nil : folded.bytes[folded.range(of: .company, row: right)], descends)
    case .stage: compare(stages.folded(left)?[...], stages.folded(right)?[...], descends)
    case .owner: compare(people.folded(left)?[...], people.folded(right)?[...], descends)
    case .entity: compare(entities.folded(left)?[...], entities.folded(right)?[...], descends)
    case .value: compare(values.known(left), values.known(right), descends)
    case .invoiced: compare(invoiced.known(left), invoiced.known(right), descends)
    case .margin: compare(margins.known(left), margins.known(right), descends)
    case .milestone: compare(due(at: left), due(at: right), descends)
    case .flags: compare(gravity(left), gravity(right), descends)
    case .currency: compare(values.currency(left), values.currency(right), descends)
    }
  }

  private func gravity(_ row: Int) -> UInt16? {
    let flags = flags(at: row)
    return flags.isEmpty ? nil : flags.rawValue.bitSwapped
  }

  private func compare<Key: Comparable>(_ left: Key?, _ right: Key?, _ descends: Bool) -> Int {
    guard let left else { return right == nil ? 0 : 1 }
    guard let right else { return -1 }
    return descends ? order(of: right, to: left) : order(of: left, to: right)
  }

  private func compare(
    _ left: ArraySlice<UInt8>?, _ right: ArraySlice<UInt8>?, _ descends: Bool
  ) -> Int {
    guard let left else { return right == nil ? 0 : 1 }
    guard let right else { return -1 }
    if left.elementsEqual(right) { return 0 }
    return left.lexicographicallyPrecedes(right) != descends ? -1 : 1
  }
}
