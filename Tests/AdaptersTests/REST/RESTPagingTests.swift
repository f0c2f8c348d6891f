import AdapterKit
import DealModel
import TestSupport
import Testing

@testable import Adapters

@Suite("Lists of a JSON API in pages")
struct RESTPagingTests {
  /// Seven tickets of one deal.
  private static let tickets: [JSONValue] = (1...7).map { number in
    ["id": .integer(number), "deal": "BW-10001", "subject": "T", "open": true]
  }

  private func bench(
    _ query: String, _ paging: String, _ script: @escaping ScriptedAPI.Script
  ) throws -> RESTBench {
    try RESTBench(
      records: """
        tickets:
          get: /tickets
          query: {deal: "{deal}"\(query)}
          items: data
          paging: {\(paging)}
          values: {subject: subject, open: open}
        """, "", script)
  }

  private static func parameter(_ name: String, _ request: HTTPRequest) -> String? {
    RESTAddress.parameters(request.url.split(separator: "?").last ?? "").first { $0.name == name }?
      .value
  }

  private static func slice(_ start: Int, _ size: Int) -> JSONValue {
    .array(Array(tickets.dropFirst(start).prefix(size)))
  }

  private func expectAll(_ bench: RESTBench, calls: Int) async throws {
    let records = try await bench.records(.tickets, "BW-10001")
    #expect(Set(records.map(\.reference.id)) == Set((1...7).map(String.init)))
    #expect(bench.api.requests.count == calls, "\(bench.api.paths)")
  }

  @Test("by the number of the page, until one is short")
  func numbers() async throws {
    let bench = try bench(#", page: "{page}", per_page: "{limit}""#, "by: page, size: 3") {
      let page = Self.parameter("page", $0).flatMap { Int($0) } ?? 0
      return ScriptedAPI.json(["data": Self.slice((page - 1) * 3, 3)])
    }
    try await expectAll(bench, calls: 3)
    #expect(bench.api.paths.first == "/tickets?deal=BW-10001&page=1&per_page=3")
  }

  @Test("by the number of the page from nought, until the vendor says that there is no more")
  func fromNought() async throws {
    let bench = try bench(#", page: "{page}""#, "by: page, first: 0, more: more") {
      let page = Self.parameter("page", $0).flatMap { Int($0) } ?? 9
      return ScriptedAPI.json(["data": Self.slice(page * 4, 4), "more": .bool(page < 1)])
    }
    try await expectAll(bench, calls: 2)
  }

  @Test("by how many to pass over, until the vendor's own count is reached")
  func offsets() async throws {
    // A server that gives fewer than asked for is no end of the list.
    let bench = try bench(
      #", offset: "{offset}", limit: "{limit}""#, "by: offset, size: 5, total: meta.total"
    ) {
      let offset = Self.parameter("offset", $0).flatMap { Int($0) } ?? 9
      return ScriptedAPI.json(["data": Self.slice(offset, 2), "meta": ["total": 7]])
    }
    try await expectAll(bench, calls: 4)
  }

  @Test("by a cursor, which the first question has none of")
  func cursors() async throws {
    let bench = try bench(#", after: "{cursor}""#, "by: cursor, next: next") {
      let start = Self.parameter("after", $0).flatMap { Int($0.dropFirst(2)) } ?? 0
      let next: JSONValue = start + 3 < 7 ? .string("c/\(start + 3)") : nil
      return ScriptedAPI.json(["data": Self.slice(start, 3), "next": next])
    }
    try await expectAll(bench, calls: 3)
    #expect(bench.api.paths.first == "/tickets?deal=BW-10001")
    #expect(bench.api.paths.last == "/tickets?after=c%2F6&deal=BW-10001")
  }

  @Test("by the address in the header Link, whatever stands beside it")
  func links() async throws {
    let bench = try bench("", "by: link") {
      let start = Self.parameter("from", $0).flatMap { Int($0) } ?? 0
      let first = #"<\#(RESTBench.base)/tickets?from=0>; rel="first""#
      let next = #", </v1/tickets?from=\#(start + 4)&q=a,b>; title="x, y"; rel="next last""#
      let only = #", <\#(RESTBench.base)/tickets?from=\#(start + 4)>; rel="next""#
      return ScriptedAPI.json(
        ["data": Self.slice(start, 4)],
        headers: [HTTPField("link", start == 0 ? first + only + next : first)])
    }
    try await expectAll(bench, calls: 2)
  }

  @Test("by an address in the answer, whole or in part")
  func addresses() async throws {
    let bench = try bench("", "by: next, next: links.next") {
      let start = Self.parameter("from", $0).flatMap { Int($0) } ?? 0
      let next: JSONValue =
        start == 0
        ? .string("\(RESTBench.base)/tickets?from=2&x=%7Ba%7D")
        : start == 2 ? "?from=4" : start == 4 ? "/v1/tickets?from=6" : nil
      return ScriptedAPI.json(["data": Self.slice(start, 2), "links": ["next": next]])
    }
    try await expectAll(bench, calls: 4)
    #expect(bench.api.paths[1] == "/tickets?from=2&x=%7Ba%7D")
  }

