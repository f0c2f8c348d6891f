import AdapterKit
import DealModel
import Sandbox
import TestSupport
import Testing

@testable import Adapters

@Suite("SAP Business One adapter")
struct ServiceLayerAdapterTests {
  private func money(_ text: String, _ code: String = "EUR") throws -> Money {
    Money(try #require(ExactDecimal(text)), try #require(Currency(code: code)))
  }

  private func records(
    _ kind: RecordKind, _ company: ServiceLayerCompany, _ adapter: any Adapter,
    _ deal: DealID = "BW-00042"
  ) async throws -> [Record] {
    try await company.clock.passing { try await adapter.records(of: kind, for: [deal]) }[deal] ?? []
  }

  @Test(
    "invoices are net of tax, reversals left out, what was cancelled told",
    arguments: ["v1", "v2"])
  func invoices(version: String) async throws {
    let company = try ServiceLayerCompany()
    let adapter = try company.adapter(echoes: ["Comments"], settings: ["version": .text(version)])
    let found = try await records(.invoices, company, adapter)
    #expect(
      found.map(\.reference.id)
        == ["CreditNotes(5)", "Invoices(24)", "Invoices(23)", "Invoices(22)", "DownPayments(8)"])
    let invoice = try #require(found[3].invoice)
    #expect(invoice.net == .value(try money("100")))
    #expect(invoice.gross == .value(try money("119")))
    #expect(invoice.paid == .value(try money("19")))
    #expect(invoice.outstanding == .value(try money("100")))
    #expect(invoice.status == .open)
    #expect(invoice.due == .value(try #require(CalendarDate("2026-10-19"))))
    // 08:15:30 by Berlin's clocks in September.
    #expect(found[3].modifiedAt == Timestamp("2026-09-19T06:15:30Z"))
    #expect(found[3].number == "11")
    #expect(found[2].invoice?.status == .paid)
    #expect(found[1].invoice?.status == .voided)
    let note = try #require(found[0].creditNote)
    #expect(note.net == .value(try money("50")))
    #expect(note.unapplied == .value(try money("0")))
    #expect(note.status == .paid)
  }

  @Test("a document in another currency is read from the foreign twins, by the ISO code")
  func foreignCurrency() async throws {
    let company = try ServiceLayerCompany()
    let found = try await records(.invoices, company, try company.adapter(), "BW-00043")
    let invoice = try #require(found.first?.invoice)
    #expect(invoice.net == .value(try money("1000", "USD")))
    #expect(invoice.outstanding == .value(try money("689.5", "USD")))
  }

  @Test("a currency without an ISO code makes amounts unavailable, never another currency's")
  func unknownCurrency() async throws {
    var documents = ServiceLayerCompany.documents
    documents["Currencies"] = [["Code": "$", "InternationalDescription": "DOLLARS"]]
    let company = try ServiceLayerCompany(documents)
    let found = try await records(.invoices, company, try company.adapter(), "BW-00043")
    let error = try #require(found.first?.invoice?.net.error)
    #expect(error.kind == .malformed)
    #expect(error.message.contains("15 (Invoices(26)) in erp_de"))
    #expect(found.first?.invoice?.issued.value == CalendarDate("2026-10-03"))
  }

  @Test("a local currency that Business One writes as a sign is not taken for a foreign one")
  func localSign() async throws {
    let company = try ServiceLayerCompany()
    let adapter = try company.adapter(settings: [
      "local_currency": .currency(try #require(Currency(code: "USD")))
    ])
    let found = try await records(.invoices, company, adapter, "BW-00043")
    let invoice = try #require(found.first?.invoice)
    #expect(invoice.net == .value(try money("925.92", "USD")), "not the foreign twin")
  }

  @Test("an order is open by its open lines, and a settled one not at all")
  func costs() async throws {
    let company = try ServiceLayerCompany()
    let found = try await records(.costs, company, try company.adapter())
    let costs = found.reduce(into: [String: Cost]()) { $0[$1.reference.id] = $1.cost }
    #expect(costs.count == 5)
    // What was received and not billed has left the order, and is committed here.
    #expect(costs["PurchaseDeliveryNotes(41)"]?.kind == .purchaseOrder)
    #expect(costs["PurchaseDeliveryNotes(41)"]?.open == .value(try money("100")))
    #expect(costs["PurchaseOrders(31)"]?.net == .value(try money("400")))
    #expect(costs["PurchaseOrders(31)"]?.open == .value(try money("200")))
    #expect(costs["PurchaseOrders(31)"]?.party == .value("Stahl GmbH"))
    #expect(costs["PurchaseOrders(32)"]?.open == .value(try money("0")))
    #expect(costs["PurchaseOrders(32)"]?.status == .paid)
    #expect(costs["PurchaseInvoices(9)"]?.net == .value(try money("90")))
    #expect(costs["PurchaseCreditNotes(4)"]?.kind == .vendorCredit)
    #expect(costs["PurchaseCreditNotes(4)"]?.net == .value(try money("10")))
    #expect(
      company.asked.filter { $0.hasPrefix("POST") } == [
        "POST Login", "POST QueryService_PostQuery", "POST QueryService_PostQuery",
        "POST CompanyService_GetAdminInfo",
      ])
  }

