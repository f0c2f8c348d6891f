/// A company's checked configuration: what the engine needs to know, without YAML or line numbers.
public struct CompanyModel: Hashable, Sendable {
  /// The company's name.
  public var company: String
  /// The shared ID.
  public var sharedID: SharedID
  /// The systems, in the order of the file; names are unique.
  public var systems: [ConfiguredSystem]
  /// Who owns what.
  public var ownership: Ownership
  /// Which echoes are compared.
  public var comparisons: [Comparison]
  /// The rate per hour at which hours count as cost; `nil` when hours have no cost.
  public var hourlyCost: Money?
  /// The stages, by label or ID, at which records are due in other systems: a deal at one of them
  /// without records is dangling. Domain → stages; a domain that is not a key is never due.
  public var linkDue: [Domain: Set<String>]
  /// The rates that may explain a copy in another currency.
  public var rates: ExchangeRates
  /// What `watch` does besides watching.
  public var watch = WatchSettings()
  /// How long a deal may stand at such a stage before the lack of records is a fault. A domain that
  /// is not a key waits for nothing.
  public var linkDueAfter: [Domain: Duration] = [:]
  /// The jobs that are meant to carry the shared ID, in the order of the file; names are unique.
  public var flows: [Flow] = []

  /// A checked configuration.
  public init(
    company: String, sharedID: SharedID, systems: [ConfiguredSystem], ownership: Ownership,
    comparisons: [Comparison] = [], hourlyCost: Money? = nil, linkDue: [Domain: Set<String>] = [:],
    rates: ExchangeRates = ExchangeRates()
  ) {
    self.company = company
    self.sharedID = sharedID
    self.systems = systems
    self.ownership = ownership
    self.comparisons = comparisons
    self.hourlyCost = hourlyCost
    self.linkDue = linkDue
    self.rates = rates
  }

  /// The system of that name.
  public func system(_ name: SystemName) -> ConfiguredSystem? { systems.first { $0.name == name } }

  /// The jobs that a system is asked about: its IDs, in the order of the flows, without repeats.
  ///
  /// - Parameter wanted: The names of the flows that are of interest; `nil` for all.
  public func jobs(of system: SystemName, among wanted: Set<String>? = nil) -> [String] {
    var seen: Set<String> = []
    return flows.compactMap { flow in
      guard case .job(let job, system) = flow.source, wanted?.contains(flow.name) ?? true,
        seen.insert(job).inserted
      else { return nil }
      return job
    }
  }
}

/// The shared ID: where it originates and what it looks like.
public struct SharedID: Hashable, Sendable {
  /// The system in which deals and their IDs originate: the index of deals.
  public var origin: SystemName
  /// A regular expression that every ID matches whole, `^BW-[0-9]{5}$`.
  public var pattern: String

  /// The shared ID.
  public init(origin: SystemName, pattern: String) {
    self.origin = origin
    self.pattern = pattern
  }
}

/// One system of the configuration.
public struct ConfiguredSystem: Hashable, Sendable {
  /// Its name.
  public var name: SystemName
  /// The kind of adapter.
  public var kind: String
  /// The property that bears the deal ID there.
  public var link: String
  /// The person accountable for the integration.
  public var steward: String
  /// What was agreed to happen while the system is gone.
  public var failureMode: String
  /// The limits of age for its readings.
  public var limits: FreshnessLimits
  /// The longest a call may take.
  public var callDeadline: Duration
  /// Properties to read besides, because a comparison names them: sorted, without repeats.
  public var echoProperties: [String]
  /// Stages of deals that the configuration names, by label or ID, where this is the origin: sorted.
  public var stages: [String]
  /// The day on which its secret ends; `nil` when the configuration does not say.
  public var secretExpires: CalendarDate?
  /// What the numbers of its retainer (advance) invoices begin with: they count like any invoice, and
  /// explain a copy that leaves them out.
  public var retainerNumbers: [String]
  /// The path of certificates that it is trusted by besides those the machine trusts; `nil` for none.
  public var caFile: String?
  /// The settings of its kind.
  public var settings: SystemSettings

  /// One system of the configuration.
  public init(
    name: SystemName, kind: String, link: String, steward: String, failureMode: String,
    limits: FreshnessLimits, callDeadline: Duration = .seconds(20), echoProperties: [String] = [],
    stages: [String] = [], secretExpires: CalendarDate? = nil,
    retainerNumbers: [String] = [], caFile: String? = nil,
    settings: SystemSettings = SystemSettings()
  ) {
    self.name = name
    self.kind = kind
    self.link = link
    self.steward = steward
    self.failureMode = failureMode
    self.limits = limits
    self.callDeadline = callDeadline
    self.echoProperties = echoProperties
    self.stages = stages
    self.secretExpires = secretExpires
    self.retainerNumbers = retainerNumbers
    self.caFile = caFile
    self.settings = settings
  }
}

/// Who owns what: every field has exactly one owner.
public struct Ownership: Hashable, Sendable {
  /// Domain → its owner. A domain that nobody reads is absent.
  public var domains: [Domain: Owner]
  /// Field → the owner that overrides its domain's.
  public var fields: [FieldName: Owner]

  /// One owner, or one per part of the deals.
  public enum Owner: Hashable, Sendable {
    /// One system for every deal.
    case system(SystemName)
    /// The value of a field decides: total and disjoint over the values the company has.
    case split(by: FieldName, [String: SystemName])

    /// Every system that owns for some deal, without repeats, sorted.
    public var systems: [SystemName] {
      switch self {
      case .system(let name): [name]
      case .split(_, let parts): Set(parts.values).sorted()
      }
    }
  }

  /// Who owns what.
  public init(domains: [Domain: Owner], fields: [FieldName: Owner] = [:]) {
    self.domains = domains
    self.fields = fields
  }

  /// The owner of a field; `nil` for a field of a domain that nobody reads.
  public func owner(of field: FieldName) -> Owner? {
    fields[field] ?? field.known.flatMap { domains[$0.domain] }
  }
}

/// An echo that is compared with the owner's value.
public struct Comparison: Hashable, Sendable {
  /// The owned field, `rollup.invoiced`.
  public var field: FieldName
  /// The system that holds the echo.
  public var echoSystem: SystemName
  /// The property that is the echo there.
  public var echoProperty: String
  /// The largest difference that is no conflict: in units of the currency for money, else a plain
  /// number. Zero for words and dates.
  public var tolerance: ExactDecimal
  /// Which deals are compared; `nil` for all.
  public var condition: DealQuery?
  /// How long the flow that carries the value may take: an echo that is behind for less is on its
  /// way. `nil` when nothing was agreed.
  public var grace: Duration?

  /// An echo that is compared.
  public init(
    field: FieldName, echoSystem: SystemName, echoProperty: String,
    tolerance: ExactDecimal = .zero, condition: DealQuery? = nil, grace: Duration? = nil
  ) {
    self.field = field
    self.echoSystem = echoSystem
    self.echoProperty = echoProperty
    self.tolerance = tolerance
    self.condition = condition
    self.grace = grace
  }
}
