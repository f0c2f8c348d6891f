import AdapterKit
import DealModel
import TruthEngine

/// Histories of the records in a conflict: asked for in batches, once for each state of a record,
/// and never for anything else.
extension Engine {
  /// What is known of one record's history.
  struct KeptHistory {
    /// The record's own stamp when it was asked for.
    var stamp: Timestamp?
    var answer: Answer<[PropertyChange]>
    /// Whether it may be asked for again: a failure is no answer.
    var isFinal = true
  }

  /// A record whose history is wanted.
  struct WantedHistory: Hashable {
    var stamp: Timestamp?
    var deal: DealID
  }

  /// Notes which histories would explain the conflicts of these deals, and enters those at hand.
  ///
  /// Only deals that somebody looks at count; what has scrolled away is asked for when it is back.
  func wantHistories(of ids: [DealID]) {
    let wanted = mode == .dashboard ? demand.onScreen : Set(demand.ordered)
    for id in ids where wanted.contains(id) {
      // A deal that is still being read is judged once, when the last answer is there.
      guard let dossier = dossiers[id], isRead(dossier) else { continue }
      var known: [RecordReference: Answer<[PropertyChange]>] = [:]
      for record in assessor.recordsInConflict(dossier, on: time.now().date) {
        let reference = record.reference
        if let kept = histories[reference], kept.stamp == record.modifiedAt {
          known[reference] = kept.answer
          if kept.isFinal { continue }
        }
        want(record, for: id)
      }
      dossiers[id]?.histories = known
    }
  }

  private func isRead(_ dossier: Dossier) -> Bool {
    lines.keys.allSatisfy { name in
      sections(of: name, for: dossier.id).allSatisfy { key in
        guard let section = dossier.sections[key] else { return false }
        return !section.isAsking && (section.fetchedAt != nil || section.failure != nil)
      }
    }
  }

  private func want(_ record: Record, for id: DealID) {
    let reference = record.reference
    guard let line = lines[reference.system],
      line.adapter.capabilities.historyBatchSizes[reference.kind] != nil
    else { return }
    let wanted = WantedHistory(stamp: record.modifiedAt, deal: id)
    guard line.historiesAsked[reference] == nil else { return }
    lines[reference.system]?.historiesWanted[reference] = wanted
    wake(reference.system)
  }

  /// The next batch of histories to ask a system for; marks them as asked.
  func nextHistories(of name: SystemName) -> [RecordReference: WantedHistory]? {
    guard let line = lines[name], !line.historiesWanted.isEmpty, line.historiesAsked.isEmpty,
      line.pace.mayAsk(.history, at: time.now()),
      !line.pace.isFailing || line.calls.isEmpty
    else { return nil }
    let known = line.historiesWanted.sorted {
      ($0.value.deal, $0.key.id) < ($1.value.deal, $1.key.id)
    }
    guard let kind = known.first?.key.kind,
      let size = line.adapter.capabilities.historyBatchSizes[kind]
    else {
      lines[name]?.historiesWanted = [:]
      return nil
    }
    let batch = Dictionary(
      uniqueKeysWithValues: known.lazy.filter { $0.key.kind == kind }.prefix(size).map {
        ($0.key, $0.value)
      })
    for reference in batch.keys { lines[name]?.historiesWanted[reference] = nil }
    lines[name]?.historiesAsked = batch
    return batch
  }

  /// Asks for histories and enters what came of it.
  func askHistories(_ batch: [RecordReference: WantedHistory], at name: SystemName) async {
    guard let line = lines[name] else { return }
    do {
      let found = try await line.adapter.history(
        of: batch.keys.sorted { $0.id < $1.id }, properties: line.system.echoProperties)
      lines[name]?.pace.succeeded(asking: .history)
      for (reference, wanted) in batch {
        histories[reference] = KeptHistory(
          stamp: wanted.stamp,
          answer: found[reference].map { .value(stamped($0, from: name)) } ?? .none)
      }
    } catch is CancellationError {
    } catch {
      let known = systemError(error, at: name)
      let now = time.now()
      lines[name]?.pace.failed(known, asking: .history, at: now, random: random.next())
      log.answerUnusable(known, operation: "history", of: name, at: now)
      // The cause is less sure without it; nothing waits for it.
      for (reference, wanted) in batch where histories[reference]?.stamp != wanted.stamp {
        histories[reference] = KeptHistory(
          stamp: wanted.stamp, answer: .unavailable(known), isFinal: false)
      }
    }
    lines[name]?.historiesAsked = [:]
    enterHistories(for: Set(batch.values.map(\.deal)))
    trimHistories()
    postHealth()
    wake(name)
    resumeSettlers()
  }

  /// Changes dated by our clock, where the vendor's is known to be off.
  private func stamped(_ changes: [PropertyChange], from name: SystemName) -> [PropertyChange] {
    let skew = log.clockCorrection(of: name)
    guard skew != .zero else { return changes }
    return changes.map { change in
      var change = change
      change.at = change.at.corrected(for: skew)
      return change
    }
  }

  /// Enters what is known into the dossiers, without asking again what has just failed.
  private func enterHistories(for ids: Set<DealID>) {
    var changed: [DealID] = []
    for id in ids.sorted() {
      guard let dossier = dossiers[id] else { continue }
      var known = dossier.histories
      for record in assessor.recordsInConflict(dossier, on: time.now().date) {
        guard let kept = histories[record.reference], kept.stamp == record.modifiedAt else {
          continue
        }
        known[record.reference] = kept.answer
      }
      if known != dossier.histories {
        dossiers[id]?.histories = known
        changed.append(id)
      }
    }
    post(changed)
  }

  /// The most histories kept.
  private static let historiesKept = 4_000

  private func trimHistories() {
    if histories.count > Self.historiesKept { histories = [:] }
  }
}
