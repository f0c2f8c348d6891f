import DealModel
import GRDB
import Glibc
import Testing

@testable import HealthHistory

@Suite("What the history keeps of heartbeats", .timeLimit(.minutes(5)))
struct HeartbeatTests {
  @Test("when a flow last reported outlives the watch that heard it")
  func survives() async throws {
    let bench = try HistoryBench()
    let watch = bench.history()
    let began = bench.clock.now()
    watch.listening(for: ["zap"], at: began)
    bench.clock.advance(by: .seconds(90))
    let reported = bench.clock.now()
    watch.flowReported("zap", at: reported)
    bench.clock.advance(by: .seconds(30))
    await watch.flush()
    let ended = bench.clock.now()
    bench.clock.advance(by: .seconds(9 * 86_400))

    let report = try #require(await bench.history(recorder: "dashboard").beats().reports["zap"])
    #expect(report.lastRun == reported && report.lastSuccess == reported)
    #expect(report.listening == .init(since: began, until: ended))
    #expect(await bench.history(.memory).beats() == HeardFlows(), "nobody ever listened")
    let other = HealthHistory(
      .file(bench.path), of: HistoryBench.company("Other"), recorder: "command", time: bench.clock)
    #expect(
      await other.beats() == HeardFlows(), "another company's flow of that name is another flow")
  }

  @Test("a watch that is started again at once goes on listening; after a gap it begins anew")
  func restarts() async throws {
    let bench = try HistoryBench()
    let began = bench.clock.now()
    let first = bench.history()
    first.listening(for: ["zap"], at: began)
    first.flowReported("zap", at: began)
    await first.flush()
    bench.clock.advance(by: .seconds(60))
    let second = bench.history()
    second.listening(for: ["zap"], at: bench.clock.now())
    await second.flush()
    var report = try #require(await second.beats().reports["zap"])
    #expect(report.listening?.since == began)
    #expect(report.lastRun == began, "a watch that has heard nothing yet forgets nothing")

    bench.clock.advance(by: .seconds(3_600))
    let third = bench.history()
    let anew = bench.clock.now()
    third.listening(for: ["zap"], at: anew)
    await third.flush()
    report = try #require(await third.beats().reports["zap"])
    #expect(report.listening == .init(since: anew, until: anew))
    #expect(report.lastRun == began)
  }

  @Test("a watch that slept does not count as having listened, nor one that has not begun to")
  func sleep() async throws {
    let bench = try HistoryBench()
    let watch = bench.history()
    watch.listening(for: ["zap"], at: bench.clock.now())
    for _ in 0..<4 {
      bench.clock.advance(by: .seconds(60))
      await watch.flush()
    }
    let began = bench.clock.now().adding(.seconds(-240))
    #expect(await watch.beats().reports["zap"]?.listening?.since == began)
    bench.clock.advance(by: .seconds(8 * 3_600))
    let woken = bench.clock.now()
    await watch.flush()
    bench.clock.advance(by: .seconds(60))
    await watch.flush()
    #expect(
      await watch.beats().reports["zap"]?.listening
        == .init(since: woken, until: woken.adding(.seconds(60))))

    let late = try HistoryBench()
    let unwritten = late.history()
    unwritten.listening(for: ["zap"], at: late.clock.now())
    late.clock.advance(by: .seconds(8 * 3_600))
    #expect(
      await unwritten.beats().reports["zap"]?.listening?.since == late.clock.now(),
      "what was never written may have been slept through")
    #expect(await late.history().beats().reports.count == 1)
  }

  @Test("a history that cannot be read is told with its file and its mend, never as silence")
  func unreadable() async throws {
    let bench = try HistoryBench()
    let nowhere = await bench.history(.nowhere("neither XDG_STATE_HOME nor HOME is set")).beats()
    #expect(nowhere.reports.isEmpty)
    #expect(
      nowhere.trouble?.hasPrefix(
        "The health history cannot be read: neither XDG_STATE_HOME nor HOME is set. ") == true)
    #expect(nowhere.trouble?.contains("--history-file") == true)
    // A folder where the file should be.
    let folder = await bench.history(.file(bench.folder)).beats()
    #expect(folder.trouble?.contains(bench.folder) == true)

    let watch = bench.history()
    watch.listening(for: ["zap"], at: bench.clock.now())
    await watch.flush()
    try HistoryBench.write(Array(repeating: 0x2A, count: 8_192), to: bench.path)
    for companion in ["-wal", "-shm"] { unlink(bench.path + companion) }
    let damaged = await bench.history(recorder: "command").beats()
    #expect(damaged.reports.isEmpty)
    #expect(
      damaged.trouble == "The health history \(bench.path) was damaged and is begun anew; "
        + "`plumbline watch` has to hear of it again.")
  }

  @Test("a history that somebody else holds for too long is busy, not empty")
  func busy() async throws {
    let bench = try HistoryBench()
    let history = bench.history(recorder: "command")
    await history.flush()
    var unsafe = Configuration()
    unsafe.allowsUnsafeTransactions = true
    let other = try DatabaseQueue(path: bench.path, configuration: unsafe)
    try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN EXCLUSIVE") }
    let fresh = await bench.history(recorder: "command").beats()
    try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
    #expect(fresh.reports.isEmpty)
    #expect(
      fresh.trouble == "The health history cannot be read: \(bench.path) is busy. Another program "
        + "is writing to it; ask again.")
  }
}
