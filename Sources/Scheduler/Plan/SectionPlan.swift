import AdapterKit
import DealModel
import TruthEngine

/// Which sections a system owes for a deal, and when each is due. Pure.
struct SectionPlan: Sendable {
  let company: CompanyModel
  /// What each system can be asked for, in screen order.
  private let possible: [SystemName: [RecordKind]]
  /// Kind of record → who owns it; a kind nobody owns is no key. Looked up for every deal at every
  /// turn.
  private let owners: [RecordKind: Ownership.Owner]

  init(company: CompanyModel, capabilities: [SystemName: AdapterCapabilities]) {
    self.company = company
    possible = capabilities.mapValues { $0.kinds.sorted() }
    let ownership = company.ownership
    owners = RecordKind.allCases.reduce(into: [:]) { owners, kind in
      owners[kind] = ownership.fields[FieldName(kind.rawValue)] ?? ownership.domains[kind.domain]
    }
  }

  /// The kinds of record to ask a system for, for a deal of these traits, in screen order.
  ///
  /// The owner of a domain is asked for the domain's kinds. A system that only holds echoes is
  /// asked for the deal as it knows it. When the field that splits ownership was not answered
  /// nobody is asked: a guess could join a record of another company.
  func kinds(of system: ConfiguredSystem, for traits: DealIndex.Traits?) -> [RecordKind] {
    guard let known = possible[system.name] else { return [] }
    return known.filter { owes($0, system, for: traits) }
  }

  /// Whether a system that has a kind of record is to be asked for it.
  func owes(
    _ kind: RecordKind, _ system: ConfiguredSystem, for traits: DealIndex.Traits?
  ) -> Bool {
    if kind == .deals {
      return system.name == company.sharedID.origin || !system.echoProperties.isEmpty
    }
    return owner(of: kind, for: traits) == system.name
  }

  /// The system that owns a kind of record for a deal of these traits; `nil` when none does.
  func owner(of kind: RecordKind, for traits: DealIndex.Traits?) -> SystemName? {
    switch owners[kind] {
    case .system(let name): return name
    case .split(let field, let parts): return traits?.split[field].flatMap { parts[$0] }
    case nil: return nil
    }
  }

  /// When a section is to be read again; `nil` for never while it stays as it is.
  ///
  /// What is on screen is read again at three quarters of its freshness, so that a system that
  /// answers in time is never shown as aging. What is nearby is read once.
  func dueAt(
    _ section: Section, limits: FreshnessLimits, isOnScreen: Bool, now: Timestamp
  ) -> Timestamp? {
    if section.isAsking { return nil }
    guard let asked = section.lastAsked else { return now }
    if section.failure != nil { return isOnScreen ? now : nil }
    // A reading from the future has an unknown age.
    if asked > now.adding(.seconds(2)) { return now }
    return isOnScreen ? asked.adding(limits.freshFor * 3 / 4) : nil
  }

  /// Whether a section may ride along in a batch that has room: it would be due soon anyway.
  func mayRideAlong(_ section: Section, limits: FreshnessLimits, now: Timestamp) -> Bool {
    guard !section.isAsking else { return false }
    guard let asked = section.lastAsked else { return true }
    return asked.duration(to: now) > limits.freshFor / 2
  }
}
