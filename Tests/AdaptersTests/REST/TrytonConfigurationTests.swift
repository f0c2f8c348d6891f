import AdapterKit
import DealModel
import Sandbox
import TestSupport
import Testing

@testable import Adapters

@Suite("The ready configuration for Tryton")
struct TrytonConfigurationTests {
  private func bench(
    _ changed: [String: JSONValue] = [:], series: String = "8.0",
    readable: [String] = TrytonCompany.readable, secrets: (any SecretReader)? = nil
  ) throws -> ContractBench {
    var subject = ContractSubject.tryton
    subject.settings = ReadyConfiguration.settings { try TrytonCompany.system(series: series) }
    subject.company = { try TrytonCompany.make(changed, series: series, readable: readable) }
    return try ContractBench(subject, secrets: secrets)
  }

  private func invoices(_ bench: ContractBench, _ deal: DealID) async throws -> [String: Invoice] {
    let records = try #require(try await bench.records(.invoices, [deal])[deal])
    return Dictionary(
      uniqueKeysWithValues: records.compactMap { record in
        if case .invoice(let invoice) = record.content { (record.number, invoice) } else { nil }
      })
  }

  private func costs(_ bench: ContractBench, _ deal: DealID) async throws -> [String: Cost] {
    let records = try #require(try await bench.records(.costs, [deal])[deal])
    return Dictionary(
      uniqueKeysWithValues: records.compactMap { record in
        if case .cost(let cost) = record.content { (record.number, cost) } else { nil }
      })
  }

  private static func amount(_ text: String, _ code: String = "EUR") -> Answer<Money> {
    guard let amount = ExactDecimal(text), let currency = Currency(code: code) else {
      return .none
    }
    return .value(Money(amount, currency))
  }

  @Test("is a configuration without a mistake, for both series")
  func readable() throws {
    for series in ["8.0", "7.0"] {
      #expect(try TrytonCompany.system(series: series).link == TrytonCompany.link)
    }
  }

  // MARK: Invoices

  @Test("invoices have their state, what was paid of them and what is owed, and where they open")
  func invoices() async throws {
    let bench = try bench()
    let invoices = try await invoices(bench, "BW-10001")
    #expect(Set(invoices.keys) == ["2026-0101", "103", "2026-0104", "2026-0107"])
    let open = try #require(invoices["2026-0101"])
    #expect(open.status == .open)
    #expect(open.net == Self.amount("1000.05"))
    #expect(open.gross == Self.amount("1190.06"))
    #expect(open.paid == Self.amount("795"))
    #expect(open.outstanding == Self.amount("395.06"))
    #expect(open.issued.value?.description == "2026-11-02")
    let paid = try #require(invoices["2026-0107"])
    #expect(paid.status == .paid)
    #expect(paid.paid == Self.amount("238"))
    #expect(paid.outstanding == Self.amount("0"))
    let records = try await bench.records(.invoices, ["BW-10001"])["BW-10001"] ?? []
    let record = try #require(records.first { $0.number == "2026-0101" })
    #expect(record.url == "\(SandboxTransport.origin)/erp/#brightwater/model/account.invoice/101")
    #expect(record.modifiedAt == Timestamp("2026-11-10T08:14:03.221Z"))
    #expect(record.modifiedBy == "Dana Reyes")
    let foreign = try await self.invoices(bench, "BW-10002")["2026-0105"]
    #expect(foreign?.net == Self.amount("1000", "USD"))
  }

  @Test("an invoice is due when its first instalment is that is not paid")
  func instalments() async throws {
    let invoices = try await invoices(try bench(), "BW-10001")
    #expect(invoices["2026-0101"]?.due.value?.description == "2026-12-12")
    #expect(invoices["2026-0107"]?.due == .some(.none), "nothing is due any more")
  }

  @Test("drafts and cancelled invoices are shown, and nothing of them is paid or owed")
  func unposted() async throws {
    let invoices = try await invoices(try bench(), "BW-10001")
    let draft = try #require(invoices["103"])
    #expect(draft.status == .draft)
    #expect(draft.net == Self.amount("300"))
    #expect(draft.paid == Self.amount("0"))
    #expect(draft.outstanding == Self.amount("0"))
    #expect(invoices["2026-0104"]?.status == .voided)
  }

