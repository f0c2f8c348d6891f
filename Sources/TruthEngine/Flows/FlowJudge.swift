public import DealModel

/// Judges how a flow does by what was last reported of it. Pure.
///
/// The worst that is known counts: switched off, then silent, then failing, then late. A reading that
/// has aged beyond the limits of its system, or that nobody listened for, says nothing: unknown is
/// never fresh.
public struct FlowJudge: Hashable, Sendable {
  /// How long after its last word whoever listens for heartbeats counts as gone: two and a half of
  /// the minutes in which it says that it is there.
  public static let listenerSilence = Duration.seconds(150)

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
      report.listening.map { Self.heard(flow, report, listening: $0, at: now) }
      ?? Self.kept(flow, report, at: now)
    health.state = verdict.state
    health.since = verdict.since
    health.reason = verdict.reason
    return health
  }

  private typealias Verdict = (state: FlowHealth.State, since: Timestamp?, reason: String)

  private func isFresh(_ reading: FlowReading, of flow: Flow, at now: Timestamp) -> Bool {
    guard let system = flow.system else { return true }
    switch company.system(system)?.limits.freshness(of: reading.readAt, at: now) {
    case .live, .aging: return true
    case .stale, .expired, .unavailable, nil: return false
    }
  }

  private static func unread(_ reading: FlowReading, _ flow: Flow) -> String {
    if let failure = reading.failure { return "It cannot be asked: \(failure.message)" }
    guard let system = flow.system else {
      return "Nobody has listened for it yet: `plumbline watch` receives its heartbeats."
    }
    return reading.readAt == nil
      ? "\(system) has not been asked yet." : "\(system) has not answered for too long."
  }

  // MARK: - Runs that a system keeps

  private static func kept(_ flow: Flow, _ report: FlowReport, at now: Timestamp) -> Verdict {
    if report.isOn == false {
      return (
        .stopped, report.stoppedAt, words("It is switched off.", report.problem)
      )
    }
    let due = flow.expectEvery.flatMap { every in report.lastRun?.adding(every) }
    if let due, now >= due.adding(flow.grace) {
      return (.silent, due.adding(flow.grace), words("It should have run.", report.problem))
    }
    if report.failures > 0 {
      let count = report.failures == 1 ? "Its last run" : "Its last \(report.failures) runs"
      return (.failing, report.failingSince, words("\(count) failed.", report.problem))
    }
    if let due, now >= due { return (.late, due, "A run is due.") }
    guard report.lastRun != nil else {
      guard let every = flow.expectEvery else { return (.unknown, nil, "No run of it is known.") }
      return (.silent, nil, "It should run every \(every.words), and no run is known.")
    }
    return (.running, nil, "It ran in time.")
  }

  // MARK: - Heartbeats

  private static func heard(
    _ flow: Flow, _ report: FlowReport, listening: FlowReport.Listening, at now: Timestamp
  ) -> Verdict {
    guard let every = flow.expectEvery else { return (.unknown, nil, "Nothing is expected of it.") }
    if let last = report.lastRun, now < last.adding(every) {
      return (.running, nil, "It reported in time.")
    }
    guard listening.until.adding(listenerSilence) >= now else {
      return (.unknown, nil, "Nobody listens for it: `plumbline watch` is not running.")
    }
    // What was sent while nobody listened is not missed.
    let due = max(report.lastRun ?? listening.since, listening.since).adding(every)
    if now >= due.adding(flow.grace) {
      return (.silent, due.adding(flow.grace), "It should have reported.")
    }
    guard let last = report.lastRun, last >= listening.since else {
      return (.unknown, nil, "It has not reported since `plumbline watch` began to listen.")
    }
    return (.late, due, "A report is due.")
  }

  private static func words(_ sentence: String, _ problem: String?) -> String {
    guard let problem, !problem.isEmpty else { return sentence }
    return "\(sentence) It says: \(problem)"
  }
}
