import DealModel
import TruthEngine

/// What was reported as changed and has not been read yet, and what has been told of the rest.
/// Decides; the engine reads.
struct ChangeLedger {
  /// A section that a system reported as changed.
  struct Report: Hashable, Sendable {
    /// Whether the system named exactly this kind of record.
    var isCertain: Bool
  }

  private let finder: ChangeFinder
  private let origin: SystemName
  /// Section → the deals of which it is to be read again.
  private(set) var awaited: [SectionKey: [DealID: Report]] = [:]
  /// Record → its stamp when a change of it was last told, or found to be none.
  private var told: [RecordReference: Timestamp] = [:]
  private var answers = LastAnswers()

  /// The most stamps remembered; beyond it a change without an old value may be told twice.
  private static let stampsKept = 20_000

  init(of company: CompanyModel) {
    finder = ChangeFinder(of: company)
    origin = company.sharedID.origin
  }

  /// Deals of which something is still to be read.
  var waiting: Int {
    guard awaited.count > 1 else { return awaited.values.first?.count ?? 0 }
    return awaited.values.reduce(into: Set<DealID>()) { $0.formUnion($1.keys) }.count
  }

  /// A system reported a change.
  mutating func report(_ key: SectionKey, of id: DealID, isCertain: Bool) {
    let known = awaited[key]?[id]?.isCertain ?? false
    awaited[key, default: [:]][id] = Report(isCertain: known || isCertain)
  }

  /// Hands over the reports for deals that are being asked for now.
  mutating func take(_ key: SectionKey, _ ids: [DealID]) -> [DealID: Report] {
    guard awaited[key] != nil else { return [:] }
    var taken: [DealID: Report] = [:]
    for id in ids { taken[id] = awaited[key]?.removeValue(forKey: id) }
    if awaited[key]?.isEmpty == true { awaited[key] = nil }
    return taken
  }

  /// Takes reports back: the call failed or was cancelled.
  mutating func giveBack(_ key: SectionKey, _ reports: [DealID: Report]) {
    for (id, report) in reports { self.report(key, of: id, isCertain: report.isCertain) }
  }

  /// What a reading of a section says has changed.
  ///
  /// - Parameters:
  ///   - report: What the system had reported; `nil` when the section was read for another reason.
  ///   - isKnown: Whether the index holds the deal; `nil` while the index is not whole.
  ///   - since: When the system began to be watched; `nil` before it was.
  mutating func read(
    _ key: SectionKey, of before: Dossier, records: [Record], report: Report?, isKnown: Bool?,
    since: Timestamp?, at now: Timestamp
  ) -> [DealChange] {
    let known = before.sections[key]?.records
    var changes = finder.changes(
      in: key, from: before, to: records, answers: &answers, seenAt: now)
    if known == nil, key.system == origin, key.kind == .deals, let isKnown {
      let own = records.first { $0.dealID == before.id }
      if isKnown != (own != nil) {
        return [finder.dealChange(before.id, in: origin, record: own, seenAt: now)]
      }
    }
    note(records, before: known)
    if let report, let since {
      changes += unseen(
        key, before, known: known, records, isCertain: report.isCertain && known == nil,
        since: since, now, changes)
    }
    return changes
  }

  /// A page of the index was read: values of records that are known are compared; which records
  /// there are is not known before the last page.
  mutating func listed(_ own: [Record], in key: SectionKey, of before: Dossier, at now: Timestamp)
    -> [DealChange]
  {
    finder.changes(
      in: key, from: before, to: own, answers: &answers, comesAndGoes: false, seenAt: now)
  }

  // MARK: Stamps

  /// A record whose stamp moved while it was known has been compared: whatever came of it is told.
  private mutating func note(_ records: [Record], before: [Record]?) {
    guard let before else { return }
    let stamps = Dictionary(before.map { ($0.reference, $0.modifiedAt) }) { first, _ in first }
    for record in records {
      guard let at = record.modifiedAt else { continue }
      if let earlier = stamps[record.reference], earlier == at { continue }
      remember(record.reference, at)
    }
  }

  private mutating func unseen(
    _ key: SectionKey, _ before: Dossier, known: [Record]?, _ records: [Record],
    isCertain: Bool, since: Timestamp, _ now: Timestamp, _ changes: [DealChange]
  ) -> [DealChange] {
    let explained = Set(changes.compactMap(\.record))
    let told = told
    let found = finder.unseenChanges(
      in: key, of: before.id, records: records, isCertain: isCertain && changes.isEmpty,
      since: since, seenAt: now
    ) { record in
      // Some sources keep whole seconds: a stamp may lie just before the instant it stands for.
      guard let at = record.modifiedAt, at.adding(.seconds(1)) > since, told[record.reference] != at
      else {
        return false
      }
      return !explained.contains(record.reference)
    }
    for change in found {
      if let record = change.record, let at = change.sourceTime { remember(record, at) }
    }
    return found
  }

  private mutating func remember(_ reference: RecordReference, _ stamp: Timestamp) {
    if told.count >= Self.stampsKept { told = [:] }
    told[reference] = stamp
  }
}
