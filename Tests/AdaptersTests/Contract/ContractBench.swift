import AdapterKit
import DealModel
import Sandbox
import TestSupport

/// One adapter with its emulator, its clock and everything it says and does in sight.
struct ContractBench: Sendable {
  let subject: ContractSubject
  let clock: ManualClock
  let sandbox: SandboxCompany
  let transport: SandboxTransport
  let calls: CallRecorder
  let adapter: any Adapter
  /// What is read instead of the emulator; `nil` for a kind with HTTP.
  let source: (any ContractSource)?
  /// Its own company, kept for as long as it is served; `nil` for Brightwater.
  let files: TemporaryCompany?

  /// The folder of the sample company.
  static let company: String = {
    let parts = #filePath.split(separator: "/").dropLast(4)
    return "/" + parts.joined(separator: "/") + "/SampleData/brightwater"
  }()

  /// - Parameter secrets: Where secrets are read; the files of the sample company when not given.
  init(_ subject: ContractSubject, secrets: (any SecretReader)? = nil) throws {
    self.subject = subject
    clock = ManualClock("2026-11-20T09:00:00Z")
    files = try subject.company?()
    let folder = files?.path ?? Self.company
    sandbox = try SandboxCompany(path: folder, time: clock, today: nil)
    transport = SandboxTransport(sandbox, time: clock)
    calls = CallRecorder()
    var settings = subject.settings.mapValues { Self.absolute($0, in: folder) }
    source = try subject.source?(clock)
    if let source {
      settings.merge(source.settings) { _, new in new }
    } else {
      settings["base_url"] = .text("\(SandboxTransport.origin)/\(subject.system)")
    }
    let system = ConfiguredSystem(
      name: subject.system, kind: subject.kind.schema.kind, link: subject.link,
      steward: "Dana Reyes", failureMode: "Readings age.",
      limits: FreshnessLimits(freshFor: .seconds(60), expireAfter: .seconds(3_600)),
      // Files and databases take real time, of which a busy machine takes its own.
      callDeadline: source == nil ? .seconds(20) : .seconds(300),
      echoProperties: subject.echoProperties, settings: SystemSettings(settings))
    adapter = try subject.kind.makeAdapter(
      AdapterContext(
        system: system, sharedID: SharedID(origin: "crm", pattern: "^BW-[0-9]{5}$"),
        transport: transport, secrets: secrets ?? EnvironmentSecretReader(), time: clock,
        random: SeededRandom(seed: 7), observer: calls))
  }

  /// Gives the system an order.
  func order(_ act: ControlOrder.Act, count: Int? = nil) async throws {
    try await obey(ControlOrder(act, count: count))
  }

  /// Has the emulator, or the source in its place, obey an order.
  func obey(_ order: ControlOrder) async throws {
    if let source {
      try await source.obey(order)
    } else {
      try await sandbox.obey(order, by: subject.system)
    }
  }

  /// How often the system was asked: exchanges over HTTP, else what the adapter reported.
  var asked: Int { source == nil ? transport.exchanges.count : calls.reports.count }

  /// Records, while time passes.
  func records(_ kind: RecordKind, _ ids: [DealID]) async throws -> [DealID: [Record]] {
    try await clock.passing { try await adapter.records(of: kind, for: ids) }
  }

  /// The ``SystemError`` that work ends with; `nil` when it succeeds.
  func failure(_ work: @Sendable () async throws -> Void) async throws -> SystemError? {
    do {
      try await clock.passing(during: work)
      return nil
    } catch let error as SystemError { return error }
  }

  static func absolute(_ value: SettingValue, in folder: String) -> SettingValue {
    switch value {
    case .secret(.file(let path)) where !path.hasPrefix(folder):
      return .secret(.file("\(folder)/\(path)"))
    case .mapping(let values): return .mapping(values.mapValues { absolute($0, in: folder) })
    default: return value
    }
  }
}

/// Gives the same wrong secret for every source.
struct WrongSecrets: SecretReader {
  static let text = "n0t-the-right-s3cret"

  func secret(from source: SecretSource, for system: SystemName) async throws -> Secret {
    Secret(Self.text)
  }
}
