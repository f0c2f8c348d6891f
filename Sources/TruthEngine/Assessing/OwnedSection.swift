import DealModel

/// What a system said of one kind of record of one deal, without what does not belong there.
struct OwnedSection {
  /// The system; `nil` when no owner is known.
  let system: SystemName?
  let kind: RecordKind
  /// The records of this deal, each once; `nil` when there is no answer.
  let records: [Record]?
  let fetchedAt: Timestamp?
  /// Why there is no answer; `nil` when there is one.
  let missing: MissingInput?

  /// The section of one system.
  ///
  /// Records that bear another ID, and repetitions of one record, are left out: a system that sends
  /// them must not change a sum.
  init(of dossier: Dossier, system: SystemName, kind: RecordKind) {
    let section = dossier[system, kind]
    self.system = system
    self.kind = kind
    fetchedAt = section.records == nil ? nil : section.fetchedAt
    var seen: Set<RecordReference> = []
    records = section.records?.filter { record in
      record.dealID == dossier.id && seen.insert(record.reference).inserted
    }
    if records == nil {
      let reason: MissingInput.Reason =
        section.failure.map { .unavailable($0.error) } ?? .notAsked
      missing = MissingInput(
        system: system, kind: kind, reason: reason, since: section.failure?.since)
    } else {
      missing = nil
    }
  }

  /// The section of whoever owns it.
  init(of dossier: Dossier, owner: Answer<SystemName>, kind: RecordKind) {
    if case .value(let system) = owner {
      self.init(of: dossier, system: system, kind: kind)
    } else {
      self.init(
        unanswered: kind,
        missing: MissingInput(system: nil, kind: kind, reason: owner.missingReason ?? .noOwner))
    }
  }

  private init(unanswered kind: RecordKind, missing: MissingInput) {
    system = nil
    self.kind = kind
    records = nil
    fetchedAt = nil
    self.missing = missing
  }
}

extension [Record] {
  /// The record that stands for the deal when the origin holds several with one ID: the oldest, then
  /// the one with the smallest ID, so that every pull shows the same.
  var standingForDeal: Record? {
    self.min { left, right in
      let (first, second) = (left.createdAt, right.createdAt)
      if let first, let second, first != second { return first < second }
      if (first == nil) != (second == nil) { return first != nil }
      let (one, other) = (left.reference.id, right.reference.id)
      return one.utf8.count == other.utf8.count ? one < other : one.utf8.count < other.utf8.count
    }
  }
}
