import AdapterKit
import Adapters
import DealModel
import Sandbox
import Scheduler
import TestSupport
import TruthEngine

/// One schedule: a company with its emulators, a network, and somebody before the screen, over whom
/// a few minutes of trouble pass.
actor World {
  let company: InstalledCompany
  let clock: ManualClock
  let random: SeededRandom
  let network: Network
  let sandbox: SandboxCompany
  let trace: Trace
  let assessor: Assessor

  /// The company as it is by now; what the ledger is told of.
  var content: SmallCompany
  var ledger: Ledger
  /// What the audience knows: the last dossier of every deal.
  var audience: [DealID: Dossier] = [:]
  var visible: [DealID] = []
  var selected: DealID?
  var promises: [RecordReference: Promise] = [:]
  var troubled: Set<SystemName> = []
  var renamed: Set<SystemName> = []
  /// Systems one of whose questions may wait by itself after the present trouble.
  var waiting: Set<SystemName> = []
  /// How far the systems are rested from their last trouble.
  var rests: [SystemName: Rest] = [:]
  /// What the user asked for besides what is on screen.
  var looking: [Task<Void, Never>] = []
  /// The first rule that was broken.
  private(set) var violation: String?
  private var running: Running?

  /// An engine at work, and who listens to it.
  private struct Running {
    let engine: Engine
    let serving: Task<Void, Never>
    let listening: Task<Void, Never>
  }

  init(
    _ company: InstalledCompany, seed: UInt64, clock: ManualClock, trace: Trace
  ) throws {
    self.company = company
    self.clock = clock
    self.trace = trace
    random = SeededRandom(seed: seed)
    content = company.content
    ledger = Ledger(company.content)
    assessor = Assessor(of: company.model)
    let skews: [Duration] = [.zero, .zero, .zero, .seconds(4), .seconds(-4), .seconds(75)]
    let skew = skews[Int(random.next() % UInt64(skews.count))]
    sandbox = try company.sandbox(time: SkewedClock(clock: clock, skew: skew))
    network = Network(sandbox, clock: clock, seed: seed, trace: trace)
  }

  var engine: Engine? { running?.engine }
  var now: Timestamp { clock.now() }
  /// Every deal that must be kept fresh.
  var onScreen: [DealID] { visible + (selected.map { visible.contains($0) ? [] : [$0] } ?? []) }

  func draw(_ count: Int) -> Int { Int(random.next() % UInt64(max(1, count))) }

  /// Notes the first rule that is broken.
  func broken(_ rule: String, _ words: @autoclosure () -> String) {
    guard violation == nil else { return }
    let text = "\(rule): \(words())"
    violation = text
    trace.note { "BROKEN \(text)" }
  }

  // MARK: - The program

  /// Starts the program as the dashboard does.
  func start() throws {
    let log = CallLog(company.model)
    var adapters: [SystemName: any Adapter] = [:]
    for system in company.model.systems {
      let context = AdapterContext(
        system: system, sharedID: company.model.sharedID, transport: network,
        secrets: SmallSecrets(), time: clock, random: random, observer: log)
      let kind = SmallCompany.kinds.first { $0.schema.kind == system.kind }
      adapters[system.name] = try kind?.makeAdapter(context)
    }
    let engine = Engine(
      company: company.model, adapters: adapters, log: log, time: clock, random: random)
    running = Running(
      engine: engine, serving: Task { await engine.run(.dashboard) },
      listening: Task { for await event in engine.events { self.heard(event) } })
  }

  /// Ends the program and forgets what was on its screen.
  func stop() async {
    guard let ending = running else { return }
    running = nil
    for look in looking { look.cancel() }
    looking = []
    ending.serving.cancel()
    await ending.serving.value
    await ending.listening.value
    network.hangUp()
    audience = [:]
  }

  // MARK: - What the audience hears

  private func heard(_ event: EngineEvent) {
    switch event {
    case .dossiers(let changed):
      for dossier in changed {
        trace.note { "  told \(Self.words(dossier))" }
        let before = audience.updateValue(dossier, forKey: dossier.id)
        check(dossier, after: before)
      }
    case .indexed(let records, let fetchedAt):
      check(listed: records, fetchedAt: fetchedAt)
    case .indexComplete(let count, _): trace.note { "  told of \(count) deals" }
    case .indexFailed(let error): trace.note { "  told the list failed: \(error.kind)" }
    case .detail(let reference, let result): check(result, of: reference)
    default: break
    }
    keepPromises()
    if let breach = network.breach { broken("wire", "\(breach)") }
  }

  private static func words(_ dossier: Dossier) -> String {
    let sections = dossier.sections.sorted { $0.key < $1.key }.map { key, section in
      let state =
        "\(section.records.map { String($0.count) } ?? "-")\(section.isAsking ? "?" : "")"
        + (section.failure == nil ? "" : "!")
      return "\(key.system) \(key.kind.rawValue) \(state)"
    }
    return "\(dossier.id): " + sections.joined(separator: ", ")
  }
}

/// The secrets of every small company, without a file being read.
private struct SmallSecrets: SecretReader {
  func secret(from source: SecretSource, for system: SystemName) async throws -> Secret {
    guard case .file(let path) = source,
      let text = SmallCompany.secrets.first(where: { path.hasSuffix($0.key) })?.value
    else {
      throw SystemError(.unauthorized, system: system, message: "There is no such secret.")
    }
    return Secret(text.hasPrefix("-----") ? text : String(text.dropLast()))
  }
}
