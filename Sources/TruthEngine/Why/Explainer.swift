public import DealModel

/// Explains values of one deal. Pure: the same dossier on the same day is explained the same.
public struct Explainer {
  let assessor: Assessor
  let dossier: Dossier
  let assessment: Assessment
  let today: CalendarDate

  var company: CompanyModel { assessor.company }

  /// Explains values of a deal.
  ///
  /// - Parameters:
  ///   - dossier: What was read of the deal.
  ///   - assessment: What the assessor made of it.
  ///   - today: The day by which invoices are overdue.
  public init(
    _ dossier: Dossier, _ assessment: Assessment, by assessor: Assessor, on today: CalendarDate
  ) {
    self.dossier = dossier
    self.assessment = assessment
    self.assessor = assessor
    self.today = today
  }

  /// Why a field is what it is.
  public func explanation(of field: FieldName) -> Explanation {
    let keys = assessment.sections(behind: field, in: company)
    let conflicts = assessment.conflicts.filter { $0.field == field }
    let versions = [ownerVersion(field, keys)] + copies(of: field, conflicts)
    let echoed = versions.dropFirst().compactMap(\.record).map {
      SectionKey(system: $0.system, kind: $0.kind)
    }
    let formula = FormulaBuilder(
      assessment: assessment, hourlyCost: company.hourlyCost, today: today)
    return Explanation(
      deal: dossier.id, subject: .field(field), title: field.known?.title ?? field.text,
      ownership: ownership(of: field, keys), figure: assessment.rollup.figure(of: field),
      answer: versions[0].answer, versions: versions, facts: [], conflicts: conflicts,
      formula: Rollup.formula(of: field), parts: formula.parts(of: field), contributions: [],
      sources: sources(keys + echoed))
  }

  /// Why a record is what it is; `nil` when the deal has no such record.
  public func explanation(of reference: RecordReference) -> Explanation? {
    let key = SectionKey(system: reference.system, kind: reference.kind)
    let known = dossier.sections[key]?.records?.first {
      $0.reference == reference && $0.dealID == dossier.id
    }
    guard let record = known else { return nil }
    let title = record.number.isEmpty ? reference.id : record.number
    let version = Explanation.Version(
      system: reference.system, standing: .owner, record: reference, number: record.number,
      answer: .value(.text(title)), fetchedAt: dossier.sections[key]?.fetchedAt,
      modifiedAt: record.modifiedAt, clockSkew: record.clockSkew,
      modifiedBy: record.modifiedBy, url: record.url)
    let conflicts = assessment.conflicts.filter {
      ($0.owner.records + $0.echo.records).contains(reference)
    }
    return Explanation(
      deal: dossier.id, subject: .record(reference), title: title,
      ownership: ownership(of: record), answer: version.answer, versions: [version],
      facts: record.explainedFacts, conflicts: conflicts, parts: [],
      contributions: contributions(of: reference), sources: sources([key]))
  }

  // MARK: Who holds it

  private func ownerVersion(_ field: FieldName, _ keys: [SectionKey]) -> Explanation.Version {
    let reading = assessment.fields[field]
    let provenance = reading?.provenance
    let system = provenance?.system ?? keys.first?.system ?? company.sharedID.origin
    var version = Explanation.Version(
      system: system, standing: .owner, number: "", answer: reading?.answer ?? .notAsked,
      fetchedAt: provenance?.fetchedAt, modifiedAt: provenance?.modifiedAt,
      clockSkew: provenance?.clockSkew ?? .zero, url: provenance?.url)
    if let id = provenance?.record, !id.isEmpty {
      let holder = dossier.sections.filter { $0.key.system == system }
        .flatMap { $0.value.records ?? [] }
        .first { record in
          record.reference.id == id && keys.contains { $0.kind == record.reference.kind }
        }
      version.record = holder?.reference
      version.number = holder?.number ?? ""
      version.modifiedBy = holder?.modifiedBy
    }
    return version
  }

