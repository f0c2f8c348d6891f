import AdapterKit
import DealModel
public import TruthEngine

/// A comparison of links under way.
struct LinkSweep: Sendable {
  /// What has been listed, as far as judging needs it.
  var ledger: LinkLedger
  /// How far each system is.
  var systems: [SystemName: SystemSweep] = [:]
  /// Why systems could not be asked.
  var failures: [SystemError] = []
}

extension Engine {
  /// How often the links of all systems are compared.
  static let linkInterval = Duration.seconds(15 * 60)
  /// How soon they are compared again when some system could not be asked.
  static let linkRetryInterval = Duration.seconds(2 * 60)
  /// How long the comparison leaves a system alone while it is asked for what is on screen.
  static let linkPause = Duration.milliseconds(200)
  /// How often a page is asked for before a system is given up until the next comparison.
  static let linkAttempts = 5

  /// Compares links once the index is whole, and again now and then.
  func keepLinks() async {
    while !Task.isCancelled {
      do {
        while !isIndexWhole { try await time.sleep(for: .seconds(1)) }
        let findings = await compareLinks()
        let wait = findings.failures.isEmpty ? Self.linkInterval : Self.linkRetryInterval
        try await time.sleep(for: wait)
      } catch {
        return
      }
    }
  }

  /// Compares the links of all systems with the deals of the origin, page by page, and tells the
  /// audience how far it is and what it found. One comparison runs at a time: who asks meanwhile
  /// waits for that one.
  ///
  /// With a dashboard it makes way: a system that is being asked for what is on screen is left alone
  /// until that has arrived, and one that fails is tried again at its pace. What seems broken because
  /// lists were read at different times is asked for once more, by its ID, before it is judged.
  @discardableResult
  public func compareLinks() async -> LinkFindings {
    let task: Task<LinkFindings, Never>
    if let running = linkTask {
      task = running
    } else {
      // Unstructured, so that several may wait for it; whoever is cancelled cancels it.
      task = Task { await self.sweepLinks() }
      linkTask = task
    }
    return await withTaskCancellationHandler {
      await task.value
    } onCancel: {
      task.cancel()
    }
  }

  /// Stops the comparison under way; what it has found so far is judged no further.
  public func stopLinks() { linkTask?.cancel() }

  private func sweepLinks() async -> LinkFindings {
    defer {
      linkTask = nil
      linkSweep = nil
    }
    let origin = company.sharedID.origin
    var sweep = LinkSweep(ledger: LinkLedger(of: company))
    for (name, line) in lines where line.adapter.capabilities.listsLinks || name == origin {
      sweep.systems[name] = SystemSweep(system: name)
    }
    linkSweep = sweep
    // The origin first: what others bear is looked up among its deals as it arrives.
    await list(origin)
    await withDiscardingTaskGroup { group in
      for name in sweep.systems.keys where name != origin {
        group.addTask { await self.list(name) }
      }
    }
    await confirmAtOrigin()
    await withDiscardingTaskGroup { group in
      for name in sweep.systems.keys where name != origin {
        group.addTask { await self.confirmMissing(at: name) }
      }
    }
    return await judgeLinks()
  }

  private func judgeLinks() async -> LinkFindings {
    let empty = LinkSurvey()
    guard let sweep = linkSweep else {
      return LinkFindings(survey: empty, failures: [], proof: [])
    }
    let proof = proof(of: sweep)
    if Task.isCancelled {
      continuation.yield(.linkProgress(proof))
      return LinkFindings(survey: empty, failures: sweep.failures, proof: proof)
    }
    let survey = await Self.judged(sweep.ledger, on: time.now().date)
    let findings = LinkFindings(
      survey: survey, failures: sweep.failures.sorted { $0.system < $1.system }, proof: proof)
    for name in lines.keys { lines[name]?.coverage = survey.coverage[name] }
    continuation.yield(.links(findings))
    postHealth()
    return findings
  }

  /// Judges away from the actor: it may take a second in a company of a hundred thousand deals, and
  /// the screen must not wait for it.
  @concurrent
  private static func judged(_ ledger: LinkLedger, on today: CalendarDate) async -> LinkSurvey {
    ledger.survey(on: today)
  }

  // MARK: - Listing

