import AdapterKit
import DealModel

/// A system whose settings contradict each other: every question is answered with the reason.
struct UnusableAdapter: Adapter {
  let error: SystemError
  let capabilities: AdapterCapabilities

  init(error: SystemError, kinds: Set<RecordKind>) {
    self.error = error
    let sizes = kinds.map { ($0, 100) }
    capabilities = AdapterCapabilities(
      batchSizes: Dictionary(sizes, uniquingKeysWith: { first, _ in first }),
      listsDeals: kinds.contains(.deals))
  }

  func dealPage(after cursor: PageCursor?) async throws -> DealPage { throw error }
  func records(of kind: RecordKind, for ids: [DealID]) async throws -> [DealID: [Record]] {
    throw error
  }
  func detail(of reference: RecordReference) async throws -> RecordDetail { throw error }
  func find(_ text: String) async throws -> [FoundRecord] { throw error }
  func changes(since cursor: PageCursor?) async throws -> ChangedDeals { throw error }
  func linkPage(after cursor: PageCursor?) async throws -> LinkPage { throw error }
  func probe() async throws -> ProbeAnswer { throw error }
  func close() async {}
}
