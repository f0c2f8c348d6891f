import DealModel
import TruthEngine

/// A correction that must come to be seen.
struct Promise: Hashable, Sendable {
  /// The deal that shows it.
  var deal: DealID
  /// How long it may take once nothing stands in its way.
  var within: Duration
  /// By when it must be seen; `nil` while it is off screen, or its system in trouble.
  var due: Timestamp?
}

/// How far a system is rested from its last trouble.
enum Rest: Hashable, Sendable {
  /// Until then one of several questions may still wait.
  case until(Timestamp)
  /// Nothing is waited for but the first answer after that, and calls that were lost before it and
  /// are given up at their deadline.
  case untilAnswer(after: Timestamp)
}

extension World {
  /// Within which a correction on screen is seen while its system answers: the poll of changes every
  /// ten seconds, that poll's own calls, and the call that reads the deal again.
  static let promised = Duration.seconds(10 + 8)
  /// The same for what no feed of changes can report, such as a document that moved to another deal:
  /// three quarters of the freshness limit, and the call.
  static let promisedByAge = Duration.seconds(45 + 8)
  /// How long a question that failed by itself may wait: the longest wait between two attempts.
  static let longestWait = Duration.seconds(65)
  /// When a call is given up whose answer was lost: the deadline of the configuration.
  static let deadline = Duration.seconds(20)
  /// How long after the first answer of a system that did not answer at all the rest are asked.
  static let settling = Duration.seconds(4)

  /// Promises that what is true of a record now will be seen.
  func promise(_ reference: RecordReference, of deal: DealID, within: Duration = World.promised) {
    promises[reference] = Promise(deal: deal, within: within, due: nil)
    armPromises()
  }

  /// Sets the time of promises that nothing stands in the way of any more, and takes it from others.
  func armPromises() {
    let shown = Set(onScreen)
    for (reference, promise) in promises {
      let isPossible =
        shown.contains(promise.deal) && !troubled.contains(reference.system)
        && !troubled.contains("crm")
        && isOwed(SectionKey(system: reference.system, kind: reference.kind), of: promise.deal)
      if !isPossible {
        promises[reference]?.due = nil
      } else if promise.due == nil, let free = freedom(reference.system), let crm = freedom("crm") {
        promises[reference]?.due = max(now, free, crm).adding(promise.within)
      }
    }
  }

  /// From when on a system is asked without delay; `nil` while that cannot be known.
  private func freedom(_ system: SystemName) -> Timestamp? {
    switch rests[system] {
    case nil: return now
    case .until(let instant): return instant
    case .untilAnswer(let after):
      guard let answer = network.firstAnswer(of: system, after: after) else { return nil }
      let instant = max(answer, after.adding(Self.deadline)).adding(Self.settling)
      rests[system] = .until(instant)
      return instant
    }
  }

  /// Checks off what is seen; what is not by its time is a broken rule.
  func keepPromises() {
    armPromises()
    for (reference, promise) in promises.sorted(by: { $0.key.id < $1.key.id }) {
      if let due = promise.due, due < now {
        broken(
          "correction not seen",
          "\(reference.system) \(reference.kind.rawValue) \(reference.id) of \(promise.deal) by \(due)"
        )
      }
      let key = SectionKey(system: reference.system, kind: reference.kind)
      let shown = audience[promise.deal]?.sections[key]
      let truth = ledger.truth(key, of: promise.deal)[reference]
      let seen = shown?.records?.first { $0.reference == reference }.map(Ledger.fact)
      if shown?.records != nil, seen == truth { promises[reference] = nil }
    }
  }

  /// Whether a section must be shown for a deal.
  func isOwed(_ key: SectionKey, of id: DealID) -> Bool {
    owedSections(of: id).contains(key)
  }

  /// The sections that must be shown for a deal, by what is true of it.
  func owedSections(of id: DealID) -> [SectionKey] {
    guard let deal = content.deals.first(where: { $0.id == id }) else { return [] }
    let owner: SystemName = deal.entity == "US" ? "erp_us" : "erp_eu"
    return [
      SectionKey(system: "crm", kind: .deals), SectionKey(system: "crm", kind: .tickets),
      SectionKey(system: owner, kind: .invoices), SectionKey(system: owner, kind: .costs),
      SectionKey(system: "pm", kind: .deals), SectionKey(system: "pm", kind: .milestones),
      SectionKey(system: "pm", kind: .hours),
    ]
  }

  /// What on screen is not yet as it is at its source; empty once all is.
  var untrue: [String] {
    onScreen.flatMap { id in
      owedSections(of: id).compactMap { key in
        let section = audience[id]?.sections[key]
        if section?.failure != nil { return "\(id) \(key.system) \(key.kind.rawValue) failed" }
        return ledger.isCurrent(section, key, of: id)
          ? nil : "\(id) \(key.system) \(key.kind.rawValue) is not current"
      }
    }
  }
}
