/// How far a reading can be trusted to be what its system holds now.
public enum Freshness: String, CaseIterable, Hashable, Sendable, Comparable {
  /// Read within the limit.
  case live
  /// Older than the limit; being read again.
  case aging
  /// Much older than the limit: the system has not answered for a while.
  case stale
  /// Too old to decide anything by.
  case expired
  /// There is no reading, or its age is unknown.
  case unavailable

  /// The fresher is the smaller.
  public static func < (left: Freshness, right: Freshness) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .live: 0
    case .aging: 1
    case .stale: 2
    case .expired: 3
    case .unavailable: 4
    }
  }
}

/// One system's limits of age.
///
/// Age: `0 … freshFor` live, `… staleAfter` aging, `… expireAfter` stale, beyond it expired.
/// A reading from the future has an unknown age and is stale: unknown is never fresh.
public struct FreshnessLimits: Hashable, Sendable {
  /// Up to this age a reading is live.
  public var freshFor: Duration
  /// Beyond this age a reading is stale.
  public var staleAfter: Duration
  /// Beyond this age a reading is expired.
  public var expireAfter: Duration

  /// The limits; `staleAfter` is five times `freshFor` when not given, and never beyond
  /// `expireAfter`.
  public init(freshFor: Duration, staleAfter: Duration? = nil, expireAfter: Duration) {
    self.freshFor = freshFor
    self.staleAfter = min(staleAfter ?? freshFor * 5, expireAfter)
    self.expireAfter = expireAfter
  }

  /// How fresh a reading of that instant is now; `nil` stands for no reading.
  public func freshness(of fetchedAt: Timestamp?, at now: Timestamp) -> Freshness {
    guard let fetchedAt else { return .unavailable }
    let age = fetchedAt.duration(to: now)
    // Clocks step back by a little when they are set; more than that is an unknown age.
    if age < .seconds(-2) { return .stale }
    if age <= freshFor { return .live }
    if age <= staleAfter { return .aging }
    return age <= expireAfter ? .stale : .expired
  }

  /// The next instant at which the freshness of a reading changes; `nil` once it is expired.
  public func nextChange(of fetchedAt: Timestamp, after now: Timestamp) -> Timestamp? {
    [freshFor, staleAfter, expireAfter].lazy
      .map { fetchedAt.adding($0 + .milliseconds(1)) }
      .first { $0 > now }
  }
}
