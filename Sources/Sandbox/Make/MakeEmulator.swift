public import DealModel
import Synchronization

/// Make's API, version 2, read-only: a scenario, its log, the user.
///
/// The folder holds `user.json` (the user of `/users/me`), `scenarios.json` (scenarios as the API
/// gives them) and `logs.json` (log entries as the API gives them, each with its `scenarioId`).
/// Credentials: `token`. Limits: `minute` (calls a minute of the organisation, 60: the plan Core).
///
/// `set-field` takes `scenarios/1229` and `logs/<id>`; `delete` the same.
///
/// Source: developers.make.com, "Scenarios", "Scenarios > Logs", "Rate limiting", 2026, and the
/// shapes in Make's own SDK. Unverified: the bodies of errors but for that of a 429, whose message is
/// documented.
public final class MakeEmulator: Emulator {
  public static let kind = "make"
  public static let orders: [ControlOrder.Name] = [.expireToken, .setField, .delete]

  private struct State {
    var scenarios: [JSONValue]
    /// By `imtId` in descending order, as the API sorts them.
    var logs: [JSONValue]
    var budget = MinuteBudget()
    var isTokenExpired = false
  }

  private let state: Mutex<State>
  private let user: JSONValue
  private let environment: EmulatorEnvironment

  public init(folder: EmulatorFolder, environment: EmulatorEnvironment) throws {
    self.environment = environment
    user = try folder.object("user") ?? .object([])
    let scenarios = try folder.records("scenarios")
    for (number, scenario) in scenarios.enumerated() where scenario["id"]?.integer == nil {
      throw SandboxError("scenario \(number) needs a number as `id`", at: folder.file("scenarios"))
    }
    let logs = try folder.records("logs")
    for (number, log) in logs.enumerated() {
      guard log["id"]?.string != nil, log["scenarioId"]?.integer != nil,
        log["timestamp"]?.string != nil
      else {
        throw SandboxError(
          "entry \(number) needs `id`, `scenarioId` and `timestamp`", at: folder.file("logs"))
      }
    }
    state = Mutex(State(scenarios: scenarios, logs: Self.newestFirst(logs)))
  }

  public func respond(to request: EmulatedRequest) async -> EmulatedResponse {
    let now = environment.time.now()
    return state.withLock { state in
      guard !state.isTokenExpired, let token = environment.credentials["token"],
        request.header("authorization") == "Token \(token)"
      else { return Self.error(401, "Unauthorized", "Access denied.") }
      guard
        state.budget.admits(
          "all", limit: environment.limits.limit("minute", standard: 60), at: now)
      else { return Self.tooMany }
      guard request.method == "GET" else { return Self.notFound }
      return answer(request, state)
    }
  }

  private func answer(_ request: EmulatedRequest, _ state: State) -> EmulatedResponse {
    let path = request.segments
    guard path.prefix(2) == ["api", "v2"] else { return Self.notFound }
    if path.dropFirst(2) == ["users", "me"] { return .json(.object(["authUser": user])) }
    guard path.count >= 4, path[2] == "scenarios", let id = Int(path[3]),
      let scenario = state.scenarios.first(where: { $0["id"]?.integer == id })
    else { return Self.notFound }
    switch path.dropFirst(4) {
    case []: return .json(.object(["scenario": scenario]))
    case ["logs"]: return logs(of: id, request, state)
    default: return Self.notFound
    }
  }

  private func logs(
    of id: Int, _ request: EmulatedRequest, _ state: State
  ) -> EmulatedResponse {
    var chosen = state.logs.filter { $0["scenarioId"]?.integer == id }
    if let status = request.parameter("status") {
      guard let status = Int(status), (1...3).contains(status) else {
        return Self.error(400, "Bad Request", "Invalid value of the parameter status.")
      }
      chosen = chosen.filter { $0["status"]?.integer == status }
    }
    if request.parameter("pg[sortDir]") == "asc" { chosen.reverse() }
    let limit = request.parameter("pg[limit]").flatMap { Int($0) } ?? 50
    let offset = request.parameter("pg[offset]").flatMap { Int($0) } ?? 0
    let page = Array(chosen.dropFirst(max(0, offset)).prefix(max(0, limit)))
    return .json(
      .object([
        "scenarioLogs": .array(page),
        "pg": .object([
          "sortBy": "imtId", "sortDir": .string(request.parameter("pg[sortDir]") ?? "desc"),
          "last": page.last?["imtId"] ?? .null, "showLast": false, "limit": .integer(limit),
        ]),
      ]))
  }

  private static func newestFirst(_ logs: [JSONValue]) -> [JSONValue] {
    logs.sorted { ($0["timestamp"]?.string ?? "") > ($1["timestamp"]?.string ?? "") }
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
      case "scenarios":
        return state.scenarios.change({ $0["id"]?.integer == Int(parts[1]) }, change)
      case "logs": return state.logs.change({ $0["id"]?.string == parts[1] }, change)
      default: return false
      }
    }
    guard found else {
      throw SandboxError("there is no `\(record)`; write scenarios/ID or logs/ID")
    }
  }

  // MARK: Failures

  public func failure(status: Int, for request: EmulatedRequest) async -> EmulatedResponse {
    switch status {
    case 401: Self.error(401, "Unauthorized", "Access denied.")
    case 502, 504: .text("<html><body><h1>\(status)</h1></body></html>", status: status)
    default: Self.error(status, "Error", "The request failed.")
    }
  }

  public func throttling(
    policy: String?, for request: EmulatedRequest
  ) async -> EmulatedResponse { Self.tooMany }

  private static var notFound: EmulatedResponse { error(404, "Not Found", "Resource not found.") }

  private static func error(
    _ status: Int, _ message: String, _ detail: String
  ) -> EmulatedResponse {
    .json(
      .object(["detail": .string(detail), "message": .string(message)]), status: status)
  }

  private static var tooMany: EmulatedResponse {
    error(
      429, "Too Many Requests", "Requests limit for organization exceeded, please try again later.")
  }
}
