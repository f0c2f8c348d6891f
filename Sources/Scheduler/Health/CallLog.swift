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
  private let recorder: (any HealthRecorder)?
  private let state: Mutex<State>

  /// A log for the systems of a company.
  ///
  /// - Parameter recorder: Keeps calls and changes of state beyond this process; `nil` for nobody.
  public init(_ company: CompanyModel, recorder: (any HealthRecorder)? = nil) {
    order = company.systems.map(\.name)
    self.recorder = recorder
    let ledgers = company.systems.map { ($0.name, HealthLedger($0)) }
    state = Mutex(State(ledgers: Dictionary(ledgers, uniquingKeysWith: { first, _ in first })))
  }

  public func callEnded(_ call: CallReport) {
    recorder?.callEnded(call)
    change(call.system) { ledger, state in
      state.callCounts[call.system, default: [:]][call.operation, default: 0] += 1
      return ledger.callEnded(call)
    }
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
    change(system) { ledger, _ in ledger.answerUnusable(error, operation: operation, at: now) }
  }

  func probed(_ answer: ProbeAnswer, of system: SystemName, began: Timestamp, at now: Timestamp) {
    change(system) { ledger, _ in ledger.probed(answer, began: began, at: now) }
  }

  /// When a call to the system last ended; `nil` before any did.
  func lastCall(of system: SystemName) -> Timestamp? {
    state.withLock { $0.ledgers[system]?.health.lastCall }
  }

  /// How far the system's stamps are ahead of our clock; zero while it is right.
  func clockCorrection(of system: SystemName) -> Duration {
    state.withLock { $0.ledgers[system]?.clockCorrection ?? .zero }
  }

  /// Calls that closure after every change, from any thread; it must return at once.
  func onChange(_ changed: (@Sendable () -> Void)?) { state.withLock { $0.changed = changed } }

  /// Changes one ledger under the lock, and tells of it outside.
  private func change(
    _ system: SystemName,
    _ body: (inout HealthLedger, inout State) -> StateChange?
  ) {
    let (change, changed) = state.withLock { state in
      guard var ledger = state.ledgers[system] else { return (StateChange?.none, state.changed) }
      let change = body(&ledger, &state)
      state.ledgers[system] = ledger
      return (change, state.changed)
    }
    if let change { recorder?.stateChanged(change) }
    changed?()
  }
}
