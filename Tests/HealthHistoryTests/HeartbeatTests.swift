import DealModel
import Testing

@testable import HealthHistory

@Suite("What the history keeps of heartbeats", .timeLimit(.minutes(1)))
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

    let report = try #require(await bench.history(recorder: "dashboard").beats()["zap"])
    #expect(report.lastRun == reported && report.lastSuccess == reported)
    #expect(report.listening == .init(since: began, until: ended))
    #expect(await bench.history(.memory).beats().isEmpty, "nobody ever listened")
    let other = HealthHistory(
      .file(bench.path), of: HistoryBench.company("Other"), recorder: "command", time: bench.clock)
    #expect(await other.beats().isEmpty, "another company's flow of that name is another flow")
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
    var report = try #require(await second.beats()["zap"])
    #expect(report.listening?.since == began)
    #expect(report.lastRun == began, "a watch that has heard nothing yet forgets nothing")

    bench.clock.advance(by: .seconds(3_600))
    let third = bench.history()
    let anew = bench.clock.now()
    third.listening(for: ["zap"], at: anew)
    await third.flush()
    report = try #require(await third.beats()["zap"])
    #expect(report.listening == .init(since: anew, until: anew))
    #expect(report.lastRun == began)
  }
}
