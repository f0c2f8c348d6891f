import DealModel

/// How long a system's answers take, and whether that is late by its own measure.
///
/// Late begins when the median of the last five answers is above half the deadline, or above the
/// larger of one second and four times what is usual. It ends below a quarter of the deadline and
/// below the larger of 0.7 s and twice the usual. Usual is the median of the last sixty answers that
/// came in time, once there are ten; a system that has been late for an hour has a new usual.
struct LatencyRecord: Hashable, Sendable {
  private(set) var recent: [Duration] = []
  private(set) var slowest: SystemHealth.SlowCall?
  private var calls: [SystemHealth.SlowCall] = []
  private var inTime: [Duration] = []
  private var lateSince: Timestamp?
  private let deadline: Duration

  static let kept = 60
  private static let newUsual = Duration.seconds(3_600)

  init(deadline: Duration) { self.deadline = deadline }

  /// An answer came.
  mutating func note(_ duration: Duration, operation: String, began: Timestamp) {
    recent.append(duration)
    calls.append(.init(operation: operation, duration: duration, began: began))
    if recent.count > Self.kept {
      recent.removeFirst()
      calls.removeFirst()
    }
    slowest = calls.max { $0.duration < $1.duration }
    let last = lastFive
    if lateSince == nil {
      if recent.count >= 3,
        last > deadline / 2 || usual.map({ last > max(.seconds(1), $0 * 4) }) ?? false
      {
        lateSince = began
      }
    } else if last < deadline / 4,
      usual.map({ last < max(.milliseconds(700), $0 * 2) }) ?? true
    {
      lateSince = nil
    } else if let lateSince, lateSince.duration(to: began) > Self.newUsual, last <= deadline / 2 {
      inTime = recent
      self.lateSince = nil
    }
    guard lateSince == nil else { return }
    inTime.append(duration)
    if inTime.count > Self.kept { inTime.removeFirst() }
  }

  /// The median of the recent answers.
  var median: Duration? { Self.median(recent) }

  /// The 95th percentile of the recent answers.
  var percentile95: Duration? {
    let sorted = recent.sorted()
    return sorted.isEmpty ? nil : sorted[min(sorted.count - 1, sorted.count * 95 / 100)]
  }

  /// How late it is, as a sentence; `nil` while it is in time.
  var lateness: String? {
    guard lateSince != nil else { return nil }
    let took = "The last answers took \(Self.words(lastFive))"
    guard let usual else { return "\(took) each; a call may take \(Self.words(deadline))." }
    return "\(took) each; \(Self.words(usual)) is usual."
  }

  private var lastFive: Duration { Self.median(recent.suffix(5)) ?? .zero }
  private var usual: Duration? { inTime.count < 10 ? nil : Self.median(inTime) }

  private static func median(_ durations: some Collection<Duration>) -> Duration? {
    let sorted = durations.sorted()
    return sorted.isEmpty ? nil : sorted[sorted.count / 2]
  }

  private static func words(_ duration: Duration) -> String {
    let milliseconds = duration.milliseconds
    return milliseconds < 1_000
      ? "\(milliseconds) ms" : "\(milliseconds / 1_000).\(milliseconds % 1_000 / 100) s"
  }
}
