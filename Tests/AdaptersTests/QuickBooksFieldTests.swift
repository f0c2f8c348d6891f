import AdapterKit
import DealModel
import Sandbox
import TestSupport
import Testing

@testable import Adapters

@Suite("The custom field or the project that bears the deal ID in QuickBooks")
struct QuickBooksFieldTests {
  /// The field is an enhanced one: the company's preferences say nothing of it.
  private static let enhanced = [
    "preferences": QuickBooksCompany.preferences(
      multicurrency: false, field: "Region")
  ]

  private func changes(
    _ bench: ContractBench, _ cursor: PageCursor?
  ) async throws -> ChangedDeals {
    bench.clock.advance(by: .seconds(60))
    return try await bench.clock.passing { try await bench.adapter.changes(since: cursor) }
  }

  @Test("a bill that changed keeps its deal, although the feed leaves enhanced fields out")
  func changedBill() async throws {
    let bench = try QuickBooksAdapterTests.bench(Self.enhanced, link: "Deal ID")
    let before = try await bench.records(.costs, ["BW-10001"])["BW-10001"]?.map(\.reference.id)
    #expect(before?.contains { $0.hasPrefix("Bill:201") } == true)
    let begun = try await changes(bench, nil)
    try await bench.order(.setField(record: "bill/201", field: "TxnDate", value: "2026-10-16"))
    let told = try await changes(bench, begun.cursor)
    #expect(told.deals == ["BW-10001": [.costs]])
    let after = try await bench.records(.costs, ["BW-10001"])["BW-10001"]?.map(\.reference.id)
    #expect(Set(after ?? []) == Set(before ?? []))
  }

  @Test("a bill that was deleted is gone by then, and its deal is told")
  func deletedBill() async throws {
    let bench = try QuickBooksAdapterTests.bench(Self.enhanced, link: "Deal ID")
    let begun = try await changes(bench, nil)
    try await bench.order(.delete(record: "bill/201"))
    #expect(try await changes(bench, begun.cursor).deals == ["BW-10001": [.costs]])
    let left = try await bench.records(.costs, ["BW-10001"])["BW-10001"]
    #expect(left?.contains { $0.reference.id.hasPrefix("Bill:201") } == false)
  }

  @Test("a fault in the place of changes is malformed, never no change")
  func faultInside() async throws {
    for fault: JSONValue in [
      ["Fault": ["type": "ValidationFault", "Error": [["code": "4000"]]]],
      ["QueryResponse": [["Fault": ["type": "ValidationFault"]]]],
    ] {
      let bench = try QuickBooksAdapterTests.bench()
      let begun = try await changes(bench, nil)
      bench.transport.tamper { request, honest in
        guard request.url.contains("/cdc") else { return honest }
        var answer = honest
        let document: JSONValue = ["CDCResponse": [fault], "time": "2026-11-20T09:01:00.000-08:00"]
        answer.body = Array(document.text().utf8)
        return answer
      }
      bench.clock.advance(by: .seconds(60))
      let error = try await bench.failure {
        _ = try await bench.adapter.changes(since: begun.cursor)
      }
      #expect(error?.kind == .malformed)
    }
  }

  @Test("a field that bills do not have tells no costs, which is not the same as none")
  func classicField() async throws {
    func withoutField(_ name: String) -> JSONValue {
      .array((QuickBooksCompany.documents[name]?.array ?? []).map { $0.without("CustomField") })
    }
    let bench = try QuickBooksAdapterTests.bench(
      [
        "bill": withoutField("bill"), "vendorcredit": withoutField("vendorcredit"),
        "purchase": withoutField("purchase"),
      ], link: "Deal ID")
    let error = try await bench.failure {
      _ = try await bench.adapter.records(of: .costs, for: ["BW-10001"])
    }
    #expect(error?.kind == .refused)
    #expect(error?.message.contains("is a classic custom field") == true)
    #expect(try await bench.records(.invoices, ["BW-10001"])["BW-10001"]?.isEmpty == false)
  }

