import DealModel

extension DealTable {
  /// Clears the marks of the rows that do not pass a filter.
  ///
  /// Column by column: a text is searched in one sweep over the blob, and what few texts stand for,
  /// such as stages, is judged once per text.
  ///
  /// - Parameter passing: One mark per row; rows without one are not looked at.
  func narrow(_ passing: inout [Bool], to query: CompiledQuery, now: Timestamp) {
    for term in query.terms { narrow(&passing, to: term, now: now) }
  }

  private func narrow(
    _ passing: inout [Bool], to term: CompiledQuery.Term, now: Timestamp
  ) {
    switch term.condition {
    case .mentions(let words): narrow(&passing, toMentioning: words, negated: term.isNegated)
    case .contains(let column, let words):
      if let segment = column.segment {
        narrow(&passing, segment: segment, holding: words, negated: term.isNegated)
      } else if let column = wordColumn(column) {
        let judged = column.judged { $0.holds(words) }
        sweep(&passing, term.isNegated) { judged[Int(column.codes[$0])] }
      } else {
        fallBack(&passing, term, now)
      }
    case .words(let column, let comparator, let words):
      guard let column = wordColumn(column) else { return fallBack(&passing, term, now) }
      let judged = column.judged { comparator.holds(order(of: $0, to: words)) }
      sweep(&passing, term.isNegated) { judged[Int(column.codes[$0])] }
    case .number(let column, let comparator, let number):
      narrow(&passing, column, comparator, number, negated: term.isNegated)
    case .due(let comparator, let date):
      sweep(&passing, term.isNegated) { row in
        let days = milestoneDues[row]
        return days == .max ? nil : comparator.holds(order(of: days, to: date.daysSinceEpoch))
      }
    case .state(let state):
      if let flag = state.flag {
        sweep(&passing, term.isNegated) { row in
          flags(at: row).contains(flag) ? true : isAssessed[row] ? false : nil
        }
      } else if let stage = state.stageState?.rawValue {
        sweep(&passing, term.isNegated) { row in
          stageStates[row] == .max ? nil : stageStates[row] == stage
        }
      } else {
        fallBack(&passing, term, now)
      }
    case .impossible: sweep(&passing, term.isNegated) { _ in nil }
    }
  }

  private func wordColumn(_ column: DealQuery.Column) -> WordColumn? {
    switch column {
    case .stage: stages
    case .owner: people
    case .entity: entities
    case .milestone: milestones
    default: nil
    }
  }

  // MARK: Sweeps

  /// - Parameter holds: `nil` is unknown, which passes neither the condition nor its opposite.
  @inline(__always)
  private func sweep(_ passing: inout [Bool], _ isNegated: Bool, _ holds: (Int) -> Bool?) {
    for row in passing.indices where passing[row] {
      passing[row] = holds(row).map { $0 != isNegated } ?? false
    }
  }

  private func fallBack(_ passing: inout [Bool], _ term: CompiledQuery.Term, _ now: Timestamp) {
    for row in passing.indices where passing[row] {
      passing[row] = term.holds(for: TableDeal(table: self, row: row, now: now))
    }
  }

  private func narrow(_ passing: inout [Bool], toMentioning words: [UInt8], negated: Bool) {
    let stageHits = stages.judged { $0.holds(words) }
    let personHits = people.judged { $0.holds(words) }
    words.withUnsafeBufferPointer { needle in
      let search = ByteSearch(needle)
      folded.withRows { blob, place in
        for row in passing.indices where passing[row] {
          var holds =
            stageHits[Int(stages.codes[row])] == true
            || personHits[Int(people.codes[row])] == true
          if !holds {
            let (start, end) = place(row)
            holds = search.isInPadded(blob, from: start, to: end)
          }
          passing[row] = holds != negated
        }
      }
    }
  }

  private func narrow(
    _ passing: inout [Bool], segment: TextColumn.Segment, holding words: [UInt8], negated: Bool
  ) {
    words.withUnsafeBufferPointer { needle in
      let search = ByteSearch(needle)
      folded.bytes.withUnsafeBufferPointer { blob in
        for row in passing.indices where passing[row] {
          let isKnown =
            switch segment {
            case .id: true
            case .name: nameStates[row] == .known
            case .company: companyStates[row] == .known
            }
          let range = folded.range(of: segment, row: row)
          passing[row] =
            isKnown
            && search.isInPadded(blob, from: range.lowerBound, to: range.upperBound) != negated
        }
      }
    }
  }

  private func narrow(
    _ passing: inout [Bool], _ column: DealQuery.Column, _ comparator: DealQuery.Comparator,
    _ number: ExactDecimal, negated: Bool
  ) {
    let numbers =
      switch column {
      case .value: values
      case .margin: margins
      default: invoiced
      }
    let bound = NumberBound(number)
    let countsNone = column == .invoiced
    sweep(&passing, negated) { row in
      switch numbers.states[row] {
      case .known: break
      case .none where countsNone: return comparator.holds(order(of: .zero, to: number))
      default: return nil
      }
      let quick = bound.order(coefficient: numbers.coefficients[row], scale: numbers.scales[row])
      if let quick, numbers.large.isEmpty { return comparator.holds(quick) }
      return numbers.known(row).map { comparator.holds(order(of: $0, to: number)) }
    }
  }
}

extension DealQuery.Column {
  fileprivate var segment: TextColumn.Segment? {
    switch self {
    case .id: .id
    case .name: .name
    case .company: .company
    default: nil
    }
  }
}

/// A number ready to be compared with many of various scales, without division.
private struct NumberBound {
  /// By scale: coefficient × multiplier against the bound; `nil` where it would not fit.
  private let bounds: [(multiplier: Int128, bound: Int128)?]

  init(_ number: ExactDecimal) {
    bounds = (0...ExactDecimal.maximumScale).map { scale in
      if scale >= number.scale {
        let shift = Int(scale - number.scale)
        let power = Self.power(of: shift)
        let (bound, overflow) = number.coefficient.multipliedReportingOverflow(by: power)
        return shift > 38 || overflow ? nil : (1, bound)
      }
      let shift = Int(number.scale - scale)
      // 64 bits times 10^19 fit in 128.
      return shift > 18 ? nil : (Self.power(of: shift), number.coefficient)
    }
  }

  @inline(__always)
  func order(coefficient: Int64, scale: UInt8) -> Int? {
    guard let (multiplier, bound) = bounds[Int(scale)] else { return nil }
    let number = Int128(coefficient) &* multiplier
    return number < bound ? -1 : number == bound ? 0 : 1
  }

  private static func power(of exponent: Int) -> Int128 {
    var power: Int128 = 1
    for _ in 0..<min(exponent, 38) { power *= 10 }
    return power
  }
}
