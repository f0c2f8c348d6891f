import DealModel

/// When two answers for one value are a change of the value.
///
/// Both must be answers: a system that cannot be asked, or a value that cannot be understood, says
/// nothing about the value. One amount in two notations is one amount.
enum ValueChange {
  /// Two answers for one value, the earlier first.
  struct Pair: Hashable, Sendable {
    let old: Answer<FieldValue>
    let new: Answer<FieldValue>
  }

  /// Whether the value is another one now.
  static func isChange(_ pair: Pair) -> Bool {
    guard pair.old.isAnswered, pair.new.isAnswered, pair.old != pair.new else { return false }
    guard case .value(.text(let old)) = pair.old, case .value(.text(let new)) = pair.new,
      let before = ExactDecimal(old), let after = ExactDecimal(new)
    else { return true }
    return before != after
  }

  static var triggeringExamples: [Pair] {
    [
      Pair(old: .euros("120000"), new: .euros("150000")),
      Pair(old: .euros("5"), new: .pounds("5")),
      Pair(old: .euros("5"), new: .none),
      Pair(old: .none, new: .euros("5")),
      Pair(old: .day(20_000), new: .day(20_014)),
      Pair(old: .value(.text("Proposal")), new: .value(.text("Won"))),
      Pair(old: .value(.text("120000")), new: .value(.text("120000.01"))),
      Pair(old: .value(.flag(false)), new: .value(.flag(true))),
    ]
  }

  static var nonTriggeringExamples: [Pair] {
    [
      Pair(old: .euros("120000"), new: .euros("120000.00")),
      Pair(old: .value(.text("120000")), new: .value(.text("120000.00"))),
      Pair(old: .none, new: .none),
      Pair(old: .euros("5"), new: .outage),
      Pair(old: .outage, new: .euros("5")),
      Pair(old: .notAsked, new: .euros("5")),
      Pair(old: .euros("5"), new: .notAsked),
    ]
  }
}
