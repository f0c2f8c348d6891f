import DealModel
import Testing
import TruthEngine

@Suite("Why an owner and an echo disagree")
struct ConflictCauseTests {
  private static func day(_ day: Int) -> Timestamp {
    Timestamp(milliseconds: Int64(day) * 86_400_000)
  }

  private let invoicedEcho = Comparison(
    field: .invoiced, echoSystem: "crm", echoProperty: "invoiced_total")

  private func conflicts(
    _ invoices: [Record], copy: String?, second: String? = nil,
    rates: ExchangeRates = ExchangeRates(),
    histories: [RecordReference: Answer<[PropertyChange]>] = [:]
  ) -> [Conflict] {
    var company = Sample.company(comparisons: [invoicedEcho])
    company.rates = rates
    var deals = [
      Sample.deal(
        echoes: ["invoiced_total": copy.map { .value(.text($0)) } ?? .none],
        modifiedAt: Self.day(5))
    ]
    if let second {
      deals.append(
        Sample.deal(record: "2", echoes: ["invoiced_total": .value(.text(second))]))
    }
    var dossier = Sample.dossier(deals: deals, invoices: invoices)
    dossier.histories = histories
    return Assessor(of: company).assess(dossier, on: Sample.today).conflicts
  }

  private func usd(_ text: String) -> Answer<Money> { .value(Sample.money(text)) }

  @Test("documents added up in another way are recognised, and the way is named")
  func definitions() throws {
    let documents = [
      Sample.invoice("I1", usd("100")), Sample.invoice("I2", usd("40"), status: .draft),
      Sample.invoice("I3", usd("7"), status: .voided), Sample.credit("C1", usd("30")),
    ]
    for (copy, words) in [
      ("100", "without credit notes"), ("110", "with drafts"), ("77", "with voided documents"),
      ("140", "without credit notes and with drafts"),
    ] {
      let conflict = try #require(conflicts(documents, copy: copy).first)
      #expect(conflict.cause.kind == .definition, "\(copy)")
      #expect(conflict.cause.detail.sentence.contains(words), "\(copy)")
      #expect(conflict.cause.isProven == !words.contains(" and "), "\(copy)")
    }
    #expect(conflicts(documents, copy: "99").first?.cause.kind != .definition)
  }

  @Test("a copy that leaves retainers out is recognised by the numbers the configuration names")
  func retainers() throws {
    var company = Sample.company(comparisons: [invoicedEcho])
    let documents = [Sample.invoice("DEP-1", usd("100")), Sample.invoice("INV-DEP-2", usd("40"))]
    let dossier = Sample.dossier(
      deals: [Sample.deal(echoes: ["invoiced_total": .value(.text("40"))])], invoices: documents)
    func cause() throws -> ConflictCause {
      try #require(Assessor(of: company).assess(dossier, on: Sample.today).conflicts.first).cause
    }
    #expect(try cause().kind != .definition)
    for index in company.systems.indices { company.systems[index].retainerNumbers = ["DEP-"] }
    #expect(try cause().kind == .definition)
    #expect(try cause().detail.sentence == "Equal once added up without retainers.")
  }

