public import DealModel
internal import Synchronization

/// Zendesk Support's ticketing API, read-only: tickets, search, the search export, the incremental
/// export, ticket fields, users, and OAuth tokens.
///
/// Files: `account.json` (`subdomain`; `user_id`, whom the credentials belong to), `tickets.json`,
/// `ticket_fields.json` and `users.json`, arrays of objects as the API returns them. Credentials:
/// `client_id` and `client_secret` (OAuth, with `refresh_token` if that grant is to work), or `email`
/// and `token` (an API token, refused after 30 April 2027), or both.
///
/// Orders of its own: `expire-token`, `set-field tickets/ID FIELD VALUE` (top-level, or
/// `custom_fields.ID`), `delete tickets/ID`, `delay-index MS`, and `rename-property OLD NEW`: a custom
/// field is deleted and made anew under another ID. `throttle` takes `search-export`, `search` or
/// `incremental`.
///
/// Limits by the minute: `minute` (400, the plan's), `search` (2,500), `search_export` (100),
/// `incremental` (10).
///
/// Source: developer.zendesk.com, reference of Tickets, Search, Incremental Exports, Ticket Fields,
/// Users, OAuth Tokens and Rate Limits, 2026. Unverified: that a search for a custom field that does
/// not exist finds nothing, the body of a 403, and how a quote inside quotes is written.
public final class ZendeskEmulator: Emulator {
  public static let kind = "zendesk"
  public static let orders: [ControlOrder.Name] = [
    .expireToken, .setField, .delete, .delayIndex, .renameProperty,
  ]

  private struct State {
    var desk: ZendeskDesk
    var access: ZendeskAccess
    var budget = MinuteBudget()
    /// What `rename-property` did, so that it can be undone.
    var renamings: [(old: Int, new: Int)] = []
    var requests = 0
  }

  private let state: Mutex<State>
  private let environment: EmulatorEnvironment

  public init(folder: EmulatorFolder, environment: EmulatorEnvironment) throws {
    self.environment = environment
    state = Mutex(
      State(
        desk: try ZendeskDesk(folder: folder, now: environment.time.now()),
        access: try ZendeskAccess(environment)))
  }

  public func respond(to request: EmulatedRequest) async -> EmulatedResponse {
    let now = environment.time.now()
    return state.withLock { state in
      state.requests += 1
      var response: EmulatedResponse
      if request.path == "/oauth/tokens" {
        response =
          request.method == "POST"
          ? state.access.grant(for: request, at: now) : ZendeskAnswers.invalidEndpoint
      } else {
        response = answer(request, &state, at: now)
      }
      response.headers.append(NamedValue("X-Request-Id", "b3f1c2d4-\(state.requests)"))
      return response
    }
  }

  private func answer(
    _ request: EmulatedRequest, _ state: inout State, at now: Timestamp
  ) -> EmulatedResponse {
    var path = request.segments
    guard request.method == "GET", path.count >= 3, path[0] == "api", path[1] == "v2" else {
      return ZendeskAnswers.invalidEndpoint
    }
    path.removeFirst(2)
    if let last = path.last, last.hasSuffix(".json") { path[path.count - 1].removeLast(5) }
    let isMe = path == ["users", "me"]
    switch state.access.verdict(on: request, resource: path[0], at: now) {
    case .allowed: break
    case .anonymous where isMe: return .json(["user": ZendeskDesk.anonymous])
    case .anonymous, .refused: return ZendeskAnswers.unauthenticated
    case .invalidToken: return ZendeskAnswers.invalidToken
    case .forbidden: return ZendeskAnswers.forbidden
    }
    if let response = limited(path, &state, at: now) { return response }
    state.desk.index(until: now)
    let reply = ZendeskReply(request: request, desk: state.desk, now: now)
    var response = reply.response(to: path)
    response.headers += rateHeaders(state, at: now)
    return response
  }

  // MARK: Limits

  private static let standards = [
    "minute": 400, "search": 2_500, "search_export": 100, "incremental": 10,
  ]

  private func limit(_ name: String) -> Int? {
    environment.limits.limit(name, standard: Self.standards[name] ?? 400)
  }

  /// An answer of 429 when the call is one too many of its kind.
  private func limited(
    _ path: [String], _ state: inout State, at now: Timestamp
  ) -> EmulatedResponse? {
    let kind: String? =
      switch (path[0], path.dropFirst().first) {
      case ("search", "export"?): "search_export"
      case ("search", _): "search"
      case ("incremental", _): "incremental"
      default: nil
      }
    let admitted = state.budget.admits("minute", limit: limit("minute"), at: now)
    let isInside = kind.map { state.budget.admits($0, limit: limit($0), at: now) } ?? true
    return admitted && isInside ? nil : ZendeskAnswers.tooMany(after: MinuteBudget.wait(at: now))
  }

  private func rateHeaders(_ state: State, at now: Timestamp) -> [NamedValue] {
    guard let limit = limit("minute") else { return [] }
    let left = String(max(0, limit - state.budget.used("minute")))
    return [
      NamedValue("X-Rate-Limit", String(limit)), NamedValue("X-Rate-Limit-Remaining", left),
      NamedValue("ratelimit-limit", String(limit)), NamedValue("ratelimit-remaining", left),
      NamedValue("ratelimit-reset", String(MinuteBudget.wait(at: now))),
    ]
  }

  // MARK: Orders

  public func obey(_ order: ControlOrder) async throws -> JSONValue {
    let now = environment.time.now()
    return try state.withLock { state in
      switch order.act {
      case .expireToken:
        state.access.expire()
        return .object(["expired": true])
      case .setField(let record, let field, let value):
        try state.desk.setField(
          field, of: try ControlOrder.number(of: "tickets", in: record), to: value, at: now)
        return .object([
          "record": .string(record), "field": .string(field), "value": .string(value),
        ])
      case .delete(let record):
        try state.desk.delete(try ControlOrder.number(of: "tickets", in: record), at: now)
        return .object(["deleted": .string(record)])
      case .delayIndex(let milliseconds):
        state.desk.indexDelay = .milliseconds(milliseconds)
        return .object(["index_delay_ms": .integer(milliseconds)])
      case .renameProperty(let old, let new):
        guard let from = Int(old), let to = Int(new), state.desk.renameField(from, to: to) else {
          throw SandboxError("ticket_fields.json has no field `\(old)`; write the IDs of fields")
        }
        state.renamings.append((from, to))
        return .object(["renamed": .string(new)])
      default: throw SandboxError.notObeyed(order, orders: Self.orders)
      }
    }
  }

  public func mend() async {
    state.withLock { state in
      state.access.mend()
      for renaming in state.renamings.reversed() {
        _ = state.desk.renameField(renaming.new, to: renaming.old)
      }
      state.renamings = []
      state.desk.indexDelay = .zero
    }
  }

  // MARK: Failures

  public func failure(status: Int, for request: EmulatedRequest) async -> EmulatedResponse {
    ZendeskAnswers.failure(status, isSearch: request.segments.contains("search"))
  }

  public func throttling(policy: String?, for request: EmulatedRequest) async -> EmulatedResponse {
    ZendeskAnswers.tooMany(after: MinuteBudget.wait(at: environment.time.now()))
  }
}
