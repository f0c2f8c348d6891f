import AdapterKit
import Adapters
import CompanyConfiguration
import DealModel
import Synchronization
import TestSupport
import Testing

/// An API of a test's own, answered by a closure.
final class ScriptedAPI: HTTPTransport {
  typealias Script = @Sendable (HTTPRequest) async throws -> HTTPAnswer

  private let script: Script
  private let sent = Mutex<[HTTPRequest]>([])

  init(_ script: @escaping Script) { self.script = script }

  /// What it was asked, in order.
  var requests: [HTTPRequest] { sent.withLock { $0 } }

  /// The addresses it was asked for, without the base.
  var paths: [String] { requests.map { String($0.url.dropFirst(RESTBench.base.count)) } }

  func exchange(
    _ request: HTTPRequest, deadline: Duration, maximumBytes: Int
  ) async throws -> HTTPAnswer {
    sent.withLock { $0.append(request) }
    return try await script(request)
  }

  static func json(
    _ document: JSONValue, status: Int = 200, headers: [HTTPField] = []
  ) -> HTTPAnswer {
    HTTPAnswer(
      status: status, headers: [HTTPField("Content-Type", "application/json")] + headers,
      body: Array(document.text().utf8))
  }
}

/// The kind `rest` with a configuration as people write it, and an API of the test's own.
struct RESTBench: Sendable {
  static let base = "https://api.brightwater.example/v1"

  let clock = ManualClock("2026-11-20T09:00:00Z")
  let api: ScriptedAPI
  let calls = CallRecorder()
  let adapter: any Adapter

  /// Why a configuration cannot be used.
  struct Unusable: Error { let faults: [String] }

  /// - Parameters:
  ///   - records: What stands under `records`.
  ///   - more: Further keys of the system; `auth` and `probe` are there unless it has them.
  init(
    records: String, _ more: String = "", secrets: any SecretReader = TestSecrets(),
    _ script: @escaping ScriptedAPI.Script
  ) throws {
    api = ScriptedAPI(script)
    adapter = try Self.adapter(
      try Self.system(records: records, more), api, clock, secrets: secrets, calls: calls)
  }

  static func adapter(
    _ system: ConfiguredSystem, _ api: ScriptedAPI, _ clock: ManualClock,
    secrets: any SecretReader = TestSecrets(), calls: CallRecorder = CallRecorder()
  ) throws -> any Adapter {
    try RESTKind.makeAdapter(
      AdapterContext(
        system: system, sharedID: SharedID(origin: "crm", pattern: "^BW-[0-9]{5}$"),
        transport: api, secrets: secrets, time: clock, random: SeededRandom(seed: 7),
        observer: calls))
  }

  static func system(records: String, _ more: String = "") throws -> ConfiguredSystem {
    var yaml = "link: deal\nbase_url: \(base)\nvendor: Wharf\n"
    if !more.contains("auth:") { yaml += "auth: {type: none}\n" }
    if !more.contains("probe:") { yaml += "probe: {get: /me, identity: name}\n" }
    yaml += more + "\nrecords:\n"
    yaml += records.split(separator: "\n").map { "  \($0)\n" }.joined()
    let result = RESTSample.system(yaml)
    guard let system = result.model?.system("api") else {
      throw Unusable(faults: result.errors.map(\.description))
    }
    return system
  }

  /// The records of one deal, while time passes.
  func records(_ kind: RecordKind, _ ids: DealID...) async throws -> [Record] {
    let answer = try await clock.passing { try await adapter.records(of: kind, for: ids) }
    return ids.flatMap { answer[$0] ?? [] }
  }

  /// The error that work ends with; `nil` when it succeeds.
  func failure(_ work: @Sendable () async throws -> Void) async throws -> SystemError? {
    do {
      try await clock.passing(during: work)
      return nil
    } catch let error as SystemError { return error }
  }
}

/// Every secret is told by its source: of `{env: NAME}` it is `secret-of-NAME`.
struct TestSecrets: SecretReader {
  func secret(from source: SecretSource, for system: SystemName) async throws -> Secret {
    switch source {
    case .environment(let name): Secret("secret-of-\(name)")
    case .file(let path): Secret("secret-in-\(path)")
    case .command(let words): Secret("secret-by-\(words.joined(separator: "-"))")
    }
  }
}
