public import DealModel

/// An adapter whose system runs flows and owns no records: a middleware.
///
/// It is asked for the jobs that the configuration names, and for nothing else; the questions about
/// records are answered here.
public protocol FlowReporter: Adapter {
  /// What is known of these jobs' runs: the last of them, not all.
  ///
  /// - Shape: job → its report. Every requested ID is a key; one that the system does not know fails
  ///   with a ``SystemError`` of kind `drifted` that names it, and fails no other.
  /// - Units: UTC instants by the vendor's clock.
  /// - Parameter jobs: The vendor's IDs, as configured, without repeats.
  /// - Throws: ``SystemError`` when the system as a whole cannot be asked, or `CancellationError`.
  func flows(_ jobs: [String]) async throws -> [String: Result<FlowReport, SystemError>]
}

extension FlowReporter {
  /// No records of any kind.
  public var capabilities: AdapterCapabilities { AdapterCapabilities(batchSizes: [:]) }

  public func records(
    of kind: RecordKind, for ids: [DealID]
  ) async throws -> [DealID: [Record]] {
    Dictionary(ids.map { ($0, []) }, uniquingKeysWith: { first, _ in first })
  }
}
