import AdapterKit
import DealModel

/// A system that answers as the test says, and remembers what it was asked.
actor ScriptedAdapter: Adapter {
  struct Question: Hashable {
    var kind: RecordKind
    var ids: [DealID]
  }

  nonisolated let capabilities: AdapterCapabilities
  private(set) var questions: [Question] = []
  private(set) var cancelled = 0
  /// Questions of every kind, probes and polls included.
  private(set) var calls = 0
  private var probeAnswer = ProbeAnswer(identity: "scripted")
  private var answer: @Sendable (RecordKind, [DealID]) throws -> [DealID: [Record]]
  private var pages: [[Record]] = []
  private var changed: [DealID: Set<RecordKind>] = [:]
  private var refusal: SystemError?
  private var instant: Timestamp?
  private var gate: AsyncStream<Void>?
  private(set) var historyQuestions: [[RecordReference]] = []
  private var history: @Sendable ([RecordReference]) throws -> [RecordReference: [PropertyChange]] =
    { _ in [:] }

  init(
    _ capabilities: AdapterCapabilities,
    answer: @escaping @Sendable (RecordKind, [DealID]) throws -> [DealID: [Record]]
  ) {
    self.capabilities = capabilities
    self.answer = answer
  }

  func answers(_ answer: @escaping @Sendable (RecordKind, [DealID]) throws -> [DealID: [Record]]) {
    self.answer = answer
  }
  func probes(_ answer: ProbeAnswer) { probeAnswer = answer }
  func lists(_ pages: [[Record]]) { self.pages = pages }
  func hasChanged(_ deals: [DealID: Set<RecordKind>]) { changed = deals }
  func remembers(
    _ history: @escaping @Sendable ([RecordReference]) throws -> [RecordReference: [PropertyChange]]
  ) {
    self.history = history
  }
  /// Questions for changes fail so, or no longer.
  func refusesChanges(_ error: SystemError?) { refusal = error }
  /// Answers hold as of then; `nil` for now.
  func holds(asOf instant: Timestamp?) { self.instant = instant }
  /// Answers wait until the stream brings something or ends.
  func hangs(until gate: AsyncStream<Void>?) { self.gate = gate }

  func records(of kind: RecordKind, for ids: [DealID]) async throws -> [DealID: [Record]] {
    calls += 1
    questions.append(Question(kind: kind, ids: ids))
    if let gate {
      for await _ in gate { break }
      if Task.isCancelled {
        cancelled += 1
        throw CancellationError()
      }
    }
    return try answer(kind, ids)
  }

  func watermark(of kind: RecordKind) async throws -> Timestamp? { instant }

  func history(
    of references: [RecordReference], properties: [String]
  ) async throws -> [RecordReference: [PropertyChange]] {
    historyQuestions.append(references)
    return try history(references)
  }

  func dealPage(after cursor: PageCursor?) async throws -> DealPage {
    let number = cursor.flatMap { Int($0.text) } ?? 0
    guard number < pages.count else { return DealPage(deals: [], next: nil) }
    let next = number + 1 < pages.count ? PageCursor(String(number + 1)) : nil
    return DealPage(deals: pages[number], next: next)
  }

  func changes(since cursor: PageCursor?) async throws -> ChangedDeals {
    calls += 1
    if let refusal { throw refusal }
    let number = cursor.flatMap { Int($0.text) } ?? 0
    defer { changed = [:] }
    let deals = cursor == nil ? [:] : changed
    return ChangedDeals(deals: deals, cursor: PageCursor(String(number + 1)))
  }

  func detail(of reference: RecordReference) async throws -> RecordDetail {
    throw SystemError(.refused, system: reference.system, message: "No details here.")
  }
  func find(_ text: String) async throws -> [FoundRecord] {
    calls += 1
    return []
  }
  func linkPage(after cursor: PageCursor?) async throws -> LinkPage {
    LinkPage(links: [], next: nil)
  }
  func probe() async throws -> ProbeAnswer {
    calls += 1
    return probeAnswer
  }
  func close() async {}
}
