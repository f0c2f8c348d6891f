import AdapterKit
import DealModel
import TruthEngine

/// What calls brought, entered into the dossiers, the pace and the health.
extension Engine {
  /// Enters the outcome of a call into the dossiers, the pace and the health.
  func settle(
    _ call: Call, _ outcome: Result<Pulled, any Error>, at name: SystemName
  ) {
    let key = SectionKey(system: name, kind: call.kind)
    switch outcome {
    case .success(let pulled):
      let records = pulled.records
      let asOf = pulled.holds(askedAt: call.began)
      lines[name]?.pace.succeeded(asking: .records(call.kind))
      // One array for the whole batch.
      let requests = call.recorder.traces
      for id in call.ids {
        guard let found = records[id] else { continue }
        // A record for a deal nobody asked about is never joined.
        let own = stamped(found.filter { $0.dealID == id }, from: name)
        // A page of the list that was asked later may have arrived before.
        if let known = dossiers[id]?.sections[key]?.lastAsked, known > call.began {
          dossiers[id]?.sections[key]?.isAsking = false
          dossiers[id]?.sections[key]?.failure = nil
          continue
        }
        noteChanges(key, of: id, to: own, report: call.reports[id], at: time.now())
        dossiers[id, default: Dossier(id: id)].sections[key] = Section(
          records: own, fetchedAt: asOf, askedAt: asOf == call.began ? nil : call.began,
          requests: requests)
        if call.kind == .deals, name == company.sharedID.origin {
          noteOrigin(own, at: call.began)
        }
      }
      // An ID that was left out has not been answered: that is not "none".
      let unanswered = call.ids.filter { records[$0] == nil }
      if !unanswered.isEmpty {
        let error = SystemError(
          .malformed, system: name,
          message: "\(name) answered without saying anything about \(unanswered.count) deals.")
        let reports = call.reports.filter { unanswered.contains($0.key) }
        let rest = Call(
          kind: call.kind, ids: unanswered, began: call.began, reports: reports,
          recorder: call.recorder)
        failed(rest, with: error, at: name)
      }
    case .failure(is CancellationError):
      for id in call.ids { dossiers[id]?.sections[key]?.isAsking = false }
      // What changed, or was asked for, is not forgotten because nobody looked for a moment.
      changes.giveBack(key, call.reports)
      if mode == .dashboard { forced[key, default: []].formUnion(call.forced) }
    case .failure(let error):
      failed(call, with: systemError(error, at: name), at: name)
    }
    wantHistories(of: call.ids)
    post(call.ids)
    postChanges()
    postWatch()
    postHealth()
    trimDossiers()
  }

  private func failed(_ call: Call, with error: SystemError, at name: SystemName) {
    let now = time.now()
    let key = SectionKey(system: name, kind: call.kind)
    lines[name]?.pace.failed(
      error, asking: .records(call.kind), at: now, random: random.next())
    log.answerUnusable(error, operation: call.kind.rawValue, of: name, at: now)
    fail(call.ids, key: key, error: error, at: now, requests: call.recorder.traces)
    spread(error, over: name, at: now)
    changes.giveBack(key, call.reports)
  }

  private func noteOrigin(_ records: [Record], at now: Timestamp) {
    guard let first = records.first else { return }
    let before = index[first.dealID]
    index.note(first)
    continuation.yield(.indexed(records, fetchedAt: now))
    // Now it is known which of the other systems to ask.
    if index[first.dealID] != before { wakeAll() }
  }

  private func fail(
    _ ids: [DealID], key: SectionKey, error: SystemError, at now: Timestamp,
    requests: [RequestTrace] = []
  ) {
    for id in ids {
      let old = dossiers[id]?.sections[key] ?? Section()
      let since = old.failure?.since ?? now
      dossiers[id, default: Dossier(id: id)].sections[key] = Section(
        records: old.records, fetchedAt: old.fetchedAt, askedAt: old.askedAt,
        failure: .init(error: error, since: since, requests: requests), requests: old.requests)
    }
  }

  /// A system that does not answer at all has not answered for its other sections either.
  func spread(_ error: SystemError, over name: SystemName, at now: Timestamp) {
    guard lines[name]?.pace.isFailing == true else { return }
    var touched: [DealID] = []
    for id in demand.ordered {
      for key in sections(of: name, for: id) {
        let section = dossiers[id]?.sections[key] ?? Section()
        guard !section.isAsking, section.failure == nil else { continue }
        fail([id], key: key, error: error, at: now)
        touched.append(id)
      }
    }
    post(touched)
  }

  /// Records with how far the clock that stamped them is off.
  func stamped(_ records: [Record], from name: SystemName) -> [Record] {
    let skew = log.clockCorrection(of: name)
    guard skew != .zero else { return records }
    return records.map { record in
      var record = record
      record.clockSkew = skew
      return record
    }
  }

  func systemError(_ error: any Error, at name: SystemName) -> SystemError {
    if let isolated = error as? Isolated { return isolated.error }
    if let known = error as? SystemError { return known }
    return SystemError(
      .unavailable, system: name, message: "\(name) could not be read.",
      cause: String(describing: type(of: error)))
  }
}
