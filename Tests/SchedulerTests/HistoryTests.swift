import AdapterKit
import DealModel
import Scheduler
import TestSupport
import Testing
import TruthEngine

@Suite("Histories of records in a conflict")
struct HistoryTests {
  /// A CRM that keeps histories and copies what is invoiced, and an ERP that keeps none.
  private struct Bench {
    let clock = ManualClock("2026-11-20T09:00:00Z")
    let crm: ScriptedAdapter
    let erp: ScriptedAdapter
    let engine: Engine
    let assessor: Assessor

    static let euro = Currency(code: "EUR")
    static let edited = Timestamp("2026-11-19T10:00:00Z") ?? Timestamp(milliseconds: 0)
    static let invoiced = Timestamp("2026-11-18T10:00:00Z") ?? Timestamp(milliseconds: 0)

    init() throws {
      let euro = try #require(Self.euro)
      var model = Company.model
      model.comparisons = [
        Comparison(field: .invoiced, echoSystem: "crm", echoProperty: "copy")
      ]
      model.ownership = Ownership(domains: [
        .commercial: .system("crm"), .financial: .system("erp_us"),
      ])
      crm = ScriptedAdapter(
        AdapterCapabilities(
          batchSizes: [.deals: 100], listsDeals: true, historyBatchSizes: [.deals: 50])
      ) { _, ids in
        Dictionary(uniqueKeysWithValues: ids.map { ($0, [Self.deal($0, copy: "90")]) })
      }
      erp = ScriptedAdapter(AdapterCapabilities(batchSizes: [.invoices: 100])) { _, ids in
        Dictionary(
          uniqueKeysWithValues: ids.map { id in (id, [Self.invoice(id, Money(100, euro))]) })
      }
      assessor = Assessor(of: model)
      engine = Engine(
        company: model, adapters: ["crm": crm, "erp_us": erp], log: CallLog(model), time: clock,
        random: SeededRandom(seed: 7))
    }

    static func deal(_ id: DealID, copy: String) -> Record {
      Record(
        reference: RecordReference(system: "crm", kind: .deals, id: "r" + id.text), dealID: id,
        number: id.text, createdAt: Timestamp("2026-01-01T00:00:00Z"), modifiedAt: edited,
        echoes: ["copy": .value(.text(copy))],
        content: .deal([.value: euro.map { .value(.money(Money(500, $0))) } ?? .none]))
    }

    static func invoice(_ id: DealID, _ net: Money) -> Record {
      Record(
        reference: RecordReference(system: "erp_us", kind: .invoices, id: "i" + id.text),
        dealID: id, number: "INV", createdAt: invoiced, modifiedAt: invoiced,
        content: .invoice(
          Invoice(
            status: .open, issued: .none, due: .none, net: .value(net), gross: .value(net),
            paid: .value(.zero(net.currency)), outstanding: .value(net))))
    }

    /// Somebody changed the copy from 100 to 90.
    static func edit() -> PropertyChange {
      PropertyChange(
        property: "copy", at: edited, old: "100", new: "90", author: .person, by: "Mats Berg")
    }

    func pull(_ ids: [DealID], twice: Bool = false) async -> [Dossier] {
      let run = Task { await engine.run(.command) }
      var dossiers = await engine.pull(ids)
      if twice { dossiers = await engine.pull(ids, anew: true) }
      run.cancel()
      await run.value
      return dossiers
    }

    func conflict(_ dossier: Dossier?) throws -> Conflict {
      let read = try #require(dossier)
      return try #require(assessor.assess(read, on: clock.now().date).conflicts.first)
    }
  }

  @Test("a command waits for them, and they name who changed the copy")
  func named() async throws {
    let bench = try Bench()
    await bench.crm.remembers { references in
      Dictionary(uniqueKeysWithValues: references.map { ($0, [Bench.edit()]) })
    }
    let conflict = try bench.conflict(await bench.pull(["BW-10001"]).first)
    #expect(conflict.cause.kind == .ownershipViolation)
    #expect(conflict.cause.isProven)
    #expect(conflict.since == Bench.edited)
    #expect(conflict.ask == "Mats Berg; Dana")
    #expect(conflict.changes.map(\.change) == [Bench.edit()])
    #expect(conflict.cause.evidence.contains { $0.sentence.contains("Mats Berg changed crm.copy") })
  }

  @Test("are asked for in one batch, and only for records in a conflict")
  func batched() async throws {
    let bench = try Bench()
    await bench.crm.answers { _, ids in
      Dictionary(
        uniqueKeysWithValues: ids.map { id in
          let isOdd = id.text.utf8.last.map { $0 % 2 == 1 } ?? false
          return (id, [Bench.deal(id, copy: isOdd ? "90" : "100")])
        })
    }
    _ = await bench.pull(Company.ids(10_000...10_009))
    let questions = await bench.crm.historyQuestions
    #expect(Set(questions.joined()).count == 5)
    #expect(questions.joined().count == 5, "no record twice")
    #expect(questions.count <= 2)
    #expect(questions.joined().allSatisfy { $0.id.utf8.last.map { $0 % 2 == 1 } ?? false })
    #expect(await bench.erp.historyQuestions.isEmpty, "it keeps none, so nobody asks")
  }

  @Test("are kept as long as the record is unchanged")
  func kept() async throws {
    let bench = try Bench()
    _ = await bench.pull(["BW-10001"], twice: true)
    #expect(await bench.crm.historyQuestions.count == 1)
  }

  @Test("that cannot be had block nothing, and the evidence says so")
  func refused() async throws {
    let bench = try Bench()
    await bench.crm.remembers { _ in
      throw SystemError(.refused, system: "crm", message: "The history is not for everybody.")
    }
    let dossier = await bench.pull(["BW-10001"]).first
    let conflict = try bench.conflict(dossier)
    #expect(conflict.cause.kind == .unexplained)
    #expect(
      conflict.cause.evidence.contains {
        $0.sentence.contains("The history is not for everybody.")
      })
    #expect(dossier?["crm", .deals].failure == nil, "the readings are as good as before")
  }

  @Test("an echo older than the owner is a stale copy even without any history")
  func withoutHistory() async throws {
    let bench = try Bench()
    await bench.crm.answers { _, ids in
      Dictionary(
        uniqueKeysWithValues: ids.map { id in
          var deal = Bench.deal(id, copy: "90")
          deal.modifiedAt = Timestamp("2026-11-01T00:00:00Z")
          return (id, [deal])
        })
    }
    await bench.crm.remembers { _ in
      throw SystemError(.refused, system: "crm", message: "No.")
    }
    let conflict = try bench.conflict(await bench.pull(["BW-10001"]).first)
    #expect(conflict.cause.kind == .staleCopy)
    #expect(!conflict.cause.isProven)
  }
}
