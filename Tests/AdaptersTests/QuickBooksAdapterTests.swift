import AdapterKit
import DealModel
import Sandbox
import TestSupport
import Testing

@testable import Adapters

@Suite("QuickBooks")
struct QuickBooksAdapterTests {
  /// - Parameters:
  ///   - changed: Files of the company that take the place of the usual ones.
  ///   - link: Where the deal ID stands.
  static func bench(
    _ changed: [String: JSONValue] = [:], link: String = "customer", limits: String = "",
    echoes: [String] = []
  ) throws -> ContractBench {
    let usual = ContractSubject.quickBooks
    var subject = ContractSubject(
      kind: usual.kind, system: usual.system, link: link, settings: usual.settings,
      deals: usual.deals, number: usual.number, change: usual.change, drift: nil,
      mostCalls: usual.mostCalls, renewsCredentials: true)
    subject.echoProperties = echoes
    subject.company = { try QuickBooksCompany.make(changed, limits: limits) }
    return try ContractBench(subject)
  }

  private func gbp(_ text: String) throws -> Answer<Money> {
    let amount = try #require(ExactDecimal(text))
    return .value(Money(amount, try #require(Currency(code: "GBP"))))
  }

  @Test("an invoice is read net of tax, with what is paid, in the home currency")
  func invoices() async throws {
    let bench = try Self.bench()
    let records = try #require(try await bench.records(.invoices, ["BW-10001"])["BW-10001"])
    #expect(records.map(\.number) == ["1040", "CM1", "1039", "1037"])
    let last = try #require(records.last)
    #expect(last.reference.id == "Invoice:130")
    #expect(last.url == "https://app.qbo.intuit.com/app/invoice?txnId=130")
    #expect(last.modifiedAt == Timestamp("2026-09-19T20:16:17Z"))
    guard case .invoice(let invoice) = last.content else { throw Unexpected() }
    #expect(invoice.net == (try gbp("275")))
    #expect(invoice.gross == (try gbp("301.29")))
    #expect(invoice.paid == (try gbp("200")))
    #expect(invoice.outstanding == (try gbp("101.29")))
    #expect(invoice.status == .open)
    #expect(invoice.due == .value(try #require(CalendarDate("2026-10-19"))))
    guard case .invoice(let voided) = records[0].content,
      case .creditNote(let credit) = records[1].content
    else { throw Unexpected() }
    #expect(voided.status == .voided)
    #expect(credit.net == (try gbp("10")))
    #expect(credit.status == .paid)
  }

  @Test("a deal's name is found as a word of its project's, and on inactive projects too")
  func names() async throws {
    let bench = try Self.bench()
    let answer = try await bench.records(.invoices, ["BW-10002", "BW-10003", "BW-10004"])
    #expect(answer["BW-10002"]?.map(\.number) == ["1038"])
    #expect(answer["BW-10003"] == [])
    #expect(answer["BW-10004"]?.map(\.number) == ["1042"])
  }

  @Test("costs are the deal's lines, orders what is not billed, and refunds reduce them")
  func costs() async throws {
    let bench = try Self.bench()
    let answer = try await bench.records(.costs, ["BW-10001", "BW-10002"])
    let records = try #require(answer["BW-10001"])
    #expect(
      records.map(\.reference.id) == [
        "Purchase:205", "Purchase:204", "VendorCredit:203", "Bill:201@BW-10001",
        "PurchaseOrder:210", "PurchaseOrder:211",
      ])
    let costs = records.compactMap { record -> Cost? in
      if case .cost(let cost) = record.content { cost } else { nil }
    }
    #expect(
      costs.map(\.kind) == [
        .vendorCredit, .expense, .vendorCredit, .bill, .purchaseOrder, .purchaseOrder,
      ])
    #expect(costs.map(\.net) == (try ["2", "12.34", "5", "100.1", "190", "9"].map(gbp)))
    // Of 150 + 40 ordered, 100.10 is billed; the other order is closed.
    #expect(costs[4].open == (try gbp("89.9")))
    #expect(costs[5].open == (try gbp("0")))
    #expect(costs[3].party == .value("Stahl GmbH"))
    let other = try #require(answer["BW-10002"]?.first)
    #expect(other.reference.id == "Bill:201@BW-10002")
    guard case .cost(let part) = other.content else { throw Unexpected() }
    #expect(part.net == (try gbp("29.9")))
    let detail = try await bench.clock.passing {
      try await bench.adapter.detail(of: other.reference)
    }
    #expect(detail.record == other)
    #expect(detail.lines.map(\.net) == [try gbp("29.9")])
  }

