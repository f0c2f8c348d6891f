import DealModel

/// The steps on which latencies are counted, so that stretches of time can be added up and still
/// give percentiles: about eight steps per power of ten.
enum LatencyScale {
  /// The upper bounds in milliseconds; what is longer falls on one more step.
  static let bounds: [Int64] = [
    1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1_000, 1_500, 2_000, 3_000,
    5_000, 7_000, 10_000, 15_000, 20_000, 30_000, 60_000,
  ]

  /// The step a latency falls on.
  static func step(of latency: Duration) -> Int {
    let milliseconds = latency.milliseconds
    return bounds.firstIndex { milliseconds <= $0 } ?? bounds.count
  }

  /// The upper bound of the step below which that share of the calls lies, in hundredths; the last
  /// bound for calls beyond it. `nil` without any call.
  static func percentile(_ hundredths: Int, of counts: [Int: Int]) -> Duration? {
    let total = counts.values.reduce(0, +)
    guard total > 0 else { return nil }
    // The smallest rank that has at least that share at or below it.
    let rank = max(1, (total * hundredths + 99) / 100)
    var seen = 0
    for step in counts.keys.sorted() {
      seen += counts[step] ?? 0
      if seen >= rank { return .milliseconds(bounds[min(step, bounds.count - 1)]) }
    }
    return nil
  }
}
