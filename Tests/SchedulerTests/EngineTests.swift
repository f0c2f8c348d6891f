import AdapterKit
import DealModel
import Scheduler
import TestSupport
import Testing
import TruthEngine

@Suite(.timeLimit(.minutes(5)))
struct EngineTests {
  let unavailable = SystemError(.unavailable, system: "erp_us", message: "No answer.")

  @Test("forty deals on a cold screen cost one call per system and kind of record")
  func coldScreen() async {
    let company = Company()
    let ids = Company.ids(10_001...10_040)
    await company.running(.command) { _ in _ = await company.engine.pull(ids) }
    #expect(await company.crm.questions == [.init(kind: .deals, ids: ids)])
    let us = await company.us.questions
    #expect(us.map(\.kind).sorted() == [.invoices, .costs])
    #expect(us.allSatisfy { $0.ids.count == 20 })
    #expect(await company.eu.questions.count == 2)
  }

  @Test("only the owner of a deal's entity is asked for its invoices")
  func splitOwnership() async {
    let company = Company()
    await company.running(.command) { _ in _ = await company.engine.pull(["BW-10001"]) }
    #expect(await company.us.questions.count == 2)
    #expect(await company.eu.questions.isEmpty)
  }

  @Test("a record that bears another deal's ID is never joined")
  func crossedRecord() async {
    let company = Company()
    await company.us.answers { kind, ids in
      var answer = Company.invoices("erp_us", kind, ["BW-10003"], amount: 5)
      answer["BW-10001"] = answer["BW-10003"]
      return answer
    }
    await company.running(.command) { _ in
      let dossiers = await company.engine.pull(["BW-10001"])
      #expect(dossiers.first?["erp_us", .invoices].records == [])
    }
  }

  @Test("a deal that an answer leaves out has failed, and is not taken for none")
  func leftOut() async {
    let company = Company()
    await company.us.answers { _, _ in [:] }
    await company.running(.command) { _ in
      let section = await company.engine.pull(["BW-10001"]).first?["erp_us", .invoices]
      #expect(section?.records == nil)
      #expect(section?.failure?.error.kind == .malformed)
    }
  }

