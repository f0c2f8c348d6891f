public import DealModel
internal import Synchronization

/// trytond's JSON-RPC, read-only: customer and supplier invoices with their lines and what is to be
/// paid, purchases with theirs, parties and currencies, by `search_read`, `search`, `search_count`,
/// `read` and `fields_get`; the preferences of the user, and logins.
///
/// Files: `server.json` (`series`, `7.0` or `8.0`; `database`; `groups` of the user and the
/// `readable` models, all unless given; `fields`, model → name → label, those of a module of the
/// customer's own), and one for each model, `account.invoice.json`, `account.invoice.line.json`,
/// `account.move.line.json`, `purchase.purchase.json`, `purchase.line.json`, `party.party.json`,
/// `currency.currency.json`, `company.company.json`, `res.user.json`: records with an `id`, dates as
/// ISO texts, amounts as texts. Credentials: `user` and `password`. Limits: `attempts`, how many
/// logins may fail within five minutes (5).
///
/// Orders of its own: `expire-token` (the password is another from now on, and sessions end),
/// `set-field MODEL/ID FIELD VALUE`, `delete MODEL/ID`, `correct-invoice`, and `rename-property OLD
/// NEW` for a field of `fields`.
///
/// Source: trytond 7.0.59 and 8.0.12 with the modules account_invoice and purchase; `protocols`,
/// `rpc.py`, `model` and `wsgi.py`, and what running servers of both answer. Databases compare as
/// PostgreSQL does. Not emulated: XML-RPC, cookies, compressed answers, the delay of failed logins,
/// limits by address, record rules, and fields that are not listed.
public final class TrytonEmulator: Emulator {
  public static let kind = "tryton"
  public static let orders: [ControlOrder.Name] = [
    .expireToken, .setField, .delete, .correctInvoice, .renameProperty,
  ]

  private struct State {
    var store: TrytonStore
    var access: TrytonAccess
    /// What `rename-property` did, so that it can be undone.
    var renamings: [(old: String, new: String)] = []
  }

  private let state: Mutex<State>
  private let environment: EmulatorEnvironment

  public init(folder: EmulatorFolder, environment: EmulatorEnvironment) throws {
    self.environment = environment
    state = Mutex(
      State(store: try TrytonStore(folder: folder), access: try TrytonAccess(environment)))
  }

  public func respond(to request: EmulatedRequest) async -> EmulatedResponse {
    let now = environment.time.now()
    return state.withLock { state in
      var response = Self.response(to: request, &state, login: login, at: now)
      // Since 7.8 a long answer is called compressed, whether the client takes that or not. Nobody
      // here asks for it, and gets plain text under that name.
      let takes = request.header("accept-encoding")?.contains("gzip") ?? false
      let isLong = response.status == 200 && response.body.count > 1_400
      if state.store.series == .eight, isLong, !takes {
        response.headers.append(NamedValue("Content-Encoding", "gzip"))
      }
      return response
    }
  }

  private var login: String { environment.credentials["user"] ?? "" }

  // MARK: Routes

  private static func response(
    to request: EmulatedRequest, _ state: inout State, login: String, at now: Timestamp
  ) -> EmulatedResponse {
    if request.method == "OPTIONS" { return EmulatedResponse(status: 204) }
    // Requests of web pages elsewhere are broken off before anybody makes a page of it.
    if let origin = request.header("origin"), !isOwn(origin, request) {
      return TrytonPage.response(500)
    }
    let last = state.store.series == .seven ? [] : ["rpc"]
    let path = request.segments
    guard path.suffix(last.count).elementsEqual(last), path.count <= last.count + 1 else {
      return TrytonPage.response(405, headers: [NamedValue("Allow", "OPTIONS")])
    }
    guard request.rawPath.hasSuffix("/") else {
      let target = request.url.prefix { $0 != "?" } + "/"
      return TrytonPage.redirection(to: String(target))
    }
    guard request.method == "POST" else {
      return TrytonPage.response(405, headers: [NamedValue("Allow", "OPTIONS, POST")])
    }
    let database = path.count > last.count ? path[0] : nil
    do throws(TrytonCall.Refusal) {
      let user = state.store.user(login) ?? ["id": 2, "name": .string(login)]
      var verdict: TrytonAccess.Verdict?
      if let database {
        verdict = try admission(of: request, to: database, &state, user, at: now)
      }
      let call = try TrytonCall(request, series: state.store.series)
      do throws(TrytonFault) {
        guard let database else { return try root(call, state.store) }
        return try result(of: call, request, database, verdict, &state, user, at: now)
      } catch { return call.answer(error) }
    } catch { return error.response }
  }

  private static func isOwn(_ origin: String, _ request: EmulatedRequest) -> Bool {
    origin.firstRange(of: "://").map { origin[$0.upperBound...] } == request.header("host")?[...]
  }

