/// Where the product takes the time from. Injected everywhere, so that any schedule can be replayed.
public protocol TimeSource: Sendable {
  /// The instant it is.
  func now() -> Timestamp
  /// Waits until that instant has come; returns at once when it has passed.
  ///
  /// - Throws: `CancellationError` when the task is cancelled while waiting.
  func sleep(until deadline: Timestamp) async throws
}

extension TimeSource {
  /// Waits for a duration from now.
  ///
  /// - Throws: `CancellationError` when the task is cancelled while waiting.
  public func sleep(for duration: Duration) async throws {
    try await sleep(until: now().adding(duration))
  }
}

/// Where the product takes chance from: jitter and nonces. Injected, so that a seed replays a run.
public protocol RandomSource: Sendable {
  /// The next 64 random bits.
  func next() -> UInt64
}
