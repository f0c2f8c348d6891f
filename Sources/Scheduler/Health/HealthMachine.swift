import DealModel

/// The state of one system. A struct: the same events at the same times give the same states.
///
/// Which event leads where is a table, ``HealthRule/all``. What it amounts to:
///
///     from                       to             when
///     unknown                    healthy        the first call was answered
///     unknown                    any other      the first call failed, by the failure
///     healthy                    throttled …    at once: such a failure meets the next call as well
///     healthy                    degraded       more than 1 in 5 of the last 20 failed, or late
///     healthy, degraded          down …         3 failures in a row
///     healthy, degraded          drifted        a probe found something gone or changed
///     any trouble                degraded       the first answer
///     any trouble                another one    twice in a row
///     degraded                   healthy        3 answers in a row, in time
///
/// After four changes within half an hour every number of this table but the first answer's counts
/// double, then fourfold, then eightfold, so that a system that answers every other call settles in
/// degraded.
struct HealthMachine: Hashable, Sendable {
  private(set) var facts = HealthFacts()

  var status: SystemStatus { facts.status }

  private static let remembered = 20
  private static let memory = Duration.seconds(30 * 60)

  /// Takes in what a system did.
  ///
  /// - Returns: The rule by which the state changed; `nil` when it did not.
  mutating func take(_ event: HealthEvent, at now: Timestamp) -> HealthRule? {
    facts.now = now
    facts.unrest.removeAll { $0.duration(to: now) > Self.memory }
    note(event, at: now)
    guard
      let rule = HealthRule.all.first(where: { $0.from.contains(facts.status) && $0.holds(facts) }),
      let next = rule.to ?? facts.failureState, next != facts.status
    else { return nil }
    // The first call of all is no unrest.
    if facts.status != .unknown { facts.unrest.append(now) }
    facts.status = next
    return rule
  }

  private mutating func note(_ event: HealthEvent, at now: Timestamp) {
    switch event {
    case .answered(let lateness):
      remember(true)
      facts.answeringSince = facts.answeringSince ?? now
      facts.failingSince = nil
      facts.answersInARow += 1
      facts.failuresInARow = 0
      facts.alikeInARow = 0
      facts.failureState = nil
      facts.lateness = lateness
      facts.hasAnswered = true
    case .failed(let kind):
      remember(false)
      facts.failingSince = facts.failingSince ?? now
      facts.answeringSince = nil
      facts.answersInARow = 0
      facts.failuresInARow += 1
      let state = Self.state(for: kind)
      facts.alikeInARow = facts.failureState == state ? facts.alikeInARow + 1 : 1
      facts.failureState = state
    case .looked(let drift):
      facts.soundLooks = drift.isEmpty ? facts.soundLooks + 1 : 0
      // What was found stays until as many probes as it takes found it mended.
      if !drift.isEmpty || facts.soundLooks >= facts.patience { facts.drift = drift }
    }
  }

  private mutating func remember(_ success: Bool) {
    facts.recent.append(success)
    if facts.recent.count > Self.remembered { facts.recent.removeFirst() }
  }

  /// The state that a failure stands for.
  static func state(for kind: SystemError.Kind) -> SystemStatus {
    switch kind {
    case .unauthorized: .unauthorized
    case .throttled: .throttled
    case .drifted: .drifted
    case .unavailable: .down
    case .malformed, .refused: .degraded
    }
  }
}

extension HealthMachine {
  /// Why the state is what it is, in sentences without values or times.
  var reason: String {
    switch facts.status {
    case .unknown: "Nobody has asked it yet."
    case .healthy: facts.failures == 0 ? SystemHealth.inTime : "It answers in time; \(share)."
    case .degraded: degraded
    case .throttled: "It asks for patience: \(run("was turned away", "were turned away"))."
    case .unauthorized: "It refuses the credentials: \(run("was turned away", "were turned away"))."
    case .drifted:
      facts.drift.isEmpty
        ? "It does not know something that the configuration names."
        : facts.drift.map(\.sentence).joined(separator: " ")
    case .down:
      facts.hasAnswered
        ? "It gives no answer that can be used: \(run("failed", "failed"))."
        : "It has never answered."
    }
  }

  private var degraded: String {
    if let lateness = facts.lateness { return lateness }
    if facts.failuresInARow > 0 { return "It answers, but not reliably: \(share)." }
    let missing = facts.answersNeeded - facts.answersInARow
    guard missing > 0 else { return "It answers, but not reliably: \(share)." }
    return "It answers again; after \(missing) more answer\(missing == 1 ? "" : "s") in a row it "
      + "counts as healthy."
  }

  private var share: String {
    "\(facts.failures) of the last \(facts.recent.count) calls failed"
  }

  /// What has been failing: `the last 3 calls were turned away`.
  private func run(_ one: String, _ many: String) -> String {
    facts.failuresInARow > 1
      ? "the last \(facts.failuresInARow) calls \(many)" : "the last call \(one)"
  }
}