  private func list(_ name: SystemName) async {
    guard let adapter = lines[name]?.adapter else { return }
    let asDeals = listsDealsForLinks(adapter, named: name)
    do {
      try await Self.walk(name) { cursor in
        let page = try await asking(name, as: .listing) {
          try await Self.linkPage(of: adapter, asDeals: asDeals, after: cursor)
        }
        take(page, from: name)
        return page.next
      }
      tell(name) { $0.stage = .done }
      if linkSweep?.systems[name]?.isComplete == true { linkSweep?.ledger.finish(name) }
    } catch {
      fail(error, at: name, "list links")
    }
  }

  private func take(_ page: LinkPage, from name: SystemName) {
    linkSweep?.ledger.take(page.links, of: name)
    tell(name) { sweep in
      sweep.records += page.records
      sweep.linked += page.links.count { $0.dealID != nil }
      if let total = page.total { sweep.total = total }
      if let note = page.note { sweep.note = note }
    }
  }

  /// Whether the origin's deals have to be listed whole: it lists no links, or not what decides who
  /// owns the deals' records and at which stage they are due.
  private func listsDealsForLinks(_ adapter: any Adapter, named name: SystemName) -> Bool {
    guard name == company.sharedID.origin, adapter.capabilities.listsDeals else { return false }
    let owners = Array(company.ownership.domains.values) + Array(company.ownership.fields.values)
    var deciding: Set<FieldName> = company.linkDue.isEmpty ? [] : [.stage]
    for case .split(let field, _) in owners { deciding.insert(field) }
    let capabilities = adapter.capabilities
    return !capabilities.listsLinks || !deciding.isSubset(of: capabilities.linkFields)
  }

  private static func linkPage(
    of adapter: any Adapter, asDeals: Bool, after cursor: PageCursor?
  ) async throws -> LinkPage {
    guard asDeals else { return try await adapter.linkPage(after: cursor) }
    let page = try await adapter.dealPage(after: cursor)
    return LinkPage(
      links: page.deals.map { Link($0) } + page.unlinked, next: page.next,
      total: page.total.map { RecordCount($0) })
  }

  // MARK: - Confirming

  /// Asks the origin for the IDs it did not list, for deals are created while lists are read; and
  /// what became of those it does not know.
  private func confirmAtOrigin() async {
    let origin = company.sharedID.origin
    guard let adapter = lines[origin]?.adapter else { return }
    let repeated = linkSweep?.ledger.repeatedIDs ?? []
    let doubtful = Set((linkSweep?.ledger.unknownIDs ?? []) + repeated).sorted()
    guard !doubtful.isEmpty else { return }
    guard linkSweep?.systems[origin]?.stage == .done else {
      linkSweep?.ledger.originCannotConfirm()
      return
    }
    do {
      if let size = adapter.capabilities.batchSizes[.deals] {
        for batch in doubtful.batches(of: size) {
          // Awaited first: nothing may wait while the sweep is being changed in place.
          let answer = try await records(.deals, batch, at: origin, adapter)
          linkSweep?.ledger.confirm(answer)
        }
      }
    } catch {
      linkSweep?.ledger.originCannotConfirm()
      return fail(error, at: origin, "confirm links")
    }
    let orphaned = linkSweep?.ledger.orphanedIDs ?? []
    guard adapter.capabilities.followsDeparted, !orphaned.isEmpty else {
      return tell(origin) { $0.stage = .done }
    }
    do {
      let departed = try await asking(origin, as: .confirming) {
        try await adapter.departedDeals(orphaned)
      }
      linkSweep?.ledger.note(departed)
      tell(origin) { $0.stage = .done }
    } catch {
      fail(error, at: origin, "follow deals that are gone")
    }
  }