  @Test("a phase of a project belongs to the project's deal, and moves with it")
  func phases() async throws {
    let phase = QuickBooksCompany.customer("40", "Phase 2")
      .with("FullyQualifiedName", "Harbour Ltd:BW-10001:Phase 2")
      .with("ParentRef", QuickBooksCompany.ref("24"))
    let bench = try QuickBooksAdapterTests.bench([
      "customer": .array((QuickBooksCompany.documents["customer"]?.array ?? []) + [phase]),
      "invoice": [
        QuickBooksCompany.invoice(
          "130", "1037", "40", "2026-09-19", net: "1", tax: nil, balance: "1")
      ],
    ])
    #expect(try await bench.records(.invoices, ["BW-10001"])["BW-10001"]?.count == 2)
    try await bench.order(
      .setField(
        record: "customer/40", field: "FullyQualifiedName", value: "Harbour Ltd:BW-10008:Phase 2"))
    try await bench.order(.setField(record: "customer/24", field: "DisplayName", value: "BW-10008"))
    bench.clock.advance(by: .seconds(60))
    let answer = try await bench.records(.invoices, ["BW-10001", "BW-10008"])
    #expect(answer["BW-10001"] == [])
    #expect(answer["BW-10008"]?.count == 2)
  }

  @Test("a project's new name reaches the phases below it, of which no change tells")
  func silentPhases() async throws {
    let phase = QuickBooksCompany.customer("40", "Phase 2")
      .with("FullyQualifiedName", "Harbour Ltd:Quay:Phase 2")
      .with("ParentRef", QuickBooksCompany.ref("24"))
    let bench = try QuickBooksAdapterTests.bench([
      "customer": [
        QuickBooksCompany.customer("24", "Quay").with("FullyQualifiedName", "Harbour Ltd:Quay"),
        phase,
      ],
      "invoice": [
        QuickBooksCompany.invoice(
          "130", "1037", "40", "2026-09-19", net: "1", tax: nil, balance: "1")
      ],
    ])
    bench.transport.tamper { request, honest in
      guard request.url.contains("/cdc"), let told = try? JSONValue(parsing: honest.body) else {
        return honest
      }
      var answer = honest
      answer.body = Array(Self.without("40", told).text().utf8)
      return answer
    }
    #expect(try await bench.records(.invoices, ["BW-10001"])["BW-10001"] == [])
    let begun = try await changes(bench, nil)
    for (id, name) in [
      ("24", "Harbour Ltd:BW-10001 Quay"), ("40", "Harbour Ltd:BW-10001 Quay:Phase 2"),
    ] {
      try await bench.order(
        .setField(record: "customer/\(id)", field: "FullyQualifiedName", value: name))
    }
    try await bench.order(
      .setField(record: "customer/24", field: "DisplayName", value: "BW-10001 Quay"))
    bench.clock.advance(by: .seconds(60))
    let after = try await bench.records(.invoices, ["BW-10001"])["BW-10001"]
    #expect(after?.map(\.number) == ["CM1", "1037"])
    // The feed, which comes later, tells it, too.
    #expect(try await changes(bench, begun.cursor).deals["BW-10001"]?.contains(.invoices) == true)
  }

  /// A document without the objects of that ID.
  private static func without(_ id: String, _ value: JSONValue) -> JSONValue {
    switch value {
    case .array(let elements):
      .array(elements.filter { $0["Id"]?.string != id }.map { without(id, $0) })
    case .object(let members):
      .object(members.map { JSONValue.Member($0.name, without(id, $0.value)) })
    default: value
    }
  }

  @Test("a field that no document bears and no preference defines is gone; doctor and links say so")
  func neverThere() async throws {
    let bench = try QuickBooksAdapterTests.bench(Self.enhanced, link: "Offer ID")
    let error = try await bench.failure {
      _ = try await bench.adapter.records(of: .invoices, for: ["BW-10001"])
    }
    #expect(error?.kind == .drifted(field: "Offer ID"))
    let enhanced = try QuickBooksAdapterTests.bench(Self.enhanced, link: "Deal ID")
    #expect(try await enhanced.records(.invoices, ["BW-10099"]) == ["BW-10099": []])
    let page = try await enhanced.clock.passing { try await enhanced.adapter.linkPage(after: nil) }
    #expect(!page.links.isEmpty)
  }
}
