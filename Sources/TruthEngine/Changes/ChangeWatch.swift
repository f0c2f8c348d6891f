public import DealModel

/// How changes are being watched: by which systems since when, and what is still to be read.
public struct ChangeWatch: Hashable, Sendable {
  /// Every system, in the order of the configuration.
  public var systems: [Watched]
  /// Deals with records that changed and have not been read again yet.
  public var waiting: Int
  /// Whether the earlier values of every deal are at hand. In a company too large for that only
  /// those of deals that were on screen are.
  public var remembersAll: Bool

  /// One system.
  public struct Watched: Hashable, Sendable {
    /// The system.
    public var system: SystemName
    /// Whether it can be asked what changed.
    public var reportsChanges: Bool
    /// Since when it has been watched; `nil` before its first answer.
    public var since: Timestamp?
    /// Why it could not be asked the last time. Nothing is missed: the next question covers it.
    public var failure: SystemError?

    /// One system.
    public init(
      system: SystemName, reportsChanges: Bool, since: Timestamp? = nil,
      failure: SystemError? = nil
    ) {
      self.system = system
      self.reportsChanges = reportsChanges
      self.since = since
      self.failure = failure
    }
  }

  /// How changes are being watched.
  public init(systems: [Watched], waiting: Int = 0, remembersAll: Bool = true) {
    self.systems = systems
    self.waiting = waiting
    self.remembersAll = remembersAll
  }
}
