import AdapterKit
import DealModel

/// One system's health, from the calls made to it. A struct: the same calls give the same health.
///
/// Transitions, each on the call that causes it:
/// - `unauthorized`, `throttled`, `drifted`: on such an error.
/// - `down`: on the third failure in a row to answer at all, or the first when it never answered.
/// - `degraded`: on any other failure; and when more than one call in five of the last twenty
///   failed, or their median took longer than half the deadline.
/// - `healthy`: on a success that none of these rules speaks against; coming from a state other
///   than unknown, on the second in a row, so that one lucky answer does not end an outage.
struct HealthLedger: Sendable {
  private(set) var health: SystemHealth
  private let deadline: Duration
  private var recent: [Bool] = []
  private var failuresInARow = 0
  private var successesInARow = 0
  private var lastFailure: SystemError?
  private var changes = 0

  static let latenciesKept = 60
  static let failuresKept = 20

  init(_ system: ConfiguredSystem) {
    health = SystemHealth(
      system: system.name, kind: system.kind, steward: system.steward,
      failureMode: system.failureMode)
    deadline = system.callDeadline
  }

  /// An HTTP exchange, a query or a file read has ended.
  mutating func callEnded(_ call: CallReport) -> StateChange? {
    let end = call.began.adding(call.duration)
    health.calls += 1
    if let callsLeft = call.callsLeft { health.callsLeft = callsLeft }
    if let error = call.error {
      return failed(error, operation: call.operation, at: end)
    }
    note(latency: call.duration)
    return succeeded(at: end)
  }

  /// An adapter could not use an answer although the exchange itself went well.
  mutating func answerUnusable(
    _ error: SystemError, operation: String, at now: Timestamp
  ) -> StateChange? {
    // The port has already reported what it found out itself.
    guard error != lastFailure || failuresInARow == 0 else { return nil }
    return failed(error, operation: operation, at: now)
  }

  private mutating func note(latency: Duration) {
    health.lastLatency = latency
    health.recentLatencies.append(latency)
    if health.recentLatencies.count > Self.latenciesKept { health.recentLatencies.removeFirst() }
    let sorted = health.recentLatencies.sorted()
    health.medianLatency = sorted[sorted.count / 2]
    health.latency95 = sorted[min(sorted.count - 1, sorted.count * 95 / 100)]
  }

  private mutating func succeeded(at now: Timestamp) -> StateChange? {
    remember(true)
    failuresInARow = 0
    successesInARow += 1
    health.lastSuccess = now
    let failures = recent.lazy.filter { !$0 }.count
    let isLate = (health.medianLatency ?? .zero) > deadline / 2
    if failures * 5 > recent.count || isLate {
      // An outage that just ended is still among the recent calls: two answers in a row end it.
      if successesInARow < 2 || isLate { return enter(.degraded, at: now) }
    }
    if health.status == .unknown || health.status == .healthy || successesInARow >= 2 {
      return enter(.healthy, at: now)
    }
    return nil
  }

  private mutating func failed(
    _ error: SystemError, operation: String, at now: Timestamp
  ) -> StateChange? {
    remember(false)
    successesInARow = 0
    failuresInARow += 1
    lastFailure = error
    health.errors += 1
    health.lastErrors.insert(.init(at: now, operation: operation, error: error), at: 0)
    if health.lastErrors.count > Self.failuresKept { health.lastErrors.removeLast() }
    switch error.kind {
    case .unauthorized: return enter(.unauthorized, at: now)
    case .throttled: return enter(.throttled, at: now)
    case .drifted: return enter(.drifted, at: now)
    case .unavailable:
      return enter(failuresInARow >= 3 || health.lastSuccess == nil ? .down : .degraded, at: now)
    case .malformed, .refused: return enter(.degraded, at: now)
    }
  }

  private mutating func remember(_ success: Bool) {
    recent.append(success)
    if recent.count > 20 { recent.removeFirst() }
  }

  private mutating func enter(_ status: SystemStatus, at now: Timestamp) -> StateChange? {
    guard status != health.status else { return nil }
    let from = health.status
    changes += 1
    health.status = status
    health.since = now
    return StateChange(
      system: health.system, from: from, to: status, at: now,
      reason: failuresInARow > 0 ? lastFailure?.message ?? "" : "It answers.",
      lastError: failuresInARow > 0 ? lastFailure : nil, number: changes)
  }
}
