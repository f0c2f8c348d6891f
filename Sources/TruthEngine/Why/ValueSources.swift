public import DealModel

extension Assessment {
  /// The sections a field is known from, the owner's first: what is asked again for its raw payload.
  ///
  /// Empty when nobody owns the field, or the owner is not known yet.
  public func sections(behind field: FieldName, in company: CompanyModel) -> [SectionKey] {
    let kinds = Self.kinds(behind: field, countsHours: company.hourlyCost != nil)
    return kinds.compactMap { kind in
      let system =
        kind == .deals
        ? owner(ofDealField: field, in: company) : owners[kind]
      return system.map { SectionKey(system: $0, kind: kind) }
    }
  }

  /// The kinds of record a field is made of.
  private static func kinds(behind field: FieldName, countsHours: Bool) -> [RecordKind] {
    let hours: [RecordKind] = countsHours ? [.hours] : []
    switch field {
    case .invoices, .invoiced, .paid, .outstanding, .overdue: return [.invoices]
    case .costs: return [.costs]
    case .actualCost, .committedCost: return [.costs] + hours
    case .margin, .marginPercent: return [.invoices, .costs] + hours
    case .forecastMargin: return [.deals, .costs] + hours
    case .milestones, .nextMilestone: return [.milestones]
    case .hours: return [.hours]
    case .tickets: return [.tickets]
    default: return [.deals]
    }
  }

  /// Who holds a field of the deal itself; of a forecast, its value.
  private func owner(ofDealField field: FieldName, in company: CompanyModel) -> SystemName? {
    let name = field == .forecastMargin ? .value : field
    if let system = fields[name]?.provenance?.system { return system }
    if case .system(let system)? = company.ownership.owner(of: name) { return system }
    return owners[.deals]
  }
}
