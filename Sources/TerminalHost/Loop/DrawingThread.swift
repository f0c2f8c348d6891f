private import CTerm
private import Glibc

/// Runs a closure on a thread of its own, because it blocks in `poll` and the pool's threads may not.
func runOnThread<Outcome: Sendable>(_ body: @escaping @Sendable () -> Outcome) async -> Outcome? {
  await withCheckedContinuation { continuation in
    let work = Unmanaged.passRetained(
      ThreadWork {
        let outcome = body()
        continuation.resume(returning: outcome)
      })
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    var thread = pthread_t()
    let failure = pthread_create(
      &thread, &attributes,
      { context in
        guard let context else { return nil }
        cte_accept_signals()
        Unmanaged<ThreadWork>.fromOpaque(context).takeRetainedValue().body()
        return nil
      }, work.toOpaque())
    pthread_attr_destroy(&attributes)
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
