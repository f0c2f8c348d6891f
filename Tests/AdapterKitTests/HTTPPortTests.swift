import AdapterKit
import DealModel
import TestSupport
import Testing

@Suite("The HTTP port")
struct HTTPPortTests {
  private let deals = HTTPCall.get("/deals/{id}", ["id": "a b/c?d"], query: ["q": "é&=", "n": nil])

  @Test("a call becomes a URL below the base address, everything encoded, with credentials")
  func urls() async throws {
    let bench = try PortBench(ScriptedTransport(.json("{\"a\":1}")))
    #expect(try await bench.json(deals) == ["a": 1])
    let request = try #require(bench.transport.requests.first)
    #expect(request.url == "https://api.vendor.example/v1/deals/a%20b%2Fc%3Fd?q=%C3%A9%26%3D")
    #expect(request.headers.contains(HTTPField("Authorization", "Bearer s3cr3t-value")))
    #expect(request.body.isEmpty)
  }

  @Test("JSON and form bodies carry their type", arguments: [true, false])
  func bodies(isJSON: Bool) async throws {
    let bench = try PortBench(ScriptedTransport(.json("{}")))
    let body: HTTPCall.Body =
      isJSON ? .json(["q": "x"]) : .form([HTTPParameter("q", "a b"), HTTPParameter("r", "&")])
    _ = try await bench.json(HTTPCall("POST", "/query", body: body))
    let request = try #require(bench.transport.requests.first)
    #expect(
      String(decoding: request.body, as: UTF8.self) == (isJSON ? "{\"q\":\"x\"}" : "q=a+b&r=%26"))
    let type = isJSON ? "application/json" : "application/x-www-form-urlencoded"
    #expect(request.headers.contains(HTTPField("Content-Type", type)))
  }

  @Test(
    "whatever could write is refused and never sent",
    arguments: [
      HTTPCall("POST", "/deals"), HTTPCall("PUT", "/query"), HTTPCall("DELETE", "/query"),
      HTTPCall("PATCH", "/query"), HTTPCall("POST", "/query/{id}", ["id": "1"]),
      HTTPCall("post", "/query"), HTTPCall("GET", "/deals", body: .json([:])),
      HTTPCall.get("deals"),
      HTTPCall.get("@evil.example/"), HTTPCall.get("/deals/{id}", ["id": ".."]),
      HTTPCall.get("/deals/{id}"), HTTPCall.get("/deals/{id}", ["id": ""]),
    ])
  func guarded(_ call: HTTPCall) async throws {
    let bench = try PortBench(ScriptedTransport(.json("{}")))
    #expect(try await bench.failure(call)?.kind == .refused)
    #expect(bench.transport.requests.isEmpty)
    #expect(bench.calls.reports.isEmpty)
  }

  @Test("every exchange is reported once, with what the vendor said about it")
  func reports() async throws {
    let bench = try PortBench(
      ScriptedTransport(
        .status(503),
        .json(
          "{}", status: 200, HTTPField("x-request", "r-7"), HTTPField("x-left", "41"),
          HTTPField("date", "Fri, 20 Nov 2026 09:14:03 GMT"))))
    _ = try await bench.json(deals)
    let reports = bench.calls.reports
    #expect(reports.map(\.status) == [503, 200])
    #expect(reports.map { $0.error?.kind } == [.unavailable, nil])
    #expect(reports.allSatisfy { $0.operation == "GET /deals/{id}" && $0.system == "erp" })
    #expect(reports.last?.requestID == "r-7")
    #expect(reports.last?.callsLeft == 41)
    #expect(reports.last?.serverDate == Timestamp("2026-11-20T09:14:03Z"))
  }

  @Test("what cannot be used is malformed, and says of whom and what")
  func malformed() async throws {
    for body in ["<html></html>", "{\"a\":", "", "{} {}", String(repeating: "[", count: 100)] {
      let bench = try PortBench(ScriptedTransport(.json(body)))
      let error = try #require(try await bench.failure(deals))
      #expect(error.kind == .malformed)
      #expect(error.message.contains("erp (Vendor) answered GET /deals/{id} with"))
      #expect(bench.calls.reports.map(\.error) == [error])
    }
  }

  @Test("an error names neither a secret nor a value of the answer")
  func discreet() async throws {
    for status in [400, 401, 403, 404, 429, 500] {
      let bench = try PortBench(
        ScriptedTransport(.json("{\"message\":\"Amount 4711 of Foo Ltd\"}", status: status)))
      let text = "\(try #require(try await bench.failure(deals)))"
      for secret in ["4711", "Foo", "s3cr3t", "a b/c"] { #expect(!text.contains(secret)) }
    }
  }

  @Test("the table decides by status and code, the more particular line first")
  func table() async throws {
    let table = ErrorTable(
      codePaths: [["error", "code"], ["errors", "0", "id"]],
      rules: [
        .init(400, code: "GONE", .drifted(field: "x"), "The column is gone."),
        .init(400, code: "7", .unavailable, "Passing."),
        .init(400...499, .refused, "No.") { $0["why"]?.string },
      ])
    func kind(_ body: String, _ status: Int = 400) async throws -> SystemError {
      let bench = try PortBench(ScriptedTransport(.json(body, status: status))) {
        $0.errors = table
      }
      return try #require(try await bench.failure(deals))
    }
    #expect(try await kind("{\"error\":{\"code\":\"GONE\"}}").kind == .drifted(field: "x"))
    #expect(try await kind("{\"errors\":[{\"id\":7}]}").kind == .unavailable)
    #expect(try await kind("{\"why\":\"scope\"}", 418).message.hasSuffix("No (scope)."))
    #expect(try await kind("<h1>no</h1>", 418).kind == .refused)
    #expect(try await kind("{}", 599).kind == .unavailable)
  }

  @Test("a list that goes round in a circle, or does not end, is malformed")
  func walks() async throws {
    let bench = try PortBench(ScriptedTransport(.json("{}")))
    await #expect(throws: SystemError.self) {
      try await bench.port.walk("GET /list") { $0 == "2" ? "1" : "2" }
    }
    await #expect(throws: SystemError.self) {
      try await bench.port.walk("GET /list", atMost: 3) { "\((Int($0 ?? "0") ?? 0) + 1)" }
    }
    var cursors: [String?] = []
    try await bench.port.walk("GET /list", atMost: 3) { cursor in
      cursors.append(cursor)
      return cursors.count < 3 ? "\(cursors.count)" : nil
    }
    #expect(cursors == [nil, "1", "2"])
  }
}
