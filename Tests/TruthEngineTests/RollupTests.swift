import DealModel
import TestSupport
import Testing
import TruthEngine

@Suite("Figures")
struct RollupTests {
  private func rollup(_ dossier: Dossier, hourlyCost: Money? = nil) -> Rollup {
    Assessor(of: Sample.company(hourlyCost: hourlyCost)).assess(dossier, on: Sample.today).rollup
  }

  private func usd(_ text: String) -> Money { Sample.money(text) }

  @Test("invoiced is invoices less credit notes, without drafts and voided documents")
  func invoiced() {
    let figure = rollup(
      Sample.dossier(invoices: [
        Sample.invoice("I1", .value(usd("600"))),
        Sample.invoice("I2", .value(usd("300.10")), status: .paid),
        Sample.invoice("I3", .value(usd("5000")), status: .draft),
        Sample.invoice("I4", .value(usd("7000")), status: .voided),
        Sample.credit("C1", .value(usd("100.05"))),
      ])
    ).invoiced
    #expect(figure.amounts == [usd("800.05")])
    #expect(figure.records.map(\.id) == ["I1", "I2", "C1"])
    #expect(figure.isComplete)
    #expect(figure.oldestInput == Sample.fetched)
  }

  @Test("a billed order is not counted twice: only its open part is committed")
  func committed() {
    let rollup = rollup(
      Sample.dossier(
        invoices: [Sample.invoice("I1", .value(usd("1000")))],
        costs: [
          Sample.cost("P1", .purchaseOrder, .value(usd("400")), open: .value(usd("150"))),
          Sample.cost("B1", .bill, .value(usd("250"))),
          Sample.cost("E1", .expense, .value(usd("30"))),
          Sample.cost("V1", .vendorCredit, .value(usd("20"))),
          Sample.cost(
            "P2", .purchaseOrder, .value(usd("9")), open: .value(usd("9")), status: .voided),
        ]))
    #expect(rollup.committedCost.amounts == [usd("410")])
    #expect(rollup.actualCost.amounts == [usd("260")])
    #expect(rollup.margin.amounts == [usd("590")])
    #expect(rollup.marginPercent == 59)
    #expect(rollup.forecastMargin.amounts == [usd("590")])
  }

  @Test(
    "a deal whose value is not known has no forecast, rather than a loss",
    arguments: [.none, .notAsked, .unavailable(Sample.outage)] as [Answer<FieldValue>])
  func forecastWithoutValue(value: Answer<FieldValue>) {
    let rollup = rollup(
      Sample.dossier(
        deals: [Sample.deal([.value: value])],
        costs: [Sample.cost("B1", .bill, .value(usd("250")))]))
    #expect(rollup.forecastMargin.amounts.isEmpty)
    #expect(rollup.forecastMargin.records.isEmpty)
    #expect(rollup.forecastMargin.missing.map(\.kind) == [.deals])
    #expect(rollup.committedCost.amounts == [usd("250")])
  }

  @Test("without the invoices there is no margin, rather than a loss")
  func marginWithoutInvoices() {
    var dossier = Sample.dossier(costs: [Sample.cost("B1", .bill, .value(usd("250")))])
    dossier.sections[SectionKey(system: "erp_us", kind: .invoices)] = Section(
      failure: .init(error: Sample.outage, since: Sample.fetched))
    let rollup = rollup(dossier)
    #expect(rollup.margin.amounts.isEmpty)
    #expect(rollup.margin.missing.map(\.reason) == [.unavailable(Sample.outage)])
    #expect(rollup.committedCost.amounts == [usd("250")])
  }

  @Test("the margin in percent is rounded half to even to two places")
  func marginPercent() {
    let rollup = rollup(
      Sample.dossier(
        invoices: [Sample.invoice("I1", .value(usd("800")))],
        costs: [Sample.cost("B1", .bill, .value(usd("0.04")))]))
    // 799.96 / 800 = 99.995 %, half way between 99.99 and 100.00.
    #expect(rollup.marginPercent == 100)
  }

  @Test("the margin in percent is undefined when nothing is invoiced")
  func undefinedMargin() {
    let rollup = rollup(
      Sample.dossier(costs: [Sample.cost("B1", .bill, .value(usd("10")))]))
    #expect(rollup.marginPercent == nil)
    #expect(rollup.margin.amounts == [usd("-10")])
    #expect(rollup.margin.isComplete)
  }