  @Test("a failing system keeps its last readings, is asked again, and comes back by itself")
  func failureAndRecovery() async {
    let company = Company()
    let error = unavailable
    await company.running(.dashboard) { listener in
      await company.engine.show(visible: ["BW-10001"], nearby: [], selected: nil)
      #expect(await listener.wait { $0.section("BW-10001", "erp_us", .invoices).records != nil })
      let first = listener.section("BW-10001", "erp_us", .invoices)
      await company.us.answers { _, _ in throw error }
      await company.advance(by: .seconds(91), sleepers: 3)
      #expect(await listener.wait { $0.section("BW-10001", "erp_us", .invoices).failure != nil })
      let failed = listener.section("BW-10001", "erp_us", .invoices)
      #expect(failed.records == first.records)
      #expect(failed.fetchedAt == first.fetchedAt)
      await company.us.answers { kind, ids in
        Company.invoices("erp_us", kind, ids, amount: 100)
      }
      await company.advance(by: .seconds(60), sleepers: 3)
      #expect(
        await listener.wait {
          let section = $0.section("BW-10001", "erp_us", .invoices)
          return section.failure == nil && section.fetchedAt != first.fetchedAt
        })
    }
  }

  @Test("one broken system delays no other")
  func sideBySide() async {
    let company = Company()
    let (gate, _) = AsyncStream<Void>.makeStream()
    await company.us.hangs(until: gate)
    await company.running(.dashboard) { listener in
      await company.engine.show(
        visible: ["BW-10001", "BW-10002"], nearby: [], selected: nil)
      #expect(await listener.wait { $0.section("BW-10002", "erp_eu", .invoices).records != nil })
      #expect(listener.section("BW-10001", "erp_us", .invoices).isAsking)
    }
  }

  @Test("what scrolls away is cancelled, and is not taken for a failure")
  func cancellation() async {
    let company = Company()
    let (gate, _) = AsyncStream<Void>.makeStream()
    await company.us.hangs(until: gate)
    await company.running(.dashboard) { listener in
      await company.engine.show(visible: ["BW-10001"], nearby: [], selected: nil)
      #expect(await listener.wait { $0.section("BW-10001", "erp_us", .invoices).isAsking })
      await company.engine.show(visible: ["BW-10002"], nearby: [], selected: nil)
      #expect(await listener.wait { !$0.section("BW-10001", "erp_us", .invoices).isAsking })
      #expect(listener.section("BW-10001", "erp_us", .invoices).failure == nil)
      #expect(await company.us.cancelled > 0)
    }
  }

  @Test("an answer that comes late is as old as its question")
  func lateAnswer() async {
    let company = Company()
    let (gate, opening) = AsyncStream<Void>.makeStream()
    await company.us.hangs(until: gate)
    await company.running(.dashboard) { listener in
      let asked = company.clock.now()
      await company.engine.show(visible: ["BW-10001"], nearby: [], selected: nil)
      #expect(await listener.wait { $0.section("BW-10001", "erp_us", .invoices).isAsking })
      company.clock.advance(by: .seconds(9))
      opening.finish()
      #expect(await listener.wait { $0.section("BW-10001", "erp_us", .invoices).records != nil })
      #expect(listener.section("BW-10001", "erp_us", .invoices).fetchedAt == asked)
    }
  }

  @Test("a change is read although the user looked away for a moment")
  func changeWhileLookingAway() async {
    let company = Company()
    let (gate, _) = AsyncStream<Void>.makeStream()
    await company.running(.dashboard) { listener in
      await company.engine.show(visible: ["BW-10001"], nearby: [], selected: nil)
      #expect(await listener.wait { $0.section("BW-10001", "erp_us", .invoices).records != nil })
      await company.us.hangs(until: gate)
      await company.us.hasChanged(["BW-10001": [.invoices]])
      await company.advance(by: .seconds(10), sleepers: 3)
      #expect(await listener.wait { $0.section("BW-10001", "erp_us", .invoices).isAsking })
      await company.engine.show(visible: ["BW-10002"], nearby: [], selected: nil)
      #expect(await listener.wait { !$0.section("BW-10001", "erp_us", .invoices).isAsking })
      await company.us.hangs(until: nil)
      await company.engine.show(visible: ["BW-10001"], nearby: [], selected: nil)
      let now = company.clock.now()
      #expect(await listener.wait { $0.section("BW-10001", "erp_us", .invoices).fetchedAt == now })
    }
  }

  @Test("a change that a system reports is read again, and nothing else is")
  func changes() async {
    let company = Company()
    await company.running(.dashboard) { listener in
      let ids = Company.ids(10_001...10_009)
      await company.engine.show(visible: ids, nearby: [], selected: nil)
      #expect(await listener.wait { $0.section("BW-10009", "erp_us", .costs).records != nil })
      #expect(await listener.wait { $0.section("BW-10003", "erp_us", .invoices).records != nil })
      let asked = await company.us.questions.count
      await company.us.answers { kind, ids in
        Company.invoices("erp_us", kind, ids, amount: 250)
      }
      await company.us.hasChanged(["BW-10003": [.invoices]])
      await company.advance(by: .seconds(10), sleepers: 3)
      #expect(
        await listener.wait {
          $0.section("BW-10003", "erp_us", .invoices).records
            != $0.section("BW-10003", "erp_us", .invoices).records.map { _ in [] }
            && $0.section("BW-10003", "erp_us", .invoices).fetchedAt
              == company.clock.now()
        })
      let again = await company.us.questions.dropFirst(asked)
      #expect(Array(again) == [.init(kind: .invoices, ids: ["BW-10003"])])
    }
  }

  @Test("the index arrives page by page and its records need not be read again")
  func index() async {
    let company = Company()
    let first = Company.ids(10_001...10_003).map(Company.deal)
    let second = Company.ids(10_004...10_005).map(Company.deal)
    await company.crm.lists([first, second])
    await company.running(.dashboard) { listener in
      #expect(await listener.wait { $0.isIndexComplete })
      #expect(listener.indexed == Company.ids(10_001...10_005))
      await company.engine.show(visible: ["BW-10004"], nearby: [], selected: nil)
      #expect(await listener.wait { $0.section("BW-10004", "erp_eu", .costs).records != nil })
      #expect(await company.crm.questions.isEmpty)
    }
  }

  @Test("a throttled system is left alone for as long as it asked")
  func retryAfter() async {
    let company = Company()
    await company.us.answers { _, _ in
      throw SystemError(
        .throttled(retryAfter: .seconds(300)), system: "erp_us", message: "Too many calls.")
    }
    await company.running(.dashboard) { listener in
      await company.engine.show(visible: ["BW-10001"], nearby: [], selected: nil)
      #expect(await listener.wait { $0.section("BW-10001", "erp_us", .invoices).failure != nil })
      #expect(
        await listener.wait {
          $0.health.contains {
            $0.system == "erp_us" && $0.nextAttempt == company.clock.now().adding(.seconds(300))
          }
        })
      let asked = await company.us.questions.count
      await company.advance(by: .seconds(200), sleepers: 3)
      await company.engine.show(
        visible: ["BW-10001", "BW-10002"], nearby: [], selected: nil)
      #expect(await listener.wait { $0.section("BW-10002", "erp_eu", .costs).records != nil })
      #expect(await company.us.questions.count == asked)
    }
  }
}
