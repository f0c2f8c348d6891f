public import DealModel
internal import Synchronization

/// Redmine's REST API, read-only: projects, versions, issues, time entries, custom fields and who we
/// are.
///
/// Files: `account.json` (`user_id`, whose key it is), `users.json`, `projects.json`, `versions.json`,
/// `issues.json`, `time_entries.json` and `custom_fields.json`, arrays of objects as the API returns
/// them. Credentials: `key`.
///
/// Orders of its own: `expire-token`, `set-field RECORD FIELD VALUE` for `projects/ID`, `versions/ID`,
/// `issues/ID` and `time_entries/ID` (top-level, or `custom_fields.ID`), `delete RECORD`, and
/// `rename-property OLD NEW`: a custom field is deleted and made anew under another ID. Redmine has no
/// limits of its own; `throttle` answers as a proxy before it does.
///
/// Source: the source and the tests of Redmine 6 (`app/views/**/*.api.rsb`, `app/models/query.rb`,
/// `test/integration/api_test`) and the wiki page Rest_api.
public final class RedmineEmulator: Emulator {
  public static let kind = "redmine"
  public static let orders: [ControlOrder.Name] = [
    .expireToken, .setField, .delete, .renameProperty,
  ]

  private struct State {
    var site: RedmineSite
    var isKeyDead = false
    /// What `rename-property` did, so that it can be undone.
    var renamings: [(old: Int, new: Int)] = []
  }

  private let state: Mutex<State>
  private let environment: EmulatorEnvironment

  public init(folder: EmulatorFolder, environment: EmulatorEnvironment) throws {
    self.environment = environment
    guard environment.credentials["key"] != nil else {
      throw SandboxError("`credentials` of `\(environment.system)` need `key`")
    }
    state = Mutex(State(site: try RedmineSite(folder: folder)))
  }

  public func respond(to request: EmulatedRequest) async -> EmulatedResponse {
    state.withLock { state in
      var path = request.segments
      guard let last = path.last, last.hasSuffix(".json") else { return Self.notJSON }
      path[path.count - 1].removeLast(5)
      let given = request.header("X-Redmine-API-Key") ?? request.parameter("key")
      let key = given ?? request.basicLogin?.user
      guard !state.isKeyDead, key == environment.credentials["key"] else {
        return Self.unauthorized(isKeyGiven: given != nil)
      }
      guard request.method == "GET" else { return Self.head(404) }
      return RedmineReply(request: request, site: state.site).response(to: path)
    }
  }

  // MARK: Orders

  public func obey(_ order: ControlOrder) async throws -> JSONValue {
    let now = environment.time.now()
    return try state.withLock { state in
      switch order.act {
      case .expireToken:
        state.isKeyDead = true
        return .object(["expired": true])
      case .setField(let record, let field, let value):
        let (table, id) = try Self.name(record)
        try state.site.setField(field, of: table, id, to: value, at: now)
        return .object([
          "record": .string(record), "field": .string(field), "value": .string(value),
        ])
      case .delete(let record):
        let (table, id) = try Self.name(record)
        try state.site.delete(table, id)
        return .object(["deleted": .string(record)])
      case .renameProperty(let old, let new):
        guard let from = Int(old), let to = Int(new), state.site.renameField(from, to: to) else {
          throw SandboxError("custom_fields.json has no field `\(old)`; write the IDs of fields")
        }
        state.renamings.append((from, to))
        return .object(["renamed": .string(new)])
      default: throw SandboxError.notObeyed(order, orders: Self.orders)
      }
    }
  }

  private static func name(_ record: String) throws -> (table: RedmineSite.Table, id: Int) {
    let parts = record.split(separator: "/").map(String.init)
    guard parts.count == 2, let table = RedmineSite.Table(rawValue: parts[0]),
      let id = Int(parts[1])
    else {
      throw SandboxError(
        "write projects/ID, versions/ID, issues/ID or time_entries/ID instead of `\(record)`")
    }
    return (table, id)
  }

  public func mend() async {
    state.withLock { state in
      state.isKeyDead = false
      for renaming in state.renamings.reversed() {
        _ = state.site.renameField(renaming.new, to: renaming.old)
      }
      state.renamings = []
    }
  }

  // MARK: Failures

  /// A status and nothing else: what Redmine answers where it refuses.
  static func head(_ status: Int, _ headers: [NamedValue] = []) -> EmulatedResponse {
    EmulatedResponse(
      status: status, headers: [NamedValue("Content-Type", "application/json")] + headers)
  }

  private static func unauthorized(isKeyGiven: Bool) -> EmulatedResponse {
    head(401, isKeyGiven ? [] : [NamedValue("WWW-Authenticate", "Basic realm=\"Redmine API\"")])
  }

  private static let notJSON = EmulatedResponse.text(
    "<!DOCTYPE html><html><head><title>Redmine</title></head><body>Sign in</body></html>",
    status: 200, type: "text/html; charset=utf-8")

  public func failure(status: Int, for request: EmulatedRequest) async -> EmulatedResponse {
    switch status {
    case 401: Self.unauthorized(isKeyGiven: true)
    case 422: RedmineReply.errors(["Subject cannot be blank"])
    case 500...599:
      .text(
        "<html><head><title>\(status)</title></head><body>Internal error</body></html>",
        status: status)
    default: Self.head(status)
    }
  }

  public func throttling(policy: String?, for request: EmulatedRequest) async -> EmulatedResponse {
    .text(
      "<html><head><title>429 Too Many Requests</title></head></html>", status: 429,
      headers: [NamedValue("Retry-After", "10")])
  }
}
