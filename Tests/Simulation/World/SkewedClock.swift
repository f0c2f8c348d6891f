import DealModel

/// A vendor's clock: it runs with ours and shows another time.
struct SkewedClock: TimeSource {
  let clock: ManualClock
  let skew: Duration

  func now() -> Timestamp { clock.now().adding(skew) }

  func sleep(until deadline: Timestamp) async throws {
    try await clock.sleep(until: deadline.adding(.zero - skew))
  }
}
