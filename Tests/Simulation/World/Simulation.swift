import CSimulation
import DealModel
import Glibc
import Synchronization

/// Runs asynchronous work on the calling thread alone, in an order that a seed decides and with time
/// that passes only when nothing is left to do.
///
/// Every task, actor and continuation of the work stays on the thread, so that "quiet" is known and
/// not guessed, and the same seed gives the same run to the letter.
enum Simulation {
  /// What became of the work.
  enum Outcome<Value: Sendable>: Sendable {
    case ended(Value)
    /// Everything waits, and nobody for time: somebody was never woken.
    case stuck
    /// Time ran on beyond the limit.
    case endless
    /// There is a simulation on this thread already.
    case impossible
  }

  /// Lets what was cancelled, or asked on behalf of several, come to its end.
  private static func letGo(_ clock: ManualClock) {
    let end = clock.now().adding(.seconds(120))
    csim_drain()
    while let next = clock.nextDeadline, next <= end {
      clock.advance(by: max(.zero, clock.now().duration(to: next)))
      csim_drain()
    }
  }

  /// Where the work puts its result.
  private final class Result<Value: Sendable>: Sendable {
    private let held = Mutex<Value?>(nil)
    var value: Value? { held.withLock { $0 } }
    func put(_ value: Value) { held.withLock { $0 = value } }
  }

  /// - Parameters:
  ///   - seed: Decides which of several jobs runs first.
  ///   - clock: The only clock of the work; begins where it stands.
  ///   - limit: The latest instant the clock may reach.
  /// - Returns: What became of it, and how many tasks still slept on the clock at its end.
  static func run<Value: Sendable>(
    seed: UInt64, clock: ManualClock, until limit: Timestamp,
    _ work: @escaping @Sendable () async -> Value
  ) -> (outcome: Outcome<Value>, sleepers: Int) {
    guard csim_begin(seed) else { return (.impossible, 0) }
    let result = Result<Value>()
    Task { result.put(await work()) }
    while true {
      csim_drain()
      let outcome: Outcome<Value>
      if let value = result.value {
        outcome = .ended(value)
      } else if let next = clock.nextDeadline {
        if next <= limit {
          clock.advance(by: max(.zero, clock.now().duration(to: next)))
          continue
        }
        outcome = .endless
      } else {
        outcome = .stuck
      }
      letGo(clock)
      csim_end()
      return (outcome, clock.sleeperCount)
    }
  }
}

/// Runs a closure on a thread of its own: a simulation keeps its thread busy, and the pool's may not
/// be.
func onThread<Outcome: Sendable>(_ body: @escaping @Sendable () -> Outcome) async -> Outcome? {
  await withCheckedContinuation { continuation in
    let work = Unmanaged.passRetained(
      ThreadWork {
        let outcome = body()
        continuation.resume(returning: outcome)
      })
    var thread = pthread_t()
    let failure = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        pthread_detach(pthread_self())
        Unmanaged<ThreadWork>.fromOpaque(context).takeRetainedValue().body()
        return nil
      }, work.toOpaque())
    if failure != 0 {
      work.release()
      continuation.resume(returning: nil)
    }
  }
}

/// What the thread is given; retained across the C call and released by exactly one side.
private final class ThreadWork: Sendable {
  let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
