public import DealModel
import Synchronization

/// Workato's Developer API, read-only: recipe details, a recipe's jobs, the workspace.
///
/// The folder holds `workspace.json` (the answer of `/api/users/me`), `recipes.json` (recipes as the
/// API gives them) and `jobs.json` (jobs as the API gives them, each with its `recipe_id`).
/// Credentials: `token`. Limits: `minute` (calls a minute for recipes, and as many for jobs, 60),
/// `page` (jobs a page, 10).
///
/// `set-field` takes `recipes/28904` and `jobs/j-…`; `delete` the same.
///
/// Source: docs.workato.com, "Recipes" and "Jobs", 2026. Unverified: the size of a page, the bodies
/// of errors, and the headers of a 429.
public final class WorkatoEmulator: Emulator {
  public static let kind = "workato"
  public static let orders: [ControlOrder.Name] = [.expireToken, .setField, .delete]

  private struct State {
    var recipes: [JSONValue]
    /// Newest first.
    var jobs: [JSONValue]
    var budget = MinuteBudget()
    var isTokenExpired = false
  }

  private let state: Mutex<State>
  private let workspace: JSONValue
  private let environment: EmulatorEnvironment

  public init(folder: EmulatorFolder, environment: EmulatorEnvironment) throws {
    self.environment = environment
    workspace = try folder.object("workspace") ?? .object([])
    let recipes = try folder.records("recipes")
    for (number, recipe) in recipes.enumerated() where recipe["id"]?.integer == nil {
      throw SandboxError("recipe \(number) needs a number as `id`", at: folder.file("recipes"))
    }
    let jobs = try folder.records("jobs")
    for (number, job) in jobs.enumerated() {
      guard job["id"]?.string != nil, job["recipe_id"]?.integer != nil else {
        throw SandboxError("job \(number) needs `id` and `recipe_id`", at: folder.file("jobs"))
      }
    }
    state = Mutex(State(recipes: recipes, jobs: Self.newestFirst(jobs)))
  }

  public func respond(to request: EmulatedRequest) async -> EmulatedResponse {
    let now = environment.time.now()
    return state.withLock { state in
      guard !state.isTokenExpired, let token = environment.credentials["token"],
        request.bearerToken == token
      else { return Self.error(401, "Unauthorized") }
      guard request.method == "GET" else { return Self.error(404, "Not found") }
      let resource = request.segments.last == "jobs" ? "jobs" : "recipes"
      guard
        state.budget.admits(
          resource, limit: environment.limits.limit("minute", standard: 60), at: now)
      else { return Self.tooMany(at: now) }
      return answer(request, state)
    }
  }

  private func answer(_ request: EmulatedRequest, _ state: State) -> EmulatedResponse {
    let path = request.segments
    guard path.first == "api" else { return Self.error(404, "Not found") }
    if path == ["api", "users", "me"] { return .json(workspace) }
    guard path.count >= 3, path[1] == "recipes", let id = Int(path[2]),
      let recipe = state.recipes.first(where: { $0["id"]?.integer == id })
    else { return Self.error(404, "Not found") }
    switch path.dropFirst(3) {
    case []: return .json(recipe)
    case ["jobs"]: return .json(jobs(of: id, recipe, request, state))
    default: return Self.error(404, "Not found")
    }
  }

  private func jobs(
    of id: Int, _ recipe: JSONValue, _ request: EmulatedRequest, _ state: State
  ) -> JSONValue {
    let all = state.jobs.filter { $0["recipe_id"]?.integer == id }
    var chosen = all
    if let status = request.parameter("status") {
      chosen = chosen.filter { Self.status(of: $0) == status }
    }
    if let offset = request.parameter("offset_job_id") {
      chosen = Array(chosen.drop { $0["id"]?.string != offset }.dropFirst())
    }
    let page = environment.limits.limit("page", standard: 10) ?? 1_000
    return .object([
      "job_succeeded_count": .integer(all.count { Self.status(of: $0) == "succeeded" }),
      "job_failed_count": .integer(all.count { Self.status(of: $0) == "failed" }),
      "job_count": .integer(all.count), "job_scope_count": .integer(chosen.count),
      "items": .array(Array(chosen.prefix(page))),
    ])
  }

  private static func status(of job: JSONValue) -> String {
    if job["completed_at"]?.string == nil { return "pending" }
    return job["is_error"]?.bool == true ? "failed" : "succeeded"
  }

  private static func newestFirst(_ jobs: [JSONValue]) -> [JSONValue] {
    jobs.sorted { ($0["started_at"]?.string ?? "") > ($1["started_at"]?.string ?? "") }
  }

  // MARK: Orders

  public func obey(_ order: ControlOrder) async throws -> JSONValue {
    switch order.act {
    case .expireToken:
      state.withLock { $0.isTokenExpired = true }
      return .object(["expired": true])
    case .setField(let record, let field, let text):
      let value = (try? JSONValue(parsing: Array(text.utf8))) ?? .string(text)
      try change(record) { $0.setting(field, to: value) }
      return .object(["record": .string(record), "field": .string(field)])
    case .delete(let record):
      try change(record) { _ in nil }
      return .object(["deleted": .string(record)])
    default: throw SandboxError.notObeyed(order, orders: Self.orders)
    }
  }

  public func mend() async { state.withLock { $0.isTokenExpired = false } }

  private func change(_ record: String, _ change: (JSONValue) -> JSONValue?) throws {
    let parts = record.split(separator: "/", maxSplits: 1).map(String.init)
    let found = state.withLock { state in
      guard parts.count == 2 else { return false }
      switch parts[0] {
      case "recipes":
        return state.recipes.change({ $0["id"]?.integer == Int(parts[1]) }, change)
      case "jobs": return state.jobs.change({ $0["id"]?.string == parts[1] }, change)
      default: return false
      }
    }
    guard found else {
      throw SandboxError("there is no `\(record)`; write recipes/ID or jobs/ID")
    }
  }

  // MARK: Failures

  public func failure(status: Int, for request: EmulatedRequest) async -> EmulatedResponse {
    Self.error(status, status == 401 ? "Unauthorized" : "Something went wrong")
  }

  public func throttling(
    policy: String?, for request: EmulatedRequest
  ) async -> EmulatedResponse { Self.tooMany(at: environment.time.now()) }

  private static func error(_ status: Int, _ message: String) -> EmulatedResponse {
    .json(.object(["message": .string(message)]), status: status)
  }

  private static func tooMany(at now: Timestamp) -> EmulatedResponse {
    .json(
      .object(["message": "Too many requests"]), status: 429,
      headers: [NamedValue("Retry-After", String(MinuteBudget.wait(at: now)))])
  }
}

extension [JSONValue] {
  /// Replaces the first record that fits, or takes it out.
  mutating func change(
    _ fits: (JSONValue) -> Bool, _ change: (JSONValue) -> JSONValue?
  ) -> Bool {
    guard let place = firstIndex(where: fits) else { return false }
    if let changed = change(self[place]) { self[place] = changed } else { remove(at: place) }
    return true
  }
}
