import DealModel

/// The owner has a value, and the record that should repeat it holds none.
enum MissingEcho: ConflictRule {
  static let kind = Conflict.Kind.echoMissing

  static func finding(in pair: EchoPair) -> ConflictFinding? {
    guard case .value(let owner) = pair.owner, case .none = pair.echo else { return nil }
    guard case .money(let money) = owner else { return ConflictFinding() }
    // An empty copy of nothing is no disagreement.
    if money.amount.magnitude <= pair.tolerance { return nil }
    return ConflictFinding(atStake: Money(money.amount.magnitude, money.currency))
  }

  static var triggeringExamples: [EchoPair] {
    [
      EchoPair(owner: .euros("100"), echo: .none),
      EchoPair(owner: .euros("-100"), echo: .none),
      EchoPair(owner: .value(.text("Harbour")), echo: .none),
    ]
  }

  static var nonTriggeringExamples: [EchoPair] {
    [
      EchoPair(owner: .euros("0"), echo: .none),
      EchoPair(owner: .none, echo: .none),
      EchoPair(owner: .euros("100"), echo: .notAsked),
      EchoPair(owner: .euros("100"), echo: .outage),
      EchoPair(owner: .outage, echo: .none),
    ]
  }
}
