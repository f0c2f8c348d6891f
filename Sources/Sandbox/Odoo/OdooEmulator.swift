public import DealModel
internal import Synchronization

/// Odoo's external interfaces, read-only: JSON-2 (`POST /json/2/MODEL/METHOD`, from release 19) and
/// the RPC over JSON (`POST /jsonrpc`).
///
/// Files: `database.json` (`name`, `version`, `user_id`, `denied`: models the user may not read, `rpc`:
/// whether the RPC is on), `fields.json` (model → field → type, beside the vendor's own), and a file per
/// model, `account.move.json`: arrays of records with `id`, related records as their IDs, `false` for
/// what is empty, instants as Odoo writes them, `2026-11-20 08:14:03`. Credentials: `key`, and for the
/// RPC `login`.
///
/// Orders of its own: `expire-token`, `set-field MODEL/ID FIELD VALUE`, `delete MODEL/ID`, and
/// `rename-property OLD NEW`: a field is called otherwise in every model.
///
/// Source: odoo/documentation `external_api.rst` and `external_rpc_api.rst`, odoo/odoo
/// `addons/rpc/controllers`, `odoo/http`.
public final class OdooEmulator: Emulator {
  public static let kind = "odoo"
  public static let orders: [ControlOrder.Name] = [
    .expireToken, .setField, .delete, .renameProperty,
  ]

  private struct State {
    var database: OdooDatabase
    var isKeyDead = false
    /// What `rename-property` did, so that it can be undone.
    var renamings: [(old: String, new: String)] = []
  }

  private let state: Mutex<State>
  private let environment: EmulatorEnvironment

  public init(folder: EmulatorFolder, environment: EmulatorEnvironment) throws {
    self.environment = environment
    guard environment.credentials["key"] != nil else {
      throw SandboxError("`credentials` of `\(environment.system)` need `key`")
    }
    state = Mutex(State(database: try OdooDatabase(folder: folder)))
  }

  public func respond(to request: EmulatedRequest) async -> EmulatedResponse {
    state.withLock { state in
      switch request.segments.prefix(2) {
      case ["web", "version"]: return Self.version(state.database)
      case ["json", "2"]: return json2(request, state)
      case ["jsonrpc"]: return rpc(request, state)
      default:
        return .text(
          "<!doctype html><html lang=en><title>404 Not Found</title><h1>Not Found</h1></html>",
          status: 404, type: "text/html; charset=utf-8")
      }
    }
  }

  private static func version(_ database: OdooDatabase) -> EmulatedResponse {
    .json([
      "version_info": [.integer(database.major), 0, 0, "final", 0, ""],
      "version": .string(database.version),
    ])
  }

  // MARK: JSON-2

  private func json2(_ request: EmulatedRequest, _ state: State) -> EmulatedResponse {
    do throws(OdooFault) {
      let path = request.segments
      guard state.database.major >= 19, path.count == 4, request.method == "POST" else {
        throw .notFound("Did you mean POST /json/2/<model>/<method>?")
      }
      guard let key = request.bearerToken else {
        throw .unauthorized(
          "User not authenticated, use an API Key with a Bearer Authorization header.")
      }
      guard !state.isKeyDead, key == environment.credentials["key"] else {
        throw .unauthorized("Invalid apikey")
      }
      let arguments: JSONValue
      do { arguments = request.body.isEmpty ? [:] : try request.json() } catch {
        throw .badRequest("could not parse the body as json: \(error.description)")
      }
      let call = OdooCall(
        model: path[2], method: path[3], arguments: arguments, database: state.database)
      return .json(try call.result(), type: "application/json; charset=utf-8")
    } catch { return error.response }
  }

  // MARK: RPC

  /// Every answer is a success, with an `error` inside where it is none.
  private func rpc(_ request: EmulatedRequest, _ state: State) -> EmulatedResponse {
    guard state.database.servesRPC, request.method == "POST" else {
      return .text(
        "<!doctype html><html lang=en><title>404 Not Found</title><h1>Not Found</h1></html>",
        status: 404, type: "text/html; charset=utf-8")
    }
    guard let document = try? request.json(), document.members != nil else {
      return .text("Invalid JSON data", status: 400, type: "text/html; charset=utf-8")
    }
    let id = document["id"] ?? .null
    do throws(OdooFault) {
      let result = try called(document["params"] ?? .null, state)
      return .json(["jsonrpc": "2.0", "id": id, "result": result], type: "application/json")
    } catch {
      let code = state.database.major <= 18 ? 200 : 0
      return .json(error.envelope(id: id, code: code), type: "application/json")
    }
  }

