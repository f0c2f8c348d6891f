internal import DealModel
internal import TruthEngine

/// The changes seen since the screens opened, and which of them nobody has looked at yet.
///
/// Values of deals change while nobody looks: a line of a deal that changed is marked until it has
/// been in sight for a moment and a key shows that a person was there.
struct ChangeFeed: Sendable {
  /// The most changes kept.
  static let capacity = 5_000
  /// How long a line must have been in sight to count as looked at.
  static let glance = Duration.seconds(2)

  /// A line that changed and has not been looked at.
  private struct Mark: Hashable, Sendable {
    var serial: Int
    /// Since when it has been in sight.
    var sightedAt: Timestamp?
  }

  /// Oldest first.
  private var changes: [DealChange] = []
  /// The number of the oldest change kept: every change has a number of its own.
  private(set) var first = 0
  private var marks: [DealID: [LineKey: Mark]] = [:]
  /// The newest change of each line.
  private var latest: [DealID: [LineKey: Int]] = [:]

  /// Changes kept.
  var count: Int { changes.count }
  /// The number that the next change will have.
  var end: Int { first + changes.count }
  /// Changes that were seen and are no longer kept.
  var forgotten: Int { first }
  /// When the oldest change kept was seen.
  var oldest: Timestamp? { changes.first?.seenAt }

  /// The change of that number; `nil` once it is forgotten.
  subscript(serial: Int) -> DealChange? { changes[safely: serial - first] }

  /// Takes in changes, the newest last.
  mutating func take(_ arrived: [DealChange], comparisons: [Comparison]) {
    for change in arrived {
      let serial = end
      changes.append(change)
      for key in change.lines(comparisons) {
        marks[change.deal, default: [:]][key] = Mark(serial: serial)
        latest[change.deal, default: [:]][key] = serial
      }
    }
    // Forgetting in large steps: each costs a walk over everything.
    if changes.count > Self.capacity + Self.capacity / 10 { forget() }
  }

  private mutating func forget() {
    let surplus = changes.count - Self.capacity
    changes.removeFirst(surplus)
    first += surplus
    let start = first
    marks = marks.compactMapValues { lines in
      let kept = lines.filter { $0.value.serial >= start }
      return kept.isEmpty ? nil : kept
    }
    latest = latest.compactMapValues { lines in
      let kept = lines.filter { $0.value >= start }
      return kept.isEmpty ? nil : kept
    }
  }

  // MARK: Marks

  /// Whether any line of any deal waits to be looked at.
  var hasMarks: Bool { !marks.isEmpty }
  /// Whether some line of the deal has not been looked at.
  func hasMarks(_ deal: DealID) -> Bool { marks[deal] != nil }
  /// Whether a line of the deal changed and has not been looked at.
  func isMarked(_ deal: DealID, _ key: LineKey) -> Bool { marks[deal]?[key] != nil }

  /// Notes which lines of a deal are in sight; all others are not.
  mutating func sight(_ lines: (deal: DealID, keys: Set<LineKey>)?, at now: Timestamp) {
    for deal in marks.keys {
      let keys = lines?.deal == deal ? lines?.keys ?? [] : []
      marks[deal] = marks[deal]?.reduce(into: [:]) { marks, entry in
        var mark = entry.value
        mark.sightedAt = keys.contains(entry.key) ? mark.sightedAt ?? now : nil
        marks[entry.key] = mark
      }
    }
  }

  /// A key was pressed: what has been in sight for a moment has been looked at.
  mutating func looked(at now: Timestamp) {
    guard hasMarks else { return }
    for (deal, lines) in marks {
      let kept = lines.filter { entry in
        guard let sighted = entry.value.sightedAt else { return true }
        return sighted.adding(Self.glance) > now
      }
      if kept.count < lines.count { marks[deal] = kept.isEmpty ? nil : kept }
    }
  }

  // MARK: Old values

  /// The newest changes that touch a line of a deal, all seen at once; empty when there is none.
  func newest(of key: LineKey, in deal: DealID, comparisons: [Comparison]) -> [DealChange] {
    guard let serial = latest[deal]?[key], let newest = self[serial] else { return [] }
    var found: [DealChange] = []
    var position = serial
    // Values of one reading stand side by side.
    while let change = self[position], change.seenAt == newest.seenAt, found.count < 20 {
      if change.deal == deal, change.lines(comparisons).contains(key) {
        found.insert(change, at: 0)
      }
      position -= 1
    }
    return found
  }
}

extension DealChange {
  /// The lines of the deal that show it: the value's own, and the figures it moved.
  func lines(_ comparisons: [Comparison]) -> [LineKey] {
    var lines: [LineKey] = []
    switch subject {
    case .field(.stageState): lines.append(.field(.stage))
    case .field(let name): lines.append(.field(name))
    case .echo(let property):
      let compared = comparisons.first {
        $0.echoSystem == system && $0.echoProperty == property
      }
      if let compared { lines.append(.field(compared.field)) }
    case .value, .record:
      if let record, recordKind != .deals { lines.append(.record(record)) }
    }
    return lines + effects.filter { $0.field != .conflicts }.map { .field($0.field) }
  }
}
