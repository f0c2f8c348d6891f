import AdapterKit
import DealModel
import Sandbox
import TestSupport
import Testing

@testable import Adapters

@Suite("QuickBooks: hours")
struct QuickBooksHoursTests {
  private func hours(_ records: [Record]) -> [HoursEntry] {
    records.compactMap { if case .hours(let hours) = $0.content { hours } else { nil } }
  }

  @Test("time worked is counted to the deal of its customer, from a duration or from start to end")
  func seconds() async throws {
    let bench = try QuickBooksAdapterTests.bench()
    let records = try await bench.records(.hours, ["BW-10001", "BW-10002"])
    let mine = hours(records["BW-10001"] ?? [])
    #expect(mine.map(\.seconds) == [.value(4 * 3_600), .value(9_000)])
    #expect(mine.map(\.subject) == ["", "Plating"])
    #expect(mine.map(\.person) == [.value("Ida Lund"), .value("Ida Lund")])
    #expect(mine.map(\.date.value?.description) == ["2026-10-18", "2026-10-17"])
  }

  @Test("an entry that does not say how long is unavailable, never zero")
  func missing() async throws {
    let bench = try QuickBooksAdapterTests.bench()
    let entries = hours(try await bench.records(.hours, ["BW-10002"])["BW-10002"] ?? [])
    #expect(entries.map { $0.seconds.value } == [nil, 3_600])
    #expect(entries.first?.seconds.error?.message.contains("TimeActivity 305") == true)
  }

  @Test("time worked that changes, or is deleted, is in the next changes of its deal")
  func changes() async throws {
    let bench = try QuickBooksAdapterTests.bench()
    let begun = try await bench.clock.passing { try await bench.adapter.changes(since: nil) }
    bench.clock.advance(by: .seconds(60))
    try await bench.obey(
      ControlOrder(.setField(record: "timeactivity/301", field: "Hours", value: "3")))
    bench.clock.advance(by: .seconds(1))
    let changed = try await bench.clock.passing {
      try await bench.adapter.changes(since: begun.cursor)
    }
    #expect(changed.deals == ["BW-10001": [.hours]])
    try await bench.obey(ControlOrder(.delete(record: "timeactivity/303")))
    bench.clock.advance(by: .seconds(60))
    let left = try await bench.clock.passing {
      try await bench.adapter.changes(since: changed.cursor)
    }
    #expect(left.deals == ["BW-10002": [.hours]])
  }

  @Test("hours are read only where customers bear the deal ID")
  func byField() async throws {
    let bench = try ContractBench(.quickBooksField)
    #expect(!bench.adapter.capabilities.kinds.contains(.hours))
    let error = try await bench.failure {
      _ = try await bench.adapter.records(of: .hours, for: ["BW-10001"])
    }
    #expect(error?.kind == .refused)
  }
}
