import DealModel

extension ConflictFinder {
  /// The conflict with its cause, its changes, and since when it exists.
  func explained(
    _ conflict: Conflict, of comparison: Comparison, copy: Copy, among copies: [Copy]
  ) -> Conflict {
    var conflict = conflict
    let subject = disagreement(conflict, of: comparison, copy: copy, among: copies)
    conflict.cause = Self.cause(of: subject)
    conflict.since =
      since(subject, echoHistory: echoHistory(of: copy, comparison), comparison) ?? conflict.since
    conflict.changes = changes(conflict, copy: copy)
    if conflict.cause.kind == .ownershipViolation, let editor = subject.echo.change?.by {
      conflict.ask = conflict.ask.isEmpty ? editor : "\(editor); \(conflict.ask)"
    }
    return conflict
  }

  /// The first cause that explains a disagreement, with everything that speaks for it.
  static func cause(of subject: Disagreement) -> ConflictCause {
    for rule in causeRules {
      guard let finding = rule.finding(in: subject) else { continue }
      var evidence = finding.evidence
      if !arithmeticCauses.contains(rule.kind) {
        // Numbers that fit besides do not change the cause, and help to find the slip.
        evidence += causeRules.lazy.filter { arithmeticCauses.contains($0.kind) }
          .compactMap { $0.finding(in: subject)?.detail }
      }
      return ConflictCause(
        kind: rule.kind, detail: finding.detail, evidence: evidence + subject.timeline,
        isProven: finding.isProven)
    }
    var cause = ConflictCause.unexplained
    cause.evidence = subject.missingRates + subject.timeline
    return cause
  }

  // MARK: What is known of both sides

  private func disagreement(
    _ conflict: Conflict, of comparison: Comparison, copy: Copy, among copies: [Copy]
  ) -> Disagreement {
    let field = comparison.field
    let figure = deal.rollup.figure(of: field)
    let records = ownerRecords(of: field, side: conflict.owner)
    var owner = Disagreement.Party(
      name: "\(field.known?.title ?? field.text) in \(conflict.owner.system)",
      system: conflict.owner.system,
      amounts: conflict.owner.amounts,
      value: conflict.owner.value, fetchedAt: conflict.owner.fetchedAt)
    owner.change = records.compactMap { change(of: $0, field: field) }.max { $0.at < $1.at }
    owner.historyFailure = records.lazy.compactMap { self.history(of: $0)?.error }.first
    var echo = Disagreement.Party(
      name: "\(conflict.echo.system).\(comparison.echoProperty)", system: conflict.echo.system,
      amounts: conflict.echo.amounts, value: conflict.echo.value,
      fetchedAt: conflict.echo.fetchedAt)
    echo.change = change(of: copy, comparison)
    echo.historyFailure = history(of: copy.record)?.error
    return Disagreement(
      kind: conflict.kind, owner: owner, echo: echo, tolerance: comparison.tolerance,
      grace: comparison.grace, rates: company.rates,
      definitions: figure == nil
        ? [] : DefinitionSums(records: self.records, company: company).sums(of: field),
      documentCount: max(1, figure?.records.count ?? 1),
      namesakes: namesakes(of: field, owner: conflict.owner, copy: copy, among: copies))
  }

  /// The records whose change can change the owner's value: also those that no longer count.
  private func ownerRecords(of field: FieldName, side: Conflict.Side) -> [Record] {
    let kinds = field.kindsOfFigure
    if !kinds.isEmpty { return kinds.flatMap { records[$0] ?? [] } }
    let known = Set(side.records)
    return (dossier[side.system, .deals].records ?? []).filter { known.contains($0.reference) }
  }

  private func history(of record: Record) -> Answer<[PropertyChange]>? {
    dossier.histories[record.reference]
  }

  /// The last change of the owner's value in one of its records.
  private func change(of record: Record, field: FieldName) -> Disagreement.Change? {
    guard case .value(let changes)? = history(of: record) else { return stamp(of: record) }
    let relevant = changes.filter { $0.concerns(field) }.max { $0.at < $1.at }
    if let relevant {
      return Disagreement.Change(
        at: relevant.at, isOfValue: true, author: relevant.author, by: relevant.by)
    }
    // A history without this value: it is as it was made.
    return creation(of: record) ?? stamp(of: record)
  }

  /// The last change of the echo.
  private func change(of copy: Copy, _ comparison: Comparison) -> Disagreement.Change? {
    guard let changes = echoHistory(of: copy, comparison) else { return stamp(of: copy.record) }
    guard let last = changes.first else {
      return creation(of: copy.record) ?? stamp(of: copy.record)
    }
    return Disagreement.Change(
      at: last.at, isOfValue: true, author: last.author, by: last.by,
      previous: typed(last.old, comparison, copy.record))
  }

  private func creation(of record: Record) -> Disagreement.Change? {
    record.createdAt.map {
      Disagreement.Change(
        at: $0.corrected(for: record.clockSkew), isOfValue: true, isCreation: true)
    }
  }

