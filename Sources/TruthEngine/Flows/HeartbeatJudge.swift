public import DealModel

/// Judges a flow that reports in by itself, by when it last reported and when somebody listened. Pure.
///
/// The one judge of it: `watch` hears with it that a flow falls silent, and all who read what `watch`
/// kept say the same.
public struct HeartbeatJudge: Hashable, Sendable {
  /// How long after its last word whoever listens counts as gone: two and a half of the minutes in
  /// which it says that it is there.
  public static let listenerSilence = Duration.seconds(150)

  /// How a flow does, since when, and why.
  public struct Verdict: Hashable, Sendable {
    /// How it does.
    public var state: FlowHealth.State
    /// Since when; `nil` when that is not known.
    public var since: Timestamp?
    /// Why, as a sentence without instants.
    public var reason: String

    init(_ state: FlowHealth.State, since: Timestamp? = nil, _ reason: String) {
      self.state = state
      self.since = since
      self.reason = reason
    }
  }

  private let expectEvery: Duration
  private let grace: Duration

  /// A judge of a flow that should report that often, and may be that much later.
  public init(expectEvery: Duration, grace: Duration) {
    self.expectEvery = expectEvery
    self.grace = grace
  }

  /// How the flow does.
  ///
  /// - Parameters:
  ///   - last: When it last reported; `nil` for never.
  ///   - listening: During which time somebody listened for it.
  ///   - readAt: When all that was looked up: what was due later may have come meanwhile.
  public func verdict(
    last: Timestamp?, listening: FlowReport.Listening, readAt: Timestamp, at now: Timestamp
  ) -> Verdict {
    if let last, now < last.adding(expectEvery) { return Verdict(.running, "It reported in time.") }
    guard listening.until.adding(Self.listenerSilence) >= now else {
      return Verdict(.unknown, "Nobody listens for it: `plumbline watch` is not running.")
    }
    let due = due(last: last, listening: listening)
    let alarm = due.adding(grace)
    let known = min(readAt, now)
    if known >= alarm { return Verdict(.silent, since: alarm, "It should have reported.") }
    guard let last, last >= listening.since else {
      return Verdict(.unknown, "It has not reported since `plumbline watch` began to listen.")
    }
    if known >= due { return Verdict(.late, since: due, "A report is due.") }
    return Verdict(
      .unknown, "A report was due, and what `plumbline watch` heard has not been read since.")
  }

  /// When the verdict may next change by time alone; `nil` for never.
  public func nextChange(
    last: Timestamp?, listening: FlowReport.Listening, at now: Timestamp
  ) -> Timestamp? {
    let due = due(last: last, listening: listening)
    return [last?.adding(expectEvery), due, due.adding(grace)]
      .compactMap(\.self).filter { $0 > now }.min()
  }

  /// What was sent while nobody listened is not missed.
  private func due(last: Timestamp?, listening: FlowReport.Listening) -> Timestamp {
    max(last ?? listening.since, listening.since).adding(expectEvery)
  }
}