  @Test("amounts of different currencies are never added")
  func currencies() {
    let rollup = rollup(
      Sample.dossier(
        invoices: [
          Sample.invoice("I1", .value(usd("100"))),
          Sample.invoice("I2", .value(Sample.money("70", "EUR"))),
        ],
        costs: [Sample.cost("B1", .bill, .value(Sample.money("5", "GBP")))]))
    #expect(rollup.invoiced.amounts == [Sample.money("70", "EUR"), usd("100")])
    #expect(
      rollup.margin.amounts == [Sample.money("70", "EUR"), Sample.money("-5", "GBP"), usd("100")])
    #expect(rollup.marginPercent == nil)
  }

  @Test("an amount that could not be understood makes the figure incomplete and names its record")
  func unusableAmount() {
    let broken = Sample.invoice("I2", .unavailable(Sample.outage))
    let rollup = rollup(
      Sample.dossier(invoices: [Sample.invoice("I1", .value(usd("600"))), broken]))
    #expect(rollup.invoiced.amounts == [usd("600")])
    #expect(rollup.invoiced.missing.map(\.record) == [broken.reference])
    #expect(!rollup.margin.isComplete)
    #expect(rollup.marginPercent == nil)
  }

  @Test("what is missing makes a sum a bound, in the direction in which it would change it")
  func bounds() {
    let unknown: Answer<Money> = .unavailable(Sample.outage)
    let known = Sample.invoice("I1", .value(usd("600")))
    let cost = Sample.cost("B1", .bill, .value(usd("50")))
    func bounds(_ dossier: Dossier) -> [Figure.Bound] {
      let rollup = rollup(dossier, hourlyCost: usd("100"))
      return [rollup.invoiced.bound, rollup.committedCost.bound, rollup.margin.bound]
    }
    #expect(bounds(Sample.dossier(invoices: [known], costs: [cost])) == [.exact, .exact, .exact])
    #expect(
      bounds(Sample.dossier(invoices: [known, Sample.invoice("I2", unknown)], costs: [cost]))
        == [.atLeast, .exact, .atLeast])
    #expect(
      bounds(Sample.dossier(invoices: [known, Sample.credit("C1", unknown)], costs: [cost]))
        == [.atMost, .exact, .atMost])
    var silent = Sample.dossier(invoices: [known], costs: [cost])
    silent.sections[SectionKey(system: "pm", kind: .hours)] = Section(
      failure: .init(error: Sample.outage, since: Sample.fetched))
    #expect(bounds(silent) == [.exact, .atLeast, .atMost])
    let missing = rollup(silent, hourlyCost: usd("100")).committedCost.missing
    #expect(missing.map(\.system) == ["pm"])
    #expect(missing.map(\.since) == [Sample.fetched])
    let credit = Sample.cost("V1", .vendorCredit, unknown)
    silent.sections[SectionKey(system: "erp_us", kind: .costs)]?.records = [cost, credit]
    #expect(bounds(silent) == [.exact, .neither, .neither])
  }

  @Test("an ERP that answered none, one not asked and one that is down never look alike")
  func absences() {
    let none = rollup(Sample.dossier()).invoiced
    var dossier = Sample.dossier()
    let key = SectionKey(system: "erp_us", kind: .invoices)
    dossier.sections[key] = nil
    let notAsked = rollup(dossier).invoiced
    dossier.sections[key] = Section(failure: .init(error: Sample.outage, since: Sample.fetched))
    let down = rollup(dossier).invoiced
    #expect(none.isComplete && none.amounts.isEmpty)
    #expect(notAsked.missing.map(\.reason) == [.notAsked])
    #expect(down.missing.map(\.reason) == [.unavailable(Sample.outage)])
  }

  @Test("readings stay when their system fails, and the figure says how old they are")
  func failureKeepsReadings() {
    var dossier = Sample.dossier(invoices: [Sample.invoice("I1", .value(usd("600")))])
    let key = SectionKey(system: "erp_us", kind: .invoices)
    dossier.sections[key]?.failure = .init(error: Sample.outage, since: Sample.fetched)
    let figure = rollup(dossier).invoiced
    #expect(figure.amounts == [usd("600")])
    #expect(figure.isComplete)
    #expect(figure.oldestInput == Sample.fetched)
  }

  @Test("a sum that does not fit is missing and never traps")
  func overflow() {
    let most = Money(ExactDecimal(coefficient: .max, scale: 0), usd("0").currency)
    let rollup = rollup(
      Sample.dossier(invoices: [
        Sample.invoice("I1", .value(most)), Sample.invoice("I2", .value(most)),
      ]))
    #expect(rollup.invoiced.missing.map(\.reason) == [.overflow])
    #expect(rollup.invoiced.amounts.isEmpty)
    #expect(rollup.marginPercent == nil)
  }

  @Test("only open invoices past their due day are overdue")
  func overdue() {
    let yesterday = Sample.today.adding(days: -1)
    let figure = rollup(
      Sample.dossier(invoices: [
        Sample.invoice("I1", .value(usd("10")), due: .value(yesterday)),
        Sample.invoice("I2", .value(usd("20")), due: .value(Sample.today)),
        Sample.invoice(
          "I3", .value(usd("40")), due: .value(yesterday), outstanding: .value(usd("0"))),
        Sample.invoice("I4", .value(usd("80"))),
      ])
    ).overdue
    #expect(figure.amounts == [usd("10")])
    #expect(figure.records.map(\.id) == ["I1"])
  }

  @Test("hours cost what the rate says, rounded once")
  func hours() {
    let dossier = Sample.dossier(hours: [
      Sample.hours("H1", seconds: .value(1_200)), Sample.hours("H2", seconds: .value(1_200)),
      Sample.hours("H3", seconds: .value(1_200)),
    ])
    #expect(rollup(dossier).committedCost.amounts.isEmpty)
    let costed = rollup(dossier, hourlyCost: usd("100"))
    #expect(costed.committedCost.amounts == [usd("100")])
    #expect(costed.workedSeconds == 3_600)
    #expect(costed.committedCost.records.count == 3)
  }

  @Test("hours that cannot be read leave the cost incomplete only when hours have a cost")
  func missingHours() {
    var dossier = Sample.dossier()
    dossier.sections[SectionKey(system: "pm", kind: .hours)] = nil
    #expect(rollup(dossier).committedCost.isComplete)
    #expect(!rollup(dossier, hourlyCost: usd("100")).committedCost.isComplete)
    #expect(rollup(dossier).workedSeconds == nil)
  }

  @Test(
    "whatever comes, no figure with a missing part is complete, and no other deal's record counts")
  func properties() throws {
    for seed in 0..<300 as Range<UInt64> {
      let random = SeededRandom(seed: seed)
      var invoices: [Record] = []
      var expected: [Currency: ExactDecimal] = [:]
      var hasGap = false
      var counted: Set<String> = []
      for number in 0..<Int(random.next() % 12) {
        let code = ["USD", "EUR", "JPY"][Int(random.next() % 3)]
        let currency = try #require(Currency(code: code))
        let amount = ExactDecimal(
          coefficient: Int128(random.next() % 10_000_000), scale: UInt8(random.next() % 4))
        let isOther = random.next() % 5 == 0
        let status: DocumentStatus = [.open, .paid, .draft, .voided][Int(random.next() % 4)]
        let isBroken = random.next() % 9 == 0
        let net: Answer<Money> =
          isBroken ? .unavailable(Sample.outage) : .value(Money(amount, currency))
        invoices.append(
          Sample.invoice(
            "I\(number)", net, status: status, id: isOther ? "BW-99999" : Sample.id))
        guard !isOther, status == .open || status == .paid else { continue }
        if isBroken {
          hasGap = true
        } else {
          expected[currency] = try (expected[currency] ?? .zero).adding(amount)
          counted.insert("I\(number)")
        }
      }
      // A page that came twice must not count twice.
      if random.next() % 3 == 0 { invoices += invoices }
      var dossier = Sample.dossier(invoices: invoices)
      let isMissing = random.next() % 6 == 0
      if isMissing { dossier.sections[SectionKey(system: "erp_us", kind: .invoices)] = Section() }
      let rollup = rollup(dossier)
      #expect(rollup.invoiced.isComplete == !(hasGap || isMissing), "seed \(seed)")
      #expect(rollup.margin.isComplete == rollup.invoiced.isComplete, "seed \(seed)")
      let sums = Dictionary(
        uniqueKeysWithValues: rollup.invoiced.amounts.map { ($0.currency, $0.amount) })
      #expect(sums == (isMissing ? [:] : expected), "seed \(seed)")
      #expect(
        Set(rollup.invoiced.records.map(\.id)) == (isMissing ? [] : counted), "seed \(seed)")
      if !rollup.invoiced.isComplete { #expect(rollup.marginPercent == nil, "seed \(seed)") }
    }
  }
}
