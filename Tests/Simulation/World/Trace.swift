import DealModel
import Synchronization

/// What happened in a schedule, line by line; keeps nothing unless it is asked to.
final class Trace: Sendable {
  private let clock: ManualClock
  private let isKept: Bool
  private let kept = Mutex<[String]>([])

  init(clock: ManualClock, isKept: Bool) {
    self.clock = clock
    self.isKept = isKept
  }

  /// The lines so far.
  var lines: [String] { kept.withLock { $0 } }

  func note(_ line: () -> String) {
    guard isKept else { return }
    let text = "\(clock.now()) \(line())"
    kept.withLock { $0.append(text) }
  }
}
