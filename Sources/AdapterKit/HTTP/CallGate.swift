import DealModel
import Synchronization

/// The gate every exchange of a system passes: so many at a time, first come first served, at most
/// as often as the rate limits allow, and not at all while the vendor asks for patience.
final class CallGate: Sendable {
  private struct Guarded {
    var state: CallGateState
    var nextID: UInt64 = 0
    var waiting: [UInt64: CheckedContinuation<Void, any Error>] = [:]
    var cancelled: Set<UInt64> = []
  }

  private let guarded: Mutex<Guarded>
  private let time: any TimeSource

  init(concurrency: Int, rateLimits: [RateLimit], time: any TimeSource) {
    guarded = Mutex(
      Guarded(state: CallGateState(concurrency: concurrency, rateLimits: rateLimits)))
    self.time = time
  }

  /// Runs a piece of work inside the gate.
  ///
  /// - Parameters:
  ///   - patience: The longest wait for a rate limit.
  ///   - pausePatience: The longest wait while the vendor asks for patience.
  /// - Throws: ``GateClosed`` when the wait would be longer, `CancellationError`, or what the work
  ///   throws.
  func pass<Value>(
    tags: Set<String>, patience: Duration, pausePatience: Duration,
    _ work: () async throws -> Value
  ) async throws -> Value {
    let id = try await enter()
    defer { leave(id) }
    while true {
      let slot = guarded.withLock {
        $0.state.slot(
          of: id, tags: tags, at: time.now(), patience: patience, pausePatience: pausePatience)
      }
      switch slot {
      case .go(let when):
        if when > time.now() { try await time.sleep(until: when) }
        return try await work()
      case .pause(let until): try await time.sleep(until: until)
      case .tooLong(let wait): throw GateClosed(retryAfter: wait)
      }
    }
  }

  /// Lets nothing through until then.
  func pause(until instant: Timestamp) { guarded.withLock { $0.state.pause(until: instant) } }

  private func enter() async throws -> UInt64 {
    try Task.checkCancellation()
    let id = guarded.withLock { guarded -> UInt64 in
      guarded.nextID += 1
      return guarded.nextID
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let outcome: Result<Void, any Error>? = guarded.withLock { guarded in
          if guarded.cancelled.remove(id) != nil { return .failure(CancellationError()) }
          if guarded.state.arrive(id) { return .success(()) }
          guarded.waiting[id] = continuation
          return nil
        }
        if let outcome { continuation.resume(with: outcome) }
      }
    } onCancel: {
      let waiter = guarded.withLock { guarded -> CheckedContinuation<Void, any Error>? in
        if guarded.state.abandon(id) { return guarded.waiting.removeValue(forKey: id) }
        // Not in line: let in already, or not arrived yet. Only the latter must hear of it.
        if !guarded.state.isInside(id) { guarded.cancelled.insert(id) }
        return nil
      }
      waiter?.resume(throwing: CancellationError())
    }
    return id
  }

  private func leave(_ id: UInt64) {
    let next = guarded.withLock { guarded in
      guarded.state.depart(id, at: time.now()).flatMap { guarded.waiting.removeValue(forKey: $0) }
    }
    next?.resume()
  }
}

/// The gate would keep a call waiting for longer than its caller has.
struct GateClosed: Error, Hashable, Sendable {
  let retryAfter: Duration
}

/// What the gate decides, without waiting for anything.
struct CallGateState: Hashable, Sendable {
  enum Slot: Hashable, Sendable {
    /// The call is counted and may go at that time.
    case go(at: Timestamp)
    /// Nothing may go before that time; ask again then.
    case pause(until: Timestamp)
    /// The wait would be too long; the call is not counted.
    case tooLong(Duration)
  }

  private let concurrency: Int
  private var inside: Set<UInt64> = []
  private var line: [UInt64] = []
  private var windows: [RateWindow]
  private var pausedUntil: Timestamp?

  init(concurrency: Int, rateLimits: [RateLimit]) {
    self.concurrency = max(1, concurrency)
    windows = rateLimits.map(RateWindow.init)
  }

  /// Whether the arriving call may go in at once; otherwise it stands in line.
  mutating func arrive(_ id: UInt64) -> Bool {
    guard inside.count < concurrency, line.isEmpty else {
      line.append(id)
      return false
    }
    inside.insert(id)
    return true
  }

  /// A call has ended; returns the one let in for it.
  mutating func depart(_ id: UInt64, at now: Timestamp) -> UInt64? {
    inside.remove(id)
    for index in windows.indices { windows[index].ended(id, at: now) }
    guard !line.isEmpty else { return nil }
    let next = line.removeFirst()
    inside.insert(next)
    return next
  }

  /// A call no longer waits; `false` when it did not stand in line.
  mutating func abandon(_ id: UInt64) -> Bool {
    guard let index = line.firstIndex(of: id) else { return false }
    line.remove(at: index)
    return true
  }

  func isInside(_ id: UInt64) -> Bool { inside.contains(id) }

  mutating func pause(until instant: Timestamp) {
    pausedUntil = max(pausedUntil ?? instant, instant)
  }

  /// When a call that is inside may be sent.
  mutating func slot(
    of id: UInt64, tags: Set<String>, at now: Timestamp, patience: Duration,
    pausePatience: Duration
  ) -> Slot {
    if let pausedUntil, pausedUntil > now {
      let wait = now.duration(to: pausedUntil)
      return wait <= pausePatience ? .pause(until: pausedUntil) : .tooLong(wait)
    }
    pausedUntil = nil
    let counting = windows.indices.filter { index in
      windows[index].limit.tag.map(tags.contains) ?? true
    }
    let slot = counting.map { windows[$0].nextSlot(at: now) }.max() ?? now
    let wait = now.duration(to: slot)
    guard wait <= patience else { return .tooLong(wait) }
    for index in counting { windows[index].take(slot, call: id) }
    return .go(at: slot)
  }
}
