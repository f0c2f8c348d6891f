import DealModel

extension DealFlags {
  /// What the links of a deal's records say.
  init(_ faults: [LinkFault]) {
    self = []
    for fault in faults {
      switch fault.kind {
      case .orphan, .merged, .deleted, .nearMiss: insert(.orphan)
      case .dangling: insert(.dangling)
      case .duplicate: insert(.duplicate)
      case .malformed: insert(.malformed)
      }
    }
  }

  /// What the figures and sections of a deal say.
  init(
    fields: [FieldName: Reading], rollup: Rollup, sections: [RecordKind: OwnedSection],
    milestones: [Record], today: CalendarDate
  ) {
    self = []
    if milestones.contains(where: { $0.milestone?.isLate(on: today) == true }) { insert(.late) }
    if rollup.overdue.amounts.contains(where: { $0.amount > .zero }) { insert(.overdue) }
    if case .money(let value)? = fields[.value]?.answer.value, rollup.invoiced.isComplete,
      rollup.invoiced.amounts.contains(where: {
        $0.currency == value.currency && $0.amount > value.amount
      })
    {
      insert(.overInvoiced)
    }
    // What nobody has asked for yet is on its way, not lacking; what no system owns is no figure.
    let figures = [FieldName.invoiced, .paid, .outstanding, .committedCost].filter {
      fields[$0] != nil
    }
    if figures.compactMap({ rollup.figure(of: $0) }).contains(where: {
      $0.missing.contains { $0.reason != .notAsked }
    }) {
      insert(.incomplete)
    }
    let isSectionUnavailable = sections.values.contains { section in
      if case .unavailable? = section.missing?.reason { true } else { false }
    }
    if isSectionUnavailable || fields.values.contains(where: { $0.answer.error != nil }) {
      insert(.unavailable)
    }
  }
}

extension Assessor {
  /// What is wrong with the links of one deal's records, as far as they have been read.
  func linkFaults(
    of dossier: Dossier, fields: [FieldName: Reading], owners: DealOwners,
    ownerNames: [RecordKind: SystemName], on today: CalendarDate
  ) -> [LinkFault] {
    let origin = company.sharedID.origin
    let deals = OwnedSection(of: dossier, system: origin, kind: .deals).records
    var faults: [LinkFault] = []
    let isMalformed =
      pattern.map { MalformedLink.isBroken(by: .init(id: dossier.id, pattern: $0)) } ?? false
    if let deals, DuplicateLink.isBroken(by: deals.map(\.reference)) {
      faults += deals.map { DuplicateLink.fault(Link($0), count: deals.count) }
    }
    for key in dossier.sections.keys.sorted() {
      let section = OwnedSection(of: dossier, system: key.system, kind: key.kind)
      for record in section.records ?? [] {
        let link = Link(record)
        if isMalformed {
          faults.append(MalformedLink.fault(link, origin: origin))
        } else if key.system != origin,
          OrphanLink.isBroken(by: .init(id: dossier.id, known: deals.map { Set($0.map(\.dealID)) }))
        {
          faults.append(OrphanLink.fault(link, origin: origin))
        }
      }
    }
    if deals?.isEmpty == false {
      faults += dangling(
        dossier, fields: fields, owners: ownerNames,
        age: deals?.first.map { Link($0) }.flatMap {
          StageAge(fields: $0.fields, createdAt: $0.createdAt, modifiedAt: $0.modifiedAt)
        }, on: today)
    }
    return faults.sorted(by: LinkFault.isBefore)
  }

  private func dangling(
    _ dossier: Dossier, fields: [FieldName: Reading], owners: [RecordKind: SystemName],
    age: StageAge?, on today: CalendarDate
  ) -> [LinkFault] {
    let stages = [FieldName.stage, .stageID].compactMap { fields[$0]?.answer.value?.description }
    var faults: [LinkFault] = []
    for domain in Domain.allCases where company.linkDue[domain] != nil && domain != .commercial {
      let kinds = RecordKind.allCases.filter { $0.domain == domain }
      guard let system = kinds.lazy.compactMap({ owners[$0] }).first else { continue }
      // Sections that nobody asks for are absent; one still under way leaves the count unknown.
      let sections = kinds.compactMap { dossier.sections[SectionKey(system: system, kind: $0)] }
      let isWhole = !sections.isEmpty && sections.allSatisfy { $0.records != nil }
      let count = sections.reduce(0) { sum, section in
        sum + (section.records ?? []).count { $0.dealID == dossier.id }
      }
      let subject = DanglingLink.Subject(
        domain: domain, stages: stages, due: company.linkDue, recordCount: isWhole ? count : nil,
        after: company.linkDueAfter, age: age, today: today)
      if DanglingLink.isBroken(by: subject) {
        faults.append(DanglingLink.fault(dossier.id, domain, in: system, url: nil, age: age))
      }
    }
    return faults
  }
}
