public import DealModel

/// Takes the records of all systems in page by page, and judges their links when the lists have
/// come to their ends. Pure.
///
/// It keeps a few bytes a deal and a bit a deal and system; links themselves only where something
/// is wrong with them. The origin comes first: what another system bears is looked up as it arrives.
public struct LinkLedger: Sendable {
  let company: CompanyModel
  private let pattern: DealIDPattern?
  var roster: DealRoster
  /// Whether every deal of the origin is known.
  private(set) var isOriginWhole = false
  /// Systems whose every record is known.
  private(set) var wholeSystems: Set<SystemName> = []
  /// System → domain → the places of deals that have a record there.
  private(set) var linked: [SystemName: [Domain: PlaceSet]] = [:]
  /// Links whose ID does not fit the pattern.
  private(set) var malformed: [Link] = []
  /// Links with an ID that no deal of the roster has.
  private(set) var strangers: [Link] = []
  /// Deals that turned out to be there when they were asked for by ID.
  private var latecomers: Set<DealID> = []
  /// Where a deal was asked for by ID and records turned up: system and domain → places.
  private var confirmed: [SystemName: [Domain: PlaceSet]] = [:]
  /// Places that could not be asked for by ID: judged in nothing there.
  private var unconfirmed: [SystemName: [Domain: PlaceSet]] = [:]
  private var isStrangersUnconfirmed = false
  private var departed: [DealID: DepartedDeal] = [:]

  /// Nothing has been listed yet.
  public init(of company: CompanyModel) {
    self.company = company
    pattern = try? DealIDPattern(company.sharedID.pattern)
    roster = DealRoster(of: company)
  }

  // MARK: - Listing

  /// Takes a page of a system's links in. The origin's deals have to be in before the others'.
  public mutating func take(_ links: [Link], of system: SystemName) {
    let isOrigin = system == company.sharedID.origin
    for link in links {
      guard let id = link.dealID else { continue }
      let isMalformed = pattern.map { MalformedLink.isBroken(by: .init(id: id, pattern: $0)) }
      if isMalformed == true { malformed.append(link) }
      if isOrigin {
        if link.reference.kind == .deals { roster.enter(link) }
        continue
      }
      if let place = roster.places[id] {
        linked[system, default: [:]][link.reference.kind.domain, default: PlaceSet()].insert(place)
      } else if isMalformed != true {
        strangers.append(link)
      }
    }
  }

  /// Says that a system's list came to its end with nothing missing.
  public mutating func finish(_ system: SystemName) {
    wholeSystems.insert(system)
    if system == company.sharedID.origin { isOriginWhole = true }
  }

  // MARK: - Confirming

  /// IDs that no deal of the roster has, each once: to be asked for at the origin before any is
  /// called unknown, for deals are created while lists are read.
  public var unknownIDs: [DealID] {
    isOriginWhole ? Set(strangers.compactMap(\.dealID)).sorted() : []
  }

  /// IDs that several deals bear: to be asked for at the origin before they are called duplicates.
  public var repeatedIDs: [DealID] { roster.duplicates.keys.sorted() }

  /// What the origin answered when asked for these IDs.
  public mutating func confirm(_ answer: [DealID: [Record]]) {
    for (id, records) in answer {
      let own = Set(records.filter { $0.dealID == id }.map(\.reference))
      if !own.isEmpty, roster.places[id] == nil { latecomers.insert(id) }
      if own.count < 2 { roster.settle(id) }
    }
  }

  /// Says that the origin could not be asked about unknown and repeated IDs: none is judged.
  public mutating func originCannotConfirm() { isStrangersUnconfirmed = true }

  /// What the origin says of IDs it knew once.
  public mutating func note(_ deals: [DealID: DepartedDeal]) {
    departed.merge(deals) { _, new in new }
  }

  /// IDs that the origin does not know even when asked: some may be of deals that are no more.
  public var orphanedIDs: Set<DealID> {
    guard isOriginWhole, !isStrangersUnconfirmed else { return [] }
    return Set(strangers.compactMap(\.dealID)).subtracting(latecomers)
  }

  /// Deals whose records are due in a system and did not come with its list: to be asked for by ID
  /// before any is called dangling, for records are created while lists are read.
  public func missing(
    in system: SystemName, on today: CalendarDate
  ) -> [Domain: [DealID]] {
    guard isOriginWhole, wholeSystems.contains(system) else { return [:] }
    var missing: [Domain: [DealID]] = [:]
    forEachDue(on: today) { place, domain, owner in
      guard owner == system, !isLinked(place, domain, in: system) else { return }
      missing[domain, default: []].append(roster.ids[place])
    }
    return missing
  }

  /// What a system answered when asked for records of a domain by these IDs.
  public mutating func confirm(
    _ domain: Domain, in system: SystemName, found: some Sequence<DealID>
  ) {
    for id in found {
      guard let place = roster.places[id] else { continue }
      confirmed[system, default: [:]][domain, default: PlaceSet()].insert(place)
    }
  }

