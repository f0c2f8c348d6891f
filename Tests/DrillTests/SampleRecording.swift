import AdapterKit
import Adapters
import CompanyConfiguration
import DealModel
import Drill
import Sandbox
import Scheduler
import Synchronization
import TestSupport
import Testing

/// Brightwater, read once from its emulators in process.
struct SampleRecording: Sendable {
  let recording: CompanyRecording
  /// Counts what is sent: nothing may be, once the company has been read.
  let transport: CountingTransport

  /// One reading for all tests: nothing changes it.
  static let shared = Task { try await SampleRecording() }

  private init() async throws {
    let parts = #filePath.split(separator: "/").dropLast(3)
    let folder = "/" + parts.joined(separator: "/") + "/SampleData/brightwater"
    let clock = MorningClock()
    let sandbox = try SandboxCompany(path: folder, time: clock, today: nil)
    let text = try sandbox.company.readyConfiguration(origin: CountingTransport.origin)
    guard
      case .model(let company) = ConfigurationFile.read(
        text, file: folder + "/plumbline.yaml", kinds: VendorKinds.all.map { $0.schema })
    else { throw NoCompany() }
    let transport = CountingTransport(sandbox)
    let log = CallLog(company)
    let random = SeededRandom(seed: 11)
    var adapters: [SystemName: any Adapter] = [:]
    for system in company.systems {
      guard let kind = VendorKinds.all.first(where: { $0.schema.kind == system.kind }) else {
        continue
      }
      adapters[system.name] = try kind.makeAdapter(
        AdapterContext(
          system: system, sharedID: company.sharedID, transport: transport,
          secrets: EnvironmentSecretReader(), time: clock, random: random, observer: log))
    }
    let engine = Engine(
      company: company, adapters: adapters, log: log, time: clock, random: random)
    let serving = Task { await engine.run(.command) }
    let listening = Task { for await _ in engine.events {} }
    let capabilities = adapters.mapValues(\.capabilities)
    recording = try await CompanyRecording.read(
      company, by: engine, capabilities: capabilities, time: clock)
    self.transport = transport
    serving.cancel()
    listening.cancel()
    // Ending a session at a vendor is the last that is sent.
    await serving.value
  }

  private struct NoCompany: Error {}
}

/// Puts the emulators behind the port, and counts every exchange.
final class CountingTransport: HTTPTransport {
  static let origin = "http://127.0.0.1:4100"
  private let sandbox: SandboxCompany
  private let sent = Mutex(0)

  init(_ sandbox: SandboxCompany) { self.sandbox = sandbox }

  /// How many requests were sent.
  var count: Int { sent.withLock { $0 } }

  func exchange(
    _ request: HTTPRequest, deadline: Duration, maximumBytes: Int
  ) async throws -> HTTPAnswer {
    sent.withLock { $0 += 1 }
    let outcome = try await sandbox.respond(
      to: EmulatedRequest(
        method: request.method, url: request.url,
        headers: request.headers.map { NamedValue($0.name, $0.value) }, body: request.body))
    guard case .answered(let response) = outcome else { throw HTTPTransportError.truncated }
    return HTTPAnswer(
      status: response.status, headers: response.headers.map { HTTPField($0.name, $0.value) },
      body: response.body)
  }
}

/// The morning for which the sample was written, from which on time passes as it does: files and
/// databases answer in real time, so that deadlines must not pass any faster.
struct MorningClock: TimeSource {
  private let clock = SystemClock()
  private let ahead: Duration

  init() {
    ahead = clock.now().duration(to: Timestamp(milliseconds: 1_795_165_200_000))
  }

  func now() -> Timestamp { clock.now().adding(ahead) }
  func sleep(until deadline: Timestamp) async throws {
    try await clock.sleep(until: deadline.adding(.zero - ahead))
  }
}
