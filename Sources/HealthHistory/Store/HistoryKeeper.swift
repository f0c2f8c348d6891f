import DealModel

/// Holds the store open, and decides what is done when it fails. Waits for the disk.
struct HistoryKeeper: Sendable {
  /// How long a place that could not be used is left alone.
  private static let rest = Duration.seconds(300)
  /// How often the history is pruned.
  private static let pruning = Duration.seconds(3_600)

  private let place: HistoryPlace
  private let company: CompanyKey
  private let kind: String
  private let flows: [String]
  private let tell: @Sendable (String) -> Void
  private var store: HistoryStore?
  private var trouble: String?
  /// Why the store could last not be used, with the mend; `nil` while it can.
  private var unread: String?
  /// That a damaged history was lost, for as long as this keeper lives.
  private var lost: String?
  private var told: Set<String> = []
  private var nextOpening: Timestamp?
  private var nextPruning: Timestamp?

  /// A keeper that has not opened anything yet.
  init(
    place: HistoryPlace, company: CompanyKey, kind: String, flows: [String],
    tell: @escaping @Sendable (String) -> Void
  ) {
    self.place = place
    self.company = company
    self.kind = kind
    self.flows = flows
    self.tell = tell
  }

  /// Opens the history unless it is open, or could not be opened a moment ago.
  mutating func open(at now: Timestamp) {
    guard store == nil, nextOpening.map({ $0 <= now }) ?? true else { return }
    do throws(HistoryFault) {
      store = try opened(at: now)
      trouble = nil
      unread = nil
      nextOpening = nil
      tidy(at: now)
    } catch {
      fail(error, at: now)
    }
  }

  /// Writes a batch.
  ///
  /// - Returns: What could not be written and is to be tried again; `nil` when nothing.
  mutating func write(_ batch: HistoryBatch, at now: Timestamp, isLast: Bool) -> HistoryBatch? {
    open(at: now)
    guard let store else { return isHopeless ? nil : batch }
    do throws(HistoryFault) {
      do throws(HistoryFault) {
        try store.write(batch, at: now, isLast: isLast)
      } catch  where error.kind == .full {
        try store.prune(at: now)
        try store.write(batch, at: now, isLast: isLast)
      }
      recovered()
    } catch {
      fail(error, at: now)
      return batch
    }
    return nil
  }

  /// Removes what is too old, now and then.
  mutating func tidy(at now: Timestamp) {
    guard let store, nextPruning.map({ $0 <= now }) ?? true else { return }
    nextPruning = now.adding(Self.pruning)
    do throws(HistoryFault) {
      try store.prune(at: now)
    } catch {
      fail(error, at: now)
    }
  }

  /// What is remembered.
  mutating func memory(
    of subjects: [HealthIncident.Subject], at now: Timestamp
  ) -> HealthMemory {
    open(at: now)
    guard let store else { return HealthMemory(trouble: trouble) }
    do throws(HistoryFault) {
      return HealthMemory(
        histories: try store.histories(of: subjects, at: now), trouble: trouble)
    } catch {
      fail(error, at: now)
      return HealthMemory(trouble: trouble)
    }
  }

  /// What is remembered of the flows' reports.
  mutating func beats(at now: Timestamp) -> HeardFlows {
    open(at: now)
    guard let store else { return HeardFlows(trouble: unread) }
    do throws(HistoryFault) {
      let reports = try store.beats(of: flows)
      return HeardFlows(reports: reports, trouble: reports.count < flows.count ? lost : nil)
    } catch {
      fail(error, at: now)
      return HeardFlows(trouble: lost ?? unread)
    }
  }

  private var isHopeless: Bool { if case .nowhere = place { true } else { false } }

  private mutating func opened(at now: Timestamp) throws(HistoryFault) -> HistoryStore {
    switch place {
    case .memory: return try .open(nil, company: company, recorder: kind, at: now)
    case .nowhere(let reason): throw HistoryFault(.unusable, reason)
    case .file(let path):
      let before = HistoryFile.number(of: path)
      do throws(HistoryFault) {
        let store = try HistoryStore.open(path, company: company, recorder: kind, at: now)
        try store.check()
        return store
      } catch  where error.kind == .damaged {
        say(damage: path, number: before, at: now)
        return try .open(path, company: company, recorder: kind, at: now)
      }
    }
  }

  private mutating func say(damage path: String, number: UInt64?, at now: Timestamp) {
    lost =
      "The health history \(path) was damaged and is begun anew; `plumbline watch` has to hear of it "
      + "again."
    guard let target = HistoryFile.moveAside(path, damaged: number, at: now) else { return }
    tell(
      "The health history was damaged: it was moved to \(target), and a new one has begun.")
  }

  private mutating func fail(_ fault: HistoryFault, at now: Timestamp) {
    unread = fault.unread
    switch fault.kind {
    case .busy: return
    case .damaged:
      if case .file(let path) = place {
        let number = store?.fileNumber
        store = nil
        say(damage: path, number: number, at: now)
      } else {
        store = nil
      }
      nextOpening = nil
    case .full, .unusable:
      store = nil
      nextOpening = now.adding(Self.rest)
      let words = "The health history is not kept: \(fault.message)."
      trouble = words
      if told.insert(words).inserted { tell(words) }
    }
  }

  private mutating func recovered() {
    unread = nil
    guard trouble != nil else { return }
    trouble = nil
    told = []
    tell("The health history is kept again.")
  }
}
