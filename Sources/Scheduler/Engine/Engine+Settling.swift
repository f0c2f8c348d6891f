public import DealModel
import TruthEngine

extension Engine {
  /// The sections that a system owes for a deal.
  func sections(of name: SystemName, for id: DealID) -> [SectionKey] {
    guard let system = lines[name]?.system else { return [] }
    return plan.kinds(of: system, for: index[id]).map { SectionKey(system: name, kind: $0) }
  }

  /// Waits until every wanted section has been answered or has failed.
  func settle() async {
    if isSettled { return }
    lastCallNumber += 1
    let id = lastCallNumber
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if isSettled || Task.isCancelled {
          continuation.resume()
        } else {
          settlers.append((id, continuation))
        }
      }
    } onCancel: {
      Task { await self.giveUpSettling(id) }
    }
  }

  func resumeSettlers() {
    guard !settlers.isEmpty, isSettled else { return }
    let waiting = settlers
    settlers = []
    for settler in waiting { settler.continuation.resume() }
  }

  private func giveUpSettling(_ id: Int) {
    guard let position = settlers.firstIndex(where: { $0.id == id }) else { return }
    settlers.remove(at: position).continuation.resume()
  }

  private var isSettled: Bool {
    lines.allSatisfy { name, line in
      line.calls.isEmpty && line.historiesAsked.isEmpty
        // A history that may not be asked for now is not waited for.
        && (line.historiesWanted.isEmpty || !line.pace.mayAsk(.history, at: time.now()))
        && demand.ordered.allSatisfy { id in
          sections(of: name, for: id).allSatisfy { key in
            guard let section = dossiers[id]?.sections[key],
              forced[key]?.contains(id) != true
            else { return false }
            return !section.isAsking && (section.fetchedAt != nil || section.failure != nil)
          }
        }
    }
  }

  /// Whether no call is under way and every system waits for time or demand.
  var isQuiet: Bool {
    lines.values.allSatisfy {
      $0.calls.isEmpty && $0.historiesAsked.isEmpty && !$0.isPolling && !$0.isProbing
        && !$0.hasWork && $0.waiter != nil
    }
  }

  /// Cancels calls none of whose deals is wanted any more.
  func cancelUnwanted() {
    let wanted = Set(demand.ordered)
    for line in lines.values {
      for call in line.calls.values where !call.isOffScreen {
        if !call.ids.contains(where: wanted.contains) { call.work?.cancel() }
      }
    }
  }

  /// Forgets readings that are not on screen when there are too many.
  func trimDossiers(to count: Int = dossiersKept) {
    guard dossiers.count > count else { return }
    let wanted = Set(demand.ordered)
    let asking = Set(lines.values.flatMap { $0.calls.values.flatMap(\.ids) })
    dossiers = dossiers.filter { wanted.contains($0.key) || asking.contains($0.key) }
  }

  // MARK: - Telling

  func post(_ ids: [DealID]) {
    let changed = ids.compactMap { dossiers[$0] }
    if !changed.isEmpty { continuation.yield(.dossiers(changed)) }
  }

  /// Several calls may end before the actor gets to it: one posting tells them all.
  func healthChanged() {
    guard !isHealthPosted else { return }
    isHealthPosted = true
    Task {
      isHealthPosted = false
      postHealth()
    }
  }

  func postHealth() { continuation.yield(.health(health)) }

  /// The health of every system, with what only the engine knows.
  public var health: [SystemHealth] {
    let now = time.now()
    let oldest = oldestReadings
    return log.health.map { health in
      var health = health
      guard let line = lines[health.system] else { return health }
      health.breaker = line.pace.state(at: now)
      health.nextAttempt = health.breaker.nextAttempt
      health.linkCoverage = line.coverage
      health.oldestReading = oldest[health.system]
      return health
    }
  }

  /// System → when the oldest of its readings on screen was fetched.
  private var oldestReadings: [SystemName: Timestamp] {
    var oldest: [SystemName: Timestamp] = [:]
    for id in demand.onScreen {
      guard let dossier = dossiers[id] else { continue }
      for (key, section) in dossier.sections {
        guard let fetched = section.fetchedAt else { continue }
        if let known = oldest[key.system], known <= fetched { continue }
        oldest[key.system] = fetched
      }
    }
    return oldest
  }
}
