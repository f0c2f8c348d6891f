private import Synchronization

/// A clock that moves only when it is told to, and wakes its sleepers in order: for simulations.
public final class ManualClock: TimeSource {
  private struct Sleeper {
    let id: UInt64
    let deadline: Timestamp
    let continuation: CheckedContinuation<Void, any Error>
  }

  private struct State {
    var now: Timestamp
    var nextID: UInt64 = 0
    var sleepers: [Sleeper] = []
    var cancelled: Set<UInt64> = []
  }

  private let state: Mutex<State>

  /// A clock that stands at that instant.
  public init(_ now: Timestamp) { state = Mutex(State(now: now)) }

  /// A clock that stands at an instant in ISO 8601; at 1970 when the text is none.
  public convenience init(_ text: String) {
    self.init(Timestamp(text) ?? Timestamp(milliseconds: 0))
  }

  public func now() -> Timestamp { state.withLock { $0.now } }

  public func sleep(until deadline: Timestamp) async throws {
    try Task.checkCancellation()
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let outcome: Result<Void, any Error>? = state.withLock { state in
          if state.cancelled.remove(id) != nil { return .failure(CancellationError()) }
          if deadline <= state.now { return .success(()) }
          state.sleepers.append(Sleeper(id: id, deadline: deadline, continuation: continuation))
          return nil
        }
        if let outcome { continuation.resume(with: outcome) }
      }
    } onCancel: {
      let sleeper = state.withLock { state -> Sleeper? in
        guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else {
          state.cancelled.insert(id)
          return nil
        }
        return state.sleepers.remove(at: index)
      }
      sleeper?.continuation.resume(throwing: CancellationError())
    }
  }

  /// Moves the clock and wakes everyone whose time has come, the earliest first.
  public func advance(by duration: Duration) {
    let woken = state.withLock { state in
      state.now = state.now.adding(duration)
      let now = state.now
      let due = state.sleepers.filter { $0.deadline <= now }.sorted { $0.deadline < $1.deadline }
      state.sleepers.removeAll { $0.deadline <= now }
      return due
    }
    for sleeper in woken { sleeper.continuation.resume() }
  }

  /// When the next sleeper wants to wake; `nil` when nobody sleeps.
  public var nextDeadline: Timestamp? {
    state.withLock { $0.sleepers.map(\.deadline).min() }
  }

  /// How many sleep.
  public var sleeperCount: Int { state.withLock { $0.sleepers.count } }
}
