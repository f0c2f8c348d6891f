public import DealModel
import Synchronization

/// Jira Cloud's platform API, version 3, read-only: enhanced search, issues, worklogs, versions,
/// fields, projects.
///
/// The folder holds `site.json`, `fields.json`, `projects.json`, `issues.json`, `versions.json`,
/// `worklogs.json` and `users.json`. Credentials: `email` and `token` (a classic token, for the
/// site's own address), `scoped_token` and `access_token` (for `/ex/jira/<cloudId>`). Limits:
/// `burst` (calls a second and endpoint, 100), `page` (issues a page with fields, 100).
///
/// `set-field` takes `issues/BWD-1`, `worklogs/100028` and `versions/10000`, where `deleted true`
/// deletes, and `site admitsStrangers true`: wrong credentials then see an empty site.
///
/// Source: `specs/jira-platform.openapi.json` and developer.atlassian.com, spring 2026.
public final class JiraEmulator: Emulator {
  public static let kind = "jira"
  public static let orders: [ControlOrder.Name] = [
    .expireToken, .renameProperty, .setField, .delete, .delayIndex,
  ]

  private struct State {
    var site: JiraSite
    var bursts: [String: (second: Int64, calls: Int)] = [:]
    var requests = 0
    var refusals = 0
    /// What `rename-property` did, so that it can be undone.
    var renamings: [(old: String, new: String)] = []
  }

  private let state: Mutex<State>
  private let environment: EmulatorEnvironment

  public init(folder: EmulatorFolder, environment: EmulatorEnvironment) throws {
    state = Mutex(State(site: try JiraSite(folder: folder)))
    self.environment = environment
  }

  public func respond(to request: EmulatedRequest) async -> EmulatedResponse {
    let now = environment.time.now()
    let (snapshot, number) = state.withLock { state in
      state.requests += 1
      state.site.catchUp(at: now)
      return (state.site, state.requests)
    }
    var response = admit(request, to: snapshot, at: now)
    response.headers.append(NamedValue("atl-traceid", Self.traceID(number)))
    return response
  }

  // MARK: The gate

  private func admit(
    _ request: EmulatedRequest, to site: JiraSite, at now: Timestamp
  ) -> EmulatedResponse {
    var segments = request.segments
    let gate = JiraGate(site: site, credentials: environment.credentials)
    if segments == ["_edge", "tenant_info"] {
      return .json(.object(["cloudId": .string(site.cloudID)]))
    }
    let isGateway = segments.prefix(2) == ["ex", "jira"]
    if isGateway {
      guard segments.count > 2, segments[2] == site.cloudID else {
        return .json(.object(["code": 404, "message": "No message available"]), status: 404)
      }
      segments.removeFirst(3)
    }
    guard segments.count > 2, segments[0] == "rest", segments[1] == "api" else {
      return Self.notFound(request)
    }
    guard segments[2] == "3" || segments[2] == "2" || segments[2] == "latest" else {
      return Self.notFound(request)
    }
    let path = Array(segments.dropFirst(3))
    if path == ["search"] { return Self.searchRemoved }
    guard segments[2] == "3" else { return Self.notFound(request) }
    let visitor = path == ["serverInfo"] ? .stranger : gate.visitor(request, isGateway: isGateway)
    switch visitor {
    case .refused:
      let refusals = state.withLock { state in
        state.refusals += 1
        return state.refusals
      }
      return Self.unauthorized(site, isGateway: isGateway, isCaptchaDue: refusals > 10)
    case .stranger: break
    case .member: state.withLock { $0.refusals = 0 }
    }
    guard let call = JiraCall(method: request.method, path: path) else {
      return Self.notFound(request)
    }
    if let limit = environment.limits.limit("burst", standard: 100) {
      let left = remaining(of: limit, for: call.endpoint, at: now)
      guard left >= 0 else { return throttled(policy: nil, limit: limit, at: now) }
      var response = answer(call, request, site, visitor, at: now)
      response.headers += Self.rateHeaders(limit: limit, left: left, at: now)
      return response
    }
    return answer(call, request, site, visitor, at: now)
  }

