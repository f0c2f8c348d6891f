import AdapterKit
import DealModel
import Synchronization
import TestSupport
import Testing

@Suite("Credentials")
struct AuthorizerTests {
  private let call = HTTPCall.get("/deals")

  /// A vendor with a token endpoint: hands out T1, T2, … and accepts the newest.
  private final class Vendor: Sendable {
    let state = Mutex((issued: 0, revoked: false, refusing: false))

    func answer(_ request: HTTPRequest) -> HTTPAnswer {
      state.withLock { state in
        if request.url.hasSuffix("/token") {
          if state.refusing {
            return HTTPAnswer(status: 400, body: Array("{\"error\":\"invalid_grant\"}".utf8))
          }
          state.issued += 1
          state.revoked = false
          let body = "{\"access_token\":\"T\(state.issued)\",\"expires_in\":1800}"
          return HTTPAnswer(status: 200, body: Array(body.utf8))
        }
        let bearer = request.headers.last { $0.name == "Authorization" }?.value
        let isGood = bearer == "Bearer T\(state.issued)" && !state.revoked
        return HTTPAnswer(status: isGood ? 200 : 401, body: Array("{}".utf8))
      }
    }
  }

  private func bench(_ vendor: Vendor) throws -> PortBench {
    try PortBench(
      ScriptedTransport { request, _ in
        for _ in 0..<5 { await Task.yield() }
        return vendor.answer(request)
      },
      authorizer: { clock in
        OAuthAuthorizer(system: "erp", time: clock) { _ in
          [HTTPParameter("grant_type", "client_credentials")]
        }
      }, tokenEndpoint: .path("/token"))
  }

  private func tokens(_ bench: PortBench) -> Int {
    bench.transport.requests.filter { $0.url.hasSuffix("/token") }.count
  }

  @Test("a credential with a line break is never sent, and the error does not show it")
  func unsendable() async throws {
    let bench = try PortBench(
      ScriptedTransport { _, _ in HTTPAnswer(status: 200, body: Array("{}".utf8)) },
      authorizer: { _ in
        BearerAuthorizer(token: .environment("T"), system: "erp", secrets: BrokenSecret())
      })
    let error = try #require(try await bench.failure(call))
    #expect(error.kind == .unauthorized)
    #expect(error.message.contains("control character") && !error.message.contains("s3cr3t"))
    #expect(bench.transport.requests.isEmpty)
  }

