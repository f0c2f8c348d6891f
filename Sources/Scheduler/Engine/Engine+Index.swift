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
        let recorder = ExchangeRecorder(depth)
        let page = try await recorder.recording { try await adapter.dealPage(after: cursor) }
        try Task.checkCancellation()
        lines[origin]?.pace.succeeded(asking: .index)
        enter(
          stamped(page.deals, from: origin), at: asked, listingSince: began,
          requests: recorder.traces)
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
    confirmGone(seen)
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
  private func enter(
    _ records: [Record], at asked: Timestamp, listingSince began: Timestamp,
    requests: [RequestTrace]
  ) {
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
      var section = Section(records: own, fetchedAt: asked, requests: requests)
      if let before = dossiers[id]?.sections[key], let fetchedAt = before.fetchedAt,
        fetchedAt >= began
      {
        let known = Set(own.map(\.reference))
        section.records = own + (before.records ?? []).filter { !known.contains($0.reference) }
        section.fetchedAt = fetchedAt
        section.requests = before.requests + requests.filter { !before.requests.contains($0) }
      }
      if let before = dossiers[id] {
        foundChanges += changes.listed(own, in: key, of: before, at: time.now())
      }
      dossiers[id, default: Dossier(id: id)].sections[key] = section
    }
    post(Array(byDeal.keys))
    postChanges()
    wakeAll()
  }
}
