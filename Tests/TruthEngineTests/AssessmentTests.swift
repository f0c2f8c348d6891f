import DealModel
import Testing
import TruthEngine

@Suite("Assessments")
struct AssessmentTests {
  private func assess(
    _ dossier: Dossier, _ company: CompanyModel = Sample.company()
  ) -> Assessment {
    Assessor(of: company).assess(dossier, on: Sample.today)
  }

  private var invoicedEcho: Comparison {
    Comparison(
      field: .invoiced, echoSystem: "crm", echoProperty: "invoiced_total",
      tolerance: ExactDecimal(coefficient: 1, scale: 2))
  }

  @Test("the entity decides which ERP owns the money")
  func splitOwnership() {
    let german = Sample.deal([.entity: .value(.text("DE"))])
    #expect(assess(Sample.dossier()).owners[.invoices] == "erp_us")
    #expect(assess(Sample.dossier(deals: [german])).owners[.invoices] == "erp_eu")
  }

  @Test("an entity that the split does not name has no owner, and says so")
  func unknownEntity() {
    let assessment = assess(Sample.dossier(deals: [Sample.deal([.entity: .value(.text("FR"))])]))
    #expect(assessment.owners[.invoices] == nil)
    #expect(assessment.rollup.invoiced.missing.map(\.reason) == [.noOwner])
    #expect(assessment.fields[.invoiced]?.answer.error?.kind == .drifted(field: "deal.entity"))
    #expect(assessment.flags.contains(.incomplete))
  }

  @Test("before the entity has been read nothing is known of the money, and nothing is wrong")
  func undecidedEntity() {
    let assessment = assess(Dossier(id: Sample.id))
    #expect(assessment.owners[.invoices] == nil)
    #expect(assessment.fields[.invoiced]?.answer == .notAsked)
    #expect(assessment.fields[.name]?.answer == .notAsked)
    #expect(assessment.flags.isEmpty)
  }