  /// Whether credentials let somebody in; they are looked at before the body is.
  private static func admission(
    of request: EmulatedRequest, to database: String, _ state: inout State, _ user: JSONValue,
    at now: Timestamp
  ) throws(TrytonCall.Refusal) -> TrytonAccess.Verdict? {
    guard request.header("authorization") != nil else { return nil }
    guard database == state.store.database else {
      let text = "FATAL:  database \"\(database)\" does not exist"
      guard state.store.series == .seven else {
        throw TrytonCall.Refusal(TrytonPage.response(503, text))
      }
      let call = try TrytonCall(request, series: state.store.series)
      throw TrytonCall.Refusal(call.answer(.exception(text)))
    }
    let id = user["id"]?.integer ?? 0
    let verdict = state.access.verdict(on: request, id: id, at: now)
    if verdict == .limited { throw TrytonCall.Refusal(TrytonPage.response(429)) }
    return verdict
  }

  /// Calls to the server, which need no login.
  private static func root(
    _ call: TrytonCall, _ store: TrytonStore
  ) throws(TrytonFault) -> EmulatedResponse {
    switch call.method {
    case "common.server.version": return call.answer(.string(store.series.version))
    case "common.db.list": return call.answer([.string(store.database)])
    case "common.authentication.services": return call.answer([])
    default: throw .key(call.method)
    }
  }

  private static func result(
    of call: TrytonCall, _ request: EmulatedRequest, _ database: String,
    _ verdict: TrytonAccess.Verdict?, _ state: inout State, _ user: JSONValue, at now: Timestamp
  ) throws(TrytonFault) -> EmulatedResponse {
    if call.method == "common.db.login" {
      return call.answer(try session(call, database, &state, user, at: now))
    }
    guard case .user? = verdict else {
      let isScript = request.header("x-requested-with") == "XMLHttpRequest"
      let basic = NamedValue("WWW-Authenticate", "Basic realm=\"Tryton\"")
      return .text(
        "", status: 401, headers: isScript ? [] : [basic], type: "text/plain; charset=utf-8")
    }
    switch call.method {
    case "common.db.logout":
      state.access.end(request)
      return call.answer(.null)
    case "system.methodSignature": return call.answer("signatures not supported")
    case "system.listMethods":
      let names = state.store.models.keys.sorted().flatMap { model in
        TrytonMethods.reading.map { JSONValue.string("model.\(model).\($0)") }
      }
      return call.answer(.array(names))
    default:
      let methods = TrytonMethods(store: state.store, user: user)
      let result = try methods.result(of: call.method, call.parameters)
      let isCached = call.method.hasSuffix(".fields_get")
      return call.answer(
        result, headers: isCached ? [NamedValue("X-Tryton-Cache", "86400")] : [])
    }
  }

  /// `[user, key]` of a new session; since 8.0 with the address of the bus behind them.
  private static func session(
    _ call: TrytonCall, _ database: String, _ state: inout State, _ user: JSONValue,
    at now: Timestamp
  ) throws(TrytonFault) -> JSONValue {
    guard database == state.store.database else { throw .status(404, nil) }
    guard let login = call.parameters.first?.string, call.parameters.count > 1 else {
      throw .exception("login() missing 2 required positional arguments: 'user' and 'parameters'")
    }
    guard let password = call.parameters[1]["password"]?.string else { throw .login(login) }
    let id = user["id"]?.integer ?? 0
    let (key, verdict) = state.access.begin(login, password, id: id, at: now)
    guard let key else { throw .status(verdict == .limited ? 429 : 401, nil) }
    let session: [JSONValue] = [.integer(id), .string(key)]
    return .array(state.store.series == .seven ? session : session + [.null])
  }

  // MARK: Orders

  public func obey(_ order: ControlOrder) async throws -> JSONValue {
    let now = environment.time.now()
    return try state.withLock { state in
      switch order.act {
      case .expireToken:
        state.access.expire()
        return ["expired": true]
      case .setField(let record, let field, let value):
        return try state.store.setField(field, of: record, to: value, at: now)
      case .delete(let record): return try state.store.delete(record)
      case .correctInvoice(let number, let net):
        return try state.store.correctInvoice(number, net: net, at: now)
      case .renameProperty(let old, let new):
        guard state.store.rename(old, to: new) else {
          throw SandboxError(
            "`\(old)` is no field of a customer's module, or there is `\(new)` already; they are "
              + "listed under `fields` in server.json")
        }
        state.renamings.append((old, new))
        return ["renamed": .string(new)]
      default: throw SandboxError.notObeyed(order, orders: Self.orders)
      }
    }
  }

  public func mend() async {
    state.withLock { state in
      state.access.mend()
      for renaming in state.renamings.reversed() {
        _ = state.store.rename(renaming.new, to: renaming.old)
      }
      state.renamings = []
    }
  }

  public func failure(status: Int, for request: EmulatedRequest) async -> EmulatedResponse {
    TrytonPage.response(status)
  }

  public func throttling(policy: String?, for request: EmulatedRequest) async -> EmulatedResponse {
    TrytonPage.response(429)
  }
}
