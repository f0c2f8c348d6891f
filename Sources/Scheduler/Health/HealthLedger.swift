import AdapterKit
import DealModel

/// One system's health, from the calls made to it. A struct: the same calls give the same health.
///
/// Which state follows from which call is ``HealthMachine``'s business; the numbers are kept here.
struct HealthLedger: Sendable {
  private(set) var health: SystemHealth
  private var machine = HealthMachine()
  private var latencies: LatencyRecord
  private var skew = SkewEstimator()
  private var quota = QuotaTrend()
  private var lastFailure: SystemError?
  private var changes = 0

  static let failuresKept = 20

  init(_ system: ConfiguredSystem) {
    health = SystemHealth(
      system: system.name, kind: system.kind, steward: system.steward,
      failureMode: system.failureMode)
    health.secretExpires = system.secretExpires
    latencies = LatencyRecord(deadline: system.callDeadline)
  }

  /// How far the system's stamps are ahead of our clock; zero while it is right.
  var clockCorrection: Duration { skew.correction }

  /// An HTTP exchange, a query or a file read has ended.
  mutating func callEnded(_ call: CallReport) -> StateChange? {
    let end = call.began.adding(call.duration)
    health.calls += 1
    health.lastCall = max(health.lastCall ?? end, end)
    if let callsLeft = call.callsLeft { note(callsLeft: callsLeft, at: end) }
    if let date = call.serverDate { note(serverDate: date, call.began, call.duration) }
    if let left = call.retriesLeft { health.retriesLeft = left }
    if let expiry = call.credentialsExpire { health.credentialsExpire = expiry }
    if let error = call.error { return failed(error, operation: call.operation, at: end) }
    latencies.note(call.duration, operation: call.operation, began: call.began)
    health.lastLatency = call.duration
    health.recentLatencies = latencies.recent
    health.medianLatency = latencies.median
    health.latency95 = latencies.percentile95
    health.slowest = latencies.slowest
    health.lastSuccess = end
    return take(.answered(lateness: latencies.lateness), at: end)
  }

  /// An adapter could not use an answer although the exchange itself went well.
  mutating func answerUnusable(
    _ error: SystemError, operation: String, at now: Timestamp
  ) -> StateChange? {
    // The port has already reported what it found out itself.
    guard error != lastFailure || machine.facts.failuresInARow == 0 else { return nil }
    return failed(error, operation: operation, at: now)
  }

  /// A probe came back.
  mutating func probed(_ answer: ProbeAnswer, began: Timestamp, at now: Timestamp) -> StateChange? {
    health.identity = answer.identity
    health.lastCall = max(health.lastCall ?? now, now)
    if let expiry = answer.credentialsExpire { health.credentialsExpire = expiry }
    if let left = answer.callsLeft, health.callsLeft == nil { note(callsLeft: left, at: now) }
    // Answers with a `Date` have told it already, call by call.
    if health.clockSkew == nil, let date = answer.serverTime {
      note(serverDate: date, began, began.duration(to: now))
    }
    guard let drift = answer.drift else { return nil }
    let change = take(
      .looked(
        drift: drift.map { found in
          var found = found
          let known = machine.facts.drift.first { $0.isSame(as: found) }
          found.firstSeen = known?.firstSeen ?? now
          return found
        }), at: now)
    health.drift = machine.facts.drift
    return change
  }

  private mutating func note(callsLeft: Int, at now: Timestamp) {
    health.callsLeft = callsLeft
    quota.note(callsLeft, at: now)
    health.quotaRunsOut = quota.runsOut
  }

  private mutating func note(serverDate: Timestamp, _ began: Timestamp, _ duration: Duration) {
    skew.note(serverDate: serverDate, began: began, duration: duration)
    health.clockSkew = skew.estimate
  }

  private mutating func failed(
    _ error: SystemError, operation: String, at now: Timestamp
  ) -> StateChange? {
    lastFailure = error
    health.errors += 1
    health.lastErrors.insert(.init(at: now, operation: operation, error: error), at: 0)
    if health.lastErrors.count > Self.failuresKept { health.lastErrors.removeLast() }
    return take(.failed(error.kind), at: now)
  }

  private mutating func take(_ event: HealthEvent, at now: Timestamp) -> StateChange? {
    let from = machine.status
    let rule = machine.take(event, at: now)
    health.reason = machine.reason
    health.status = machine.status
    guard rule != nil else { return nil }
    health.since = now
    changes += 1
    return StateChange(
      system: health.system, from: from, to: machine.status, at: now, reason: machine.reason,
      lastError: machine.facts.failuresInARow > 0 ? lastFailure : nil, number: changes)
  }
}
