import AdapterKit
import DealModel
import Scheduler

/// Collects what one process sees until it is written. A struct that decides: the same reports give
/// the same rows.
struct RecordingLedger: Sendable {
  /// Calls that may wait to be written; further ones are counted and dropped.
  static let waitingCalls = 10_000
  /// Changes of state that may wait; beyond it the oldest go.
  static let waitingStates = 2_000

  /// The last call of a system, for the change of state that it may bring about.
  private struct LastCall {
    var end: Timestamp
    var httpStatus: Int?
    var operation: String
    var failed: Bool
  }

  private var waiting = HistoryBatch()
  private var current: [HealthIncident.Subject: HistoryBatch.State] = [:]
  private var changed: Set<HealthIncident.Subject> = []
  private var lastCalls: [SystemName: LastCall] = [:]
  private var beats: [String: HistoryBatch.Beat] = [:]
  private var lastCoverage: [SystemName: SystemHealth.LinkCoverage] = [:]

  /// A call has ended.
  mutating func callEnded(_ call: CallReport) {
    let end = call.began.adding(call.duration)
    let failed = call.error != nil
    lastCalls[call.system] = LastCall(
      end: end, httpStatus: call.status, operation: call.operation, failed: failed)
    count(1, failures: failed ? 1 : 0, in: .system(call.system))
    guard waiting.calls.count < Self.waitingCalls else {
      waiting.dropped += 1
      return
    }
    waiting.calls.append(
      HistoryBatch.Call(
        system: call.system, at: end, duration: call.duration, operation: call.operation,
        httpStatus: call.status, failure: call.error?.kind.word))
  }

  /// A system came into another state.
  mutating func stateChanged(_ change: StateChange) {
    let subject = HealthIncident.Subject.system(change.system)
    // Two changes within a millisecond may come in either order: a late one is filed, not current.
    if let present = current[subject], present.number > change.number {
      waiting.states.append(
        HistoryBatch.State(
          subject: subject, number: change.number, status: change.to, began: change.at,
          ended: change.at, cause: cause(of: change)))
      return
    }
    let last = lastCalls[change.system]
    let isByLastCall = last.map { $0.end == change.at && $0.failed } ?? false
    // The call that brought the change about belongs to the new state.
    if isByLastCall { count(-1, failures: -1, in: subject) }
    enter(
      subject, change.to, number: change.number, at: change.at, cause: cause(of: change))
    if isByLastCall { count(1, failures: 1, in: subject) }
  }

  /// A flow came into another state.
  mutating func flowChanged(_ flow: String, to status: SystemStatus, at now: Timestamp) {
    let subject = HealthIncident.Subject.flow(flow)
    let number = (current[subject]?.number ?? 0) + 1
    enter(subject, status, number: number, at: now, cause: nil)
  }

  /// A flow is listened for from now on.
  mutating func listening(for flow: String, at now: Timestamp) {
    if beats[flow] == nil { beats[flow] = HistoryBatch.Beat(began: now) }
  }

  /// A flow reported.
  mutating func flowReported(_ flow: String, at now: Timestamp) {
    listening(for: flow, at: now)
    beats[flow]?.last = now
  }

  /// The links of a system were counted; a count like the one before says nothing new.
  mutating func counted(
    _ coverage: SystemHealth.LinkCoverage, of system: SystemName, at now: Timestamp
  ) {
    guard lastCoverage[system] != coverage else { return }
    lastCoverage[system] = coverage
    waiting.coverage.append(.init(system: system, at: now, coverage: coverage))
  }

  /// Takes what waits to be written.
  mutating func take() -> HistoryBatch {
    var batch = waiting
    waiting = HistoryBatch()
    for subject in changed { if let state = current[subject] { batch.states.append(state) } }
    changed = []
    batch.beats = beats
    return batch
  }

  /// Puts back what could not be written; what has waited longest goes first when it is too much.
  mutating func putBack(_ batch: HistoryBatch) {
    let newer = waiting
    waiting = batch
    waiting.calls += newer.calls
    let surplus = waiting.calls.count - Self.waitingCalls
    if surplus > 0 {
      waiting.calls.removeFirst(surplus)
      waiting.dropped += surplus
    }
    // The state that still lasts is told anew whole.
    waiting.states = batch.states.filter { $0.ended != nil } + newer.states
    waiting.states.removeFirst(max(0, waiting.states.count - Self.waitingStates))
    changed.formUnion(current.keys)
    waiting.coverage = (batch.coverage + newer.coverage).suffix(Self.waitingStates)
    waiting.dropped += newer.dropped
  }

  private mutating func enter(
    _ subject: HealthIncident.Subject, _ status: SystemStatus, number: Int, at now: Timestamp,
    cause: HealthIncident.Cause?
  ) {
    if var before = current[subject] {
      before.ended = max(now, before.began)
      waiting.states.append(before)
      if waiting.states.count > Self.waitingStates { waiting.states.removeFirst() }
    }
    current[subject] = HistoryBatch.State(
      subject: subject, number: number, status: status, began: now, ended: nil, cause: cause)
    changed.insert(subject)
  }

  private mutating func count(_ calls: Int, failures: Int, in subject: HealthIncident.Subject) {
    guard current[subject] != nil else { return }
    current[subject]?.calls += calls
    current[subject]?.failures += failures
    changed.insert(subject)
  }

  /// What a change is put down to: the error's kind, and the call that met it.
  private func cause(of change: StateChange) -> HealthIncident.Cause? {
    guard let error = change.lastError else { return nil }
    var cause = HealthIncident.Cause(kind: error.kind.word)
    if case .throttled(let wait) = error.kind { cause.retryAfter = wait }
    if let last = lastCalls[change.system], last.end.duration(to: change.at) < .seconds(5) {
      cause.httpStatus = last.httpStatus
      cause.operation = last.operation
    }
    return cause
  }
}
