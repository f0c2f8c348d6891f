public import DealModel
internal import Synchronization

/// QuickBooks Online's accounting API: queries, single objects, change data capture, preferences, the
/// company, and Intuit's token endpoint.
///
/// Files: `company.json` (`realmId` and what CompanyInfo holds), `preferences.json`, and one file per
/// entity, its name in lower case (`invoice.json`, `purchaseorder.json`), each an array of objects as
/// the API returns them. Orders of its own: `expire-token`, `correct-invoice NUMBER NET`, `set-field
/// ENTITY/ID FIELD VALUE` (top-level, `CustomField.NAME`, or `Line.ID.FIELD`), `delete ENTITY/ID`,
/// `rename-property OLD NEW` for a custom field. `throttle fault` puts the fault into a 200.
///
/// Limits: `per_second` (10), `per_minute` (500), and `refresh_token_uses` (1): how often a refresh
/// token is good before the next takes its place. The first lies in `{{scratch}}/<system>-refresh_token`.
public final class QuickBooksEmulator: Emulator {
  public static let kind = "quickbooks"
  public static let orders: [ControlOrder.Name] = [
    .expireToken, .correctInvoice, .setField, .delete, .renameProperty,
  ]

  public static let rotatingCredential: String? = "refresh_token"

  let time: any TimeSource
  let file: Mutex<QuickBooksFile>
  private let access: Mutex<QuickBooksAccess>
  private let requests = Mutex(0)
  /// What `rename-property` did, so that it can be undone.
  private let renamings = Mutex<[(old: String, new: String)]>([])

  public init(folder: EmulatorFolder, environment: EmulatorEnvironment) throws {
    time = environment.time
    file = Mutex(try QuickBooksFile(folder: folder))
    access = Mutex(try QuickBooksAccess(environment))
  }

  public func respond(to request: EmulatedRequest) async -> EmulatedResponse {
    if request.path == "/oauth2/v1/tokens/bearer" { return token(for: request) }
    var response = answer(to: request)
    let isError = response.status >= 400
    if isError, !(request.header("accept") ?? "").contains("application/json"),
      response.header("Content-Type")?.contains("json") ?? false
    {
      response = QuickBooksAnswers.xml(response)
    }
    // What Intuit's support asks for.
    let number = requests.withLock { count in
      count += 1
      return count
    }
    response.headers.append(NamedValue("intuit_tid", "1-67890abc-\(number)"))
    return response
  }

  public func obey(_ order: ControlOrder) async throws -> JSONValue {
    let now = time.now()
    switch order.act {
    case .expireToken:
      access.withLock { $0.expireTokens() }
      return .object(["expired": true])
    case .correctInvoice(let number, let net):
      return try file.withLock { try $0.correctInvoice(number, net: net, at: now) }
    case .setField(let record, let field, let value):
      return try file.withLock { try $0.setField(field, of: record, to: value, at: now) }
    case .delete(let record):
      return try file.withLock { try $0.delete(record, at: now) }
    case .renameProperty(let old, let new):
      guard file.withLock({ $0.renameField(old, to: new) }) else {
        throw SandboxError("preferences.json defines no custom field `\(old)`")
      }
      renamings.withLock { $0.append((old, new)) }
      return .object(["renamed": .string(new)])
    default: throw SandboxError.notObeyed(order, orders: Self.orders)
    }
  }

  public func mend() async {
    access.withLock { $0.mend() }
    let undone = renamings.withLock { renamings in
      defer { renamings = [] }
      return renamings
    }
    for renaming in undone.reversed() {
      _ = file.withLock { $0.renameField(renaming.new, to: renaming.old) }
    }
  }

  public func failure(status: Int, for request: EmulatedRequest) async -> EmulatedResponse {
    answers.failure(status)
  }

  public func throttling(policy: String?, for request: EmulatedRequest) async -> EmulatedResponse {
    answers.throttled(policy == "fault" ? 200 : 429)
  }

