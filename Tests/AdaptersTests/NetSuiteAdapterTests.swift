import AdapterKit
import DealModel
import Sandbox
import TestSupport
import Testing

@testable import Adapters

@Suite("NetSuite adapter")
struct NetSuiteAdapterTests {
  private func euros(_ text: String) throws -> Money {
    Money(try #require(ExactDecimal(text)), try #require(Currency(code: "EUR")))
  }

  private func invoice(_ record: Record) throws -> Invoice {
    guard case .invoice(let invoice) = record.content else { throw WrongContent() }
    return invoice
  }

  private func cost(_ record: Record) throws -> Cost {
    guard case .cost(let cost) = record.content else { throw WrongContent() }
    return cost
  }

  private struct WrongContent: Error {}

  @Test("Oracle's own example of a signature is reproduced")
  func signatureVector() {
    let signature = OAuthSignature(
      credentials: .init(
        consumerKey: Secret("ef40afdd8abaac111b13825dd5e5e2ddddb44f86d5a0dd6dcf38c20aae6b67e4"),
        consumerSecret: Secret("d26ad321a4b2f23b0741c8d38392ce01c3e23e109df6c96eac6d099e9ab9e8b5"),
        token: Secret("2b0ce516420110bcbd36b69e99196d1b7f6de3c6234c5afb799b73d87569f5cc"),
        tokenSecret: Secret("c29a677df7d5439a458c063654187e3d678d73aca8e3c9d8bea1478a3eb0d295")),
      realm: "123456", nonce: "fjaLirsIcCGVZWzBX0pg", timestamp: 1_508_242_306)
    let header = signature.header(
      method: "GET",
      url: "https://123456.suitetalk.api.netsuite.com/services/rest/record/v1/employee/40")
    #expect(
      header.contains("oauth_signature=\"B5OIWznZ2YP0OB7VrJrGkYsTh%2B8H%2B5T9Hag%2Bo92q0zY%3D\""))
    #expect(header.hasPrefix("OAuth realm=\"123456\", "))
  }