  @Test(
    "an address elsewhere is never followed with credentials",
    arguments: [
      "https://elsewhere.example/v1/tickets?from=2", "http://api.brightwater.example/v1/tickets",
      "//elsewhere.example/v1/tickets", "/v2/tickets", "/v1/../admin", "https://user@x.example/",
      "https://api.brightwater.example.evil.example/v1/tickets",
    ])
  func elsewhere(_ address: String) async throws {
    let bench = try bench("", "by: next, next: next") { _ in
      ScriptedAPI.json(["data": Self.slice(0, 2), "next": .string(address)])
    }
    let error = try await bench.failure { _ = try await bench.records(.tickets, "BW-10001") }
    #expect(error?.kind == .malformed)
    #expect(error?.message.contains("credentials never go") == true)
    #expect(bench.api.requests.count == 1)
  }

  @Test("an address of another list is not followed either")
  func otherList() async throws {
    let bench = try bench("", "by: next, next: next") { _ in
      ScriptedAPI.json(["data": Self.slice(0, 2), "next": "/v1/people?from=2"])
    }
    let error = try await bench.failure { _ = try await bench.records(.tickets, "BW-10001") }
    #expect(error?.kind == .malformed)
    #expect(error?.message.contains("a next page of another list") == true)
  }

  @Test(
    "an answer that does not tell whether there is more is malformed, and never an end",
    arguments: [
      (#", page: "{page}""#, "by: page, more: more", ["more": "yes"], "neither true nor false"),
      (#", page: "{page}""#, "by: page, more: more", [:], "neither true nor false"),
      (#", page: "{page}""#, "by: page, total: meta.total", [:], "no count"),
      (#", o: "{offset}""#, "by: offset, total: meta.total", ["meta": ["total": -1]], "no count"),
      (
        #", after: "{cursor}""#, "by: cursor, next: next, more: more", ["more": true],
        "nothing that leads to it"
      ),
    ] as [(String, String, JSONValue, String)])
  func untold(_ query: String, _ paging: String, _ said: JSONValue, _ words: String) async throws {
    let bench = try bench(query, paging) { _ in
      ScriptedAPI.json(.object([.init("data", Self.slice(0, 2))] + (said.members ?? [])))
    }
    let error = try await bench.failure { _ = try await bench.records(.tickets, "BW-10001") }
    #expect(error?.kind == .malformed)
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
  }

  @Test(
    "an empty page before the vendor's own count, or its word of more, is malformed",
    arguments: [
      (#", page: "{page}""#, "by: page, total: total"),
      (#", page: "{page}""#, "by: page, more: more"),
      (#", o: "{offset}", n: "{limit}""#, "by: offset, size: 3, total: total"),
    ])
  func emptyPage(_ query: String, _ paging: String) async throws {
    let bench = try bench(query, paging) { request in
      let isFirst = ["0", "1"].contains(
        Self.parameter("page", request) ?? Self.parameter("o", request))
      return ScriptedAPI.json([
        "data": isFirst ? Self.slice(0, 3) : [], "total": 7, "more": true,
      ])
    }
    let error = try await bench.failure { _ = try await bench.records(.tickets, "BW-10001") }
    #expect(error?.kind == .malformed)
    #expect(error?.message.contains("an empty page") == true)
  }

  @Test("a list that goes round in circles ends as malformed")
  func circle() async throws {
    let bench = try bench(#", after: "{cursor}""#, "by: cursor, next: next") { _ in
      ScriptedAPI.json(["data": Self.slice(0, 2), "next": "again"])
    }
    let error = try await bench.failure { _ = try await bench.records(.tickets, "BW-10001") }
    #expect(error?.kind == .malformed)
    #expect(bench.api.requests.count < 5)
  }

  @Test(
    "paging that cannot end is refused before anything is sent",
    arguments: [
      ("", "by: page, size: 3", "has no gap {page}"),
      (#", page: "{page}""#, "by: page", "cannot tell the last page"),
      (#", page: "{page}""#, "by: page, size: 3", "does not ask for pages of that size"),
      (#", after: "{cursor}""#, "by: cursor", "has no `next`"), ("", "by: next", "has no `next`"),
    ])
  func endless(_ query: String, _ paging: String, _ words: String) throws {
    let error = #expect(throws: SystemError.self) {
      try bench(query, paging) { _ in ScriptedAPI.json([:]) }
    }
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
  }

  @Test("a page's place outlives the question: links are gone on with from where they stood")
  func positions() throws {
    for position in [
      RESTPosition.page(3, read: 40), .offset(40), .cursor("a b"),
      .address("/tickets?from=2&q=x%20y"),
    ] { #expect(RESTPosition(position.text) == position) }
    for text in ["", "page", "page x", "page 3", "offset -", "elsewhere 2"] {
      #expect(RESTPosition(text) == nil, "\(text)")
    }
  }
}
