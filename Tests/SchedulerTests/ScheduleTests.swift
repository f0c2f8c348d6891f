import AdapterKit
import DealModel
import TestSupport
import Testing
import TruthEngine

@testable import Scheduler

/// Random schedules of scrolling, faults, corrections and time: what must hold on all of them.
@Suite(.timeLimit(.minutes(5)))
struct ScheduleTests {
  /// The truth at a system, changed by corrections, hidden by faults.
  private struct World {
    var amount = 100
    var isBroken = false
  }

  @Test(
    "on any schedule readings are honest, and the truth is on screen once faults end",
    arguments: 0..<60)
  func schedule(seed: UInt64) async {
    let random = SeededRandom(seed: seed)
    let company = Company()
    let all = Company.ids(10_001...10_030)
    await company.crm.lists([all.map(Company.deal)])
    var worlds: [SystemName: World] = ["erp_us": World(), "erp_eu": World()]

    await company.running(.dashboard) { listener in
      var shown: [DealID] = []
      for _ in 0..<25 {
        switch random.next() % 4 {
        case 0:
          let start = Int(random.next() % 20)
          shown = Array(all[start..<start + 10])
          await company.engine.show(
            visible: shown, nearby: Array(all.prefix(5)), selected: shown.first)
        case 1:
          let name: SystemName = random.next() % 2 == 0 ? "erp_us" : "erp_eu"
          worlds[name]?.isBroken.toggle()
          await tell(name, worlds[name] ?? World(), random.next(), company)
        case 2:
          let name: SystemName = random.next() % 2 == 0 ? "erp_us" : "erp_eu"
          worlds[name]?.amount += 1
          await tell(name, worlds[name] ?? World(), random.next(), company)
        default:
          company.clock.advance(by: .seconds(Int(random.next() % 200)))
        }
        await settle(company)
        expectHonesty(await company.engine.dossiers, at: company.clock.now(), seed)
      }

      // Faults end: the truth must come by itself, within the longest wait and one freshness limit.
      for name in worlds.keys {
        worlds[name]?.isBroken = false
        await tell(name, worlds[name] ?? World(), 0, company)
      }
      if shown.isEmpty {
        shown = Array(all.prefix(10))
        await company.engine.show(visible: shown, nearby: [], selected: nil)
      }
      for _ in 0..<6 {
        company.clock.advance(by: .seconds(61))
        await settle(company)
      }
      let dossiers = await company.engine.dossiers
      for id in shown {
        let owner: SystemName = id.text.utf8.last.map { $0 % 2 == 1 } == true ? "erp_us" : "erp_eu"
        let section = dossiers[id]?[owner, .invoices] ?? Section()
        let truth = Company.invoices(
          owner, .invoices, [id], amount: worlds[owner]?.amount ?? 0)[id]
        #expect(section.records == truth, "seed \(seed), \(id)")
        #expect(section.failure == nil, "seed \(seed), \(id)")
      }
    }
  }

  /// What holds for every dossier at every moment.
  private func expectHonesty(_ dossiers: [DealID: Dossier], at now: Timestamp, _ seed: UInt64) {
    for (id, dossier) in dossiers {
      for (key, section) in dossier.sections {
        #expect(section.records?.allSatisfy { $0.dealID == id } ?? true, "seed \(seed)")
        #expect(section.fetchedAt.map { $0 <= now } ?? true, "seed \(seed)")
        #expect((section.records == nil) == (section.fetchedAt == nil), "seed \(seed)")
        let isOdd = id.text.utf8.last.map { $0 % 2 == 1 } ?? false
        if key.system != "crm" { #expect(key.system == (isOdd ? "erp_us" : "erp_eu")) }
      }
    }
  }

  /// How a system answers from now on.
  private func tell(
    _ name: SystemName, _ world: World, _ chance: UInt64, _ company: Company
  ) async {
    let adapter = name == "erp_us" ? company.us : company.eu
    let amount = world.amount
    guard world.isBroken else {
      return await adapter.answers { kind, ids in
        Company.invoices(name, kind, ids, amount: amount)
      }
    }
    switch chance % 5 {
    case 0: await fail(adapter, name, .unavailable)
    case 1: await fail(adapter, name, .throttled(retryAfter: .seconds(30)))
    case 2: await fail(adapter, name, .malformed)
    case 3: await adapter.answers { _, _ in [:] }
    default:
      // Every record comes back under its neighbour's ID.
      await adapter.answers { kind, ids in
        let honest = Company.invoices(name, kind, ids, amount: amount)
        var crossed: [DealID: [Record]] = [:]
        for (place, id) in ids.enumerated() { crossed[id] = honest[ids[(place + 1) % ids.count]] }
        return crossed
      }
    }
  }

  private func fail(
    _ adapter: ScriptedAdapter, _ name: SystemName, _ kind: SystemError.Kind
  ) async {
    await adapter.answers { _, _ in throw SystemError(kind, system: name, message: "A fault.") }
  }

  /// Waits until no call is under way and every system waits for time or demand.
  private func settle(_ company: Company) async {
    var quiet = 0
    while quiet < 3 {
      quiet = await company.engine.isQuiet ? quiet + 1 : 0
      await Task.yield()
    }
  }
}
