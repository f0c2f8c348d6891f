public import DealModel

/// Judges how a flow does by what was last reported of it. Pure.
///
/// The worst that is known counts: switched off, then silent, then failing, then late. A reading that
/// has aged beyond the limits of its system, or that nobody listened for, says nothing, and one from
/// before a run was due does not say that it is missing: unknown is never fresh.
public struct FlowJudge: Hashable, Sendable {
  private let company: CompanyModel

  /// A judge of a company's flows.
  public init(of company: CompanyModel) { self.company = company }

  /// All flows, in the order of the configuration.
  ///
  /// - Parameter readings: Flow → the last answer; a flow nobody has asked about is absent.
  public func flows(_ readings: [String: FlowReading], at now: Timestamp) -> [FlowHealth] {
    company.flows.map { health(of: $0, readings[$0.name] ?? FlowReading(), at: now) }
  }

  /// How one flow does.
  public func health(of flow: Flow, _ reading: FlowReading, at now: Timestamp) -> FlowHealth {
    var health = FlowHealth(
      flow: flow, state: .unknown, report: reading.report, readAt: reading.readAt, reason: "")
    guard let report = reading.report, isFresh(reading, of: flow, at: now) else {
      health.reason = Self.unread(reading, flow)
      return health
    }
    let verdict =
      report.listening.map { Self.heard(flow, reading, report, listening: $0, at: now) }
      ?? Self.kept(flow, reading, report, at: now)
    health.state = verdict.state
    health.since = verdict.since
    health.reason = verdict.reason
    return health
  }

  private typealias Verdict = HeartbeatJudge.Verdict

  private func isFresh(_ reading: FlowReading, of flow: Flow, at now: Timestamp) -> Bool {
    guard let system = flow.system else { return true }
    switch company.system(system)?.limits.freshness(of: reading.readAt, at: now) {
    case .live, .aging: return true
    case .stale, .expired, .unavailable, nil: return false
    }
  }

  private static func unread(_ reading: FlowReading, _ flow: Flow) -> String {
    guard let system = flow.system else {
      if let failure = reading.failure { return unheard(failure) }
      return "Nobody has listened for it yet: `plumbline watch` receives its heartbeats."
    }
    if let failure = reading.failure { return "It cannot be asked: \(failure.message)" }
    return reading.readAt == nil
      ? "\(system) has not been asked yet." : "\(system) has not answered for too long."
  }

  private static func unheard(_ failure: SystemError) -> String {
    "What was heard of it cannot be read: \(failure.message)"
  }

  // MARK: - Runs that a system keeps

  private static func kept(
    _ flow: Flow, _ reading: FlowReading, _ report: FlowReport, at now: Timestamp
  ) -> Verdict {
    if report.isOn == false {
      return Verdict(
        .stopped, since: report.stoppedAt, words("It is switched off.", report.problem))
    }
    let due = flow.expectEvery.flatMap { every in report.lastRun?.adding(every) }
    // What the answer can know: a run may have come after it.
    let known = min(reading.readAt ?? now, now)
    if let every = flow.expectEvery, let alarm = due?.adding(flow.grace), known >= alarm {
      let expected = "It should run every \(every.words)."
      return Verdict(.silent, since: alarm, words(expected, report.problem))
    }
    if report.failures > 0 {
      let count = report.failures == 1 ? "Its last run" : "Its last \(report.failures) runs"
      return Verdict(
        .failing, since: report.failingSince, words("\(count) failed.", report.problem))
    }
    if let due, known >= due { return Verdict(.late, since: due, "A run is due.") }
    if let due, now >= due {
      let system = flow.system?.text ?? "its system"
      let missing = "A run was due, and \(system) "
      return Verdict(
        .unknown,
        missing
          + (reading.failure.map { "could not be asked since: \($0.message)" }
            ?? "has not been asked since."))
    }
    guard report.lastRun != nil else { return neverRun(flow, report) }
    guard flow.expectEvery != nil else {
      return Verdict(.running, "It has run; no `expect_every` says how often it should.")
    }
    return Verdict(.running, "It ran in time.")
  }

  /// Its system answered that it knows of no run.
  private static func neverRun(_ flow: Flow, _ report: FlowReport) -> Verdict {
    if let every = flow.expectEvery {
      return Verdict(.silent, "It should run every \(every.words), and no run is known.")
    }
    guard report.isOn == true else {
      return Verdict(.unknown, "No run of it is known, nor whether it is on.")
    }
    return Verdict(.running, "It is on; no run is known.")
  }

  // MARK: - Heartbeats

  private static func heard(
    _ flow: Flow, _ reading: FlowReading, _ report: FlowReport,
    listening: FlowReport.Listening, at now: Timestamp
  ) -> Verdict {
    guard let every = flow.expectEvery else {
      return Verdict(.unknown, "Nothing is expected of it.")
    }
    var verdict = HeartbeatJudge(expectEvery: every, grace: flow.grace).verdict(
      last: report.lastRun, listening: listening, readAt: reading.readAt ?? now, at: now)
    if verdict.state == .unknown, let failure = reading.failure {
      verdict.reason = unheard(failure)
    }
    return verdict
  }

  private static func words(_ sentence: String, _ problem: String?) -> String {
    guard let problem, !problem.isEmpty else { return sentence }
    return "\(sentence) It says: \(problem)"
  }
}
