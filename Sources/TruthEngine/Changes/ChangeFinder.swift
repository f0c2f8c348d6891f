public import DealModel

/// Compares two readings of one deal.
///
/// Rules, in this order:
/// 1. The first answer of a section is no change: nothing was known before.
/// 2. Only answers are compared, and always with the last answer, across failures.
/// 3. Stamps and ages alone are no change.
/// 4. A record that was not among the last answer's has appeared, one that no longer is has
///    vanished.
/// 5. A value that only repeats another is left out: `done` beside `status`, the state beside the
///    stage.
public struct ChangeFinder: Sendable {
  let assessor: Assessor
  /// Records of one reading beyond which effects are told of all of them together.
  private static let recordsJudgedSingly = 8

  /// A finder for one company.
  public init(of company: CompanyModel) { assessor = Assessor(of: company) }

  /// What changed in one section of a deal.
  ///
  /// - Parameters:
  ///   - key: The section that was read again.
  ///   - before: The deal as it was known.
  ///   - records: The section's new answer.
  ///   - answers: The last answers for values that could not be understood; brought up to date.
  ///   - comesAndGoes: Whether the answer is whole, so that what is not in it has vanished.
  ///   - now: When it was seen; figures are compared as of that day.
  /// - Returns: Changes in the order of the records, each record's effects with the value that
  ///   caused them.
  public func changes(
    in key: SectionKey, from before: Dossier, to records: [Record],
    answers: inout LastAnswers, comesAndGoes: Bool = true, seenAt now: Timestamp
  ) -> [DealChange] {
    guard let known = before.sections[key]?.records else {
      for record in records { answers.note(record, after: nil) }
      return []
    }
    let old = known.filter { $0.dealID == before.id }
    let new = records.filter { $0.dealID == before.id }
    // Most readings bring nothing new: that costs one comparison.
    if old == new { return [] }
    var groups = changedRecords(old, new, answers: &answers, comesAndGoes: comesAndGoes, now)
    addEffects(to: &groups, key: key, before: before, old: old, now)
    return groups.flatMap(\.changes)
  }

  /// What changed of one record.
  struct Group {
    var reference: RecordReference
    /// The record as it is now; `nil` when it has vanished.
    var new: Record?
    var changes: [DealChange]
  }

  private func changedRecords(
    _ old: [Record], _ new: [Record], answers: inout LastAnswers, comesAndGoes: Bool,
    _ now: Timestamp
  ) -> [Group] {
    let before = Dictionary(old.map { ($0.reference, $0) }) { first, _ in first }
    var met: Set<RecordReference> = []
    var groups: [Group] = []
    for record in new where met.insert(record.reference).inserted {
      let earlier = before[record.reference]
      var changes: [DealChange] = []
      if let earlier {
        changes = values(from: earlier, to: record, answers, now)
      } else if comesAndGoes {
        changes = [
          DealChange(record, .record, .appeared, old: .none, new: record.mainValue, seenAt: now)
        ]
      }
      answers.note(record, after: earlier)
      if !changes.isEmpty {
        groups.append(Group(reference: record.reference, new: record, changes: changes))
      }
    }
    guard comesAndGoes else { return groups }
    for record in old where met.insert(record.reference).inserted {
      var change = DealChange(
        record, .record, .vanished, old: record.mainValue, new: .none, seenAt: now)
      // Its stamp and person are those of an earlier change.
      change.by = nil
      change.sourceTime = nil
      groups.append(Group(reference: record.reference, new: nil, changes: [change]))
    }
    return groups
  }

  private func values(
    from old: Record, to new: Record, _ answers: LastAnswers, _ now: Timestamp
  ) -> [DealChange] {
    if old == new { return [] }
    let before = Dictionary(old.facts.map { ($0.subject, $0.answer) }) { first, _ in first }
    var changes: [DealChange] = []
    for fact in new.facts {
      var earlier = before[fact.subject] ?? .notAsked
      if !earlier.isAnswered {
        earlier = answers.answer(fact.subject, of: new.reference) ?? earlier
      }
      guard ValueChange.isChange(.init(old: earlier, new: fact.answer)) else { continue }
      changes.append(
        DealChange(
          new, fact.subject, .changed, old: earlier, new: fact.answer, seenAt: now))
    }
    return changes.withoutRepetitions
  }

  // MARK: Effects

  private func addEffects(
    to groups: inout [Group], key: SectionKey, before: Dossier, old: [Record], _ now: Timestamp
  ) {
    guard !groups.isEmpty else { return }
    var dossier = before
    var records = old
    var figures = assessor.assess(dossier, on: now.date)
    let isSingly = groups.count <= Self.recordsJudgedSingly
    for index in groups.indices {
      let group = groups[index]
      if let place = records.firstIndex(where: { $0.reference == group.reference }) {
        if let new = group.new { records[place] = new } else { records.remove(at: place) }
      } else if let new = group.new {
        records.append(new)
      }
      guard isSingly || index == groups.count - 1 else { continue }
      dossier.sections[key]?.records = records
      let next = assessor.assess(dossier, on: now.date)
      groups[index].changes.take(ChangeEffect.effects(from: figures, to: next))
      figures = next
    }
  }
}

extension DealChange {
  /// A change of a record or of a value in it.
  init(
    _ record: Record, _ subject: Subject, _ kind: Kind, old: Answer<FieldValue>,
    new: Answer<FieldValue>, seenAt: Timestamp
  ) {
    self.init(
      deal: record.dealID, system: record.reference.system, recordKind: record.reference.kind,
      record: record.reference, number: record.number, url: record.url, noun: record.noun,
      subject: subject, kind: kind, old: old, new: new, by: record.modifiedBy,
      sourceTime: record.modifiedAt, seenAt: seenAt)
  }
}

extension [DealChange] {
  /// Without values that only repeat another that changed as well.
  fileprivate var withoutRepetitions: [DealChange] {
    let changed = Set(map(\.subject))
    let repeated: [DealChange.Subject: DealChange.Subject] = [
      .value("done"): .value("status"), .value("open"): .value("status"),
      .field(.stageState): .field(.stage),
    ]
    return filter { change in
      // The open part of an order is money, not the flag of a ticket.
      if case .value(.money) = change.new { return true }
      return repeated[change.subject].map { !changed.contains($0) } ?? true
    }
  }
}