  @Test("an order is billed by a purchase, too; what another document may have billed is unknown")
  func billedOtherwise() async throws {
    for (type, open) in [
      ("Check", try gbp("137.66")), ("APCreditCard", try gbp("137.66")), ("ItemReceipt", nil),
    ] {
      let order = QuickBooksCompany.order(
        "210", "PO-1", "2026-09-30", status: "Open",
        [QuickBooksCompany.cost("1", "150", customer: "24")], bills: [])
      let linked: JSONValue = [["TxnId": "204", "TxnType": .string(type)]]
      let bench = try Self.bench([
        "purchaseorder": .array([order.with("LinkedTxn", linked)]),
        "purchase": .array([
          QuickBooksCompany.purchase(
            "204", "2026-10-15",
            [QuickBooksCompany.cost("1", "12.34", customer: "24", order: ("210", "1"))],
            credit: nil)
        ]),
      ])
      let records = try await bench.records(.costs, ["BW-10001"])["BW-10001"]
      let found = try #require(records?.first { $0.number == "PO-1" })
      guard case .cost(let cost) = found.content else { throw Unexpected() }
      if let open {
        #expect(cost.open == open)
      } else {
        #expect(cost.open.error?.message.contains(type) == true)
      }
    }
  }

  @Test("an invoice opens with its lines, payments and applied credits")
  func detail() async throws {
    let bench = try Self.bench()
    func open(_ id: String, _ kind: RecordKind = .invoices) async throws -> RecordDetail {
      let reference = RecordReference(system: "erp_uk", kind: kind, id: id)
      return try await bench.clock.passing { try await bench.adapter.detail(of: reference) }
    }
    let paid = try await open("Invoice:130")
    #expect(paid.lines.map(\.text) == ["Services: Phase 1"])
    #expect(paid.applications.map(\.kind) == [.payment])
    #expect(paid.applications.map(\.number) == ["P-9"])
    #expect(paid.applications.map(\.amount) == [try gbp("200")])
    #expect(paid.notes.last == .init("estimate", "E-1, 900.00 GBP, Accepted"))
    let credited = try await open("Invoice:132")
    #expect(credited.applications.map(\.kind) == [.creditNote])
    #expect(credited.applications.map(\.amount) == [try gbp("12")])
    let order = try await open("PurchaseOrder:210", .costs)
    #expect(order.applications.map(\.kind) == [.bill])
    #expect(order.applications.map(\.amount) == [try gbp("100.1")])
  }

  @Test("with several currencies a document's own counts, and one without any has no amounts")
  func currencies() async throws {
    let euro = QuickBooksCompany.invoice(
      "130", "1037", "24", "2026-09-19", net: "275.123", tax: nil, balance: "0"
    ).with("CurrencyRef", QuickBooksCompany.ref("EUR"))
    let bare = QuickBooksCompany.invoice(
      "131", "1038", "24", "2026-09-20", net: "1", tax: nil, balance: "0"
    ).without("CurrencyRef")
    let bench = try Self.bench([
      "invoice": [euro, bare], "creditmemo": [],
      "preferences": QuickBooksCompany.preferences(multicurrency: true),
    ])
    let records = try #require(try await bench.records(.invoices, ["BW-10001"])["BW-10001"])
    let invoices = records.compactMap { record -> Invoice? in
      if case .invoice(let invoice) = record.content { invoice } else { nil }
    }
    #expect(invoices.map(\.net.value?.description) == [nil, "275.123 EUR"])
    let message = try #require(invoices[0].net.error?.message)
    #expect(message.contains("Invoice 1038 (ID 131) in erp_uk"))
    #expect(message.hasSuffix("Correct the record there."))
  }

