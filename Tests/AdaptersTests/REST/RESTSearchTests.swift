import AdapterKit
import DealModel
import TestSupport
import Testing

@Suite("What counts among the records of a JSON API, and how one is found by its number")
struct RESTSearchTests {
  private static func bench(_ items: JSONValue, _ more: String = "number: no") throws -> RESTBench {
    try RESTBench(
      records: """
        tickets:
          get: /tickets
          query: {deal: "{deal}"}
          items: data
          \(more)
          detail: {get: "/tickets/{id}", item: data}
          find: {get: /search, query: {q: "{text}"}, items: data, match: [theirs]}
          values: {subject: subject, open: open}
        """
    ) { _ in ScriptedAPI.json(["data": items]) }
  }

  private static func ticket(_ id: JSONValue, _ more: JSONValue = [:]) -> JSONValue {
    .object(
      [.init("id", id), .init("deal", "BW-10001"), .init("subject", "T"), .init("open", true)]
        + (more.members ?? []))
  }

  @Test(
    "a record that does not say whether it counts is drift: leaving it out would look like none")
  func conditions() async throws {
    let only = "where: [{path: type.name, is: [Bug]}, {path: state, not: [spam]}]"
    func found(_ more: JSONValue) async throws -> Int {
      let bench = try Self.bench([Self.ticket(1, more)], only)
      return try await bench.records(.tickets, "BW-10001").count
    }
    #expect(try await found(["type": ["name": "Bug"], "state": "new"]) == 1)
    #expect(try await found(["type": ["name": "Bug"], "state": nil]) == 1)
    #expect(try await found(["type": ["name": "Bug"], "state": "spam"]) == 0)
    #expect(try await found(["type": ["name": "Task"], "state": "new"]) == 0)
    #expect(try await found(["type": ["name": nil], "state": "new"]) == 0)
    let bench = try Self.bench([Self.ticket(1, ["type": ["label": "Bug"], "state": "new"])], only)
    let error = try await bench.failure { _ = try await bench.records(.tickets, "BW-10001") }
    #expect(error?.kind == .drifted(field: "type.name"))
    #expect(error?.message.contains("an object with the keys label") == true)
    #expect(error?.message.contains("`records.tickets[0].where`") == true)
  }

  @Test("a record is found by its number, its ID or what `match` names, to the letter and no other")
  func find() async throws {
    let bench = try Self.bench([
      Self.ticket(1, ["no": "T-1", "theirs": "PO 7"]), Self.ticket(2, ["no": "T-12"]),
      Self.ticket(3, ["no": "t-1"]),
    ])
    func found(_ text: String) async throws -> [String] {
      try await bench.clock.passing { try await bench.adapter.find(text) }.map(\.reference.id)
    }
    #expect(try await found("T-1") == ["1"])
    #expect(try await found("PO 7") == ["1"])
    #expect(try await found("2") == ["2"])
    #expect(try await found("T-") == [])
    #expect(try await found(" ") == [])
  }

  @Test("an ID with a colon stays itself, and leads to the record it is of")
  func colons() async throws {
    let bench = try Self.bench([Self.ticket("7:3")])
    let record = try #require(try await bench.records(.tickets, "BW-10001").first)
    #expect(record.reference.id == "0:7:3")
    let detail = try await bench.clock.passing {
      try await bench.adapter.detail(of: record.reference)
    }
    #expect(detail.record.reference == record.reference)
    #expect(bench.api.paths.last == "/tickets/7%3A3")
  }

  @Test("another record than the one that was opened is malformed")
  func crossed() async throws {
    let bench = try Self.bench([Self.ticket(2)])
    let error = try await bench.failure {
      _ = try await bench.adapter.detail(
        of: RecordReference(system: "api", kind: .tickets, id: "1"))
    }
    #expect(error?.kind == .malformed)
    #expect(error?.message.contains("another record than the one asked for") == true)
  }
}
