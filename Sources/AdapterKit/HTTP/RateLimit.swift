import DealModel

/// A vendor's limit, kept on our side: at most so many calls in any window of that length.
public struct RateLimit: Hashable, Sendable {
  /// The most calls in one window, at least 1.
  public let calls: Int
  /// The length of the window.
  public let window: Duration
  /// The tag of the calls it counts; `nil` for all calls.
  public let tag: String?

  /// At most so many calls in any window of that length.
  public init(_ calls: Int, per window: Duration, tag: String? = nil) {
    self.calls = max(1, calls)
    self.window = window
    self.tag = tag
  }
}

/// A sliding window over the calls let through under one limit.
///
/// The call numbered n may go at `max(now, time of call n − calls + window)`.
struct RateWindow: Hashable, Sendable {
  let limit: RateLimit
  private var recent: [Timestamp] = []

  init(_ limit: RateLimit) { self.limit = limit }

  /// When the next call may go.
  func nextSlot(at now: Timestamp) -> Timestamp {
    guard recent.count >= limit.calls else { return now }
    return max(now, recent[recent.count - limit.calls].adding(limit.window))
  }

  /// Counts a call that goes at that time; times never decrease.
  mutating func take(_ slot: Timestamp) {
    recent.append(slot)
    if recent.count > limit.calls * 2 { recent.removeFirst(recent.count - limit.calls) }
  }
}
