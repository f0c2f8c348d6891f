import AdapterKit
import DealModel
import Scheduler
import TestSupport
import Testing
import TruthEngine

@Suite("Watching for changes", .timeLimit(.minutes(5)))
struct ChangeWatchTests {
  private let deals = Company.ids(10_001...10_009)

  /// A company whose index is whole, the first deals on screen and read.
  private func watched(
    showing shown: [DealID], _ body: (Company, inout Listener) async throws -> Void
  ) async rethrows {
    let company = Company()
    await company.crm.lists([deals.map(Company.deal)])
    try await company.running(.dashboard) { listener in
      _ = await listener.wait { $0.isIndexComplete }
      await company.engine.show(visible: shown, nearby: [], selected: nil)
      _ = await listener.wait { heard in
        shown.allSatisfy { id in
          let isOdd = id.text.utf8.last.map { $0 % 2 == 1 } ?? false
          return heard.section(id, isOdd ? "erp_us" : "erp_eu", .costs).records != nil
            && heard.section(id, isOdd ? "erp_us" : "erp_eu", .invoices).records != nil
        } && (heard.watch?.systems.allSatisfy { $0.since != nil } ?? false)
      }
      try await body(company, &listener)
    }
  }

  private func correct(_ company: Company, to amount: Int, reporting id: DealID) async {
    let now = company.clock.now()
    await company.us.answers { kind, ids in
      Company.invoices("erp_us", kind, ids, amount: amount).mapValues { records in
        records.map { record in
          var record = record
          record.modifiedAt = now
          record.modifiedBy = "Hannah"
          return record
        }
      }
    }
    await company.us.hasChanged([id: [.invoices]])
  }

  @Test("a corrected invoice on screen is told with both values and what it moved")
  func onScreen() async {
    await watched(showing: ["BW-10001"]) { company, listener in
      await correct(company, to: 250, reporting: "BW-10001")
      await company.advance(by: .seconds(10), sleepers: 3)
      #expect(await listener.wait { !$0.changes.isEmpty })
      let net = listener.changes.first { $0.field == "invoice.net" }
      #expect(net?.old.value?.description == "100.00 USD")
      #expect(net?.new.value?.description == "250.00 USD")
      #expect(net?.by == "Hannah")
      #expect(net?.effects.map(\.field).contains(.invoiced) == true)
    }
  }

  @Test("a change off screen is read and told too; a value never seen before is not invented")
  func offScreen() async {
    await watched(showing: ["BW-10001"]) { company, listener in
      await correct(company, to: 300, reporting: "BW-10003")
      await company.advance(by: .seconds(10), sleepers: 3)
      #expect(await listener.wait { !$0.changes.isEmpty })
      #expect(listener.changes.map(\.deal) == ["BW-10003"])
      #expect(listener.changes.map(\.field) == ["invoice"])
      #expect(listener.changes.map(\.old) == [.notAsked])
      // From then on it is known.
      await correct(company, to: 310, reporting: "BW-10003")
      await company.advance(by: .seconds(10), sleepers: 3)
      #expect(await listener.wait { $0.changes.count > 1 })
      #expect(listener.changes[1].old.value?.description == "300.00 USD")
    }
  }

  @Test("a system that fails and comes back with the same values has changed nothing")
  func acrossFailure() async {
    let error = SystemError(.unavailable, system: "erp_us", message: "No answer.")
    await watched(showing: ["BW-10001"]) { company, listener in
      await company.us.answers { _, _ in throw error }
      await company.us.hasChanged(["BW-10001": [.invoices]])
      await company.advance(by: .seconds(10), sleepers: 3)
      #expect(await listener.wait { $0.section("BW-10001", "erp_us", .invoices).failure != nil })
      await company.us.answers { kind, ids in
        Company.invoices("erp_us", kind, ids, amount: 100)
      }
      await company.advance(by: .seconds(60), sleepers: 3)
      #expect(
        await listener.wait { $0.section("BW-10001", "erp_us", .invoices).failure == nil })
      #expect(listener.changes.isEmpty)
      await correct(company, to: 120, reporting: "BW-10001")
      await company.advance(by: .seconds(10), sleepers: 3)
      #expect(await listener.wait { !$0.changes.isEmpty })
      #expect(listener.changes.first?.old.value?.description == "100.00 USD")
    }
  }

  @Test("a deal that the origin did not know before has appeared")
  func newDeal() async {
    await watched(showing: ["BW-10001"]) { company, listener in
      await company.crm.hasChanged(["BW-10077": [.deals]])
      await company.advance(by: .seconds(10), sleepers: 3)
      #expect(await listener.wait { !$0.changes.isEmpty })
      #expect(listener.changes.map(\.deal) == ["BW-10077"])
      #expect(listener.changes.map(\.kind) == [.appeared])
    }
  }

  @Test("thousands of changes are read in a few calls per poll, and the rest is counted")
  func budget() async {
    let company = Company()
    let many = Company.ids(10_001...11_500)
    await company.crm.lists([many.map(Company.deal)])
    await company.running(.dashboard) { listener in
      #expect(
        await listener.wait {
          $0.isIndexComplete && ($0.watch?.systems.allSatisfy { $0.since != nil } ?? false)
        })
      let odd = many.filter { $0.text.utf8.last.map { $0 % 2 == 1 } ?? false }
      await company.us.hasChanged(
        Dictionary(uniqueKeysWithValues: odd.map { ($0, Set([RecordKind.invoices])) }))
      await company.advance(by: .seconds(10), sleepers: 3)
      // 750 deals, five calls of a hundred.
      #expect(await listener.wait { $0.watch?.waiting == 250 })
      #expect(
        await listener.wait { heard in
          odd.count { heard.section($0, "erp_us", .invoices).records != nil } == 500
        })
      #expect(await company.us.questions.count == 5)
      await company.advance(by: .seconds(10), sleepers: 3)
      #expect(
        await listener.wait { heard in
          odd.allSatisfy { heard.section($0, "erp_us", .invoices).records != nil }
        })
      #expect(await company.us.questions.count == 8)
    }
  }

  @Test("what a system cannot say is asked again from where it stood, and the failure is told")
  func failingPoll() async {
    await watched(showing: ["BW-10001"]) { company, listener in
      let error = SystemError(.refused, system: "erp_us", message: "Not allowed.")
      await company.us.refusesChanges(error)
      await company.advance(by: .seconds(10), sleepers: 3)
      #expect(
        await listener.wait {
          $0.watch?.systems.first { $0.system == "erp_us" }?.failure == error
        })
      await company.us.refusesChanges(nil)
      await correct(company, to: 180, reporting: "BW-10001")
      await company.advance(by: .seconds(60), sleepers: 3)
      #expect(await listener.wait { !$0.changes.isEmpty })
    }
  }
}