  @Test(
    "a customer invoice below nothing is a credit note, and what of it is not applied stands there")
  func creditNotes() async throws {
    let records = try await (try bench()).records(.invoices, ["BW-10001"])["BW-10001"] ?? []
    let notes = records.compactMap { record in
      if case .creditNote(let note) = record.content { note } else { nil }
    }
    #expect(notes.map(\.net) == [Self.amount("50")])
    #expect(notes.map(\.gross) == [Self.amount("59.50")])
    #expect(notes.map(\.unapplied) == [Self.amount("59.50")])
  }

  // MARK: Costs

  @Test("supplier invoices are bills, those below nothing credits of vendors")
  func bills() async throws {
    let bench = try bench()
    let costs = try await costs(bench, "BW-10001")
    #expect(costs["B-0201"]?.kind == .bill)
    #expect(costs["B-0201"]?.status == .open)
    #expect(costs["B-0201"]?.net == Self.amount("400"))
    #expect(costs["B-0201"]?.party == .value("Fjord Steel AS"))
    #expect(costs["B-0202"]?.status == .paid)
    #expect(costs["B-0203"]?.kind == .vendorCredit)
    #expect(costs["B-0203"]?.net == Self.amount("20"))
    #expect(costs["205"]?.status == .draft)
    #expect(costs["205"]?.date == .some(.none))
    #expect(try await self.costs(bench, "BW-10002")["B-0204"]?.status == .draft, "not posted yet")
  }

  @Test("an order is open by what stands on no posted bill, whatever drafts there are")
  func openOrders() async throws {
    let bench = try bench()
    let costs = try await costs(bench, "BW-10001")
    let order = try #require(costs["PO-0001"])
    #expect(order.kind == .purchaseOrder)
    #expect(order.status == .open)
    #expect(order.net == Self.amount("1099.99"))
    // 6 of 10 at 100.00; of the other line more was billed than ordered, which opens nothing.
    #expect(order.open == Self.amount("600"))
    #expect(costs["PO-0002"]?.open == Self.amount("75"), "a paid bill is one too")
    #expect(costs["PO-0003"]?.status == .draft)
    #expect(costs["PO-0004"]?.status == .paid)
    #expect(costs["PO-0004"]?.open == Self.amount("0"), "done, although nothing was billed")
    #expect(try await self.costs(bench, "BW-10002")["PO-0005"]?.open == Self.amount("90"))
    try await bench.order(
      .setField(record: "account.invoice/205", field: "state", value: "posted"))
    #expect(try await self.costs(bench, "BW-10001")["PO-0001"]?.open == Self.amount("0"))
  }

