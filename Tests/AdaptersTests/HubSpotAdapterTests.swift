import AdapterKit
import Adapters
import DealModel
import Sandbox
import TestSupport
import Testing

@Suite("HubSpot")
struct HubSpotAdapterTests {
  private func fields(of id: DealID, in bench: ContractBench) async throws
    -> [FieldName: Answer<FieldValue>]
  {
    let records = try await bench.records(.deals, [id])[id] ?? []
    guard case .deal(let fields)? = records.first?.content else { return [:] }
    return fields
  }

  @Test("a deal's fields are labels, names and exact money, not IDs")
  func dealFields() async throws {
    let bench = try ContractBench(.hubspot)
    let fields = try await fields(of: "BW-10001", in: bench)
    let usd = try #require(Currency(code: "USD"))
    #expect(
      fields == [
        .name: .value(.text("Terminal 3 fender replacement")),
        .company: .value(.text("Calloway Port Authority")),
        .stage: .value(.text("Won")), .stageState: .value(.text("won")),
        .pipeline: .value(.text("Projects")), .person: .value(.text("Maya Okafor")),
        .value: .value(.money(Money(ExactDecimal(486_000), usd))),
        .closeDate: .value(.date(try #require(CalendarDate("2026-03-12")))),
        .entity: .value(.text("US")),
      ])
    let record = try #require(try await bench.records(.deals, ["BW-10001"])["BW-10001"]?.first)
    #expect(
      record.url
        == "https://app-eu1.hubspot.com/contacts/26610384/record/0-3/21806348628")
    #expect(record.echoes == ["invoiced_total": .value(.number(ExactDecimal(486_000)))])
    #expect(record.modifiedAt == Timestamp("2026-08-14T05:30:13.586Z"))
  }

  @Test("a stage is won, lost or open, whatever it is called")
  func stageStates() async throws {
    let bench = try ContractBench(.hubspot)
    for (id, state) in [("BW-10045", "won"), ("BW-10038", "lost"), ("BW-10037", "open")] {
      let fields = try await fields(of: DealID(id), in: bench)
      #expect(fields[.stageState] == .value(.text(state)))
    }
  }

