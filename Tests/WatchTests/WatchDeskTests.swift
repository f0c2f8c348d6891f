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

@Suite("The watch's desk", .timeLimit(.minutes(5)))
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

  private let settings = DeskBench.company.watch.heartbeats[0]

  /// Lets time pass a minute at a time, as a watch that is awake.
  private func passes(
    _ duration: Duration, _ flow: inout FlowState, _ clock: ManualClock
  ) -> [FlowChange] {
    var changes: [FlowChange] = []
    let end = clock.now().adding(duration)
    while clock.now() < end {
      clock.advance(by: min(.seconds(60), clock.now().duration(to: end)))
      if let change = flow.timePassed(at: clock.now()) { changes.append(change) }
    }
    return changes
  }

  @Test("a flow that never reports is silent after its period and grace")
  func unheard() {
    let clock = ManualClock("2026-11-23T14:00:00Z")
    var flow = FlowState(settings, at: clock.now())
    #expect(passes(.seconds(4_199), &flow, clock).isEmpty)
    #expect(flow.nextChange(at: clock.now()) == clock.now().adding(.seconds(1)))
    let changes = passes(.seconds(1), &flow, clock)
    #expect(changes.map(\.to) == [.down])
    #expect(changes.first?.reason == "It has not reported since watching began.")
    #expect(flow.nextChange(at: clock.now()) == nil)
    #expect(passes(.seconds(9_000), &flow, clock).isEmpty)
  }

  @Test("a watch that is started again at once goes on with the alarm, and with what was heard")
  func restart() {
    let clock = ManualClock("2026-11-23T14:00:00Z")
    let now = clock.now()
    func known(last: Int, until: Int) -> FlowReport {
      FlowReport(
        lastRun: now.adding(.seconds(-last)),
        listening: .init(since: now.adding(.seconds(-900_000)), until: now.adding(.seconds(-until)))
      )
    }
    var silent = FlowState(settings, known: known(last: 259_200, until: 60), at: now)
    let alarm = silent.timePassed(at: now)
    #expect(alarm?.to == .down)
    #expect(alarm?.at == now.adding(.seconds(4_200 - 259_200)))
    #expect(alarm?.reason == "It last reported at 2026-11-20T14:00:00Z.")

    var well = FlowState(settings, known: known(last: 3_000, until: 60), at: now)
    #expect(well.timePassed(at: now)?.reason == "It last reported at 2026-11-23T13:10:00Z.")
    #expect(well.status == .healthy)
    #expect(passes(.seconds(1_200), &well, clock).map(\.to) == [.degraded, .down])

    // What was sent in an hour without a watch is not missed.
    let later = clock.now()
    var gap = FlowState(settings, known: known(last: 259_200, until: 3_600), at: later)
    #expect(gap.timePassed(at: later) == nil && gap.status == .unknown)
    #expect(gap.nextChange(at: later) == later.adding(.seconds(3_600)))
    #expect(passes(.seconds(4_200), &gap, clock).map(\.to) == [.down])
  }

  @Test("a desk knows from the start what was heard before, and metrics tell it")
  func seeded() async {
    let clock = ManualClock("2026-11-23T14:00:00Z")
    let now = clock.now()
    let known = FlowReport(
      lastRun: now.adding(.seconds(-259_200)),
      listening: .init(since: now.adding(.seconds(-900_000)), until: now))
    let (changes, sink) = AsyncStream<SystemStatus>.makeStream()
    let desk = WatchDesk(
      DeskBench.company, tokens: [:], counts: CallMetrics(DeskBench.company), version: "0.1.0",
      patience: .seconds(180), known: ["zap": known], time: clock
    ) { _, _, to, _, _ in sink.yield(to) }
    let watching = Task { await desk.watchFlows() }
    var told = changes.makeAsyncIterator()
    #expect(await told.next() == .down)
    let page = desk.answer(.init(method: "GET", path: "/metrics", authorization: nil)).body
    #expect(page.contains("plumbline_heartbeat_silent{flow=\"zap\"} 1"))
    #expect(page.contains("plumbline_heartbeat_last_timestamp_seconds{flow=\"zap\"} 1795183200"))
    watching.cancel()
    await watching.value
  }

  @Test(
    "what was sent while the machine slept is not missed: the flow is unknown, which is no news")
  func sleep() {
    let clock = ManualClock("2026-11-23T14:00:00Z")
    var flow = FlowState(settings, at: clock.now())
    #expect(flow.reported(at: clock.now())?.to == .healthy)
    clock.advance(by: .seconds(8 * 3_600))
    let woken = flow.timePassed(at: clock.now())
    #expect(woken?.to == .unknown)
    #expect(woken?.reason == "It has not reported since `plumbline watch` began to listen.")
    let facts = ChangeFacts(
      subject: .flow("zap"), from: .healthy, to: .unknown, at: clock.now(), reason: "")
    #expect(!facts.isNews)
    #expect(passes(.seconds(4_200), &flow, clock).map(\.to) == [.down])
  }
}
