import Dispatch
import Synchronization

/// Where the history waits for the disk: a serial queue of its own, never a pool thread.
final class HistoryThread: Sendable {
  private let queue = DispatchQueue(label: "plumbline.history", qos: .utility)
  private let keeper: Mutex<HistoryKeeper>

  init(_ keeper: HistoryKeeper) { self.keeper = Mutex(keeper) }

  /// Runs a body there. Cancellation does not reach it: what has begun is finished.
  func perform<Answer: Sendable>(
    _ body: @escaping @Sendable (inout HistoryKeeper) -> Answer
  ) async -> Answer {
    await withCheckedContinuation { continuation in
      queue.async {
        // Taken on this queue alone, so that nobody ever waits for it.
        continuation.resume(returning: self.keeper.withLock { body(&$0) })
      }
    }
  }
}
