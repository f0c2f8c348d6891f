import DealModel

/// One value is the other negated.
enum SignCause: CauseRule {
  static let kind = ConflictCause.Kind.sign

  static func finding(in subject: Disagreement) -> CauseFinding? {
    guard let (owned, copied) = subject.numbers, !owned.isZero,
      owned.isNegative != copied.isNegative,
      subject.agree(-owned, copied)
    else { return nil }
    return CauseFinding(
      detail: "The same amount with the opposite sign.",
      evidence: [
        "\(subject.owner.system) says \(subject.owner.value), \(subject.echo.name) says \(subject.echo.value)."
      ])
  }

  static var triggeringExamples: [Disagreement] {
    [.euros("100", "-100"), .euros("-19464.85", "19464.85"), .numbers(3, -3)]
  }

  static var nonTriggeringExamples: [Disagreement] {
    [
      .euros("0", "0.50"), .euros("100", "-90"), .euros("100", nil),
      .amounts([.euros("100")], .pounds("-100")),
    ]
  }
}
