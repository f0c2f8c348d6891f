internal import DealModel

extension Program {
  /// The system one is looking at on the health screen; `nil` elsewhere.
  private var systemInSight: SystemHealth? {
    switch state.trail.last?.place {
    case .errors(let name): return state.health(of: name)
    case .deal, .record: return nil
    default: break
    }
    guard state.tab == .health else { return nil }
    return HealthPage.chosen(in: state).flatMap { state.health(of: $0) }
  }

  /// Takes the system out, or lets it in again.
  mutating func isolate() -> [Effect] {
    guard let health = systemInSight else {
      state.notice = State.Notice(text: "i isolates a system: press 4 and choose one first")
      return []
    }
    let name = health.system
    if health.isIsolated {
      state.notice = State.Notice(text: "\(name.text) is released and read again")
      return [.release(name)]
    }
    state.notice = State.Notice(
      text: "\(name.text) is isolated: no call is made until i releases it")
    return [.isolate(name)]
  }

  /// Probes the system at once, whatever its breaker waits for.
  mutating func probeNow() -> [Effect] {
    guard let health = systemInSight else {
      state.notice = State.Notice(text: "P probes a system: press 4 and choose one first")
      return []
    }
    if health.isIsolated {
      state.notice = State.Notice(
        text: "\(health.system.text) is isolated: release it with i before it is probed",
        isError: true)
      return []
    }
    state.notice = State.Notice(text: "probing \(health.system.text)…")
    return [.probe(health.system)]
  }
}