  @Test("by project each deal has the part of a bill that its lines are, less the bill's discount")
  func projects() async throws {
    let company = try ServiceLayerCompany()
    let adapter = try company.adapter(link: "Project")
    let answer = try await company.clock.passing {
      try await adapter.records(of: .costs, for: ["BW-00042", "BW-00043"])
    }
    let first = try #require(answer["BW-00042"])
    #expect(
      first.map(\.reference.id) == [
        "PurchaseCreditNotes(4)/BW-00042", "PurchaseInvoices(9)/BW-00042",
        "PurchaseOrders(31)/BW-00042",
      ])
    // 40 + 25, less ten in a hundred.
    #expect(first[1].cost?.net == .value(try money("58.5")))
    #expect(first[2].cost?.net == .value(try money("300")))
    #expect(first[2].cost?.open == .value(try money("200")))
    #expect(answer["BW-00043"]?.first?.cost?.net == .value(try money("31.5")))
    let bill = first[1]
    let detail = try await company.clock.passing {
      try await adapter.detail(of: bill.reference)
    }
    #expect(detail.record == bill)
    #expect(detail.lines.map(\.net) == [.value(try money("40")), .value(try money("25"))])
    let links = try await company.clock.passing {
      var links: [Link] = []
      var cursor: PageCursor?
      repeat {
        let page = try await adapter.linkPage(after: cursor)
        links += page.links
        cursor = page.next
        if cursor == nil { #expect(page.total == 14) }
      } while cursor != nil
      return links
    }
    #expect(
      links.filter { $0.reference.id.hasPrefix("PurchaseInvoices") }.map(\.dealID)
        == ["BW-00042", "BW-00043"])
    #expect(links.first { $0.reference.id == "PurchaseOrders(32)" }?.dealID == .some(nil))
  }

  @Test("more documents than a page has are read by key, each once, whatever the page size is")
  func paging() async throws {
    let company = try ServiceLayerCompany(ServiceLayerCompany.invoices(1_203, of: "BW-00042"))
    let found = try await records(.invoices, company, try company.adapter())
    #expect(Set(found.map(\.reference)).count == found.count)
    #expect(found.filter { $0.reference.id.hasPrefix("Invoices") }.count == 1_203)
    #expect(company.asked.filter { $0 == "GET Invoices" }.count == 3)
    for exchange in company.transport.exchanges where exchange.path.hasSuffix("/Invoices") {
      #expect(exchange.request.url.contains("%24filter="), "the own question is asked again")
    }
  }

  @Test("a Service Layer that ignores the page size asked for is read whole")
  func smallPages() async throws {
    let company = try ServiceLayerCompany(ServiceLayerCompany.invoices(45, of: "BW-00042"))
    let plain = IgnoringPreferences(next: company.transport)
    let adapter = try SAPBusinessOneKind.makeAdapter(company.context(transport: plain))
    let found = try await records(.invoices, company, adapter)
    #expect(found.filter { $0.reference.id.hasPrefix("Invoices") }.count == 45)
    #expect(company.asked.filter { $0 == "GET Invoices" }.count == 3)
  }

  @Test("an invoice shows its lines, payments of its own kind, and credit notes drawn from it")
  func detail() async throws {
    let company = try ServiceLayerCompany()
    let adapter = try company.adapter()
    let record = try #require(
      try await records(.invoices, company, adapter).first { $0.number == "11" })
    let detail = try await company.clock.passing { try await adapter.detail(of: record.reference) }
    #expect(detail.record == record)
    #expect(detail.lines.map(\.text) == ["Steel", "Freight"])
    #expect(detail.lines.first?.quantity == .value(3))
    #expect(detail.applications.map(\.kind) == [.payment, .creditNote])
    #expect(detail.applications.map(\.number) == ["61", "3"])
    #expect(detail.applications.first?.amount == .value(try money("19")))
    #expect(detail.notes.contains(.init("customer order", "PO-77")))
  }

  @Test("a payment that moves no time of change is in the next changes")
  func payments() async throws {
    let company = try ServiceLayerCompany()
    let adapter = try company.adapter()
    let ask: @Sendable (PageCursor?) async throws -> ChangedDeals = { cursor in
      try await company.clock.passing { try await adapter.changes(since: cursor) }
    }
    let begun = try await ask(nil)
    try await company.order(
      .setField(record: "IncomingPayments/70", field: "DocEntry", value: "71"))
    let changed = try await ask(begun.cursor)
    #expect(changed.deals == ["BW-00042": [.invoices]])
    #expect(try await ask(changed.cursor).deals.isEmpty)
  }

  @Test("how far the changes were read is told by the Service Layer's clock, not by ours")
  func otherClock() throws {
    let ours = try #require(Timestamp("2026-11-20T09:20:00Z"))
    let theirs = try #require(Timestamp("2026-11-20T09:00:00Z"))
    var feed = B1Feed(since: ours, lastPayment: nil)
    let usual = feed.reach
    feed.note(theirs)
    feed.note(ours)
    feed.turn(to: ours)
    #expect(feed.reach.duration(to: usual) == .seconds(1_200), "the first of several questions")
    feed.turn(to: ours)
    #expect(feed.reach == usual, "one that told no clock")
  }

  @Test("a change in the hour that clocks show twice is met")
  func clocksPutBack() async throws {
    let company = try ServiceLayerCompany()
    let adapter = try company.adapter()
    // Berlin's clocks went back from 03:00 to 02:00 at 01:00 UTC on 25 October 2026.
    let before = try #require(Timestamp("2026-10-25T00:59:30Z"))
    let cursor = try #require(adapter.cursor(ofChangesSince: before))
    // Changed at 01:01:30 UTC, when the clocks showed 02:01:30 for the second time.
    let late = ServiceLayerCompany.document(22, 11, "2026-10-25", total: "1.0")
      .changed("UpdateTime", to: "02:01:30")
    let other = try ServiceLayerCompany(
      ["Invoices": [late]].merging(
        ServiceLayerCompany.documents
      ) { first, _ in first })
    other.clock.advance(by: other.clock.now().duration(to: before.adding(.seconds(150))))
    let resumed = try other.adapter()
    let changed = try await other.clock.passing { try await resumed.changes(since: cursor) }
    #expect(changed.deals["BW-00042"] == [.invoices])
  }

  @Test("a bill changed by a line's project is in the next changes of that project")
  func changedLines() async throws {
    let company = try ServiceLayerCompany()
    let adapter = try company.adapter(link: "Project")
    let ask: @Sendable (PageCursor?) async throws -> ChangedDeals = { cursor in
      try await company.clock.passing { try await adapter.changes(since: cursor) }
    }
    let begun = try await ask(nil)
    company.clock.advance(by: .seconds(10))
    try await company.order(
      .setField(record: "PurchaseInvoices/9/1", field: "LineTotal", value: "36"))
    #expect(
      try await ask(begun.cursor).deals == ["BW-00042": [.costs], "BW-00043": [.costs]])
  }

  @Test(
    "all that is read and answered is of the metadata's names and types", arguments: ["v1", "v2"])
  func metadata(version: String) async throws {
    let company = try ServiceLayerCompany()
    for link in ["U_DealID", "Project"] {
      let adapter = try company.adapter(link: link, settings: ["version": .text(version)])
      for kind in [RecordKind.invoices, .costs] {
        for record in try await records(kind, company, adapter) {
          _ = try await company.clock.passing { try await adapter.detail(of: record.reference) }
        }
      }
    }
    var checked = 0
    for exchange in company.transport.exchanges {
      guard let body = exchange.answer.flatMap({ try? JSONValue(parsing: $0.body) }) else {
        continue
      }
      for row in body["value"]?.array ?? [body] {
        let parts = row.members?.filter { $0.value.members != nil } ?? []
        for part in parts {
          let type = part.name.hasSuffix("/DocumentLines") ? "DocumentLine" : "Document"
          #expect(ServiceLayerFacts.faults(in: part.value, of: type) == [])
        }
        let set = exchange.path.split(separator: "/").last?.prefix { $0 != "(" } ?? ""
        guard let type = ServiceLayerFacts.type(ofSet: String(set)) else { continue }
        #expect(ServiceLayerFacts.faults(in: row, of: type) == [])
        checked += 1
      }
    }
    #expect(checked > 20)
  }

  @Test("an ID cannot leave its quotes")
  func quoting() async throws {
    let company = try ServiceLayerCompany()
    let adapter = try company.adapter()
    let evil: DealID = "x' or U_DealID ne 'y"
    let answer = try await company.clock.passing {
      try await adapter.records(of: .invoices, for: [evil])
    }
    #expect(answer == [evil: []])
  }

  @Test("many long IDs are asked for in requests that Apache takes")
  func longLists() async throws {
    let company = try ServiceLayerCompany()
    let adapter = try company.adapter()
    let ids = (1...100).map { DealID("BW-\($0)-" + String(repeating: "ä", count: 30)) }
    let answer = try await company.clock.passing {
      try await adapter.records(of: .invoices, for: ids)
    }
    #expect(answer.count == 100)
    #expect(company.transport.exchanges.allSatisfy { $0.request.url.utf8.count < 8_000 })
  }

  @Test("settings that cannot work are refused by name")
  func settings() throws {
    let company = try ServiceLayerCompany()
    for (setting, value) in [("time_zone", "Europe/Brelin"), ("base_url", "host:50000")] {
      let error = #expect(throws: SystemError.self) {
        try company.adapter(settings: [setting: .text(value)])
      }
      #expect(error?.message.contains("`\(setting)`") == true)
    }
    #expect(throws: SystemError.self) { try company.adapter(link: "U_Deal ID") }
  }

  @Test("an address that was copied with its version is understood")
  func copiedAddress() async throws {
    let company = try ServiceLayerCompany()
    let adapter = try company.adapter(address: "/erp_de/b1s/v1/")
    #expect(try await records(.invoices, company, adapter).count == 5)
    #expect(company.transport.exchanges.allSatisfy { $0.path.contains("/erp_de/b1s/v1/") })
  }

  @Test("doctor tells a field that Service Layer does not know yet, a near name, a wrong zone")
  func examined() async throws {
    let company = try ServiceLayerCompany()
    func findings(
      link: String = "U_DealID", echoes: [String] = [], zone: String = "Europe/Berlin"
    ) async throws -> [String] {
      let settings: [String: SettingValue] = ["time_zone": .text(zone)]
      let adapter = try company.adapter(link: link, echoes: echoes, settings: settings)
      let system = company.context(link: link, echoes: echoes).system
      let examiner = Examiner(
        adapter,
        brief: ExaminationBrief(
          system: system, sharedID: SharedID(origin: "crm", pattern: "^[Bb][Ww]-[0-9]{5}$")),
        time: company.clock)
      return await company.clock.passing { await examiner.examine(wasReached: { true }) }
        .filter { $0.outcome != .ok && $0.outcome != .manual }
        .map { "\($0.message) \($0.mend ?? "")" }
    }
    #expect(try await findings(echoes: ["Comments"]) == [])
    #expect(try await findings(link: "U_DealId").contains { $0.contains("There is U_DealID.") })
    #expect(try await findings(echoes: ["Coments"]).contains { $0.contains("no Coments") })
    try await company.order(.renameProperty(from: "U_DealID", to: "U_Gone"))
    #expect(try await findings().contains { $0.contains("restart the Service Layer") })
    try await company.order(.mend)
    try await company.order(.setField(record: "Invoices/22", field: "Comments", value: "now"))
    let zone = try await findings(zone: "America/New_York")
    #expect(zone.contains { $0.contains("`time_zone`") && $0.contains("in the future") })
  }
}

extension JSONValue {
  /// The object with a member of another value.
  func changed(_ name: String, to text: String) -> JSONValue {
    .object((members ?? []).map { $0.name == name ? .init(name, .string(text)) : $0 })
  }
}

/// Takes the page size out of every request, as an old Service Layer would ignore it.
struct IgnoringPreferences: HTTPTransport {
  let next: SandboxTransport

  func exchange(
    _ request: HTTPRequest, deadline: Duration, maximumBytes: Int
  ) async throws -> HTTPAnswer {
    var request = request
    request.headers.removeAll { $0.name == "Prefer" }
    return try await next.exchange(request, deadline: deadline, maximumBytes: maximumBytes)
  }
}
