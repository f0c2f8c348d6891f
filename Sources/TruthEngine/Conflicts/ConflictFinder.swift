public import DealModel

/// Compares what the owners of one deal say with every configured echo.
struct ConflictFinder {
  let company: CompanyModel
  let dossier: Dossier
  let owners: DealOwners
  let fields: [FieldName: Reading]
  let records: [RecordKind: [Record]]
  let deal: AssessedDeal

  /// Why copies that should be compared cannot be: each names its record and the mend.
  func unreadableCopies(_ comparisons: [Assessor.CompiledComparison]) -> [SystemError] {
    comparisons.filter { $0.condition?.holds(for: deal) ?? true }.flatMap { compiled in
      guard let type = compiled.comparison.field.known?.type else { return [SystemError]() }
      return copies(for: compiled.comparison, type: type).compactMap(\.answer.error)
    }
  }

  func conflicts(_ comparisons: [Assessor.CompiledComparison]) -> [Conflict] {
    var found: [Conflict] = []
    for compiled in comparisons where compiled.condition?.holds(for: deal) ?? true {
      found += conflicts(with: compiled.comparison)
    }
    // A copy that differs in currency says already what the documents would say again.
    if !found.contains(where: { $0.kind == .currency }) { found += currencyConflicts() }
    return found.sorted(by: Conflict.isBefore)
  }

  private func conflicts(with comparison: Comparison) -> [Conflict] {
    guard let type = comparison.field.known?.type,
      case .value(let system) = owners.owner(of: comparison.field),
      let owned = ownerSide(of: comparison.field, system: system)
    else { return [] }
    let copies = copies(for: comparison, type: type)
    let hasValue = copies.contains { $0.answer.value != nil }
    var judged: Set<Answer<FieldValue>> = []
    var conflicts: [Conflict] = []
    for copy in copies where judged.insert(copy.answer).inserted {
      // One record that bears the copy is enough; its neighbours may leave it empty.
      if hasValue, copy.answer.value == nil { continue }
      let pair = EchoPair(owner: owned.answer, echo: copy.answer, tolerance: comparison.tolerance)
      for rule in echoRules {
        guard let finding = rule.finding(in: pair) else { continue }
        conflicts.append(
          explained(
            Conflict(
              deal: dossier.id, field: comparison.field, kind: rule.kind, owner: owned.side,
              echo: copy.side, echoProperty: comparison.echoProperty, atStake: finding.atStake,
              since: later(owned.side.changedAt, copy.side.changedAt),
              ask: company.system(comparison.echoSystem)?.steward ?? ""),
            of: comparison, copy: copy, among: copies))
        break
      }
    }
    return conflicts
  }

  // MARK: The owner's side

  private typealias Judged = (answer: Answer<FieldValue>, side: Conflict.Side)

  /// One record's copy of a field.
  struct Copy {
    var answer: Answer<FieldValue>
    var side: Conflict.Side
    var record: Record
  }

  private func ownerSide(of field: FieldName, system: SystemName) -> Judged? {
    guard let figure = deal.rollup.figure(of: field) else {
      guard let reading = fields[field] else { return nil }
      let answer = reading.answer
      var side = Conflict.Side(
        system: system, value: answer.value, modifiedAt: reading.provenance?.modifiedAt,
        fetchedAt: reading.provenance?.fetchedAt,
        clockSkew: reading.provenance?.clockSkew ?? .zero)
      if let record = reading.provenance?.record, !record.isEmpty {
        side.records = [RecordReference(system: system, kind: .deals, id: record)]
      }
      return (answer, side)
    }
    let answer = answer(of: figure)
    let latest = Record.latestChange(
      among: records.values.joined().filter { figure.records.contains($0.reference) })
    let side = Conflict.Side(
      system: system, value: answer.value, amounts: figure.amounts,
      modifiedAt: latest?.modifiedAt, fetchedAt: figure.oldestInput, records: figure.records,
      clockSkew: latest?.clockSkew ?? .zero)
    return (answer, side)
  }

