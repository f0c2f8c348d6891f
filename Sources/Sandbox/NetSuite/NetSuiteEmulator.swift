public import DealModel
private import Synchronization

/// NetSuite's SuiteTalk REST services: SuiteQL, records, the token endpoint and the system service.
///
/// Files: `account.json` (`accountId`, `timeZone`, `dateFormat`, `concurrencyLimit`), one file per
/// table (rows, column → text), `labels.json` for `BUILTIN.DF`. Orders of its own: `expire-token`,
/// `correct-invoice NUMBER NET`, `rename-property OLD NEW`, and `set-field TABLE/ID FIELD VALUE`
/// (`transactionline/TRANSACTION/LINE` for a line). `throttle login` answers a limit as
/// INVALID_LOGIN, as NetSuite has been seen to do; `fail 503` is the HTML of its maintenance.
///
/// The concurrency limit counts requests that are being answered.
public final class NetSuiteEmulator: Emulator {
  public static let kind = "netsuite"
  public static let orders: [ControlOrder.Name] = [
    .expireToken, .correctInvoice, .renameProperty, .setField, .delete,
  ]

  let account: NetSuiteAccount
  let engine: SuiteQLEngine
  let time: any TimeSource
  private let concurrencyLimit: Int?
  private let gate: NetSuiteGate
  private let inFlight = Mutex(0)
  /// What `rename-property` did, so that it can be undone.
  private let renamings = Mutex<[(old: String, new: String)]>([])
  private let operations = Mutex(0)

  public init(folder: EmulatorFolder, environment: EmulatorEnvironment) throws {
    account = try NetSuiteAccount(folder: folder)
    time = environment.time
    var tables: [String: [JSONValue]] = [:]
    for name in try folder.documentNames() where !["account", "labels"].contains(name) {
      tables[name.lowercased()] = try folder.records(name)
    }
    engine = try SuiteQLEngine(
      tables: tables, labels: try folder.object("labels"), calendar: account.calendar,
      customFields: account.customFields)
    concurrencyLimit = environment.limits.limit(
      "concurrency", standard: account.concurrencyLimit)
    gate = NetSuiteGate(
      NetSuiteAccess(
        system: environment.system, account: account.id, credentials: environment.credentials))
  }

  public func respond(to request: EmulatedRequest) async -> EmulatedResponse {
    var response = await answer(to: request)
    // What Oracle's support asks for; every answer of the REST services bears one.
    response.headers.append(NamedValue("X-N-OperationId", nextOperationID()))
    return response
  }

  /// A new UUID, always the same in the same order.
  private func nextOperationID() -> String {
    let number = operations.withLock { count in
      count += 1
      return count
    }
    let digits = String(number, radix: 16)
    let tail = String(repeating: "0", count: max(0, 12 - digits.utf8.count)) + digits
    return "5f0c1c2a-7a41-4d0e-9b1f-\(tail)"
  }

  private func answer(to request: EmulatedRequest) async -> EmulatedResponse {
    let path = request.segments
    guard path.count > 2, path[0] == "services", path[1] == "rest" else {
      return NetSuiteAnswers.notFound
    }
    if request.path == "/services/rest/auth/oauth2/v1/token" {
      return await token(for: request)
    }
    let running = inFlight.withLock { count in
      count += 1
      return count
    }
    defer { inFlight.withLock { $0 -= 1 } }
    if let concurrencyLimit, running > concurrencyLimit {
      return NetSuiteAnswers.concurrencyExceeded
    }
    switch await gate.refusal(of: request, at: time.now()) {
    case .invalidLogin: return NetSuiteAnswers.invalidLogin
    case .invalidToken: return NetSuiteAnswers.invalidToken(account: account.id)
    case nil: break
    }
    switch (request.method, path[2], path.dropFirst(3).first, path.dropFirst(4).first) {
    case ("POST", "query", "v1", "suiteql"): return await query(request)
    case ("GET", "system", "v1", "serverTime"):
      return .json(.object(["serverTime": .string(Self.milliseconds(time.now()))]))
    case ("GET", "system", "v1", "governanceLimits"): return governanceLimits
    case ("GET", "record", "v1", let type?):
      return await record(request, type: type, rest: Array(path.dropFirst(5)))
    case (_, "query", "v1", "suiteql"), (_, "record", _, _), (_, "system", _, _):
      return NetSuiteAnswers.problem(
        405, code: "METHOD_NOT_ALLOWED", "The method is not allowed for this resource.")
    default: return NetSuiteAnswers.notFound
    }
  }

