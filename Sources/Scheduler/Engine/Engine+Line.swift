import AdapterKit
import DealModel
import TruthEngine

extension Engine {
  /// A call under way.
  struct Call {
    var kind: RecordKind
    var ids: [DealID]
    /// When it was decided: what it brings is at least that fresh, however late it arrives.
    var began: Timestamp
    /// Those of them that are read because a person asked.
    var forced: Set<DealID> = []
    /// Whether it reads a change off screen, which no scrolling makes superfluous.
    var isOffScreen = false
    /// What the system had reported of these deals.
    var reports: [DealID: ChangeLedger.Report] = [:]
    var work: Task<Pulled, any Error>?
    /// Hears which exchanges answer it.
    var recorder = ExchangeRecorder()
  }

  /// What the engine keeps for one system.
  struct Line {
    let system: ConfiguredSystem
    let adapter: any Adapter
    var pace = Breaker()
    var calls: [Int: Call] = [:]
    var changeCursor: PageCursor?
    var nextPoll: Timestamp?
    var isPolling = false
    var isProbing = false
    var isAskingFlows = false
    var nextFlows: Timestamp?
    var lastProbe: Timestamp?
    /// When it was first asked for changes; `nil` before it answered.
    var watchedSince: Timestamp?
    /// Why it could not say what changed the last time.
    var pollFailure: SystemError?
    /// Calls left before the next poll for changes off screen.
    var changeCalls = 0
    /// Questions of a person under way: single records and IDs.
    var lookups = 0
    var coverage: SystemHealth.LinkCoverage?
    /// Records in a conflict whose history is still to be asked for, and is asked for now.
    var historiesWanted: [RecordReference: WantedHistory] = [:]
    var historiesAsked: [RecordReference: WantedHistory] = [:]
    var waiter: CheckedContinuation<Void, Never>?
    /// Until when it waits; `nil` for as long as nobody wakes it.
    var waitsUntil: Timestamp?
    var hasWork = false
  }
}