  @Test("a definition whose input is not known explains nothing")
  func unknownDefinition() throws {
    var draft = Sample.invoice("I2", .unavailable(Sample.outage), status: .draft)
    draft.modifiedAt = nil
    let conflict = try #require(
      conflicts([Sample.invoice("I1", usd("100")), draft], copy: "140").first)
    #expect(conflict.cause.kind == .unexplained)
  }

  @Test("a second record of the origin with the same ID that agrees explains the first")
  func duplicate() throws {
    let conflict = try #require(
      conflicts([Sample.invoice("I1", usd("100"))], copy: "80", second: "100").first)
    #expect(conflict.cause.kind == .identity)
    #expect(conflict.cause.evidence.first?.sentence.contains("The record 2 of crm") == true)
  }

  @Test("deals that hold each other's value have crossed IDs; a third is left alone")
  func crossed() {
    func conflict(_ deal: DealID, _ owned: String, _ copied: String) -> Conflict {
      Conflict(
        deal: deal, field: .invoiced, kind: .value,
        owner: .init(system: "erp_us", value: .money(Sample.money(owned))),
        echo: .init(system: "crm", value: .money(Sample.money(copied))),
        echoProperty: "invoiced_total", ask: "Dana")
    }
    let explained = CrossedIdentity.explaining([
      conflict("A", "100", "250"), conflict("B", "250", "100"), conflict("C", "70", "100"),
    ])
    #expect(explained.map(\.cause.kind) == [.identity, .identity, .unexplained])
    #expect(
      explained[0].cause.detail.sentence == "The IDs of A and B are crossed in crm.")
  }

  @Test("histories tell since when, to the first value that disagreed")
  func since() throws {
    var invoice = Sample.invoice("I1", usd("100"), modifiedAt: Self.day(30))
    invoice.createdAt = Self.day(1)
    func change(_ day: Int, _ old: String?, _ new: String) -> PropertyChange {
      PropertyChange(
        property: "invoiced_total", at: Self.day(day), old: old, new: new, author: .program,
        by: "Workato")
    }
    let crm = RecordReference(system: "crm", kind: .deals, id: "1")
    let histories: [RecordReference: Answer<[PropertyChange]>] = [
      crm: .value([
        change(20, "95", "90"), change(10, "100", "95"), change(3, nil, "100"),
      ]),
      invoice.reference: .value([]),
    ]
    let conflict = try #require(
      conflicts([invoice], copy: "90", histories: histories).first)
    #expect(conflict.since == Self.day(10))
    #expect(conflict.changes.map(\.change.at) == [Self.day(20), Self.day(10), Self.day(3)])
    // Without histories the later stamp is all there is.
    #expect(conflicts([invoice], copy: "90").first?.since == Self.day(30))
  }

  @Test("an edit by hand is a violation even where the number happens to fit")
  func violation() throws {
    let crm = RecordReference(system: "crm", kind: .deals, id: "1")
    let edit = PropertyChange(
      property: "invoiced_total", at: Self.day(4), old: "100", new: "1000", author: .person,
      by: "Mats Berg")
    let conflict = try #require(
      conflicts(
        [Sample.invoice("I1", usd("100"))], copy: "1000", histories: [crm: .value([edit])]
      ).first)
    #expect(conflict.cause.kind == .ownershipViolation)
    #expect(conflict.ask == "Mats Berg; Steward of crm")
    #expect(
      conflict.cause.evidence.contains { $0.sentence.contains("10 times") },
      "what fits besides is named")
  }

  @Test("a missing rate is named, and only what is configured converts")
  func rates() throws {
    let documents = [Sample.invoice("I1", .value(Sample.money("100", "EUR")))]
    let unknown = try #require(conflicts(documents, copy: "108.50").first)
    #expect(unknown.cause.kind == .unexplained)
    #expect(
      unknown.cause.evidence.first?.sentence.contains("No rate between EUR and USD") == true)
    let euro = try #require(Currency(code: "EUR"))
    let dollar = try #require(Currency(code: "USD"))
    let rates = ExchangeRates([
      .init(base: euro, quoted: dollar): try #require(ExactDecimal("1.0850"))
    ])
    let known = try #require(conflicts(documents, copy: "108.50", rates: rates).first)
    #expect(known.cause.kind == .currency)
    #expect(known.atStake == nil, "amounts of two currencies have no difference")
  }

  @Test("conflicts sort by money, age or cause, always in the same order")
  func order() {
    func conflict(
      _ deal: DealID, _ stake: String?, _ since: Int?, _ cause: ConflictCause.Kind
    ) -> Conflict {
      Conflict(
        deal: deal, field: .value, kind: .value,
        owner: .init(system: "crm", value: nil), echo: .init(system: "pm", value: nil),
        echoProperty: "x", atStake: stake.map { Sample.money($0) },
        since: since.map(Self.day), ask: "",
        cause: ConflictCause(kind: cause, detail: "x", isProven: true))
    }
    let all = [
      conflict("A", "10", nil, .staleCopy), conflict("B", nil, 3, .unexplained),
      conflict("C", "90", 5, .timing), conflict("D", "90", 1, .ownershipViolation),
    ]
    func sorted(_ order: ConflictOrder) -> [DealID] {
      all.reversed().sorted(by: order.isBefore).map(\.deal)
    }
    #expect(sorted(.money) == ["C", "D", "A", "B"])
    #expect(sorted(.age) == ["D", "B", "C", "A"])
    #expect(sorted(.cause) == ["D", "C", "A", "B"])
    #expect(ConflictOrder.money.next.next.next == .money)
  }
}
