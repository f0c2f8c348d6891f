import DealModel

/// Which deals are wanted, in order of urgency.
struct Demand: Hashable, Sendable {
  /// The deal whose detail is on screen.
  var selected: DealID?
  /// Deals on screen, from the top.
  var visible: [DealID] = []
  /// Deals just off screen: read ahead once, not kept fresh.
  var nearby: [DealID] = []

  /// Every wanted deal once, the most urgent first.
  var ordered: [DealID] {
    var seen: Set<DealID> = []
    return ((selected.map { [$0] } ?? []) + visible + nearby).filter { seen.insert($0).inserted }
  }

  /// The deals that are kept fresh, not just read once.
  var onScreen: Set<DealID> { Set(visible).union(selected.map { [$0] } ?? []) }
}
