import AdapterKit
import DealModel

/// Reads how the scenarios of one Make organisation do.
///
/// - Source: Make API v2, "Scenarios", "Scenarios > Logs" and "Rate limiting" (developers.make.com,
///   2026), and Make's own SDK for the shapes of answers. Not documented there and therefore not
///   relied on: the bodies of errors.
struct MakeAdapter: FlowReporter {
  /// How many of the last runs are read: as many as Make gives by itself.
  private static let runsRead = 50

  private let system: SystemName
  private let port: HTTPPort
  /// Where people open scenarios: `https://eu1.make.com/27/scenarios`; `nil` without a team.
  private let site: String?

  init(_ context: AdapterContext) throws {
    let system = context.system
    let settings = system.settings
    guard let token = settings.secret("token") else {
      throw SystemError(
        .refused, system: system.name,
        message: "systems.\(system.name) has no `token`. Make one in the profile, under API access."
      )
    }
    self.system = system.name
    let zone = settings.text("zone") ?? "eu1.make.com"
    guard zone.utf8.allSatisfy(Self.isOfHostName) else {
      throw SystemError(
        .refused, system: system.name,
        message: "`zone` of systems.\(system.name) is no host. Write it as in the address of the "
          + "organisation: eu1.make.com.")
    }
    site = settings.text("team").map { "https://\(zone)/\($0)/scenarios" }
    port = HTTPPort(
      HTTPPortSettings(
        system: system.name, vendor: "Make",
        baseURL: try system.baseURL(default: "https://\(zone)"),
        authorizer: BearerAuthorizer(
          token: token, system: system.name, secrets: context.secrets, scheme: "Token"),
        errors: Self.errors,
        // 60 a minute with the smallest plan, for everybody of the organisation: half of them, evenly,
        // so that many scenarios wait their turn.
        rateLimits: [RateLimit(5, per: .seconds(10))], concurrency: 2,
        callDeadline: system.callDeadline), in: context)
  }

  func flows(_ jobs: [String]) async throws -> [String: Result<FlowReport, SystemError>] {
    try await eachOf(jobs) { try await report(on: $0) }
  }

  func probe() async throws -> ProbeAnswer {
    try await port.read(Self.user) { reply in
      guard let user = reply.value["authUser"], user["id"]?.integer != nil,
        let name = user["name"]?.string
      else { throw port.malformed(Self.user.operation, "a user without \"id\" and \"name\"") }
      return ProbeAnswer(serverTime: reply.serverDate, identity: name)
    }
  }

  // MARK: - Scenarios and logs

  private func report(on scenario: String) async throws -> FlowReport {
    do {
      async let runs = runs(of: scenario, status: nil)
      var report = try await details(of: scenario)
      report.enter(try await runs)
      if report.failures > 0, report.lastSuccess == nil {
        report.lastSuccess = try await self.runs(of: scenario, status: 1).map(\.at).max()
      }
      return report
    } catch let error as SystemError where error.kind == Self.missing {
      throw SystemError(
        .drifted(field: scenario), system: system,
        message:
          "\(system) (Make) has no scenario \(VisibleText(scenario)) that the token may see. "
          + "Mend `job` of the flow, or the zone of the system.", cause: error.cause)
    }
  }

  private func details(of scenario: String) async throws -> FlowReport {
    let call = Self.scenario(scenario)
    return try await port.read(call) { reply in
      guard let body = reply.value["scenario"], let isActive = body["isActive"]?.bool else {
        throw port.malformed(call.operation, "a scenario without \"isActive\"")
      }
      let isPaused = body["isPaused"]?.bool == true
      var report = FlowReport(isOn: isActive && !isPaused, title: body["name"]?.string)
      if body["isinvalid"]?.bool == true {
        report.problem = "Make stopped it because of an error."
      } else if isPaused {
        report.problem = "Make paused it because of the subscription."
      }
      report.url = site.map { "\($0)/\(scenario)" }
      return report
    }
  }

  /// The last runs; a scenario's log also tells of edits and the like, which have no status.
  private func runs(of scenario: String, status: Int?) async throws -> [FlowRun] {
    let call = Self.logs(of: scenario, status: status)
    return try await port.read(call) { reply in
      guard let logs = reply.value["scenarioLogs"]?.array else {
        throw port.malformed(call.operation, "a document without \"scenarioLogs\"")
      }
      return try logs.compactMap { log in
        guard log.members != nil else {
          throw port.malformed(call.operation, "a log entry that is none")
        }
        guard let status = log["status"], status != .null else { return nil }
        guard case .number(let number) = status, let code = Int(number),
          let at = log["timestamp"]?.string.flatMap({ Timestamp($0) })
        else { throw port.malformed(call.operation, "a run without a time and a status") }
        // 1 is success, 2 success with warnings, 3 an error; 0 is under way.
        guard (1...3).contains(code) else { return nil }
        return FlowRun(at: at, failed: code == 3)
      }
    }
  }

  // MARK: - Calls

  private static let user = HTTPCall.get("/api/v2/users/me")

  private static func scenario(_ id: String) -> HTTPCall {
    .get("/api/v2/scenarios/{scenario}", ["scenario": id])
  }

  private static func logs(of id: String, status: Int?) -> HTTPCall {
    .get(
      "/api/v2/scenarios/{scenario}/logs", ["scenario": id],
      query: [
        "status": status.map(String.init),
        "pg[limit]": String(status == nil ? runsRead : 1), "pg[sortDir]": "desc",
      ])
  }

  /// What a 404 means before the scenario is named.
  private static let missing = SystemError.Kind.drifted(field: "job")

  private static let errors = ErrorTable(rules: [
    .init(
      401, .unauthorized,
      "The token was refused. Check it, and that `zone` is the organisation's: a token works in its "
        + "own alone."),
    .init(
      403, .unauthorized,
      "The token lacks a scope or its owner a permission. It needs `scenarios:read` and `user:read`."
    ),
    .init(404, missing, "There is no such scenario, or the token may not see it."),
  ])

  private static func isOfHostName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "-"), UInt8(ascii: "."):
      true
    default: false
    }
  }
}
