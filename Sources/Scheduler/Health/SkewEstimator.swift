import DealModel

/// How far a vendor's clock is from ours, from the `Date` of its answers.
///
/// One answer gives `Date + 0.5 s − middle of the exchange`: the header counts whole seconds, and
/// the vendor wrote it at some moment of the exchange, so the error is at most half a second plus
/// half the exchange. The estimate is the median of the last nine answers within ten minutes.
///
/// A cache or gateway that writes `Date` itself tells its own clock; the APIs read here do not cache.
struct SkewEstimator: Hashable, Sendable {
  private struct Sample: Hashable, Sendable {
    var offset: Duration
    var error: Duration
    var at: Timestamp
  }

  private var samples: [Sample] = []
  /// What stamps are corrected by: follows the estimate in steps, so that a record read twice is
  /// the same record.
  private(set) var correction = Duration.zero

  private static let kept = 9
  private static let memory = Duration.seconds(600)
  /// An exchange that took longer says too little.
  private static let longest = Duration.seconds(10)
  private static let step = Duration.seconds(2)

  /// An answer told the vendor's time.
  mutating func note(serverDate: Timestamp, began: Timestamp, duration: Duration) {
    guard duration >= .zero, duration <= Self.longest else { return }
    let middle = began.adding(duration / 2)
    let offset = middle.duration(to: serverDate) + .milliseconds(500)
    samples.removeAll {
      $0.at.duration(to: middle) > Self.memory || $0.at > middle.adding(Self.memory)
    }
    samples.append(Sample(offset: offset, error: .milliseconds(500) + duration / 2, at: middle))
    if samples.count > Self.kept { samples.removeFirst() }
    correct()
  }

  /// The present estimate; `nil` before any answer told its time.
  var estimate: ClockSkew? {
    guard !samples.isEmpty else { return nil }
    let offsets = samples.map(\.offset).sorted()
    // The median of samples of differing errors is off by at most the largest of them.
    let error = samples.map(\.error).max() ?? .zero
    return ClockSkew(
      offset: offsets[offsets.count / 2], uncertainty: error, samples: samples.count)
  }

  private mutating func correct() {
    guard let estimate else { return }
    guard estimate.isOff else {
      correction = .zero
      return
    }
    let apart = estimate.offset - correction
    guard correction == .zero || apart > Self.step || apart < .zero - Self.step else { return }
    // Whole seconds: the header has no more.
    correction = .seconds(
      (estimate.offset.milliseconds + (estimate.offset < .zero ? -500 : 500)) / 1_000)
  }
}
