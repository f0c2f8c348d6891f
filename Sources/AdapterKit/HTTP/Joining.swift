import Synchronization

/// Waiting for a task that others wait for too, or that may outlive whoever waits.
public enum Joining {
  private struct State<Value> {
    var continuation: CheckedContinuation<Value, any Error>?
    var isOver = false
  }

  private final class Waiter<Value: Sendable>: Sendable {
    let state = Mutex(State<Value>())

    func wait(_ continuation: CheckedContinuation<Value, any Error>) {
      let isOver = state.withLock { state in
        if !state.isOver { state.continuation = continuation }
        return state.isOver
      }
      if isOver { continuation.resume(throwing: CancellationError()) }
    }

    func end(_ result: Result<Value, any Error>) {
      let continuation = state.withLock { state in
        state.isOver = true
        return state.continuation.take()
      }
      continuation?.resume(with: result)
    }
  }

  /// The value of a task; cancelling the caller ends its wait at once and leaves the task alone.
  public static func value<Value: Sendable>(of task: Task<Value, any Error>) async throws -> Value {
    let waiter = Waiter<Value>()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        waiter.wait(continuation)
        Task { waiter.end(await task.result) }
      }
    } onCancel: {
      waiter.end(.failure(CancellationError()))
    }
  }
}
