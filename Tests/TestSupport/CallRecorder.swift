public import AdapterKit
private import Synchronization

/// Keeps every report of a call.
public final class CallRecorder: CallObserver {
  private let kept = Mutex<[CallReport]>([])

  /// A recorder that has heard nothing.
  public init() {}

  public func callEnded(_ call: CallReport) { kept.withLock { $0.append(call) } }

  /// The reports so far, oldest first.
  public var reports: [CallReport] { kept.withLock { $0 } }
}
