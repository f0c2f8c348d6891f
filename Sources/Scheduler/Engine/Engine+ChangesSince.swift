import AdapterKit
public import DealModel
public import TruthEngine

/// What the systems say has changed since an instant.
public struct ReportedChanges: Sendable {
  /// Changes without their earlier values, the newest at the source first; those whose time is not
  /// known come last.
  public var changes: [DealChange]
  /// Why systems could not say, or the records that changed could not be read.
  public var failures: [SystemError]
  /// Systems that cannot be asked what changed since then.
  public var silent: [SystemName]
}

extension Engine {
  /// Asks every system which deals' records changed since an instant, and reads those.
  ///
  /// Earlier values are not known: nothing was watched then.
  public func changes(since instant: Timestamp) async -> ReportedChanges {
    var found = ReportedChanges(changes: [], failures: [], silent: [])
    var reported: [SectionKey: [DealID: Bool]] = [:]
    for answer in await reports(since: instant) {
      if answer.isSilent { found.silent.append(answer.system) }
      if let failure = answer.failure { found.failures.append(failure) }
      for (id, kinds) in answer.deals {
        for kind in kinds {
          let key = SectionKey(system: answer.system, kind: kind)
          reported[key, default: [:]][id] = kinds.count == 1
        }
      }
    }
    let ids = Set(reported.values.flatMap(\.keys)).sorted()
    let finder = ChangeFinder(of: company)
    let now = time.now()
    var failures: Set<SystemError> = []
    for dossier in await pull(ids) {
      for (key, section) in dossier.sections.sorted(by: { $0.key < $1.key }) {
        guard let isCertain = reported[key]?[dossier.id] else { continue }
        if let failure = section.failure { failures.insert(failure.error) }
        guard let records = section.records else { continue }
        found.changes += finder.unseenChanges(
          in: key, of: dossier.id, records: records, isCertain: isCertain, since: instant,
          seenAt: now
        ) { $0.modifiedAt.map { $0 >= instant } ?? false }
      }
    }
    found.failures += failures.subtracting(found.failures).sorted { $0.system < $1.system }
    found.changes.sort { ($0.sourceTime?.milliseconds ?? 0) > ($1.sourceTime?.milliseconds ?? 0) }
    return found
  }

  /// Says what is wanted, and returns when all of it has been answered or has failed: what these
  /// deals hold is known from then on, and is compared with what comes later.
  public func readAhead(_ ids: [DealID]) async {
    show(visible: [], nearby: ids, selected: nil)
    await settle()
  }

  /// What one system said changed.
  ///
  /// Not a tuple: Swift 6.3's optimiser breaks child tasks that return a pair of a string and a
  /// result.
  private struct Report: Sendable {
    let system: SystemName
    var deals: [DealID: Set<RecordKind>] = [:]
    var isSilent = false
    var failure: SystemError?
  }

  private func reports(since instant: Timestamp) async -> [Report] {
    var reports: [SystemName: Report] = [:]
    await withTaskGroup(of: Report.self) { group in
      for (name, line) in lines {
        let adapter = line.adapter
        guard adapter.capabilities.reportsChanges,
          let cursor = adapter.cursor(ofChangesSince: instant)
        else {
          reports[name] = Report(system: name, isSilent: true)
          continue
        }
        group.addTask { await self.report(of: adapter, named: name, since: cursor) }
      }
      for await report in group { reports[report.system] = report }
    }
    return company.systems.compactMap { reports[$0.name] }
  }

  private func report(
    of adapter: any Adapter, named name: SystemName, since cursor: PageCursor
  ) async -> Report {
    var report = Report(system: name)
    do {
      report.deals = try await adapter.changes(since: cursor).deals
    } catch is CancellationError {
    } catch {
      let known = systemError(error, at: name)
      log.answerUnusable(known, operation: "changes", of: name, at: time.now())
      report.failure = known
    }
    return report
  }
}
