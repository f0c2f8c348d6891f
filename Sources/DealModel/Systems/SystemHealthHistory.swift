/// What is remembered of one system's health: numbers about calls and states, never a value.
public struct SystemHealthHistory: Hashable, Sendable {
  /// How far back a series looks.
  public enum Span: String, CaseIterable, Hashable, Sendable {
    /// The last hour, a bucket per minute.
    case hour
    /// The last day, a bucket per half hour.
    case day
    /// The last week, a bucket per three hours.
    case week

    /// How long one bucket is.
    public var bucket: Duration {
      switch self {
      case .hour: .seconds(60)
      case .day: .seconds(1_800)
      case .week: .seconds(10_800)
      }
    }

    /// How many buckets there are.
    public var count: Int {
      switch self {
      case .hour: 60
      case .day: 48
      case .week: 56
      }
    }
  }

  /// What happened in one stretch of time.
  public struct Bucket: Hashable, Sendable {
    /// When it began.
    public var began: Timestamp
    /// The worst state seen in it; `nil` when nobody watched.
    public var worst: SystemStatus?
    /// Calls that ended in it.
    public var calls: Int
    /// Calls that failed in it.
    public var failures: Int
    /// The median latency of those that did not, rounded up to a step of the scale.
    public var median: Duration?
    /// The 95th percentile, likewise.
    public var latency95: Duration?

    /// What happened in one stretch of time.
    public init(
      began: Timestamp, worst: SystemStatus? = nil, calls: Int = 0, failures: Int = 0,
      median: Duration? = nil, latency95: Duration? = nil
    ) {
      self.began = began
      self.worst = worst
      self.calls = calls
      self.failures = failures
      self.median = median
      self.latency95 = latency95
    }
  }

  /// How complete the links were at an instant.
  public struct Coverage: Hashable, Sendable {
    /// When they were counted.
    public var at: Timestamp
    /// The count.
    public var coverage: SystemHealth.LinkCoverage

    /// How complete the links were at an instant.
    public init(at: Timestamp, coverage: SystemHealth.LinkCoverage) {
      self.at = at
      self.coverage = coverage
    }
  }

  /// Calls of one kind that failed within the last day.
  public struct FailedCalls: Hashable, Sendable {
    /// What was asked.
    public var operation: String
    /// The word of the error's kind.
    public var kind: String
    /// The HTTP status; `nil` when there was no answer.
    public var httpStatus: Int?
    /// How many.
    public var count: Int
    /// When the last one failed.
    public var last: Timestamp

    /// Calls of one kind that failed.
    public init(
      operation: String, kind: String, httpStatus: Int?, count: Int, last: Timestamp
    ) {
      self.operation = operation
      self.kind = kind
      self.httpStatus = httpStatus
      self.count = count
      self.last = last
    }
  }

  /// The system or flow.
  public var subject: HealthIncident.Subject
  /// Span → its buckets, oldest first; the last one is not over yet.
  public var series: [Span: [Bucket]]
  /// The counts of links of the last 90 days, oldest first, each where it changed.
  public var coverage: [Coverage]
  /// The incidents of the last 90 days, newest first.
  public var incidents: [HealthIncident]
  /// The failed calls of the last day by operation and status, the most frequent first.
  public var failedCalls: [FailedCalls]

  /// What is remembered of one system's health.
  public init(
    subject: HealthIncident.Subject, series: [Span: [Bucket]] = [:], coverage: [Coverage] = [],
    incidents: [HealthIncident] = [], failedCalls: [FailedCalls] = []
  ) {
    self.subject = subject
    self.series = series
    self.coverage = coverage
    self.incidents = incidents
    self.failedCalls = failedCalls
  }
}

/// Everything that is remembered of a company's systems, and whether remembering works.
public struct HealthMemory: Hashable, Sendable {
  /// The systems in the order of the configuration, then flows by name.
  public var histories: [SystemHealthHistory]
  /// Why nothing, or not everything, is remembered: a sentence; `nil` when all is well.
  public var trouble: String?

  /// Everything that is remembered.
  public init(histories: [SystemHealthHistory] = [], trouble: String? = nil) {
    self.histories = histories
    self.trouble = trouble
  }

  /// What is remembered of a system.
  public func history(of system: SystemName) -> SystemHealthHistory? {
    histories.first { $0.subject == .system(system) }
  }

  /// The incidents of all systems and flows, newest first.
  public var incidents: [HealthIncident] {
    histories.flatMap(\.incidents).sorted {
      ($0.began, $1.subject.text) > ($1.began, $0.subject.text)
    }
  }
}
