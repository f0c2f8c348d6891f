import AdapterKit
import DealModel
import Synchronization
import TestSupport
import Testing
import TruthEngine

@testable import Scheduler

/// A middleware that answers as the test says.
private final class ScriptedMiddleware: FlowReporter {
  private struct State {
    var questions: [[String]] = []
    var instants: [Timestamp] = []
    var failure: SystemError?
  }

  private let state = Mutex(State())
  let lastRun: Timestamp
  private let time: any TimeSource

  init(lastRun: Timestamp, time: any TimeSource) {
    self.lastRun = lastRun
    self.time = time
  }

  var questions: [[String]] { state.withLock { $0.questions } }
  /// When each was asked.
  var instants: [Timestamp] { state.withLock { $0.instants } }
  func fails(_ error: SystemError?) { state.withLock { $0.failure = error } }

  func flows(_ jobs: [String]) async throws -> [String: Result<FlowReport, SystemError>] {
    let failure = state.withLock { state in
      state.questions.append(jobs)
      state.instants.append(time.now())
      return state.failure
    }
    if let failure { throw failure }
    var answer: [String: Result<FlowReport, SystemError>] = [:]
    for job in jobs {
      answer[job] =
        job == "404"
        ? .failure(SystemError(.drifted(field: job), system: "mw", message: "No job \(job)."))
        : .success(FlowReport(lastRun: lastRun, lastSuccess: lastRun, isOn: true))
    }
    return answer
  }

  func probe() async throws -> ProbeAnswer { ProbeAnswer(identity: "scripted") }
  func close() async {}
}

@Suite("Flows in the engine", .timeLimit(.minutes(5)))
struct FlowEngineTests {
  private let clock = ManualClock("2026-11-20T09:00:00Z")
  private let middleware: ScriptedMiddleware
  private let engine: Engine

  init() {
    middleware = ScriptedMiddleware(lastRun: clock.now().adding(.seconds(-60)), time: clock)
    var model = Company.model
    model.systems.append(
      ConfiguredSystem(
        name: "mw", kind: "scripted", link: "", steward: "Ines", failureMode: "Wait.",
        limits: FreshnessLimits(freshFor: .seconds(120), expireAfter: .seconds(600))))
    model.flows = ["1", "2", "1", "404"].enumerated().map { place, job in
      Flow(
        name: "flow\(place)", source: .job(job, in: "mw"), expectEvery: .seconds(3_600),
        grace: .seconds(60), steward: "Ines")
    }
    model.flows.append(
      Flow(
        name: "zap", source: .heartbeat("zapier"), expectEvery: .seconds(3_600),
        grace: .seconds(60), steward: "Ines"))
    engine = Engine(
      company: model, adapters: ["mw": middleware], log: CallLog(model), time: clock,
      random: SeededRandom(seed: 7))
  }

  private func states() async -> [FlowHealth.State] { await engine.flows.map(\.state) }

  @Test("a command asks once for all jobs, each once; one that is unknown fails no other")
  func command() async {
    #expect(await states() == [.unknown, .unknown, .unknown, .unknown, .unknown])
    await engine.askFlows()
    #expect(middleware.questions == [["1", "2", "404"]])
    #expect(await states() == [.running, .running, .running, .unknown, .unknown])
    #expect(await engine.flows[3].reason == "It cannot be asked: No job 404.")
  }

  @Test("a system that fails leaves its flows their last report, until that has aged")
  func failing() async {
    await engine.askFlows()
    middleware.fails(SystemError(.unavailable, system: "mw", message: "mw is gone."))
    await engine.askFlows()
    #expect(await states()[0] == .running)
    clock.advance(by: .seconds(700))
    await engine.askFlows()
    let flow = await engine.flows[0]
    #expect(flow.state == .unknown)
    #expect(flow.report?.lastRun == middleware.lastRun)
    #expect(flow.reason == "It cannot be asked: mw is gone.")
    middleware.fails(nil)
    await engine.askFlows()
    #expect(await states()[0] == .running)
  }

  @Test("a system that was isolated is not asked about its flows")
  func isolated() async {
    await engine.isolate("mw")
    await engine.askFlows()
    #expect(middleware.questions.isEmpty)
    #expect(await engine.flows[0].reason.contains("isolated by hand"))
  }

  @Test("what watch heard is told; what nobody listened for is unknown")
  func heartbeats() async {
    let now = clock.now()
    await engine.heard([
      "zapier": FlowReport(
        lastRun: now.adding(.seconds(-7_200)),
        listening: .init(since: now.adding(.seconds(-9_000)), until: now))
    ])
    #expect(await states()[4] == .silent)
    await engine.heard([:])
    #expect(await states()[4] == .unknown)
  }

