import DealModel
import TestSupport
import Testing
import TruthEngine

@Suite("Links compared page by page")
struct LinkLedgerTests {
  typealias Company = RandomLinkCompany

  /// The ledger after the lists of these systems, taken in pages of random sizes.
  private func ledger(
    of company: Company, whole: Set<SystemName>, random: inout SeededRandom
  ) -> LinkLedger {
    var ledger = LinkLedger(of: Company.model)
    func take(_ links: [Link], of system: SystemName) {
      var rest = links[...]
      // A list that breaks off brings some of its pages.
      let part = whole.contains(system) ? links.count : links.count / 2
      var taken = 0
      while !rest.isEmpty, taken < part {
        let size = 1 + Int(random.next() % 7)
        ledger.take(Array(rest.prefix(size)), of: system)
        taken += size
        rest = rest.dropFirst(size)
      }
      if whole.contains(system) { ledger.finish(system) }
    }
    take(company.origin, of: "crm")
    for system in company.links.keys.sorted() { take(company.links[system] ?? [], of: system) }
    ledger.note(company.departed.filter { ledger.orphanedIDs.contains($0.key) })
    return ledger
  }

  @Test("every planted fault is found exactly once, and nothing healthy is called faulty")
  func allFound() {
    for seed in 1...300 as ClosedRange<UInt64> {
      let company = Company(seed: seed)
      var random = SeededRandom(seed: seed)
      let survey = ledger(
        of: company, whole: ["crm", "erp_us", "erp_eu", "pm"], random: &random
      ).survey(on: Company.today)
      let found = survey.faults.map(Company.words)
      let differing = Set(found).symmetricDifference(company.planted)
      #expect(differing.isEmpty, "seed \(seed)")
      #expect(found.count == Set(found).count, "seed \(seed): something is found twice")
      #expect(
        survey.faults.allSatisfy { !$0.detail.isEmpty && $0.mend.hasSuffix(".") }, "seed \(seed)")
    }
  }

  @Test("a list that broke off makes no orphan and nothing dangle")
  func interrupted() {
    let all: Set<SystemName> = ["crm", "erp_us", "erp_eu", "pm"]
    for seed in 1...300 as ClosedRange<UInt64> {
      let company = Company(seed: seed)
      var random = SeededRandom(seed: seed)
      let broken = all.sorted()[Int(random.next() % 4)]
      let survey = ledger(of: company, whole: all.subtracting([broken]), random: &random)
        .survey(on: Company.today)
      let found = Set(survey.faults.map(Company.words))
      // What is said is true, though it may not be everything; a slip needs the whole of the deals.
      let allowed =
        broken == "crm"
        ? Set(company.planted.map { $0.replacing("near_miss", with: "malformed") })
        : company.planted
      let invented = found.subtracting(allowed)
      #expect(invented.isEmpty, "seed \(seed)")
      #expect(survey.coverage[broken] == nil, "seed \(seed)")
      if broken == "crm" {
        let kinds = Set(survey.faults.map(\.kind))
        #expect(kinds.isSubset(of: [.duplicate, .malformed]), "seed \(seed)")
      } else {
        #expect(!survey.faults.contains { $0.kind == .dangling && $0.system == broken })
        let elsewhere = company.planted.filter { !$0.contains(" \(broken) ") }
        let overlooked = elsewhere.subtracting(found)
        #expect(overlooked.isEmpty, "seed \(seed)")
      }
    }
  }

  @Test("what turns up when it is asked for by its ID is no fault")
  func confirmed() {
    let company = Company(seed: 7)
    var random = SeededRandom(seed: 7)
    var ledger = ledger(of: company, whole: ["crm", "erp_us", "erp_eu", "pm"], random: &random)
    let unknown = ledger.unknownIDs
    #expect(!unknown.isEmpty)
    ledger.confirm(
      Dictionary(uniqueKeysWithValues: unknown.map { id in (id, [deal(id, record: "late")]) }))
    for repeated in ledger.repeatedIDs { ledger.confirm([repeated: [deal(repeated, record: "1")]]) }
    for system in ["erp_us", "erp_eu", "pm"] as [SystemName] {
      for (domain, ids) in ledger.missing(in: system, on: Company.today) {
        ledger.confirm(domain, in: system, found: ids)
      }
    }
    let kinds = Set(ledger.survey(on: Company.today).faults.map(\.kind))
    #expect(kinds.isSubset(of: [.nearMiss, .malformed]))
    #expect(ledger.survey(on: Company.today).coverage.values.allSatisfy { $0.linked == $0.due })
  }

  @Test("what could not be asked for by its ID is not judged")
  func unconfirmed() {
    let company = Company(seed: 11)
    var random = SeededRandom(seed: 11)
    var ledger = ledger(of: company, whole: ["crm", "erp_us", "erp_eu", "pm"], random: &random)
    ledger.originCannotConfirm()
    for (domain, ids) in ledger.missing(in: "pm", on: Company.today) {
      ledger.cannotConfirm(domain, in: "pm", ids)
    }
    let faults = ledger.survey(on: Company.today).faults
    #expect(!faults.contains { [.orphan, .duplicate, .merged, .deleted].contains($0.kind) })
    #expect(!faults.contains { $0.kind == .dangling && $0.system == "pm" })
    #expect(faults.contains { $0.kind == .dangling })
  }

  @Test("a merged deal's ID leads to the one that is left, a deleted one says so")
  func departed() {
    var ledger = LinkLedger(of: Company.model)
    ledger.finish("crm")
    ledger.take(
      [
        Link(
          reference: RecordReference(system: "erp_us", kind: .invoices, id: "1"), number: "INV1",
          dealID: "BW-10001"),
        Link(
          reference: RecordReference(system: "erp_us", kind: .costs, id: "2"), number: "PO2",
          dealID: "BW-20002"),
      ], of: "erp_us")
    ledger.finish("erp_us")
    ledger.note([
      "BW-10001": DepartedDeal(
        id: "BW-10001", fate: .merged(into: "BW-30003"), at: Timestamp("2026-11-02T10:00:00Z")),
      "BW-20002": DepartedDeal(id: "BW-20002", fate: .deleted, number: "Jetty"),
    ])
    let faults = ledger.survey(on: Company.today).faults
    #expect(
      faults.map(\.detail) == [
        "BW-10001 was merged into BW-30003 in crm on 2026-11-02.",
        "BW-20002 (Jetty) was deleted in crm.",
      ])
    #expect(faults.first?.suggestion == "BW-30003")
  }

  @Test("a proof says what was listed of what the vendor counts, and what that is worth")
  func proof() {
    func proof(
      _ records: Int, _ total: RecordCount?, _ note: String? = nil,
      _ stage: SystemSweep.Stage = .done
    ) -> (String, Bool) {
      let sweep = SystemSweep(
        system: "pm", records: records, total: total, note: note, stage: stage)
      return (sweep.proof, sweep.isComplete)
    }
    #expect(proof(102, 102) == ("102 of 102, counted by pm", true))
    #expect(
      proof(104_991, RecordCount(10_000, .atLeast), "search capped, listed by key")
        == ("104,991 of at least 10,000: search capped, listed by key", true))
    #expect(
      proof(4_991, RecordCount(10_000, .atLeast), "search capped, listed by key", .listing)
        == ("4,991 of at least 10,000: search capped, listed by key", false))
    #expect(
      proof(1_340, RecordCount(1_340, .about)) == ("1,340 of about 1,340, counted by pm", true))
    #expect(proof(1_240, RecordCount(1_340, .about)).1 == false)
    #expect(
      proof(99, 102)
        == ("99 of 102 counted by pm: 3 missing, deleted meanwhile or lost", false))
    #expect(proof(103, 102) == ("103 of 102 counted by pm, 1 new meanwhile", true))
    #expect(proof(7, nil) == ("7, listed to the end; not counted by pm", true))
    let error = SystemError(.unavailable, system: "pm", message: "No answer.")
    #expect(proof(50, 102, nil, .failed(error)) == ("broke off at 50 of 102", false))
  }

  @Test("a hundred thousand deals and thousands of records without one are judged in seconds")
  func large() {
    var model = Company.model
    model.sharedID.pattern = "^BW-[0-9]{6}$"
    model.linkDueAfter = [:]
    var ledger = LinkLedger(of: model)
    for start in stride(from: 0, to: 100_000, by: 1_000) {
      ledger.take(
        (start..<start + 1_000).map { number in
          Link(
            reference: RecordReference(system: "crm", kind: .deals, id: "\(number)"),
            number: "Deal \(number)", dealID: DealID("BW-\(100_000 + number)"),
            url: "https://crm.example/deal/\(number)",
            fields: [.stage: .value(.text("Won")), .entity: .value(.text("US"))])
        }, of: "crm")
    }
    ledger.finish("crm")
    for start in stride(from: 0, to: 5_000, by: 1_000) {
      ledger.take(
        (start..<start + 1_000).map { number in
          Link(
            reference: RecordReference(system: "erp_us", kind: .invoices, id: "\(number)"),
            number: "I\(number)", dealID: DealID("BW-\(990_000 + number)"))
        }, of: "erp_us")
    }
    ledger.finish("erp_us")
    let clock = ContinuousClock()
    let took = clock.measure {
      let survey = ledger.survey(on: Company.today)
      // No deal has an invoice: what stands in the ledger belongs to none.
      #expect(survey.faults.count { $0.kind != .dangling } == 5_000)
      #expect(survey.coverage["erp_us"] == .init(linked: 0, due: 100_000))
    }
    #expect(took < .seconds(60), "\(took)")
  }

  private func deal(_ id: DealID, record: String) -> Record {
    Record(
      reference: RecordReference(system: "crm", kind: .deals, id: record), dealID: id,
      number: id.text, content: .deal([:]))
  }
}
