import AdapterKit
import DealModel
import Synchronization

/// A system of records with deal IDs, listed in pages, that a test may disturb while it is listed.
final class ListingAdapter: Adapter {
  /// What the system holds.
  struct Contents: Sendable {
    /// Its records, in the order of the list.
    var links: [Link] = []
    /// Records that answer to their ID and are not in the list yet.
    var late: [Link] = []
    /// What became of deals that are gone.
    var departed: [DealID: DepartedDeal] = [:]
    /// How many records it says it has; `nil` for as many as it has.
    var claimed: Int?
    /// The calls, by number from 1, that fail.
    var failing: Set<Int> = []
    /// Whether every call fails.
    var isDown = false
    /// How many calls there were, and how many were for pages.
    var calls = 0
    var pages = 0
    /// IDs that were asked for one by one.
    var asked: [DealID] = []
  }

  let system: SystemName
  let kind: RecordKind
  let capabilities: AdapterCapabilities
  private let contents: Mutex<Contents>

  init(_ system: SystemName, _ kind: RecordKind, _ links: [Link]) {
    self.system = system
    self.kind = kind
    contents = Mutex(Contents(links: links))
    capabilities = AdapterCapabilities(
      batchSizes: [kind: 10], listsDeals: kind == .deals, listsLinks: true,
      followsDeparted: kind == .deals, linkFields: [.stage, .entity])
  }

  func change<Value: Sendable>(_ change: (inout sending Contents) -> sending Value) -> Value {
    contents.withLock { change(&$0) }
  }

  private func call() throws {
    let fails = contents.withLock { contents in
      contents.calls += 1
      return contents.isDown || contents.failing.contains(contents.calls)
    }
    if fails { throw SystemError(.unavailable, system: system, message: "\(system) is away.") }
  }

  func linkPage(after cursor: PageCursor?) async throws -> LinkPage {
    try call()
    let start = cursor.flatMap { Int($0.text) } ?? 0
    return contents.withLock { contents in
      contents.pages += 1
      let page = Array(contents.links.dropFirst(start).prefix(7))
      let end = start + page.count
      return LinkPage(
        links: page, next: end < contents.links.count ? PageCursor(String(end)) : nil,
        total: RecordCount(contents.claimed ?? contents.links.count))
    }
  }

  func records(of kind: RecordKind, for ids: [DealID]) async throws -> [DealID: [Record]] {
    try call()
    let (links, late) = contents.withLock { contents in
      contents.asked += ids
      return (contents.links, contents.late)
    }
    var answer: [DealID: [Record]] = [:]
    for id in ids {
      answer[id] = (links + late).filter { $0.dealID == id }.map { link in
        Record(
          reference: link.reference, dealID: id, number: link.number, content: .deal(link.fields))
      }
    }
    return answer
  }

  func departedDeals(_ ids: Set<DealID>) async throws -> [DealID: DepartedDeal] {
    try call()
    return contents.withLock { $0.departed.filter { ids.contains($0.key) } }
  }

  func dealPage(after cursor: PageCursor?) async throws -> DealPage {
    DealPage(deals: [], next: nil)
  }
  func detail(of reference: RecordReference) async throws -> RecordDetail {
    throw SystemError(.refused, system: system, message: "No details here.")
  }
  func find(_ text: String) async throws -> [FoundRecord] { [] }
  func changes(since cursor: PageCursor?) async throws -> ChangedDeals {
    ChangedDeals(deals: [:], cursor: PageCursor("1"))
  }
  func probe() async throws -> ProbeAnswer { ProbeAnswer(identity: "listing") }
  func close() async {}
}
