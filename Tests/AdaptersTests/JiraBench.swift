import AdapterKit
import Adapters
import DealModel
import Sandbox
import TestSupport
import Testing

/// The Jira adapter over an emulated site in process. Every exchange is checked against Atlassian's
/// own document when the test ends.
struct JiraBench {
  let clock: ManualClock
  let sandbox: SandboxCompany
  let transport: SandboxTransport
  let calls = CallRecorder()
  let adapter: any Adapter
  private let files: TemporaryCompany

  init(
    _ sample: JiraSample, link: String = "customfield_10042", echoes: [String] = [],
    settings: [String: SettingValue] = [:], limits: String = "{}"
  ) throws {
    files = try sample.company(limits: limits)
    clock = ManualClock("2026-11-20T09:00:00Z")
    sandbox = try SandboxCompany(path: files.path, time: clock, today: nil)
    transport = SandboxTransport(sandbox, time: clock)
    var all: [String: SettingValue] = [
      "base_url": .text("\(SandboxTransport.origin)/pm"),
      "site": .text("https://brightwater.atlassian.net"), "project": .text("BWD"),
      "email": .secret(.file("\(files.path)/secrets/email")),
      "token": .secret(.file("\(files.path)/secrets/token")),
    ]
    all.merge(settings) { $1 }
    let system = ConfiguredSystem(
      name: "pm", kind: "jira", link: link, steward: "Callum Reid", failureMode: "Readings age.",
      limits: FreshnessLimits(freshFor: .seconds(60), expireAfter: .seconds(3_600)),
      echoProperties: echoes, settings: SystemSettings(all))
    adapter = try JiraKind.makeAdapter(
      AdapterContext(
        system: system, sharedID: SharedID(origin: "crm", pattern: "^BW-[0-9]{5}$"),
        transport: transport, secrets: EnvironmentSecretReader(), time: clock,
        random: SeededRandom(seed: 3), observer: calls))
  }

  /// Runs a test on a bench, then checks every exchange it made.
  static func run(
    _ sample: JiraSample, link: String = "customfield_10042", echoes: [String] = [],
    settings: [String: SettingValue] = [:], limits: String = "{}",
    sourceLocation: SourceLocation = #_sourceLocation, _ test: (JiraBench) async throws -> Void
  ) async throws {
    let bench = try JiraBench(
      sample, link: link, echoes: echoes, settings: settings, limits: limits)
    try await test(bench)
    let document = try OpenAPIDocument.jira()
    for exchange in bench.transport.exchanges {
      guard let answer = exchange.answer else { continue }
      let request = EmulatedRequest(
        method: exchange.request.method, url: exchange.request.url, body: exchange.request.body)
      let finding = document.check(
        OpenAPIDocument.Exchange(
          method: request.method, path: String(request.path.dropFirst("/pm".count)),
          query: request.query.map { ($0.name, $0.value) }, body: try? request.json(),
          status: answer.status, answer: try? JSONValue(parsing: answer.body)))
      for fault in finding.faults { Issue.record("\(fault)", sourceLocation: sourceLocation) }
      #expect(finding.ignored.isEmpty, sourceLocation: sourceLocation)
    }
  }

  func records(_ kind: RecordKind, _ ids: DealID...) async throws -> [DealID: [Record]] {
    try await records(kind, ids)
  }

  func records(_ kind: RecordKind, _ ids: [DealID]) async throws -> [DealID: [Record]] {
    try await clock.passing { try await adapter.records(of: kind, for: ids) }
  }

  func order(_ act: ControlOrder.Act, count: Int? = nil) async throws {
    try await sandbox.obey(ControlOrder(act, count: count), by: "pm")
  }

  /// The error that reading ends with; `nil` when it succeeds.
  func failure(_ kind: RecordKind, _ ids: DealID...) async throws -> SystemError? {
    do {
      _ = try await records(kind, ids)
      return nil
    } catch let error as SystemError { return error }
  }

  /// What was asked so far, without the system's prefix.
  var asked: [String] {
    transport.exchanges.map { $0.path.replacing("/pm/rest/api/3", with: "") }
  }

  /// Answers of a search are changed by this; its `issues` are given.
  func tamper(_ change: @escaping @Sendable (JSONValue) -> JSONValue) {
    transport.tamper { request, answer in
      guard request.url.hasSuffix("/search/jql"), let body = try? JSONValue(parsing: answer.body)
      else { return answer }
      var answer = answer
      answer.body = Array(change(body).text().utf8)
      return answer
    }
  }
}

extension Record {
  var milestone: Milestone? {
    if case .milestone(let milestone) = content { milestone } else { nil }
  }
  var hours: HoursEntry? { if case .hours(let entry) = content { entry } else { nil } }
  var ticket: Ticket? { if case .ticket(let ticket) = content { ticket } else { nil } }
}
