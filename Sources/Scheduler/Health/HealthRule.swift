import DealModel

/// What a system did, as far as its state depends on it.
enum HealthEvent: Hashable, Sendable {
  /// It answered usably; with how late it is getting, if it is.
  case answered(lateness: String?)
  /// A call failed.
  case failed(SystemError.Kind)
  /// A probe looked whether everything is still there as configured.
  case looked(drift: [SchemaDrift])
}

/// What the rules of transition look at, the event included.
struct HealthFacts: Hashable, Sendable {
  var status = SystemStatus.unknown
  var answersInARow = 0
  var failuresInARow = 0
  /// Failures in a row that stand for the same state.
  var alikeInARow = 0
  /// The state that the last failure stands for.
  var failureState: SystemStatus?
  /// Probes in a row that found everything as configured.
  var soundLooks = 0
  /// What of the last twenty calls was answered, oldest first.
  var recent: [Bool] = []
  /// Whether anything has ever been answered.
  var hasAnswered = false
  /// Since when it has been failing without an answer.
  var failingSince: Timestamp?
  /// Since when it has been answering without a failure.
  var answeringSince: Timestamp?
  /// How late it is, in words; `nil` when it is in time.
  var lateness: String?
  var drift: [SchemaDrift] = []
  /// When the state changed in the last half hour.
  var unrest: [Timestamp] = []
  var now = Timestamp(milliseconds: 0)

  var failures: Int { recent.lazy.filter { !$0 }.count }

  /// By how much more it takes to leave a state after changes to and fro: 1 for the first four in
  /// half an hour, then 2, 4 and at last 8. This is what keeps an unsteady system from flapping.
  var patience: Int { 1 << min(3, unrest.count / 4) }
  /// Answers in a row that make a system healthy again.
  var answersNeeded: Int { 3 * patience }
  /// Failures in a row that make a degraded system worse.
  var failuresNeeded: Int { 3 * patience }

  func hasLasted(_ duration: Duration, since start: Timestamp?) -> Bool {
    start.map { $0.duration(to: now) >= duration * patience } ?? false
  }
}

/// One rule of transition: the first that holds is applied; when none does, the state stays.
///
/// Examples are timelines, one letter a call, ten seconds apart; the last letter is the call that
/// makes the transition:
///
///     a  answered              x  no answer             u  credentials refused
///     l  answered, but late    m  nonsense for answer   t  asked for patience
///     D  probe found drift     O  probe found none      d  unknown field in a call
struct HealthRule: Sendable {
  let from: Set<SystemStatus>
  /// `nil` stands for the state that the last failure stands for.
  let to: SystemStatus?
  /// Why, for people.
  let because: String
  let holds: @Sendable (HealthFacts) -> Bool
  /// Timelines that end in this transition.
  let examples: [String]
  /// Timelines after whose last letter this rule is not applied.
  let nonExamples: [String]

  private static let troubles: Set<SystemStatus> = [.throttled, .unauthorized, .drifted, .down]

  /// Every transition there is.
  static let all: [HealthRule] = [
    // MARK: Schema
    .init(
      from: [.unknown, .healthy, .degraded], to: .drifted,
      because: "a probe found that something named in the configuration is gone or changed",
      holds: { !$0.drift.isEmpty && $0.failuresInARow == 0 },
      examples: ["D", "aaD", "amDa"], nonExamples: ["aaO", "amD"]),
    .init(
      from: [.throttled, .unauthorized, .down], to: .drifted,
      because: "it answers again, and something named in the configuration is gone or changed",
      holds: { !$0.drift.isEmpty && $0.answersInARow > 0 },
      examples: ["auDa"], nonExamples: ["aua", "auD"]),

    // MARK: To the better
    .init(
      from: [.unknown], to: .healthy, because: "the first call was answered",
      holds: { $0.answersInARow > 0 }, examples: ["a"], nonExamples: ["x", "m"]),
    .init(
      from: troubles, to: .degraded,
      because: "it answers again; whether for good is not known yet",
      holds: { $0.drift.isEmpty && $0.answersInARow > 0 },
      examples: ["xa", "aua", "ata", "ada", "DaO"], nonExamples: ["aDa", "xx"]),
    .init(
      from: [.degraded], to: .healthy,
      because: "three answers in a row, in time (6, 12, 24 after changes to and fro)",
      holds: { $0.answersInARow >= $0.answersNeeded && $0.lateness == nil && $0.drift.isEmpty },
      examples: ["xaaa", "auaaa", "amaaa", "axaxaxaaa"],
      nonExamples: ["xaa", "auaxaa", "xaaaxaaaxaaa"]),

    // MARK: To the worse
    .init(
      from: [.unknown], to: nil, because: "the very first call failed",
      holds: { $0.failuresInARow > 0 }, examples: ["x", "u", "t", "d", "m"], nonExamples: ["a"]),
    .init(
      from: [.healthy], to: nil,
      because: "credentials were refused, patience asked for, or a field unknown: the next call "
        + "would meet the same",
      holds: { $0.failuresInARow > 0 && troubles.subtracting([.down]).contains($0.failureState) },
      examples: ["au", "aat", "ad"], nonExamples: ["ax", "am"]),
    .init(
      from: [.healthy], to: nil, because: "three failures in a row",
      holds: { $0.failuresInARow >= 3 },
      examples: ["aaaaaaaaaaaaaaaaxxx"], nonExamples: ["aaaaaaaaaaaaaaaaxx"]),
    .init(
      from: [.healthy], to: .degraded, because: "more than one in five of the last twenty failed",
      holds: { $0.failuresInARow > 0 && $0.failures * 5 > $0.recent.count },
      examples: ["ax", "aaam", "aaaaaxaax"], nonExamples: ["aaaaxa", "aaaaax"]),
    .init(
      from: [.healthy], to: .degraded,
      because: "it answers late, by its own measure or by its deadline",
      holds: { $0.answersInARow > 0 && $0.lateness != nil },
      examples: ["aal"], nonExamples: ["aaa"]),
    .init(
      from: [.degraded], to: nil,
      because: "three failures in a row (6, 12, 24 after changes to and fro), or two minutes of "
        + "failures",
      holds: { facts in
        guard let state = facts.failureState, state != .degraded else { return false }
        return facts.failuresInARow >= facts.failuresNeeded
          || facts.failuresInARow >= 3 && facts.hasLasted(.seconds(120), since: facts.failingSince)
      },
      examples: ["axxx", "amxx", "xauuu", "mxx"], nonExamples: ["axx", "ammm", "xaxxa"]),
    .init(
      from: troubles, to: nil,
      because: "another trouble twice in a row (4, 8, 16 times after changes to and fro)",
      holds: {
        $0.failureState != nil && $0.failureState != $0.status && $0.alikeInARow >= 2 * $0.patience
      },
      examples: ["atuu", "xtt", "uxx", "umm"], nonExamples: ["atu", "atut", "xxx"]),
  ]
}

extension Set<SystemStatus> {
  fileprivate func contains(_ status: SystemStatus?) -> Bool {
    status.map { contains($0) } ?? false
  }
}
