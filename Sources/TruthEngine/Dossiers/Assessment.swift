public import DealModel

/// What is true of one deal as far as it is known: the engine's judgement of a ``Dossier``.
public struct Assessment: Hashable, Sendable {
  /// The deal.
  public var id: DealID
  /// Field → the owner's reading. Every field of the catalog that some system owns is a key; a field
  /// nobody has answered for holds the kind of absence it is.
  public var fields: [FieldName: Reading]
  /// The figures computed from records.
  public var rollup: Rollup
  /// The owner's records of each kind, in the order to show them: invoices and costs newest first,
  /// milestones by due day, hours and tickets newest first.
  public var records: [RecordKind: [Record]]
  /// The system that owns each kind of record for this deal; absent when the split names none for
  /// it, or is not known yet because the deciding field has not been read.
  public var owners: [RecordKind: SystemName]
  /// Where owner and echo disagree, by money at stake, the most first.
  public var conflicts: [Conflict]
  /// Broken links of this deal's records.
  public var linkFaults: [LinkFault]
  /// System → how it answered for this deal.
  public var sources: [SystemName: Source]
  /// What deserves a second look.
  public var flags: DealFlags
  /// Why echoes that should be compared cannot be; each names its record and the mend.
  public var unreadableCopies: [SystemError]

  /// How one system answered for one deal.
  public struct Source: Hashable, Sendable {
    /// Kind of record → when it was last answered; `nil` inside when it never was.
    public var fetchedAt: [RecordKind: Timestamp?]
    /// Kind of record → why it cannot be asked for now; a kind that was answered last is no key.
    public var failures: [RecordKind: Section.Failure]
    /// Whether a call is under way.
    public var isAsking: Bool
    /// Kind of record → the exchanges that brought the last answer.
    public var requests: [RecordKind: [RequestTrace]] = [:]

    /// How one system answered for one deal.
    public init(
      fetchedAt: [RecordKind: Timestamp?], failures: [RecordKind: Section.Failure] = [:],
      isAsking: Bool = false
    ) {
      self.fetchedAt = fetchedAt
      self.failures = failures
      self.isAsking = isAsking
    }

    /// Why the system cannot be asked now: of several failures, the one that began first.
    public var failure: Section.Failure? { failure(of: RecordKind.allCases) }

    /// Why some of these kinds cannot be asked for now: of several failures, the one that began first.
    public func failure(of kinds: [RecordKind]) -> Section.Failure? {
      kinds.sorted().compactMap { failures[$0] }.min { $0.since < $1.since }
    }

    /// When the oldest of its answers arrived; `nil` when one is missing.
    public var oldest: Timestamp? {
      var oldest: Timestamp?
      for case let fetched in fetchedAt.values {
        guard let fetched else { return nil }
        oldest = min(oldest ?? fetched, fetched)
      }
      return oldest
    }
  }

  /// Why values of the owners' records and echoes of them could not be understood, each sentence
  /// once. A company without any is known as well as its systems know it.
  public var unreadable: [SystemError] {
    var seen: Set<SystemError> = []
    let values = RecordKind.allCases.flatMap { kind in
      (records[kind] ?? []).flatMap { $0.unreadableValues.map(\.error) }
    }
    return (values + unreadableCopies).filter { seen.insert($0).inserted }
  }

  /// A judgement made elsewhere; see ``Assessor/assess(_:on:)``.
  public init(
    id: DealID, fields: [FieldName: Reading], rollup: Rollup, records: [RecordKind: [Record]],
    owners: [RecordKind: SystemName], conflicts: [Conflict], linkFaults: [LinkFault],
    sources: [SystemName: Source], flags: DealFlags = [], unreadableCopies: [SystemError] = []
  ) {
    self.id = id
    self.fields = fields
    self.rollup = rollup
    self.records = records
    self.owners = owners
    self.conflicts = conflicts
    self.linkFaults = linkFaults
    self.sources = sources
    self.flags = flags
    self.unreadableCopies = unreadableCopies
  }
}
