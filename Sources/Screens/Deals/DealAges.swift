internal import DealModel
internal import TruthEngine

/// How old the answers about one deal are: what the sign of its row is made of.
struct DealAges: Hashable, Sendable {
  /// The oldest answer of a system, with the system's limits.
  private struct Answered: Hashable, Sendable {
    var fetchedAt: Timestamp
    var limits: FreshnessLimits
  }

  private var answers: [Answered] = []
  /// Whether something was asked for and never answered.
  private var isUnavailable = false

  /// The ages of a judged deal.
  init(_ assessment: Assessment, limits: [SystemName: FreshnessLimits]) {
    for (system, source) in assessment.sources {
      guard let limits = limits[system] else { continue }
      let known = source.fetchedAt.values.compactMap { $0 }
      if let oldest = known.min() { answers.append(Answered(fetchedAt: oldest, limits: limits)) }
      for (kind, fetched) in source.fetchedAt where fetched == nil && source.failures[kind] != nil {
        isUnavailable = true
      }
    }
  }

  /// The least fresh of the answers; `nil` when there is none.
  func worst(at instant: Timestamp) -> Freshness? {
    if isUnavailable { return .unavailable }
    var worst: Freshness?
    for answer in answers {
      let freshness = answer.limits.freshness(of: answer.fetchedAt, at: instant)
      worst = max(worst ?? .live, freshness)
    }
    return worst
  }

  /// When ``worst(at:)`` changes: not at every limit, only where the least fresh does.
  func nextChange(after now: Timestamp) -> Timestamp? {
    let present = worst(at: now)
    if present == nil || present == .expired || present == .unavailable { return nil }
    var instant = now
    while let next = answers.compactMap({
      $0.limits.nextChange(of: $0.fetchedAt, after: instant)
    }).min() {
      if worst(at: next) != present { return next }
      instant = next
    }
    return nil
  }
}