  /// A figure as one side of a comparison. A complete sum over no records is zero in the deal's
  /// currency: its owner answered that there are none.
  private func answer(of figure: Figure) -> Answer<FieldValue> {
    if let missing = figure.missing.first {
      if case .unavailable(let error) = missing.reason { return .unavailable(error) }
      return .notAsked
    }
    switch figure.amounts.count {
    case 0: return dealCurrency.map { .value(.money(.zero($0))) } ?? .none
    case 1: return .value(.money(figure.amounts[0]))
    default:
      // Words stand for amounts of several currencies, which one amount cannot repeat.
      return .value(.text(figure.amounts.map(\.description).joined(separator: ", ")))
    }
  }

  var dealCurrency: Currency? {
    if case .money(let money)? = fields[.value]?.answer.value { money.currency } else { nil }
  }

  // MARK: The copies

  /// Every record of the echo's system that bears the property, the oldest reading first.
  private func copies(for comparison: Comparison, type: FieldType) -> [Copy] {
    var copies: [Copy] = []
    for key in dossier.sections.keys.sorted() where key.system == comparison.echoSystem {
      let section = OwnedSection(of: dossier, system: key.system, kind: key.kind)
      for record in section.records ?? [] {
        guard let answer = record.echoes[comparison.echoProperty] else { continue }
        let typed = EchoReading.typed(
          answer, as: type, currency: dealCurrency, system: key.system,
          property: comparison.echoProperty,
          record: record.number.isEmpty ? record.reference.id : record.number)
        copies.append(
          Copy(
            answer: typed,
            side: Conflict.Side(
              system: key.system, value: typed.value, modifiedAt: record.modifiedAt,
              fetchedAt: section.fetchedAt, records: [record.reference],
              clockSkew: record.clockSkew),
            record: record))
      }
    }
    return copies
  }

  // MARK: Documents in other currencies

  private func currencyConflicts() -> [Conflict] {
    guard case .value(let dealSystem) = owners.owner(of: .value),
      case .value(let system) = owners.owner(of: .invoices),
      let owned = ownerSide(of: .value, system: dealSystem)
    else { return [] }
    let findings = InvoiceCurrencyConflict.findings(
      in: .init(dealCurrency: dealCurrency, documents: records[.invoices] ?? []))
    return findings.keys.sorted().map { currency in
      let documents = findings[currency] ?? []
      let latest = Record.latestChange(among: documents)
      let echo = Conflict.Side(
        system: system, value: documents.first?.countedNet.map { .money($0) },
        modifiedAt: latest?.modifiedAt, fetchedAt: dossier[system, .invoices].fetchedAt,
        records: documents.map(\.reference), clockSkew: latest?.clockSkew ?? .zero)
      let count = "\(documents.count) document\(documents.count == 1 ? " is" : "s are")"
      let cause = ConflictCause(
        kind: .currency,
        detail: "\(count) in \(currency.code), the deal is in \(dealCurrency?.code ?? "")."
          as Evidence,
        evidence: documents.prefix(5).compactMap { record in
          record.countedNet.map { "\(record.number) in \(system) is over \($0)." as Evidence }
        }, isProven: true)
      return Conflict(
        deal: dossier.id, field: .value, kind: .currency, owner: owned.side, echo: echo,
        echoProperty: "currency", since: later(owned.side.changedAt, echo.changedAt),
        ask: company.system(system)?.steward ?? "", cause: cause)
    }
  }

  func later(_ left: Timestamp?, _ right: Timestamp?) -> Timestamp? {
    guard let left, let right else { return left ?? right }
    return max(left, right)
  }
}

extension Rollup {
  /// The figure behind a field; `nil` for a field that is no sum of money.
  public func figure(of field: FieldName) -> Figure? {
    switch field {
    case .invoiced: invoiced
    case .paid: paid
    case .outstanding: outstanding
    case .overdue: overdue
    case .committedCost: committedCost
    case .actualCost: actualCost
    case .margin: margin
    case .forecastMargin: forecastMargin
    default: nil
    }
  }
}