  private var answers: QuickBooksAnswers { QuickBooksAnswers(now: time.now()) }

  // MARK: Services

  private func token(for request: EmulatedRequest) -> EmulatedResponse {
    let now = time.now()
    guard request.method == "POST" else { return answers.failure(404) }
    switch access.withLock({ $0.grant(for: request, at: now) }) {
    case .tokens(let access, let refresh):
      return .json(
        .object([
          "token_type": "bearer", "access_token": .string(access),
          "expires_in": .integer(QuickBooksAccess.tokenLife.components.seconds),
          "refresh_token": .string(refresh),
          "x_refresh_token_expires_in": .integer(QuickBooksAccess.refreshLife),
        ]))
    case .invalidClient: return .json(.object(["error": "invalid_client"]), status: 401)
    case .invalidGrant:
      return .json(
        .object([
          "error": "invalid_grant", "error_description": "Incorrect or invalid refresh token",
        ]), status: 400)
    case .unsupportedGrant:
      return .json(.object(["error": "unsupported_grant_type"]), status: 400)
    }
  }

  private func answer(to request: EmulatedRequest) -> EmulatedResponse {
    let now = time.now()
    let path = request.segments
    guard path.count >= 4, path[0] == "v3", path[1] == "company" else {
      return answers.failure(404)
    }
    guard access.withLock({ $0.isAllowed(request, at: now) }) else { return answers.unauthorized }
    guard path[2] == file.withLock({ $0.realm }) else { return answers.forbidden }
    guard access.withLock({ $0.admits(at: now) }) else { return answers.throttled() }
    switch (request.method, path[3].lowercased(), path.count) {
    case ("GET", "query", 4): return query(request.parameter("query") ?? "", request)
    case ("POST", "query", 4):
      guard request.header("content-type")?.hasPrefix("application/text") ?? false else {
        return answers.unsupported
      }
      return query(String(decoding: request.body, as: UTF8.self), request)
    case ("GET", "cdc", 4): return changes(request)
    case ("GET", "preferences", 4):
      return document("Preferences", file.withLock { $0.preferences })
    case ("GET", "companyinfo", 5) where path[4] == path[2]:
      return document("CompanyInfo", file.withLock { $0.company })
    case ("GET", let name, 5): return object(name, path[4], request)
    default: return answers.unsupported
    }
  }

  private func query(_ text: String, _ request: EmulatedRequest) -> EmulatedResponse {
    let statement: QuickBooksStatement
    do throws(QuickBooksQueryError) {
      statement = try QuickBooksParser.parse(text).validated()
    } catch {
      return answers.query(error)
    }
    let file = file.withLock { $0 }
    let found = statement.matches(among: file.objects[statement.entity] ?? [])
    if statement.selection == .count {
      return envelope("QueryResponse", .object(["totalCount": .integer(found.count)]))
    }
    let page = found.dropFirst(statement.start - 1).prefix(statement.count)
    guard !page.isEmpty else { return envelope("QueryResponse", [:]) }
    let writer = QuickBooksWriter(file: file, includesFields: includesFields(request))
    let objects = page.map { writer.written($0, as: statement.entity, statement.selection) }
    return envelope(
      "QueryResponse",
      .object([
        .init(statement.entity, .array(objects)), .init("startPosition", .integer(statement.start)),
        .init("maxResults", .integer(objects.count)),
      ]))
  }

  private func object(
    _ name: String, _ id: String, _ request: EmulatedRequest
  ) -> EmulatedResponse {
    guard let entity = QuickBooksSchema.entities.first(where: { $0.lowercased() == name }) else {
      return answers.unsupported
    }
    let file = file.withLock { $0 }
    guard let object = file.object(entity, id) else { return answers.notFound }
    let writer = QuickBooksWriter(file: file, includesFields: includesFields(request))
    return document(entity, writer.written(object, as: entity, .all))
  }

