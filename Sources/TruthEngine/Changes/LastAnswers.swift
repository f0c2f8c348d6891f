import DealModel

/// The last answers for values that cannot be understood now: what they are compared with when they
/// can be again. Holds nothing for readable records.
public struct LastAnswers: Hashable, Sendable {
  private var held: [RecordReference: [DealChange.Subject: Answer<FieldValue>]] = [:]
  /// The most records remembered; a company with more unreadable ones has other worries.
  private static let capacity = 5_000

  /// Nothing is held.
  public init() {}

  /// The last answer for a value, when the one before was none.
  func answer(_ subject: DealChange.Subject, of reference: RecordReference) -> Answer<FieldValue>? {
    held[reference]?[subject]
  }

  /// Takes in that a record was read again.
  mutating func note(_ new: Record, after old: Record?) {
    let reference = new.reference
    let isReadable = new.unreadableValues.isEmpty && new.echoes.values.allSatisfy(\.isAnswered)
    if isReadable {
      if !held.isEmpty { held[reference] = nil }
      return
    }
    let before = (old?.facts ?? []).reduce(into: held[reference] ?? [:]) { answers, fact in
      if fact.answer.isAnswered { answers[fact.subject] = fact.answer }
    }
    let lost = new.facts.filter { !$0.answer.isAnswered }.map(\.subject)
    let kept = before.filter { lost.contains($0.key) }
    guard held[reference] != nil || held.count < Self.capacity else { return }
    held[reference] = kept.isEmpty ? nil : kept
  }
}