  private func copies(of field: FieldName, _ conflicts: [Conflict]) -> [Explanation.Version] {
    assessor.comparisons.filter { $0.comparison.field == field }.flatMap { compiled in
      let comparison = compiled.comparison
      let isCompared = compiled.condition?.holds(for: assessedDeal) ?? true
      let disputed = conflicts.filter {
        $0.echo.system == comparison.echoSystem && $0.echoProperty == comparison.echoProperty
      }
      let records = bearers(of: comparison)
      // A conflict names one record for each value; another with the same value differs as well.
      let named = Set(disputed.flatMap(\.echo.records))
      let differing = Set(
        records.filter { named.contains($0.record.reference) }
          .compactMap { $0.record.echoes[comparison.echoProperty] })
      let found = records.compactMap { key, record -> Explanation.Version? in
        guard let answer = record.echoes[comparison.echoProperty] else { return nil }
        let standing: Explanation.Version.Standing =
          differing.contains(answer)
          ? .differs : undisputed(answer, record, comparison, isCompared: isCompared)
        return Explanation.Version(
          system: key.system, standing: standing, property: comparison.echoProperty,
          record: record.reference, number: record.number, answer: answer,
          fetchedAt: dossier.sections[key]?.fetchedAt, modifiedAt: record.modifiedAt,
          clockSkew: record.clockSkew, modifiedBy: record.modifiedBy, url: record.url)
      }
      return found.isEmpty ? [silent(comparison)] : found
    }
  }

  /// The records of the deal that bear a copy, and where they were read.
  private func bearers(of comparison: Comparison) -> [(key: SectionKey, record: Record)] {
    dossier.sections.keys.sorted().filter { $0.system == comparison.echoSystem }.flatMap { key in
      (dossier.sections[key]?.records ?? [])
        .filter { $0.dealID == dossier.id && $0.echoes[comparison.echoProperty] != nil }
        .map { (key, $0) }
    }
  }

  /// How a copy stands that nobody disputes: that alone does not mean that it agrees.
  private func undisputed(
    _ answer: Answer<FieldValue>, _ record: Record, _ comparison: Comparison, isCompared: Bool
  ) -> Explanation.Version.Standing {
    if !isCompared { return .notCompared("its `when` does not hold for this deal") }
    guard let type = comparison.field.known?.type else { return .notCompared("no such field") }
    let typed = EchoReading.typed(
      answer, as: type, currency: dealCurrency, system: record.reference.system,
      property: comparison.echoProperty, record: record.number)
    switch typed {
    case .unavailable: return .notCompared("it cannot be understood")
    case .notAsked: return .notCompared("its currency is not known, or it has not been read")
    case .none, .value: break
    }
    guard isOwnerKnown(comparison.field) else {
      return .notCompared("the owner's value is not known whole")
    }
    if typed.value == nil, assessment.fields[comparison.field]?.answer.value != nil {
      return .notCompared("it is empty; another record of the deal bears the copy")
    }
    return .agrees
  }

  private func isOwnerKnown(_ field: FieldName) -> Bool {
    if let figure = assessment.rollup.figure(of: field) { return figure.isComplete }
    return assessment.fields[field]?.answer.isAnswered ?? false
  }

  private var dealCurrency: Currency? {
    if case .money(let money)? = assessment.fields[.value]?.answer.value {
      money.currency
    } else {
      nil
    }
  }

  /// A copy that no record bears: the system has none, or could not be asked.
  private func silent(_ comparison: Comparison) -> Explanation.Version {
    let sections = dossier.sections.filter { $0.key.system == comparison.echoSystem }
    let fetched = sections.values.compactMap(\.fetchedAt).min()
    let failure = sections.values.compactMap(\.failure).first
    let answer: Answer<FieldValue> =
      fetched != nil ? .none : failure.map { .unavailable($0.error) } ?? .notAsked
    let why = fetched != nil ? "no record of the deal there bears it" : "it has not been read"
    return Explanation.Version(
      system: comparison.echoSystem, standing: .notCompared(why),
      property: comparison.echoProperty, number: "", answer: answer, fetchedAt: fetched)
  }

  private var assessedDeal: AssessedDeal {
    AssessedDeal(
      id: dossier.id, fields: assessment.fields, rollup: assessment.rollup,
      nextMilestone: (assessment.records[.milestones] ?? []).nextMilestone?.milestone,
      flags: assessment.flags)
  }

  // MARK: What it is part of, and where it came from

  private func contributions(of reference: RecordReference) -> [Explanation.Contribution] {
    let formula = FormulaBuilder(
      assessment: assessment, hourlyCost: company.hourlyCost, today: today)
    return FieldName.catalog.map(\.name).filter { $0 != .marginPercent }.flatMap { field in
      formula.parts(of: field).flatMap { part in
        part.terms.filter { $0.record == reference }.map {
          Explanation.Contribution(field: field, term: $0, isSubtracted: part.isSubtracted)
        }
      }
    }
  }

  private func sources(_ keys: [SectionKey]) -> [Explanation.Source] {
    var seen: Set<SectionKey> = []
    return keys.filter { seen.insert($0).inserted }.map { key in
      let section = dossier.sections[key] ?? Section()
      return Explanation.Source(
        key: key, fetchedAt: section.fetchedAt, failure: section.failure,
        requests: section.requests)
    }
  }
}
