public import DealModel

extension ChangeFinder {
  /// Changes that a system reported for records whose earlier values were never seen here: told as
  /// they are, without an old value.
  ///
  /// - Parameters:
  ///   - records: The section's present answer.
  ///   - isNew: Whether a record's present stamp stands for a change not told yet.
  ///   - since: When the system began to be watched: what was created later has appeared.
  ///   - isCertain: Whether the system named exactly this kind of record; then a change of which no
  ///     record bears a stamp is told without a record.
  public func unseenChanges(
    in key: SectionKey, of deal: DealID, records: [Record], isCertain: Bool, since: Timestamp,
    seenAt now: Timestamp, isNew: (Record) -> Bool
  ) -> [DealChange] {
    let own = records.filter { $0.dealID == deal }
    let changes = own.filter(isNew).map { record in
      let isCreated = record.createdAt.map { $0 >= since } ?? false
      return DealChange(
        record, .record, isCreated ? .appeared : .changed, old: isCreated ? .none : .notAsked,
        new: record.mainValue, seenAt: now)
    }
    guard changes.isEmpty, isCertain else { return changes }
    return [
      DealChange(
        deal: deal, system: key.system, recordKind: key.kind, record: nil, number: "",
        noun: key.kind.noun, subject: .record, kind: .changed, old: .notAsked, new: .notAsked,
        seenAt: now)
    ]
  }

  /// A deal that the origin did not know before, or no longer knows.
  public func dealChange(
    _ deal: DealID, in origin: SystemName, record: Record?, seenAt now: Timestamp
  ) -> DealChange {
    if let record {
      return DealChange(
        record, .record, .appeared, old: .none, new: record.mainValue, seenAt: now)
    }
    return DealChange(
      deal: deal, system: origin, recordKind: .deals, record: nil, number: deal.text, noun: "deal",
      subject: .record, kind: .vanished, old: .notAsked, new: .none, seenAt: now)
  }
}
