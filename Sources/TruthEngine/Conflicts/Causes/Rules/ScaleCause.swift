import DealModel

/// One value is 10, 100 or 1000 times the other: a zero too many, cents for euros, thousands.
enum ScaleCause: CauseRule {
  static let kind = ConflictCause.Kind.scale

  static func finding(in subject: Disagreement) -> CauseFinding? {
    guard let (owned, copied) = subject.numbers, !owned.isZero, !copied.isZero else { return nil }
    for factor: ExactDecimal in [10, 100, 1_000] {
      if let many = try? owned.multiplied(by: factor), subject.agree(many, copied) {
        return CauseFinding(
          detail:
            "\(subject.echo.name) is \(factor.description) times what \(subject.owner.system) says.",
          evidence: ["\(factor.description) × \(subject.owner.value) = \(subject.echo.value)."])
      }
      if let many = try? copied.multiplied(by: factor), subject.agree(many, owned) {
        return CauseFinding(
          detail:
            "\(subject.owner.system) says \(factor.description) times what \(subject.echo.name) says.",
          evidence: ["\(factor.description) × \(subject.echo.value) = \(subject.owner.value)."])
      }
    }
    return nil
  }

  static var triggeringExamples: [Disagreement] {
    [
      .euros("148000", "1480000"), .euros("1480.50", "148050"), .euros("38500", "38.50"),
      .numbers(12, 120),
    ]
  }

  static var nonTriggeringExamples: [Disagreement] {
    [
      .euros("148000", "1480001"), .euros("0", "10"), .euros("-100", "1000"),
      .amounts([.euros("100")], .pounds("1000")), .euros("100", nil), .euros("100", "200"),
    ]
  }
}

extension Disagreement {
  /// Both values as bare numbers of one unit.
  var numbers: (owned: ExactDecimal, copied: ExactDecimal)? {
    if let (owned, copied, _) = amountsOfOneCurrency { return (owned, copied) }
    if case .number(let owned)? = owner.value, case .number(let copied)? = echo.value {
      return (owned, copied)
    }
    return nil
  }
}