  @Test("an empty property is none; eighteen digits stay; a deactivated owner has a name")
  func oddValues() async throws {
    let bench = try ContractBench(.hubspot)
    #expect(try await fields(of: "BW-10054", in: bench)[.company] == Answer.none)
    #expect(try await fields(of: "BW-10056", in: bench)[.entity] == Answer.none)
    let exact = try await fields(of: "BW-10037", in: bench)[.value]?.value
    #expect(exact?.description == "845000.123456789012 USD")
    #expect(
      try await fields(of: "BW-10038", in: bench)[.person] == .value(.text("Carl Whitcombe")))
    let echo = try await bench.records(.deals, ["BW-10045"])["BW-10045"]?.first?.echoes
    #expect(echo == ["invoiced_total": Answer.none])
  }

  @Test("two records that bear one ID are both returned, the newer first")
  func duplicates() async throws {
    let bench = try ContractBench(.hubspot)
    let records = try await bench.records(.deals, ["BW-10031"])["BW-10031"] ?? []
    #expect(records.map(\.reference.id) == ["21854728426", "21886997302"])
  }

  @Test(
    "a value that cannot be used is unavailable, names the record, and spoils nothing else",
    arguments: [
      ("amount", "twelve", FieldName.value), ("deal_currency_code", "XYZ", .value),
      ("closedate", "2026-02-30", .closeDate), ("dealstage", "no-such-stage", .stage),
      ("hubspot_owner_id", "1", .person), ("pipeline", "gone", .pipeline),
    ])
  func badValues(_ property: String, _ value: String, _ field: FieldName) async throws {
    let bench = try ContractBench(.hubspot)
    try await bench.order(
      .setField(record: "deals/21806348628", field: property, value: value))
    let fields = try await fields(of: "BW-10001", in: bench)
    let error = try #require(fields[field]?.error)
    #expect(error.kind == .malformed)
    #expect(error.message.contains("21806348628") && error.message.contains("crm (HubSpot)"))
    let spoiled = fields.filter { $0.value.error != nil }.map(\.key)
    #expect(Set(spoiled) == (field == .stage ? [.stage, .stageState] : [field]))
  }

  @Test("a deal without an ID is listed as unlinked, not as a deal")
  func unlinked() async throws {
    let bench = try ContractBench(.hubspot)
    let page = try await bench.clock.passing { try await bench.adapter.dealPage(after: nil) }
    #expect(page.unlinked.map(\.number) == ["Seawall condition survey"])
    #expect(page.unlinked.first?.dealID == nil)
  }

  @Test("tickets follow their deal, with state and person")
  func tickets() async throws {
    let bench = try ContractBench(.hubspot)
    let records = try await bench.records(.tickets, ["BW-10007", "BW-10001"])
    #expect(records["BW-10001"] == [])
    guard case .ticket(let ticket)? = records["BW-10007"]?.first?.content else {
      Issue.record("no ticket")
      return
    }
    #expect(ticket.subject == "Ladder handrail loose on dock C")
    #expect(!ticket.isOpen && ticket.status == "Closed")
    #expect(ticket.person == .value("Priya Raman"))
    #expect(ticket.priority == .value("LOW"))
  }

  @Test("a changed ticket is reported under its deal, once, and costs nothing while none changes")
  func changedTickets() async throws {
    let bench = try ContractBench(.hubspot)
    let adapter = bench.adapter
    let begun = try await bench.clock.passing { try await adapter.changes(since: nil).cursor }
    let cold = bench.transport.exchanges.count
    let quiet = try await bench.clock.passing { try await adapter.changes(since: begun) }
    #expect(quiet.deals.isEmpty)
    #expect(bench.transport.exchanges.count == cold + 2)
    let ticket = try #require(
      try await bench.records(.tickets, ["BW-10007"])["BW-10007"]?.first?.reference.id)
    bench.clock.advance(by: .seconds(5))
    try await bench.order(
      .setField(record: "tickets/\(ticket)", field: "hs_ticket_priority", value: "HIGH"))
    let changed = try await bench.clock.passing { try await adapter.changes(since: quiet.cursor) }
    #expect(changed.deals == ["BW-10007": [.tickets]])
    let later = try await bench.clock.passing { try await adapter.changes(since: changed.cursor) }
    #expect(later.deals.isEmpty)
  }

  @Test("a token that may not read tickets still reports the changes of deals")
  func withoutTicketScope() async throws {
    let bench = try ContractBench(.hubspot)
    let adapter = bench.adapter
    try await bench.sandbox.obey(
      ControlOrder(.fail(status: 403), pathPrefix: "/crm/v3/objects/tickets"), by: "crm")
    let begun = try await bench.clock.passing { try await adapter.changes(since: nil).cursor }
    bench.clock.advance(by: .seconds(5))
    try await bench.order(
      .setField(record: "deals/erp_deal_id=BW-10001", field: "amount", value: "500000"))
    let changed = try await bench.clock.passing { try await adapter.changes(since: begun) }
    #expect(changed.deals == ["BW-10001": [.deals]])
  }

  @Test("owners that cannot be asked spoil the owner only")
  func withoutOwners() async throws {
    let bench = try ContractBench(.hubspot)
    try await bench.sandbox.obey(
      ControlOrder(.fail(status: 403), pathPrefix: "/crm/v3/owners"), by: "crm")
    let fields = try await fields(of: "BW-10001", in: bench)
    #expect(fields[.person]?.error?.kind == .unauthorized)
    #expect(fields[.person]?.error?.message.contains("crm.objects.owners.read") == true)
    #expect(fields[.stage] == .value(.text("Won")))
  }

  @Test("what is looked up once is not asked for again with every batch")
  func lookupsAreKept() async throws {
    let bench = try ContractBench(.hubspot)
    _ = try await bench.records(.deals, ["BW-10001"])
    let cold = bench.transport.exchanges.count
    _ = try await bench.records(.deals, ["BW-10001"])
    #expect(bench.transport.exchanges.count == cold + 1)
  }
}
