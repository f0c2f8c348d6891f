public import DealModel

/// The port through which the engine reads one system. One value of it per configured system.
///
/// An adapter translates: deal IDs into the vendor's requests, the vendor's answers into records.
/// It keeps no readings, retries nothing and measures nothing: ``HTTPPort`` and the scheduler do.
/// Every method is safe to cancel at any await, and after an error may be called again.
///
/// All methods throw ``SystemError`` or `CancellationError`, nothing else. What
/// ``Adapter/capabilities`` do not promise is never asked and need not be implemented.
public protocol Adapter: Sendable {
  /// What this adapter can be asked; fixed for its life.
  var capabilities: AdapterCapabilities { get }

  /// One page of the index of deals, in an order that does not change while paging.
  ///
  /// Only the origin's adapter is asked, and only when ``AdapterCapabilities/listsDeals`` holds.
  ///
  /// - Parameter cursor: `nil` for the first page, else the last page's cursor.
  func dealPage(after cursor: PageCursor?) async throws -> DealPage

  /// Records of one kind that bear these deal IDs: one batch, never a call per deal.
  ///
  /// - Shape: deal → its records, newest first. Every requested ID is a key; an empty array means
  ///   the system answered "none", which is not the same as a throw. A record that bears another
  ///   ID than those asked for is dropped, never joined.
  /// - Units: money in the record's own currency, exact; instants UTC; dates without time.
  /// - Parameters:
  ///   - kind: One of ``AdapterCapabilities/kinds``.
  ///   - ids: At most the batch size of that kind, without repeats.
  func records(of kind: RecordKind, for ids: [DealID]) async throws -> [DealID: [Record]]

  /// The instant as of which the records of a kind hold where the system does not answer live: an
  /// export is as old as its file. `nil`, as by default, for a system that answers what is true now.
  ///
  /// Asked for right before ``records(of:for:)``, so that what has been renewed in between counts as
  /// older than it is, never as fresher.
  func watermark(of kind: RecordKind) async throws -> Timestamp?

  /// One record with its lines, payments and applied credits.
  ///
  /// - Parameter reference: A record this adapter returned before.
  func detail(of reference: RecordReference) async throws -> RecordDetail

  /// Records, of any kind, whose number or vendor ID is exactly that text, with their deal IDs.
  ///
  /// - Returns: No record when nothing has that number; several when the number is not unique.
  func find(_ text: String) async throws -> [FoundRecord]

  /// Which deals' records have changed since a cursor: one cheap incremental query.
  ///
  /// - Parameter cursor: `nil` to begin now: the answer then holds a cursor and no deals.
  func changes(since cursor: PageCursor?) async throws -> ChangedDeals

  /// A cursor that ``changes(since:)`` resumes from as if it had been read until then: what changed
  /// later is reported, and a little of what changed before.
  ///
  /// - Returns: `nil` when the system can only be asked for what changes from now on.
  func cursor(ofChangesSince instant: Timestamp) -> PageCursor?

  /// One page of all records of this system that bear, or should bear, a deal ID.
  ///
  /// - Parameter cursor: `nil` for the first page, else the last page's cursor.
  func linkPage(after cursor: PageCursor?) async throws -> LinkPage

  /// What the vendor's own history tells of these records' values: who changed what when.
  ///
  /// Asked only for records in a conflict, never for all.
  ///
  /// - Shape: record → its changes, newest first; an empty array means that nothing has changed since
  ///   the record was made. A record of which the vendor tells no whole history is absent.
  /// - Parameters:
  ///   - references: Records this adapter returned before; of one kind, at most the batch size of
  ///     ``AdapterCapabilities/historyBatchSizes``, without repeats.
  ///   - properties: Properties by the vendor's names, as in ``Record/echoes``. The properties from
  ///     which the adapter reads fields and amounts are told besides.
  func history(
    of references: [RecordReference], properties: [String]
  ) async throws -> [RecordReference: [PropertyChange]]

  /// What became of deals that this system, the origin, once knew under these IDs: deleted, or merged
  /// into another.
  ///
  /// Only asked when ``AdapterCapabilities/followsDeparted`` holds.
  ///
  /// - Parameter ids: IDs that no deal bears now; any number of them.
  /// - Returns: Only IDs of which something is known: an absent one may never have existed.
  func departedDeals(_ ids: Set<DealID>) async throws -> [DealID: DepartedDeal]

