public import AdapterKit
public import DealModel

/// Hears of every call and of every change of a system's state, to keep them: the history of
/// health. Numbers about calls only, never a business value.
///
/// Called from any thread, outside every lock of the log; must return at once. Two changes that
/// follow within a millisecond may arrive in either order: order by ``StateChange/number``.
public protocol HealthRecorder: Sendable {
  /// An exchange with a system has ended, retries included.
  func callEnded(_ call: CallReport)

  /// A system came into another state.
  func stateChanged(_ change: StateChange)
}

/// One system came from one state into another.
public struct StateChange: Hashable, Sendable {
  /// The system.
  public var system: SystemName
  /// The state it left.
  public var from: SystemStatus
  /// The state it came into.
  public var to: SystemStatus
  /// When.
  public var at: Timestamp
  /// Why, in sentences without values: `It refuses the credentials: the last call was turned away.`
  public var reason: String
  /// The error that brought it about; `nil` for a change to the better.
  public var lastError: SystemError?
  /// How many changes of this system there were, this one included.
  public var number: Int

  /// One change of state.
  public init(
    system: SystemName, from: SystemStatus, to: SystemStatus, at: Timestamp, reason: String,
    lastError: SystemError? = nil, number: Int
  ) {
    self.system = system
    self.from = from
    self.to = to
    self.at = at
    self.reason = reason
    self.lastError = lastError
    self.number = number
  }
}
