import AdapterKit
import DealModel
import TruthEngine

extension Engine {
  /// When a system next has something to do; `nil` when only a new demand can say.
  func nextDue(_ name: SystemName) -> Timestamp? {
    guard let line = lines[name], line.pace.isolatedSince == nil else { return nil }
    let now = time.now()
    var times: [Timestamp] = []
    // What waits for the one call that tries a failing system is told when that call ends.
    let isTried = isTrialUnderWay(line)
    if !isTried, let due = probeDue(name) {
      times.append(max(due, line.pace.nextAttempt(of: .probe) ?? due))
    }
    if !isTried, let due = flowsDue(name) {
      times.append(max(due, line.pace.nextAttempt(of: .flows) ?? due))
    }
    if mode == .dashboard, !line.isPolling, !isTried, let nextPoll = line.nextPoll {
      times.append(max(nextPoll, line.pace.nextAttempt(of: .changes) ?? nextPoll))
    }
    if !line.historiesWanted.isEmpty, let attempt = line.pace.nextAttempt(of: .history),
      attempt > now
    {
      times.append(attempt)
    }
    let onScreen = demand.onScreen
    for id in demand.ordered {
      for key in sections(of: name, for: id) {
        guard let at = dueAt(key, of: id, isOnScreen: onScreen.contains(id), now: now) else {
          continue
        }
        let allowed = line.pace.nextAttempt(of: .records(key.kind)) ?? at
        // What is due and allowed now waits for a place among the calls, not for time.
        if max(at, allowed) > now { times.append(max(at, allowed)) }
      }
    }
    if line.changeCalls > 0 {
      for key in changes.awaited.keys where key.system == name {
        let allowed = line.pace.nextAttempt(of: .records(key.kind))
        if let allowed, allowed > now { times.append(allowed) }
      }
    }
    return times.min()
  }

  func waitForWork(_ name: SystemName, until deadline: Timestamp?) async {
    if lines[name]?.hasWork == true || Task.isCancelled { return }
    lines[name]?.waitsUntil = deadline
    let alarm = deadline.map { deadline in
      Task {
        try? await time.sleep(until: deadline)
        if !Task.isCancelled { self.wake(name) }
      }
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if lines[name]?.hasWork == true || Task.isCancelled {
          continuation.resume()
        } else {
          lines[name]?.waiter = continuation
        }
      }
    } onCancel: {
      Task { await self.wake(name) }
    }
    alarm?.cancel()
  }

  func wake(_ name: SystemName) {
    lines[name]?.hasWork = true
    if let waiter = lines[name]?.waiter {
      lines[name]?.waiter = nil
      waiter.resume()
    }
  }

  func wakeAll() { for name in lines.keys { wake(name) } }
}