  /// Proves cheaply that the system can be reached and lets us in.
  func probe() async throws -> ProbeAnswer

  /// The properties that records which bear the deal ID have, by their definitions: for `doctor` and
  /// `init`. `nil`, as by default, when the vendor cannot list them.
  func properties() async throws -> [PropertyDescription]?

  /// What only this vendor can be asked for `doctor`: scopes, permissions, stages. Nothing by
  /// default; ``Examiner`` asks what every system can be asked. Never throws.
  func examinations(_ brief: ExaminationBrief) async -> [Examination]

  /// Ends sessions at the vendor. Called once, last.
  func close() async
}

extension Adapter {
  /// Not promised.
  public func dealPage(after cursor: PageCursor?) async throws -> DealPage {
    throw UnpromisedQuestion(name: "dealPage")
  }

  /// Not promised.
  public func detail(of reference: RecordReference) async throws -> RecordDetail {
    throw UnpromisedQuestion(name: "detail")
  }

  /// Not promised.
  public func find(_ text: String) async throws -> [FoundRecord] {
    throw UnpromisedQuestion(name: "find")
  }

  /// Not promised.
  public func changes(since cursor: PageCursor?) async throws -> ChangedDeals {
    throw UnpromisedQuestion(name: "changes")
  }

  /// Not promised.
  public func linkPage(after cursor: PageCursor?) async throws -> LinkPage {
    throw UnpromisedQuestion(name: "linkPage")
  }

  /// No session to end.
  public func close() async {}

  /// A vendor that keeps no history tells of no record.
  public func history(
    of references: [RecordReference], properties: [String]
  ) async throws -> [RecordReference: [PropertyChange]] { [:] }

  /// Answers are live.
  public func watermark(of kind: RecordKind) async throws -> Timestamp? { nil }

  /// By default a feed begins now.
  public func cursor(ofChangesSince instant: Timestamp) -> PageCursor? { nil }

  /// The vendor cannot list them.
  public func properties() async throws -> [PropertyDescription]? { nil }

  /// Nothing besides what every system can be asked.
  public func examinations(_ brief: ExaminationBrief) async -> [Examination] { [] }

  /// Nothing: most systems are no origin of deals, or keep nothing of those that are gone.
  public func departedDeals(_ ids: Set<DealID>) async throws -> [DealID: DepartedDeal] { [:] }
}

/// An adapter was asked what its capabilities do not promise, or promised what it does not implement:
/// a fault of this program, never of a system.
struct UnpromisedQuestion: Error, CustomStringConvertible {
  let name: String

  var description: String { "asked for \(name), which is not promised" }
}

/// What an adapter can be asked; what it cannot do it declares, and the engine and `doctor` know.
public struct AdapterCapabilities: Hashable, Sendable {
  /// Kind of record → the most deal IDs in one call. A kind that is not a key cannot be asked for.
  public var batchSizes: [RecordKind: Int]
  /// Whether ``Adapter/dealPage(after:)`` works.
  public var listsDeals: Bool
  /// Kinds of record that ``Adapter/detail(of:)`` opens.
  public var detailKinds: Set<RecordKind>
  /// Whether ``Adapter/find(_:)`` works.
  public var finds: Bool
  /// Whether ``Adapter/changes(since:)`` works.
  public var reportsChanges: Bool
  /// Whether ``Adapter/linkPage(after:)`` works.
  public var listsLinks: Bool
  /// Kind of record → the most records in one question for histories. A kind that is not a key has
  /// no history that can be asked.
  public var historyBatchSizes: [RecordKind: Int]
  /// Whether ``Adapter/departedDeals(_:)`` works.
  public var followsDeparted: Bool
  /// The fields of deals that come with their links, where this system is the origin.
  public var linkFields: Set<FieldName>

  /// Whether ``Adapter/history(of:properties:)`` tells anything.
  public var tellsHistory: Bool { !historyBatchSizes.isEmpty }
  /// The kinds of record this adapter can be asked for.
  public var kinds: Set<RecordKind> { Set(batchSizes.keys) }