  private func changes(_ request: EmulatedRequest) -> EmulatedResponse {
    guard let since = request.parameter("changedSince").flatMap(Self.instant) else {
      return answers.fault(
        400, code: "2010", "Request has invalid or unsupported property",
        "Property Name:changedSince is missing or no date and time")
    }
    guard since.duration(to: time.now()) <= .seconds(30 * 86_400) else {
      return answers.fault(
        400, code: "2010", "Request has invalid or unsupported property",
        "changedSince reaches back more than 30 days")
    }
    let names = (request.parameter("entities") ?? "").split(separator: ",").map(String.init)
    let file = file.withLock { $0 }
    let writer = QuickBooksWriter(file: file, includesFields: false)
    var left = QuickBooksStatement.mostResults
    var parts: [JSONValue] = []
    for name in names {
      guard let entity = QuickBooksSchema.entities.first(where: { $0 == name }) else {
        return answers.fault(
          400, code: "2010", "Request has invalid or unsupported property",
          "\(name) is no entity of change data capture")
      }
      // Beyond the limit results are cut, without a word.
      let changed = file.changes(of: entity, since: since).prefix(left)
      left -= changed.count
      guard !changed.isEmpty else {
        parts.append([:])
        continue
      }
      parts.append(
        .object([
          .init(entity, .array(changed.map { writer.written($0, as: entity, .all) })),
          .init("startPosition", 1), .init("maxResults", .integer(changed.count)),
        ]))
    }
    return envelope(
      "CDCResponse", .array([.object(["QueryResponse": .array(parts)])]))
  }

  private func includesFields(_ request: EmulatedRequest) -> Bool {
    (request.parameter("include") ?? "").contains("enhancedAllCustomFields")
  }

  /// An instant, or a day: its midnight UTC.
  private static func instant(_ text: String) -> Timestamp? {
    Timestamp(text) ?? CalendarDate(text).map { Timestamp(startOf: $0) }
  }

  private func document(_ name: String, _ object: JSONValue) -> EmulatedResponse {
    envelope(name, QuickBooksWriter.stamped(object))
  }

  private func envelope(_ name: String, _ content: JSONValue) -> EmulatedResponse {
    .json(
      .object([
        .init(name, content),
        .init("time", .string(QuickBooksCalendar.text(time.now(), milliseconds: true))),
      ]))
  }
}

/// Writes objects as the vendor does.
struct QuickBooksWriter {
  let file: QuickBooksFile
  /// Whether enhanced custom fields were asked for; three classic ones come without asking.
  let includesFields: Bool

  private static let classicFields: Set<String> = [
    "Invoice", "CreditMemo", "Estimate", "PurchaseOrder",
  ]

  func written(
    _ object: JSONValue, as entity: String, _ selection: QuickBooksStatement.Selection
  ) -> JSONValue {
    var dropped: Set<String> = []
    if !file.isMulticurrency {
      dropped = ["CurrencyRef", "ExchangeRate", "HomeTotalAmt", "HomeBalance"]
    }
    if !includesFields, !Self.classicFields.contains(entity) { dropped.insert("CustomField") }
    var written = Self.stamped(object.without(dropped))
    if case .fields(let names) = selection {
      let tops = Set(names.map { String($0.prefix { $0 != "." }) })
      let kept = (written.members ?? []).filter { tops.contains($0.name) }
      written = .object(kept + [.init("domain", "QBO"), .init("sparse", true)])
    } else if written["status"] == nil {
      written.set("domain", "QBO")
      written.set("sparse", false)
    }
    return written
  }

  /// The object with its times in Pacific time.
  static func stamped(_ object: JSONValue) -> JSONValue {
    guard let data = object["MetaData"] else { return object }
    var object = object
    object.set(
      "MetaData",
      data.mapping { _, value in
        value.string.flatMap { Timestamp($0) }.map { .string(QuickBooksCalendar.text($0)) } ?? value
      })
    return object
  }
}
