public import DealModel

/// Finds changes of state among flows whose runs another system knows: recipes, scenarios.
///
/// A flow that could not be asked about keeps its last state: that its system does not answer is the
/// system's own change. Flows that report in by heartbeat are not looked at: whoever listens for them
/// tells of those.
public struct FlowAlarms: Sendable {
  private var last: [String: FlowHealth.State] = [:]

  /// Alarms of flows of which nothing is known yet.
  public init() {}

  /// Takes how all flows do now.
  ///
  /// - Returns: The changes since the last time, in the order of the flows.
  public mutating func told(_ flows: [FlowHealth], at now: Timestamp) -> [ChangeFacts] {
    flows.compactMap { health in
      let (name, state) = (health.flow.name, health.state)
      guard health.flow.system != nil, state != .unknown, last[name] != state else { return nil }
      let before = last.updateValue(state, forKey: name) ?? .unknown
      var facts = ChangeFacts(
        subject: .flow(name), from: before.status, to: state.status, at: health.since ?? now,
        reason: health.reason)
      facts.words = ChangeFacts.Words(from: before.rawValue, to: state.rawValue)
      return facts
    }
  }
}

extension FlowHealth.State {
  /// How bad it is, in the terms of a system's health.
  fileprivate var status: SystemStatus {
    switch self {
    case .running: .healthy
    case .late: .degraded
    case .silent, .failing, .stopped: .down
    case .unknown: .unknown
    }
  }
}