  /// What an adapter can be asked.
  public init(
    batchSizes: [RecordKind: Int], listsDeals: Bool = false, detailKinds: Set<RecordKind> = [],
    finds: Bool = false, reportsChanges: Bool = false, listsLinks: Bool = false,
    historyBatchSizes: [RecordKind: Int] = [:], followsDeparted: Bool = false,
    linkFields: Set<FieldName> = []
  ) {
    self.batchSizes = batchSizes
    self.listsDeals = listsDeals
    self.detailKinds = detailKinds
    self.finds = finds
    self.reportsChanges = reportsChanges
    self.listsLinks = listsLinks
    self.historyBatchSizes = historyBatchSizes
    self.followsDeparted = followsDeparted
    self.linkFields = linkFields
  }
}

/// A position in a list or a feed, opaque to everyone but the adapter that made it.
public struct PageCursor: Hashable, Sendable {
  /// The adapter's own notation.
  public let text: String

  /// A position in the adapter's own notation.
  public init(_ text: String) { self.text = text }
}

/// A page of the index of deals.
public struct DealPage: Hashable, Sendable {
  /// Deals with their commercial fields. A record without a deal ID is in ``unlinked``, not here.
  public var deals: [Record]
  /// Deals of the origin that bear no deal ID.
  public var unlinked: [Link]
  /// Where the next page begins; `nil` on the last page.
  public var next: PageCursor?
  /// How many deals there are by the vendor's own count; `nil` when it does not count.
  public var total: Int?

  /// A page of the index of deals.
  public init(deals: [Record], unlinked: [Link] = [], next: PageCursor?, total: Int? = nil) {
    self.deals = deals
    self.unlinked = unlinked
    self.next = next
    self.total = total
  }
}

/// Deals whose records changed, and where to go on.
public struct ChangedDeals: Hashable, Sendable {
  /// Deal → the kinds of record that changed.
  public var deals: [DealID: Set<RecordKind>]
  /// Where the next question begins.
  public var cursor: PageCursor

  /// Deals whose records changed.
  public init(deals: [DealID: Set<RecordKind>], cursor: PageCursor) {
    self.deals = deals
    self.cursor = cursor
  }
}

/// A page of a system's links.
public struct LinkPage: Hashable, Sendable {
  /// The links of this page. Of the origin they bear what decides where records are due.
  public var links: [Link]
  /// Where the next page begins; `nil` on the last page.
  public var next: PageCursor?
  /// How many records the list has in all by the vendor's own count; `nil` when it does not count,
  /// or not with this page. The last page's count is the one that proves the list.
  public var total: RecordCount?
  /// How many of the vendor's records this page brought: what ``total`` counts. A record may bear
  /// several IDs.
  public var records: Int
  /// Caps and cursors in a few words: `search capped, listed by key`.
  public var note: String?

  /// A page of a system's links.
  ///
  /// - Parameter records: How many records it brought, when that is not the number of links.
  public init(
    links: [Link], next: PageCursor?, total: RecordCount? = nil, records: Int? = nil,
    note: String? = nil
  ) {
    self.links = links
    self.next = next
    self.total = total
    self.records = records ?? links.count
    self.note = note
  }
}

/// What a probe brings back.
public struct ProbeAnswer: Hashable, Sendable {
  /// The vendor's clock; `nil` when it does not tell.
  public var serverTime: Timestamp?
  /// When the credentials end; `nil` when unknown or never.
  public var credentialsExpire: Timestamp?
  /// Calls left in the vendor's current window; `nil` when it does not tell.
  public var callsLeft: Int?
  /// Who we are there, in words: `portal 123 (EUR)`.
  public var identity: String
  /// What the configuration names and the system no longer has so; `nil` when nobody looked.
  public var drift: [SchemaDrift]?

  /// What a probe brings back.
  public init(
    serverTime: Timestamp? = nil, credentialsExpire: Timestamp? = nil, callsLeft: Int? = nil,
    identity: String, drift: [SchemaDrift]? = nil
  ) {
    self.serverTime = serverTime
    self.credentialsExpire = credentialsExpire
    self.callsLeft = callsLeft
    self.identity = identity
    self.drift = drift
  }
}
