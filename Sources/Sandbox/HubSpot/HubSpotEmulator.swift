import DealModel

/// HubSpot's CRM API: objects, search, owners, pipelines, properties, associations and account, in
/// the `v3`/`v4` and the date-based path families.
///
/// Served from `deals.json`, `companies.json`, `contacts.json`, `tickets.json` and other object
/// types, `owners.json`, `pipelines.json`, `properties.json`, `associations.json`, `account.json`.
/// Reads only: no path that writes is served.
public actor HubSpotEmulator: Emulator {
  public static let kind = "hubspot"
  public static let orders: [ControlOrder.Name] = [
    .expireToken, .renameProperty, .setField, .delete, .merge, .delayIndex,
  ]

  let time: any TimeSource
  let account: HubSpotAccount
  let associations: HubSpotAssociations
  /// The records as they are.
  var tables: [String: HubSpotTable] = [:]
  /// The records as search knows them: behind by the index delay.
  var indexed: [String: HubSpotTable] = [:]
  /// Changes on their way to the search index, the earliest first.
  var indexing: [IndexedChange] = []
  var indexDelay = Duration.zero
  /// What `rename-property` did, so that it can be undone.
  var renamings: [(type: String, old: String, new: String)] = []
  /// Matches of recent searches: the pages of one search are computed once.
  var recentMatches: [(key: String, generation: Int, positions: [Int])] = []
  var access: HubSpotAccess
  private var budget: HubSpotBudget
  private var requests = 0

  /// A change that search does not know yet.
  struct IndexedChange {
    let due: Timestamp
    let type: String
    let position: Int
    let record: HubSpotRecord
  }

  /// Reads the folder; see the type for its files.
  public init(folder: EmulatorFolder, environment: EmulatorEnvironment) throws {
    time = environment.time
    account = try HubSpotAccount(folder: folder)
    associations = try HubSpotAssociations(folder: folder)
    access = try HubSpotAccess(
      credentials: environment.credentials, scopes: account.scopes,
      portal: account.details["portalId"] ?? .integer(0), system: environment.system)
    budget = HubSpotBudget(
      limits: environment.limits, utcOffsetMilliseconds: account.utcOffsetMilliseconds)
    let definitions = try folder.object("properties")
    for type in HubSpotObjectType.all {
      tables[type.name] = try HubSpotTable(type: type, folder: folder, definitions: definitions)
    }
    indexed = tables
  }

  public func respond(to request: EmulatedRequest) async -> EmulatedResponse {
    requests += 1
    let id = correlation
    var response = await admit(request)
    response.headers.append(NamedValue("X-HubSpot-Correlation-Id", id))
    return response
  }

  private func admit(_ request: EmulatedRequest) async -> EmulatedResponse {
    let now = time.now()
    guard let route = HubSpotRoute(request.segments) else {
      return HubSpotFailure.notFound.response(correlation: correlation)
    }
    switch route.resource {
    case .token where request.method == "POST":
      return access.exchange(request.form, at: now, correlation: correlation)
    case .introspection where request.method == "POST":
      return access.introspection(request.form, at: now)
    default: break
    }
    var limitHeaders: [NamedValue] = []
    var response: EmulatedResponse
    do throws(HubSpotFailure) {
      let caller = try access.caller(bearing: request.bearerToken, at: now)
      let exceeded = budget.admit(caller, isSearch: route.isSearch, at: now)
      if !route.isSearch { limitHeaders = budget.headers(for: caller) }
      if let exceeded { throw .throttled(policy: exceeded, request: correlation) }
      if let scope = route.scope, !access.grants(scope) { throw .missingScopes([scope]) }
      // HEAD is answered as GET is; the server leaves out the body.
      guard request.method == route.method || (request.method == "HEAD" && route.method == "GET")
      else { throw HubSpotFailure(405, "\(request.method) is not supported here") }
      response = try answer(route, to: request, at: now)
    } catch {
      response = error.response(correlation: correlation)
    }
    response.headers += limitHeaders
    return response
  }

  public func failure(status: Int, for request: EmulatedRequest) -> EmulatedResponse {
    requests += 1
    switch status {
    case 401: return HubSpotFailure.invalidAuthentication.response(correlation: correlation)
    case 403:
      let scope = HubSpotRoute(request.segments)?.scope ?? "crm.objects.deals.read"
      return HubSpotFailure.missingScopes([scope]).response(correlation: correlation)
    case 404: return HubSpotFailure.notFound.response(correlation: correlation)
    case 423:
      return HubSpotFailure(423, "This record is locked by another process; retry later")
        .response(correlation: correlation)
    case 429: return throttling(policy: nil, for: request)
    case 477:
      // The account is moving between data centres; HubSpot names up to a day.
      var failure = HubSpotFailure(477, "This account is being migrated to another data center")
      failure.headers = [NamedValue("Retry-After", "3600")]
      return failure.response(correlation: correlation)
    case 500: return HubSpotFailure(500, "internal error").response(correlation: correlation)
    case 501...:
      let page = "<html><body><h1>\(status)</h1><p>The server is unavailable.</p></body></html>"
      return .text(page, status: status)
    default:
      return HubSpotFailure(status, "request refused", category: "VALIDATION_ERROR")
        .response(correlation: correlation)
    }
  }

  public func throttling(policy: String?, for request: EmulatedRequest) -> EmulatedResponse {
    requests += 1
    let isSearch = HubSpotRoute(request.segments)?.isSearch ?? false
    let policy = policy?.uppercased() ?? (isSearch ? "SECONDLY" : "TEN_SECONDLY_ROLLING")
    return HubSpotFailure.throttled(policy: policy, request: correlation)
      .response(correlation: correlation)
  }

  /// The request's number, in the shape of the UUID that HubSpot draws at random.
  private var correlation: String {
    let digits = String(requests, radix: 16)
    let padding = String(repeating: "0", count: max(0, 12 - digits.utf8.count))
    return "00000000-0000-4000-8000-" + padding + digits
  }

  private func answer(
    _ route: HubSpotRoute, to request: EmulatedRequest, at now: Timestamp
  ) throws(HubSpotFailure) -> EmulatedResponse {
    switch route.resource {
    case .list(let type): return .json(try list(type, request))
    case .record(let type, let id): return .json(try record(type, id, request))
    case .batchRead(let type): return try batchRead(type, try body(of: request), at: now)
    case .search(let type):
      let query = try HubSpotQuery(try body(of: request), isDated: route.isDated)
      return .json(try search(type, query, request, at: now))
    case .owners: return .json(try account.ownerPage(request))
    case .owner(let id): return .json(try account.owner(id, request))
    case .pipelines(let type):
      return .json(.object(["results": .array(account.pipelines(of: type))]))
    case .pipeline(let type, let id):
      guard let found = account.pipelines(of: type).first(where: { $0["id"]?.string == id }) else {
        throw .notFound
      }
      return .json(found)
    case .properties(let type):
      return .json(.object(["results": .array(table(type).properties.map(\.document))]))
    case .property(let type, let name):
      guard let column = table(type).columns[name] else { throw .notFound }
      return .json(table(type).properties[column].document)
    case .associations(let type, let id, let other):
      return .json(try associations(of: id, type, to: other, request))
    case .batchAssociations(let type, let other):
      return try batchAssociations(type, to: other, try body(of: request), at: now)
    case .accountDetails: return .json(account.details)
    case .privateAppUsage: return .json(usage(at: now))
    case .privateAppToken: return try access.privateAppToken(try body(of: request))
    case .token, .introspection:
      throw HubSpotFailure(405, "\(request.method) is not supported here")
    }
  }

  func body(of request: EmulatedRequest) throws(HubSpotFailure) -> JSONValue {
    do throws(JSONError) {
      return try request.json()
    } catch {
      throw .invalid("Invalid input JSON: \(error)")
    }
  }

  /// `GET /account-info/v3/api-usage/daily/private-apps`.
  private func usage(at now: Timestamp) -> JSONValue {
    guard let limit = budget.dailyLimit else { return ["results": []] }
    let usage: JSONValue = .object([
      "name": "private-apps-api-calls-daily", "usageLimit": .integer(limit),
      "currentUsage": .integer(budget.usedToday), "collectedAt": .string(now.description),
      "fetchStatus": "SUCCESS", "resetsAt": .string(budget.dayEnd(after: now).description),
    ])
    return .object(["results": .array([usage])])
  }

  /// The records of a type; every type has a table, an empty one when it has no file.
  func table(_ type: HubSpotObjectType) -> HubSpotTable {
    tables[type.name] ?? HubSpotTable(type: type, properties: [], records: [])
  }
}
