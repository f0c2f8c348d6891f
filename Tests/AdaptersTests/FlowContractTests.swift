import AdapterKit
import Adapters
import DealModel
import Sandbox
import TestSupport
import Testing

/// One kind that reports flows, against its emulator.
struct FlowSubject: Sendable, CustomTestStringConvertible {
  let kind: any AdapterKind.Type
  /// The files of its folder.
  let documents: [String: JSONValue]
  /// Jobs: one that runs well, one whose last two runs failed, one that is switched off, one that
  /// never ran.
  let well: String, failing: String, stopped: String, idle: String
  /// An order by which the job that runs well is gone.
  let removal: ControlOrder

  var testDescription: String { kind.schema.kind }

  static let all = [workato, make]

  static let workato: FlowSubject = {
    func recipe(_ id: Int, _ name: String, running: Bool) -> JSONValue {
      .object([
        "id": .integer(id), "name": .string(name), "running": .bool(running),
        "stopped_at": running ? nil : "2026-11-11T08:00:00.000-08:00",
        "stop_cause": running ? nil : "Trigger errors",
      ])
    }
    func job(_ recipe: Int, _ at: String?, failed: Bool = false) -> JSONValue {
      .object([
        "id": .string("j-\(recipe)-\(at ?? "now")"), "recipe_id": .integer(recipe),
        "started_at": .string(at ?? "2026-11-20T08:59:59.000Z"),
        "completed_at": at.map { .string($0) } ?? nil, "is_poll_error": false,
        "is_error": .bool(failed), "error": failed ? "401 Unauthorized: Jira" : nil,
      ])
    }
    let failures = (10..<40).map { job(2, "2026-11-19T10:\($0):00.000Z", failed: true) }
    return FlowSubject(
      kind: WorkatoKind.self,
      documents: [
        "mw/workspace": ["id": 7, "name": "Brightwater Automation"],
        "mw/recipes": .array([
          recipe(1, "Deal to project", running: true), recipe(2, "Invoiced", running: true),
          recipe(3, "Old", running: false), recipe(4, "New", running: true),
        ]),
        "mw/jobs": .array(
          [
            job(1, "2026-11-20T08:00:00.000Z"), job(1, "2026-11-20T00:30:00.000-08:00"),
            job(1, nil), job(2, "2026-11-18T10:00:00.000Z"),
            job(3, "2026-11-11T15:00:00.000Z"),
          ] + failures),
      ],
      well: "1", failing: "2", stopped: "3", idle: "4",
      removal: ControlOrder(.delete(record: "recipes/1")))
  }()

  static let make: FlowSubject = {
    func scenario(_ id: Int, _ name: String, active: Bool, invalid: Bool = false) -> JSONValue {
      .object([
        "id": .integer(id), "name": .string(name), "teamId": 27, "isActive": .bool(active),
        "isPaused": false, "isinvalid": .bool(invalid),
      ])
    }
    func log(_ scenario: Int, _ at: String, _ status: Int?) -> JSONValue {
      let members: [JSONValue.Member] = [
        .init("id", .string("\(scenario)-\(at)")), .init("scenarioId", .integer(scenario)),
        .init("imtId", .string(at)), .init("timestamp", .string(at)),
      ]
      return .object(members + (status.map { [.init("status", .integer($0))] } ?? []))
    }
    let failures = (10..<40).flatMap { minute in
      [10, 11].map { log(2, "2026-11-19T\($0):\(minute):00.000Z", 3) }
    }
    return FlowSubject(
      kind: MakeKind.self,
      documents: [
        "mw/user": ["id": 7, "name": "Ines Faro"],
        "mw/scenarios": .array([
          scenario(1, "Deal to project", active: true), scenario(2, "Invoiced", active: true),
          scenario(3, "Old", active: false, invalid: true), scenario(4, "New", active: true),
        ]),
        "mw/logs": .array(
          [
            log(1, "2026-11-20T08:00:00.000Z", 1), log(1, "2026-11-20T08:30:00.000Z", 2),
            log(1, "2026-11-20T08:40:00.000Z", nil), log(1, "2026-11-20T08:59:59.000Z", 0),
            log(2, "2026-11-18T10:00:00.000Z", 1), log(3, "2026-11-11T15:00:00.000Z", 1),
          ] + failures),
      ],
      well: "1", failing: "2", stopped: "3", idle: "4",
      removal: ControlOrder(.delete(record: "scenarios/1")))
  }()
}

/// A reporter of flows with its emulator, its clock and everything it says in sight.
struct FlowBench: Sendable {
  let clock = ManualClock("2026-11-20T09:00:00Z")
  let transport: SandboxTransport
  let sandbox: SandboxCompany
  let calls = CallRecorder()
  let reporter: any FlowReporter
  private let files: TestSupport.TemporaryCompany

