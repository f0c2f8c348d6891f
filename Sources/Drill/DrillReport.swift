public import DealModel
public import Screens
public import TruthEngine

/// What a rehearsed outage showed.
public struct DrillReport: Sendable {
  /// The system that failed, as configured.
  public var system: ConfiguredSystem
  /// How it failed.
  public var manner: Outage.Manner
  /// How long it was gone.
  public var length: Duration
  /// What hangs on it.
  public var concern: DrillConcern
  /// What was seen, in order: every full hour, and every moment at which something changed.
  public var moments: [Moment]
  /// What could be decided wrongly meanwhile.
  public var risks: [String]
  /// Whether the failure mode holds, clause by clause.
  public var verdicts: [DrillVerdict]
  /// How it came back.
  public var recovery: Recovery
  /// Screens at the hours that were asked for.
  public var shots: [Shot]
  /// Calls that the failing system was sent in vain.
  public var attempts: Int

  /// What was seen at one moment.
  public struct Moment: Hashable, Sendable {
    /// Since the outage began; negative before it.
    public var after: Duration
    /// What a sales director sees: how fresh the system's answers are.
    public var tally: DrillTally
    /// What ops see: the state of the system.
    public var status: SystemStatus
    /// For how long it has been in that state.
    public var statusFor: Duration?
    /// When it is tried next; `nil` while it is not held back.
    public var nextAttempt: Duration?
    /// Calls made in vain so far.
    public var attempts: Int
    /// Whether a full hour has struck.
    public var isHour: Bool
  }

  /// How a system came back.
  public struct Recovery: Hashable, Sendable {
    /// From being back to its first answer; `nil` when none came.
    public var firstAnswerAfter: Duration?
    /// From being back until all its answers are live.
    public var liveAfter: Duration?
    /// From being back until its state is healthy.
    public var healthyAfter: Duration?
    /// Whether every value is what it was before.
    public var isWhole: Bool
  }

  /// A screen as it would have been.
  public struct Shot: Sendable {
    /// Since the outage began.
    public var after: Duration
    /// Which screen: `list`, `deal` or `health`.
    public var screen: String
    /// The frame.
    public var frame: Frame
  }

  /// Whether no checked clause of the failure mode was broken.
  public var holds: Bool { !verdicts.contains { $0.judgement == .broken } }
}
