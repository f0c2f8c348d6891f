public import DealModel
internal import Synchronization

/// Asana's API, read-only: users, workspaces, projects with their custom fields, tasks, the search
/// for tasks, time tracking entries, events, and access tokens of an app.
///
/// Files: `account.json` (`user`, whose token it is; `is_free`, without a paid plan;
/// `hidden_projects`, which that user may not see), `workspaces.json`, `users.json`,
/// `custom_fields.json`, `projects.json`, `tasks.json`, `time_tracking_entries.json` and
/// `custom_field_settings.json`, arrays of objects as the API returns them. What a record refers to
/// is written `{"gid": "…"}`, and served with its name. A task's `external` has besides the `app`
/// that alone sees it. Credentials: `token` (a personal access token), or `client_id`,
/// `client_secret` and `refresh_token`.
///
/// Orders of its own: `expire-token`, `set-field RECORD FIELD VALUE` for `projects/GID`, `tasks/GID`
/// and `time_tracking_entries/GID` (top-level, or `custom_fields.GID`), `delete RECORD`,
/// `delay-index MS`, and `rename-property OLD NEW`: a custom field is deleted and made anew under
/// another ID.
///
/// Limits by the minute: `minute` (1,500; 150 without a paid plan), `search` (60).
///
/// Source: Asana's OpenAPI document (github.com/Asana/openapi, `defs/asana_oas.yaml`) and
/// developers.asana.com: Pagination, Input/output options, Custom fields, Errors, Rate limits,
/// Events, OAuth, 2026. The words of errors are those that developers report. Unverified: the words
/// for a limit, a flag or an instant that cannot be read, for time tracking without a paid plan and
/// for entries without a filter; that a parameter with an unknown ID is 400.
public final class AsanaEmulator: Emulator {
  public static let kind = "asana"
  public static let orders: [ControlOrder.Name] = [
    .expireToken, .setField, .delete, .delayIndex, .renameProperty,
  ]

  private struct State {
    var site: AsanaSite
    var access: AsanaAccess
    var budget = MinuteBudget()
    /// What `rename-property` did, so that it can be undone.
    var renamings: [(old: String, new: String)] = []
  }

  private let state: Mutex<State>
  private let environment: EmulatorEnvironment

  public init(folder: EmulatorFolder, environment: EmulatorEnvironment) throws {
    self.environment = environment
    state = Mutex(
      State(site: try AsanaSite(folder: folder), access: try AsanaAccess(environment)))
  }

  public func respond(to request: EmulatedRequest) async -> EmulatedResponse {
    let now = environment.time.now()
    return state.withLock { state in
      if request.path == "/-/oauth_token", request.method == "POST" {
        let serving = AsanaServing(site: state.site, caller: .person)
        let user = state.site.record(state.site.me, of: .users).map { serving.whole($0, .users) }
        return state.access.grant(for: request, user: user ?? .null, at: now)
      }
      do throws(AsanaRefusal) {
        return try answer(request, &state, at: now)
      } catch { return AsanaAnswers.refusal(error) }
    }
  }

  private func answer(
    _ request: EmulatedRequest, _ state: inout State, at now: Timestamp
  ) throws(AsanaRefusal) -> EmulatedResponse {
    let path = request.segments
    guard path.count > 2, path[0] == "api", path[1] == "1.0" else { throw .noRoute }
    guard let caller = state.access.caller(of: request, at: now) else {
      return AsanaAnswers.unauthorized
    }
    if isBeyondLimits(path, &state, at: now) {
      return AsanaAnswers.tooMany(after: MinuteBudget.wait(at: now))
    }
    guard request.method == "GET" else { throw .noRoute }
    state.site.index(until: now)
    return try AsanaReply(request: request, site: state.site, caller: caller, now: now)
      .response(to: Array(path.dropFirst(2)))
  }

  /// Whether a call is one too many. Those that are refused count too.
  private func isBeyondLimits(
    _ path: [String], _ state: inout State, at now: Timestamp
  ) -> Bool {
    func limit(_ name: String, _ standard: Int) -> Int? {
      environment.limits.limit(name, standard: standard)
    }
    let minute = limit("minute", state.site.isFree ? 150 : 1_500)
    let isAdmitted = state.budget.admits("minute", limit: minute, at: now)
    guard path.last == "search" else { return !isAdmitted }
    let isInside = state.budget.admits("search", limit: limit("search", 60), at: now)
    return !(isAdmitted && isInside)
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
        let (table, gid) = try Self.name(record)
        try state.site.setField(field, of: table, gid, to: value, at: now)
        return .object([
          "record": .string(record), "field": .string(field), "value": .string(value),
        ])
      case .delete(let record):
        let (table, gid) = try Self.name(record)
        guard state.site.delete(gid, of: table, at: now) else {
          throw SandboxError("there is no \(table.single) \(gid)")
        }
        return .object(["deleted": .string(record)])
      case .delayIndex(let milliseconds):
        state.site.indexDelay = .milliseconds(milliseconds)
        return .object(["index_delay_ms": .integer(milliseconds)])
      case .renameProperty(let old, let new):
        guard !new.isEmpty, new.allSatisfy({ $0.isASCII && $0.isNumber }),
          state.site.renameField(old, to: new)
        else {
          throw SandboxError(
            "custom_fields.json has no field `\(old)`, or `\(new)` is no new ID: write digits")
        }
        state.renamings.append((old, new))
        return .object(["renamed": .string(new)])
      default: throw SandboxError.notObeyed(order, orders: Self.orders)
      }
    }
  }

  private static func name(_ record: String) throws -> (table: AsanaTable, gid: String) {
    let parts = record.split(separator: "/").map(String.init)
    guard parts.count == 2, let table = AsanaTable(rawValue: parts[0]),
      AsanaSite.changeable.contains(table)
    else {
      throw SandboxError(
        "write projects/GID, tasks/GID or time_tracking_entries/GID instead of `\(record)`")
    }
    return (table, parts[1])
  }

  public func mend() async {
    state.withLock { state in
      state.access.mend()
      for renaming in state.renamings.reversed() {
        _ = state.site.renameField(renaming.new, to: renaming.old)
      }
      state.renamings = []
      state.site.indexDelay = .zero
    }
  }

  // MARK: Failures

  public func failure(status: Int, for request: EmulatedRequest) async -> EmulatedResponse {
    AsanaAnswers.failure(status)
  }

  public func throttling(policy: String?, for request: EmulatedRequest) async -> EmulatedResponse {
    AsanaAnswers.tooMany(after: 30)
  }
}