  init(_ subject: FlowSubject, secrets: (any SecretReader)? = nil, limits: String = "{}") throws {
    files = try TestSupport.TemporaryCompany(
      yaml: """
        company: Brightwater Group
        systems:
          mw:
            kind: \(subject.kind.schema.kind)
            limits: \(limits)
            credentials: {token: secrets/mw}
        """, texts: ["secrets/mw": "sample-mw-token\n"], documents: subject.documents)
    sandbox = try SandboxCompany(path: files.path, time: clock, today: nil)
    transport = SandboxTransport(sandbox, time: clock)
    let system = ConfiguredSystem(
      name: "mw", kind: subject.kind.schema.kind, link: "", steward: "Ines", failureMode: "Wait.",
      limits: FreshnessLimits(freshFor: .seconds(60), expireAfter: .seconds(3_600)),
      settings: SystemSettings([
        "base_url": .text("\(SandboxTransport.origin)/mw"),
        "token": .secret(.file("\(files.path)/secrets/mw")),
      ]))
    let adapter = try subject.kind.makeAdapter(
      AdapterContext(
        system: system, sharedID: SharedID(origin: "crm", pattern: "^BW-[0-9]{5}$"),
        transport: transport, secrets: secrets ?? EnvironmentSecretReader(), time: clock,
        random: SeededRandom(seed: 7), observer: calls))
    reporter = try #require(adapter as? any FlowReporter)
  }

  func flows(_ jobs: String...) async throws -> [String: Result<FlowReport, SystemError>] {
    try await clock.passing { try await reporter.flows(jobs) }
  }

  func flow(_ job: String) async throws -> FlowReport {
    try #require(try await flows(job)[job]).get()
  }

  func order(_ act: ControlOrder.Act, count: Int? = nil) async throws {
    try await sandbox.obey(ControlOrder(act, count: count), by: "mw")
  }

  /// Why all, or the one, could not be asked; `nil` when it was answered.
  func failure(_ job: String) async throws -> SystemError? {
    do {
      if case .failure(let error)? = try await flows(job)[job] { return error }
      return nil
    } catch let error as SystemError { return error }
  }
}

@Suite("Every kind that reports flows keeps the contract")
struct FlowContractTests {
  private static func at(_ text: String) -> Timestamp? { Timestamp(text) }

  @Test(
    "tells when a flow last ran, when well, and how often it failed", arguments: FlowSubject.all)
  func reports(_ subject: FlowSubject) async throws {
    let bench = try FlowBench(subject)
    let well = try await bench.flow(subject.well)
    #expect(well.lastRun == Self.at("2026-11-20T08:30:00Z"), "what is under way has not run yet")
    #expect(well.lastSuccess == well.lastRun)
    #expect(well.failures == 0 && well.failingSince == nil && well.isOn == true)
    #expect(well.title == "Deal to project")
    #expect(bench.transport.exchanges.count == 2, "the job and its runs, and nothing else")

    let failing = try await bench.flow(subject.failing)
    #expect(failing.failures >= 10 && failing.isOn == true)
    #expect(failing.lastRun.map { $0 > Self.at("2026-11-19T10:30:00Z") ?? $0 } == true)
    #expect(failing.lastSuccess == Self.at("2026-11-18T10:00:00Z"), "asked for by itself")
    let stopped = try await bench.flow(subject.stopped)
    #expect(stopped.isOn == false && stopped.problem != nil)
    let idle = try await bench.flow(subject.idle)
    #expect(idle.lastRun == nil && idle.isOn == true && idle.failures == 0)
  }

  @Test("read twice is the same, and only reads", arguments: FlowSubject.all)
  func readTwice(_ subject: FlowSubject) async throws {
    let bench = try FlowBench(subject)
    let first = try await bench.flows(subject.well, subject.failing, subject.stopped)
    let second = try await bench.flows(subject.well, subject.failing, subject.stopped)
    #expect(first == second && first.count == 3)
    #expect(bench.transport.exchanges.allSatisfy { $0.request.method == "GET" })
    #expect(try await bench.clock.passing { try await bench.reporter.probe() }.identity != "")
  }

  @Test("a job that is not there is named, and fails no other", arguments: FlowSubject.all)
  func missing(_ subject: FlowSubject) async throws {
    let bench = try FlowBench(subject)
    let odd = "../users/me?x"
    let answers = try await bench.flows(subject.well, "9999", odd)
    #expect(throws: Never.self) { try answers[subject.well]?.get() }
    for job in ["9999", odd] {
      guard case .failure(let error)? = answers[job] else {
        Issue.record("\(job) was found")
        continue
      }
      #expect(error.kind == .drifted(field: job))
      #expect(error.message.contains(job) && error.message.hasSuffix("."))
    }
    try await bench.sandbox.obey(subject.removal, by: "mw")
    #expect(try await bench.failure(subject.well)?.kind == .drifted(field: subject.well))
  }

