public import DealModel

/// Everything that has been read about one deal, section by section, and what could not be.
public struct Dossier: Hashable, Sendable {
  /// The deal.
  public let id: DealID
  /// What each system said of each kind of record. A section nobody asked for is absent.
  public var sections: [SectionKey: Section]
  /// What the vendors' histories tell of the records in a conflict, newest change first. `none`: its
  /// system keeps no history that can be asked. A record whose history nobody asked for is absent.
  public var histories: [RecordReference: Answer<[PropertyChange]>]

  /// A deal about which nothing is known yet.
  public init(
    id: DealID, sections: [SectionKey: Section] = [:],
    histories: [RecordReference: Answer<[PropertyChange]>] = [:]
  ) {
    self.id = id
    self.sections = sections
    self.histories = histories
  }

  /// The section, empty when nobody asked for it.
  public subscript(system: SystemName, kind: RecordKind) -> Section {
    sections[SectionKey(system: system, kind: kind)] ?? Section()
  }
}

/// Which system was asked for which kind of record.
public struct SectionKey: Hashable, Sendable, Comparable {
  /// The system.
  public var system: SystemName
  /// The kind of record.
  public var kind: RecordKind

  /// A system and a kind of record.
  public init(system: SystemName, kind: RecordKind) {
    self.system = system
    self.kind = kind
  }

  /// By kind, then by system.
  public static func < (left: SectionKey, right: SectionKey) -> Bool {
    left.kind == right.kind ? left.system < right.system : left.kind < right.kind
  }
}

/// One system's records of one kind for one deal.
///
/// An error changes ``failure``, never ``records``: the last readings stay, and age.
public struct Section: Hashable, Sendable {
  /// The records of the last answer, newest first; `nil` when there never was an answer.
  public var records: [Record]?
  /// As of when the last answer holds at least: when it was asked for, however late it arrived.
  public var fetchedAt: Timestamp?
  /// When the last answer was asked for, where it is older than that: an export is as old as its
  /// file, however often it is read. `nil` when ``fetchedAt`` says it.
  public var askedAt: Timestamp?
  /// Why the system cannot be asked now; `nil` once it has answered again.
  public var failure: Failure?
  /// Whether a call is under way.
  public var isAsking: Bool
  /// The exchanges that brought the last answer; the deals of one batch share them.
  public var requests: [RequestTrace]

  /// A system that does not answer.
  public struct Failure: Hashable, Sendable {
    /// The last error.
    public var error: SystemError
    /// When the first call of this run of failures failed.
    public var since: Timestamp
    /// The exchanges of the last attempt; empty when nothing was sent.
    public var requests: [RequestTrace]

    /// A system that does not answer.
    public init(error: SystemError, since: Timestamp, requests: [RequestTrace] = []) {
      self.error = error
      self.since = since
      self.requests = requests
    }
  }

  /// When the last answer was asked for; `nil` when there never was one.
  public var lastAsked: Timestamp? { askedAt ?? fetchedAt }

  /// A section in some state; by default one nobody asked for.
  public init(
    records: [Record]? = nil, fetchedAt: Timestamp? = nil, askedAt: Timestamp? = nil,
    failure: Failure? = nil, isAsking: Bool = false, requests: [RequestTrace] = []
  ) {
    self.records = records
    self.fetchedAt = fetchedAt
    self.askedAt = askedAt
    self.failure = failure
    self.isAsking = isAsking
    self.requests = requests
  }
}
