import DealModel
import Synchronization

/// One system's clock: the sandbox's, ahead or behind as ordered.
final class SkewedClock: TimeSource {
  private let time: any TimeSource
  private let skew = Mutex(Duration.zero)

  init(_ time: any TimeSource) { self.time = time }

  func now() -> Timestamp { time.now().adding(skew.withLock { $0 }) }

  func sleep(until deadline: Timestamp) async throws {
    try await time.sleep(until: deadline.corrected(for: skew.withLock { $0 }))
  }

  /// Sets how far it is ahead of the sandbox's clock.
  func set(_ ahead: Duration) { skew.withLock { $0 = ahead } }

  /// Whether it is off at all.
  var isOff: Bool { skew.withLock { $0 != .zero } }
}
