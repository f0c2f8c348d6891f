import AdapterKit
import Adapters
import DealModel
import TestSupport

/// An adapter on a ledger with settings of a test's own.
struct ODBCBench: Sendable {
  static let invoices = "SELECT id, deal_id, 'open' AS status, '1' AS gross, '0' AS paid, "
  let adapter: any Adapter
  /// The ledger lives as long as somebody reads it.
  private let source: (any ContractSource)?
  let calls = CallRecorder()
  let clock = ManualClock("2026-11-20T09:00:00Z")

  init(
    _ settings: [String: SettingValue], changed: [String: SettingValue] = [:],
    deadline: Duration = .seconds(300), secrets: any SecretReader = EnvironmentSecretReader(),
    origin: SystemName = "crm", echoes: [String] = [], source: (any ContractSource)? = nil
  ) throws {
    self.source = source
    let system = ConfiguredSystem(
      name: "ledger", kind: "odbc", link: "deal_id", steward: "Dana Reyes",
      failureMode: "Readings age.",
      limits: FreshnessLimits(freshFor: .seconds(60), expireAfter: .seconds(3_600)),
      callDeadline: deadline, echoProperties: echoes,
      settings: SystemSettings(settings.merging(changed) { $1 }))
    adapter = try ODBCKind.makeAdapter(
      AdapterContext(
        system: system, sharedID: SharedID(origin: origin, pattern: "^BW-[0-9]{5}$"),
        transport: NoTransport(), secrets: secrets, time: clock, random: SeededRandom(seed: 7),
        observer: calls))
  }

  /// On a ledger, with its usual SQL.
  init(
    _ source: any ContractSource, changed: [String: SettingValue] = [:],
    secrets: any SecretReader = EnvironmentSecretReader(), origin: SystemName = "crm",
    echoes: [String] = []
  ) throws {
    try self.init(
      source.settings, changed: changed, secrets: secrets, origin: origin, echoes: echoes,
      source: source)
  }

  /// With another SELECT for invoices.
  init(
    _ source: any ContractSource, invoices: String, deadline: Duration = .seconds(300),
    changed: [String: SettingValue] = [:]
  ) throws {
    let records = LedgerSQL.mapping(["invoices": invoices])
    try self.init(
      source.settings, changed: ["records": records].merging(changed) { $1 }, deadline: deadline,
      source: source)
  }

  func invoices(_ ids: DealID...) async throws -> [Record] {
    let answer = try await adapter.records(of: .invoices, for: ids)
    return ids.flatMap { answer[$0] ?? [] }
  }

  /// The error that reading an invoice ends with; `nil` when it succeeds.
  func failure(_ id: DealID = "BW-10001") async throws -> SystemError? {
    do {
      _ = try await invoices(id)
      return nil
    } catch let error as SystemError { return error }
  }
}

/// A database is not reached over HTTP.
struct NoTransport: HTTPTransport {
  func exchange(
    _ request: HTTPRequest, deadline: Duration, maximumBytes: Int
  ) async throws -> HTTPAnswer {
    throw HTTPTransportError.broken("nothing goes over HTTP here")
  }
}
