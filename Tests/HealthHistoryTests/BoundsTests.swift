import DealModel
import GRDB
import Glibc
import Scheduler
import Testing

@testable import HealthHistory

/// A store of its own, to bring it to its limits.
struct HistoryKeeperProbe {
  let bench: HistoryBench
  private let store: HistoryStore

  init(_ bench: HistoryBench) {
    self.bench = bench
    // A test without a store has nothing to say.
    guard
      let store = try? HistoryStore.open(
        bench.path, company: CompanyKey(bench.company), recorder: "watch", at: bench.clock.now())
    else { preconditionFailure("no store at \(bench.path)") }
    self.store = store
  }

  private func batch(_ count: Int) -> HistoryBatch {
    var ledger = RecordingLedger()
    for _ in 0..<count { ledger.callEnded(bench.call()) }
    return ledger.take()
  }

  /// Whether a large batch is written although the file may not grow.
  func writesWhenFull() throws -> Bool {
    try store.queue.writeWithoutTransaction { database in
      try database.execute(sql: "PRAGMA max_page_count = 1")
    }
    do throws(HistoryFault) {
      try store.write(batch(5_000), at: bench.clock.now(), isLast: false)
      return true
    } catch {
      #expect(error.kind == .full)
      let left = try store.queue.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM call") }
      #expect(left == 0)
      return false
    }
  }

  /// Whether it is written once there is room.
  func writesWhenThereIsRoom() throws -> Bool {
    try store.queue.writeWithoutTransaction { database in
      try database.execute(sql: "PRAGMA max_page_count = \(HistorySchema.maximumPages)")
    }
    try store.write(batch(5_000), at: bench.clock.now(), isLast: false)
    return try store.queue.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM call") } == 5_000
  }
}

@Suite("The history's bounds", .timeLimit(.minutes(5)))
struct BoundsTests {
  @Test(
    "calls go after a day, minutes become half hours and go after eight days, states after ninety")
  func ages() async throws {
    let bench = try HistoryBench()
    let history = bench.history()
    bench.outage(history)
    await history.flush()
    let store = try HistoryStore.open(
      bench.path, company: CompanyKey(bench.company), recorder: "watch", at: bench.clock.now())
    func count(_ table: String) throws -> Int {
      try store.queue.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM \(table)") ?? 0 }
    }
    func calls() throws -> Int {
      try store.queue.read { try Int.fetchOne($0, sql: "SELECT SUM(calls) FROM stretch") ?? 0 }
    }
    let began = bench.clock.now()
    try store.prune(at: began.adding(.seconds(3_600)))
    #expect(try count("call") == 234)
    #expect(try count("stretch") > 20)
    try store.prune(at: began.adding(.seconds(30 * 3_600)))
    #expect(try count("call") == 0)
    #expect(try count("stretch") == 1)
    #expect(try calls() == 234)
    let week = try store.histories(
      of: [.system("erp_us")], at: began.adding(.seconds(30 * 3_600)))
    #expect(week.first?.series[.week]?.map(\.calls).reduce(0, +) == 234)
    #expect(week.first?.series[.week]?.contains { $0.median == .milliseconds(100) } == true)
    try store.prune(at: began.adding(.seconds(9 * 86_400)))
    #expect(try count("stretch") == 0 && count("latency") == 0)
    #expect(try count("state") == 4)
    try store.prune(at: began.adding(.seconds(91 * 86_400)))
    #expect(try count("state") == 0)
  }

  @Test("calls that nobody writes are counted and dropped, states are kept")
  func queue() throws {
    let bench = try HistoryBench()
    var ledger = RecordingLedger()
    for _ in 0..<12_000 { ledger.callEnded(bench.call()) }
    ledger.stateChanged(bench.change(.unknown, .healthy, number: 1))
    var batch = ledger.take()
    #expect(batch.calls.count == 10_000 && batch.dropped == 2_000)
    ledger.callEnded(bench.call())
    ledger.putBack(batch)
    batch = ledger.take()
    #expect(batch.calls.count == 10_000 && batch.dropped == 2_001)
    #expect(batch.states.map(\.status) == [.healthy])
    #expect(batch.states.map(\.calls) == [1])
  }

  @Test("changes of state that come in the wrong order are told in the right one")
  func order() throws {
    let bench = try HistoryBench()
    var ledger = RecordingLedger()
    ledger.stateChanged(bench.change(.unknown, .healthy, number: 1))
    let late = bench.change(.healthy, .throttled, number: 2)
    ledger.stateChanged(bench.change(.throttled, .down, number: 3))
    ledger.stateChanged(late)
    let states = ledger.take().states.sorted { $0.number < $1.number }
    #expect(states.map(\.status) == [.healthy, .throttled, .down])
    #expect(states.map { $0.ended == nil } == [false, false, true])
  }

  @Test("a percentile is never below what was measured")
  func percentiles() {
    for milliseconds in [0, 1, 2, 4, 99, 100, 101, 59_999] as [Int64] {
      let step = LatencyScale.step(of: .milliseconds(milliseconds))
      let told = LatencyScale.percentile(95, of: [step: 10])
      #expect(told.map { $0.milliseconds >= milliseconds } == true)
    }
    #expect(LatencyScale.percentile(50, of: [:]) == nil)
    #expect(LatencyScale.percentile(50, of: [0: 5, 11: 5]) == .milliseconds(1))
    #expect(LatencyScale.percentile(51, of: [0: 5, 11: 5]) == .milliseconds(100))
    #expect(LatencyScale.percentile(95, of: [0: 99, 11: 1]) == .milliseconds(1))
  }

  @Test("a newer version's file is left alone")
  func newer() async throws {
    let bench = try HistoryBench()
    await bench.history().flush()
    let queue = try DatabaseQueue(path: bench.path)
    try await queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = 7") }
    try queue.close()
    let history = bench.history()
    await history.flush()
    #expect(
      await history.memory().trouble?.contains("another version of plumbline (7, not 1)") == true)
    #expect(
      !HistoryBench.names(in: bench.folder + "/state/plumbline").contains { $0.contains("damaged") }
    )
  }
}
