import AdapterKit
import DealModel
import TestSupport

/// A port with a scripted vendor behind it.
struct PortBench: Sendable {
  let clock = ManualClock("2026-11-20T09:00:00Z")
  let calls = CallRecorder()
  let transport: ScriptedTransport
  let port: HTTPPort

  init(
    _ transport: ScriptedTransport, base: String = "https://api.vendor.example/v1",
    _ change: (inout HTTPPortSettings) -> Void = { _ in },
    authorizer: (@Sendable (ManualClock) -> any Authorizer)? = nil,
    tokenEndpoint: HTTPPortSettings.TokenAddress? = nil
  ) throws {
    self.transport = transport
    let bearer = BearerAuthorizer(token: .environment("T"), system: "erp", secrets: OneSecret())
    var settings = HTTPPortSettings(
      system: "erp", vendor: "Vendor", baseURL: try BaseURL(base),
      authorizer: authorizer?(clock) ?? bearer, readingPosts: ["/query"],
      requestIDHeader: "X-Request", callsLeftHeader: "X-Left")
    settings.tokenEndpoint = tokenEndpoint
    change(&settings)
    port = HTTPPort(
      settings, transport: transport, time: clock, random: SeededRandom(seed: 1), observer: calls)
  }

  func json(_ call: HTTPCall) async throws -> JSONValue {
    try await clock.passing { try await port.json(call).value }
  }

  /// How a call ends that must fail.
  func failure(_ call: HTTPCall) async throws -> SystemError? {
    do {
      _ = try await json(call)
      return nil
    } catch let error as SystemError { return error }
  }
}

struct OneSecret: SecretReader {
  func secret(from source: SecretSource, for system: SystemName) async throws -> Secret {
    Secret("s3cr3t-value")
  }
}