  private func stamp(of record: Record) -> Disagreement.Change? {
    record.changedAt.map {
      Disagreement.Change(at: $0, isOfValue: false, by: record.modifiedBy)
    }
  }

  /// The echo's own history, newest first; `nil` when there is none to read.
  private func echoHistory(of copy: Copy, _ comparison: Comparison) -> [PropertyChange]? {
    guard case .value(let changes)? = history(of: copy.record) else { return nil }
    return changes.filter { $0.property == comparison.echoProperty }.sorted { $0.at > $1.at }
  }

  private func typed(
    _ text: String?, _ comparison: Comparison, _ record: Record
  ) -> Answer<FieldValue> {
    guard let text, let type = comparison.field.known?.type else { return .none }
    return EchoReading.typed(
      .value(.text(text)), as: type, currency: dealCurrency, system: comparison.echoSystem,
      property: comparison.echoProperty, record: record.number)
  }

  // MARK: Since when, and who

  /// When the first value that disagrees appeared, of those in place since without a break; `nil`
  /// unless both sides' histories tell.
  private func since(
    _ subject: Disagreement, echoHistory: [PropertyChange]?, _ comparison: Comparison
  ) -> Timestamp? {
    guard let owned = subject.owner.change, owned.isOfValue, let echoHistory,
      let copied = subject.echo.change
    else { return nil }
    var began = copied.at
    guard let type = comparison.field.known?.type else { return max(began, owned.at) }
    for change in echoHistory {
      let value = EchoReading.typed(
        change.new.map { .value(.text($0)) } ?? .none, as: type, currency: dealCurrency,
        system: comparison.echoSystem, property: comparison.echoProperty, record: ""
      ).value
      if let value, subject.agreesWithOwner(value) { break }
      began = change.at
    }
    return max(began, owned.at)
  }

  private func changes(_ conflict: Conflict, copy: Copy) -> [Conflict.Change] {
    var found: [Conflict.Change] = []
    for record in ownerRecords(of: conflict.field, side: conflict.owner) + [copy.record] {
      guard case .value(let changes)? = history(of: record) else { continue }
      let isEcho = record.reference == copy.record.reference
      for change in changes
      where isEcho && change.property == conflict.echoProperty
        || record.reference.system == conflict.owner.system && change.concerns(conflict.field)
      {
        found.append(Conflict.Change(record: record.reference, change: change))
      }
    }
    found.sort { left, right in
      if left.change.at != right.change.at { return left.change.at > right.change.at }
      return (left.record.system.text, left.record.id, left.change.property)
        < (right.record.system.text, right.record.id, right.change.property)
    }
    return Array(found.prefix(Conflict.changesKept))
  }

  // MARK: Others with the same ID

  /// Other deals of the origin that bear this ID: there only one may.
  private func namesakes(
    of field: FieldName, owner: Conflict.Side, copy: Copy, among copies: [Copy]
  ) -> [Disagreement.Namesake] {
    let origin = company.sharedID.origin
    var namesakes: [Disagreement.Namesake] = []
    if copy.record.reference.system == origin {
      for other in copies where other.record.reference != copy.record.reference {
        guard let value = other.answer.value else { continue }
        namesakes.append(.init(name: other.record.called, value: value, isCopy: true))
      }
    } else if owner.system == origin {
      for record in OwnedSection(of: dossier, system: origin, kind: .deals).records ?? []
      where !owner.records.contains(record.reference) {
        guard case .deal(let fields) = record.content, let value = fields[field]?.value else {
          continue
        }
        namesakes.append(.init(name: record.called, value: value))
      }
    }
    return namesakes
  }
}

extension Record {
  /// What to call it in a sentence.
  fileprivate var called: String {
    let name = number.isEmpty || number == dealID.text ? reference.id : number
    return "The record \(name) of \(reference.system)"
  }
}

extension PropertyChange {
  /// Whether the change can have changed the field: for a figure, any value that the adapter reads.
  fileprivate func concerns(_ field: FieldName) -> Bool {
    field.kindsOfFigure.isEmpty ? self.field == field : self.field != nil
  }
}

extension FieldName {
  /// The kinds of record a figure is made of; empty for a field that is no figure.
  var kindsOfFigure: [RecordKind] {
    switch self {
    case .invoiced, .paid, .outstanding, .overdue: [.invoices]
    case .committedCost, .actualCost: [.costs]
    case .margin, .marginPercent: [.invoices, .costs]
    case .forecastMargin: [.costs]
    default: []
    }
  }
}

extension Disagreement {
  /// The rates that would be needed to compare the two sides, and are not configured.
  var missingRates: [Evidence] {
    guard echo.amounts.count == 1 else { return [] }
    let currency = echo.amounts[0].currency
    return owner.amounts.filter {
      $0.currency != currency && rates.convert($0, to: currency) == nil
    }.map {
      "No rate between \($0.currency.code) and \(currency.code) is configured; add one under `rates` to have the amounts compared."
    }
  }
}
