import DealModel

/// When a vendor's calls left will be used up at the present rate, by everyone who uses the account.
///
/// The number rises when the vendor's window begins anew: then the trend begins anew as well. Windows
/// of seconds therefore never tell, which is right: they are over before they are used up.
struct QuotaTrend: Hashable, Sendable {
  private struct Sample: Hashable, Sendable {
    var left: Int
    var at: Timestamp
  }

  private var samples: [Sample] = []

  private static let kept = 30
  private static let shortest = Duration.seconds(60)
  private static let horizon = Duration.seconds(86_400)

  /// The vendor said how many calls are left.
  mutating func note(_ left: Int, at now: Timestamp) {
    // No vendor allows so many calls, or fewer than none: such a number says nothing.
    guard (0...1_000_000_000_000).contains(left) else {
      samples = []
      return
    }
    if let last = samples.last {
      if left > last.left || now < last.at { samples = [] }
      // Calls side by side end at once: one number a second is enough.
      if now == last.at, !samples.isEmpty { samples.removeLast() }
    }
    samples.append(Sample(left: left, at: now))
    // The oldest stays as long as it can: a longer span tells more. Every other one goes.
    if samples.count > Self.kept {
      samples = samples.enumerated().filter { $0.offset % 2 == 0 || $0.offset == samples.count - 1 }
        .map(\.element)
    }
  }

  /// When none will be left; `nil` when the number is not falling, was watched for less than a
  /// minute, or lasts for more than a day.
  var runsOut: Timestamp? {
    guard let first = samples.first, let last = samples.last, samples.count >= 3 else { return nil }
    let span = first.at.duration(to: last.at)
    let used = first.left - last.left
    guard span >= Self.shortest, used > 0 else { return nil }
    // Years of milliseconds times a system's count: checked.
    let (product, overflow) = span.milliseconds.multipliedReportingOverflow(by: Int64(last.left))
    guard !overflow else { return nil }
    let wait = Duration.milliseconds(product / Int64(used))
    return wait <= Self.horizon ? last.at.adding(wait) : nil
  }
}