  @Test("a field is read from its owner with its provenance")
  func provenance() {
    let modified = Timestamp(milliseconds: 5)
    let reading = assess(Sample.dossier(deals: [Sample.deal(modifiedAt: modified)])).fields[.name]
    #expect(reading?.answer == .value(.text("Harbour upgrade")))
    #expect(
      reading?.provenance
        == Provenance(system: "crm", record: "1", fetchedAt: Sample.fetched, modifiedAt: modified))
  }

  @Test("an echo beyond the tolerance is a conflict with its sum and whom to ask")
  func conflict() throws {
    let later = Timestamp(milliseconds: 9)
    let assessment = assess(
      Sample.dossier(
        deals: [
          Sample.deal(
            echoes: ["invoiced_total": .value(.text("450.00"))],
            modifiedAt: Timestamp(milliseconds: 5))
        ],
        invoices: [Sample.invoice("I1", .value(Sample.money("600")), modifiedAt: later)]),
      Sample.company(comparisons: [invoicedEcho]))
    let conflict = try #require(assessment.conflicts.first)
    #expect(conflict.kind == .value)
    #expect(conflict.atStake == Sample.money("150"))
    #expect(conflict.owner.system == "erp_us" && conflict.echo.system == "crm")
    #expect(conflict.since == later)
    #expect(conflict.ask == "Steward of crm")
    #expect(conflict.cause.kind == .staleCopy)
    #expect(conflict.cause.detail.sentence.contains("not carried over"))
    #expect(assessment.flags.contains(.conflict))
    #expect(assessment.conflicts.count == 1)
  }

  @Test(
    "an echo that agrees, is unknown or unreadable is no conflict",
    arguments: [
      .value(.text("600")), .value(.text("600.01")), .notAsked, .unavailable(Sample.outage),
      .value(.text("n/a")),
    ] as [Answer<FieldValue>])
  func noConflict(echo: Answer<FieldValue>) {
    let assessment = assess(
      Sample.dossier(
        deals: [Sample.deal(echoes: ["invoiced_total": echo])],
        invoices: [Sample.invoice("I1", .value(Sample.money("600")))]),
      Sample.company(comparisons: [invoicedEcho]))
    #expect(assessment.conflicts.isEmpty)
  }

  @Test("a copy that cannot be read names its property, record and system")
  func unreadableCopy() throws {
    let assessment = assess(
      Sample.dossier(deals: [Sample.deal(echoes: ["invoiced_total": .value(.text("n/a"))])]),
      Sample.company(comparisons: [invoicedEcho]))
    let error = try #require(assessment.unreadable.first)
    #expect(assessment.unreadable.count == 1)
    #expect(error.kind == .malformed && error.system == "crm")
    for word in ["invoiced_total", " 1 ", "crm", "correct it there"] {
      #expect(error.message.contains(word))
    }
    #expect(!error.message.contains("n/a"))
  }

  @Test("a copy is not unreadable because the deal's own currency is unknown")
  func copyWithoutCurrency() {
    let assessment = assess(
      Sample.dossier(deals: [
        Sample.deal([.value: .none], echoes: ["invoiced_total": .value(.text("450"))])
      ]),
      Sample.company(comparisons: [invoicedEcho]))
    #expect(assessment.unreadable.isEmpty)
    #expect(assessment.conflicts.isEmpty)
  }

  @Test("every value that cannot be understood is told once, and the rest stays")
  func unreadableValues() {
    let broken = SystemError(.malformed, system: "erp_us", message: "I1 has no such day.")
    var late = Sample.invoice("I1", .value(Sample.money("600")), due: .unavailable(broken))
    let assessment = assess(
      Sample.dossier(
        deals: [Sample.deal([.closeDate: .unavailable(Sample.outage)])], invoices: [late, late]))
    #expect(Set(assessment.unreadable) == [Sample.outage, broken])
    #expect(assessment.rollup.invoiced.amounts == [Sample.money("600")])
    #expect(late.unreadableValues == [UnreadableValue(name: "due", error: broken)])
    late.content = .milestone(Milestone(name: "x", isDone: false, status: "x", due: .none))
    #expect(late.unreadableValues.isEmpty)
    #expect(assess(Sample.dossier()).unreadable.isEmpty)
  }

  @Test("an incomplete figure of the owner contradicts nothing")
  func incompleteOwner() {
    let assessment = assess(
      Sample.dossier(
        deals: [Sample.deal(echoes: ["invoiced_total": .value(.text("450"))])],
        invoices: [
          Sample.invoice("I1", .value(Sample.money("600"))),
          Sample.invoice("I2", .unavailable(Sample.outage)),
        ]),
      Sample.company(comparisons: [invoicedEcho]))
    #expect(assessment.conflicts.isEmpty)
  }

  @Test("no invoices at all contradict an echo that claims some")
  func noInvoices() {
    let assessment = assess(
      Sample.dossier(deals: [Sample.deal(echoes: ["invoiced_total": .value(.text("450"))])]),
      Sample.company(comparisons: [invoicedEcho]))
    #expect(assessment.conflicts.map(\.atStake) == [Sample.money("450")])
  }

  @Test("a condition decides which deals are compared")
  func condition() throws {
    var comparison = invoicedEcho
    comparison.condition = try DealQuery(parsing: "stage:lost")
    let dossier = Sample.dossier(
      deals: [Sample.deal(echoes: ["invoiced_total": .value(.text("450"))])])
    #expect(assess(dossier, Sample.company(comparisons: [comparison])).conflicts.isEmpty)
    comparison.condition = try DealQuery(parsing: "stage:won value>500")
    #expect(assess(dossier, Sample.company(comparisons: [comparison])).conflicts.count == 1)
  }

  @Test("an invoice in another currency than the deal is a conflict")
  func invoiceCurrency() {
    let assessment = assess(
      Sample.dossier(invoices: [Sample.invoice("I1", .value(Sample.money("5", "EUR")))]))
    #expect(assessment.conflicts.map(\.kind) == [.currency])
  }

  @Test("one amount cannot repeat a figure of two currencies, and the deal says so once")
  func severalCurrencies() {
    let assessment = assess(
      Sample.dossier(
        deals: [Sample.deal(echoes: ["invoiced_total": .value(.text("700"))])],
        invoices: [
          Sample.invoice("I1", .value(Sample.money("600"))),
          Sample.invoice("I2", .value(Sample.money("90", "EUR"))),
        ]),
      Sample.company(comparisons: [invoicedEcho]))
    #expect(assessment.conflicts.map(\.kind) == [.currency])
    #expect(assessment.conflicts.first?.field == .invoiced)
    #expect(assessment.conflicts.first?.atStake == nil)
  }

  @Test("flags say what deserves a second look")
  func flags() {
    let assessment = assess(
      Sample.dossier(
        invoices: [
          Sample.invoice(
            "I1", .value(Sample.money("1500")), due: .value(Sample.today.adding(days: -1)))
        ],
        milestones: [Sample.milestone("Design", due: -3), Sample.milestone("Build", due: 10)]))
    #expect(assessment.flags == [.late, .overdue, .overInvoiced])
    #expect(assessment.nextMilestone?.number == "Design")
  }

  @Test("several deals with one ID, empty systems and odd IDs are link faults")
  func links() {
    let company = Sample.company(due: [.financial: ["closed won"]])
    let twice = assess(
      Sample.dossier(
        deals: [Sample.deal(), Sample.deal(record: "2")],
        invoices: [Sample.invoice("I1", .value(Sample.money("1")))]), company)
    #expect(twice.linkFaults.map(\.kind) == [.duplicate, .duplicate])
    #expect(assess(Sample.dossier(), company).linkFaults.map(\.kind) == [.dangling])
    let odd = assess(
      Sample.dossier(deals: [Sample.deal(id: "bw-1")], id: "bw-1"), Sample.company())
    #expect(odd.linkFaults.map(\.kind) == [.malformed])
  }

  @Test("records of a deal that the origin does not know are orphans")
  func orphans() {
    let orphan = assess(
      Sample.dossier(deals: [], invoices: [Sample.invoice("I1", .value(Sample.money("1")))]))
    #expect(orphan.linkFaults.map(\.kind) == [.orphan])
    #expect(orphan.flags.contains(.orphan))
  }

  @Test("a system that could not be asked leaves no deal dangling")
  func outageIsNotDangling() {
    var dossier = Sample.dossier()
    dossier.sections[SectionKey(system: "erp_us", kind: .invoices)] = Section(
      failure: .init(error: Sample.outage, since: Sample.fetched))
    let assessment = assess(dossier, Sample.company(due: [.financial: ["Closed won"]]))
    #expect(assessment.linkFaults.isEmpty)
    #expect(assessment.flags.contains(.unavailable))
  }

  @Test("a kind of record that cannot be asked for says nothing of the system's other kinds")
  func oneKindFails() throws {
    var dossier = Sample.dossier()
    let outage = Section.Failure(error: Sample.outage, since: Sample.fetched)
    dossier.sections[SectionKey(system: "erp_us", kind: .invoices)] = Section(failure: outage)
    let source = try #require(assess(dossier).sources["erp_us"])
    #expect(source.failures == [.invoices: outage])
    #expect(source.failure == outage)
    #expect(source.failure(of: [.costs]) == nil)
  }

  @Test("the survey finds every kind of fault and counts coverage")
  func survey() {
    let company = Sample.company(due: [.financial: ["Closed won"]])
    func link(_ id: String, _ deal: DealID?) -> Link {
      Link(
        reference: RecordReference(system: "erp_us", kind: .invoices, id: id), number: id,
        dealID: deal)
    }
    let deals = [
      Sample.deal(id: "BW-10001", record: "1"), Sample.deal(id: "BW-10002", record: "2"),
      Sample.deal(id: "BW-10003", record: "3"), Sample.deal(id: "BW-10003", record: "4"),
      Sample.deal([.stage: .value(.text("Lead"))], id: "BW-10004", record: "5"),
    ]
    let survey = Assessor(of: company).survey(
      deals: deals,
      links: [
        "erp_us": [
          link("I1", "BW-10001"), link("I2", "BW-99999"), link("I3", "BW 10001"), link("I4", nil),
          link("I5", "BW-10003"),
        ]
      ])
    #expect(
      survey.faults.map { "\($0.kind.rawValue) \($0.id)" } == [
        "orphan BW-99999", "dangling BW-10002", "duplicate BW-10003", "duplicate BW-10003",
        "near_miss BW 10001",
      ])
    #expect(survey.coverage == ["erp_us": .init(linked: 2, due: 3)])
    let partial = Assessor(of: company).survey(
      deals: nil, links: ["erp_us": [link("I2", "BW-99999")]])
    #expect(partial.faults.isEmpty)
  }
}