  @Test("however many calls need a token, one is asked for")
  func singleFlight() async throws {
    let bench = try bench(Vendor())
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<40 { group.addTask { _ = try await bench.port.json(call) } }
      try await group.waitForAll()
    }
    #expect(tokens(bench) == 1)
    #expect(
      bench.transport.requests.first?.headers.contains { $0.name == "Authorization" } == false)
  }

  @Test("a token is renewed before it ends, without a refused call")
  func proactive() async throws {
    let bench = try bench(Vendor())
    _ = try await bench.json(call)
    #expect(await bench.port.credentialsExpire() == bench.clock.now().adding(.seconds(1_800)))
    bench.clock.advance(by: .seconds(1_741))
    _ = try await bench.json(call)
    #expect(tokens(bench) == 2)
    #expect(bench.calls.reports.allSatisfy { $0.error == nil })
  }

  @Test("a token that is refused early is renewed once, and the call repeated once")
  func refusedEarly() async throws {
    let vendor = Vendor()
    let bench = try bench(vendor)
    _ = try await bench.json(call)
    bench.clock.advance(by: .seconds(60))
    vendor.state.withLock { $0.revoked = true }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<20 { group.addTask { _ = try await bench.port.json(call) } }
      try await group.waitForAll()
    }
    #expect(tokens(bench) == 2)
  }

  @Test("a vendor that refuses new tokens too meets no storm")
  func noStorm() async throws {
    let bench = try PortBench(
      ScriptedTransport { request, _ in
        request.url.hasSuffix("/token")
          ? HTTPAnswer(status: 200, body: Array("{\"access_token\":\"T\"}".utf8))
          : HTTPAnswer(status: 401, body: Array("{}".utf8))
      },
      authorizer: { clock in OAuthAuthorizer(system: "erp", time: clock) { _ in [] } },
      tokenEndpoint: .path("/token"))
    for _ in 0..<20 { #expect(try await bench.failure(call)?.kind == .unauthorized) }
    #expect(tokens(bench) <= 2)
  }

  @Test("a refused grant is unauthorized, and not asked for again at once")
  func refusedGrant() async throws {
    let vendor = Vendor()
    vendor.state.withLock { $0.refusing = true }
    let bench = try bench(vendor)
    for _ in 0..<5 { #expect(try await bench.failure(call)?.kind == .unauthorized) }
    #expect(tokens(bench) == 1)
    vendor.state.withLock { $0.refusing = false }
    bench.clock.advance(by: .seconds(11))
    #expect(try await bench.failure(call) == nil)
  }

  @Test("one of those who wait for a token may give up alone")
  func cancelledWait() async throws {
    let (gate, opener) = AsyncStream.makeStream(of: Void.self)
    let vendor = Vendor()
    let bench = try PortBench(
      ScriptedTransport { request, number in
        if number == 1 { for await _ in gate { break } }
        return vendor.answer(request)
      },
      authorizer: { clock in OAuthAuthorizer(system: "erp", time: clock) { _ in [] } },
      tokenEndpoint: .path("/token"))
    let first = Task { try await bench.port.json(call) }
    while bench.transport.running == 0 { await Task.yield() }
    let second = Task { try await bench.port.json(call) }
    first.cancel()
    await #expect(throws: CancellationError.self) { try await first.value }
    opener.finish()
    _ = try await second.value
    #expect(tokens(bench) == 1)
  }

  @Test("a static token that was rotated is found after one refusal")
  func rotated() async throws {
    let bench = try PortBench(
      ScriptedTransport { request, _ in
        let isNew = request.headers.contains(HTTPField("Authorization", "Bearer new"))
        return HTTPAnswer(status: isNew ? 200 : 401, body: Array("{}".utf8))
      },
      authorizer: { _ in
        BearerAuthorizer(token: .environment("T"), system: "erp", secrets: RotatingSecret())
      })
    #expect(try await bench.failure(call) == nil)
    #expect(bench.transport.requests.count == 2)
  }

  @Test("Basic credentials are user and password in Base64")
  func basic() async throws {
    let bench = try PortBench(
      ScriptedTransport(.json("{}")),
      authorizer: { _ in
        BasicAuthorizer(
          user: .environment("U"), password: .environment("P"), system: "erp", secrets: OneSecret())
      })
    _ = try await bench.json(call)
    let value = "Basic czNjcjN0LXZhbHVlOnMzY3IzdC12YWx1ZQ=="
    #expect(
      bench.transport.requests.first?.headers.contains(HTTPField("Authorization", value)) == true)
  }

  @Test(
    "Base64 agrees with RFC 4648",
    arguments: zip(
      ["", "f", "fo", "foo", "foob", "fooba", "foobar"],
      ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"]))
  func base64(_ plain: String, _ encoded: String) {
    #expect(Base64.encoded(Array(plain.utf8)) == encoded)
  }
}

/// A secret that would become a header of its own.
struct BrokenSecret: SecretReader {
  func secret(from source: SecretSource, for system: SystemName) async throws -> Secret {
    Secret("s3cr3t\r\nX-Other: yes")
  }
}

/// Gives another secret the second time.
final class RotatingSecret: SecretReader {
  private let asked = Mutex(0)

  func secret(from source: SecretSource, for system: SystemName) async throws -> Secret {
    asked.withLock { asked in
      asked += 1
      return Secret(asked == 1 ? "old" : "new")
    }
  }
}
