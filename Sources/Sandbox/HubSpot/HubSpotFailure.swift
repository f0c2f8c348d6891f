import DealModel

/// An error as HubSpot words it: its status, category and details.
///
/// Source: developers.hubspot.com, API reference, error handling.
struct HubSpotFailure: Error {
  var status: Int
  var message: String
  var category: String?
  var subCategory: String?
  /// `context`: a name and its texts.
  var context: [(String, [String])] = []
  /// `errors[]`: code, message and context.
  var details: [JSONValue] = []
  /// Members that only some errors have, such as `policyName`.
  var extra: [JSONValue.Member] = []
  var headers: [NamedValue] = []

  init(_ status: Int, _ message: String, category: String? = nil) {
    self.status = status
    self.message = message
    self.category = category
  }

  /// The body HubSpot sends.
  ///
  /// - Parameter correlation: The request's number, as a UUID.
  func response(correlation: String) -> EmulatedResponse {
    var members: [JSONValue.Member] = [
      .init("status", "error"), .init("message", .string(message)),
      .init("correlationId", .string(correlation)),
    ]
    if let category { members.append(.init("category", .string(category))) }
    if let subCategory { members.append(.init("subCategory", .string(subCategory))) }
    if !context.isEmpty { members.append(.init("context", Self.document(context))) }
    if !details.isEmpty { members.append(.init("errors", .array(details))) }
    return .json(.object(members + extra), status: status, headers: headers)
  }

  private static func document(_ context: [(String, [String])]) -> JSONValue {
    .object(context.map { .init($0.0, .array($0.1.map { .string($0) })) })
  }

  /// 400 for a request that is not as documented.
  static func invalid(
    _ message: String, code: String? = nil, property: String? = nil
  ) -> HubSpotFailure {
    var failure = HubSpotFailure(400, message, category: "VALIDATION_ERROR")
    var detail: [JSONValue.Member] = [.init("message", .string(message))]
    if let code { detail.append(.init("code", .string(code))) }
    if let property {
      detail.append(.init("context", .object(["propertyName": [.string(property)]])))
    }
    if code != nil || property != nil { failure.details = [.object(detail)] }
    return failure
  }

  static func unknownProperty(_ name: String) -> HubSpotFailure {
    invalid(
      "Property \"\(name)\" does not exist", code: "PROPERTY_DOESNT_EXIST", property: name)
  }

  static var notFound: HubSpotFailure {
    HubSpotFailure(404, "resource not found", category: "OBJECT_NOT_FOUND")
  }

  static var invalidAuthentication: HubSpotFailure {
    HubSpotFailure(
      401,
      "Authentication credentials not found. This API supports OAuth 2.0 authentication and you "
        + "can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview",
      category: "INVALID_AUTHENTICATION")
  }

  static func expiredAuthentication(since expiry: Timestamp, now: Timestamp) -> HubSpotFailure {
    let seconds = max(0, expiry.duration(to: now).milliseconds / 1_000)
    var failure = HubSpotFailure(
      401, "The OAuth token used to make this call expired \(seconds) second(s) ago.",
      category: "EXPIRED_AUTHENTICATION")
    failure.context = [("expire time", [expiry.description])]
    return failure
  }

  static func missingScopes(_ scopes: [String]) -> HubSpotFailure {
    var failure = HubSpotFailure(
      403,
      "This app hasn't been granted all required scopes to make this call. Read more about "
        + "required scopes here: https://developers.hubspot.com/scopes.",
      category: "MISSING_SCOPES")
    let required = JSONValue.array(scopes.map { .string($0) })
    failure.details = [
      .object([
        "message": "One or more of the following scopes are required.",
        "context": ["requiredGranularScopes": required],
      ])
    ]
    return failure
  }

  /// 429 of one policy: `DAILY`, `TEN_SECONDLY_ROLLING` or `SECONDLY`.
  ///
  /// There is no `Retry-After`: HubSpot does not document one.
  static func throttled(policy: String, request: String) -> HubSpotFailure {
    var failure = HubSpotFailure(429, "You have reached your \(policy.lowercased()) limit.")
    failure.extra = [
      .init("errorType", "RATE_LIMIT"), .init("policyName", .string(policy)),
      .init("requestId", .string(request)),
    ]
    return failure
  }
}
