import AdapterKit
import DealModel
import Sandbox
import TestSupport
import Testing

@testable import Adapters

@Suite("The ready configuration for Odoo")
struct OdooConfigurationTests {
  private func bench(
    _ changed: [String: JSONValue] = [:], secrets: (any SecretReader)? = nil
  ) throws -> ContractBench {
    var subject = ContractSubject.odoo
    subject.company = { try OdooCompany.make(changed) }
    return try ContractBench(subject, secrets: secrets)
  }

  private func costs(_ bench: ContractBench) async throws -> [String: Cost] {
    let records = try #require(try await bench.records(.costs, ["BW-10001"])["BW-10001"])
    return Dictionary(
      uniqueKeysWithValues: records.compactMap { record in
        if case .cost(let cost) = record.content { (record.number, cost) } else { nil }
      })
  }

  @Test("is a configuration without a mistake")
  func readable() throws {
    #expect(try OdooCompany.system().link == OdooCompany.link)
  }

  @Test("invoices are read to the cent, without the noise of binary numbers, with their states")
  func invoices() async throws {
    let bench = try bench()
    let records = try #require(try await bench.records(.invoices, ["BW-10001"])["BW-10001"])
    let invoices = Dictionary(
      uniqueKeysWithValues: records.compactMap { record in
        if case .invoice(let invoice) = record.content { (record.number, invoice) } else { nil }
      })
    #expect(invoices.count == 4)
    let paid = try #require(invoices["INV/2026/00042"])
    #expect(paid.net.value?.currency.code == "EUR")
    #expect(paid.net.value?.amount.description == "301.29")
    #expect(paid.status == .paid)
    #expect(paid.outstanding.value?.amount.isZero == true)
    let open = try #require(invoices["INV/2026/00043"])
    #expect(open.status == .open)
    #expect(open.paid.value?.amount == 800)
    #expect(open.outstanding.value?.amount == 400)
    #expect(open.due.value?.description == "2026-12-02")
    let draft = try #require(invoices["/"])
    #expect(draft.status == .draft)
    #expect(draft.issued == .none)
    #expect(invoices["INV/2026/00046"]?.status == .voided)
    let record = try #require(records.first { $0.number == "INV/2026/00042" })
    #expect(record.url == "\(SandboxTransport.origin)/erp/odoo/account.move/25")
    #expect(record.modifiedAt == Timestamp("2026-11-10T08:14:03Z"))
  }

  @Test("a refund is a credit note, and what of it is not applied stands there")
  func refunds() async throws {
    let bench = try bench()
    let records = try #require(try await bench.records(.invoices, ["BW-10001"])["BW-10001"])
    let notes = records.compactMap { record in
      if case .creditNote(let note) = record.content { note } else { nil }
    }
    #expect(notes.map { $0.net.value?.amount } == [50])
    #expect(notes.map { $0.unapplied.value?.amount } == [60])
  }

  @Test("bills, refunds of vendors and orders are costs; an order is open by what no bill has")
  func costs() async throws {
    let costs = try await costs(try bench())
    #expect(costs["BILL/2026/11/0001"]?.kind == .bill)
    #expect(costs["BILL/2026/11/0001"]?.party == .value("Steel & Sons"))
    #expect(costs["RBILL/2026/11/0001"]?.kind == .vendorCredit)
    let order = try #require(costs["P00051"])
    #expect(order.kind == .purchaseOrder)
    #expect(order.status == .open)
    #expect(order.net.value?.amount == 1_000)
    // 900 less 400 that was billed and 40 that came back, whatever is in a draft; freight was billed
    // beyond what was ordered, which opens nothing.
    #expect(order.open.value?.amount == 540)
    #expect(order.date.value?.description == "2026-10-01")
    #expect(costs["P00052"]?.status == .paid)
    #expect(costs["P00052"]?.open.value?.amount.isZero == true)
    #expect(costs["P00053"]?.status == .draft)
    #expect(costs["P00055"]?.status == .voided)
  }

