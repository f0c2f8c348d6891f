import AdapterKit
import DealModel
import Sandbox
import TestSupport
import Testing

@testable import Adapters

@Suite("QuickBooks: changes, the index, and faults")
struct QuickBooksFeedTests {
  private func changes(_ bench: ContractBench, _ cursor: PageCursor?) async throws -> ChangedDeals {
    bench.clock.advance(by: .seconds(60))
    return try await bench.clock.passing { try await bench.adapter.changes(since: cursor) }
  }

  @Test("a deleted bill leaves its deals, also where a reader met the deletion before the feed")
  func deletion() async throws {
    for readsFirst in [false, true] {
      let bench = try QuickBooksAdapterTests.bench()
      let begun = try await changes(bench, nil)
      _ = try await bench.records(.costs, ["BW-10001"])
      bench.clock.advance(by: .seconds(60))
      try await bench.order(.delete(record: "bill/201"))
      if readsFirst {
        bench.clock.advance(by: .seconds(60))
        let costs = try #require(try await bench.records(.costs, ["BW-10001"])["BW-10001"])
        #expect(!costs.contains { $0.reference.id.hasPrefix("Bill:201") })
      }
      let told = try await changes(bench, begun.cursor)
      #expect(told.deals == ["BW-10001": [.costs], "BW-10002": [.costs]])
      #expect(try await changes(bench, told.cursor).deals.isEmpty)
    }
  }

  @Test("a bill moved to another deal's project is told of both, and read for the new one alone")
  func moved() async throws {
    let bench = try QuickBooksAdapterTests.bench()
    let begun = try await changes(bench, nil)
    try await bench.order(
      .setField(
        record: "purchase/204", field: "Line.1.AccountBasedExpenseLineDetail.CustomerRef.value",
        value: "25"))
    let told = try await changes(bench, begun.cursor)
    #expect(told.deals == ["BW-10001": [.costs], "BW-10002": [.costs]])
    let answer = try await bench.records(.costs, ["BW-10001", "BW-10002"])
    #expect(answer["BW-10001"]?.contains { $0.reference.id == "Purchase:204" } == false)
    #expect(answer["BW-10002"]?.contains { $0.reference.id == "Purchase:204" } == true)
  }

