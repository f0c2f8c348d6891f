import DealModel

/// The echo adds the owner's own documents up by another definition: with tax, without credit notes,
/// with drafts, without retainers (the invoices whose numbers the configuration names).
enum DefinitionCause: CauseRule {
  static let kind = ConflictCause.Kind.definition

  static func finding(in subject: Disagreement) -> CauseFinding? {
    guard let (owned, copied, currency) = subject.amountsOfOneCurrency else { return nil }
    let fitting = subject.definitions.filter {
      $0.amount.currency == currency && subject.agree($0.amount.amount, copied)
        && !subject.agree($0.amount.amount, owned)
    }
    // The one that takes the fewest liberties; several of the same kind are all named.
    guard let fewest = fitting.map(\.steps).min() else { return nil }
    let simplest = fitting.filter { $0.steps == fewest }
    let words = simplest.map(\.words).joined(separator: ", or ")
    return CauseFinding(
      detail: "Equal once added up \(words).",
      evidence: simplest.map {
        "Added up \($0.words), the documents in \(subject.owner.system) come to \($0.amount); as configured, to \(subject.owner.value)."
      }, isProven: fewest == 1 && simplest.count == 1)
  }

  static var triggeringExamples: [Disagreement] {
    [
      .euros("100", "119").defined("with tax", .euros("119")),
      .euros("100", "110").defined("with tax", .euros("119"))
        .defined("without credit notes", .euros("110")),
      .euros("0", "50").defined("with drafts", .euros("50")),
      .euros("100", "80").defined("without retainers", .euros("80")),
    ]
  }

  static var nonTriggeringExamples: [Disagreement] {
    [
      .euros("100", "119"),
      .euros("100", "120").defined("with tax", .euros("119")),
      .euros("100", nil).defined("with tax", .euros("119")),
      .amounts([.euros("100")], .pounds("119")).defined("with tax", .euros("119")),
    ]
  }
}
