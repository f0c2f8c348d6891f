import DealModel

/// One cause of disagreement, with the examples that are its tests.
protocol CauseRule: Sendable {
  /// The kind of cause it finds.
  static var kind: ConflictCause.Kind { get }
  /// What speaks for this cause; `nil` when it does not explain the disagreement.
  static func finding(in subject: Disagreement) -> CauseFinding?
  static var triggeringExamples: [Disagreement] { get }
  static var nonTriggeringExamples: [Disagreement] { get }
}

/// What a rule found.
struct CauseFinding: Hashable {
  /// The cause in one sentence.
  var detail: Evidence
  var evidence: [Evidence] = []
  /// Whether readings prove it.
  var isProven = true
}

/// Every cause in the order in which it is tried; the first that explains the disagreement is
/// its cause, and ``ConflictCause/Kind/unexplained`` is what remains.
///
/// 1. An **ownership violation** rests on an act on record: somebody replaced the echo after the
///    owner's value, with something else. It comes first because it is the worst kind and must
///    not hide behind a number that happens to fit; numbers that fit besides are named as evidence.
/// 2. **Identity**: two values of different records need no arithmetic to differ.
/// 3. **Currency**, **scale**, **sign**, **definition**, **rounding** explain the two values as they
///    stand now, exactly, and so are stronger than anything concluded from stamps, which move for
///    other reasons too. The coarser the coincidence would have to be, the earlier: amounts of two
///    currencies cannot be compared before they are converted; a factor of ten or a sign leaves no
///    choice; a definition has a handful; and a few cents fit by chance most easily.
/// 4. **Timing** before **stale copy**: both say that the echo is older than the owner's value, and
///    within the agreed grace that is no fault.
let causeRules: [any CauseRule.Type] = [
  OwnershipViolation.self, IdentityCause.self, CurrencyCause.self, ScaleCause.self, SignCause.self,
  DefinitionCause.self, RoundingCause.self, TimingCause.self, StaleCopy.self,
]

/// The causes that explain the values by arithmetic alone.
let arithmeticCauses: Set<ConflictCause.Kind> = [.currency, .scale, .sign, .definition, .rounding]