  @Test("an amount that is a text, and a day that does not exist, cost that value alone")
  func brokenRecord() async throws {
    let broken = QuickBooksCompany.invoice(
      "130", "1037", "24", "2026-09-19", net: "275", tax: "5", balance: "0"
    ).with("Balance", "12,50").with("DueDate", "2026-02-30")
    let bench = try Self.bench(["invoice": [broken]])
    let records = try #require(try await bench.records(.invoices, ["BW-10001"])["BW-10001"])
    guard case .invoice(let invoice)? = records.last?.content else { throw Unexpected() }
    #expect(invoice.net == (try gbp("275")))
    #expect(invoice.outstanding.error?.kind == .malformed)
    #expect(invoice.paid.error?.kind == .malformed)
    #expect(invoice.due.error?.message.contains("DueDate") == true)
  }

  @Test(
    "the deal ID stands in the number, the note or a custom field as configured",
    arguments: ["DocNumber", "PrivateNote", "Deal ID"])
  func otherLinks(link: String) async throws {
    let first = QuickBooksCompany.invoice(
      "130", "BW-10007-2", "1", "2026-09-19", net: "1", tax: nil, balance: "0", deal: "BW-10007")
    let bill = QuickBooksCompany.bill(
      "201", "BW-10007", "2026-10-12", balance: "9",
      [QuickBooksCompany.cost("1", "9", customer: nil)]
    ).with("PrivateNote", "see BW-10007").with("CustomField", QuickBooksCompany.field("BW-10007"))
    let bench = try Self.bench(["invoice": [first], "bill": [bill]], link: link)
    for kind in [RecordKind.invoices, .costs] {
      let answer = try await bench.records(kind, ["BW-10007", "BW-1000"])
      #expect(answer["BW-10007"]?.count == 1, "\(kind)")
      #expect(answer["BW-1000"] == [])
    }
    let asked = bench.transport.exchanges.filter { $0.path.hasSuffix("/query") }
    let isAsked = asked.contains { $0.request.url.contains("include=enhancedAllCustomFields") }
    #expect(isAsked == (link == "Deal ID"))
  }

  @Test("copies are read from custom fields and from members of a document")
  func echoes() async throws {
    let bench = try Self.bench(echoes: ["Deal ID", "TotalAmt", "Nothing"])
    let records = try await bench.records(.invoices, ["BW-10001"])["BW-10001"]
    #expect(records?.last?.echoes["Deal ID"] == .value(.text("BW-10001")))
    #expect(records?.last?.echoes["TotalAmt"] == .value(.text("301.29")))
    #expect(records?.last?.echoes["Nothing"] == Answer<FieldValue>.none)
  }

  @Test("links hold what owes a deal ID: overheads without a customer do not")
  func links() async throws {
    let bench = try Self.bench()
    var links: [Link] = []
    var cursor: PageCursor?
    var total: RecordCount?
    var records = 0
    repeat {
      let after = cursor
      let page = try await bench.clock.passing { try await bench.adapter.linkPage(after: after) }
      links += page.links
      records += page.records
      total = page.total
      cursor = page.next
      #expect(page.note?.contains("index of") == true)
    } while cursor != nil
    #expect(total == RecordCount(records))
    #expect(links.filter { $0.reference.id.hasPrefix("Bill:201@") }.count == 2)
    #expect(!links.contains { $0.reference.id.hasPrefix("Bill:202") })
    #expect(links.first { $0.number == "1041" }?.dealID == nil)
    #expect(links.contains { $0.dealID == "BW-10004" })
  }

  @Test("every question pins the minor version and is a GET but for the token")
  func pinned() async throws {
    let bench = try Self.bench()
    _ = try await bench.records(.costs, ["BW-10001"])
    for exchange in bench.transport.exchanges where !exchange.path.hasSuffix("/bearer") {
      #expect(exchange.request.method == "GET")
      #expect(exchange.request.url.hasSuffix("minorversion=75"))
    }
  }

