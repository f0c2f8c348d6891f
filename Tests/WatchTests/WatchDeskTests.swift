import AdapterKit
import DealModel
import Scheduler
import Synchronization
import Testing

@testable import Watch

/// A company with two systems and a flow, a clock, and a desk.
struct DeskBench: Sendable {
  let clock = ManualClock("2026-11-23T14:00:00Z")
  let counts: CallMetrics
  let desk: WatchDesk
  let changes: AsyncStream<ChangeFacts>

  static let company: CompanyModel = {
    let limits = FreshnessLimits(
      freshFor: .seconds(120), staleAfter: .seconds(600), expireAfter: .seconds(86_400))
    var company = CompanyModel(
      company: "Brightwater", sharedID: SharedID(origin: "crm", pattern: "^BW-[0-9]{5}$"),
      systems: ["crm", "erp_us"].map { name in
        ConfiguredSystem(
          name: SystemName(name), kind: "hubspot", link: "erp_deal_id", steward: "Dana Reyes",
          failureMode: "Wait.", limits: limits)
      }, ownership: Ownership(domains: [:]))
    company.watch.heartbeats = [
      .init(
        flow: "zap", token: .environment("ZAP"), expectEvery: .seconds(3_600),
        grace: .seconds(600))
    ]
    return company
  }()

  init() {
    counts = CallMetrics(Self.company)
    let (changes, sink) = AsyncStream<ChangeFacts>.makeStream()
    self.changes = changes
    desk = WatchDesk(
      Self.company, tokens: ["zap": Secret("correct horse battery")], counts: counts,
      version: "0.1.0", patience: .seconds(180), time: clock
    ) { flow, from, to, at, reason in
      sink.yield(
        ChangeFacts(subject: .flow(flow), from: from, to: to, at: at, reason: reason))
    }
  }

  func ask(_ method: String, _ path: String, token: String? = nil) -> WatchDesk.Answer {
    desk.answer(
      .init(method: method, path: path, authorization: token.map { "Bearer \($0)" }))
  }
}

@Suite("The watch's desk", .timeLimit(.minutes(1)))
struct WatchDeskTests {
  @Test("answers what there is, and says what there is not")
  func paths() {
    let bench = DeskBench()
    #expect(bench.ask("GET", "/metrics").status == 200)
    #expect(bench.ask("HEAD", "/metrics").status == 200)
    #expect(bench.ask("GET", "/").status == 200)
    #expect(bench.ask("GET", "/metrics/").status == 404)
    #expect(bench.ask("POST", "/metrics").status == 405)
    #expect(bench.ask("POST", "/metrics").headers.first?.value == "GET, HEAD")
    #expect(bench.ask("GET", "/heartbeat/zap").status == 405)
    #expect(bench.ask("GET", "/heartbeat/zap").headers.first?.value == "POST")
  }

  @Test("is well as long as rounds of probes end")
  func pulse() {
    let bench = DeskBench()
    #expect(bench.ask("GET", "/healthz").status == 200)
    bench.clock.advance(by: .seconds(181))
    #expect(bench.ask("GET", "/healthz").status == 503)
    bench.desk.roundEnded(at: bench.clock.now())
    #expect(bench.ask("GET", "/healthz").status == 200)
  }

  @Test("takes a heartbeat with the flow's token only")
  func tokens() {
    let bench = DeskBench()
    #expect(bench.ask("POST", "/heartbeat/zap", token: "correct horse battery").status == 204)
    #expect(bench.ask("POST", "/heartbeat/zap").status == 401)
    #expect(bench.ask("POST", "/heartbeat/zap", token: "").status == 401)
    #expect(bench.ask("POST", "/heartbeat/zap", token: "correct horse batterz").status == 401)
    #expect(bench.ask("POST", "/heartbeat/zap", token: "correct horse").status == 401)
    #expect(
      bench.ask("POST", "/heartbeat/zap", token: "correct horse battery correct").status == 401)
    #expect(bench.ask("POST", "/heartbeat/zip", token: "correct horse battery").status == 404)
    let lower = bench.desk.answer(
      .init(
        method: "POST", path: "/heartbeat/zap", authorization: "bearer correct horse battery"))
    #expect(lower.status == 204)
    #expect(
      bench.ask("GET", "/metrics").body.contains("plumbline_heartbeats_total{flow=\"zap\"} 2"))
  }

  @Test("slows guessing down, and never a right token")
  func guessing() {
    let bench = DeskBench()
    let answers = (0..<30).map { bench.ask("POST", "/heartbeat/zap", token: "guess \($0)").status }
    #expect(answers.count { $0 == 401 } == 10)
    #expect(answers.suffix(20).allSatisfy { $0 == 429 })
    #expect(bench.ask("POST", "/heartbeat/nothing").status == 429)
    #expect(bench.ask("POST", "/heartbeat/zap", token: "correct horse battery").status == 204)
    bench.clock.advance(by: .seconds(13))
    let later = (0..<4).map { bench.ask("POST", "/heartbeat/zap", token: "guess \($0)").status }
    #expect(later == [401, 401, 429, 429])
  }

  @Test("tells when a flow is late, silent, and back")
  func silence() async throws {
    let bench = DeskBench()
    let watching = Task { await bench.desk.watchFlows() }
    var changes = bench.changes.makeAsyncIterator()
    _ = bench.ask("POST", "/heartbeat/zap", token: "correct horse battery")
    var seen = [try #require(await changes.next())]
    for _ in 0..<70 {
      while bench.clock.sleeperCount == 0 { await Task.yield() }
      bench.clock.advance(by: .seconds(60))
    }
    for _ in 0..<2 { seen.append(try #require(await changes.next())) }
    #expect(
      bench.ask("GET", "/metrics").body.contains("plumbline_heartbeat_silent{flow=\"zap\"} 1"))
    _ = bench.ask("POST", "/heartbeat/zap", token: "correct horse battery")
    seen.append(try #require(await changes.next()))
    #expect(seen.map(\.to) == [.healthy, .degraded, .down, .healthy])
    #expect(
      seen.map(\.line) == [
        "flow zap: unknown → reporting: It reported in.",
        "flow zap: reporting → late: It last reported at 2026-11-23T14:00:00Z.",
        "flow zap: late → silent: It last reported at 2026-11-23T14:00:00Z.",
        "flow zap: silent → reporting: It reported in.",
      ])
    #expect(seen.map(\.isNews) == [false, true, true, true])
    watching.cancel()
    await watching.value
  }

  @Test("a flow that never reports is silent after its period and grace")
  func unheard() {
    let bench = DeskBench()
    var flow = FlowState(DeskBench.company.watch.heartbeats[0], at: bench.clock.now())
    bench.clock.advance(by: .seconds(4_199))
    #expect(flow.timePassed(at: bench.clock.now()) == nil)
    #expect(flow.nextChange == bench.clock.now().adding(.seconds(1)))
    bench.clock.advance(by: .seconds(1))
    let change = flow.timePassed(at: bench.clock.now())
    #expect(change?.to == .down)
    #expect(change?.reason == "It has not reported since watching began.")
    #expect(flow.nextChange == nil)
    #expect(flow.timePassed(at: bench.clock.now()) == nil)
  }
}
