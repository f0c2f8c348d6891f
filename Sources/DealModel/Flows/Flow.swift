/// A middleware job that is meant to carry the shared ID from one system to another: a Workato
/// recipe, a Make scenario, or anything that reports in by heartbeat.
public struct Flow: Hashable, Sendable {
  /// Where its runs are known.
  public enum Source: Hashable, Sendable {
    /// It reports in by itself under that name in `watch.heartbeats`.
    case heartbeat(String)
    /// It is a job of a system that reports flows: a recipe's or scenario's ID there.
    case job(String, in: SystemName)
  }

  /// The two systems between which it carries.
  public struct Route: Hashable, Sendable {
    /// The system it reads.
    public var from: SystemName
    /// The system it writes.
    public var to: SystemName

    /// The two systems between which a flow carries.
    public init(from: SystemName, to: SystemName) {
      self.from = from
      self.to = to
    }
  }

  /// Its name in the configuration.
  public var name: String
  /// Where its runs are known.
  public var source: Source
  /// The link it carries; `nil` when it carries none that concerns deals.
  public var carries: Route?
  /// How often it should run; `nil` for one that runs only when something happens: its silence says
  /// nothing.
  public var expectEvery: Duration?
  /// How much later it may be before it counts as silent.
  public var grace: Duration
  /// The person accountable for it.
  public var steward: String

  /// A middleware job.
  public init(
    name: String, source: Source, carries: Route? = nil, expectEvery: Duration? = nil,
    grace: Duration = .zero, steward: String
  ) {
    self.name = name
    self.source = source
    self.carries = carries
    self.expectEvery = expectEvery
    self.grace = grace
    self.steward = steward
  }

  /// The system that runs it; `nil` for one that reports in by itself.
  public var system: SystemName? {
    if case .job(_, let system) = source { system } else { nil }
  }
}
