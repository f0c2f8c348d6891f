import AdapterKit
public import DealModel
import TruthEngine

extension Engine {
  /// How long the index counts as whole before it is listed anew.
  static let relistInterval = Duration.seconds(15 * 60)
  /// The most pages of an index or of links: beyond it a vendor that never ends is at fault.
  static let maximumPages = 20_000

  /// Lists the deals of the origin, page by page, and lists them anew now and then.
  func keepIndex() async {
    while !Task.isCancelled {
      do {
        _ = try await readIndex()
        try await time.sleep(for: Self.relistInterval)
      } catch let error as SystemError {
        let attempt = lines[error.system]?.pace.nextAttempt(of: .index) ?? time.now()
        let isOut = lines[error.system]?.pace.isolatedSince != nil
        let earliest = time.now().adding(.seconds(isOut ? 10 : 1))
        try? await time.sleep(until: max(attempt, earliest))
      } catch {
        return
      }
    }
  }

  /// Reads the whole index of deals once.
  ///
  /// Pages are told as they arrive. A failure keeps what has arrived.
  ///
  /// - Returns: The IDs of the deals in the origin's order, and the origin's deals without an ID.
  /// - Throws: ``SystemError`` or `CancellationError`.
  public func readIndex() async throws -> (ids: [DealID], unlinked: [Link]) {
    let origin = company.sharedID.origin
    guard let adapter = lines[origin]?.adapter else { return ([], []) }
    let began = time.now()
    var ids: [DealID] = []
    var seen: Set<DealID> = []
    var unlinked: [Link] = []
    do {
      try await Self.walk(origin) { cursor in
        try checkIsolation(origin)
        let asked = time.now()
        let page = try await adapter.dealPage(after: cursor)
        try Task.checkCancellation()
        lines[origin]?.pace.succeeded(asking: .index)
        enter(stamped(page.deals, from: origin), at: asked, listingSince: began)
        ids += page.deals.map(\.dealID).filter { seen.insert($0).inserted }
        unlinked += page.unlinked
        return page.next
      }
    } catch let error as CancellationError {
      throw error
    } catch let isolated as Isolated {
      continuation.yield(.indexFailed(isolated.error))
      throw isolated.error
    } catch {
      let known = systemError(error, at: origin)
      let now = time.now()
      lines[origin]?.pace.failed(known, asking: .index, at: now, random: random.next())
      log.answerUnusable(known, operation: "list deals", of: origin, at: now)
      continuation.yield(.indexFailed(known))
      postHealth()
      throw known
    }
    isIndexWhole = true
    continuation.yield(.indexComplete(count: ids.count, fetchedAt: time.now()))
    wakeAll()
    return (ids, unlinked)
  }

  /// Enters a page of the index. In a company of moderate size the records are readings as good as
  /// any other; in a large one only the index remembers the deal.
  ///
  /// - Parameter asked: When the page was asked for: its records are at least that fresh. What has
  ///   been read since is newer and stays.
  private func enter(_ records: [Record], at asked: Timestamp, listingSince began: Timestamp) {
    let key = SectionKey(system: company.sharedID.origin, kind: .deals)
    let byDeal = Dictionary(grouping: records, by: \.dealID).filter { id, _ in
      (dossiers[id]?.sections[key]?.fetchedAt).map { $0 <= asked } ?? true
    }
    let listed = records.filter { byDeal[$0.dealID] != nil }
    for record in listed { index.note(record) }
    continuation.yield(.indexed(listed, fetchedAt: asked))
    guard index.count <= Self.dossiersKept else { return trimDossiers(to: 0) }
    for (id, own) in byDeal where dossiers[id]?.sections[key]?.isAsking != true {
      // A deal ID borne twice may stand on two pages: the second page must not hide the first.
      var section = Section(records: own, fetchedAt: asked)
      if let before = dossiers[id]?.sections[key], let fetchedAt = before.fetchedAt,
        fetchedAt >= began
      {
        let known = Set(own.map(\.reference))
        section.records = own + (before.records ?? []).filter { !known.contains($0.reference) }
        section.fetchedAt = fetchedAt
      }
      dossiers[id, default: Dossier(id: id)].sections[key] = section
    }
    post(Array(byDeal.keys))
    wakeAll()
  }

  // MARK: - Changes

  func isPollDue(_ name: SystemName) -> Bool {
    guard mode == .dashboard, let line = lines[name], !line.isPolling, !isTrialUnderWay(line),
      line.adapter.capabilities.reportsChanges
    else { return false }
    let now = time.now()
    return line.pace.mayAsk(.changes, at: now) && (line.nextPoll.map { $0 <= now } ?? true)
  }

  /// Asks a system what has changed, and has only that read again.
  func poll(_ name: SystemName) async {
    guard let line = lines[name] else { return }
    do {
      let changed = try await line.adapter.changes(since: line.changeCursor)
      lines[name]?.pace.succeeded(asking: .changes)
      lines[name]?.changeCursor = changed.cursor
      for (id, kinds) in changed.deals {
        for kind in kinds where line.adapter.capabilities.kinds.contains(kind) {
          reread(SectionKey(system: name, kind: kind), of: id)
        }
      }
    } catch is CancellationError {
    } catch {
      let known = systemError(error, at: name)
      let now = time.now()
      lines[name]?.pace.failed(known, asking: .changes, at: now, random: random.next())
      log.answerUnusable(known, operation: "changes", of: name, at: now)
    }
    lines[name]?.isPolling = false
    lines[name]?.nextPoll = time.now().adding(Self.pollInterval)
    postHealth()
    wake(name)
  }

  /// Has a section read again that is known to be out of date.
  func reread(_ key: SectionKey, of id: DealID) {
    let isOrigin = key.system == company.sharedID.origin && key.kind == .deals
    // A call under way may have been answered before the change.
    let isAsking = dossiers[id]?.sections[key]?.isAsking == true
    if isOrigin || isAsking || demand.ordered.contains(id) {
      forced[key, default: []].insert(id)
    } else {
      // Off screen: what is known is out of date, and is read when it is shown.
      dossiers[id]?.sections[key] = nil
    }
  }
}