  public func obey(_ order: ControlOrder) async throws -> JSONValue {
    switch order.act {
    case .expireToken:
      await gate.expireTokens()
      return .object(["expired": true])
    case .correctInvoice(let number, let net):
      return try correctInvoice(number, net: net)
    case .renameProperty(let old, let new):
      let tables = try engine.renameColumn(old.lowercased(), to: new.lowercased())
      guard !tables.isEmpty else {
        throw SandboxError("no table has a column `\(old)`, or one has `\(new)` already")
      }
      renamings.withLock { $0.append((old.lowercased(), new.lowercased())) }
      return .object(["renamed": .array(tables.map { .string($0) })])
    case .setField(let record, let field, let value):
      return try setField(field.lowercased(), of: record, to: value)
    case .delete(let record): return try delete(record)
    default: throw SandboxError.notObeyed(order, orders: Self.orders)
    }
  }

  public func mend() async {
    await gate.mend()
    let undone = renamings.withLock { renamings in
      defer { renamings = [] }
      return renamings
    }
    // A column that could be renamed can be renamed back.
    for renaming in undone.reversed() {
      _ = try? engine.renameColumn(renaming.new, to: renaming.old)
    }
  }

  public func failure(status: Int, for request: EmulatedRequest) async -> EmulatedResponse {
    NetSuiteAnswers.failure(status: status)
  }

  public func throttling(
    policy: String?, for request: EmulatedRequest
  ) async -> EmulatedResponse {
    policy == "login" ? NetSuiteAnswers.invalidLogin : NetSuiteAnswers.concurrencyExceeded
  }

  // MARK: Services

  private func token(for request: EmulatedRequest) async -> EmulatedResponse {
    switch await gate.token(for: request, at: time.now()) {
    case .success(let token):
      return .json(
        .object([
          "access_token": .string(token),
          "expires_in": .string(String(NetSuiteAccess.tokenLife.components.seconds)),
          "token_type": "Bearer",
        ]))
    case .failure(let error):
      return .json(.object(["error": .string(error.rawValue)]), status: 400)
    }
  }

  private func query(_ request: EmulatedRequest) async -> EmulatedResponse {
    let preferences = request.headers.filter { $0.name.lowercased() == "prefer" }
    guard preferences.contains(where: { $0.value.lowercased().contains("transient") }) else {
      return NetSuiteAnswers.problem(
        400, code: "INVALID_HEADER",
        "The header parameter Prefer is required and must contain the value transient.")
    }
    guard let body = try? request.json(), let statement = body["q"]?.string else {
      return NetSuiteAnswers.problem(
        400, code: "INVALID_CONTENT", "The request body must contain the parameter q.",
        parameter: "q")
    }
    let window: NetSuitePaging
    switch NetSuitePaging.read(request) {
    case .success(let paging): window = paging
    case .failure(let problem): return problem.response
    }
    let parameters = (body["params"]?.array ?? []).map { value -> String? in
      if case .number(let text) = value { text } else { value.string }
    }
    do {
      let page = try engine.page(
        statement, parameters: parameters, limit: window.limit, offset: window.offset,
        now: time.now())
      let rows = page.rows.map { row -> JSONValue in
        .object([.init("links", [])] + row.map { .init($0.name, .string($0.value)) })
      }
      return window.response(rows, total: page.total, for: request)
    } catch let error as SuiteQLError {
      return NetSuiteAnswers.refused(error)
    } catch {
      return NetSuiteAnswers.failure(status: 500)
    }
  }

  private var governanceLimits: EmulatedResponse {
    let limit = concurrencyLimit ?? account.concurrencyLimit
    return .json(
      .object([
        "accountConcurrencyLimit": .integer(limit),
        "accountUnallocatedConcurrencyLimit": .integer(limit),
        "integrationLimitType": "accountConcurrencyLimit",
      ]))
  }

  /// ISO 8601 UTC, always with milliseconds.
  static func milliseconds(_ instant: Timestamp) -> String {
    let text = instant.description
    return text.contains(".") ? text : String(text.dropLast()) + ".000Z"
  }
}

/// Keeps the credentials' state: one request after another is let in or refused.
actor NetSuiteGate {
  private var access: NetSuiteAccess

  init(_ access: NetSuiteAccess) { self.access = access }

  func refusal(of request: EmulatedRequest, at now: Timestamp) -> NetSuiteAccess.Refusal? {
    access.refusal(of: request, at: now)
  }

  func token(
    for request: EmulatedRequest, at now: Timestamp
  ) async -> Result<String, NetSuiteAccess.TokenError> {
    guard let refusal = await access.grantRefusal(of: request, at: now) else {
      return .success(access.issueToken(at: now))
    }
    return .failure(refusal)
  }

  func expireTokens() { access.expireTokens() }
  func mend() { access.mend() }
}