  @Test(
    "invoices are net of tax, credit memos positive, states told apart",
    arguments: ["signed", "oauth"])
  func invoices(system: String) async throws {
    let company = try NetSuiteCompany()
    let adapter = try company.adapter(SystemName(system))
    let records = try await adapter.records(of: .invoices, for: ["BW-10001", "BW-10002"])
    #expect(records["BW-10002"] == [])
    let found = try #require(records["BW-10001"])
    #expect(found.map(\.number) == ["INV4", "INV3", "CM1", "INV2", "INV1"])
    let first = try invoice(found[4])
    #expect(first.net == .value(try euros("100")))
    #expect(first.gross == .value(try euros("119")))
    #expect(first.paid == .value(try euros("19")))
    #expect(first.outstanding == .value(try euros("100")))
    #expect(first.status == .open)
    #expect(first.issued == .value(try #require(CalendarDate("2026-09-01"))))
    #expect(first.due == .value(try #require(CalendarDate("2026-10-01"))))
    let second = try invoice(found[3])
    #expect(second.status == .paid)
    #expect(second.outstanding == .value(try euros("0")))
    #expect(second.due == .none)
    guard case .creditNote(let note) = found[2].content else { throw WrongContent() }
    #expect(note.net == .value(try euros("50")))
    #expect(note.gross == .value(try euros("59.5")))
    #expect(note.status == .paid)
    #expect(try invoice(found[1]).status == .draft)
    #expect(try invoice(found[0]).status == .voided)
    #expect(
      found[4].url
        == "https://123456-sb1.app.netsuite.com/app/accounting/transactions/custinvc.nl?id=100")
    #expect(found[4].modifiedAt == Timestamp("2026-09-01T08:00:00Z"))
    #expect(company.calls.requests.filter { $0.url.contains("suiteql") }.count == 1)
  }

  @Test("an order is open by what is not billed, closed lines and settled orders are not")
  func costs() async throws {
    let company = try NetSuiteCompany()
    let records = try await company.adapter().records(of: .costs, for: ["BW-10001"])
    let costs = try #require(records["BW-10001"]).reduce(into: [String: Cost]()) { costs, record in
      costs[record.number] = try cost(record)
    }
    #expect(costs["PO1"]?.open == .value(try euros("200")))
    #expect(costs["PO1"]?.net == .value(try euros("400")))
    #expect(costs["PO1"]?.party == .value("Stahl GmbH"))
    #expect(costs["BILL1"]?.net == .value(try euros("100")))
    #expect(costs["BILL1"]?.open == Answer<Money>.none)
    #expect(costs["VC1"]?.net == .value(try euros("10")))
    #expect(costs["VC1"]?.kind == .vendorCredit)
    #expect(costs["ER1"]?.net == .value(try euros("80.01")))
    #expect(costs["ER1"]?.status == .paid)
    #expect(costs["PO2"]?.open == .value(try euros("0")))
    #expect(costs["PO3"]?.open == .value(try euros("0")))
    #expect(costs.count == 6)
  }

  @Test("IDs are compared to the letter and travel as parameters")
  func exactIDs() async throws {
    let company = try NetSuiteCompany()
    let evil: DealID = "x') OR ('1'='1"
    let records = try await company.adapter().records(of: .invoices, for: ["bw-10001", evil])
    #expect(records["bw-10001"]?.map(\.number) == ["INV9"])
    #expect(records[evil] == [])
  }

  @Test("a record of an ID nobody asked for spoils its answer")
  func crossedIDs() async throws {
    let company = try NetSuiteCompany()
    let crossing = NetSuiteTransport(sandbox: company.sandbox, calls: company.calls) { answer in
      var crossed = answer
      let text = String(decoding: answer.body, as: UTF8.self)
      crossed.body = Array(
        text.replacing("\"deal_id\":\"BW-10001\"", with: "\"deal_id\":\"BW-10002\"").utf8)
      return crossed
    }
    let adapter = try company.adapter(transport: crossing)
    let error = await #expect(throws: SystemError.self) {
      try await adapter.records(of: .invoices, for: ["BW-10001"])
    }
    #expect(error?.kind == .malformed)
  }

  @Test("more than a thousand documents are read page by page, each once")
  func paging() async throws {
    let company = try NetSuiteCompany(NetSuiteCompany.invoices(2_300, of: "BW-10001"))
    let records = try await company.adapter().records(of: .invoices, for: ["BW-10001"])
    let found = try #require(records["BW-10001"])
    #expect(found.count == 2_300)
    #expect(Set(found.map(\.reference)).count == 2_300)
    #expect(company.calls.statuses == [200, 200, 200])
  }

  @Test("a value that cannot be understood is unavailable alone, with system, record and mend")
  func brokenValues() async throws {
    var tables = NetSuiteCompany.tables
    tables["transaction"] = .array([
      NetSuiteCompany.transaction("1", "CustInvc", "INV1", "A", "2026-09-01", total: "12,50"),
      NetSuiteCompany.transaction(
        "2", "CustInvc", "INV2", "A", "2026-09-02", total: "5", ["currency": "2"]),
      NetSuiteCompany.transaction(
        "3", "CustInvc", "INV3", "A", "2026-09-03", total: "5", ["trandate": "2026-02-30"]),
      NetSuiteCompany.transaction("4", "CustInvc", "INV4", "?", "2026-09-04", total: "5"),
      NetSuiteCompany.transaction("5", "CustInvc", "INV5", "A", "2026-09-05", total: "5"),
    ])
    tables["transactionline"] = .array([
      NetSuiteCompany.line("1", "1", "-1"), NetSuiteCompany.line("2", "1", "-2"),
      NetSuiteCompany.line("3", "1", "-3"), NetSuiteCompany.line("4", "1", "-4"),
      NetSuiteCompany.line("5", "1", "-5"), NetSuiteCompany.line("5", "2", "minus five"),
    ])
    let company = try NetSuiteCompany(tables)
    let records = try await company.adapter().records(of: .invoices, for: ["BW-10001"])
    let found = try #require(records["BW-10001"]).reduce(into: [String: Invoice]()) {
      $0[$1.number] = try invoice($1)
    }
    #expect(found["INV1"]?.net == .value(try euros("1")))
    let message = try #require(found["INV1"]?.gross.error?.message)
    #expect(
      message.contains("INV1") && message.contains("signed") && message.contains("foreigntotal"))
    #expect(!message.contains("12,50"))
    #expect(found["INV2"]?.net.error?.message.contains("ISO 4217") == true)
    #expect(found["INV3"]?.issued.error != nil)
    #expect(found["INV3"]?.net == .value(try euros("3")))
    #expect(found["INV4"]?.net.error?.message.contains("status") == true)
    #expect(found["INV5"]?.net.error?.kind == .malformed)
    #expect(found["INV5"]?.gross == .value(try euros("5")))
  }

  @Test("echoes are read with the records")
  func echoes() async throws {
    let company = try NetSuiteCompany()
    let adapter = try company.adapter(echoes: ["custbody_value"])
    let records = try await adapter.records(of: .invoices, for: ["BW-10001"])
    let byNumber = try #require(records["BW-10001"]).reduce(into: [String: Record]()) {
      $0[$1.number] = $1
    }
    #expect(byNumber["INV1"]?.echoes == ["custbody_value": .value(.text("4711.50"))])
    #expect(byNumber["INV2"]?.echoes == ["custbody_value": .none])
  }

  @Test("an invoice opens with lines and payments, an order with its bills")
  func detail() async throws {
    let company = try NetSuiteCompany()
    let adapter = try company.adapter()
    let invoice = try await adapter.detail(
      of: RecordReference(system: "signed", kind: .invoices, id: "100"))
    #expect(invoice.record.number == "INV1")
    #expect(invoice.lines.map(\.text) == ["STEEL", "Freight"])
    #expect(invoice.lines.map(\.net) == [.value(try euros("60.1")), .value(try euros("39.9"))])
    #expect(invoice.lines[0].quantity == .value(3))
    #expect(invoice.applications.map(\.number) == ["PMT1"])
    #expect(invoice.applications[0].amount == .value(try euros("19")))
    #expect(invoice.applications[0].kind == .payment)
    #expect(invoice.notes.contains(.init("party", "Harbour Ltd")))
    #expect(invoice.notes.contains(.init("status", "Invoice : Open")))

    let order = try await adapter.detail(
      of: RecordReference(system: "signed", kind: .costs, id: "200"))
    #expect(order.applications.map(\.kind) == [.bill])
    #expect(order.applications[0].amount == .value(try euros("100")))
    #expect(order.lines[0].billed == .value(1))
    await #expect(throws: SystemError.self) {
      try await adapter.detail(of: RecordReference(system: "signed", kind: .costs, id: "99999"))
    }
  }

  @Test("a number or an ID finds transactions of any type, exactly")
  func finding() async throws {
    let company = try NetSuiteCompany()
    let adapter = try company.adapter()
    let invoice = try await adapter.find("INV1")
    #expect(invoice.map(\.reference.id) == ["100"])
    #expect(invoice.first?.dealID == "BW-10001")
    #expect(try await adapter.find("200").map(\.number) == ["PO1"])
    #expect(try await adapter.find("200").map(\.reference.kind) == [.costs])
    #expect(try await adapter.find("PMT1").map(\.dealID) == [nil])
    #expect(try await adapter.find("INV").isEmpty)
    #expect(company.calls.statuses.allSatisfy { $0 == 200 })
  }

  @Test("changes are told once, and a payment changes the deal of its invoice")
  func changes() async throws {
    let company = try NetSuiteCompany()
    let adapter = try company.adapter()
    let begin = try await adapter.changes(since: nil)
    #expect(begin.deals.isEmpty)
    let quiet = try await adapter.changes(since: begin.cursor)
    #expect(quiet.deals.isEmpty)
    company.clock.advance(by: .seconds(30))
    let net = try #require(ExactDecimal("120.5"))
    try await company.sandbox.obey(
      ControlOrder(.correctInvoice(number: "INV1", net: net)), by: "signed")
    company.clock.advance(by: .seconds(1))
    let corrected = try await adapter.changes(since: quiet.cursor)
    #expect(corrected.deals == ["BW-10001": [.invoices]])
    let records = try await adapter.records(of: .invoices, for: ["BW-10001"])
    let first = try invoice(try #require(records["BW-10001"]?.last))
    #expect(first.net == .value(try euros("120.5")))
    #expect(first.gross == .value(try euros("139.5")))
    #expect(first.outstanding == .value(try euros("120.5")))
    let again = try await adapter.changes(since: corrected.cursor)
    #expect(again.deals.isEmpty)
    company.clock.advance(by: .seconds(300))
    try await company.sandbox.obey(
      ControlOrder(.setField(record: "transaction/110", field: "memo", value: "x")), by: "signed")
    let paid = try await adapter.changes(since: again.cursor)
    #expect(paid.deals == ["BW-10001": [.invoices]])
  }

  @Test("links list every document with the ID it bears, to the letter, or none")
  func links() async throws {
    let company = try NetSuiteCompany()
    let page = try await company.adapter().linkPage(after: nil)
    #expect(page.next == nil)
    #expect(page.total == RecordCount(page.links.count))
    let byNumber = page.links.reduce(into: [String: DealID?]()) { $0[$1.number] = $1.dealID }
    #expect(byNumber["INV10"] == .some("BW-1OOO1"))
    #expect(byNumber["PMT1"] == nil)
    let large = try NetSuiteCompany(NetSuiteCompany.invoices(1_500, of: "BW-10001"))
    let adapter = try large.adapter()
    let first = try await adapter.linkPage(after: nil)
    #expect(first.links.count == 1_000)
    #expect(first.total == 1_500)
    let second = try await adapter.linkPage(after: first.next)
    #expect(second.links.count == 500)
    #expect(second.total == 1_500)
    #expect(second.next == nil)
  }

  @Test("the probe tells the vendor's clock and when the token ends")
  func probe() async throws {
    let company = try NetSuiteCompany()
    let signed = try await company.adapter().probe()
    #expect(signed.serverTime == Timestamp("2026-11-20T16:21:00Z"))
    #expect(signed.credentialsExpire == nil)
    #expect(signed.identity == "account 123456_SB1")
    let oauth = try await company.adapter("oauth").probe()
    #expect(oauth.credentialsExpire == Timestamp("2026-11-20T17:21:00Z"))
  }

  @Test("a token that ends in mid-run is renewed without anyone noticing")
  func expiredToken() async throws {
    let company = try NetSuiteCompany()
    let adapter = try company.adapter("oauth")
    let before = try await adapter.records(of: .invoices, for: ["BW-10001"])
    company.clock.advance(by: .seconds(60))
    try await company.sandbox.obey(ControlOrder(.expireToken), by: "oauth")
    let after = try await adapter.records(of: .invoices, for: ["BW-10001"])
    #expect(before == after)
    #expect(company.calls.statuses == [200, 200, 401, 200, 200])
    company.clock.advance(by: .seconds(3_600))
    #expect(try await adapter.records(of: .invoices, for: ["BW-10001"]) == before)
  }

  @Test("one refused login is tried again, a lasting one is unauthorized")
  func refusedLogin() async throws {
    let company = try NetSuiteCompany()
    let adapter = try company.adapter()
    try await company.sandbox.obey(
      ControlOrder(.throttle(policy: "login"), count: 1), by: "signed")
    _ = try await adapter.probe()
    #expect(company.calls.statuses == [401, 200, 200])
    try await company.sandbox.obey(ControlOrder(.expireToken), by: "signed")
    await #expect {
      try await adapter.probe()
    } throws: { error in
      (error as? SystemError)?.kind == .unauthorized
    }
  }

  @Test("a renamed column is drift that names the field")
  func drift() async throws {
    let company = try NetSuiteCompany()
    let adapter = try company.adapter()
    try await company.sandbox.obey(
      ControlOrder(.renameProperty(from: "custbody_deal_id", to: "custbody_opportunity")),
      by: "signed")
    await #expect {
      try await adapter.records(of: .invoices, for: ["BW-10001"])
    } throws: { error in
      let error = error as? SystemError
      return error?.kind == .drifted(field: "custbody_deal_id")
        && error?.message.contains("custbody_deal_id") == true
    }
    let mended = try company.adapter(link: "custbody_opportunity")
    #expect(try await mended.records(of: .invoices, for: ["BW-10001"])["BW-10001"]?.count == 5)
  }

  @Test(
    "faults become the right kind of error",
    arguments: [
      (ControlOrder.Act.fail(status: 403), SystemError.Kind.unauthorized),
      (.fail(status: 404), .refused),
      (.fail(status: 503), .unavailable),
    ])
  func faults(act: ControlOrder.Act, kind: SystemError.Kind) async throws {
    let company = try NetSuiteCompany()
    let adapter = try company.adapter()
    try await company.sandbox.obey(ControlOrder(act), by: "signed")
    let clock = company.clock
    let answering = Task { try await adapter.probe() }
    let waking = Task {
      while !Task.isCancelled {
        if clock.sleeperCount > 0 { clock.advance(by: .seconds(6)) }
        await Task.yield()
      }
    }
    let result = await answering.result
    waking.cancel()
    #expect(throws: SystemError.self) { try result.get() }
    if case .failure(let error) = result { #expect((error as? SystemError)?.kind == kind) }
  }

  @Test("settings that cannot work are refused with the mend")
  func settings() throws {
    let company = try NetSuiteCompany()
    #expect(throws: SystemError.self) { try company.adapter(link: "custbody_x' OR 1=1") }
    #expect(throws: SystemError.self) {
      try company.adapter(settings: ["account": .text("12 34")])
    }
    #expect(throws: SystemError.self) {
      try company.adapter("other", settings: ["consumer_key": .text("inline")])
    }
  }
}
