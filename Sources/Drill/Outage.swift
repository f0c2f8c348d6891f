public import DealModel

/// A failure that is rehearsed: which system, how, and from when to when.
public struct Outage: Hashable, Sendable {
  /// How a system fails.
  public enum Manner: String, CaseIterable, Hashable, Sendable {
    /// No answer at all.
    case down
    /// It asks for patience at every call.
    case throttled
    /// It refuses the credentials.
    case unauthorized
    /// It answers truly, but takes three quarters of the call's deadline.
    case slow
  }

  /// The system.
  public var system: SystemName
  /// How it fails.
  public var manner: Manner
  /// When it begins to fail.
  public var begins: Timestamp
  /// When it is back.
  public var ends: Timestamp

  /// A failure that is rehearsed.
  public init(system: SystemName, manner: Manner, begins: Timestamp, ends: Timestamp) {
    self.system = system
    self.manner = manner
    self.begins = begins
    self.ends = ends
  }

  /// Whether the system fails then.
  func holds(at now: Timestamp) -> Bool { begins <= now && now < ends }

  /// What a call ends with meanwhile; `nil` when it is answered all the same.
  var error: SystemError? {
    switch manner {
    case .down:
      SystemError(
        .unavailable, system: system, message: "\(system) cannot be reached (rehearsed outage).")
    case .throttled:
      SystemError(
        .throttled(retryAfter: .seconds(30)), system: system,
        message: "\(system) asks to wait 30 s between calls (rehearsed outage).")
    case .unauthorized:
      SystemError(
        .unauthorized, system: system,
        message: "\(system) no longer accepts the credentials (rehearsed outage).")
    case .slow: nil
    }
  }
}
