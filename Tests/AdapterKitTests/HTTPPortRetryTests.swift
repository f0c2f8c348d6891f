import AdapterKit
import DealModel
import TestSupport
import Testing

@Suite("The HTTP port: repeating, redirects, limits")
struct HTTPPortRetryTests {
  private let call = HTTPCall.get("/deals")

  @Test("a passing failure is repeated, twice at most")
  func retries() async throws {
    for (answers, sent) in [(1, 2), (2, 3), (9, 3)] {
      let bench = try PortBench(
        ScriptedTransport { _, number in
          if number <= answers { throw HTTPTransportError.cannotConnect("refused") }
          return HTTPAnswer(status: 200, body: Array("{}".utf8))
        })
      #expect(try await bench.failure(call)?.kind == (answers < 3 ? nil : .unavailable))
      #expect(bench.transport.requests.count == sent)
      #expect(bench.calls.reports.count == sent)
    }
  }

  @Test(
    "what would not succeed a moment later is not repeated",
    arguments: [
      Result<HTTPAnswer, HTTPTransportError>.status(400), .status(404), .status(403),
      .failure(.untrusted("expired")), .failure(.timedOut), .failure(.tooLarge(limit: 1 << 20)),
    ])
  func finals(_ answer: Result<HTTPAnswer, HTTPTransportError>) async throws {
    let bench = try PortBench(ScriptedTransport(answer))
    #expect(try await bench.failure(call) != nil)
    #expect(bench.transport.requests.count == 1)
  }

  @Test("a system that always fails spends its budget of retries, and earns it back by answering")
  func budget() async throws {
    let bench = try PortBench(
      ScriptedTransport { _, number in HTTPAnswer(status: number <= 40 ? 500 : 200, body: [0x31]) })
    for _ in 0..<15 { _ = try await bench.failure(call) }
    // Ten retries at most beside the fifteen calls themselves.
    #expect(bench.transport.requests.count == 25)
    for _ in 0..<20 { _ = try await bench.failure(call) }
    #expect(bench.transport.requests.count == 45)
  }

  @Test("a short Retry-After is waited out")
  func shortPatience() async throws {
    let bench = try PortBench(
      ScriptedTransport(.status(429, HTTPField("Retry-After", "2")), .json("{}")))
    let before = bench.clock.now()
    _ = try await bench.json(call)
    #expect(before.duration(to: bench.clock.now()) >= .seconds(2))
    #expect(bench.transport.requests.count == 2)
  }

  @Test(
    "a long Retry-After, in seconds or as a date, is thrown, and nothing is sent meanwhile",
    arguments: ["90", "89.5", "Fri, 20 Nov 2026 09:01:30 GMT"])
  func longPatience(_ text: String) async throws {
    let bench = try PortBench(
      ScriptedTransport(.status(429, HTTPField("Retry-After", text)), .json("{}")))
    #expect(try await bench.failure(call)?.kind == .throttled(retryAfter: .seconds(90)))
    bench.clock.advance(by: .seconds(30))
    #expect(try await bench.failure(call)?.kind == .throttled(retryAfter: .seconds(60)))
    #expect(bench.transport.requests.count == 1)
    bench.clock.advance(by: .seconds(60))
    #expect(try await bench.failure(call) == nil)
  }

  @Test(
    "a Retry-After that is absurd does not trap", arguments: ["1e30", "-5", "999999999999999", "x"])
  func absurdPatience(_ text: String) async throws {
    let bench = try PortBench(
      ScriptedTransport(.status(429, HTTPField("Retry-After", text))))
    #expect(try await bench.failure(call)?.kind.word == "throttled")
  }

  @Test("the time left shrinks with every exchange of a call")
  func deadline() async throws {
    let bench = try PortBench(ScriptedTransport(.status(500), .status(500), .json("{}")))
    _ = try await bench.json(call)
    let deadlines = bench.transport.deadlines
    #expect(deadlines.first == .seconds(20))
    #expect(deadlines == deadlines.sorted(by: >))
  }

