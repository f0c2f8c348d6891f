import AdapterKit
import DealModel
import TestSupport
import Testing

/// One company behind each ERP adapter in turn: the JSON that scripts read is the same but for record
/// IDs and provenance, and it is what the company's own description says.
@Suite("The same sixty deals, seven ways, one truth", .timeLimit(.minutes(5)))
struct SameCompanyTests {
  private let company: SameCompany

  init() throws {
    company = SameCompany(asked: try #require(Timestamp("2026-11-20T10:00:00Z")))
  }

  @Test("the company holds what ERPs find hard")
  func content() {
    #expect(company.deals.count == 60)
    let documents = company.documents
    for kind in [
      SameCompany.Document.Kind.invoice, .creditNote, .purchaseOrder, .bill, .vendorCredit,
    ] {
      #expect(documents.contains { $0.kind == kind && $0.state == .settled }, "\(kind) settled")
      #expect(documents.contains { $0.kind == kind && $0.state == .open }, "\(kind) open")
    }
    let invoices = documents.filter { $0.kind == .invoice }
    #expect(invoices.contains { $0.state == .voided })
    #expect(invoices.contains { $0.state == .open && !$0.paid.isZero })
    #expect(invoices.contains { $0.due == company.today && !$0.outstanding.isZero })
    #expect(invoices.contains { $0.due ?? company.today < company.today && !$0.outstanding.isZero })
    #expect(invoices.contains { $0.due == nil && !$0.outstanding.isZero })
    #expect(invoices.contains { $0.net.isZero })
    #expect(documents.contains { $0.kind == .purchaseOrder && $0.state == .closed })
    #expect(documents.contains { $0.kind == .bill && $0.deals.count > 1 })
    #expect(
      documents.contains { $0.kind == .creditNote && !$0.paid.isZero && !$0.outstanding.isZero })
    #expect(Set(documents.map(\.currency.code)) == ["EUR", "USD", "JPY", "KWD"])
    #expect(documents.flatMap(\.lines).contains { $0.price == ExactDecimal("1234567.895") })
    #expect(company.deals.contains { deal in !documents.contains { $0.deals.contains(deal.id) } })
  }

  @Test("what is left out, and what is not compared, has its reason")
  func reasons() {
    for (what, why) in SameCompany.leftOut + SameCompany.notCompared {
      #expect(!what.isEmpty && !why.isEmpty)
    }
  }

  @Test("each ERP tells the truth to scripts", arguments: SameCompanyWay.all)
  func truth(_ way: SameCompanyWay) async throws {
    let answers = try await SameCompanyBench(company, way).deals()
    #expect(answers.count == 60)
    let truth = SameCompanyTruth(company: company)
    for deal in company.deals {
      let answer = SameCompanyJSON.compared(try #require(answers[deal.id]))
      #expect(answer["invoices"]?.array == truth.records(deal.id, costs: false), "\(deal.id.text)")
      #expect(answer["costs"]?.array == truth.records(deal.id, costs: true), "\(deal.id.text)")
      for name in [
        "invoiced", "paid", "outstanding", "overdue", "actual_cost", "committed_cost",
      ] {
        let figure = try #require(answer["rollup"]?[name])
        let expected = truth.figure(name, of: deal.id)
        let parts = figure.array ?? [figure]
        #expect(parts.allSatisfy { $0["complete"]?.bool == true }, "\(deal.id.text) \(name)")
        var found: [String: ExactDecimal] = [:]
        for part in parts {
          let code = try #require(part["currency"]?.string)
          found[code] = try #require(part["amount"]?.string.flatMap { ExactDecimal($0) })
        }
        // Nothing at all is stated in the currency of the deal.
        let nothing = expected.isEmpty ? [deal.currency.code: ExactDecimal.zero] : expected
        #expect(found == nothing, "\(deal.id.text) \(name)")
      }
      #expect(answer["unreadable"] == [], "\(deal.id.text)")
      #expect(answer["links"] == [], "\(deal.id.text)")
      // An invoice in another currency than the deal's is the one conflict there is.
      let isForeign = truth.isBilledAbroad(deal)
      #expect(answer["conflicts"]?.array?.count == (isForeign ? 1 : 0), "\(deal.id.text)")
    }
  }

  @Test("the JSON is the same seven times")
  func same() async throws {
    var first: [DealID: JSONValue] = [:]
    for way in SameCompanyWay.all {
      let answers = try await SameCompanyBench(company, way).deals().mapValues {
        SameCompanyJSON.compared($0)
      }
      if first.isEmpty { first = answers }
      for deal in company.deals {
        #expect(
          answers[deal.id]?.text(pretty: true) == first[deal.id]?.text(pretty: true), "\(way.name)")
      }
    }
    #expect(first.count == 60)
  }

  @Test("the program prints the same for scripts, whichever ERP its sandbox serves")
  func program() async throws {
    let company = SameCompany(asked: SystemClock().now())
    let truth = SameCompanyTruth(company: company)
    var first: JSONValue?
    for way in SameCompanyWay.all where way.isServedBySandbox {
      let files = try way.files(company)
      let directory = try files.directory(of: company)
      let sandbox = try SameCompanyProgram.Sandbox(directory.path)
      func ask(_ arguments: String...) throws -> JSONValue {
        try SameCompanyProgram.run(
          arguments + ["--json", "--config", sandbox.configuration], home: directory.path)
      }
      let rows = SameCompanyJSON.comparedRow(try ask("deals"))
      #expect(rows.array?.count == 60, "\(way.name)")
      #expect(rows.text(pretty: true) == (first ?? rows).text(pretty: true), "\(way.name)")
      first = first ?? rows
      for deal in ["BW-10005", "BW-10012"] {
        let answer = SameCompanyJSON.compared(try ask("deal", deal))
        #expect(answer["invoices"]?.array == truth.records(DealID(deal), costs: false))
        #expect(answer["costs"]?.array == truth.records(DealID(deal), costs: true))
      }
      withExtendedLifetime(files) {}
    }
  }
}
