import AdapterKit
import DealModel
public import TruthEngine

extension Engine {
  /// The most calls between two polls that read changes of deals off screen: a bulk import must not
  /// eat the budget of what is on screen. The rest is read after the next polls.
  static let changeCallsPerPoll = 5

  func isPollDue(_ name: SystemName) -> Bool {
    guard mode == .dashboard, let line = lines[name], !line.isPolling, !isTrialUnderWay(line),
      line.adapter.capabilities.reportsChanges
    else { return false }
    let now = time.now()
    return line.pace.mayAsk(.changes, at: now) && (line.nextPoll.map { $0 <= now } ?? true)
  }

  /// Asks a system what has changed, and has only that read again.
  func poll(_ name: SystemName) async {
    guard let line = lines[name] else { return }
    let asked = time.now()
    var pause = Self.pollInterval
    do {
      let changed = try await line.adapter.changes(since: line.changeCursor)
      lines[name]?.pace.succeeded(asking: .changes)
      lines[name]?.changeCursor = changed.cursor
      lines[name]?.watchedSince = line.watchedSince ?? asked
      if line.changeCursor == nil { doubtReadings(before: asked, at: name) }
      lines[name]?.pollFailure = nil
      for (id, kinds) in changed.deals { report(kinds, of: id, at: name) }
    } catch is CancellationError {
    } catch {
      let known = systemError(error, at: name)
      let now = time.now()
      lines[name]?.pace.failed(known, asking: .changes, at: now, random: random.next())
      lines[name]?.pollFailure = known
      // Corrections wait to be told: the system's own pace is patience enough.
      pause = .zero
      log.answerUnusable(known, operation: "changes", of: name, at: now)
      // One who cannot be asked this cannot be asked for readings either, and they say so.
      spread(known, over: name, at: now)
    }
    lines[name]?.isPolling = false
    lines[name]?.changeCalls = Self.changeCallsPerPoll
    lines[name]?.nextPoll = time.now().adding(pause)
    postWatch()
    postHealth()
    wake(name)
  }

  /// A feed that begins says nothing of what changed before: what was read before then is read again.
  /// Usually nothing was; but the first question may be lost while others are answered.
  private func doubtReadings(before began: Timestamp, at name: SystemName) {
    for (id, dossier) in dossiers {
      for (key, section) in dossier.sections where key.system == name {
        guard let asked = section.lastAsked, asked < began else { continue }
        changes.report(key, of: id, isCertain: false)
      }
    }
  }

  /// Notes what a system says has changed, as far as the deal is read from that system.
  private func report(_ kinds: Set<RecordKind>, of id: DealID, at name: SystemName) {
    guard let line = lines[name] else { return }
    let origin = SectionKey(system: company.sharedID.origin, kind: .deals)
    let planned = Set(plan.kinds(of: line.system, for: index[id]))
    for kind in kinds where line.adapter.capabilities.kinds.contains(kind) {
      let key = SectionKey(system: name, kind: kind)
      // A deal that the origin has not told of yet is asked for at the origin first.
      guard key == origin || (planned.contains(kind) && (index.contains(id) || !isIndexWhole))
      else { continue }
      changes.report(key, of: id, isCertain: kinds.count == 1)
    }
  }

  /// Deals with changes to read besides those that are due, as far as the budget goes.
  ///
  /// - Parameters:
  ///   - room: Places left in the batch.
  ///   - rides: Whether the batch is sent anyway, so that they cost no call.
  func changedOffScreen(
    _ key: SectionKey, at line: Line, besides due: [DealID], room: Int, rides: Bool
  ) -> [DealID] {
    guard room > 0, let awaited = changes.awaited[key], rides || line.changeCalls > 0 else {
      return []
    }
    let known = Set(due)
    let free = awaited.keys.filter {
      !known.contains($0) && dossiers[$0]?.sections[key]?.isAsking != true
    }
    return Array(free.sorted().prefix(room))
  }

  /// Compares an answer with what was known, before it is entered, and tells what changed.
  ///
  /// - Parameter report: What the system had reported of the section.
  func noteChanges(
    _ key: SectionKey, of id: DealID, to records: [Record], report: ChangeLedger.Report?,
    at now: Timestamp
  ) {
    guard mode == .dashboard else { return }
    let isKnown = isIndexWhole ? index.contains(id) : nil
    let found = changes.read(
      key, of: dossiers[id] ?? Dossier(id: id), records: records, report: report,
      isKnown: isKnown, since: lines[key.system]?.watchedSince, at: now)
    if records.isEmpty, key.system == company.sharedID.origin, key.kind == .deals, isIndexWhole {
      index.remove(id)
    }
    guard !found.isEmpty else { return }
    foundChanges += found
    for change in found where change.kind == .appeared {
      change.record.map { followMoved($0, to: id) }
    }
  }

  /// A record that appears under one deal may have left another: that one is read again too.
  private func followMoved(_ reference: RecordReference, to id: DealID) {
    let key = SectionKey(system: reference.system, kind: reference.kind)
    for (other, dossier) in dossiers where other != id {
      let records = dossier.sections[key]?.records ?? []
      guard records.contains(where: { $0.reference == reference }) else { continue }
      changes.report(key, of: other, isCertain: true)
    }
  }

  /// Deals that the last listing did not bring are asked for: the origin must say that they are gone.
  func confirmGone(_ listed: Set<DealID>) {
    let key = SectionKey(system: company.sharedID.origin, kind: .deals)
    guard mode == .dashboard, isIndexWhole else { return }
    for id in index.ids where !listed.contains(id) { changes.report(key, of: id, isCertain: true) }
    wake(key.system)
  }

  // MARK: - Telling

  /// Tells what was found since the last telling, after the dossiers that hold it.
  func postChanges() {
    guard !foundChanges.isEmpty else { return }
    continuation.yield(.changed(foundChanges))
    foundChanges = []
  }

  /// Tells how changes are watched, when that is not as last told.
  func postWatch() {
    let watch = watch
    guard mode == .dashboard, watch != postedWatch else { return }
    postedWatch = watch
    continuation.yield(.watching(watch))
  }

  /// How changes are being watched.
  public var watch: ChangeWatch {
    ChangeWatch(
      systems: company.systems.compactMap { system in
        lines[system.name].map { line in
          ChangeWatch.Watched(
            system: system.name, reportsChanges: line.adapter.capabilities.reportsChanges,
            since: line.watchedSince, failure: line.pollFailure)
        }
      }, waiting: changes.waiting, remembersAll: index.count <= Self.dossiersKept)
  }
}
