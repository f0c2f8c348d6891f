import DealModel

/// One flow that reports in by itself. A struct that decides by what it is told.
///
/// - `healthy`: reported within the period.
/// - `degraded`, late: the period is over, the grace is not.
/// - `down`, silent: the grace is over as well. That is the alarm.
/// - `unknown`: not heard of since watching began, and its first period with grace is not over.
struct FlowState: Hashable, Sendable {
  let name: String
  let expectEvery: Duration
  let grace: Duration
  private(set) var status = SystemStatus.unknown
  private(set) var since: Timestamp
  /// When it last reported.
  private(set) var last: Timestamp?
  /// How often it reported.
  private(set) var count = 0

  /// A flow that is waited for from now on.
  init(_ settings: WatchSettings.Heartbeat, at now: Timestamp) {
    name = settings.flow
    expectEvery = settings.expectEvery
    grace = settings.grace
    since = now
  }

  /// It reported.
  ///
  /// - Returns: The change of state, if it is one.
  mutating func reported(at now: Timestamp) -> FlowChange? {
    last = max(now, last ?? now)
    count += 1
    return enter(.healthy, at: now)
  }

  /// Time has passed.
  ///
  /// - Returns: The change of state, if it is one.
  mutating func timePassed(at now: Timestamp) -> FlowChange? {
    let due = (last ?? since(unheard: true)).adding(expectEvery)
    if now >= due.adding(grace) { return enter(.down, at: due.adding(grace)) }
    if now >= due, status == .healthy { return enter(.degraded, at: due) }
    return nil
  }

  /// When it changes by time alone; `nil` once it is silent.
  var nextChange: Timestamp? {
    let due = (last ?? since(unheard: true)).adding(expectEvery)
    switch status {
    case .healthy: return due
    case .down: return nil
    default: return due.adding(grace)
    }
  }

  /// A flow that never reported is waited for since watching began.
  private func since(unheard: Bool) -> Timestamp { since }

  private mutating func enter(_ next: SystemStatus, at now: Timestamp) -> FlowChange? {
    guard next != status else { return nil }
    let change = FlowChange(flow: name, from: status, to: next, at: now, last: last)
    status = next
    since = now
    return change
  }
}

/// A flow came into another state.
struct FlowChange: Hashable, Sendable {
  var flow: String
  var from: SystemStatus
  var to: SystemStatus
  var at: Timestamp
  /// When it last reported; `nil` for never since watching began.
  var last: Timestamp?

  /// Why, as a sentence.
  var reason: String {
    switch to {
    case .healthy: "It reported in."
    default:
      last.map { "It last reported at \($0)." } ?? "It has not reported since watching began."
    }
  }
}
