import DealModel
import Synchronization
import TestSupport
import Testing

@testable import AdapterKit

@Suite("Which requests brought a reading")
struct TracingTests {
  private let call = HTTPCall.get("/deals/{id}", ["id": "7"])

  @Test("a retried call leaves a trace of every attempt, with status and the vendor's request ID")
  func retries() async throws {
    let bench = try PortBench(
      ScriptedTransport(.status(503), .json("{}", HTTPField("X-Request", "r-2"))))
    let recorder = ExchangeRecorder()
    _ = try await recorder.recording { try await bench.json(call) }
    #expect(recorder.traces.map(\.status) == [503, 200])
    #expect(recorder.traces.map(\.isUsable) == [false, true])
    #expect(recorder.traces.map(\.requestID) == [nil, "r-2"])
    #expect(recorder.traces.allSatisfy { $0.operation == "GET /deals/{id}" && $0.system == "erp" })
    #expect(recorder.traces.allSatisfy { $0.bodyDigest == nil })
    #expect(recorder.payload(askedAt: bench.clock.now()).exchanges.isEmpty)
  }

  @Test("calls side by side each have their own traces, and a call without a recorder has none")
  func sideBySide() async throws {
    let bench = try PortBench(
      ScriptedTransport { request, _ in
        HTTPAnswer(
          status: 200, headers: [HTTPField("X-Request", String(request.url.suffix(1)))],
          body: Array("{}".utf8))
      })
    let recorders = (0..<4).map { _ in ExchangeRecorder() }
    try await bench.clock.passing {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for (number, recorder) in recorders.enumerated() {
          group.addTask {
            try await recorder.recording {
              _ = try await bench.port.json(.get("/deals/{id}", ["id": "\(number)"]))
            }
          }
        }
        group.addTask { _ = try await bench.port.json(.get("/deals/{id}", ["id": "9"])) }
        try await group.waitForAll()
      }
    }
    for (number, recorder) in recorders.enumerated() {
      #expect(recorder.traces.map(\.requestID) == ["\(number)"])
    }
  }

  @Test("an answer that several questions share belongs to the one that asked first")
  func coalescing() async throws {
    let bench = try PortBench(ScriptedTransport(.json("{}")))
    let port = bench.port
    let directory = AgedAnswer<Int>(lifetime: .seconds(60), time: bench.clock) {
      _ = try await port.json(.get("/owners"))
      return 1
    }
    let first = ExchangeRecorder()
    let second = ExchangeRecorder()
    _ = try await first.recording { try await directory.value() }
    _ = try await second.recording {
      _ = try await directory.value()
      return try await bench.json(call)
    }
    #expect(first.traces.map(\.operation) == ["GET /owners"])
    #expect(second.traces.map(\.operation) == ["GET /deals/{id}"])
  }

  @Test("a digest is the SHA-256 of the body as it came")
  func digests() async throws {
    let bench = try PortBench(ScriptedTransport(.json("{\"a\": 1}")))
    let recorder = ExchangeRecorder(.digests)
    _ = try await recorder.recording { try await bench.json(call) }
    #expect(recorder.traces.first?.bodyDigest == BodyDigest.sha256(Array("{\"a\": 1}".utf8)))
    #expect(
      BodyDigest.sha256([])
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(recorder.traces.first?.bodyBytes == 8)
  }

  @Test("a payload holds no credential, whether sent, echoed or named like one")
  func payload() async throws {
    let body = """
      {"id": "7", "echo": "Bearer s3cr3t-value", "note": "x s3cr3t-value y", "access_token": "tok",
       "paging": {"nextPageToken": "p2"}, "apiKey": {"deep": [1, 2]}, "amount": 12.50}
      """
    let bench = try PortBench(
      ScriptedTransport(
        .json(body, HTTPField("Set-Cookie", "session=abc"), HTTPField("X-Request", "r-1"))))
    let recorder = ExchangeRecorder(.payloads(mostBytes: 1 << 20))
    let asked = HTTPCall.get(
      "/deals/{id}", ["id": "7"], query: ["api_key": "hidden", "limit": "1"])
    _ = try await recorder.recording { try await bench.json(asked) }
    let exchange = try #require(recorder.payload(askedAt: bench.clock.now()).exchanges.first)
    #expect(
      exchange.request == "GET https://api.vendor.example/v1/deals/7?api_key=•••&limit=1")
    #expect(!exchange.body.contains("s3cr3t") && !exchange.body.contains("tok\""))
    #expect(exchange.body.contains("\"access_token\": \"•••\""))
    #expect(exchange.body.contains("\"apiKey\": \"•••\""))
    #expect(exchange.body.contains("\"nextPageToken\": \"p2\""))
    #expect(exchange.body.contains("\"amount\": 12.50"))
    #expect(exchange.headers.map(\.name) == ["Content-Type", "X-Request"])
    #expect(!exchange.isCut)
  }

  @Test("token requests are never recorded")
  func tokens() async throws {
    let bench = try PortBench(
      ScriptedTransport { request, _ in
        request.url.hasSuffix("/token")
          ? HTTPAnswer(status: 200, body: Array("{\"access_token\":\"fresh-token\"}".utf8))
          : HTTPAnswer(status: 200, body: Array("{\"you\":\"fresh-token\"}".utf8))
      },
      authorizer: { clock in
        OAuthAuthorizer(system: "erp", time: clock) { _ in [HTTPParameter("secret", "grant")] }
      }, tokenEndpoint: .path("/token"))
    let recorder = ExchangeRecorder(.payloads(mostBytes: 1 << 20))
    _ = try await recorder.recording { try await bench.json(call) }
    let exchanges = recorder.payload(askedAt: bench.clock.now()).exchanges
    #expect(exchanges.map(\.trace.operation) == ["GET /deals/{id}"])
    #expect(exchanges.allSatisfy { !$0.body.contains("fresh-token") })
  }
}

