public import DealModel
import Glibc

/// The machine's clock.
public struct SystemClock: TimeSource {
  /// The machine's clock.
  public init() {}

  public func now() -> Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
  }

  public func sleep(until deadline: Timestamp) async throws {
    try Task.checkCancellation()
    var left = now().duration(to: deadline)
    // The clock may be set back while we sleep; an hour at a time bounds what that costs.
    while left > .zero {
      try await Task.sleep(for: min(left, .seconds(3_600)))
      left = now().duration(to: deadline)
    }
  }
}

/// The machine's chance, fit for nonces.
public struct SystemRandom: RandomSource {
  /// The machine's chance.
  public init() {}

  public func next() -> UInt64 {
    var generator = SystemRandomNumberGenerator()
    return generator.next()
  }
}
