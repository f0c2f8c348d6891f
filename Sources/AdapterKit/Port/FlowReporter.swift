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

  public func dealPage(after cursor: PageCursor?) async throws -> DealPage {
    DealPage(deals: [], next: nil)
  }

  public func records(
    of kind: RecordKind, for ids: [DealID]
  ) async throws -> [DealID: [Record]] {
    Dictionary(ids.map { ($0, []) }, uniquingKeysWith: { first, _ in first })
  }

  public func detail(of reference: RecordReference) async throws -> RecordDetail {
    throw SystemError(
      .refused, system: reference.system,
      message: "\(reference.system) runs flows and holds no records.")
  }

  public func find(_ text: String) async throws -> [FoundRecord] { [] }

  public func changes(since cursor: PageCursor?) async throws -> ChangedDeals {
    ChangedDeals(deals: [:], cursor: cursor ?? PageCursor(""))
  }

  public func linkPage(after cursor: PageCursor?) async throws -> LinkPage {
    LinkPage(links: [], next: nil)
  }
}
