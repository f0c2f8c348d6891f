import DealModel

/// Which deals are wanted, in order of urgency.
struct Demand: Hashable, Sendable {
  /// Every wanted deal once, the most urgent first: the deal whose detail is on screen, deals on
  /// screen from the top, then those just off screen, which are read ahead once, not kept fresh.
  let ordered: [DealID]
  /// The deals that are kept fresh, not just read once.
  let onScreen: Set<DealID>

  init(selected: DealID? = nil, visible: [DealID] = [], nearby: [DealID] = []) {
    var seen: Set<DealID> = []
    let first = selected.map { [$0] } ?? []
    ordered = (first + visible + nearby).filter { seen.insert($0).inserted }
    onScreen = Set(visible).union(first)
  }
}
