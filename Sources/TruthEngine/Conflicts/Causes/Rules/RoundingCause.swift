import DealModel

/// The difference is within the currency's minor unit for every document: somebody rounded before
/// adding.
///
/// Lines are counted as documents, of which each has at least one: the narrower limit.
enum RoundingCause: CauseRule {
  static let kind = ConflictCause.Kind.rounding

  static func finding(in subject: Disagreement) -> CauseFinding? {
    guard let (owned, copied, currency) = subject.amountsOfOneCurrency, subject.documentCount > 0,
      let difference = try? owned.subtracting(copied).magnitude, !difference.isZero,
      let allowed = try? ExactDecimal(coefficient: 1, scale: currency.minorUnit)
        .multiplied(by: ExactDecimal(subject.documentCount)), difference <= allowed
    else { return nil }
    let count = subject.documentCount
    return CauseFinding(
      detail: "A difference of rounding.",
      evidence: [
        "The difference of \(Money(difference, currency)) is at most \(Money(allowed, currency)), the smallest unit for each of \(count) document\(count == 1 ? "" : "s")."
      ])
  }

  static var triggeringExamples: [Disagreement] {
    [
      .euros("100.01", "100"), .euros("100.03", "100").documents(3),
      .euros("100", "100.005"),
    ]
  }

  static var nonTriggeringExamples: [Disagreement] {
    [
      .euros("100.02", "100"), .euros("100.04", "100").documents(3),
      .euros("100.01", "100").documents(0), .euros("0.01", nil),
      .amounts([.euros("100.01")], .pounds("100")),
    ]
  }
}
