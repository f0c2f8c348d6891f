import DealModel

/// The echo holds a value that its owner does not have.
enum MissingOwner: ConflictRule {
  static let kind = Conflict.Kind.ownerMissing

  static func finding(in pair: EchoPair) -> ConflictFinding? {
    guard case .none = pair.owner, case .value(let echo) = pair.echo else { return nil }
    guard case .money(let money) = echo else { return ConflictFinding() }
    if money.amount.magnitude <= pair.tolerance { return nil }
    return ConflictFinding(atStake: Money(money.amount.magnitude, money.currency))
  }

  static var triggeringExamples: [EchoPair] {
    [
      EchoPair(owner: .none, echo: .euros("100")),
      EchoPair(owner: .none, echo: .value(.text("Harbour"))),
    ]
  }

  static var nonTriggeringExamples: [EchoPair] {
    [
      EchoPair(owner: .none, echo: .euros("0")),
      EchoPair(owner: .none, echo: .none),
      EchoPair(owner: .notAsked, echo: .euros("100")),
      EchoPair(owner: .outage, echo: .euros("100")),
      EchoPair(owner: .euros("1"), echo: .euros("100")),
    ]
  }
}
