public import AdapterKit
public import DealModel
private import Synchronization

/// Hears of every call of every system and keeps their health. Adapters are given it as observer.
public final class CallLog: CallObserver {
  private struct State {
    var ledgers: [SystemName: HealthLedger]
    var changed: (@Sendable () -> Void)?
    var callCounts: [SystemName: [String: Int]] = [:]
  }

  private let order: [SystemName]
  private let state: Mutex<State>

  /// A log for the systems of a company.
  public init(_ company: CompanyModel) {
    order = company.systems.map(\.name)
    let ledgers = company.systems.map { ($0.name, HealthLedger($0)) }
    state = Mutex(State(ledgers: Dictionary(ledgers, uniquingKeysWith: { first, _ in first })))
  }

  public func callEnded(_ call: CallReport) {
    let changed = state.withLock { state in
      state.ledgers[call.system]?.callEnded(call)
      state.callCounts[call.system, default: [:]][call.operation, default: 0] += 1
      return state.changed
    }
    changed?()
  }

  /// The health of every system, in the order of the configuration, by calls alone: what the engine
  /// knows besides (next attempt, oldest reading, coverage) is not filled in.
  public var health: [SystemHealth] {
    state.withLock { state in order.compactMap { state.ledgers[$0]?.health } }
  }

  /// System → operation → how many exchanges there were since the start, retries included.
  public var callCounts: [SystemName: [String: Int]] { state.withLock { $0.callCounts } }

  func answerUnusable(
    _ error: SystemError, operation: String, of system: SystemName, at now: Timestamp
  ) {
    let changed = state.withLock { state in
      state.ledgers[system]?.answerUnusable(error, operation: operation, at: now)
      return state.changed
    }
    changed?()
  }

  /// Calls that closure after every change, from any thread; it must return at once.
  func onChange(_ changed: (@Sendable () -> Void)?) { state.withLock { $0.changed = changed } }
}