  @Test("a payment changes the invoices it is applied to; a renamed project both deals")
  func paymentsAndNames() async throws {
    let bench = try QuickBooksAdapterTests.bench()
    let begun = try await changes(bench, nil)
    try await bench.order(.setField(record: "payment/150", field: "TotalAmt", value: "201"))
    let paid = try await changes(bench, begun.cursor)
    #expect(paid.deals == ["BW-10001": [.invoices]])
    try await bench.order(
      .setField(record: "customer/25", field: "DisplayName", value: "BW-10009 Quay"))
    let renamed = try await changes(bench, paid.cursor)
    #expect(
      renamed.deals == [
        "BW-10002": [.invoices, .costs, .hours], "BW-10009": [.invoices, .costs, .hours],
      ])
    // The balance of a project changes with every invoice and moves nothing.
    try await bench.order(.setField(record: "customer/25", field: "Balance", value: "5"))
    #expect(try await changes(bench, renamed.cursor).deals.isEmpty)
  }

  @Test(
    "more changes than the vendor tells are asked for by their time, deletions found by absence")
  func cutFeed() async throws {
    let many = (1...1_200).map { number in
      QuickBooksCompany.purchase(
        "\(1_000 + number)", "2026-10-15", [QuickBooksCompany.cost("1", "1", customer: "24")],
        credit: nil)
    }
    let bench = try QuickBooksAdapterTests.bench(["purchase": .array(many)], limits: "limits: none")
    let begun = try await changes(bench, nil)
    for number in 1...1_100 {
      let record = "purchase/\(1_000 + number)"
      if number == 1_100 {
        try await bench.order(.delete(record: record))
      } else {
        try await bench.order(.setField(record: record, field: "TxnDate", value: "2026-10-16"))
      }
    }
    try await bench.order(.setField(record: "bill/201", field: "TxnDate", value: "2026-10-16"))
    let told = try await changes(bench, begun.cursor)
    #expect(told.deals == ["BW-10001": [.costs], "BW-10002": [.costs]])
    let costs = try #require(try await bench.records(.costs, ["BW-10001"])["BW-10001"])
    #expect(costs.count { $0.reference.id.hasPrefix("Purchase:") } == 1_199)
  }

  @Test("an index that cannot be brought up to date is an error, never an old answer")
  func staleIndex() async throws {
    let bench = try QuickBooksAdapterTests.bench()
    _ = try await bench.records(.costs, ["BW-10001"])
    bench.clock.advance(by: .seconds(60))
    try await bench.sandbox.obey(
      ControlOrder(
        .fail(status: 503), pathPrefix: "/v3/company/\(QuickBooksCompany.realm)/cdc"),
      by: "erp_uk")
    let error = try await bench.failure {
      _ = try await bench.adapter.records(of: .costs, for: ["BW-10001"])
    }
    #expect(error?.kind == .unavailable)
    try await bench.order(.mend)
    bench.clock.advance(by: .seconds(600))
    #expect(try await bench.records(.costs, ["BW-10001"])["BW-10001"]?.count == 6)
  }

  @Test("after a month of silence the index is read anew, for changes are forgotten by then")
  func longSilence() async throws {
    let bench = try QuickBooksAdapterTests.bench()
    _ = try await bench.records(.costs, ["BW-10001"])
    let before = bench.transport.exchanges.count
    bench.clock.advance(by: .seconds(40 * 86_400))
    #expect(try await bench.records(.costs, ["BW-10001"])["BW-10001"]?.count == 6)
    let later = bench.transport.exchanges.dropFirst(before)
    #expect(!later.contains { $0.path.hasSuffix("/cdc") })
    let long = try #require(Timestamp("2026-11-20T09:00:00Z"))
    #expect(bench.adapter.cursor(ofChangesSince: long) == nil)
  }

  @Test("a warm index costs one question of change data capture, and none within seconds")
  func warmCalls() async throws {
    let bench = try QuickBooksAdapterTests.bench()
    _ = try await bench.records(.costs, ["BW-10001"])
    let cold = bench.transport.exchanges.count
    bench.clock.advance(by: .seconds(60))
    _ = try await bench.records(.costs, ["BW-10001"])
    let paths = bench.transport.exchanges.dropFirst(cold).map(\.path)
    #expect(paths.count { $0.hasSuffix("/cdc") } == 1)
    #expect(paths.count == 5, "\(paths)")
    _ = try await bench.records(.costs, ["BW-10001"])
    #expect(bench.transport.exchanges.count == cold + 9)
  }

  @Test("the probe tells the company and how far the index reaches")
  func probe() async throws {
    let bench = try QuickBooksAdapterTests.bench()
    let probe = { @Sendable in
      try await bench.clock.passing { try await bench.adapter.probe() }
    }
    #expect(
      try await probe().identity == "company Brightwater UK Ltd (GBP, GB), index not filled yet")
    _ = try await bench.records(.costs, ["BW-10001"])
    let answer = try await probe()
    #expect(answer.identity.contains("index of 6 documents, 4 customers, up to 2026-11-20T09:00"))
    #expect(answer.serverTime == bench.clock.now())
  }

  @Test("a fault within a 200 is what it says: throttled, refused, or to be mended by a new token")
  func hiddenFaults() async throws {
    let bench = try QuickBooksAdapterTests.bench()
    try await bench.order(.throttle(policy: "fault"))
    let error = try await bench.failure {
      _ = try await bench.adapter.records(of: .invoices, for: ["BW-10001"])
    }
    #expect(error?.kind == .throttled(retryAfter: .seconds(60)) || error?.kind.word == "throttled")
    #expect(bench.calls.reports.last?.error != nil)
    for (body, status) in [
      ("{\"Fault\":{\"Error\":[{\"code\":\"610\"}],\"type\":\"ValidationFault\"}}", 400),
      ("{\"fault\":{\"error\":[{\"code\":\"3200\"}],\"type\":\"AUTHENTICATION\"}}", 401),
      ("{\"fault\":{\"error\":[{\"code\":\"3100\"}],\"type\":\"SERVICE\"}}", 403),
      ("{\"Fault\":{\"Error\":[{\"code\":\"10000\"}],\"type\":\"SystemFault\"}}", 500),
    ] {
      #expect(QuickBooksCall.hiddenStatus(of: Array(body.utf8)) == status)
    }
    // Words of a record are no fault.
    for body in [
      "{\"QueryResponse\":{\"note\":\"the \\\"Fault\\\" is ours\"}}", "{\"fault\":null}",
    ] {
      #expect(QuickBooksCall.hiddenStatus(of: Array(body.utf8)) == nil)
    }
  }
}
