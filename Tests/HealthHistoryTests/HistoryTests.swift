import AdapterKit
import DealModel
import GRDB
import Glibc
import Scheduler
import Testing

@testable import HealthHistory

@Suite("The history of health", .timeLimit(.minutes(5)))
struct HistoryTests {
  @Test("tells an outage of an earlier process as an incident, with its calls and latencies")
  func survives() async throws {
    let bench = try HistoryBench()
    let first = bench.history()
    bench.outage(first)
    await first.flush()

    let second = bench.history(recorder: "dashboard")
    let memory = await second.memory()
    #expect(memory.trouble == nil)
    #expect(
      bench.incidents(memory) == [
        "14:02 throttled (429, asked to wait 30 s) → 14:05 unauthorized (401) → 14:20 healthy; "
          + "18 min, 152 of 153 calls failed"
      ])
    let history = try #require(memory.history(of: "erp_us"))
    let hour = try #require(history.series[.hour])
    #expect(hour.count == 60)
    #expect(hour.map(\.calls).reduce(0, +) == 234)
    #expect(hour.map(\.failures).reduce(0, +) == 152)
    let minute = try #require(hour.first { $0.calls == 10 && $0.failures == 0 })
    #expect(minute.median == .milliseconds(100) && minute.latency95 == .milliseconds(100))
    #expect(Set(hour.compactMap(\.worst)) == [.healthy, .throttled, .unauthorized])
    #expect(hour.first?.worst == nil)
    #expect(history.series[.week]?.map(\.calls).reduce(0, +) == 234)
    #expect(history.failedCalls.map(\.count) == [150, 1, 1])
    #expect(history.failedCalls.map(\.httpStatus) == [503, 401, 429])
  }

  @Test("holds no value and no text of an error")
  func discretion() async throws {
    let bench = try HistoryBench()
    let history = bench.history()
    bench.outage(history)
    await history.flush()
    for name in HistoryBench.names(in: bench.folder + "/state/plumbline") {
      let bytes = try HistoryBench.bytes(of: "\(bench.folder)/state/plumbline/\(name)")
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(!text.contains("48,000") && !text.contains("BW-10001"), "\(name)")
    }
  }

  @Test("is readable by its owner alone")
  func permissions() async throws {
    let bench = try HistoryBench()
    let history = bench.history()
    await history.flush()
    #expect(HistoryBench.mode(bench.path) == 0o600)
    #expect(HistoryBench.mode(bench.path + "-wal") == 0o600)
    #expect(HistoryBench.mode(bench.folder + "/state/plumbline") == 0o700)
    await history.flush()
  }

  @Test("counts every call once when several write at the same time")
  func together() async throws {
    let bench = try HistoryBench()
    let writers = (0..<4).map { _ in bench.history() }
    await withTaskGroup(of: Void.self) { group in
      for writer in writers {
        group.addTask {
          for _ in 0..<50 {
            writer.callEnded(bench.call())
            writer.callEnded(bench.call(failing: .unavailable, status: nil))
            await writer.flush()
          }
        }
      }
    }
    // A writer that found the file busy keeps its calls for the next time.
    for writer in writers { await writer.flush() }
    let memory = await bench.history().memory()
    let hour = try #require(memory.history(of: "erp_us")?.series[.hour])
    #expect(hour.map(\.calls).reduce(0, +) == 400)
    #expect(hour.map(\.failures).reduce(0, +) == 200)
  }

  @Test("tells an incident that two processes saw once")
  func seenTwice() async throws {
    let bench = try HistoryBench()
    let (first, second) = (bench.history(), bench.history())
    for history in [first, second] {
      history.stateChanged(bench.change(.unknown, .healthy, number: 1))
    }
    bench.clock.advance(by: .seconds(600))
    for history in [first, second] {
      history.callEnded(bench.call(failing: .unavailable, status: nil))
      history.stateChanged(bench.change(.healthy, .down, number: 2, error: .unavailable))
      bench.clock.advance(by: .seconds(20))
    }
    bench.clock.advance(by: .seconds(600))
    for history in [first, second] {
      history.stateChanged(bench.change(.down, .healthy, number: 3))
      await history.flush()
    }
    bench.clock.advance(by: .seconds(60))
    let memory = await first.memory()
    #expect(
      bench.incidents(memory)
        == ["14:10 down (no answer) → 14:20 healthy; 10 min, 2 of 2 calls failed"])
  }

  @Test("whose recorder died says when an incident was last seen")
  func died() async throws {
    let bench = try HistoryBench()
    let history = bench.history()
    history.stateChanged(bench.change(.unknown, .down, number: 1, error: .unavailable))
    bench.clock.advance(by: .seconds(1_800))
    await history.flush()
    let other = bench.history()
    #expect(bench.incidents(await other.memory()) == ["14:00 down (no answer); 30 min so far"])
    bench.clock.advance(by: .seconds(7_200))
    #expect(
      bench.incidents(await other.memory()) == [
        "14:00 down (no answer) → last seen 14:30, nobody has watched since; at least 30 min"
      ])
  }

  @Test("that is damaged is moved aside, said so, and begun anew", arguments: [true, false])
  func damaged(wholly: Bool) async throws {
    let bench = try HistoryBench()
    let before = bench.history()
    bench.outage(before)
    await before.flush()
    await before.flush()
    // Whatever still stood beside the file goes into it first.
    try Self.checkpoint(bench.path)
    var bytes = try HistoryBench.bytes(of: bench.path)
    for index in (wholly ? 0 : 5_000)..<bytes.count where index % 3 != 0 { bytes[index] = 0x5A }
    try HistoryBench.write(bytes, to: bench.path)
    for companion in ["-wal", "-shm"] { unlink(bench.path + companion) }

    let history = bench.history()
    var troubles = history.troubles.makeAsyncIterator()
    history.callEnded(bench.call())
    await history.flush()
    let words = try #require(await troubles.next())
    #expect(words.contains("was damaged: it was moved to \(bench.path).damaged-2026-11-23T"))
    let names = HistoryBench.names(in: bench.folder + "/state/plumbline")
    #expect(names.contains { $0.hasPrefix("health.sqlite.damaged-") })
    let memory = await history.memory()
    #expect(memory.trouble == nil)
    #expect(memory.history(of: "erp_us")?.series[.hour]?.map(\.calls).reduce(0, +) == 1)
  }

  /// Brings what stands beside the file into it.
  private static func checkpoint(_ path: String) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { database in
      try database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
    }
    try queue.close()
  }

  @Test("that cannot be written is done without, and that is said once")
  func unwritable() async throws {
    let bench = try HistoryBench()
    let blocked = bench.folder + "/file"
    try HistoryBench.write([1], to: blocked)
    let history = bench.history(.file(blocked + "/health.sqlite"))
    var troubles = history.troubles.makeAsyncIterator()
    for _ in 0..<20 {
      history.callEnded(bench.call())
      await history.flush()
      bench.clock.advance(by: .seconds(400))
    }
    let words = try #require(await troubles.next())
    #expect(words.hasPrefix("The health history is not kept: \(blocked)/health.sqlite"))
    let memory = await history.memory()
    #expect(memory.trouble == words)
    #expect(memory.histories.isEmpty)
    // A second word would stand before this one.
    let place = bench.folder + "/other/health.sqlite"
    let next = bench.history(.nowhere("neither XDG_STATE_HOME nor HOME is set"))
    await next.flush()
    #expect(await next.memory().trouble?.contains("neither XDG_STATE_HOME nor HOME") == true)
    #expect(access(place, F_OK) != 0)
  }

  @Test("on a full disk keeps what is known and begins again when there is room")
  func full() async throws {
    let bench = try HistoryBench()
    let history = bench.history()
    await history.flush()
    // SQLite is told that the file may not grow by another page.
    let ledger = RecordingLedger.waitingCalls
    #expect(ledger == 10_000)
    let keeper = HistoryKeeperProbe(bench)
    #expect(try keeper.writesWhenFull() == false)
    #expect(try keeper.writesWhenThereIsRoom())
  }

  @Test("keeps one company's systems apart from another's")
  func companies() async throws {
    let bench = try HistoryBench()
    let first = bench.history()
    bench.outage(first)
    await first.flush()
    let other = HealthHistory(
      .file(bench.path), of: HistoryBench.company("Northfield"), recorder: "watch",
      time: bench.clock)
    let memory = await other.memory()
    #expect(memory.incidents.isEmpty)
    #expect(memory.history(of: "erp_us")?.series[.hour]?.allSatisfy { $0.calls == 0 } == true)
  }

  @Test("of a demo is kept in memory, and nothing is written")
  func demo() async throws {
    let bench = try HistoryBench()
    let history = bench.history(.memory)
    bench.outage(history)
    #expect(await history.memory().incidents.count == 1)
    #expect(HistoryBench.names(in: bench.folder).isEmpty)
  }

  @Test("tells of a flow that fell silent, and of links as they were counted")
  func flows() async throws {
    let bench = try HistoryBench()
    let history = bench.history()
    var health = SystemHealth(system: "crm", kind: "hubspot", steward: "", failureMode: "")
    health.linkCoverage = .init(linked: 90, due: 100)
    history.healthTold([health], at: bench.clock.now())
    history.flowChanged("zap", to: .healthy, at: bench.clock.now())
    bench.clock.advance(by: .seconds(3_600))
    history.healthTold([health], at: bench.clock.now())
    health.linkCoverage = .init(linked: 95, due: 100)
    history.healthTold([health], at: bench.clock.now())
    history.flowChanged("zap", to: .down, at: bench.clock.now())
    bench.clock.advance(by: .seconds(60))
    let memory = await history.memory()
    #expect(bench.incidents(memory) == ["15:00 silent; 1 min so far"])
    #expect(memory.history(of: "crm")?.coverage.map(\.coverage.linked) == [90, 95])
  }

  @Test("is written in batches while it runs, and to the end when it is stopped")
  func running() async throws {
    let bench = try HistoryBench()
    let history = bench.history()
    let run = Task { await history.run() }
    history.callEnded(bench.call())
    while bench.clock.sleeperCount < 2 { await Task.yield() }
    history.callEnded(bench.call())
    run.cancel()
    await run.value
    let memory = await bench.history().memory()
    #expect(memory.history(of: "erp_us")?.series[.hour]?.map(\.calls).reduce(0, +) == 2)
  }
}
