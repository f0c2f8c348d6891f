/// The state of one system, from real calls and probes.
public enum SystemStatus: String, CaseIterable, Hashable, Sendable {
  /// Answers, in time.
  case healthy
  /// Answers, but late or with errors among the answers.
  case degraded
  /// Asks for patience.
  case throttled
  /// Refuses the credentials.
  case unauthorized
  /// Answers in a shape the configuration does not know.
  case drifted
  /// Does not answer.
  case down
  /// Has not been asked yet.
  case unknown
}

/// What ops needs to know of one system. Numbers about calls only, never a business value.
public struct SystemHealth: Hashable, Sendable {
  /// The system.
  public var system: SystemName
  /// The kind of adapter, `hubspot`.
  public var kind: String
  /// Its state.
  public var status: SystemStatus
  /// When it came into that state; `nil` while unknown.
  public var since: Timestamp?
  /// Why it is in that state, in sentences without values or times.
  public var reason: String
  /// When a call last ended, whatever came of it.
  public var lastCall: Timestamp?
  /// When it last answered usably.
  public var lastSuccess: Timestamp?
  /// How long the last call took.
  public var lastLatency: Duration?
  /// The median over the recent calls.
  public var medianLatency: Duration?
  /// The 95th percentile over the recent calls.
  public var latency95: Duration?
  /// Latencies of the recent calls, oldest first, for a sparkline; at most 60.
  public var recentLatencies: [Duration]
  /// The slowest of the recent calls.
  public var slowest: SlowCall?
  /// Calls made since the start.
  public var calls: Int
  /// Calls that failed since the start.
  public var errors: Int
  /// The last errors, newest first, at most 20.
  public var lastErrors: [Failure]
  /// Calls the vendor still allows in its current window; `nil` when it does not say.
  public var callsLeft: Int?
  /// When the calls left will be used up at the present rate; `nil` when they are not falling, or
  /// the window is too short to tell.
  public var quotaRunsOut: Timestamp?
  /// Retries that may still be spent before failures are passed on at once; `nil` until a call ended.
  public var retriesLeft: Int?
  /// Whether calls go through, and why not.
  public var breaker: BreakerState
  /// When the token in use ends; most are renewed by themselves before that.
  public var credentialsExpire: Timestamp?
  /// The day on which the configured secret ends, by the configuration.
  public var secretExpires: CalendarDate?
  /// Who we are there, in words, by the last probe.
  public var identity: String?
  /// How far its clock is from ours; `nil` until known.
  public var clockSkew: ClockSkew?
  /// What is no longer as configured, by the last probe that looked.
  public var drift: [SchemaDrift]
  /// When calls resume, while backing off.
  public var nextAttempt: Timestamp?
  /// When the oldest reading on screen was fetched.
  public var oldestReading: Timestamp?
  /// Deals that bear a link among those where one is due; `nil` until counted.
  public var linkCoverage: LinkCoverage?
  /// The person accountable for the integration.
  public var steward: String
  /// What was agreed to happen while the system is gone.
  public var failureMode: String

  /// One failed call.
  public struct Failure: Hashable, Sendable {
    /// When it failed.
    public var at: Timestamp
    /// What was asked, `POST /search/jql`.
    public var operation: String
    /// Why it failed.
    public var error: SystemError

    /// One failed call.
    public init(at: Timestamp, operation: String, error: SystemError) {
      self.at = at
      self.operation = operation
      self.error = error
    }
  }

  /// One call that took its time.
  public struct SlowCall: Hashable, Sendable {
    /// What was asked.
    public var operation: String
    /// How long it took.
    public var duration: Duration
    /// When it began.
    public var began: Timestamp

    /// One call that took its time.
    public init(operation: String, duration: Duration, began: Timestamp) {
      self.operation = operation
      self.duration = duration
      self.began = began
    }
  }

  /// How many of the deals that should have a record in this system do have one.
  public struct LinkCoverage: Hashable, Sendable {
    /// Deals with at least one record.
    public var linked: Int
    /// Deals where a record is due.
    public var due: Int

    /// Counts of deals.
    public init(linked: Int, due: Int) {
      self.linked = linked
      self.due = due
    }
  }

  /// The reason of a system of which there is nothing to say.
  public static let inTime = "It answers in time."

  /// A system nobody has asked yet.
  public init(system: SystemName, kind: String, steward: String, failureMode: String) {
    self.system = system
    self.kind = kind
    self.steward = steward
    self.failureMode = failureMode
    status = .unknown
    reason = "Nobody has asked it yet."
    breaker = BreakerState()
    drift = []
    recentLatencies = []
    calls = 0
    errors = 0
    lastErrors = []
  }
}
