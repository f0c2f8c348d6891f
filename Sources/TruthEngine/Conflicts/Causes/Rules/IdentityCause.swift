import DealModel

/// The echo repeats the value of another record that bears the same ID.
///
/// IDs that are crossed between two deals show only when both are looked at: ``CrossedIdentity``.
enum IdentityCause: CauseRule {
  static let kind = ConflictCause.Kind.identity

  static func finding(in subject: Disagreement) -> CauseFinding? {
    guard let copied = subject.echo.value else { return nil }
    if let other = subject.namesakes.first(where: {
      $0.isCopy && subject.agreesWithOwner($0.value)
    }) {
      return CauseFinding(
        detail: "Two records bear the same ID, and only one of them agrees.",
        evidence: ["\(other.name) bears the same ID and agrees with \(subject.owner.system)."])
    }
    guard
      let other = subject.namesakes.first(where: {
        !$0.isCopy && subject.agree($0.value, copied)
      })
    else { return nil }
    return CauseFinding(
      detail: "The value belongs to another record with the same ID.",
      evidence: ["\(other.name) bears the same ID, and for it \(copied) is right."])
  }

  static var triggeringExamples: [Disagreement] {
    [
      .euros("100", "90").namesake("Harbour (copy)", .euros("90")),
      .euros("100", "90").namesake("Harbour (copy)", .euros("100"), isCopy: true),
      .words("Harbour", "Quay").namesake("Quay", .value(.text("Quay"))),
    ]
  }

  static var nonTriggeringExamples: [Disagreement] {
    [
      .euros("100", "90").namesake("Harbour (copy)", .euros("80")),
      .euros("100", "90").namesake("Harbour (copy)", .pounds("90")),
      .euros("100", "90").namesake("Harbour (copy)", .euros("90"), isCopy: true),
      .euros("100", nil).namesake("Harbour (copy)", .euros("90")),
      .euros("100", "90"),
    ]
  }
}

extension Disagreement {
  /// Whether two values say the same.
  func agree(_ left: FieldValue, _ right: FieldValue) -> Bool {
    switch (left, right) {
    case (.money(let one), .money(let other)):
      one.currency == other.currency && agree(one.amount, other.amount)
    case (.number(let one), .number(let other)): agree(one, other)
    default: left == right
    }
  }
}
