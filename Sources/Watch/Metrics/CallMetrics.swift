public import AdapterKit
public import DealModel
public import Scheduler
private import Synchronization

/// Counts calls and changes of state since the start, for Prometheus.
public final class CallMetrics: HealthRecorder {
  /// The upper bounds of the histogram in milliseconds.
  static let bounds: [Int64] = [
    50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 20_000, 30_000, 60_000,
  ]

  /// The counts of one system.
  struct Counts: Hashable, Sendable {
    /// The result's word → calls.
    var results: [String: Int] = [:]
    /// Calls by the first bound they are not longer than; the last for longer ones.
    var durations = Array(repeating: 0, count: CallMetrics.bounds.count + 1)
    /// The sum of the durations in milliseconds.
    var sum: Int64 = 0
    var changes = 0
  }

  private let counts: Mutex<[SystemName: Counts]>

  /// Counts that stand at zero for every system.
  public init(_ company: CompanyModel) {
    let zero = company.systems.map { ($0.name, Counts()) }
    counts = Mutex(Dictionary(zero, uniquingKeysWith: { first, _ in first }))
  }

  public func callEnded(_ call: CallReport) {
    let milliseconds = max(0, call.duration.milliseconds)
    let step = Self.bounds.firstIndex { milliseconds <= $0 } ?? Self.bounds.count
    counts.withLock { counts in
      counts[call.system, default: Counts()].results[call.error?.kind.word ?? "ok", default: 0] += 1
      counts[call.system]?.durations[step] += 1
      counts[call.system]?.sum += milliseconds
    }
  }

  public func stateChanged(_ change: StateChange) {
    counts.withLock { $0[change.system, default: Counts()].changes += 1 }
  }

  /// The counts so far.
  var snapshot: [SystemName: Counts] { counts.withLock { $0 } }
}
