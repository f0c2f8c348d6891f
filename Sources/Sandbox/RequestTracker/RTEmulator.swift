public import DealModel
internal import Synchronization

/// Request Tracker's REST2, read-only: ticket searches by TicketSQL, tickets, custom fields, queues
/// and users.
///
/// Files: `account.json` (`user`, the name of the user whose token it is; `timeZone`, in which times
/// of a search are read that name no zone; `sees_all`, `false` when that user may not see every ticket:
/// totals are then null), `tickets.json`, `customfields.json`, `queues.json` and `users.json`, arrays of
/// objects as RT returns them; `Queue` and `Owner` of a ticket are names. Credentials: `token`, or
/// `user` and `password`.
///
/// Orders of its own: `expire-token`, `set-field tickets/ID FIELD VALUE` (top-level, or
/// `CustomFields.NAME`), `delete tickets/ID`, and `rename-property OLD NEW` for a custom field. RT has
/// no limits of its own; `throttle` answers as a proxy before it does.
///
/// Source: the documentation and the tests of RT 5 and 6 (`RT::REST2`, `t/rest2`, `RT::SQL`).
public final class RTEmulator: Emulator {
  public static let kind = "rt"
  public static let orders: [ControlOrder.Name] = [
    .expireToken, .setField, .delete, .renameProperty,
  ]

  private struct State {
    var desk: RTDesk
    var isTokenDead = false
    /// What `rename-property` did, so that it can be undone.
    var renamings: [(old: String, new: String)] = []
  }

  private let state: Mutex<State>
  private let environment: EmulatorEnvironment

  public init(folder: EmulatorFolder, environment: EmulatorEnvironment) throws {
    self.environment = environment
    let credentials = environment.credentials
    guard
      credentials["token"] != nil || credentials["user"] != nil && credentials["password"] != nil
    else {
      throw SandboxError(
        "`credentials` of `\(environment.system)` need `token`, or `user` and `password`")
    }
    state = Mutex(State(desk: try RTDesk(folder: folder)))
  }

  public func respond(to request: EmulatedRequest) async -> EmulatedResponse {
    let now = environment.time.now()
    return state.withLock { state in
      guard isAllowed(request, state) else { return RTAnswers.message(401, "Unauthorized") }
      guard ["GET", "HEAD", "POST"].contains(request.method), request.segments.count >= 3,
        request.segments[0] == "REST", request.segments[1] == "2.0"
      else { return RTAnswers.message(404, "Not Found") }
      let path = Array(request.segments.dropFirst(2))
      return RTReply(request: request, desk: state.desk, now: now).response(to: path)
    }
  }

  /// A token in the header or the query, else user and password.
  private func isAllowed(_ request: EmulatedRequest, _ state: State) -> Bool {
    if state.isTokenDead { return false }
    let words = (request.header("authorization") ?? "").split(separator: " ", maxSplits: 1)
    let header = words.first?.lowercased() == "token" ? words.last.map(String.init) : nil
    if let given = header ?? request.parameter("token") {
      return given == environment.credentials["token"]
    }
    guard let login = request.basicLogin, let user = environment.credentials["user"],
      let password = environment.credentials["password"]
    else { return false }
    return login == (user, password)
  }

  // MARK: Orders

  public func obey(_ order: ControlOrder) async throws -> JSONValue {
    let now = environment.time.now()
    return try state.withLock { state in
      switch order.act {
      case .expireToken:
        state.isTokenDead = true
        return .object(["expired": true])
      case .setField(let record, let field, let value):
        try state.desk.setField(
          field, of: try ControlOrder.number(of: "tickets", in: record), to: value, at: now)
        return .object([
          "record": .string(record), "field": .string(field), "value": .string(value),
        ])
      case .delete(let record):
        try state.desk.setField(
          "Status", of: try ControlOrder.number(of: "tickets", in: record), to: "deleted", at: now)
        return .object(["deleted": .string(record)])
      case .renameProperty(let old, let new):
        guard state.desk.renameField(old, to: new) else {
          throw SandboxError("customfields.json has no field `\(old)`")
        }
        state.renamings.append((old, new))
        return .object(["renamed": .string(new)])
      default: throw SandboxError.notObeyed(order, orders: Self.orders)
      }
    }
  }

  public func mend() async {
    state.withLock { state in
      state.isTokenDead = false
      for renaming in state.renamings.reversed() {
        _ = state.desk.renameField(renaming.new, to: renaming.old)
      }
      state.renamings = []
    }
  }

  // MARK: Failures

  public func failure(status: Int, for request: EmulatedRequest) async -> EmulatedResponse {
    switch status {
    case 502, 503, 504:
      .text(
        "<html><head><title>\(status)</title></head><body>The RT service is not available.</body></html>",
        status: status)
    default: RTAnswers.message(status, RTAnswers.words[status] ?? "Bad Request")
    }
  }

  public func throttling(policy: String?, for request: EmulatedRequest) async -> EmulatedResponse {
    .text(
      "<html><head><title>429 Too Many Requests</title></head></html>", status: 429,
      headers: [NamedValue("Retry-After", "10")])
  }
}

/// RT's errors: one message, in the words of the status unless it knows better.
enum RTAnswers {
  static let words = [
    400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
    405: "Method Not Allowed", 500: "Internal Server Error",
  ]

  static func message(_ status: Int, _ message: String) -> EmulatedResponse {
    .json(.object(["message": .string(message)]), status: status)
  }
}
