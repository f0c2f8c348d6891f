/// Whether a system is being asked at present, and why not.
public struct BreakerState: Hashable, Sendable {
  /// What the breaker lets through.
  public enum Phase: String, CaseIterable, Hashable, Sendable {
    /// Calls go through; after single failures with a short pause.
    case closed
    /// No call goes before the next attempt.
    case open
    /// The pause is over: one call at a time tries whether the system is back.
    case halfOpen = "half_open"
    /// A person has taken the system out: no call goes until it is released.
    case isolated
  }

  /// What it lets through.
  public var phase: Phase
  /// When it opened, or was isolated; `nil` while closed.
  public var since: Timestamp?
  /// When a call may go again; `nil` for at once, and while isolated.
  public var nextAttempt: Timestamp?
  /// Calls in a row that failed.
  public var failures: Int
  /// Why it is not closed, as a clause: `3 calls in a row failed`; empty while closed.
  public var reason: String
  /// Until when the vendor itself asked us to wait; `nil` when it did not.
  public var retryAfter: Timestamp?

  /// The state of a breaker; closed unless said otherwise.
  public init(
    _ phase: Phase = .closed, since: Timestamp? = nil, nextAttempt: Timestamp? = nil,
    failures: Int = 0, reason: String = "", retryAfter: Timestamp? = nil
  ) {
    self.phase = phase
    self.since = since
    self.nextAttempt = nextAttempt
    self.failures = failures
    self.reason = reason
    self.retryAfter = retryAfter
  }
}
