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
/// The vendor counts a call when it arrives, which only the vendor knows: by the time its answer is
/// here, or else half a second after it left. Counted when they leave, calls held up by a new
/// connection would arrive together with those of the next window.
struct RateWindow: Hashable, Sendable {
  private struct Counted: Hashable {
    let call: UInt64
    var arrivesBy: Timestamp
  }

  let limit: RateLimit
  private var recent: [Counted] = []

  /// How long a call without an answer is taken to be under way.
  static let transit = Duration.milliseconds(500)

  init(_ limit: RateLimit) { self.limit = limit }

  /// When the next call may go: a window after the call that is so many arrivals back.
  func nextSlot(at now: Timestamp) -> Timestamp {
    guard recent.count >= limit.calls else { return now }
    let latestFirst = recent.map(\.arrivesBy).sorted(by: >)
    return max(now, latestFirst[limit.calls - 1].adding(limit.window))
  }

  /// Counts a call that goes at that time; times never decrease.
  mutating func take(_ slot: Timestamp, call: UInt64) {
    recent.append(Counted(call: call, arrivesBy: slot.adding(Self.transit)))
    if recent.count > limit.calls * 2 { recent.removeFirst(recent.count - limit.calls) }
  }

  /// A call has ended: by now it has arrived, or it never will.
  mutating func ended(_ call: UInt64, at now: Timestamp) {
    guard let index = recent.lastIndex(where: { $0.call == call }) else { return }
    recent[index].arrivesBy = min(recent[index].arrivesBy, now)
  }
}