  @Test("an amount is rounded to the places of its currency")
  func places() async throws {
    let bench = try bench()
    let records = try #require(try await bench.records(.costs, ["BW-10002"])["BW-10002"])
    let bill = records.compactMap { record in
      if case .cost(let cost) = record.content, cost.kind == .bill { cost } else { nil }
    }.first
    #expect(bill?.net.value?.currency.code == "KWD")
    #expect(bill?.net.value?.amount.description == "7.125")
  }

  @Test("an invoice opens with its lines, an order with what is billed of each")
  func lines() async throws {
    let bench = try bench()
    let invoice = try await bench.clock.passing {
      try await bench.adapter.detail(of: RecordReference(system: "erp", kind: .invoices, id: "25"))
    }
    #expect(invoice.lines.map(\.text) == ["Piling", "Bolts"])
    #expect(invoice.lines.map { $0.net.value?.amount } == [300, ExactDecimal("1.29")])
    let order = try await bench.clock.passing {
      try await bench.adapter.detail(of: RecordReference(system: "erp", kind: .costs, id: "1:51"))
    }
    #expect(order.lines.map(\.text) == ["Steel", "Freight"])
    #expect(order.lines.map(\.billed) == [.value(4), .value(2)])
    guard case .cost(let cost) = order.record.content else { return #expect(Bool(false)) }
    #expect(cost.open.value?.amount == 540, "the sum is there in the opened record too")
  }

  @Test("an order whose lines cannot be read has no open part, which is not zero")
  func unreadable() async throws {
    let lines = OdooCompany.documents["purchase.order.line"]?.array ?? []
    let bench = try bench([
      "purchase.order.line": .array(lines.map { $0.with("price_subtotal", "many") })
    ])
    let costs = try await costs(bench)
    #expect(costs["P00051"]?.open.error?.kind == .malformed)
    #expect(costs["P00051"]?.open.error?.message.contains("values.open") == true)
    #expect(costs["P00051"]?.net.value?.amount == 1_000)
  }

  @Test("a draft that is posted leaves less open, to nothing at the least")
  func posted() async throws {
    let bench = try bench()
    #expect(try await costs(bench)["P00051"]?.open.value?.amount == 540)
    try await bench.order(
      .setField(record: "account.move/46", field: "state", value: "posted"))
    bench.clock.advance(by: .seconds(60))
    #expect(try await costs(bench)["P00051"]?.open.value?.amount == 240)
  }

  @Test("lines of an invoice nobody asked about spoil the answer")
  func strays() async throws {
    let bench = try bench()
    bench.transport.tamper { request, answer in
      var answer = answer
      if request.url.hasSuffix("account.move.line/search_read"),
        let document = try? JSONValue(parsing: answer.body)
      {
        let crossed = (document.array ?? []).map { $0.with("move_id", [26, "INV/2026/00043"]) }
        answer.body = Array(JSONValue.array(crossed).text().utf8)
      }
      return answer
    }
    let error = try await bench.failure {
      _ = try await bench.adapter.detail(
        of: RecordReference(system: "erp", kind: .invoices, id: "25"))
    }
    #expect(error?.kind == .malformed)
  }

  @Test(
    "an answer of another shape is malformed, never taken for none",
    arguments: ["{}", "null", "{\"results\":7}", "[null]", "[[]]", "\"ok\"", "7"])
  func otherShape(_ body: String) async throws {
    for kind in ContractSubject.odoo.deals.keys {
      let bench = try bench()
      bench.transport.tamper { _, _ in
        HTTPAnswer(
          status: 200, headers: [HTTPField("Content-Type", "application/json")],
          body: Array(body.utf8))
      }
      let error = try await bench.failure {
        _ = try await bench.adapter.records(of: kind, for: ["BW-10001"])
      }
      #expect(error?.kind == .malformed, "\(kind)")
      let probed = try await bench.failure { _ = try await bench.adapter.probe() }
      #expect(probed?.kind == .malformed)
    }
  }

  @Test("more documents than a page are read, each once")
  func pages() async throws {
    let moves = (1...1_100).map {
      OdooCompany.move(
        $0, "INV/\($0)", "out_invoice", "BW-10001", "10.00", residual: "12.00")
    }
    let bench = try bench(["account.move": .array(moves)])
    let answer = try await bench.records(.invoices, ["BW-10001"])
    #expect(Set(answer["BW-10001"]?.map(\.reference) ?? []).count == 1_100)
    #expect(bench.asked == 3)
  }

  @Test("the RPC of older releases tells the same records")
  func olderReleases() async throws {
    let (newer, older) = (try bench(), try ContractBench(.odooRPC))
    for kind in ContractSubject.odoo.deals.keys {
      let ids: [DealID] = ["BW-10001", "BW-10002"]
      let told = try await newer.records(kind, ids).mapValues { $0.map(Self.withoutAddress) }
      #expect(
        told == (try await older.records(kind, ids).mapValues { $0.map(Self.withoutAddress) }))
    }
  }