  private func answer(
    _ call: JiraCall, _ request: EmulatedRequest, _ site: JiraSite, _ visitor: JiraVisitor,
    at now: Timestamp
  ) -> EmulatedResponse {
    var desk = JiraDesk(
      site: site, request: request, now: now, isStranger: visitor == .stranger,
      mostOnPage: environment.limits.limit("page", standard: 100) ?? 5_000)
    let response: EmulatedResponse
    do throws(JiraRefusal) {
      response = .json(try desk.answer(call), type: "application/json;charset=UTF-8")
    } catch {
      response = error.response
    }
    if !desk.reconciled.isEmpty {
      let ids = desk.reconciled
      state.withLock { $0.site.reconcile(ids) }
    }
    guard visitor == .stranger, call != .serverInfo else { return response }
    var marked = response
    marked.headers.append(NamedValue("X-Seraph-LoginReason", "AUTHENTICATED_FAILED"))
    return marked
  }

  /// Calls left in this second for an endpoint; negative when this one is too many.
  private func remaining(of limit: Int, for endpoint: String, at now: Timestamp) -> Int {
    let second = now.milliseconds / 1_000
    return state.withLock { state in
      let burst = state.bursts[endpoint]
      let calls = burst?.second == second ? (burst?.calls ?? 0) + 1 : 1
      state.bursts[endpoint] = (second, calls)
      return limit - calls
    }
  }

  // MARK: Orders

  public func obey(_ order: ControlOrder) async throws -> JSONValue {
    let now = environment.time.now()
    switch order.act {
    case .expireToken:
      state.withLock { $0.site.isTokenExpired = true }
      return .object(["expired": true])
    case .renameProperty(let old, let new):
      let isRenamed = state.withLock { state in
        guard state.site.renameField(old, to: new) else { return false }
        state.renamings.append((old, new))
        return true
      }
      guard isRenamed else {
        throw SandboxError("there is no custom field `\(old)`; write its ID, customfield_10042")
      }
      return .object(["renamed": .string(old), "to": .string(new)])
    case .delayIndex(let milliseconds):
      state.withLock { $0.site.indexDelay = .milliseconds(milliseconds) }
      return .object(["index_delay_ms": .integer(milliseconds)])
    case .delete(let record):
      return try await obey(
        ControlOrder(.setField(record: record, field: "deleted", value: "true")))
    case .setField(let record, let field, let text):
      let found = state.withLock { state in
        Self.set(field, of: record, to: text, in: &state.site, at: now)
      }
      guard found else {
        throw SandboxError(
          "there is no `\(record)`; write issues/KEY, worklogs/ID, versions/ID, or site with "
            + "admitsStrangers")
      }
      return .object(["record": .string(record), "field": .string(field)])
    default: throw SandboxError.notObeyed(order, orders: Self.orders)
    }
  }

  public func mend() async {
    state.withLock { state in
      state.site.isTokenExpired = false
      state.site.indexDelay = .zero
      for renaming in state.renamings.reversed() {
        _ = state.site.renameField(renaming.new, to: renaming.old)
      }
      state.renamings = []
    }
  }

  private static func set(
    _ field: String, of record: String, to text: String, in site: inout JiraSite, at now: Timestamp
  ) -> Bool {
    if record == "site", field == "admitsStrangers" {
      site.admitsStrangers = text == "true"
      return true
    }
    let parts = record.split(separator: "/", maxSplits: 1)
    guard parts.count == 2 else { return false }
    let value = site.value(of: text, for: field)
    switch parts[0] {
    case "issues": return site.setField(field, of: String(parts[1]), to: value, at: now)
    case "worklogs": return site.setWorklog(String(parts[1]), field, to: value, at: now)
    case "versions": return site.setVersion(String(parts[1]), field, to: value)
    default: return false
    }
  }

  // MARK: Failures

  public func failure(status: Int, for request: EmulatedRequest) async -> EmulatedResponse {
    let site = state.withLock { $0.site }
    switch status {
    case 401:
      return Self.unauthorized(
        site, isGateway: request.segments.first == "ex", isCaptchaDue: false)
    case 502, 504:
      // The gateway in front of Jira speaks HTML.
      return .text(
        "<html><head><title>\(status)</title></head><body>\(status) Bad Gateway</body></html>",
        status: status)
    case 503:
      return .json(
        JiraRefusal.body(["Jira is currently unavailable due to maintenance."]), status: 503,
        headers: [NamedValue("Retry-After", "30")])
    default:
      return .json(JiraRefusal.body(["Request failed with status \(status)."]), status: status)
    }
  }

  public func throttling(
    policy: String?, for request: EmulatedRequest
  ) async -> EmulatedResponse {
    throttled(
      policy: policy, limit: environment.limits.limit("burst", standard: 100) ?? 100,
      at: environment.time.now())
  }
}
