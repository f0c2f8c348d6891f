import DealModel

/// Reads every field of one deal from its owner.
struct FieldReadings {
  let company: CompanyModel
  let dossier: Dossier
  let owners: DealOwners
  let sections: [RecordKind: OwnedSection]
  /// System → its records of the deal, read once for all fields.
  private var dealSections: [SystemName: OwnedSection] = [:]

  /// A field with the record it stands in.
  struct Found {
    var reading: Reading
    var system: SystemName?
    var record: Record?
  }

  init(
    company: CompanyModel, dossier: Dossier, owners: DealOwners,
    sections: [RecordKind: OwnedSection]
  ) {
    self.company = company
    self.dossier = dossier
    self.owners = owners
    self.sections = sections
  }

  /// Every field of the catalog that some system owns, and what the origin says besides of stages.
  mutating func all(rollup: Rollup, nextMilestone: Record?) -> [FieldName: Reading] {
    var readings: [FieldName: Reading] = [:]
    for description in FieldName.catalog
    where company.ownership.owner(of: description.name) != nil {
      let field = description.name
      if let figure = rollup.figure(of: field) {
        readings[field] = reading(of: figure, field: field)
      } else if field == .marginPercent {
        readings[field] = marginPercent(rollup)
      } else if field == .nextMilestone {
        readings[field] = self.nextMilestone(nextMilestone)
      } else if let kind = RecordKind.allCases.first(where: { $0.recordsField == field }) {
        readings[field] = count(of: kind)
      } else {
        readings[field] = commercial(field).reading
      }
    }
    for field in [FieldName.stageID, .stageState] {
      // Whoever owns the stage says what kind of stage it is.
      guard company.ownership.owner(of: .stage) != nil else { continue }
      let found = commercial(field, ownedAs: .stage)
      if found.reading.answer.value != nil { readings[field] = found.reading }
    }
    return readings
  }

  /// A field of the owner's own record of the deal.
  mutating func commercial(_ field: FieldName, ownedAs owned: FieldName? = nil) -> Found {
    let owner = owners.owner(of: owned ?? field)
    guard case .value(let system) = owner else {
      return Found(reading: Reading(undecided(owner, field), from: nil))
    }
    let section =
      dealSections[system] ?? OwnedSection(of: dossier, system: system, kind: .deals)
    dealSections[system] = section
    guard let records = section.records else {
      return Found(reading: Reading(section.absence, from: nil), system: system)
    }
    guard let record = records.standingForDeal else {
      return Found(reading: Reading(.none, from: provenance(section)), system: system)
    }
    var answer = Answer<FieldValue>.none
    if case .deal(let fields) = record.content, let known = fields[field] { answer = known }
    return Found(
      reading: Reading(answer, from: provenance(section, record)), system: system, record: record)
  }

  // MARK: Fields computed from records

  private func reading(of figure: Figure, field: FieldName) -> Reading {
    Reading(answer(of: figure), from: provenance(of: figure, field: field))
  }

  private func answer(of figure: Figure) -> Answer<FieldValue> {
    if let missing = figure.missing.first(where: { $0.reason != .notAsked }) {
      return absence(missing)
    }
    if let missing = figure.missing.first { return absence(missing) }
    switch figure.amounts.count {
    case 0: return .none
    case 1: return .value(.money(figure.amounts[0]))
    // Amounts of different currencies are never added; words name each.
    default: return .value(.text(figure.amounts.map(\.description).joined(separator: ", ")))
    }
  }

  private func absence(_ missing: MissingInput) -> Answer<FieldValue> {
    switch missing.reason {
    case .notAsked: .notAsked
    case .unavailable(let error): .unavailable(error)
    case .noOwner: .unavailable(noOwner(of: missing.kind.singular + " records"))
    case .overflow:
      .unavailable(
        SystemError(
          .malformed, system: missing.system ?? company.sharedID.origin,
          message: "The sum does not fit in 38 digits; correct the amounts at their source."))
    }
  }

  private func marginPercent(_ rollup: Rollup) -> Reading {
    let provenance = provenance(of: rollup.margin, field: .marginPercent)
    if let percent = rollup.marginPercent {
      return Reading(.value(.number(percent)), from: provenance)
    }
    let margin = answer(of: rollup.margin)
    // Known parts without a percentage: nothing is invoiced, or currencies meet.
    return Reading(margin.value == nil ? margin.map { $0 } : .none, from: provenance)
  }

  private func nextMilestone(_ record: Record?) -> Reading {
    guard let section = sections[.milestones] else { return Reading(.notAsked, from: nil) }
    guard section.records != nil else { return Reading(absence(of: section), from: nil) }
    guard let record, let milestone = record.milestone else {
      return Reading(.none, from: provenance(section))
    }
    return Reading(.value(.text(milestone.name)), from: provenance(section, record))
  }

  private func count(of kind: RecordKind) -> Reading {
    guard let section = sections[kind] else { return Reading(.notAsked, from: nil) }
    guard let records = section.records else { return Reading(absence(of: section), from: nil) }
    let answer: Answer<FieldValue> =
      records.isEmpty ? .none : .value(.number(ExactDecimal(records.count)))
    return Reading(answer, from: provenance(section))
  }

  // MARK: Absence and provenance

  private func absence(of section: OwnedSection) -> Answer<FieldValue> {
    section.missing.map { absence($0) } ?? .notAsked
  }

  private func undecided(_ owner: Answer<SystemName>, _ field: FieldName) -> Answer<FieldValue> {
    switch owner {
    case .value, .notAsked: .notAsked
    case .none: .unavailable(noOwner(of: field.known?.title ?? field.text))
    case .unavailable(let error): .unavailable(error)
    }
  }

  private func noOwner(of what: String) -> SystemError {
    let deciding =
      company.ownership.domains.values.lazy.compactMap { owner -> FieldName? in
        if case .split(let field, _) = owner { field } else { nil }
      }.first
    let origin = company.sharedID.origin
    guard let deciding else {
      return SystemError(
        .refused, system: origin,
        message: "No system owns \(what); name an owner in the configuration.")
    }
    return SystemError(
      .drifted(field: deciding.text), system: origin,
      message: "No system owns \(what) of this deal: its \(deciding) in \(origin) is missing from"
        + " the split in the configuration; add it there, or correct it in \(origin).")
  }

  private func provenance(_ section: OwnedSection, _ record: Record? = nil) -> Provenance? {
    guard let system = section.system, let fetchedAt = section.fetchedAt else { return nil }
    return Provenance(
      system: system, record: record?.reference.id ?? "", url: record?.url, fetchedAt: fetchedAt,
      modifiedAt: record?.modifiedAt, clockSkew: record?.clockSkew ?? .zero)
  }

  private func provenance(of figure: Figure, field: FieldName) -> Provenance? {
    guard let fetchedAt = figure.oldestInput,
      let system = owners.owner(of: field).value ?? sections[.invoices]?.system
    else { return nil }
    let sole = figure.records.count == 1 ? figure.records[0].id : ""
    let counted = Set(figure.records)
    let latest = Record.latestChange(
      among: sections.values.flatMap { section in
        (section.records ?? []).filter { counted.contains($0.reference) }
      })
    return Provenance(
      system: system, record: sole, fetchedAt: fetchedAt, modifiedAt: latest?.modifiedAt,
      clockSkew: latest?.clockSkew ?? .zero)
  }
}

extension OwnedSection {
  /// The absence of a section without an answer.
  fileprivate var absence: Answer<FieldValue> {
    if case .unavailable(let error)? = missing?.reason { .unavailable(error) } else { .notAsked }
  }
}
