import AdapterKit
import DealModel
import Synchronization
import TruthEngine

/// Answers with what was read before, fresh and unchanged, unless a rehearsed outage says otherwise.
///
/// It has no way out: nothing can be sent by it. It cannot report changes, as there are none.
struct ReplayAdapter: Adapter {
  let system: ConfiguredSystem
  let capabilities: AdapterCapabilities
  private let records: [RecordKind: [DealID: Section]]
  private let deals: [Record]
  private let unlinked: [Link]
  private let outage: Outage
  private let time: any TimeSource
  private let observer: any CallObserver
  private let calls: ReplayCalls

  /// - Parameter known: What was read of this system: kind → deal → its section.
  init(
    _ system: ConfiguredSystem, recording: CompanyRecording,
    known: [RecordKind: [DealID: Section]], outage: Outage, time: any TimeSource,
    observer: any CallObserver, calls: ReplayCalls
  ) {
    self.system = system
    let real = recording.capabilities[system.name]
    capabilities = AdapterCapabilities(
      batchSizes: real?.batchSizes ?? [:], listsDeals: real?.listsDeals ?? false)
    records = known
    let isOrigin = system.name == recording.company.sharedID.origin
    deals =
      isOrigin
      ? recording.dossiers.flatMap { $0[system.name, .deals].records ?? [] } : []
    unlinked = isOrigin ? recording.unlinked : []
    self.outage = outage
    self.time = time
    self.observer = observer
    self.calls = calls
  }

  func dealPage(after cursor: PageCursor?) async throws -> DealPage {
    try await answer("list deals") { DealPage(deals: deals, unlinked: unlinked, next: nil) }
  }

  func records(of kind: RecordKind, for ids: [DealID]) async throws -> [DealID: [Record]] {
    try await answer("read \(kind.rawValue)") {
      var answer: [DealID: [Record]] = [:]
      for id in ids {
        let section = records[kind]?[id]
        // A system that could not be read live is replayed as that.
        if let failure = section?.failure { throw failure.error }
        answer[id] = section?.records ?? []
      }
      return answer
    }
  }

  func detail(of reference: RecordReference) async throws -> RecordDetail { throw notRecorded }
  func find(_ text: String) async throws -> [FoundRecord] { throw notRecorded }
  func changes(since cursor: PageCursor?) async throws -> ChangedDeals { throw notRecorded }
  func linkPage(after cursor: PageCursor?) async throws -> LinkPage { throw notRecorded }

  func probe() async throws -> ProbeAnswer {
    try await answer("probe") { ProbeAnswer(identity: "a recording of \(system.name)") }
  }

  func close() async {}

  private var notRecorded: SystemError {
    SystemError(
      .refused, system: system.name, message: "\(system.name) is replayed: this was not recorded.")
  }

  /// An exchange on the virtual clock, reported as a real one would be.
  private func answer<Value>(
    _ operation: String, _ value: () throws -> Value
  ) async throws -> Value {
    let began = time.now()
    calls.began(system.name)
    defer { calls.ended() }
    var error: SystemError?
    if outage.system == system.name, outage.holds(at: began) {
      error = outage.error
      if outage.manner == .slow {
        calls.rests()
        defer { calls.wakes() }
        try await time.sleep(for: system.callDeadline * 3 / 4)
      }
    }
    var outcome: Value?
    if error == nil {
      do { outcome = try value() } catch let known as SystemError { error = known }
    }
    observer.callEnded(
      CallReport(
        system: system.name, operation: operation, began: began,
        duration: began.duration(to: time.now()), status: error == nil ? 200 : nil, error: error))
    guard let outcome else { throw error ?? notRecorded }
    return outcome
  }
}

/// Counts the calls of all replaying adapters: how many were made, and how many are at work.
final class ReplayCalls: Sendable {
  private struct State {
    var made: [SystemName: Int] = [:]
    var working = 0
    var resting = 0
  }

  private let state = Mutex(State())

  /// Whether no call is at work; one that sleeps on the virtual clock is not.
  var isIdle: Bool { state.withLock { $0.working == 0 } }

  /// How many calls sleep on the virtual clock.
  var resting: Int { state.withLock { $0.resting } }

  /// Calls made to a system so far.
  func made(to system: SystemName) -> Int { state.withLock { $0.made[system] ?? 0 } }

  func began(_ system: SystemName) {
    state.withLock { state in
      state.made[system, default: 0] += 1
      state.working += 1
    }
  }

  func ended() { state.withLock { $0.working -= 1 } }

  func rests() {
    state.withLock { state in
      state.working -= 1
      state.resting += 1
    }
  }

  func wakes() {
    state.withLock { state in
      state.working += 1
      state.resting -= 1
    }
  }
}
