import AdapterKit
import Adapters
import CMemory
import CompanyConfiguration
import DealModel
import Glibc
import Sandbox
import Scheduler
import TruthEngine

/// Prints figures, in one run so that they can be compared with each other. No test: machines differ.
///
/// Run with `.scripts/bench`; figures of the terminal (first frame, keys, bytes) come from the pty
/// harness that the script runs besides.
@main
enum Benchmarks {
  static func main() async throws {
    // As the program does.
    cmemory_use_few_arenas()
    cmemory_unlock_sqlite()
    let parts = ["csv", "odbc", "calls", "systems", "table"]
    let arguments = CommandLine.arguments.dropFirst()
    guard let directory = arguments.first, arguments.dropFirst().allSatisfy(parts.contains) else {
      print("usage: Benchmarks COMPANY-DIRECTORY [\(parts.joined(separator: "|")) …]")
      exit(2)
    }
    let asked = arguments.count > 1 ? Array(arguments.dropFirst()) : parts
    if asked.contains("csv") || asked.contains("odbc") {
      let files = try InvoiceFiles()
      defer { files.erase() }
      if asked.contains("csv") { try await CSVBenchmarks(files: files).run() }
      if asked.contains("odbc") { try await LedgerBenchmarks(files: files).run() }
    }
    if asked.contains("calls") { try await CallBenchmarks(directory: directory).run() }
    if asked.contains("systems") { try await SystemBenchmarks(directory: directory).run() }
    if asked.contains("table") { TableBenchmarks(count: 100_000).run() }
  }

  /// The median of some durations, in milliseconds with two digits.
  static func median(_ durations: [Duration]) -> Double {
    let sorted = durations.sorted()
    return sorted.isEmpty ? 0 : milliseconds(sorted[sorted.count / 2])
  }

  static func milliseconds(_ duration: Duration) -> Double {
    (Double(duration / .microseconds(1)) / 10).rounded() / 100
  }
}

/// What the engine costs over real HTTP on loopback: calls, and time against the slowest system.
struct SystemBenchmarks {
  let directory: String

  func run() async throws {
    let time = SystemClock()
    let sandbox = try SandboxCompany(path: directory, time: time, today: nil)
    try await sandbox.load()
    let server = SandboxServer(sandbox: sandbox, time: time)
    let (ports, ready) = AsyncStream<Int>.makeStream()
    let serving = Task { try await server.run { ready.yield($0) } }
    for await port in ports {
      let text = try sandbox.company.readyConfiguration(origin: "http://127.0.0.1:\(port)")
      try await measure(text, sandbox)
      break
    }
    serving.cancel()
    _ = await serving.result
  }

  private func measure(_ configuration: String, _ sandbox: SandboxCompany) async throws {
    let kinds = VendorKinds.all
    guard
      let company = ConfigurationFile.read(
        configuration, file: directory + "/plumbline.yaml", kinds: kinds.map { $0.schema }
      ).model
    else {
      print("The company's plumbline.yaml is broken: run `plumbline ownership` on it.")
      exit(2)
    }
    try await coldScreen(company, kinds)
    try await detail(company, kinds, sandbox)
  }

  /// Calls for forty deals that nothing is known of.
  private func coldScreen(_ company: CompanyModel, _ kinds: [any AdapterKind.Type]) async throws {
    let (engine, log, transport) = try engine(company, kinds)
    let running = Task { await engine.run(.command) }
    let ids = (10_001...10_040).map { DealID("BW-\($0)") }
    let before = ContinuousClock.now
    _ = await engine.pull(ids)
    let took = ContinuousClock.now - before
    print("cold screen of 40 deals: \(Benchmarks.milliseconds(took)) ms, calls:")
    for (system, operations) in log.callCounts.sorted(by: { $0.key < $1.key }) {
      for (operation, count) in operations.sorted(by: { $0.key < $1.key }) {
        print("  \(system)  \(count) × \(operation)")
      }
    }
    running.cancel()
    await running.value
    await transport.shutdown()
  }

  /// One deal's detail while the systems answer after 100, 200 and 300 ms, against one call to the
  /// slowest of them by itself, both measured here.
  private func detail(
    _ company: CompanyModel, _ kinds: [any AdapterKind.Type], _ sandbox: SandboxCompany
  ) async throws {
    for (system, delay) in [
      ("crm", 100), ("pm", 200), ("erp_us", 300), ("erp_uk", 300), ("erp_de", 300),
    ] {
      _ = try await sandbox.obey(
        ControlOrder(words: ["delay", "\(delay)"]), by: SystemName(system))
    }
    let (engine, _, transport) = try engine(company, kinds)
    let running = Task { await engine.run(.command) }
    // Logins, pipelines and field lists are asked once: the measured pulls find them known.
    _ = await engine.pull((10_001...10_040).map { DealID("BW-\($0)") })
    var whole: [Duration] = []
    var slowest: [Duration] = []
    for round in 0..<7 {
      // Our own limits (five searches a second at HubSpot) are not what is measured.
      try await SystemClock().sleep(for: .seconds(2))
      let begin = ContinuousClock.now
      _ = await engine.pull([DealID("BW-\(10_001 + round)")], anew: true)
      whole.append(ContinuousClock.now - begin)
      let start = ContinuousClock.now
      _ = await engine.find("INV-THAT-IS-NOT-THERE-\(round)")
      slowest.append(ContinuousClock.now - start)
    }
    let ratio = Benchmarks.median(whole) / Benchmarks.median(slowest)
    print(
      "detail pane, systems delayed 100, 200 and 300 ms: \(Benchmarks.median(whole)) ms; slowest "
        + "system alone \(Benchmarks.median(slowest)) ms; ratio \((ratio * 1_000).rounded() / 1_000)"
    )
    running.cancel()
    await running.value
    await transport.shutdown()
  }

  private func engine(
    _ company: CompanyModel, _ kinds: [any AdapterKind.Type]
  ) throws -> (Engine, CallLog, AsyncHTTPTransport) {
    let transport = AsyncHTTPTransport()
    let log = CallLog(company)
    var adapters: [SystemName: any Adapter] = [:]
    for system in company.systems {
      guard let kind = kinds.first(where: { $0.schema.kind == system.kind }) else { continue }
      adapters[system.name] = try kind.makeAdapter(
        AdapterContext(
          system: system, sharedID: company.sharedID, transport: transport,
          secrets: EnvironmentSecretReader(), time: SystemClock(), random: SystemRandom(),
          observer: log))
    }
    let engine = Engine(
      company: company, adapters: adapters, log: log, time: SystemClock(), random: SystemRandom())
    return (engine, log, transport)
  }
}
