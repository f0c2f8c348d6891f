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

  /// A call under way.
  struct Call {
    var kind: RecordKind
    var ids: [DealID]
    /// When it was decided: what it brings is at least that fresh, however late it arrives.
    var began: Timestamp
    /// Those of them that are read because a person asked.
    var forced: Set<DealID> = []
    /// Whether it reads a change off screen, which no scrolling makes superfluous.
    var isOffScreen = false
    /// What the system had reported of these deals.
    var reports: [DealID: ChangeLedger.Report] = [:]
    var work: Task<Pulled, any Error>?
    /// Hears which exchanges answer it.
    var recorder = ExchangeRecorder()
  }

  /// What the engine keeps for one system.
  struct Line {
    let system: ConfiguredSystem
    let adapter: any Adapter
    var pace = Breaker()
    var calls: [Int: Call] = [:]
    var changeCursor: PageCursor?
    var nextPoll: Timestamp?
    var isPolling = false
    var isProbing = false
    var isAskingFlows = false
    var nextFlows: Timestamp?
    var lastProbe: Timestamp?
    /// When it was first asked for changes; `nil` before it answered.
    var watchedSince: Timestamp?
    /// Why it could not say what changed the last time.
    var pollFailure: SystemError?
    /// Calls left before the next poll for changes off screen.
    var changeCalls = 0
    /// Questions of a person under way: single records and IDs.
    var lookups = 0
    var coverage: SystemHealth.LinkCoverage?
    /// Records in a conflict whose history is still to be asked for, and is asked for now.
    var historiesWanted: [RecordReference: WantedHistory] = [:]
    var historiesAsked: [RecordReference: WantedHistory] = [:]
    var waiter: CheckedContinuation<Void, Never>?
    /// Until when it waits; `nil` for as long as nobody wakes it.
    var waitsUntil: Timestamp?
    var hasWork = false
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

  // MARK: - Asking

  /// The life of one system: ask what is due, wait for the next thing due.
  private func serve(_ name: SystemName) async {
    await withDiscardingTaskGroup { group in
      while !Task.isCancelled {
        lines[name]?.hasWork = false
        shut(name)
        while let (number, call) = nextCall(of: name) {
          group.addTask { await self.perform(number, call, at: name) }
        }
        if let batch = nextHistories(of: name) {
          group.addTask { await self.askHistories(batch, at: name) }
        }
        if isPollDue(name) {
          lines[name]?.isPolling = true
          group.addTask { await self.poll(name) }
        }
        if isProbeDue(name) {
          lines[name]?.isProbing = true
          group.addTask { await self.probe(name) }
        }
        if areFlowsDue(name) {
          lines[name]?.isAskingFlows = true
          group.addTask { await self.askFlows(name) }
        }
        await waitForWork(name, until: nextDue(name))
      }
    }
  }

  /// The next batch that is due at a system and may be asked now; marks its sections as asking.
  private func nextCall(of name: SystemName) -> (Int, Call)? {
    guard let line = lines[name] else { return nil }
    let limit = line.pace.isFailing ? 1 : Self.callsPerSystem
    guard line.calls.count < limit, !isTrialUnderWay(line) else { return nil }
    let now = time.now()
    for kind in line.adapter.capabilities.kinds.sorted() {
      guard line.pace.mayAsk(.records(kind), at: now),
        let ids = batch(of: kind, at: line, now: now)
      else { continue }
      lastCallNumber += 1
      let key = SectionKey(system: name, kind: kind)
      let wanted = Set(demand.ordered)
      if !ids.contains(where: wanted.contains) { lines[name]?.changeCalls -= 1 }
      let call = Call(
        kind: kind, ids: ids, began: now, forced: Set(ids).intersection(forced[key] ?? []),
        isOffScreen: !ids.allSatisfy(wanted.contains), reports: changes.take(key, ids),
        recorder: ExchangeRecorder(depth))
      lines[name]?.calls[lastCallNumber] = call
      for id in ids {
        forced[key]?.remove(id)
        dossiers[id, default: Dossier(id: id)].sections[key, default: Section()].isAsking = true
      }
      post(ids)
      return (lastCallNumber, call)
    }
    return nil
  }

  /// The deals to ask a system for, one kind, the most urgent first; `nil` when none is due.
  private func batch(of kind: RecordKind, at line: Line, now: Timestamp) -> [DealID]? {
    let key = SectionKey(system: line.system.name, kind: kind)
    let size = line.adapter.capabilities.batchSizes[kind] ?? 1
    let onScreen = demand.onScreen
    var due: [DealID] = []
    var riders: [DealID] = []
    for id in demand.ordered where plan.kinds(of: line.system, for: index[id]).contains(kind) {
      if let at = dueAt(key, of: id, isOnScreen: onScreen.contains(id), now: now), at <= now {
        due.append(id)
      } else {
        let section = dossiers[id]?.sections[key] ?? Section()
        if plan.mayRideAlong(section, limits: line.system.limits, now: now) { riders.append(id) }
      }
    }
    // Changes off screen are told as well: with what is sent anyway, or in a few calls per poll.
    due += changedOffScreen(
      key, at: line, besides: due, room: size - due.count, rides: !due.isEmpty)
    guard !due.isEmpty else { return nil }
    return Array((due + riders).prefix(size))
  }

  /// When a section of a deal is to be read; `nil` while nothing speaks for it.
  func dueAt(
    _ key: SectionKey, of id: DealID, isOnScreen: Bool, now: Timestamp
  ) -> Timestamp? {
    guard let limits = lines[key.system]?.system.limits else { return nil }
    let section = dossiers[id]?.sections[key] ?? Section()
    if !section.isAsking,
      forced[key]?.contains(id) == true || changes.awaited[key]?[id] != nil
    {
      return now
    }
    return plan.dueAt(section, limits: limits, isOnScreen: isOnScreen, now: now)
  }

  private func perform(_ number: Int, _ call: Call, at name: SystemName) async {
    guard let adapter = lines[name]?.adapter else { return }
    let work = Task {
      try await ExchangeRecorder.$current.withValue(call.recorder) {
        let watermark = try await adapter.watermark(of: call.kind)
        return Pulled(
          records: try await adapter.records(of: call.kind, for: call.ids), watermark: watermark)
      }
    }
    lines[name]?.calls[number]?.work = work
    // What is wanted may have changed since the call was decided.
    cancelUnwanted()
    let outcome = await withTaskCancellationHandler {
      await work.result
    } onCancel: {
      work.cancel()
    }
    lines[name]?.calls[number] = nil
    settle(call, outcome, at: name)
    wake(name)
    resumeSettlers()
  }

  /// Enters the outcome of a call into the dossiers, the pace and the health.
  private func settle(
    _ call: Call, _ outcome: Result<Pulled, any Error>, at name: SystemName
  ) {
    let key = SectionKey(system: name, kind: call.kind)
    switch outcome {
    case .success(let pulled):
      let records = pulled.records
      let asOf = pulled.holds(askedAt: call.began)
      lines[name]?.pace.succeeded(asking: .records(call.kind))
      // One array for the whole batch.
      let requests = call.recorder.traces
      for id in call.ids {
        guard let found = records[id] else { continue }
        // A record for a deal nobody asked about is never joined.
        let own = stamped(found.filter { $0.dealID == id }, from: name)
        // A page of the list that was asked later may have arrived before.
        if let known = dossiers[id]?.sections[key]?.lastAsked, known > call.began {
          dossiers[id]?.sections[key]?.isAsking = false
          dossiers[id]?.sections[key]?.failure = nil
          continue
        }
        noteChanges(key, of: id, to: own, report: call.reports[id], at: time.now())
        dossiers[id, default: Dossier(id: id)].sections[key] = Section(
          records: own, fetchedAt: asOf, askedAt: asOf == call.began ? nil : call.began,
          requests: requests)
        if call.kind == .deals, name == company.sharedID.origin {
          noteOrigin(own, at: call.began)
        }
      }
      // An ID that was left out has not been answered: that is not "none".
      let unanswered = call.ids.filter { records[$0] == nil }
      if !unanswered.isEmpty {
        let error = SystemError(
          .malformed, system: name,
          message: "\(name) answered without saying anything about \(unanswered.count) deals.")
        let reports = call.reports.filter { unanswered.contains($0.key) }
        let rest = Call(
          kind: call.kind, ids: unanswered, began: call.began, reports: reports,
          recorder: call.recorder)
        failed(rest, with: error, at: name)
      }
    case .failure(is CancellationError):
      for id in call.ids { dossiers[id]?.sections[key]?.isAsking = false }
      // What changed, or was asked for, is not forgotten because nobody looked for a moment.
      changes.giveBack(key, call.reports)
      if mode == .dashboard { forced[key, default: []].formUnion(call.forced) }
    case .failure(let error):
      failed(call, with: systemError(error, at: name), at: name)
    }
    wantHistories(of: call.ids)
    post(call.ids)
    postChanges()
    postWatch()
    postHealth()
    trimDossiers()
  }

  private func failed(_ call: Call, with error: SystemError, at name: SystemName) {
    let now = time.now()
    let key = SectionKey(system: name, kind: call.kind)
    lines[name]?.pace.failed(
      error, asking: .records(call.kind), at: now, random: random.next())
    log.answerUnusable(error, operation: call.kind.rawValue, of: name, at: now)
    fail(call.ids, key: key, error: error, at: now, requests: call.recorder.traces)
    spread(error, over: name, at: now)
    changes.giveBack(key, call.reports)
  }

  private func noteOrigin(_ records: [Record], at now: Timestamp) {
    guard let first = records.first else { return }
    let before = index[first.dealID]
    index.note(first)
    continuation.yield(.indexed(records, fetchedAt: now))
    // Now it is known which of the other systems to ask.
    if index[first.dealID] != before { wakeAll() }
  }

  private func fail(
    _ ids: [DealID], key: SectionKey, error: SystemError, at now: Timestamp,
    requests: [RequestTrace] = []
  ) {
    for id in ids {
      let old = dossiers[id]?.sections[key] ?? Section()
      let since = old.failure?.since ?? now
      dossiers[id, default: Dossier(id: id)].sections[key] = Section(
        records: old.records, fetchedAt: old.fetchedAt, askedAt: old.askedAt,
        failure: .init(error: error, since: since, requests: requests), requests: old.requests)
    }
  }

  /// A system that does not answer at all has not answered for its other sections either.
  func spread(_ error: SystemError, over name: SystemName, at now: Timestamp) {
    guard lines[name]?.pace.isFailing == true else { return }
    var touched: [DealID] = []
    for id in demand.ordered {
      for key in sections(of: name, for: id) {
        let section = dossiers[id]?.sections[key] ?? Section()
        guard !section.isAsking, section.failure == nil else { continue }
        fail([id], key: key, error: error, at: now)
        touched.append(id)
      }
    }
    post(touched)
  }

  /// Records with how far the clock that stamped them is off.
  func stamped(_ records: [Record], from name: SystemName) -> [Record] {
    let skew = log.clockCorrection(of: name)
    guard skew != .zero else { return records }
    return records.map { record in
      var record = record
      record.clockSkew = skew
      return record
    }
  }

  func systemError(_ error: any Error, at name: SystemName) -> SystemError {
    if let isolated = error as? Isolated { return isolated.error }
    if let known = error as? SystemError { return known }
    return SystemError(
      .unavailable, system: name, message: "\(name) could not be read.",
      cause: String(describing: type(of: error)))
  }
}
