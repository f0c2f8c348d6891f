import DealModel

/// The amounts are in different currencies: equal at the configured rate, or the same number under
/// another currency's name.
enum CurrencyCause: CauseRule {
  static let kind = ConflictCause.Kind.currency

  static func finding(in subject: Disagreement) -> CauseFinding? {
    guard subject.echo.amounts.count == 1 else { return nil }
    let copied = subject.echo.amounts[0]
    let owned = subject.owner.amounts
    guard owned.contains(where: { $0.currency != copied.currency }) else { return nil }
    if owned.count == 1, subject.agree(owned[0].amount, copied.amount) {
      return CauseFinding(
        detail:
          "The same number, but in \(copied.currency.code) instead of \(owned[0].currency.code).",
        evidence: [
          "\(subject.owner.system) says \(owned[0]), \(subject.echo.name) says \(copied)."
        ])
    }
    return converted(owned, to: copied, in: subject)
  }

  /// Each amount is converted by itself; what they come to serves the comparison alone.
  private static func converted(
    _ owned: [Money], to copied: Money, in subject: Disagreement
  ) -> CauseFinding? {
    var total = ExactDecimal.zero
    var slack = subject.tolerance
    var evidence: [Evidence] = []
    for money in owned {
      var part = money
      if money.currency != copied.currency {
        guard let known = subject.rates.convert(money, to: copied.currency) else { return nil }
        part = known.money
        let day = subject.rates.asOf.map { " of \($0)" } ?? ""
        evidence.append(
          "\(money) is \(part), converted at \(known.rate.description) \(known.pair.description)\(day)."
        )
        // Whoever converted before may have rounded the other way.
        slack = max(slack, ExactDecimal(coefficient: 1, scale: copied.currency.minorUnit))
      }
      guard let sum = try? total.adding(part.amount) else { return nil }
      total = sum
    }
    guard let difference = try? total.subtracting(copied.amount).magnitude, difference <= slack
    else { return nil }
    return CauseFinding(
      detail: "Equal once converted to \(copied.currency.code) at the configured rate.",
      evidence: evidence)
  }

  static var triggeringExamples: [Disagreement] {
    [
      // One euro is 1.25 dollars.
      .amounts([.dollars("125")], .euros("100")).at("1.25"),
      .amounts([.euros("100")], .dollars("125")).at("1.25"),
      .amounts([.euros("100"), .dollars("125")], .euros("200")).at("1.25"),
      .amounts([.dollars("100")], .euros("100")),
    ]
  }

  static var nonTriggeringExamples: [Disagreement] {
    [
      .amounts([.dollars("125")], .euros("100")),
      .amounts([.dollars("125")], .euros("99.50")).at("1.25"),
      .amounts([.euros("125")], .euros("100")).at("1.25"),
      .amounts([.euros("100"), .pounds("10")], .euros("200")).at("1.25"),
      .euros("100", nil),
    ]
  }
}
