import AdapterKit
import DealModel
import Synchronization
import TestSupport
import Testing
import TruthEngine

@testable import Scheduler

@Suite(.timeLimit(.minutes(5)))
struct EngineHealthTests {
  @Test("an isolated system is not asked; its sections say so and keep their readings")
  func isolation() async {
    let company = Company()
    await company.running(.dashboard) { listener in
      await company.engine.show(visible: ["BW-10001"], nearby: [], selected: nil)
      #expect(await listener.wait { $0.section("BW-10001", "erp_us", .invoices).records != nil })
      await company.engine.isolate("erp_us")
      #expect(
        await listener.wait {
          $0.health.contains { $0.system == "erp_us" && $0.isIsolated }
            && $0.section("BW-10001", "erp_us", .invoices).failure != nil
        })
      let section = listener.section("BW-10001", "erp_us", .invoices)
      #expect(section.records?.isEmpty == false)
      #expect(section.failure?.error.message.contains("isolated by hand") == true)
      #expect(section.failure?.since == company.clock.now())
      let asked = await company.us.calls
      // Deals that come on screen, time, a person's r, a probe, a lookup: nothing gets through.
      await company.engine.show(
        visible: ["BW-10001", "BW-10003"], nearby: [], selected: "BW-10003")
      #expect(
        await listener.wait { $0.section("BW-10003", "erp_us", .invoices).failure != nil })
      await company.engine.pullAgain([])
      await company.engine.probeNow("erp_us")
      _ = await company.engine.find("INV-1")
      for _ in 0..<5 { await company.advance(by: .seconds(100), sleepers: 2) }
      #expect(await listener.wait { $0.section("BW-10002", "crm", .deals).isAsking == false })
      #expect(await company.us.calls == asked)

      await company.engine.release("erp_us")
      #expect(
        await listener.wait {
          let section = $0.section("BW-10003", "erp_us", .invoices)
          return section.records?.isEmpty == false && section.failure == nil
        })
      #expect(await company.us.calls > asked)
    }
  }

  @Test("isolation never counts as an error of the system")
  func isolationIsNoError() async {
    let company = Company()
    await company.running(.dashboard) { _ in
      await company.engine.isolate("erp_us")
      await #expect(throws: SystemError.self) {
        try await company.engine.detail(
          of: RecordReference(system: "erp_us", kind: .invoices, id: "1"))
      }
      _ = await company.engine.probe()
      #expect(await company.engine.health.first { $0.system == "erp_us" }?.errors == 0)
    }
  }

  @Test("a system that nobody has asked for a minute is probed, and what it says is known")
  func probes() async {
    let company = Company()
    let gone = SchemaDrift(.link, "deal_id", .gone)
    await company.us.probes(
      ProbeAnswer(
        credentialsExpire: Timestamp(milliseconds: 1_800_000_000_000), callsLeft: 42,
        identity: "account 7", drift: [gone]))
    await company.running(.dashboard) { listener in
      for _ in 0..<4 { await company.advance(by: .seconds(30), sleepers: 3) }
      #expect(
        await listener.wait {
          $0.health.contains { $0.system == "erp_us" && $0.status == .drifted }
        })
      let health = listener.health.first { $0.system == "erp_us" }
      #expect(health?.identity == "account 7" && health?.callsLeft == 42)
      #expect(health?.credentialsExpire == Timestamp(milliseconds: 1_800_000_000_000))
      #expect(health?.drift.first?.firstSeen != nil)
      #expect(health?.reason == gone.sentence)
    }
  }

  @Test("a person's probe does not wait for the breaker, and closes it when it is answered")
  func probeNow() async {
    let company = Company()
    await company.us.answers { _, _ in
      throw SystemError(
        .throttled(retryAfter: .seconds(3_000)), system: "erp_us", message: "Too many calls.")
    }
    await company.running(.dashboard) { listener in
      await company.engine.show(visible: ["BW-10001"], nearby: [], selected: nil)
      #expect(
        await listener.wait {
          $0.health.contains { $0.system == "erp_us" && $0.breaker.phase == .open }
        })
      let state = listener.health.first { $0.system == "erp_us" }?.breaker
      #expect(state?.retryAfter == company.clock.now().adding(.seconds(3_000)))
      await company.us.answers { kind, ids in
        Company.invoices("erp_us", kind, ids, amount: 5)
      }
      await company.engine.probeNow("erp_us")
      #expect(
        await listener.wait { $0.section("BW-10001", "erp_us", .invoices).records != nil })
      #expect(
        await listener.wait {
          $0.health.contains { $0.system == "erp_us" && $0.breaker.phase == .closed }
        })
    }
  }

  @Test("records of a system whose clock is off bear how far, and the time by our clock")
  func skew() async {
    let company = Company()
    let stamp = Timestamp(milliseconds: 1_795_000_000_000)
    await company.us.answers { kind, ids in
      Company.invoices("erp_us", kind, ids, amount: 5).mapValues { records in
        records.map { record in
          var record = record
          record.modifiedAt = stamp
          return record
        }
      }
    }
    for call in 0..<5 {
      let began = company.clock.now().adding(.seconds(call))
      company.log.callEnded(
        CallReport(
          system: "erp_us", operation: "GET /x", began: began, duration: .milliseconds(100),
          serverDate: began.adding(.seconds(90))))
    }
    let health = company.log.health.first { $0.system == "erp_us" }
    #expect(health?.clockSkew?.isOff == true)
    await company.running(.command) { _ in
      let dossier = await company.engine.pull(["BW-10001"])[0]
      let record = dossier["erp_us", .invoices].records?.first
      #expect(record?.modifiedAt == stamp)
      #expect(record?.changedAt == stamp.adding(.seconds(-90)))
    }
  }

  @Test("a recorder hears of every call and of every change of state, in order")
  func recorder() {
    final class Memory: HealthRecorder {
      let calls = Mutex(0)
      let changes = Mutex<[StateChange]>([])
      func callEnded(_ call: CallReport) { calls.withLock { $0 += 1 } }
      func stateChanged(_ change: StateChange) { changes.withLock { $0.append(change) } }
    }
    let memory = Memory()
    let log = CallLog(Company.model, recorder: memory)
    let kinds: [SystemError.Kind?] = [nil, .unauthorized, nil, nil, nil]
    for (second, kind) in kinds.enumerated() {
      log.callEnded(
        CallReport(
          system: "crm", operation: "GET /x", began: Timestamp(milliseconds: Int64(second) * 1_000),
          duration: .milliseconds(5),
          error: kind.map { SystemError($0, system: "crm", message: "It failed.") }))
    }
    #expect(memory.calls.withLock { $0 } == 5)
    let changes = memory.changes.withLock { $0 }
    #expect(changes.map(\.to) == [.healthy, .unauthorized, .degraded, .healthy])
    #expect(changes.map(\.number) == [1, 2, 3, 4])
    #expect(zip(changes, changes.dropFirst()).allSatisfy { $0.to == $1.from && $0.at <= $1.at })
  }
}