  private static func withoutAddress(_ record: Record) -> Record {
    var record = record
    record.url = nil
    return record
  }

  @Test("a failure inside a success means what its exception says, and the key is never shown")
  func insideSuccess() async throws {
    func error(
      _ changed: [String: JSONValue], secrets: (any SecretReader)? = nil
    ) async throws -> SystemError? {
      var subject = ContractSubject.odooRPC
      subject.company = { try OdooCompany.make(OdooCompany.older.merging(changed) { $1 }) }
      let bench = try ContractBench(subject, secrets: secrets)
      return try await bench.failure { _ = try await bench.records(.costs, ["BW-10001"]) }
    }
    let refused = try await error([:], secrets: WrongSecrets())
    #expect(refused?.kind == .unauthorized)
    #expect(refused?.message.contains("status 200 and an error inside") == true)
    #expect(refused?.message.contains(WrongSecrets.text) == false)
    let denied = try await error([
      "database": ["name": "brightwater", "version": "17.0", "denied": ["purchase.order"]]
    ])
    #expect(denied?.kind == .unauthorized)
    #expect(denied?.message.contains("may not read") == true)
    #expect(
      try await error(["database": ["name": "brightwater", "version": "19.0", "rpc": false]])?.kind
        == .refused)
  }

  @Test("a configuration that would call a method it does not list as reading is refused")
  func readingMethods() throws {
    let text = try ReadyConfiguration.text("odoo-rpc")
    #expect(text.contains("names: [search_read, web_search_read]"))
    let system = try ReadyConfiguration.system(
      "odoo-rpc", replacing: [("\"res.users\", \"search_read\"", "\"res.users\", \"unlink\"")])
    let error = #expect(throws: SystemError.self) {
      try RESTKind.makeAdapter(
        AdapterContext(
          system: system, sharedID: SharedID(origin: "crm", pattern: ".*"),
          transport: NoTransport(), secrets: EnvironmentSecretReader(),
          time: ManualClock("2026-11-20T09:00:00Z"), random: SeededRandom(seed: 1),
          observer: CallRecorder()))
    }
    #expect(error?.message.contains("would call unlink") == true)
  }

  private struct NoTransport: HTTPTransport {
    func exchange(
      _ request: HTTPRequest, deadline: Duration, maximumBytes: Int
    ) async throws -> HTTPAnswer { throw HTTPTransportError.timedOut }
  }

  @Test("doctor finds nothing wrong with a sound database, and says who is let in")
  func sound() async throws {
    let found = await (try bench()).examine()
    #expect(found.filter { $0.outcome == .finding }.isEmpty, "\(found)")
    #expect(found.contains { $0.message.contains("plumbline@brightwater.example") })
  }

  @Test("doctor names a field that is gone, a key that is refused, a model that may not be read")
  func mistakes() async throws {
    let bench = try bench()
    try await bench.order(.renameProperty(from: "x_deal_id", to: "x_deal"))
    let found = await bench.examine()
    #expect(found.contains { $0.outcome == .finding && $0.message.contains("is gone") }, "\(found)")
    let refused = await (try self.bench(secrets: WrongSecrets())).examine()
    #expect(refused.first { $0.outcome == .finding }?.check == .credentials)
    #expect(!refused.contains { $0.message.contains(WrongSecrets.text) })
    let denied = try self.bench([
      "database": ["name": "brightwater", "user_id": 7, "denied": ["purchase.order"]]
    ])
    #expect(await denied.examine().contains { $0.check == .scopes && $0.outcome == .finding })
  }
}
