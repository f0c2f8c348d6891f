import AdapterKit
public import DealModel
public import TruthEngine

extension Engine {
  /// How often the links of all systems are compared.
  static let linkInterval = Duration.seconds(15 * 60)

  /// Compares links once the index is whole, and again now and then. In a company too large to keep
  /// in memory that is a question for the command, not for every dashboard.
  func keepLinks() async {
    while !Task.isCancelled {
      do {
        while !isIndexWhole { try await time.sleep(for: .seconds(1)) }
        if index.count <= Self.dossiersKept { await compareLinks() }
        try await time.sleep(for: Self.linkInterval)
      } catch {
        return
      }
    }
  }

  /// Compares the links of all systems with the deals of the origin, and tells the audience.
  ///
  /// - Returns: What is broken and how complete the links are, by the systems that answered; and why
  ///   the others did not.
  @discardableResult
  public func compareLinks() async -> (survey: LinkSurvey, failures: [SystemError]) {
    var failures: [SystemError] = []
    var deals: [Record]?
    do {
      deals = try await originDeals()
    } catch is CancellationError {
      return (Assessor(of: company).survey(deals: nil, links: [:]), [])
    } catch {
      failures.append(systemError(error, at: company.sharedID.origin))
    }
    var links: [SystemName: [Link]] = [:]
    await withTaskGroup(of: ListedLinks.self) { group in
      for (name, line) in lines where line.adapter.capabilities.listsLinks {
        let adapter = line.adapter
        group.addTask { await self.listLinks(of: adapter, named: name) }
      }
      for await listed in group {
        if let error = listed.failure { failures.append(error) }
        if let found = listed.links { links[listed.system] = found }
      }
    }
    for error in failures where lines[error.system]?.pace.isolatedSince == nil {
      log.answerUnusable(error, operation: "list links", of: error.system, at: time.now())
    }
    let survey = Assessor(of: company).survey(deals: deals, links: links)
    if !Task.isCancelled {
      for name in lines.keys { lines[name]?.coverage = survey.coverage[name] }
      continuation.yield(
        .links(survey.faults, coverage: survey.coverage, failures: failures))
      postHealth()
    }
    return (survey, failures.sorted { $0.system < $1.system })
  }

  /// The origin's records: those at hand when the whole index is, else listed anew.
  private func originDeals() async throws -> [Record] {
    let origin = company.sharedID.origin
    let key = SectionKey(system: origin, kind: .deals)
    if isIndexWhole, index.count <= Self.dossiersKept {
      let known = index.ids.compactMap { dossiers[$0]?.sections[key]?.records }
      if known.count == index.count { return known.flatMap(\.self) }
    }
    guard let adapter = lines[origin]?.adapter else { return [] }
    var deals: [Record] = []
    try await Self.walk(origin) { cursor in
      try checkIsolation(origin)
      let page = try await adapter.dealPage(after: cursor)
      deals += page.deals
      return page.next
    }
    return deals
  }

  /// What came of listing one system's links; neither links nor a failure when it was cancelled.
  ///
  /// Not a tuple: Swift 6.3's optimiser breaks child tasks that return a pair of a string and a
  /// result.
  private struct ListedLinks: Sendable {
    let system: SystemName
    var links: [Link]?
    var failure: SystemError?
  }

  private func listLinks(of adapter: any Adapter, named name: SystemName) async -> ListedLinks {
    var listed = ListedLinks(system: name)
    do {
      var links: [Link] = []
      try await Self.walk(name) { cursor in
        try checkIsolation(name)
        let page = try await adapter.linkPage(after: cursor)
        links += page.links
        return page.next
      }
      listed.links = links
    } catch is CancellationError {
    } catch {
      listed.failure = systemError(error, at: name)
    }
    return listed
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
