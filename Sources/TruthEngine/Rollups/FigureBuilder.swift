import DealModel

/// Adds amounts up per currency and remembers where they came from and what was missing.
struct FigureBuilder {
  private let kind: RecordKind
  private var totals: [Currency: ExactDecimal] = [:]
  private var overflowed: Set<Currency> = []
  private var knownRecords: Set<RecordReference> = []
  private var knownMissing: Set<MissingInput> = []
  /// Whether something is missing that would add to the sum, and that would take something off.
  private var lacksAddition = false
  private var lacksDeduction = false
  private var figure = Figure()

  /// - Parameter kind: Named when the sum itself fails.
  init(_ kind: RecordKind) { self.kind = kind }

  /// Notes that a section enters the sum: its age, or that it is missing.
  ///
  /// - Returns: Its records; empty when it is missing.
  mutating func read(_ section: OwnedSection) -> [Record] {
    if let missing = section.missing { note(missing) }
    if let fetchedAt = section.fetchedAt { note(fetchedAt) }
    return section.records ?? []
  }

  /// - Parameter deducting: Whether what is missing would be taken off the sum.
  mutating func note(_ missing: MissingInput, deducting: Bool = false) {
    if deducting { lacksDeduction = true } else { lacksAddition = true }
    if missing.reason == .overflow { (lacksAddition, lacksDeduction) = (true, true) }
    if knownMissing.insert(missing).inserted { figure.missing.append(missing) }
  }

  mutating func note(_ fetchedAt: Timestamp) {
    figure.oldestInput = min(figure.oldestInput ?? fetchedAt, fetchedAt)
  }

  /// Adds or subtracts an amount of a record; an amount that is not there is missing, never zero.
  ///
  /// - Parameter words: What the amount is, for the sentence that says it is missing.
  mutating func add(
    _ amount: Answer<Money>, of record: Record, negated: Bool = false, words: String
  ) {
    switch amount {
    case .value(let money):
      add(negated ? -money : money)
      note([record.reference])
    case .none: note(missing: .unavailable(record.lacking(words)), in: record, deducting: negated)
    case .notAsked: note(missing: .notAsked, in: record, deducting: negated)
    case .unavailable(let error): note(missing: .unavailable(error), in: record, deducting: negated)
    }
  }

  mutating func note(
    missing reason: MissingInput.Reason, in record: Record, deducting: Bool = false
  ) {
    note(
      MissingInput(
        system: record.reference.system, kind: record.reference.kind, record: record.reference,
        reason: reason), deducting: deducting)
  }

  /// Adds an amount without a record of its own.
  mutating func add(_ money: Money) {
    guard !overflowed.contains(money.currency) else { return }
    do throws(ArithmeticOverflow) {
      totals[money.currency] = try (totals[money.currency] ?? .zero).adding(money.amount)
    } catch {
      totals[money.currency] = nil
      overflowed.insert(money.currency)
      note(MissingInput(system: nil, kind: kind, reason: .overflow))
    }
  }

  mutating func note(_ records: [RecordReference]) {
    for record in records where knownRecords.insert(record).inserted {
      figure.records.append(record)
    }
  }

  /// Adds or subtracts a whole figure with its records and what it lacks.
  mutating func add(_ other: Figure, negated: Bool = false) {
    for amount in other.amounts { add(negated ? -amount : amount) }
    note(other.records)
    for missing in other.missing where knownMissing.insert(missing).inserted {
      figure.missing.append(missing)
    }
    switch other.bound {
    case .exact: break
    case .atLeast: if negated { lacksDeduction = true } else { lacksAddition = true }
    case .atMost: if negated { lacksAddition = true } else { lacksDeduction = true }
    case .neither: (lacksAddition, lacksDeduction) = (true, true)
    }
    if let oldest = other.oldestInput { note(oldest) }
  }

  /// Leaves what is missing and drops the rest: a part of a difference would mislead.
  mutating func forgetAmounts() {
    totals = [:]
    overflowed = []
    figure.records = []
  }

  /// The sum.
  func build() -> Figure {
    var built = figure
    built.bound =
      switch (lacksAddition, lacksDeduction) {
      case (false, false): .exact
      case (true, false): .atLeast
      case (false, true): .atMost
      case (true, true): .neither
      }
    built.amounts = totals.map { Money($0.value, $0.key) }.sorted { $0.currency < $1.currency }
    return built
  }
}

extension Record {
  /// Says that the record has no such value.
  func lacking(_ words: String) -> SystemError {
    let name = number.isEmpty ? reference.id : number
    return SystemError(
      .malformed, system: reference.system,
      message: "\(name) in \(reference.system) has no \(words); add it there.")
  }
}
