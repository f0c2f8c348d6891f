/// What is known of a flow's runs.
public struct FlowReport: Hashable, Sendable {
  /// When it last ran to an end, well or not; `nil` when no run is known.
  public var lastRun: Timestamp?
  /// When it last ran well; `nil` when no such run is known.
  public var lastSuccess: Timestamp?
  /// How many of its last runs failed one after the other, as far as its system was asked: at least
  /// that many.
  public var failures: Int
  /// When the first of those failed; `nil` for none.
  public var failingSince: Timestamp?
  /// Whether it is switched on; `nil` when that is not known.
  public var isOn: Bool?
  /// When it was switched off; `nil` when it is on, or nobody says.
  public var stoppedAt: Timestamp?
  /// What the last failed run or its system says, in words; not made safe for a terminal.
  public var problem: String?
  /// What people call it there.
  public var title: String?
  /// Where a person can open it.
  public var url: String?
  /// During which time its runs were listened for; `nil` where the system that runs it keeps them.
  public var listening: Listening?

  /// The time during which somebody listened for heartbeats, without a break.
  public struct Listening: Hashable, Sendable {
    /// Since when.
    public var since: Timestamp
    /// Until when at least.
    public var until: Timestamp

    /// The time during which somebody listened.
    public init(since: Timestamp, until: Timestamp) {
      self.since = since
      self.until = until
    }
  }

  /// What is known of a flow's runs.
  public init(
    lastRun: Timestamp? = nil, lastSuccess: Timestamp? = nil, failures: Int = 0,
    failingSince: Timestamp? = nil, isOn: Bool? = nil, stoppedAt: Timestamp? = nil,
    problem: String? = nil, title: String? = nil, url: String? = nil,
    listening: Listening? = nil
  ) {
    self.lastRun = lastRun
    self.lastSuccess = lastSuccess
    self.failures = failures
    self.failingSince = failingSince
    self.isOn = isOn
    self.stoppedAt = stoppedAt
    self.problem = problem
    self.title = title
    self.url = url
    self.listening = listening
  }
}

/// The last answer about a flow, and why there is no newer one.
public struct FlowReading: Hashable, Sendable {
  /// What was last reported; `nil` before any answer.
  public var report: FlowReport?
  /// When that was asked for.
  public var readAt: Timestamp?
  /// Why it could not be asked since; `nil` when the last question was answered.
  public var failure: SystemError?

  /// The last answer about a flow.
  public init(report: FlowReport? = nil, readAt: Timestamp? = nil, failure: SystemError? = nil) {
    self.report = report
    self.readAt = readAt
    self.failure = failure
  }
}
