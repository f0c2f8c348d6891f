public import DealModel
internal import TruthEngine

extension Program {
  /// What to say about what is on screen; `nil` while it is as last said.
  mutating func showing() -> Effect? {
    let list = state.list
    let rows = state.layout.listRows
    var visible: [DealID] = []
    var nearby: [DealID] = []
    // Below the list's other screens the list waits as it was: its readings stay true.
    for position in list.top..<min(list.count, list.top + rows) {
      if let id = list.id(at: position) { visible.append(id) }
    }
    for position in max(0, list.top - rows)..<min(list.count, list.top + 2 * rows) {
      guard position < list.top || position >= list.top + rows else { continue }
      if let id = list.id(at: position) { nearby.append(id) }
    }
    let onPage = conflictDeals
    visible = onPage + visible.filter { !onPage.contains($0) }
    if state.tab == .conflicts, state.trail.isEmpty {
      // Whoever looks for conflicts means those of all deals: the rest is read piece by piece.
      let shown = Set(visible + nearby)
      nearby += list.uncompared(first: Self.comparedAtOnce, unlessCompared: Self.comparedAtMost)
        .filter { !shown.contains($0) }
    }
    let selected = state.selectedDeal
    if visible.isEmpty, selected == nil, state.lastShown == nil { return nil }
    let effect = Effect.show(visible: visible, nearby: nearby, selected: selected)
    guard effect != state.lastShown else { return nil }
    state.lastShown = effect
    return effect
  }

  /// The deals whose conflicts are on the screen of conflicts; empty on every other.
  private var conflictDeals: [DealID] {
    guard state.tab == .conflicts, state.trail.isEmpty else { return [] }
    let top = state.readers[.conflicts]?.top ?? 0
    var deals: [DealID] = []
    for conflict in ConflictsPage.conflicts(in: state).dropFirst(top)
      .prefix(state.layout.bodyHeight) where !deals.contains(conflict.deal)
    {
      deals.append(conflict.deal)
    }
    return deals
  }

  /// Deals that are read at a time while their conflicts are looked for.
  static let comparedAtOnce = 80
  /// Deals that the screen of conflicts reads by itself: fewer than are remembered. The command
  /// compares any number.
  static let comparedAtMost = 1_500

  /// How old what is remembered may be while it is on screen.
  static let recalling = Duration.seconds(60)

  /// Asks for what is remembered while the health screen is open and it is old.
  mutating func recallIfDue() -> [Effect] {
    guard state.tab == .health,
      state.memoryAskedAt.map({ $0.adding(Self.recalling) <= state.now }) ?? true
    else { return [] }
    state.memoryAskedAt = state.now
    return [.recallHealth]
  }

  /// When the frame changes next without any message; `nil` for never.
  public func nextWake(after now: Timestamp) -> Timestamp? {
    // What came due while the frame was made is not in it: it counts from when the frame was judged.
    let now = min(now, state.now)
    var next: Timestamp?
    func consider(_ instant: Timestamp?) {
      guard let instant, instant > now else { return }
      next = min(next ?? instant, instant)
    }
    func considerAge(of instant: Timestamp?) {
      guard let instant else { return }
      consider(TimeText.nextChange(of: instant, after: now))
    }
    func considerFreshness(of instant: Timestamp?, from system: SystemName) {
      guard let instant else { return }
      consider(state.limits(of: system)?.nextChange(of: instant, after: now))
    }
    func considerDetail(of id: DealID) {
      guard let sources = state.assessments[id]?.sources else { return }
      for (system, source) in sources {
        for case let fetched? in source.fetchedAt.values {
          considerAge(of: fetched)
          considerFreshness(of: fetched, from: system)
        }
      }
    }
    consider(state.pane.followsAt)
    if isListShown {
      let list = state.list
      for position in list.top..<min(list.count, list.top + state.layout.listRows) {
        guard let row = list.row(at: position, now: now) else { continue }
        consider(nextFreshness(of: row, after: now))
      }
      // A filter by age looks at every deal again, every few seconds.
      if list.dependsOnTime { consider(now.adding(.seconds(5))) }
      if state.layout.isSplit, let selected = state.selectedDeal { considerDetail(of: selected) }
    }
    switch state.trail.last?.place {
    case .deal(let id), .why(let id, _): considerDetail(of: id)
    case .record(let reference, _):
      let fetched = state.details[reference]?.detail?.fetchedAt
      considerAge(of: fetched)
      considerFreshness(of: fetched, from: reference.system)
    case .payload, .errors, .incident, nil: break
    }
    if state.tab == .health {
      consider(state.memoryAskedAt?.adding(Self.recalling))
      for health in state.health {
        considerAge(of: health.breaker.since)
        consider(
          health.breaker.retryAfter.flatMap { TimeText.nextWait(until: $0, after: now) })
      }
      for health in state.health {
        considerAge(of: health.since)
        considerAge(of: health.lastSuccess)
        considerAge(of: health.oldestReading)
        considerFreshness(of: health.oldestReading, from: health.system)
        consider(health.nextAttempt.flatMap { TimeText.nextWait(until: $0, after: now) })
      }
    }
    if state.tab == .conflicts, state.trail.isEmpty {
      for id in conflictDeals {
        for conflict in state.assessments[id]?.conflicts ?? [] {
          considerAge(of: conflict.since)
          considerAge(of: conflict.owner.fetchedAt)
          considerAge(of: conflict.echo.fetchedAt)
        }
      }
    }
    if state.tab == .links { considerAge(of: state.links?.at) }
    if !state.assessments.isEmpty { consider(state.nextMidnight(after: now)) }
    return next
  }

  /// When the sign of a row changes.
  private func nextFreshness(of row: DealRow, after now: Timestamp) -> Timestamp? {
    if let ages = state.ages[row.id], ages.worst(at: now) != nil {
      return ages.nextChange(after: now)
    }
    let limits = state.limits(of: state.model.sharedID.origin)
    return row.indexedAt.flatMap { limits?.nextChange(of: $0, after: now) }
  }
}

extension State {
  /// How fresh a row is: by every answer about the deal, or by the index when there is no other.
  func freshness(of row: DealRow) -> Freshness {
    ages[row.id]?.worst(at: now) ?? row.freshness
  }

  /// The start of the next day where the person sits.
  func nextMidnight(after now: Timestamp) -> Timestamp {
    let tomorrow = Timestamp(startOf: zone.date(of: now).adding(days: 1))
    return tomorrow.adding(.seconds(-zone.offsetSeconds(at: now)))
  }
}