  @Test("a job whose question fails for good fails no other", arguments: FlowSubject.all)
  func oneFails(_ subject: FlowSubject) async throws {
    let bench = try FlowBench(subject)
    bench.transport.tamper { request, honest in
      guard request.url.contains("/\(subject.failing)") else { return honest }
      return HTTPAnswer(status: 500, headers: [], body: [])
    }
    let answers = try await bench.flows(subject.well, subject.failing, subject.stopped)
    #expect(throws: Never.self) { try answers[subject.well]?.get() }
    #expect(throws: Never.self) { try answers[subject.stopped]?.get() }
    let error = #expect(throws: SystemError.self) { try answers[subject.failing]?.get() }
    #expect(error?.kind == .unavailable)
  }

  @Test(
    "what fails in passing is asked again; what fails for good says so", arguments: FlowSubject.all)
  func failing(_ subject: FlowSubject) async throws {
    let bench = try FlowBench(subject)
    try await bench.order(.fail(status: 503), count: 1)
    #expect(try await bench.failure(subject.well) == nil)
    for act in [
      ControlOrder.Act.fail(status: 500), .fail(status: 502), .fail(status: 503), .drop,
      .delay(milliseconds: 21_000),
    ] {
      try await bench.order(act)
      #expect(try await bench.failure(subject.well)?.kind == .unavailable, "\(act)")
      try await bench.order(.mend)
      bench.clock.advance(by: .seconds(7_200))
      #expect(try await bench.failure(subject.well) == nil, "\(act)")
    }
    try await bench.order(.throttle(policy: nil))
    #expect(try await bench.failure(subject.well)?.kind.word == "throttled")
  }

  @Test(
    "an answer of another shape is malformed, never a flow without runs", arguments: FlowSubject.all
  )
  func malformed(_ subject: FlowSubject) async throws {
    for body in [
      "{}", "[]", "null", "{\"items\":7}", "{\"scenarioLogs\":[null]}", "{\"items\":[null]}",
      "\"ok\"", "<html><body>Please sign in</body></html>", "{\"running\": tr",
    ] {
      let bench = try FlowBench(subject)
      bench.transport.tamper { _, _ in
        HTTPAnswer(
          status: 200, headers: [HTTPField("Content-Type", "application/json")],
          body: Array(body.utf8))
      }
      #expect(try await bench.failure(subject.well)?.kind == .malformed, "\(body)")
    }
    // Only the runs are of another shape.
    let bench = try FlowBench(subject)
    bench.transport.tamper { request, answer in
      guard request.url.contains("jobs") || request.url.contains("logs") else { return answer }
      var answer = answer
      let text = String(decoding: answer.body, as: UTF8.self)
        .replacing("2026-11-20T08:00:00.000Z", with: "yesterday")
      answer.body = Array(text.utf8)
      return answer
    }
    #expect(try await bench.failure(subject.well)?.kind == .malformed)
  }

  @Test("credentials that are refused are told, and never repeated", arguments: FlowSubject.all)
  func unauthorized(_ subject: FlowSubject) async throws {
    let wrong = try FlowBench(subject, secrets: WrongSecrets())
    let error = try #require(try await wrong.failure(subject.well))
    #expect(error.kind == .unauthorized)
    #expect(!"\(error) \(wrong.calls.reports)".contains(WrongSecrets.text))
    #expect(wrong.transport.exchanges.count <= 6, "nobody knocks for ever")
    let expired = try FlowBench(subject)
    #expect(try await expired.failure(subject.well) == nil)
    try await expired.order(.expireToken)
    #expect(try await expired.failure(subject.well)?.kind == .unauthorized)
  }

  @Test("many jobs keep within the vendor's limit a minute", arguments: FlowSubject.all)
  func paced(_ subject: FlowSubject) async throws {
    let bench = try FlowBench(subject, limits: "{minute: 60}")
    for _ in 0..<12 {
      let answers = try await bench.flows(
        subject.well, subject.failing, subject.stopped, subject.idle)
      #expect(answers.count == 4)
    }
    #expect(bench.calls.reports.allSatisfy { $0.status != 429 })
  }

  @Test("doctor names jobs that are gone or switched off", arguments: FlowSubject.all)
  func doctor(_ subject: FlowSubject) async throws {
    let bench = try FlowBench(subject)
    let system = ConfiguredSystem(
      name: "mw", kind: subject.kind.schema.kind, link: "", steward: "Ines", failureMode: "Wait.",
      limits: FreshnessLimits(freshFor: .seconds(60), expireAfter: .seconds(3_600)))
    let examiner = Examiner(
      bench.reporter,
      brief: ExaminationBrief(
        system: system, sharedID: SharedID(origin: "crm", pattern: "^BW-[0-9]{5}$"),
        jobs: [subject.well, subject.stopped, "9999"]), time: bench.clock)
    let found = await bench.clock.passing { await examiner.examine { true } }
      .filter { $0.check == .flows }
    #expect(found.map(\.outcome) == [.ok, .finding, .finding])
    #expect(found[0].message == "1 (Deal to project) last ran at 2026-11-20T08:30:00Z.")
    #expect(found[1].message == "3 (Old) is switched off.")
    #expect(found[2].message.contains("9999"))
  }
}
