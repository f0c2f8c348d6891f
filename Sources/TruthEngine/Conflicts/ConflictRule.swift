import DealModel

/// One way in which an owner and an echo can disagree, with the examples that are its tests.
protocol ConflictRule: Sendable {
  /// What it finds.
  static var kind: Conflict.Kind { get }
  /// The disagreement; `nil` when there is none, or when one side is not known: what is unknown
  /// contradicts nothing.
  static func finding(in pair: EchoPair) -> ConflictFinding?
  static var triggeringExamples: [EchoPair] { get }
  static var nonTriggeringExamples: [EchoPair] { get }
}

/// A disagreement and what it is worth.
struct ConflictFinding: Hashable {
  /// The difference, positive; `nil` where it is no money.
  var atStake: Money?
}

/// The owner's value of a field beside an echo of it, both of the field's type.
struct EchoPair: Hashable, Sendable {
  /// What the owner says; `unavailable` or `notAsked` when the figure is not complete, words when it
  /// has amounts of several currencies.
  var owner: Answer<FieldValue>
  /// What the echo says, read as the field's type.
  var echo: Answer<FieldValue>
  /// The largest difference that is none.
  var tolerance: ExactDecimal

  init(owner: Answer<FieldValue>, echo: Answer<FieldValue>, tolerance: ExactDecimal = .zero) {
    self.owner = owner
    self.echo = echo
    self.tolerance = tolerance
  }
}

/// Every rule that judges an echo; at most one of them finds something in a pair.
let echoRules: [any ConflictRule.Type] = [
  CurrencyConflict.self, ValueConflict.self, MissingEcho.self, MissingOwner.self,
]