@Suite("Hiding secrets")
struct SecretMaskTests {
  /// Whether the bytes of a text stand in another.
  private static func holds(_ text: String, _ secret: String) -> Bool {
    let (text, secret) = (Array(text.utf8), Array(secret.utf8))
    guard text.count >= secret.count else { return false }
    return (0...(text.count - secret.count)).contains { start in
      text[start..<start + secret.count].elementsEqual(secret)
    }
  }

  @Test("no secret survives, whatever stands around it, in whatever spelling, wherever it is cut")
  func property() {
    let alphabet = Array("abcXYZ019/+=\\\"{}[],: \n\té日&<>".unicodeScalars)
    for seed in 0..<600 as Range<UInt64> {
      let random = SeededRandom(seed: seed)
      func text(_ length: ClosedRange<Int>) -> String {
        let count = length.lowerBound + Int(random.next() % UInt64(length.count))
        var scalars = String.UnicodeScalarView()
        for _ in 0..<count { scalars.append(alphabet[Int(random.next() % UInt64(alphabet.count))]) }
        return String(scalars)
      }
      let secrets = (0..<3).map { _ in "S" + text(6...20) }
      var body = ""
      for _ in 0..<12 {
        let secret = secrets[Int(random.next() % 3)]
        switch random.next() % 7 {
        case 0: body += secret
        case 1: body += JSONValue.string("x" + secret + text(0...4)).text()
        case 2: body += JSONValue.object([.init("k" + secret, .string(secret))]).text() + ","
        case 3: body += PercentEncoding.encoded(secret)
        case 4: body += JSONValue.string(secret).text().replacing("/", with: "\\/")
        case 5: body += "[{\"a\":" + JSONValue.string(secret).text() + "}"
        default: body += text(0...12)
        }
      }
      if random.next() % 2 == 0 { body = "[" + body }
      let mask = SecretMask(secrets: secrets)
      let bytes = Array(body.utf8)
      let limit = random.next() % 3 == 0 ? Int(random.next() % UInt64(bytes.count + 1)) : 1 << 20
      let shown = ReadableBody(bytes, mask: mask, mostBytes: limit).text
      for secret in secrets {
        #expect(!Self.holds(shown, secret), "seed \(seed)")
        #expect(!Self.holds(mask.masked(body), secret), "seed \(seed)")
      }
    }
  }

  @Test("a secret written with escapes inside JSON is found")
  func escapes() {
    let mask = SecretMask(secrets: ["pass/word"])
    let body = ReadableBody(
      Array("{\"a\":\"\\u0070ass\\/wo\\u0072d!\"}".utf8), mask: mask, mostBytes: 1_000)
    #expect(body.text == "{\n  \"a\": \"•••!\"\n}")
  }

  @Test("broken, cut and deep documents are written without a trap and say that they are cut")
  func broken() {
    let mask = SecretMask(secrets: ["s"])
    for text in [
      "{", "}", "[[[", "{\"a\":}", "{\"token\":[", "{\"a\":\"b", "[1,]", "]}", "{\"x\"\u{1}",
    ] {
      _ = ReadableBody(Array(text.utf8), mask: mask, mostBytes: 100).text
    }
    let deep = [UInt8](repeating: UInt8(ascii: "["), count: 20_000)
    let body = ReadableBody(deep, mask: mask, mostBytes: 20_000)
    #expect(body.isCut)
    #expect(body.text.utf8.count < 100_000)
    #expect(ReadableBody(Array("{\"a\":\"bcdef".utf8), mask: mask, mostBytes: 8).isCut)
  }

  @Test(
    "names of credentials are known, names of pages are not",
    arguments: [
      ("password", true), ("Client-Secret", true), ("accessToken", true), ("B1SESSIONID", true),
      ("sessionId", true), ("nextPageToken", false), ("SyncToken", false), ("token", true),
      ("total", false), ("X-Api-Key", true), ("author", false),
    ])
  func names(_ name: String, isCredential: Bool) {
    #expect(CredentialName.isOne(name) == isCredential)
  }
}