  /// Asks a system for the records that are due and did not come with its list.
  private func confirmMissing(at name: SystemName) async {
    guard let adapter = lines[name]?.adapter else { return }
    let missing = linkSweep?.ledger.missing(in: name, on: time.now().date) ?? [:]
    for (domain, ids) in missing.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      var doubtful = ids
      do {
        for kind in adapter.capabilities.kinds.sorted() where kind.domain == domain {
          for batch in doubtful.batches(of: adapter.capabilities.batchSizes[kind] ?? 1) {
            let found = try await records(kind, batch, at: name, adapter).filter { answer in
              answer.value.contains { $0.dealID == answer.key }
            }
            linkSweep?.ledger.confirm(domain, in: name, found: found.keys)
            doubtful.removeAll { found[$0] != nil }
          }
        }
        tell(name) { $0.stage = .done }
      } catch {
        linkSweep?.ledger.cannotConfirm(domain, in: name, doubtful)
        return fail(error, at: name, "confirm links")
      }
    }
  }

  /// Records by ID; an ID that the answer leaves out has not been answered.
  private func records(
    _ kind: RecordKind, _ ids: [DealID], at name: SystemName, _ adapter: any Adapter
  ) async throws -> [DealID: [Record]] {
    let answer = try await asking(name, as: .confirming) {
      try await adapter.records(of: kind, for: ids)
    }
    guard ids.allSatisfy({ answer[$0] != nil }) else {
      throw SystemError(
        .malformed, system: name,
        message: "\(name) answered without saying anything about some of the deals asked for.")
    }
    return answer
  }

  // MARK: - Asking

  /// Asks a system once it has nothing more urgent to do, and again at its pace while it fails in
  /// passing. A command asks at once and once: its port retries.
  private func asking<Answer: Sendable>(
    _ name: SystemName, as stage: SystemSweep.Stage, _ ask: @Sendable () async throws -> Answer
  ) async throws -> Answer {
    var attempts = 0
    while true {
      try await giveWay(at: name)
      tell(name) { $0.stage = stage }
      do {
        let answer = try await ask()
        try Task.checkCancellation()
        lines[name]?.pace.succeeded(asking: .links)
        return answer
      } catch let error as CancellationError {
        throw error
      } catch {
        let known = systemError(error, at: name)
        lines[name]?.pace.failed(known, asking: .links, at: time.now(), random: random.next())
        attempts += 1
        guard mode == .dashboard, known.kind.isPassing, attempts < Self.linkAttempts else {
          throw known
        }
      }
    }
  }

  /// Waits while a system is being asked for what is on screen, or is not to be asked yet.
  private func giveWay(at name: SystemName) async throws {
    try Task.checkCancellation()
    try checkIsolation(name)
    guard mode == .dashboard else { return }
    while true {
      try checkIsolation(name)
      if let line = lines[name], !line.calls.isEmpty || line.lookups > 0 {
        tell(name) { $0.stage = .paused }
        try await time.sleep(for: Self.linkPause)
      } else if let next = lines[name]?.pace.nextAttempt(of: .links), next > time.now() {
        try await time.sleep(until: next)
      } else {
        return
      }
    }
  }

  // MARK: - Telling

  private func fail(_ error: any Error, at name: SystemName, _ operation: String) {
    if error is CancellationError { return tell(name) { $0.stage = .stopped } }
    let known = systemError(error, at: name)
    tell(name) { $0.stage = .failed(known) }
    linkSweep?.failures.append(known)
    // An isolated system was not asked: that says nothing about its health.
    guard lines[name]?.pace.isolatedSince == nil else { return }
    log.answerUnusable(known, operation: operation, of: name, at: time.now())
  }

  private func tell(_ name: SystemName, _ change: (inout SystemSweep) -> Void) {
    guard var system = linkSweep?.systems[name] else { return }
    let before = system
    change(&system)
    guard system != before else { return }
    linkSweep?.systems[name] = system
    if let sweep = linkSweep { continuation.yield(.linkProgress(proof(of: sweep))) }
  }

  private func proof(of sweep: LinkSweep) -> [SystemSweep] {
    company.systems.compactMap { sweep.systems[$0.name] }
  }

  /// Asks for page after page until there is none; a page that comes twice ends the walk.
  ///
  /// - Throws: ``SystemError`` of kind `malformed` when the pages go round in circles.
  static func walk(
    _ name: SystemName, isolation: isolated (any Actor)? = #isolation,
    _ page: (PageCursor?) async throws -> PageCursor?
  ) async throws {
    var seen: Set<PageCursor> = []
    var cursor: PageCursor?
    repeat {
      try Task.checkCancellation()
      cursor = try await page(cursor)
      if let cursor, !seen.insert(cursor).inserted || seen.count > maximumPages {
        throw SystemError(
          .malformed, system: name,
          message: "\(name) goes round in circles: the same page of its list came twice.")
      }
    } while cursor != nil
  }
}

extension SystemError.Kind {
  /// Whether the same question may be answered a little later.
  fileprivate var isPassing: Bool {
    switch self {
    case .unavailable, .throttled: true
    case .unauthorized, .drifted, .malformed, .refused: false
    }
  }
}

extension Array {
  /// In pieces of at most that many.
  fileprivate func batches(of size: Int) -> [[Element]] {
    stride(from: 0, to: count, by: Swift.max(1, size)).map {
      Array(self[$0..<Swift.min($0 + Swift.max(1, size), count)])
    }
  }
}
