import Synchronization

/// Knows whether a reading hangs: it took longer than its deadline, and has not ended since.
final class CSVWatch: Sendable {
  private let hanging = Mutex(0)

  var isHanging: Bool { hanging.withLock { $0 > 0 } }

  /// A reading was given up; it counts until it has ended.
  func hangs<Value>(_ task: Task<Value, any Error>) {
    hanging.withLock { $0 += 1 }
    task.cancel()
    Task {
      _ = await task.result
      hanging.withLock { $0 -= 1 }
    }
  }
}