  @Test("an invoice opens with its lines, an order with what of each is billed")
  func details() async throws {
    let bench = try bench()
    let invoice = try await bench.clock.passing {
      try await bench.adapter.detail(
        of: RecordReference(system: "erp", kind: .invoices, id: "101"))
    }
    #expect(invoice.lines.map(\.text) == ["Fender", "Freight", ""])
    #expect(invoice.lines.map(\.quantity) == [.value(10), .none, .value(1)])
    #expect(invoice.lines.map(\.net) == [Self.amount("1000"), .none, Self.amount("0.05")])
    #expect(invoice.notes.contains(.init("party", "Aalto Harbour Oy")))
    let order = try await bench.clock.passing {
      try await bench.adapter.detail(of: RecordReference(system: "erp", kind: .costs, id: "1:1"))
    }
    #expect(
      order.lines.prefix(2).map(\.billed) == [.value(4), ExactDecimal("3.5").map { .value($0) }])
    #expect(order.notes == [.init("reference", "Q-7")])
  }

  // MARK: What a vendor's ways need

  @Test("Tryton 7.0 tells the same by another address")
  func olderSeries() async throws {
    let (eight, seven) = (try bench(), try bench(series: "7.0"))
    for kind in [RecordKind.invoices, .costs] {
      let ids: [DealID] = ["BW-10001", "BW-10002", "BW-10003"]
      #expect(try await seven.records(kind, ids) == (try await eight.records(kind, ids)))
    }
    #expect(seven.transport.exchanges.allSatisfy { $0.path == "POST /erp/brightwater" })
  }

  @Test("more invoices than a page are read, each once")
  func pages() async throws {
    let invoices = (1...430).map {
      TrytonCompany.invoice(
        $0, "out", "posted", "N-\($0)", "BW-10003", "1.00", "0.19")
    }
    let bench = try bench([
      "account.invoice": .array(invoices), "account.invoice.line": [],
      "account.move.line": [],
    ])
    let answer = try await bench.records(.invoices, ["BW-10003"])
    #expect(Set(answer["BW-10003"]?.map(\.number) ?? []).count == 430)
    #expect(bench.asked == 3)
  }

  @Test("what was posted, and what was never written since it was made, is in the changes")
  func changes() async throws {
    let bench = try bench()
    let ask: @Sendable (PageCursor?) async throws -> ChangedDeals = { cursor in
      try await bench.clock.passing { try await bench.adapter.changes(since: cursor) }
    }
    let begun = try await ask(nil)
    bench.clock.advance(by: .seconds(60))
    try await bench.order(
      .setField(record: "account.invoice/103", field: "state", value: "posted"))
    try await bench.order(.setField(record: "purchase.line/6", field: "quantity", value: "5"))
    bench.clock.advance(by: .seconds(1))
    let changed = try await ask(begun.cursor)
    #expect(changed.deals == ["BW-10001": [.invoices, .costs]])
    let since = try #require(Timestamp("2026-11-02T07:59:00Z"))
    let before = try #require(bench.adapter.cursor(ofChangesSince: since))
    let all = try await ask(before)
    #expect(all.deals["BW-10002"] == [.invoices, .costs])
    #expect(all.deals["BW-10004"] == [.invoices], "made, and never written since")
  }

  @Test("links are of records that bear a deal ID, whatever the series takes for none")
  func links() async throws {
    for series in ["8.0", "7.0"] {
      let bench = try bench(series: series)
      var links: [Link] = []
      var cursor: PageCursor?
      repeat {
        let after = cursor
        let page = try await bench.clock.passing { try await bench.adapter.linkPage(after: after) }
        links += page.links
        cursor = page.next
      } while cursor != nil
      #expect(links.count == 18)
      #expect(links.allSatisfy { $0.dealID != nil })
      let order = try #require(links.first { $0.number == "PO-0001" })
      let records = try await bench.records(.costs, ["BW-10001"])["BW-10001"] ?? []
      #expect(records.contains { $0.reference == order.reference }, "the same record")
    }
  }

  @Test("a field that is gone is drift, by Python's own word for it")
  func drift() async throws {
    let bench = try bench()
    try await bench.order(.renameProperty(from: "deal_id", to: "deal"))
    let error = try await bench.failure {
      _ = try await bench.adapter.records(of: .costs, for: ["BW-10001"])
    }
    #expect(error?.kind == .drifted(field: "deal_id"))
    #expect(error?.message.contains("See whether the module that adds it is activated") == true)
  }

  @Test("a model that the group may not read is a lack of rights, which doctor names")
  func rights() async throws {
    let bench = try bench(readable: TrytonCompany.readable.filter { $0 != "account.move.line" })
    let error = try await bench.failure {
      _ = try await bench.adapter.records(of: .invoices, for: ["BW-10001"])
    }
    #expect(error?.kind == .unauthorized)
    #expect(error?.message.contains("Give its group read access") == true)
    let costs = try await bench.records(.costs, ["BW-10001"])
    #expect(costs["BW-10001"]?.isEmpty == false, "which need no lines to pay")
  }

  @Test("an address of the other series is told apart from a wrong one")
  func address() async throws {
    var subject = ContractSubject.tryton
    subject.settings = ReadyConfiguration.settings { try TrytonCompany.system(series: "7.0") }
    let bench = try ContractBench(subject)
    let error = try await bench.failure {
      _ = try await bench.adapter.records(of: .invoices, for: ["BW-10001"])
    }
    #expect(error?.kind == .refused)
    #expect(error?.message.contains("/DATABASE/rpc/ since Tryton 8.0") == true)
  }

  @Test("a login that is shut out is throttled, not refused for ever")
  func shutOut() async throws {
    let bench = try bench(secrets: WrongSecrets())
    var kinds: [String] = []
    for _ in 0..<8 {
      let error = try await bench.failure { _ = try await bench.adapter.probe() }
      kinds.append(error?.kind.word ?? "none")
      bench.clock.advance(by: .seconds(1))
    }
    #expect(kinds.first == "unauthorized")
    #expect(kinds.last == "throttled")
  }

  @Test("doctor finds nothing wrong with a sound Tryton, and a wrong password")
  func doctor() async throws {
    let found = await (try bench()).examine()
    #expect(found.filter { $0.outcome == .finding }.isEmpty, "\(found)")
    #expect(found.contains { $0.message.contains("let in as Plumb Line") })
    let refused = await (try bench(secrets: WrongSecrets())).examine()
    #expect(refused.first { $0.outcome == .finding }?.check == .credentials)
    #expect(!refused.contains { $0.message.contains(WrongSecrets.text) })
  }
}
