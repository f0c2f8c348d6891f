public import DealModel

/// An answer of a system that many need and that changes rarely: owners, stages, the account.
///
/// Held in memory, asked for once however many wait, and again when it has aged. When a later
/// question fails, the answer before stays.
public actor AgedAnswer<Value: Sendable> {
  private let lifetime: Duration
  private let time: any TimeSource
  private let ask: @Sendable () async throws -> Value
  private var answer: (value: Value, at: Timestamp)?
  private var failedAt: Timestamp?
  private var running: Task<Value, any Error>?

  /// An answer that is not there yet.
  ///
  /// - Parameters:
  ///   - lifetime: How long an answer is good for.
  ///   - ask: Asks the system; throws ``SystemError`` or `CancellationError`.
  public init(
    lifetime: Duration, time: any TimeSource, ask: @escaping @Sendable () async throws -> Value
  ) {
    self.lifetime = lifetime
    self.time = time
    self.ask = ask
  }

  /// The answer, at most as old as its lifetime unless the system cannot be asked.
  ///
  /// - Throws: ``SystemError`` when there never was an answer and there is none now, or
  ///   `CancellationError`.
  public func value() async throws -> Value { try await value(within: lifetime) }

  /// The answer, asked for anew when it is older than `age` although its lifetime is not over:
  /// something was met that it does not hold.
  public func value(within age: Duration) async throws -> Value {
    let now = time.now()
    if let answer {
      let isYoung = answer.at.duration(to: now) < min(age, lifetime)
      let isCalm = failedAt.map { $0.duration(to: now) < Self.calm } ?? false
      if isYoung || isCalm { return answer.value }
    }
    do { return try await asked() } catch let error as SystemError {
      failedAt = time.now()
      guard let answer else { throw error }
      return answer.value
    }
  }

  /// How long an old answer stands in without another question after one that failed.
  private static var calm: Duration { .seconds(60) }

  private func asked() async throws -> Value {
    if let running { return try await Joining.value(of: running) }
    // Unstructured, so that cancelling one of those who wait does not fail the others.
    let task = Task { try await self.fetch() }
    running = task
    return try await Joining.value(of: task)
  }

  private func fetch() async throws -> Value {
    defer { running = nil }
    let value = try await ask()
    answer = (value, time.now())
    failedAt = nil
    return value
  }
}