  @Test("answers crossed between two deals spoil both, and name no deal")
  func crossed() async throws {
    for kind in [RecordKind.invoices, .costs] {
      let bench = try Self.bench()
      _ = try await bench.records(kind, ["BW-10001"])
      let answers = bench.transport.exchanges
      bench.transport.tamper { request, answer in
        let isQuestion = request.url.contains("%20IN%20") && !request.url.contains("Active")
        guard isQuestion else { return answer }
        // The same kind of document, of the other deal.
        let entity = request.url.firstRange(of: "FROM%20").map { found in
          request.url[found.upperBound...].prefix { $0 != "%" }
        }
        let other = answers.last { exchange in
          exchange.request.url.contains("FROM%20\(entity ?? "")%20WHERE")
        }
        return other?.answer ?? answer
      }
      let error = try await bench.failure {
        // The index knows that this deal has an invoice, or a part of a bill.
        _ = try await bench.adapter.records(of: kind, for: ["BW-10002"])
      }
      if kind == .invoices {
        #expect(error?.kind == .malformed)
        #expect(error?.message.contains("belongs to a deal nobody asked about") == true)
        #expect(error?.message.contains("BW-10001") == false)
      } else {
        // The bill belongs to both deals, so its answer is the same.
        #expect(error == nil)
      }
    }
  }

  @Test(
    "a cost of another deal, answered instead of the one asked for, spoils the answer",
    arguments: ["Bill", "VendorCredit", "Purchase", "PurchaseOrder"])
  func crossedCosts(_ entity: String) async throws {
    let bench = try Self.bench()
    #expect(try await bench.records(.costs, ["BW-10001"])["BW-10001"]?.isEmpty == false)
    bench.transport.tamper { request, honest in
      guard request.url.contains("FROM%20\(entity)%20"), request.url.contains("Id%20IN%20") else {
        return honest
      }
      // The same documents under other IDs, and of the other deal's project.
      var answer = honest
      let text = String(decoding: honest.body, as: UTF8.self)
        .replacing(/"Id":"(2\d\d)"/) { "\"Id\":\"9\($0.output.1)\"" }
        .replacing(#""CustomerRef":{"value":"24"}"#, with: #""CustomerRef":{"value":"25"}"#)
      answer.body = Array(text.utf8)
      return answer
    }
    let error = try await bench.failure {
      _ = try await bench.adapter.records(of: .costs, for: ["BW-10001"])
    }
    #expect(error?.kind == .malformed, "\(error?.message ?? "it was believed")")
    #expect(error?.message.contains("belongs to a deal nobody asked about") == true)
    #expect(error?.message.contains("BW-10002") == false)
  }

  @Test("documents whose words are numbers and whose numbers are words are malformed")
  func confused() async throws {
    for warm in [false, true] {
      let bench = try Self.bench()
      if warm { _ = try await bench.records(.invoices, ["BW-10001"]) }
      bench.transport.tamper { request, answer in
        guard !request.url.hasSuffix("/bearer"),
          let document = try? JSONValue(parsing: answer.body)
        else { return answer }
        var answer = answer
        answer.body = Array(document.withOtherTypes.text().utf8)
        return answer
      }
      for kind in [RecordKind.invoices, .costs] {
        let error = try await bench.failure {
          _ = try await bench.adapter.records(of: kind, for: ["BW-10001"])
        }
        #expect(error?.kind == .malformed, "\(kind), \(warm)")
      }
      let probed = try await bench.failure { _ = try await bench.adapter.probe() }
      #expect(probed?.kind == .malformed)
    }
  }

  private struct Unexpected: Error {}
}

extension JSONValue {
  /// The object with a member replaced or added.
  func with(_ name: String, _ value: JSONValue) -> JSONValue {
    .object((without(name).members ?? []) + [.init(name, value)])
  }

  /// The object without a member.
  func without(_ name: String) -> JSONValue {
    .object((members ?? []).filter { $0.name != name })
  }
}
