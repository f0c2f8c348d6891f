import AdapterKit
import DealModel
import Sandbox
import Scheduler
import TerminalHost
import TruthEngine

/// A company with an engine that asks its systems.
struct Session: Sendable {
  let company: CompanyModel
  let engine: Engine
  /// The adapters that the engine asks through.
  let adapters: [SystemName: any Adapter]
  let log: CallLog
  let time: any TimeSource
  let zone: LocalZone

  /// The local day.
  var today: CalendarDate { zone.date(of: time.now()) }

  /// The JSON forms as of now.
  var forms: JSONForms { forms(naming: []) }

  /// The JSON forms as of now, naming the flows that carry what is broken.
  func forms(naming flows: [FlowHealth]) -> JSONForms {
    JSONForms(company: company, now: time.now(), flows: flows)
  }

  init(
    company: CompanyModel, transport: any HTTPTransport, time: any TimeSource, zone: LocalZone,
    recorder: (any HealthRecorder)? = nil
  ) {
    self.company = company
    self.time = time
    self.zone = zone
    let random = SystemRandom()
    let log = CallLog(company, recorder: recorder)
    let secrets = RememberingSecretReader(EnvironmentSecretReader())
    var adapters: [SystemName: any Adapter] = [:]
    for system in company.systems {
      adapters[system.name] = Registry.adapter(
        AdapterContext(
          system: system, sharedID: company.sharedID, transport: transport,
          secrets: secrets, time: time, random: random, observer: log))
    }
    self.log = log
    self.adapters = adapters
    engine = Engine(company: company, adapters: adapters, log: log, time: time, random: random)
  }

  /// Runs a command's body with a session for the company it is about; with `--demo` the sandbox
  /// serves the sample company meanwhile.
  ///
  /// - Throws: ``CommandFailure`` when there is no usable company, and what the body throws.
  static func run<Answer: Sendable>(
    _ source: SourceOptions, _ body: @escaping @Sendable (Session) async throws -> Answer
  ) async throws -> Answer {
    try await run(source, mode: .command, body)
  }

  /// Runs a body with a session that keeps watching the company, as the dashboard does; the body
  /// follows the engine's events.
  ///
  /// - Throws: As ``run(_:_:)``.
  static func follow<Answer: Sendable>(
    _ source: SourceOptions, _ body: @escaping @Sendable (Session) async throws -> Answer
  ) async throws -> Answer {
    try await run(source, mode: .dashboard, body)
  }

  private static func run<Answer: Sendable>(
    _ source: SourceOptions, mode: Engine.Mode,
    _ body: @escaping @Sendable (Session) async throws -> Answer
  ) async throws -> Answer {
    let time = SystemClock()
    let zone = LocalZone.system(around: time.now())
    if source.demo {
      let sandbox = try DemoSandbox(directory: SampleCompany.directory(), time: time, zone: zone)
      return try await sandbox.serving { origin in
        if mode == .dashboard {
          Standard.error("plumbline: The sandbox takes orders at \(origin)/control/SYSTEM.\n")
        }
        return try await run(
          sandbox.company(origin: origin), mode: mode, time: time, zone: zone, body)
      }
    }
    let path = try ConfigurationSource.path(source.config)
    let company = try ConfigurationSource.company(at: path)
    return try await run(company, mode: mode, time: time, zone: zone, body)
  }

  private static func run<Answer: Sendable>(
    _ company: CompanyModel, mode: Engine.Mode, time: any TimeSource, zone: LocalZone,
    _ body: @escaping @Sendable (Session) async throws -> Answer
  ) async throws -> Answer {
    let transport = AsyncHTTPTransport()
    let session = Session(company: company, transport: transport, time: time, zone: zone)
    let engine = session.engine
    let serving = Task { await engine.run(mode) }
    // Commands ask; they do not listen, unless they follow.
    let listening = Task {
      guard mode == .command else { return }
      for await _ in engine.events {}
    }
    let outcome: Result<Answer, any Error>
    do { outcome = .success(try await body(session)) } catch { outcome = .failure(error) }
    serving.cancel()
    listening.cancel()
    await serving.value
    await transport.shutdown()
    return try outcome.get()
  }

  /// Judges a deal's dossier as of today.
  func assess(_ dossier: Dossier) -> Assessment {
    Assessor(of: company).assess(dossier, on: today)
  }
}
