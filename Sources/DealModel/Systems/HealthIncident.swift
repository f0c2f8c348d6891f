/// A time in which a system was not healthy, from the first bad state to the return to health.
public struct HealthIncident: Hashable, Sendable {
  /// What was not healthy.
  public enum Subject: Hashable, Sendable {
    /// A configured system.
    case system(SystemName)
    /// A flow that reports in by itself: `degraded` means late, `down` silent.
    case flow(String)

    /// The configured name.
    public var text: String {
      switch self {
      case .system(let name): name.text
      case .flow(let name): name
      }
    }
  }

  /// One state of the course.
  public struct Step: Hashable, Sendable {
    /// When it began.
    public var at: Timestamp
    /// The state; `nil` while nobody watched.
    public var status: SystemStatus?
    /// What brought it about; `nil` where no call did.
    public var cause: Cause?

    /// One state of the course.
    public init(at: Timestamp, status: SystemStatus?, cause: Cause? = nil) {
      self.at = at
      self.status = status
      self.cause = cause
    }
  }

  /// The call that brought a state about: numbers and names of the API, never a text of the vendor.
  public struct Cause: Hashable, Sendable {
    /// The word of the error's kind, `throttled`.
    public var kind: String
    /// The HTTP status; `nil` when there was no answer.
    public var httpStatus: Int?
    /// What was asked, `POST /search/jql`.
    public var operation: String?
    /// How long the vendor asked to wait.
    public var retryAfter: Duration?

    /// The call that brought a state about.
    public init(
      kind: String, httpStatus: Int? = nil, operation: String? = nil, retryAfter: Duration? = nil
    ) {
      self.kind = kind
      self.httpStatus = httpStatus
      self.operation = operation
      self.retryAfter = retryAfter
    }
  }

  /// How it stands.
  public enum Ending: Hashable, Sendable {
    /// It goes on.
    case ongoing
    /// The system was healthy again at that instant.
    case ended(Timestamp)
    /// Whoever watched it stopped then, and nobody has watched since.
    case lastSeen(Timestamp)
    /// Nobody watched when it ended: the last bad sight, and the first good one.
    case endedUnseen(after: Timestamp, before: Timestamp)
  }

  /// What was not healthy.
  public var subject: Subject
  /// The course, oldest first, at least one step; the return to health is no step.
  public var steps: [Step]
  /// How it stands.
  public var ending: Ending
  /// Calls made meanwhile.
  public var calls: Int
  /// Calls that failed meanwhile.
  public var failures: Int

  /// A time in which a system was not healthy.
  public init(
    subject: Subject, steps: [Step], ending: Ending, calls: Int = 0, failures: Int = 0
  ) {
    self.subject = subject
    self.steps = steps
    self.ending = ending
    self.calls = calls
    self.failures = failures
  }

  /// When it began.
  public var began: Timestamp { steps.first?.at ?? Timestamp(milliseconds: 0) }

  /// Whether the system is still not healthy, as far as anybody knows.
  public var isOpen: Bool {
    switch ending {
    case .ongoing, .lastSeen: true
    case .ended, .endedUnseen: false
    }
  }

  /// When the last bad sight of it was: now while it goes on.
  public func end(at now: Timestamp) -> Timestamp {
    switch ending {
    case .ongoing: now
    case .ended(let end): end
    case .lastSeen(let seen): seen
    case .endedUnseen(_, let before): before
    }
  }

  /// The worst state of its course.
  public var worst: SystemStatus {
    steps.compactMap(\.status).max { $0.severity < $1.severity } ?? .unknown
  }
}

extension SystemStatus {
  /// How bad a state is, for a summary of several: healthy 0, down the most; unknown below all.
  public var severity: Int {
    switch self {
    case .unknown: -1
    case .healthy: 0
    case .degraded: 1
    case .throttled: 2
    case .drifted: 3
    case .unauthorized: 4
    case .down: 5
    }
  }
}
