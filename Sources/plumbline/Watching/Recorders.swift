import AdapterKit
import DealModel
import Scheduler
import Watch

/// Tells several recorders.
struct Recorders: HealthRecorder {
  let all: [any HealthRecorder]

  func callEnded(_ call: CallReport) {
    for recorder in all { recorder.callEnded(call) }
  }

  func stateChanged(_ change: StateChange) {
    for recorder in all { recorder.stateChanged(change) }
  }
}

/// Passes changes of state on to whoever listens.
struct ChangeTeller: HealthRecorder {
  let changes: AsyncStream<ChangeFacts>.Continuation

  func callEnded(_ call: CallReport) {}

  func stateChanged(_ change: StateChange) {
    changes.yield(
      ChangeFacts(
        subject: .system(change.system), from: change.from, to: change.to, at: change.at,
        reason: change.reason))
  }
}
