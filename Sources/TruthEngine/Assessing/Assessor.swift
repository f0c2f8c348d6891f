public import DealModel

/// Judges what is true of a company's deals: who owns what, what the figures are, who disagrees.
///
/// Pure: the same dossier on the same day gives the same assessment.
public struct Assessor: Sendable {
  /// The company whose rules it judges by.
  public let company: CompanyModel
  /// The pattern of deal IDs; `nil` when it cannot be read, which a checked configuration excludes:
  /// then no ID is called malformed.
  let pattern: DealIDPattern?
  let comparisons: [CompiledComparison]

  /// A comparison whose condition is compiled.
  struct CompiledComparison: Sendable {
    let comparison: Comparison
    let condition: CompiledQuery?
  }

  /// An assessor for one company. Cheap to copy; make it once.
  public init(of company: CompanyModel) {
    self.company = company
    pattern = try? DealIDPattern(company.sharedID.pattern)
    comparisons = company.comparisons.map {
      CompiledComparison(comparison: $0, condition: $0.condition.map { CompiledQuery($0) })
    }
  }

  /// The system that owns a kind of record for a deal, as far as the deal has been read.
  ///
  /// - Returns: `none` when nobody reads that kind, or when the split names no owner for this deal.
  ///   Where a split is decided by a field that has not been read, its absence.
  public func owner(of kind: RecordKind, for dossier: Dossier) -> Answer<SystemName> {
    owners(for: dossier).owner(ofRecords: kind)
  }

  /// What is true of one deal as far as it is known.
  ///
  /// - Parameter today: The day by which milestones are late and invoices overdue.
  public func assess(_ dossier: Dossier, on today: CalendarDate) -> Assessment {
    let owners = owners(for: dossier)
    var sections: [RecordKind: OwnedSection] = [:]
    var ownerNames: [RecordKind: SystemName] = [:]
    var records: [RecordKind: [Record]] = [:]
    for kind in RecordKind.allCases {
      let owner = owners.owner(ofRecords: kind)
      let section = OwnedSection(of: dossier, owner: owner, kind: kind)
      sections[kind] = section
      ownerNames[kind] = owner.value
      if let known = section.records { records[kind] = known.inDisplayOrder(kind) }
    }
    var readings = FieldReadings(
      company: company, dossier: dossier, owners: owners, sections: sections)
    let value = readings.commercial(.value)
    let rollup = RollupBuilder(
      invoices: section(.invoices, sections), costs: section(.costs, sections),
      hours: section(.hours, sections), value: value.reading.answer, valueSystem: value.system,
      valueRecord: value.record, valueFetchedAt: value.reading.provenance?.fetchedAt,
      hourlyCost: company.hourlyCost, today: today
    ).build()
    let nextMilestone = (records[.milestones] ?? []).nextMilestone
    let fields = readings.all(rollup: rollup, nextMilestone: nextMilestone)
    let linkFaults = linkFaults(
      of: dossier, fields: fields, owners: owners, ownerNames: ownerNames, on: today)
    var flags = DealFlags(linkFaults)
    flags.formUnion(
      DealFlags(
        fields: fields, rollup: rollup, sections: sections, milestones: records[.milestones] ?? [],
        today: today))
    let deal = AssessedDeal(
      id: dossier.id, fields: fields, rollup: rollup, nextMilestone: nextMilestone?.milestone,
      flags: flags)
    let finder = ConflictFinder(
      company: company, dossier: dossier, owners: owners, fields: fields, records: records,
      deal: deal)
    let conflicts = finder.conflicts(comparisons)
    if !conflicts.isEmpty { flags.insert(.conflict) }
    return Assessment(
      id: dossier.id, fields: fields, rollup: rollup, records: records, owners: ownerNames,
      conflicts: conflicts, linkFaults: linkFaults, sources: sources(of: dossier), flags: flags,
      unreadableCopies: finder.unreadableCopies(comparisons))
  }

  // MARK: Parts

  func owners(for dossier: Dossier) -> DealOwners {
    let origin = OwnedSection(of: dossier, system: company.sharedID.origin, kind: .deals)
    return DealOwners(company: company) { field in
      guard let records = origin.records else {
        if case .unavailable(let error)? = origin.missing?.reason { return .unavailable(error) }
        return .notAsked
      }
      guard case .deal(let fields)? = records.standingForDeal?.content else { return .none }
      return fields[field] ?? .none
    }
  }

  private func section(
    _ kind: RecordKind, _ sections: [RecordKind: OwnedSection]
  ) -> OwnedSection {
    sections[kind] ?? OwnedSection(of: Dossier(id: ""), owner: .none, kind: kind)
  }

  private func sources(of dossier: Dossier) -> [SystemName: Assessment.Source] {
    var sources: [SystemName: Assessment.Source] = [:]
    for (key, section) in dossier.sections {
      var source = sources[key.system] ?? Assessment.Source(fetchedAt: [:])
      source.fetchedAt.updateValue(section.fetchedAt, forKey: key.kind)
      if !section.requests.isEmpty { source.requests[key.kind] = section.requests }
      source.isAsking = source.isAsking || section.isAsking
      source.failures[key.kind] = section.failure
      sources[key.system] = source
    }
    return sources
  }
}
