/// How far a vendor's clock is from ours.
public struct ClockSkew: Hashable, Sendable {
  /// The vendor's clock minus ours: positive when the vendor is ahead.
  public var offset: Duration
  /// The truth lies at most that far from ``offset``: half a second because the `Date` header counts
  /// whole seconds, and half the exchange.
  public var uncertainty: Duration
  /// From how many answers it was taken.
  public var samples: Int

  /// A clock that is off by more is worth a word, and its stamps are corrected.
  public static let tolerance = Duration.seconds(5)

  /// How far a vendor's clock is from ours.
  public init(offset: Duration, uncertainty: Duration, samples: Int) {
    self.offset = offset
    self.uncertainty = uncertainty
    self.samples = samples
  }

  /// Whether the clock is off for certain: beyond the tolerance, in three answers at least.
  public var isOff: Bool {
    samples >= 3 && (offset > Self.tolerance || offset < .zero - Self.tolerance)
  }
}

extension Timestamp {
  /// The instant by our clock, of one that a clock so far ahead of ours has stamped.
  public func corrected(for skew: Duration) -> Timestamp { adding(.zero - skew) }
}
