import DealModel
import TestSupport
import Testing

@testable import TruthEngine

@Suite("Why a value is what it is")
struct ExplanationTests {
  private let comparison = Comparison(
    field: .value, echoSystem: "pm", echoProperty: "budget", tolerance: .zero)

  private func explainer(_ dossier: Dossier, _ company: CompanyModel) -> Explainer {
    let assessor = Assessor(of: company)
    return Explainer(
      dossier, assessor.assess(dossier, on: Sample.today), by: assessor, on: Sample.today)
  }

  @Test("the parts of every figure add up to it, whatever the records are")
  func addsUp() throws {
    let figures = FieldName.catalog.map(\.name).filter {
      $0.text.hasPrefix("rollup.") && $0 != .marginPercent
    }
    for seed in 0..<300 as Range<UInt64> {
      let random = SeededRandom(seed: seed)
      func amount() -> Answer<Money> {
        if random.next() % 8 == 0 { return .unavailable(Sample.outage) }
        if random.next() % 12 == 0 { return .none }
        let code = ["USD", "EUR"][Int(random.next() % 2)]
        let number = ExactDecimal(coefficient: Int128(random.next() % 1_000_000), scale: 2)
        guard let currency = Currency(code: code) else { return .none }
        return .value(Money(number, currency))
      }
      func status() -> DocumentStatus {
        [.open, .paid, .draft, .voided][Int(random.next() % 4)]
      }
      func due() -> Answer<CalendarDate> {
        switch random.next() % 4 {
        case 0: .none
        case 1: .unavailable(Sample.outage)
        default: .value(Sample.today.adding(days: Int(random.next() % 20) - 10))
        }
      }
      let invoices = (0..<Int(random.next() % 6)).map {
        Sample.invoice("I\($0)", amount(), status: status(), due: due(), outstanding: amount())
      }
      let credits = (0..<Int(random.next() % 3)).map { Sample.credit("C\($0)", amount()) }
      let costs = (0..<Int(random.next() % 6)).map { number in
        let kind = [Cost.Kind.purchaseOrder, .bill, .vendorCredit, .expense][
          Int(random.next() % 4)]
        return Sample.cost("B\(number)", kind, amount(), open: amount(), status: status())
      }
      let hours = (0..<Int(random.next() % 4)).map {
        Sample.hours(
          "H\($0)",
          seconds: random.next() % 6 == 0 ? .none : .value(Int64(random.next() % 90_000)))
      }
      let rate = random.next() % 3 == 0 ? nil : Sample.money("87.55")
      let dossier = Sample.dossier(invoices: invoices + credits, costs: costs, hours: hours)
      let explainer = explainer(dossier, Sample.company(hourlyCost: rate))
      for field in figures {
        let explanation = explainer.explanation(of: field)
        let figure = try #require(explanation.figure)
        var sums: [Currency: ExactDecimal] = [:]
        for part in explanation.parts {
          for total in try #require(part.totals) {
            let signed = part.isSubtracted ? -total.amount : total.amount
            sums[total.currency] = try (sums[total.currency] ?? .zero).adding(signed)
          }
        }
        let shown = Dictionary(
          uniqueKeysWithValues: figure.amounts.map { ($0.currency, $0.amount) })
        #expect(sums == shown, "seed \(seed) \(field)")
        let terms = explanation.parts.flatMap(\.terms)
        let counted = terms.filter { $0.standing == .counted }.map(\.record)
        #expect(Set(counted) == Set(figure.records), "seed \(seed) \(field)")
        let isMissing = terms.contains { if case .missing = $0.standing { true } else { false } }
        #expect(isMissing == !figure.isComplete, "seed \(seed) \(field)")
      }
    }
  }

  @Test("drafts and voided documents are listed and say why they do not count")
  func idle() {
    let dossier = Sample.dossier(invoices: [
      Sample.invoice("I1", .value(Sample.money("10"))),
      Sample.invoice("I2", .value(Sample.money("20")), status: .draft),
      Sample.invoice("I3", .value(Sample.money("30")), status: .voided),
    ])
    let parts = explainer(dossier, Sample.company()).explanation(of: .invoiced).parts
    let standings = Dictionary(
      uniqueKeysWithValues: parts[0].terms.map { ($0.number, $0.standing) })
    #expect(standings["I1"] == .counted)
    #expect(standings["I2"] == .notCounted("a draft counts for nothing"))
    #expect(standings["I3"] == .notCounted("it is voided"))
  }

  @Test("a copy agrees only when it was compared and nothing disputes it")
  func copies() {
    func standing(_ echo: Answer<FieldValue>, _ value: Answer<FieldValue>? = nil)
      -> Explanation.Version.Standing?
    {
      var milestone = Sample.milestone("M1", due: 1)
      milestone.echoes["budget"] = echo
      let deal = Sample.deal(value.map { [.value: $0] } ?? [:])
      let dossier = Sample.dossier(deals: [deal], milestones: [milestone])
      let company = Sample.company(comparisons: [comparison])
      return explainer(dossier, company).explanation(of: .value).versions.last?.standing
    }
    #expect(standing(.value(.text("1000"))) == .agrees)
    #expect(standing(.value(.text("900"))) == .differs)
    for doubtful in [
      standing(.value(.text("a lot"))), standing(.unavailable(Sample.outage)),
      standing(.value(.text("1000")), .unavailable(Sample.outage)),
    ] {
      guard case .notCompared? = doubtful else {
        Issue.record("\(String(describing: doubtful)) claims a comparison")
        continue
      }
    }
  }

  @Test("ownership is one sentence that names the system, the reason and the steward")
  func ownership() {
    let explainer = explainer(Sample.dossier(), Sample.company())
    #expect(
      explainer.explanation(of: .value).ownership
        == "crm owns value; its steward is Steward of crm.")
    #expect(
      explainer.explanation(of: .invoiced).ownership
        == "erp_us owns invoiced, because entity is US; its steward is Steward of erp_us; it is "
        + "computed here from the invoices of erp_us.")
    let unread = self.explainer(Dossier(id: Sample.id), Sample.company())
    #expect(
      unread.explanation(of: .invoiced).ownership
        == "It is not known who owns invoiced: entity decides, and it has not been read.")
  }

  @Test("a record says which figures it counts in, with its sign")
  func contributions() throws {
    let bill = Sample.cost("B1", .bill, .value(Sample.money("40")))
    let explainer = explainer(Sample.dossier(costs: [bill]), Sample.company())
    let explanation = try #require(explainer.explanation(of: bill.reference))
    let signs = Dictionary(
      uniqueKeysWithValues: explanation.contributions.map { ($0.field, $0.isSubtracted) })
    #expect(
      signs == [.actualCost: false, .committedCost: false, .margin: true, .forecastMargin: true])
  }

  @Test("every source names the requests that brought it, and of a failure the last ones")
  func requests() {
    var dossier = Sample.dossier()
    let key = SectionKey(system: "erp_us", kind: .invoices)
    let trace = RequestTrace(
      system: "erp_us", operation: "POST /query", began: Sample.fetched, duration: .seconds(1),
      status: 200, requestID: "r-1")
    dossier.sections[key]?.requests = [trace]
    dossier.sections[key]?.failure = .init(
      error: Sample.outage, since: Sample.fetched, requests: [trace])
    let source = explainer(dossier, Sample.company()).explanation(of: .invoiced).sources.first
    #expect(source?.key == key)
    #expect(source?.requests == [trace])
    #expect(source?.failure?.requests == [trace])
  }
}
