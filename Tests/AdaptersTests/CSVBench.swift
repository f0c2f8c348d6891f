import AdapterKit
import Adapters
import DealModel
import TestSupport

/// A CSV adapter over a folder of its own.
struct CSVBench: Sendable {
  let clock = ManualClock("2026-11-20T09:00:00Z")
  let folder: CSVFolder
  let calls = CallRecorder()
  let adapter: any Adapter

  /// - Parameter settings: Besides `invoices`, which is `path` below the folder.
  init(
    path: String = "invoices.csv", settings: [String: SettingValue] = [:],
    echoes: [String] = [], kinds: [RecordKind] = [.invoices]
  ) throws {
    folder = try CSVFolder(clock)
    var all: [String: SettingValue] = ["currency": .currency(CSVExports.euro)]
    for kind in kinds { all[kind.rawValue] = .text("\(folder.path)/\(path)") }
    all.merge(settings) { _, new in new }
    let system = ConfiguredSystem(
      name: "exports", kind: "csv", link: "deal", steward: "Dana", failureMode: "Wait.",
      limits: FreshnessLimits(freshFor: .seconds(60), expireAfter: .seconds(86_400)),
      echoProperties: echoes, settings: SystemSettings(all))
    adapter = try CSVKind.makeAdapter(
      AdapterContext(
        system: system, sharedID: SharedID(origin: "crm", pattern: "^BW-[0-9]{5}$"),
        transport: NoTransport(), secrets: EnvironmentSecretReader(), time: clock,
        random: SeededRandom(seed: 7), observer: calls))
  }

  func records(_ kind: RecordKind, _ id: DealID = "BW-10001") async throws -> [Record] {
    try await adapter.records(of: kind, for: [id])[id] ?? []
  }

  func invoices(_ id: DealID = "BW-10001") async throws -> [Invoice] {
    try await records(.invoices, id).compactMap {
      if case .invoice(let invoice) = $0.content { invoice } else { nil }
    }
  }

  /// The net amounts of a deal's invoices, in plain notation.
  func nets(_ id: DealID = "BW-10001") async throws -> [String] {
    try await invoices(id).map { $0.net.value?.description ?? $0.net.error?.message ?? "none" }
  }

  func failure() async -> SystemError? {
    do {
      _ = try await records(.invoices)
      return nil
    } catch { return error as? SystemError }
  }
}
