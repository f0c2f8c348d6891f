import DealModel

/// What one call brought.
struct Pulled: Sendable {
  /// The records by deal.
  var records: [DealID: [Record]]
  /// As of when the system's own copy holds; `nil` for one that answers live.
  var watermark: Timestamp?

  /// As of when the answer holds, by our clock: never later than it was asked for. A watermark that
  /// is clearly ahead of our clock stays, so that its age counts as unknown.
  func holds(askedAt asked: Timestamp) -> Timestamp {
    guard let watermark else { return asked }
    return watermark > asked.adding(.seconds(2)) ? watermark : min(watermark, asked)
  }
}
