public import DealModel

extension ManualClock {
  /// Runs work while time passes as fast as it can: whenever someone sleeps, the clock moves to
  /// when the first of them wants to wake.
  public func passing<Value: Sendable>(
    during work: @Sendable () async throws -> Value
  ) async rethrows -> Value {
    let driver = Task {
      while !Task.isCancelled {
        if let next = nextDeadline { advance(by: now().duration(to: next)) }
        try? await Task.sleep(for: .milliseconds(1))
      }
    }
    defer { driver.cancel() }
    return try await work()
  }
}
