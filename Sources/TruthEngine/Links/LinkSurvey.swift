public import DealModel

/// The links of all systems compared with the deals of the origin.
public struct LinkSurvey: Hashable, Sendable {
  /// What is broken, sorted by ``LinkFault/isBefore(_:_:)``.
  public var faults: [LinkFault]
  /// System → how many of the deals that should have records there do. Only systems that answered,
  /// and at which records are due for some deal.
  public var coverage: [SystemName: SystemHealth.LinkCoverage]
}

extension Assessor {
  /// Compares links with deals.
  ///
  /// A system that could not be asked is judged in nothing: it is no key of `links`, and no deal
  /// dangles there.
  ///
  /// - Parameters:
  ///   - deals: The origin's records as its index gives them, several with one ID included; `nil`
  ///     when the index is not whole, so that no ID can be called unknown.
  ///   - links: System → all records there with the deal IDs they bear; only systems that answered.
  public func survey(deals: [Record]?, links: [SystemName: [Link]]) -> LinkSurvey {
    let origin = company.sharedID.origin
    var faults: [LinkFault] = []
    let known = deals.map { Set($0.map(\.dealID)) }
    for (system, systemLinks) in links {
      for link in systemLinks {
        guard let id = link.dealID else { continue }
        if let pattern, MalformedLink.isBroken(by: .init(id: id, pattern: pattern)) {
          faults.append(MalformedLink.fault(link, origin: origin))
        } else if system != origin, OrphanLink.isBroken(by: .init(id: id, known: known)) {
          faults.append(OrphanLink.fault(link, origin: origin))
        }
      }
    }
    let originLinks = (deals ?? []).map { Link($0) }
    if links[origin] == nil, let pattern {
      for link in originLinks {
        guard let id = link.dealID, MalformedLink.isBroken(by: .init(id: id, pattern: pattern))
        else { continue }
        faults.append(MalformedLink.fault(link, origin: origin))
      }
    }
    faults += duplicates(originLinks + (links[origin] ?? []).filter { $0.reference.kind == .deals })
    var coverage: [SystemName: SystemHealth.LinkCoverage] = [:]
    faults += dangling(deals ?? [], links: links, coverage: &coverage)
    return LinkSurvey(faults: faults.sorted(by: LinkFault.isBefore), coverage: coverage)
  }

  private func duplicates(_ links: [Link]) -> [LinkFault] {
    var bearers: [DealID: [Link]] = [:]
    var seen: Set<RecordReference> = []
    for link in links {
      guard let id = link.dealID, seen.insert(link.reference).inserted else { continue }
      bearers[id, default: []].append(link)
    }
    return bearers.values.flatMap { links in
      DuplicateLink.isBroken(by: links.map(\.reference))
        ? links.map { DuplicateLink.fault($0, count: links.count) } : []
    }
  }

  private func dangling(
    _ deals: [Record], links: [SystemName: [Link]],
    coverage: inout [SystemName: SystemHealth.LinkCoverage]
  ) -> [LinkFault] {
    let domains = Domain.allCases.filter { company.linkDue[$0] != nil && $0 != .commercial }
    guard !domains.isEmpty else { return [] }
    // System → domain → deals with a record there.
    var linked: [SystemName: [Domain: Set<DealID>]] = [:]
    for (system, systemLinks) in links {
      for link in systemLinks {
        guard let id = link.dealID else { continue }
        linked[system, default: [:]][link.reference.kind.domain, default: []].insert(id)
      }
    }
    var faults: [LinkFault] = []
    var judged: Set<DealID> = []
    for deal in deals where judged.insert(deal.dealID).inserted {
      guard case .deal(let fields) = deal.content else { continue }
      let owners = DealOwners(company: company) { fields[$0] ?? .none }
      let stages = [FieldName.stage, .stageID].compactMap { fields[$0]?.value?.description }
      var missing: Set<SystemName> = []
      var due: Set<SystemName> = []
      for domain in domains {
        guard case .value(let system) = owners.owner(ofDomain: domain), links[system] != nil else {
          continue
        }
        let count = linked[system]?[domain]?.contains(deal.dealID) == true ? 1 : 0
        let subject = DanglingLink.Subject(
          domain: domain, stages: stages, due: company.linkDue, recordCount: count)
        guard DanglingLink.isDue(subject) else { continue }
        due.insert(system)
        guard DanglingLink.isBroken(by: subject) else { continue }
        missing.insert(system)
        faults.append(DanglingLink.fault(deal.dealID, domain, in: system, url: deal.url))
      }
      for system in due {
        coverage[system, default: .init(linked: 0, due: 0)].due += 1
        if !missing.contains(system) { coverage[system]?.linked += 1 }
      }
    }
    return faults
  }
}
