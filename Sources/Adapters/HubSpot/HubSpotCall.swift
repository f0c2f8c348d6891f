import AdapterKit
import DealModel

/// The calls the adapter makes: every endpoint of HubSpot it knows.
///
/// The version is in the paths of this file and nowhere else (CRM v3, associations v4; both served
/// beside the dated versions `2026-03` and `2026-09`, which answer the same objects).
enum HubSpotCall {
  /// Marks search calls, which have a limit of their own.
  static let searchTag = "search"
  /// The most inputs of a batch read, and values of a search.
  static let batchSize = 100
  /// The most inputs of a batch read with history.
  static let historyBatchSize = 50
  /// The most results HubSpot returns for one query, over all its pages.
  static let searchCap = 10_000
  /// The most results on a page of a search.
  static let searchPage = 200

  /// The POST endpoints that only read.
  static let readingPosts: Set<String> = [
    "/crm/v3/objects/deals/search", "/crm/v3/objects/tickets/search",
    "/crm/v3/objects/deals/batch/read", "/crm/v3/objects/tickets/batch/read",
    "/crm/v3/objects/companies/batch/read",
    "/crm/v4/associations/deals/companies/batch/read",
    "/crm/v4/associations/deals/tickets/batch/read",
    "/crm/v4/associations/tickets/deals/batch/read", tokenInfoPattern,
  ]

  static let tokenInfoPattern = "/oauth/v2/private-apps/get/access-token-info"

  /// What a private app's token may do: its scopes. The one call whose body bears the token, to the
  /// address that the `Authorization` header goes to anyway.
  static func tokenInfo(_ token: Secret) -> HTTPCall {
    .post(tokenInfoPattern, json: .object(["tokenKey": .string(token.revealed())]))
  }

  static func list(
    _ type: String, properties: [String], after: String?, archived: Bool = false
  ) -> HTTPCall {
    .get(
      "/crm/v3/objects/\(type)",
      query: [
        "limit": "100", "after": after, "properties": properties.joined(separator: ","),
        "archived": archived ? "true" : "false",
      ])
  }

  /// The search for every record there is, of which only `total` is wanted.
  static func count(_ type: String) -> HTTPCall {
    .post(
      "/crm/v3/objects/\(type)/search", json: .object(["limit": .integer(1)]),
      tags: [searchTag])
  }

  static func batchRead(
    _ type: String, ids: [String], idProperty: String? = nil, properties: [String],
    history: [String] = []
  ) -> HTTPCall {
    var members: [JSONValue.Member] = [
      .init("inputs", .array(ids.map { .object(["id": .string($0)]) })),
      .init("properties", .array(properties.map { .string($0) })),
      .init("propertiesWithHistory", .array(history.map { .string($0) })),
    ]
    if let idProperty { members.append(.init("idProperty", .string(idProperty))) }
    return .post("/crm/v3/objects/\(type)/batch/read", json: .object(members))
  }

  /// The versions of some properties of known records.
  static func batchReadHistory(
    _ type: String, ids: [String], properties: [String]
  ) -> HTTPCall {
    let names = JSONValue.array(properties.map { .string($0) })
    return .post(
      "/crm/v3/objects/\(type)/batch/read",
      json: .object([
        "inputs": .array(ids.map { .object(["id": .string($0)]) }), "properties": [],
        "propertiesWithHistory": names,
      ]))
  }

  static func search(
    _ type: String, filters: [JSONValue], properties: [String], sort: String, after: String?
  ) -> HTTPCall {
    var members: [JSONValue.Member] = [
      .init("filterGroups", [.object(["filters": .array(filters)])]),
      .init("properties", .array(properties.map { .string($0) })),
      .init(
        "sorts", [.object(["propertyName": .string(sort), "direction": "ASCENDING"])]),
      .init("limit", .integer(searchPage)),
    ]
    if let after { members.append(.init("after", .string(after))) }
    return .post(
      "/crm/v3/objects/\(type)/search", json: .object(members), tags: [searchTag])
  }

  /// Associations of many records; at most 1000 IDs.
  static func associations(from: String, to: String, ids: [String]) -> HTTPCall {
    .post(
      "/crm/v4/associations/\(from)/\(to)/batch/read",
      json: .object(["inputs": .array(ids.map { .object(["id": .string($0)]) })]))
  }

  static func owners(after: String?, archived: Bool) -> HTTPCall {
    .get(
      "/crm/v3/owners",
      query: ["limit": "100", "after": after, "archived": archived ? "true" : "false"])
  }

  static func pipelines(_ type: String) -> HTTPCall { .get("/crm/v3/pipelines/\(type)") }

  static func properties(_ type: String) -> HTTPCall { .get("/crm/v3/properties/\(type)") }

  static let account = HTTPCall.get("/account-info/v3/details")

  /// One filter of a search.
  static func filter(_ property: String, _ comparison: String, _ value: String) -> JSONValue {
    .object([
      "propertyName": .string(property), "operator": .string(comparison), "value": .string(value),
    ])
  }

  /// The filter for any of these values of a string property.
  ///
  /// HubSpot compares `IN` with a lower-cased index: values in any other case find nothing.
  static func filter(_ property: String, anyOf values: [String]) -> JSONValue {
    .object([
      "propertyName": .string(property), "operator": "IN",
      "values": .array(values.map { .string($0.lowercased()) }),
    ])
  }

  /// What HubSpot's errors mean (developers.hubspot.com, API reference, error handling).
  static func errors(of system: SystemName) -> ErrorTable {
    let token = "Create a token in HubSpot, put it where `token` of systems.\(system) is kept."
    return ErrorTable(
      codePaths: [["category"], ["policyName"], ["errorType"], ["status"]],
      rules: [
        .init(
          400, code: "BAD_REFRESH_TOKEN", .unauthorized,
          "The refresh token is no longer valid. Install the app again and renew `refresh_token` of "
            + "systems.\(system)."),
        .init(
          401, code: "EXPIRED_AUTHENTICATION", .unauthorized, "The token has expired. \(token)"),
        .init(401, .unauthorized, "The token is not accepted. \(token)"),
        .init(403, .unauthorized, "The token lacks a permission. Add the missing read scope.") {
          body in
          let context = body["errors"]?[0]?["context"]
          let scopes = (context?["requiredGranularScopes"] ?? context?["requiredScopes"])?.array
          return scopes?.compactMap(\.string).joined(separator: ", ")
        },
        .init(
          400, .refused,
          "The request was not accepted. A property named in the configuration may not exist."),
        .init(423, .unavailable, "The record is locked; it is asked again by itself."),
        .init(
          429, code: "DAILY", .throttled(retryAfter: .seconds(900)),
          "The account's calls for today are used up. Calls resume by themselves after midnight "
            + "there; see which other apps use the account."),
        .init(
          429, code: "TEN_SECONDLY_ROLLING", .throttled(retryAfter: .seconds(10)),
          "Too many calls in ten seconds. Set `burst` of systems.\(system) to what the plan allows."
        ),
        .init(
          429, code: "SECONDLY", .throttled(retryAfter: .seconds(1)),
          "Too many searches in a second; calls slow down by themselves."),
        .init(
          477, .throttled(retryAfter: .seconds(3_600)),
          "The account is being moved to another data centre; calls resume by themselves."),
      ])
  }
}
