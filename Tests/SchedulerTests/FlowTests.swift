import AdapterKit
import DealModel
import Synchronization
import TestSupport
import Testing
import TruthEngine

@testable import Scheduler

/// A middleware that answers as the test says.
private final class ScriptedMiddleware: FlowReporter {
  private let state = Mutex<(questions: [[String]], failure: SystemError?)>(([], nil))
  let lastRun: Timestamp

  init(lastRun: Timestamp) { self.lastRun = lastRun }

  var questions: [[String]] { state.withLock { $0.questions } }
  func fails(_ error: SystemError?) { state.withLock { $0.failure = error } }

  func flows(_ jobs: [String]) async throws -> [String: Result<FlowReport, SystemError>] {
    let failure = state.withLock { state in
      state.questions.append(jobs)
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

@Suite("Flows in the engine", .timeLimit(.minutes(1)))
struct FlowEngineTests {
  private let clock = ManualClock("2026-11-20T09:00:00Z")
  private let middleware: ScriptedMiddleware
  private let engine: Engine

  init() {
    middleware = ScriptedMiddleware(lastRun: clock.now().adding(.seconds(-60)))
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

  @Test("a dashboard asks every minute, and slows down for one that fails")
  func dashboard() async {
    let run = Task { await engine.run(.dashboard) }
    let (readings, told) = AsyncStream<[String: FlowReading]>.makeStream()
    let listening = Task {
      for await event in engine.events { if case .flows(let found) = event { told.yield(found) } }
    }
    for await found in readings where found["flow0"]?.report != nil { break }
    #expect(middleware.questions.count == 1)
    for _ in 0..<12 {
      while clock.sleeperCount < 2 { await Task.yield() }
      clock.advance(by: .seconds(10))
    }
    while middleware.questions.count < 3 {
      await Task.yield()
      if clock.sleeperCount >= 2 { clock.advance(by: .seconds(1)) }
    }
    #expect(middleware.questions.count == 3)
    run.cancel()
    listening.cancel()
    await run.value
  }
}
