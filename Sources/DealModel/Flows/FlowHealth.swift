/// How a flow does, as judged at an instant.
public struct FlowHealth: Hashable, Sendable {
  /// How it does.
  public enum State: String, CaseIterable, Hashable, Sendable {
    /// It ran when it should, and well.
    case running
    /// A run is due, and the grace is not over.
    case late
    /// A run is due and the grace is over: the alarm.
    case silent
    /// It runs, and its last run failed.
    case failing
    /// It is switched off.
    case stopped
    /// Nobody can say: it could not be asked, or nobody listened for it.
    case unknown

    /// The state of a system that is about as well.
    public var status: SystemStatus {
      switch self {
      case .running: .healthy
      case .late: .degraded
      case .failing, .silent, .stopped: .down
      case .unknown: .unknown
      }
    }
  }

  /// The flow.
  public var flow: Flow
  /// How it does.
  public var state: State
  /// Since when; `nil` when that is not known.
  public var since: Timestamp?
  /// What is known of its runs; `nil` for nothing.
  public var report: FlowReport?
  /// When that was asked for.
  public var readAt: Timestamp?
  /// Why the state is what it is, in words without instants: `Its last run failed: …`.
  public var reason: String

  /// How a flow does.
  public init(
    flow: Flow, state: State, since: Timestamp? = nil, report: FlowReport? = nil,
    readAt: Timestamp? = nil, reason: String
  ) {
    self.flow = flow
    self.state = state
    self.since = since
    self.report = report
    self.readAt = readAt
    self.reason = reason
  }

  /// Whether somebody has to look at it.
  public var isFinding: Bool {
    switch state {
    case .late, .silent, .failing, .stopped: true
    case .running, .unknown: false
    }
  }
}