  private func called(_ params: JSONValue, _ state: State) throws(OdooFault) -> JSONValue {
    let database = state.database
    let arguments = params["args"]?.array ?? []
    switch (params["service"]?.string, params["method"]?.string) {
    case ("common"?, "version"?):
      return [
        "server_version": .string(database.version),
        "server_version_info": [.integer(database.major), 0, 0, "final", 0, ""],
        "server_serie": .string(database.version), "protocol_version": 1,
      ]
    case ("common"?, "login"?), ("common"?, "authenticate"?):
      let isKnown =
        arguments.count >= 3 && arguments[0].string == database.name
        && arguments[1].string == environment.credentials["login"]
        && isKey(arguments[2].string, state)
      return isKnown ? .integer(database.user) : false
    case ("object"?, "execute_kw"?):
      guard arguments.count >= 6, arguments[0].string == database.name,
        arguments[1].integer == database.user, isKey(arguments[2].string, state)
      else { throw .denied }
      guard let model = arguments[3].string, let method = arguments[4].string,
        database.models.fields[model] != nil
      else { throw .key(arguments[3].string ?? "") }
      let call = OdooCall(
        model: model, method: method,
        arguments: Self.named(
          arguments[5].array ?? [], arguments.count > 6 ? arguments[6] : [:], method),
        database: database)
      return try call.result()
    default:
      throw .notFound("The requested URL was not found on the server.")
    }
  }

  private func isKey(_ text: String?, _ state: State) -> Bool {
    !state.isKeyDead && text != nil && text == environment.credentials["key"]
  }

  /// Arguments by position and by name, all by name.
  private static func named(
    _ positional: [JSONValue], _ keywords: JSONValue, _ method: String
  ) -> JSONValue {
    let names =
      (OdooCall.ofRecords.contains(method) ? ["ids"] : [])
      + (OdooCall.signatures[method] ?? [])
    return .object(
      zip(names, positional).map { JSONValue.Member($0, $1) } + (keywords.members ?? []))
  }

  // MARK: Orders

  public func obey(_ order: ControlOrder) async throws -> JSONValue {
    let now = environment.time.now()
    return try state.withLock { state in
      switch order.act {
      case .expireToken:
        state.isKeyDead = true
        return ["expired": true]
      case .setField(let record, let field, let value):
        let (model, id) = try Self.name(record)
        try state.database.setField(field, of: model, id, to: value, at: now)
        return [
          "record": .string(record), "field": .string(field), "value": .string(value),
        ]
      case .delete(let record):
        let (model, id) = try Self.name(record)
        try state.database.delete(model, id)
        return ["deleted": .string(record)]
      case .renameProperty(let old, let new):
        guard state.database.renameField(old, to: new) else {
          throw SandboxError("no model has a field `\(old)`")
        }
        state.renamings.append((old, new))
        return ["renamed": .string(new)]
      default: throw SandboxError.notObeyed(order, orders: Self.orders)
      }
    }
  }

  private static func name(_ record: String) throws -> (model: String, id: Int) {
    let parts = record.split(separator: "/").map(String.init)
    guard parts.count == 2, let id = Int(parts[1]) else {
      throw SandboxError("write MODEL/ID such as account.move/25 instead of `\(record)`")
    }
    return (parts[0], id)
  }

  public func mend() async {
    state.withLock { state in
      state.isKeyDead = false
      for renaming in state.renamings.reversed() {
        _ = state.database.renameField(renaming.new, to: renaming.old)
      }
      state.renamings = []
    }
  }

  // MARK: Failures

  public func failure(status: Int, for request: EmulatedRequest) async -> EmulatedResponse {
    switch status {
    case 401: return OdooFault.unauthorized("Invalid apikey").response
    case 403: return OdooFault.access("You are not allowed to access this.").response
    case 404: return OdooFault.notFound("the model 'x' does not exist").response
    case 422: return OdooFault.unprocessable("missing a required argument: 'domain'").response
    case 500 where request.segments.first == "json":
      return OdooFault.server("could not serialize access due to concurrent update").response
    default:
      // A proxy stands before it, and answers while it restarts.
      return .text(
        "<html><head><title>\(status)</title></head><body><center><h1>\(status)</h1></center>"
          + "<hr><center>nginx</center></body></html>", status: status)
    }
  }

  public func throttling(policy: String?, for request: EmulatedRequest) async -> EmulatedResponse {
    .text(
      "<html><head><title>429 Too Many Requests</title></head><body><center><h1>429 Too Many "
        + "Requests</h1></center><hr><center>nginx</center></body></html>", status: 429,
      headers: [NamedValue("Retry-After", "10")])
  }
}
