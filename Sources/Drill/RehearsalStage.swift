import DealModel
import Scheduler
import Screens
import TruthEngine

/// Moves the virtual clock through an outage, and notes what is seen.
actor RehearsalStage {
  let rehearsal: Rehearsal
  let system: ConfiguredSystem
  let outage: Outage
  let clock: ManualClock
  let engine: Engine
  let calls: ReplayCalls

  private let ids: [DealID]
  /// The deals that the system owes something: all that is looked at while time passes.
  private var concernedIDs: [DealID] = []
  private var moments: [DrillReport.Moment] = []
  private var measured: DrillMeasurements
  private var shots: [DrillReport.Shot] = []
  private var indexFailure: SystemError?
  /// What the system had answered when the outage began.
  private var before: [DealID: Dossier] = [:]
  private var callsBefore = 0

  init(
    rehearsal: Rehearsal, system: ConfiguredSystem, outage: Outage, clock: ManualClock,
    engine: Engine, calls: ReplayCalls
  ) {
    self.rehearsal = rehearsal
    self.system = system
    self.outage = outage
    self.clock = clock
    self.engine = engine
    self.calls = calls
    ids = rehearsal.recording.dossiers.map(\.id)
    measured = DrillMeasurements(length: rehearsal.plan.length, deals: 0)
  }

  /// The list of deals could not be read, or could again.
  func indexFailed(_ error: SystemError?) { indexFailure = error }

  func play() async throws -> DrillReport {
    await engine.show(visible: ids, nearby: [], selected: nil)
    await settle()
    // A moment before the outage everything is as it should be.
    try await pass(until: outage.begins.adding(.milliseconds(-1))) { _ in false }
    let start = await engine.readings(of: ids)
    for dossier in start { before[dossier.id] = dossier }
    let (concern, concerned) = judge(start)
    measured.deals = concern.deals
    concernedIDs = concerned.map(\.id)
    callsBefore = calls.made(to: system.name)
    try await note(isHour: true)
    try await pass(until: outage.ends) { _ in false }
    let attempts = calls.made(to: system.name) - callsBefore
    let recovery = try await recover()
    let company = rehearsal.recording.company
    return DrillReport(
      system: system, manner: outage.manner, length: rehearsal.plan.length, concern: concern,
      moments: moments,
      risks: outage.manner == .slow
        ? []
        : DrillRisks(
          company: company, system: system.name, kinds: Set(concern.parts.map(\.kind)),
          assessments: concerned
        ).sentences,
      verdicts: DrillVerdict.judge(
        FailureMode(system.failureMode), by: measured, limits: system.limits,
        steward: system.steward), recovery: recovery, shots: shots, attempts: attempts)
  }

  /// What hangs on the system, and the deals concerned.
  private func judge(_ dossiers: [Dossier]) -> (DrillConcern, [Assessment]) {
    let company = rehearsal.recording.company
    let assessor = Assessor(of: company)
    let today = rehearsal.plan.zone.date(of: clock.now())
    var assessments: [DealID: Assessment] = [:]
    for dossier in dossiers { assessments[dossier.id] = assessor.assess(dossier, on: today) }
    let concern = DrillConcern(of: system.name, dossiers: dossiers, assessments: assessments)
    let concerned = dossiers.filter { dossier in
      dossier.sections.keys.contains { $0.system == system.name }
    }
    return (concern, concerned.compactMap { assessments[$0.id] })
  }

  // MARK: Time

  /// Lets time pass, noting what changes, until then or until `isOver` says so.
  private func pass(
    until end: Timestamp, isOver: (DrillReport.Moment) -> Bool
  ) async throws {
    while clock.now() < end {
      try Task.checkCancellation()
      let now = clock.now()
      let target = min(end, await nextMoment(after: now))
      clock.advance(by: now.duration(to: target))
      await settle()
      guard target > outage.begins else { continue }
      let since = outage.begins.duration(to: target)
      let isHour = since.components.seconds % 3_600 == 0 && since.components.attoseconds == 0
      if isOver(try await note(isHour: isHour && target <= outage.ends)) { return }
    }
  }

  /// When something happens next: a task wakes, a value changes its sign, an hour strikes.
  private func nextMoment(after now: Timestamp) async -> Timestamp {
    let soonest = now.adding(Rehearsal.step)
    var next = max(clock.nextDeadline ?? now.adding(.seconds(3_600)), soonest)
    for dossier in await engine.readings(of: concernedIDs) {
      for (key, section) in dossier.sections where key.system == system.name {
        guard let fetched = section.fetchedAt,
          let change = system.limits.nextChange(of: fetched, after: now)
        else { continue }
        next = min(next, change)
      }
    }
    let past = outage.begins.duration(to: now).components.seconds
    let hour =
      now < outage.begins
      ? outage.begins : outage.begins.adding(.seconds((past / 3_600 + 1) * 3_600))
    let shot = rehearsal.plan.shotsAt.map { outage.begins.adding($0) }.filter { $0 > now }.min()
    let edges = [hour, outage.ends, shot].compactMap(\.self).filter { $0 > now }
    return edges.reduce(next) { min($0, $1) }
  }

  /// Waits until the engine has done everything that is due by the virtual clock.
  private func settle() async {
    var calm = 0
    while calm < 3 {
      let isAtRest = await engine.isAtRest(sleeping: calls.resting) && calls.isIdle
      calm = isAtRest ? calm + 1 : 0
      await Task.yield()
    }
  }

  // MARK: Looking

  @discardableResult
  private func note(isHour: Bool) async throws -> DrillReport.Moment {
    let now = clock.now()
    let readings = await engine.readings(of: concernedIDs)
    let health = await engine.health.first { $0.system == system.name }
    // What stands just before the outage is its beginning.
    let after = max(.zero, outage.begins.duration(to: now))
    let moment = DrillReport.Moment(
      after: after,
      tally: DrillTally(of: system.name, in: readings, limits: system.limits, at: now),
      status: health?.status ?? .unknown, statusFor: health?.since?.duration(to: now),
      nextAttempt: health?.nextAttempt.map { now.duration(to: $0) },
      attempts: calls.made(to: system.name) - callsBefore, isHour: isHour)
    if now <= outage.ends { measure(moment, readings) }
    let isNews = moments.last.map { $0.tally != moment.tally || $0.status != moment.status } ?? true
    if isHour || isNews, moments.count < Self.mostMoments { moments.append(moment) }
    if rehearsal.plan.shotsAt.contains(after) {
      await shoot(await engine.readings(of: ids), after: after)
    }
    return moment
  }

  /// The most moments that are kept: a system that flaps must not fill the memory.
  private static let mostMoments = 2_000

  private func measure(_ moment: DrillReport.Moment, _ readings: [Dossier]) {
    let after = moment.after
    let present = moment.tally
    func all(_ test: (Freshness) -> Bool) -> Bool {
      present.counts.values.allSatisfy { $0.keys.allSatisfy { $0 == .unavailable || test($0) } }
    }
    func any(_ freshness: Freshness) -> Bool {
      present.counts.values.contains { $0[freshness] != nil }
    }
    if measured.unmarkedUntil == nil, all({ $0 > .live }) { measured.unmarkedUntil = after }
    if measured.staleAfter == nil, any(.stale) || any(.expired) { measured.staleAfter = after }
    if measured.expiredAfter == nil, any(.expired) { measured.expiredAfter = after }
    if measured.allExpiredAfter == nil, all({ $0 == .expired }) {
      measured.allExpiredAfter = after
    }
    if measured.readingsLostAfter == nil, !isKept(in: readings) {
      measured.readingsLostAfter = after
    }
  }

  /// Whether every reading of the system is what it was before the outage.
  private func isKept(in readings: [Dossier]) -> Bool {
    readings.allSatisfy { dossier in
      (before[dossier.id]?.sections ?? [:]).allSatisfy { key, section in
        key.system != system.name || section.records == nil
          || dossier.sections[key]?.records == section.records
      }
    }
  }

  // MARK: Coming back

  private func recover() async throws -> DrillReport.Recovery {
    var recovery = DrillReport.Recovery(isWhole: false)
    let end = outage.ends.adding(Rehearsal.patience)
    let ends = outage.ends
    try await pass(until: end) { moment in
      let since = ends.duration(to: self.clock.now())
      let isLive = moment.tally.counts.values.allSatisfy { counts in
        counts.keys.allSatisfy { $0 == .live || $0 == .unavailable }
      }
      if isLive, recovery.liveAfter == nil { recovery.liveAfter = since }
      if moment.status == .healthy, recovery.healthyAfter == nil { recovery.healthyAfter = since }
      return recovery.liveAfter != nil && recovery.healthyAfter != nil
    }
    let health = await engine.health.first { $0.system == system.name }
    let readings = await engine.readings(of: concernedIDs)
    let firsts = readings.flatMap { dossier in
      dossier.sections.filter { $0.key.system == system.name }.compactMap(\.value.fetchedAt)
    }.filter { $0 >= ends }
    recovery.firstAnswerAfter =
      firsts.min().map { ends.duration(to: $0) }
      ?? health?.lastSuccess.flatMap { $0 >= ends ? ends.duration(to: $0) : nil }
    recovery.isWhole = isKept(in: readings)
    return recovery
  }

  // MARK: Screens

  /// Keeps the list, one concerned deal and the health screen as they are now.
  private func shoot(_ readings: [Dossier], after: Duration) async {
    let now = clock.now()
    let plan = rehearsal.plan
    let origin = rehearsal.recording.company.sharedID.origin
    var program = Program(
      model: rehearsal.recording.company, encoding: plan.encoding, zone: plan.zone, now: now)
    let deals = readings.flatMap { $0[origin, .deals].records ?? [] }
    let indexedAt = readings.compactMap { $0[origin, .deals].fetchedAt }.max() ?? now
    let happened: [Message] = [
      .terminalResized(plan.size), .indexArrived(deals, fetchedAt: indexedAt),
      indexFailure.map { .indexFailed($0) }
        ?? .indexCompleted(count: deals.count, fetchedAt: indexedAt),
      .dossiersChanged(readings), .healthChanged(await engine.health),
    ]
    for message in happened { _ = program.update(message, at: now) }
    keep("list", program, after)
    if let shown = example(in: readings) {
      var deal = program
      for key in [Key.character("g"), .paste(shown.text), .enter] {
        _ = deal.update(.keyPressed(key), at: now)
      }
      let found = FoundRecord(
        reference: RecordReference(system: origin, kind: .deals, id: shown.text),
        number: shown.text, dealID: shown)
      _ = deal.update(.found(text: shown.text, records: [found], failures: []), at: now)
      keep("deal", deal, after)
    }
    _ = program.update(.keyPressed(.character("4")), at: now)
    keep("health", program, after)
  }

  /// The deal with the most records of the system; the first of several.
  private func example(in readings: [Dossier]) -> DealID? {
    func count(_ dossier: Dossier) -> Int {
      dossier.sections.reduce(0) { sum, entry in
        sum + (entry.key.system == system.name ? entry.value.records?.count ?? 0 : 0)
      }
    }
    let concerned = readings.filter { dossier in
      dossier.sections.keys.contains { $0.system == system.name }
    }
    return concerned.max { left, right in
      (count(left), right.id) < (count(right), left.id)
    }?.id
  }

  private func keep(_ screen: String, _ program: Program, _ after: Duration) {
    shots.append(DrillReport.Shot(after: after, screen: screen, frame: program.frame()))
  }
}
