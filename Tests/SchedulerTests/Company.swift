import AdapterKit
import DealModel
import Scheduler
import TestSupport
import TruthEngine

/// A company of one CRM and two ERPs, split by entity, with scripted systems behind it.
struct Company {
  let clock = ManualClock("2026-11-20T09:00:00Z")
  let crm: ScriptedAdapter
  let us: ScriptedAdapter
  let eu: ScriptedAdapter
  let engine: Engine
  let log: CallLog

  static let model = CompanyModel(
    company: "Tests",
    sharedID: SharedID(origin: "crm", pattern: "^BW-[0-9]{5}$"),
    systems: ["crm", "erp_us", "erp_eu"].map { name in
      ConfiguredSystem(
        name: SystemName(name), kind: "scripted", link: "deal_id", steward: "Dana",
        failureMode: "Wait.",
        limits: FreshnessLimits(freshFor: .seconds(120), expireAfter: .seconds(86_400)))
    },
    ownership: Ownership(domains: [
      .commercial: .system("crm"),
      .financial: .split(by: .entity, ["US": "erp_us", "EU": "erp_eu"]),
    ]))

  init() {
    crm = ScriptedAdapter(
      AdapterCapabilities(batchSizes: [.deals: 100], listsDeals: true, reportsChanges: true)
    ) { _, ids in
      Dictionary(uniqueKeysWithValues: ids.map { ($0, [Self.deal($0)]) })
    }
    let erp = AdapterCapabilities(
      batchSizes: [.invoices: 100, .costs: 100], reportsChanges: true)
    us = ScriptedAdapter(erp) { kind, ids in Self.invoices("erp_us", kind, ids, amount: 100) }
    eu = ScriptedAdapter(erp) { kind, ids in Self.invoices("erp_eu", kind, ids, amount: 100) }
    log = CallLog(Self.model)
    engine = Engine(
      company: Self.model, adapters: ["crm": crm, "erp_us": us, "erp_eu": eu], log: log,
      time: clock, random: SeededRandom(seed: 7))
  }

  /// Odd deals belong to the US entity, even ones to the EU's.
  static func deal(_ id: DealID) -> Record {
    let isOdd = id.text.utf8.last.map { $0 % 2 == 1 } ?? false
    return Record(
      reference: RecordReference(system: "crm", kind: .deals, id: "r" + id.text), dealID: id,
      number: id.text,
      content: .deal([
        .name: .value(.text("Deal \(id)")), .stage: .value(.text("Won")),
        .entity: .value(.text(isOdd ? "US" : "EU")),
      ]))
  }

  static func invoices(
    _ system: SystemName, _ kind: RecordKind, _ ids: [DealID], amount: Int
  ) -> [DealID: [Record]] {
    Dictionary(
      uniqueKeysWithValues: ids.map { id in
        guard kind == .invoices, let currency = Currency(code: "USD") else { return (id, []) }
        let money = Money(ExactDecimal(amount), currency)
        return (
          id,
          [
            Record(
              reference: RecordReference(system: system, kind: kind, id: "i" + id.text),
              dealID: id, number: "INV-" + id.text,
              content: .invoice(
                Invoice(
                  status: .open, issued: .none, due: .none, net: .value(money),
                  gross: .value(money), paid: .value(.zero(currency)),
                  outstanding: .value(money))))
          ]
        )
      })
  }

  static func ids(_ range: ClosedRange<Int>) -> [DealID] { range.map { DealID("BW-\($0)") } }

  /// Runs the engine while the body runs, the events at hand.
  func running(
    _ mode: Engine.Mode, _ body: (inout Listener) async throws -> Void
  ) async rethrows {
    let run = Task { await engine.run(mode) }
    var listener = Listener(engine.events)
    defer { run.cancel() }
    try await body(&listener)
    run.cancel()
    await run.value
  }

  /// Waits until the number of tasks sleeping on the clock is at least that, then moves it.
  func advance(by duration: Duration, sleepers: Int = 1) async {
    while clock.sleeperCount < sleepers { await Task.yield() }
    clock.advance(by: duration)
  }
}

/// Follows the events of an engine and keeps the last state of everything.
struct Listener {
  private(set) var dossiers: [DealID: Dossier] = [:]
  private(set) var health: [SystemHealth] = []
  private(set) var indexed: [DealID] = []
  private(set) var isIndexComplete = false
  private(set) var changes: [DealChange] = []
  private(set) var watch: ChangeWatch?
  private var events: AsyncStream<EngineEvent>.Iterator

  init(_ events: AsyncStream<EngineEvent>) { self.events = events.makeAsyncIterator() }

  /// Takes events until the condition holds.
  ///
  /// - Returns: `false` when the engine ended before it did.
  mutating func wait(until condition: (Listener) -> Bool) async -> Bool {
    while !condition(self) {
      guard let event = await events.next() else { return false }
      switch event {
      case .indexed(let records, _): indexed += records.map(\.dealID)
      case .indexComplete: isIndexComplete = true
      case .dossiers(let changed): for dossier in changed { dossiers[dossier.id] = dossier }
      case .health(let health): self.health = health
      case .changed(let found): changes += found
      case .watching(let watch): self.watch = watch
      default: break
      }
    }
    return true
  }

  func section(_ id: DealID, _ system: SystemName, _ kind: RecordKind) -> Section {
    dossiers[id]?[system, kind] ?? Section()
  }
}