  @Test("a history that cannot be read takes nothing from what was heard, and says why")
  func unreadHistory() async {
    let now = clock.now()
    let fault = SystemError(.unavailable, system: "history", message: "It is busy.")
    await engine.heard([:], failure: fault)
    #expect(await engine.flows[4].reason == "What was heard of it cannot be read: It is busy.")
    #expect(await engine.flows[4].readAt == nil)
    await engine.heard([
      "zapier": FlowReport(lastRun: now, listening: .init(since: now, until: now))
    ])
    clock.advance(by: .seconds(60))
    await engine.heard([:], failure: fault)
    #expect(await states()[4] == .running)
    #expect(await engine.flows[4].readAt == now)
  }

  @Test("only the flows that are of interest are asked about, the others stay unasked")
  func some() async {
    await engine.askFlows(named: ["flow1", "zap"])
    #expect(middleware.questions == [["2"]])
    #expect(await states() == [.unknown, .running, .unknown, .unknown, .unknown])
    #expect(await engine.flows[0].reason == "mw has not been asked yet.")
    await engine.askFlows(named: ["zap"])
    #expect(middleware.questions.count == 1)
  }

  /// Runs a dashboard for so many seconds: a second at a time, as soon as it has come to rest.
  private func rests(_ seconds: Int, _ engine: Engine) async {
    for _ in 0..<seconds {
      while await !engine.isAtRest() { await Task.yield() }
      clock.advance(by: .seconds(1))
    }
    while await !engine.isAtRest() { await Task.yield() }
  }

  @Test("a dashboard asks every minute, and waits as long as one that fails asks for")
  func dashboard() async {
    let began = clock.now()
    let run = Task { await engine.run(.dashboard) }
    func asked() -> [Int64] {
      middleware.instants.map { began.duration(to: $0).milliseconds / 1_000 }
    }
    await rests(59, engine)
    #expect(asked() == [0])
    await rests(1, engine)
    #expect(asked() == [0, 60])
    middleware.fails(
      SystemError(.throttled(retryAfter: .seconds(300)), system: "mw", message: "Wait."))
    await rests(60, engine)
    #expect(asked() == [0, 60, 120])
    // Every other wait of the breaker's curve is over within the minute.
    #expect(
      (1...20).allSatisfy {
        Breaker.wait(afterFailures: $0, random: .max) <= Engine.flowInterval
      })
    for kind in [.unavailable, .malformed] as [SystemError.Kind] {
      await rests(kind == .unavailable ? 299 : 59, engine)
      let before = asked()
      middleware.fails(SystemError(kind, system: "mw", message: "No."))
      await rests(1, engine)
      #expect(asked().count == before.count + 1, "\(asked())")
    }
    middleware.fails(nil)
    await rests(60, engine)
    #expect(asked() == [0, 60, 120, 420, 480, 540])
    #expect(await states()[0] == .running)
    run.cancel()
    await run.value
  }

  @Test(
    "a dashboard asks an adapter that reports no flows as well: its reason is that of the flows")
  func unusable() async {
    var model = Company.model
    model.flows = [Flow(name: "flow0", source: .job("1", in: "crm"), steward: "Ines")]
    let unmade = UnmadeAdapter(
      error: SystemError(.refused, system: "crm", message: "`zone` is no host."))
    let other = ScriptedAdapter(AdapterCapabilities(batchSizes: [:])) { _, _ in [:] }
    let adapters: [(any Adapter, String)] = [
      (unmade, "`zone` is no host."), (other, "Nothing here reads the runs that crm knows of."),
    ]
    for (adapter, reason) in adapters {
      let engine = Engine(
        company: model, adapters: ["crm": adapter], log: CallLog(model), time: clock,
        random: SeededRandom(seed: 7))
      let run = Task { await engine.run(.dashboard) }
      await rests(1, engine)
      #expect(await engine.flows[0].reason == "It cannot be asked: \(reason)")
      run.cancel()
      await run.value
    }
  }
}

/// An adapter whose settings contradict each other.
private struct UnmadeAdapter: Adapter {
  let error: SystemError
  let capabilities = AdapterCapabilities(batchSizes: [:])

  func records(of kind: RecordKind, for ids: [DealID]) async throws -> [DealID: [Record]] {
    throw error
  }
  func probe() async throws -> ProbeAnswer { throw error }
  func close() async {}
}