  @Test("a GET follows redirects within its origin, three at most")
  func redirects() async throws {
    for (hops, ends) in [(1, true), (3, true), (4, false)] {
      let bench = try PortBench(
        ScriptedTransport { _, number in
          if number > hops { return HTTPAnswer(status: 200, body: Array("{}".utf8)) }
          let location = HTTPField("Location", "/moved/\(number)")
          return HTTPAnswer(status: 302, headers: [location])
        })
      #expect(try await bench.failure(call)?.kind == (ends ? nil : .refused))
      #expect(bench.transport.requests.count == min(hops + 1, 4))
      #expect(bench.transport.requests.last?.url.hasPrefix("https://api.vendor.example/") == true)
    }
  }

  @Test(
    "credentials never go to another origin",
    arguments: [
      "https://evil.example/x", "http://api.vendor.example/v1/deals", "//evil.example/x",
      "https://api.vendor.example:444/x", "https://api.vendor.example@evil.example/", "",
      "https://api.vendor.example.evil.example/",
    ])
  func otherOrigins(_ location: String) async throws {
    let bench = try PortBench(
      ScriptedTransport(.status(302, HTTPField("Location", location)), .json("{}")))
    let error = try #require(try await bench.failure(call))
    #expect(error.kind == .refused)
    #expect(error.message.contains("base_url"))
    #expect(bench.transport.requests.count == 1)
  }

  @Test("a POST that reads is not sent again elsewhere")
  func redirectedPost() async throws {
    let bench = try PortBench(
      ScriptedTransport(.status(307, HTTPField("Location", "/v1/other")), .json("{}")))
    #expect(try await bench.failure(.post("/query", json: [:]))?.kind == .refused)
    #expect(bench.transport.requests.count == 1)
  }

  @Test("calls keep to the vendor's rate")
  func rate() async throws {
    let bench = try PortBench(ScriptedTransport(.json("{}"))) {
      $0.rateLimits = [RateLimit(5, per: .seconds(1)), RateLimit(1, per: .seconds(2), tag: "slow")]
    }
    let before = bench.clock.now()
    for _ in 0..<11 { _ = try await bench.json(call) }
    #expect(before.duration(to: bench.clock.now()) >= .seconds(2))
    var slow = call
    slow.tags = ["slow"]
    let middle = bench.clock.now()
    for _ in 0..<3 { _ = try await bench.json(slow) }
    #expect(middle.duration(to: bench.clock.now()) >= .seconds(4))
  }

  @Test("no more exchanges at a time than allowed, and everyone's turn comes")
  func concurrency() async throws {
    let bench = try PortBench(
      ScriptedTransport { _, _ in
        for _ in 0..<20 { await Task.yield() }
        return HTTPAnswer(status: 200, body: Array("{}".utf8))
      }
    ) { $0.concurrency = 3 }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<50 { group.addTask { _ = try await bench.port.json(call) } }
      try await group.waitForAll()
    }
    #expect(bench.transport.requests.count == 50)
    #expect(bench.transport.mostRunning <= 3)
  }

  @Test("a call that is cancelled while it stands in line leaves the line, and no report")
  func cancelledInLine() async throws {
    let (gate, opener) = AsyncStream.makeStream(of: Void.self)
    let bench = try PortBench(
      ScriptedTransport { _, number in
        if number == 1 { for await _ in gate { break } }
        return HTTPAnswer(status: 200, body: Array("{}".utf8))
      }
    ) { $0.concurrency = 1 }
    let first = Task { try await bench.port.json(call) }
    while bench.transport.running == 0 { await Task.yield() }
    let second = Task { try await bench.port.json(call) }
    for _ in 0..<100 { await Task.yield() }
    second.cancel()
    await #expect(throws: CancellationError.self) { try await second.value }
    opener.finish()
    _ = try await first.value
    _ = try await bench.port.json(call)
    #expect(bench.transport.requests.count == 2)
    #expect(bench.calls.reports.count == 2)
  }
}
