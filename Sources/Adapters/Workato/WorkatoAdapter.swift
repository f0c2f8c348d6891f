import AdapterKit
import DealModel

/// Reads how the recipes of one Workato workspace do.
///
/// - Source: Workato Developer API, "Recipes", "Jobs" and "Workspace details" (docs.workato.com,
///   2026). Not documented there and therefore not relied on: how many jobs a page holds, their order
///   beyond "prior to `offset_job_id`", and the bodies of errors.
struct WorkatoAdapter: FlowReporter {
  private let system: SystemName
  private let port: HTTPPort
  /// Where people open recipes.
  private let site: String

  init(_ context: AdapterContext) throws {
    let system = context.system
    guard let token = system.settings.secret("token") else {
      throw SystemError(
        .refused, system: system.name,
        message: "systems.\(system.name) has no `token`. Give it one of an API client.")
    }
    self.system = system.name
    let address = system.settings.text("base_url") ?? "https://www.workato.com"
    site = String(address.reversed().drop { $0 == "/" }.reversed())
    port = HTTPPort(
      HTTPPortSettings(
        system: system.name, vendor: "Workato", baseURL: try system.baseURL(default: address),
        authorizer: BearerAuthorizer(
          token: token, system: system.name, secrets: context.secrets),
        errors: Self.errors,
        // 60 a minute for recipes and as many for jobs; evenly, so that many recipes wait their turn.
        rateLimits: [RateLimit(5, per: .seconds(5))], concurrency: 2,
        callDeadline: system.callDeadline), in: context)
  }

  func flows(_ jobs: [String]) async throws -> [String: Result<FlowReport, SystemError>] {
    try await eachOf(jobs) { try await report(on: $0) }
  }

  func probe() async throws -> ProbeAnswer {
    try await port.read(Self.workspace) { reply in
      guard reply.value["id"]?.integer != nil, let name = reply.value["name"]?.string else {
        throw port.malformed(Self.workspace.operation, "a workspace without \"id\" and \"name\"")
      }
      return ProbeAnswer(serverTime: reply.serverDate, identity: name)
    }
  }

  // MARK: - Recipes and jobs

  private func report(on recipe: String) async throws -> FlowReport {
    do {
      async let jobs = runs(of: recipe, status: nil)
      var report = try await details(of: recipe)
      report.enter(try await jobs)
      if report.failures > 0, report.lastSuccess == nil {
        // A page of failures: the last job that went well is asked for by itself.
        report.lastSuccess = try await runs(of: recipe, status: "succeeded").map(\.at).max()
      }
      return report
    } catch let error as SystemError where error.kind == Self.missing {
      throw SystemError(
        .drifted(field: recipe), system: system,
        message: "\(system) (Workato) has no recipe \(VisibleText(recipe)) that the API client may "
          + "see. Mend `job` of the flow, or give the client's role the recipe's project.",
        cause: error.cause)
    }
  }

  private func details(of recipe: String) async throws -> FlowReport {
    let call = Self.recipe(recipe)
    return try await port.read(call) { reply in
      let body = reply.value
      guard let isOn = body["running"]?.bool else {
        throw port.malformed(call.operation, "a recipe without \"running\"")
      }
      var report = FlowReport(
        isOn: isOn, title: body["name"]?.string, url: "\(site)/recipes/\(recipe)")
      if !isOn {
        report.stoppedAt = body["stopped_at"]?.string.flatMap { Timestamp($0) }
        report.problem = body["stop_cause"]?.string
      }
      return report
    }
  }

  /// The last jobs that have come to their end.
  private func runs(of recipe: String, status: String?) async throws -> [FlowRun] {
    let call = Self.jobs(of: recipe, status: status)
    return try await port.read(call) { reply in
      guard let items = reply.value["items"]?.array else {
        throw port.malformed(call.operation, "a page without \"items\"")
      }
      return try items.compactMap { item in
        guard let id = item["id"]?.string else {
          throw port.malformed(call.operation, "a job without \"id\"")
        }
        // A job that is still under way has not run yet.
        guard let completed = item["completed_at"], completed != .null else { return nil }
        guard let at = completed.string.flatMap({ Timestamp($0) }),
          let isError = item["is_error"]?.bool
        else { throw port.malformed(call.operation, "a job \(id) whose end cannot be understood") }
        let failed = isError || item["is_poll_error"]?.bool == true
        return FlowRun(
          at: at, failed: failed,
          problem: failed ? item["error"]?.string ?? item["error"]?["message"]?.string : nil)
      }
    }
  }

  // MARK: - Calls

  private static let workspace = HTTPCall.get("/api/users/me")

  private static func recipe(_ id: String) -> HTTPCall {
    .get("/api/recipes/{recipe}", ["recipe": id])
  }

  private static func jobs(of id: String, status: String?) -> HTTPCall {
    .get("/api/recipes/{recipe}/jobs", ["recipe": id], query: ["status": status])
  }

  /// What a 404 means before the recipe is named.
  private static let missing = SystemError.Kind.drifted(field: "job")

  private static let errors = ErrorTable(rules: [
    .init(
      401, .unauthorized,
      "The token was refused. Check it, and that `base_url` is the data centre of the workspace: a "
        + "token works in its own alone."),
    .init(
      403, .unauthorized,
      "The API client lacks a permission. Give its role recipe details, jobs and workspace details."
    ),
    .init(404, missing, "There is no such recipe, or the API client may not see it."),
  ])
}
