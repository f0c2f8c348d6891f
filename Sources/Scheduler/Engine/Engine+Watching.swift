public import DealModel
public import TruthEngine

/// For whoever drives an engine's clock and looks on: rehearsals.
extension Engine {
  /// What has been read of these deals, in their order; a deal nobody has read is empty.
  public func readings(of ids: [DealID]) -> [Dossier] {
    ids.map { dossiers[$0] ?? Dossier(id: $0) }
  }

  /// Whether everything that is due by now has been begun and has ended, but for calls that
  /// themselves wait for time.
  ///
  /// - Parameter sleeping: How many calls wait for time.
  public func isAtRest(sleeping: Int = 0) -> Bool {
    let now = time.now()
    let isWaiting = lines.values.allSatisfy { line in
      line.waiter != nil && !line.hasWork && line.waitsUntil.map { $0 > now } ?? true
    }
    let underWay = lines.values.reduce(0) { sum, line in
      sum + line.calls.count + (line.isPolling ? 1 : 0) + (line.isProbing ? 1 : 0)
        + (line.isAskingFlows ? 1 : 0)
    }
    return isWaiting && underWay <= sleeping
  }
}
