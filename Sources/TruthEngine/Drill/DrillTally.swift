public import DealModel

/// How fresh one system's answers are, counted in deals: what a sales director sees of it.
public struct DrillTally: Hashable, Sendable {
  /// Kind of record → freshness → deals. A kind that the system owes for no deal is absent.
  public private(set) var counts: [RecordKind: [Freshness: Int]] = [:]

  /// Nothing counted yet.
  public init() {}

  /// Counts a system's sections of these dossiers as of an instant.
  public init(
    of system: SystemName, in dossiers: some Sequence<Dossier>, limits: FreshnessLimits,
    at now: Timestamp
  ) {
    for dossier in dossiers {
      for (key, section) in dossier.sections where key.system == system {
        counts[key.kind, default: [:]][
          limits.freshness(of: section.fetchedAt, at: now), default: 0] += 1
      }
    }
  }

  /// Deals whose answers of a kind are that fresh.
  public func count(_ freshness: Freshness, of kind: RecordKind) -> Int {
    counts[kind]?[freshness] ?? 0
  }

  /// The least fresh that anything is; `nil` when nothing is counted.
  public var worst: Freshness? { counts.values.compactMap { $0.keys.max() }.max() }

  /// The freshest that anything is; `nil` when nothing is counted.
  public var best: Freshness? { counts.values.compactMap { $0.keys.min() }.min() }

  /// One phrase: `24 deals stale`, or by kind where they differ.
  public var phrase: String {
    let kinds = counts.keys.sorted()
    let sets = Set(kinds.compactMap { counts[$0].map { Set($0.keys) } })
    if sets.count == 1, let only = sets.first, only.count == 1, let freshness = only.first {
      let most = kinds.map { count(freshness, of: $0) }.max() ?? 0
      return "\(most) deals \(freshness.rawValue)"
    }
    return kinds.map { kind in
      let parts = Freshness.allCases.compactMap { freshness -> String? in
        let number = count(freshness, of: kind)
        return number == 0 ? nil : "\(number) \(freshness.rawValue)"
      }
      return "\(kind.rawValue) \(parts.joined(separator: " "))"
    }.joined(separator: ", ")
  }
}
