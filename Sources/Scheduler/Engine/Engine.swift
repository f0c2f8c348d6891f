public import AdapterKit
public import DealModel
public import TruthEngine

/// Asks the systems what the screen needs: batched, coalesced, cancellable, side by side.
///
/// The engine holds readings in memory only. Each system has its own pace and its own calls; a
/// failing one keeps its last readings, which age, and is asked again with growing patience for as
/// long as the engine runs. Decisions are made synchronously (``Breaker``, ``SectionPlan``), calls run
/// as child tasks, and what they bring is told in order through ``events``.
public actor Engine {
  /// How the engine is used.
  public enum Mode: Sendable {
    /// Reads the index, keeps what is on screen fresh and asks for changes, until cancelled.
    case dashboard
    /// Answers questions as they come and asks nothing by itself: for commands.
    case command
  }

  /// What happened, in order. For one audience.
  public nonisolated let events: AsyncStream<EngineEvent>

  /// How often a system is asked for changes.
  static let pollInterval = Duration.seconds(10)
  /// The most calls under way at one system; the adapter's own limits may be lower.
  static let callsPerSystem = 4
  /// The most deals whose readings are kept when they are not on screen.
  static let dossiersKept = 2_000
  /// The most deals of which every value is remembered, so that changes can be told with the value
  /// before.
  public static let rememberedDeals = dossiersKept

  let company: CompanyModel
  let plan: SectionPlan
  let assessor: Assessor
  let log: CallLog
  let time: any TimeSource
  let random: any RandomSource
  let continuation: AsyncStream<EngineEvent>.Continuation

  var lines: [SystemName: Line]
  var index: DealIndex
  var demand = Demand()
  var dossiers: [DealID: Dossier] = [:]
  /// What histories told of records in a conflict.
  var histories: [RecordReference: KeptHistory] = [:]
  /// Sections to read again whatever their age: a person asked.
  var forced: [SectionKey: Set<DealID>] = [:]
  /// Flow → what is known of its runs.
  var flowReadings: [String: FlowReading] = [:]
  /// What was reported as changed, and what has been told.
  var changes: ChangeLedger
  /// Changes found and not told yet.
  var foundChanges: [DealChange] = []
  var postedWatch: ChangeWatch?
  var mode = Mode.command
  var startedAt: Timestamp?
  var lastCallNumber = 0
  var settlers: [(id: Int, continuation: CheckedContinuation<Void, Never>)] = []
  var isHealthPosted = false
  /// What is remembered of the exchanges behind each reading.
  var depth = ExchangeRecorder.Depth.numbers
  /// Whether every deal of the origin has been listed at least once.
  var isIndexWhole = false
  /// The comparison of links under way, and who carries it out.
  var linkSweep: LinkSweep?
  var linkTask: Task<LinkFindings, Never>?

  /// An engine for a company. Nothing is asked before ``run(_:)``.
  ///
  /// - Parameters:
  ///   - adapters: One for every system of the company. A system without one is never asked.
  ///   - log: The observer that the adapters report to.
  public init(
    company: CompanyModel, adapters: [SystemName: any Adapter], log: CallLog,
    time: any TimeSource, random: any RandomSource
  ) {
    self.company = company
    self.log = log
    self.time = time
    self.random = random
    plan = SectionPlan(company: company, capabilities: adapters.mapValues(\.capabilities))
    assessor = Assessor(of: company)
    index = DealIndex(company.ownership)
    changes = ChangeLedger(of: company)
    lines = [:]
    for system in company.systems {
      lines[system.name] = adapters[system.name].map { Line(system: system, adapter: $0) }
    }
    (events, continuation) = AsyncStream.makeStream()
  }

  /// Serves until the task is cancelled; then sessions at the vendors are ended and ``events``
  /// finishes. Called once.
  public func run(_ mode: Mode) async {
    self.mode = mode
    startedAt = time.now()
    log.onChange { [weak self] in
      guard let self else { return }
      Task { await self.healthChanged() }
    }
    postHealth()
    postWatch()
    await withDiscardingTaskGroup { group in
      for name in lines.keys { group.addTask { await self.serve(name) } }
      if mode == .dashboard {
        group.addTask { await self.keepIndex() }
        group.addTask { await self.keepLinks() }
      }
    }
    log.onChange(nil)
    await withDiscardingTaskGroup { group in
      for line in lines.values { group.addTask { await line.adapter.close() } }
    }
    continuation.finish()
  }

  // MARK: - What is wanted

  /// Says what is on screen. What was wanted before and no longer is gets cancelled.
  public func show(visible: [DealID], nearby: [DealID], selected: DealID?) {
    let next = Demand(selected: selected, visible: visible, nearby: nearby)
    guard next != demand else { return }
    demand = next
    cancelUnwanted()
    wantHistories(of: next.ordered)
    wakeAll()
    postHealth()
  }

  /// Reads these deals again now, whatever their age and the system's pace; everything on screen
  /// when the list is empty.
  public func pullAgain(_ ids: [DealID]) {
    let wanted = ids.isEmpty ? demand.ordered : ids
    for name in lines.keys {
      lines[name]?.pace.retryNow(at: time.now())
      for id in wanted {
        for key in sections(of: name, for: id) { forced[key, default: []].insert(id) }
      }
    }
    wakeAll()
  }

  /// Reads everything about these deals and returns when every section has been answered or has
  /// failed: what a command needs.
  ///
  /// - Parameter anew: Whether what is known and fresh is read again.
  /// - Returns: Dossiers in the order of the IDs; an ID that no system knows has empty sections.
  public func pull(_ ids: [DealID], anew: Bool = false) async -> [Dossier] {
    var pulled: [Dossier] = []
    pulled.reserveCapacity(ids.count)
    for start in stride(from: 0, to: ids.count, by: 400) {
      let chunk = Array(ids[start..<min(start + 400, ids.count)])
      // A deal's entity decides which ERP to ask: the origin answers first.
      let unknown = chunk.filter { !index.contains($0) }
      if !unknown.isEmpty {
        demand = Demand(visible: unknown)
        wakeAll()
        await settle()
      }
      demand = Demand(visible: chunk)
      if anew { pullAgain(chunk) } else { wakeAll() }
      await settle()
      pulled += chunk.map { dossiers[$0] ?? Dossier(id: $0) }
      if Task.isCancelled { break }
    }
    return pulled
  }
}
