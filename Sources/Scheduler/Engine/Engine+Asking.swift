import AdapterKit
import DealModel
import TruthEngine

/// What is asked of a system, and when.
extension Engine {
  /// The life of one system: ask what is due, wait for the next thing due.
  func serve(_ name: SystemName) async {
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
          group.addTask { await self.askFlows(of: name) }
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
    for id in demand.ordered where plan.owes(kind, line.system, for: index[id]) {
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
}