  /// Says that these IDs could not be asked for: none is called dangling there.
  public mutating func cannotConfirm(
    _ domain: Domain, in system: SystemName, _ ids: some Sequence<DealID>
  ) {
    for id in ids {
      guard let place = roster.places[id] else { continue }
      unconfirmed[system, default: [:]][domain, default: PlaceSet()].insert(place)
    }
  }

  // MARK: - Judging

  /// What is broken, by what is known for certain.
  public func survey(on today: CalendarDate) -> LinkSurvey {
    let origin = company.sharedID.origin
    var faults: [LinkFault] = []
    let neighbours = NeighbouringIDs(isOriginWhole ? roster.ids : [])
    // One slip is made many times: an ID is searched for once.
    var suggestions: [DealID: DealID?] = [:]
    func suggestion(_ id: DealID) -> DealID? {
      if let known = suggestions[id] { return known }
      let found = neighbours.suggestion(for: id)
      suggestions.updateValue(found, forKey: id)
      return found
    }
    for link in malformed {
      if link.reference.system != origin, let id = link.dealID, let meant = suggestion(id) {
        faults.append(NearMissLink.fault(link, suggestion: meant, origin: origin))
      } else {
        faults.append(MalformedLink.fault(link, origin: origin))
      }
    }
    let orphaned = orphanedIDs
    for link in strangers {
      guard let id = link.dealID, orphaned.contains(id) else { continue }
      faults.append(fault(link, id, suggestion: suggestion))
    }
    if !isStrangersUnconfirmed {
      for links in roster.duplicates.values {
        faults += links.map { DuplicateLink.fault($0, count: links.count) }
      }
    }
    var coverage: [SystemName: SystemHealth.LinkCoverage] = [:]
    faults += dangling(on: today, coverage: &coverage)
    return LinkSurvey(faults: faults.sorted(by: LinkFault.isBefore), coverage: coverage)
  }

  /// A record with an ID that the origin does not know: what is known of that ID decides.
  private func fault(
    _ link: Link, _ id: DealID, suggestion: (DealID) -> DealID?
  ) -> LinkFault {
    let origin = company.sharedID.origin
    if let deal = departed[id] {
      let subject = DepartedSubject(id: id, departed: [id: deal])
      if MergedLink.isBroken(by: subject) { return MergedLink.fault(link, deal, origin: origin) }
      if DeletedLink.isBroken(by: subject) { return DeletedLink.fault(link, deal, origin: origin) }
    }
    if let meant = suggestion(id) {
      return NearMissLink.fault(link, suggestion: meant, origin: origin)
    }
    return OrphanLink.fault(link, origin: origin)
  }

  private func dangling(
    on today: CalendarDate, coverage: inout [SystemName: SystemHealth.LinkCoverage]
  ) -> [LinkFault] {
    guard isOriginWhole else { return [] }
    var faults: [LinkFault] = []
    var due: [SystemName: PlaceSet] = [:]
    var lacking: [SystemName: PlaceSet] = [:]
    forEachDue(on: today) { place, domain, system in
      guard wholeSystems.contains(system),
        unconfirmed[system]?[domain]?.contains(place) != true
      else { return }
      if due[system, default: PlaceSet()].contains(place) == false {
        due[system, default: PlaceSet()].insert(place)
        coverage[system, default: .init(linked: 0, due: 0)].due += 1
        coverage[system]?.linked += 1
      }
      guard !isLinked(place, domain, in: system) else { return }
      if lacking[system, default: PlaceSet()].contains(place) == false {
        lacking[system, default: PlaceSet()].insert(place)
        coverage[system]?.linked -= 1
      }
      faults.append(
        DanglingLink.fault(
          roster.ids[place], domain, in: system, url: roster.url(at: place),
          age: roster.age(at: place)))
    }
    return faults
  }

  private func isLinked(_ place: Int, _ domain: Domain, in system: SystemName) -> Bool {
    linked[system]?[domain]?.contains(place) == true
      || confirmed[system]?[domain]?.contains(place) == true
  }

  /// Every deal and domain of which records are due, with the domain's owner for that deal.
  private func forEachDue(
    on today: CalendarDate, _ body: (_ place: Int, Domain, SystemName) -> Void
  ) {
    let domains = Domain.allCases.filter { company.linkDue[$0] != nil && $0 != .commercial }
    guard !domains.isEmpty else { return }
    // Whom to ask, and whether the stage calls for records, is the same for all deals of one kind.
    let owners = roster.traits.map { traits in
      let owners = DealOwners(company: company) { traits.fields[$0] ?? .none }
      return domains.map { domain -> SystemName? in
        guard DanglingLink.isDue(domain, at: traits.stages, due: company.linkDue) else {
          return nil
        }
        return owners.owner(ofDomain: domain).value
      }
    }
    for place in 0..<roster.count {
      let systems = owners[roster.traitNumber(at: place)]
      for (domain, system) in zip(domains, systems) {
        guard let system,
          DanglingLink.isOldEnough(
            roster.age(at: place), after: company.linkDueAfter[domain], on: today)
        else { continue }
        body(place, domain, system)
      }
    }
  }
}
