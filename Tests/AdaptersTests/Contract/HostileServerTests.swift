import AdapterKit
import DealModel
import TestSupport
import Testing

/// Every kind with HTTP against servers that break HTTP's promises, over real sockets.
@Suite("Hostile servers", .timeLimit(.minutes(5)))
struct HostileServerTests {
  /// One of each kind.
  private static let subjects = ContractSubject.all.filter { $0.source == nil }
    .reduce(into: [ContractSubject]()) { kept, subject in
      if !kept.contains(where: { $0.kind == subject.kind }) { kept.append(subject) }
    }

  @Test(
    "a slow or hostile server costs a deadline at most, and nothing of its answer is used",
    arguments: subjects, HostileServer.Manner.allCases)
  func hostile(_ subject: ContractSubject, _ manner: HostileServer.Manner) async throws {
    let server = try HostileServer(manner)
    let files = try subject.company?()
    let transport = AsyncHTTPTransport()
    let calls = CallRecorder()
    let adapter = try adapter(
      subject, manner, port: server.port, folder: files?.path ?? ContractBench.company, transport,
      calls)
    let kind = try #require(subject.deals.keys.min())
    let deal = try #require(subject.deals[kind])
    var failure: SystemError?
    do {
      _ = try await adapter.records(of: kind, for: [deal])
    } catch let error as SystemError { failure = error }
    await transport.shutdown()
    let error = try #require(failure, "\(manner): an answer was made of it")
    #expect(error.system == subject.system)
    #expect(error.message.hasSuffix("."), "\(error.message)")
    switch manner {
    case .drips, .headers, .silent, .noise, .rude:
      #expect(error.kind == .unavailable, "\(error.message)")
    case .neverEnds, .promisesMore, .promisesLess, .bomb:
      #expect(error.kind == .malformed, "\(error.message)")
    }
    #expect(calls.reports.contains { $0.error != nil })
  }

  @Test(
    "a hostile middleware costs a deadline at most, and none of its answer is a run",
    arguments: FlowSubject.all, HostileServer.Manner.allCases)
  func hostileFlows(_ subject: FlowSubject, _ manner: HostileServer.Manner) async throws {
    let server = try HostileServer(manner)
    let transport = AsyncHTTPTransport()
    let system = ConfiguredSystem(
      name: "mw", kind: subject.kind.schema.kind, link: "", steward: "Ines", failureMode: "Wait.",
      limits: FreshnessLimits(freshFor: .seconds(60), expireAfter: .seconds(3_600)),
      callDeadline: manner.isEndless ? .seconds(1) : .seconds(280),
      settings: SystemSettings([
        "base_url": .text("http://127.0.0.1:\(server.port)"),
        "token": .secret(.environment("HOME")),
      ]))
    let adapter = try subject.kind.makeAdapter(
      AdapterContext(
        system: system, sharedID: SharedID(origin: "crm", pattern: "^BW-[0-9]{5}$"),
        transport: transport, secrets: EnvironmentSecretReader(), time: SystemClock(),
        random: SeededRandom(seed: 7), observer: CallRecorder()))
    let reporter = try #require(adapter as? any FlowReporter)
    var failure: SystemError?
    do {
      if case .failure(let error)? = try await reporter.flows([subject.well])[subject.well] {
        failure = error
      }
    } catch let error as SystemError { failure = error }
    await transport.shutdown()
    let error = try #require(failure, "\(manner): an answer was made of it")
    #expect(error.kind == .unavailable || error.kind == .malformed, "\(error.message)")
  }

  @Test("a database's port where nobody speaks its language, or nobody speaks, costs a deadline")
  func hostileDatabase() async throws {
    for manner in [HostileServer.Manner.silent, .rude] {
      let server = try HostileServer(manner)
      let bench = try ODBCBench(
        [
          "connection":
            .text("Driver={PostgreSQL Unicode};Server=127.0.0.1;Port=\(server.port);Database=x"),
          "records": LedgerSQL.mapping(LedgerSQL.records),
        ], deadline: .seconds(3))
      let began = ContinuousClock.now
      #expect(try await bench.failure()?.kind == .unavailable)
      #expect(ContinuousClock.now - began < .seconds(60))
      await bench.adapter.close()
    }
  }

  private func adapter(
    _ subject: ContractSubject, _ manner: HostileServer.Manner, port: UInt16, folder: String,
    _ transport: any HTTPTransport,
    _ calls: CallRecorder
  ) throws -> any Adapter {
    let origin = "http://127.0.0.1:\(port)"
    var settings = subject.settings.mapValues { ContractBench.absolute($0, in: folder) }
    for (name, value) in settings {
      if case .text(let text) = value {
        settings[name] = .text(text.replacing(SandboxTransport.origin, with: origin))
      }
    }
    settings["base_url"] = .text("\(origin)/\(subject.system)")
    return try subject.kind.makeAdapter(
      AdapterContext(
        system: ConfiguredSystem(
          name: subject.system, kind: subject.kind.schema.kind, link: subject.link,
          steward: "Dana Reyes", failureMode: "Readings age.",
          limits: FreshnessLimits(freshFor: .seconds(60), expireAfter: .seconds(3_600)),
          // Where something else ends it, a busy machine has all the time it needs.
          callDeadline: manner.isEndless ? .seconds(1) : .seconds(280),
          echoProperties: subject.echoProperties,
          settings: SystemSettings(settings)),
        sharedID: SharedID(origin: "crm", pattern: "^BW-[0-9]{5}$"), transport: transport,
        secrets: EnvironmentSecretReader(), time: SystemClock(), random: SeededRandom(seed: 7),
        observer: calls))
  }
}
