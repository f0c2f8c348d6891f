import DealModel
import TruthEngine

/// One flow that reports in by itself. A struct that decides by what it is told, as ``HeartbeatJudge``
/// judges it.
///
/// - `healthy`: reported within the period.
/// - `degraded`, late: the period is over, the grace is not.
/// - `down`, silent: the grace is over as well. That is the alarm.
/// - `unknown`: not heard of since watching began, and its first period with grace is not over.
struct FlowState: Hashable, Sendable {
  let name: String
  let expectEvery: Duration
  private let judge: HeartbeatJudge
  /// During which time it was listened for without a break, by this watch and those just before it.
  private var listening: FlowReport.Listening
  private(set) var status = SystemStatus.unknown
  /// When it last reported.
  private(set) var last: Timestamp?
  /// How often it reported to this watch.
  private(set) var count = 0

  /// A flow that is waited for.
  ///
  /// - Parameter known: What was heard of it before; a listening that ended a moment ago goes on.
  init(_ settings: WatchSettings.Heartbeat, known: FlowReport? = nil, at now: Timestamp) {
    name = settings.flow
    expectEvery = settings.expectEvery
    judge = HeartbeatJudge(expectEvery: settings.expectEvery, grace: settings.grace)
    last = known?.lastRun
    listening = known?.listening ?? FlowReport.Listening(since: now, until: now)
    listens(at: now)
  }

  /// It reported.
  ///
  /// - Returns: The change of state, if it is one.
  mutating func reported(at now: Timestamp) -> FlowChange? {
    last = max(now, last ?? now)
    count += 1
    return timePassed(at: now)
  }

  /// Time has passed.
  ///
  /// - Returns: The change of state, if it is one.
  mutating func timePassed(at now: Timestamp) -> FlowChange? {
    listens(at: now)
    let verdict = judge.verdict(last: last, listening: listening, readAt: now, at: now)
    let next = verdict.state.status
    guard next != status else { return nil }
    defer { status = next }
    return FlowChange(
      flow: name, from: status, to: next, at: verdict.since ?? now, reason: reason(next, verdict))
  }

  /// When it may change by time alone; `nil` once it is silent.
  func nextChange(at now: Timestamp) -> Timestamp? {
    judge.nextChange(last: last, listening: listening, at: now)
  }

  /// It is listened for; after a long silence of the watch itself, such as a machine's sleep, what
  /// was sent meanwhile is not missed.
  private mutating func listens(at now: Timestamp) {
    if listening.until.adding(HeartbeatJudge.listenerSilence) < now { listening.since = now }
    listening.until = max(listening.until, now)
  }

  private func reason(_ status: SystemStatus, _ verdict: HeartbeatJudge.Verdict) -> String {
    switch status {
    case .healthy where count > 0: "It reported in."
    case .unknown: verdict.reason
    default:
      last.map { "It last reported at \($0)." } ?? "It has not reported since watching began."
    }
  }
}

/// A flow came into another state.
struct FlowChange: Hashable, Sendable {
  var flow: String
  var from: SystemStatus
  var to: SystemStatus
  var at: Timestamp
  /// Why, as a sentence.
  var reason: String
}
