internal import DealModel

/// Zendesk's errors: `error` is a word in some, an object in others, and some are no JSON at all.
enum ZendeskAnswers {
  static func error(_ status: Int, _ error: String, _ description: String) -> EmulatedResponse {
    .json(.object(["error": .string(error), "description": .string(description)]), status: status)
  }

  static let unauthenticated = EmulatedResponse.json(
    ["error": "Couldn't authenticate you"], status: 401,
    headers: [NamedValue("WWW-Authenticate", "Basic realm=\"Web Password\"")])

  static let invalidToken = EmulatedResponse.json(
    [
      "error": "invalid_token",
      "error_description":
        "The access token provided is expired, revoked, malformed or invalid for other reasons.",
    ], status: 401)

  static let forbidden = EmulatedResponse.json(
    [
      "error": [
        "title": "Forbidden",
        "message":
          "You do not have access to this page. Please contact the account owner of this help desk for further help.",
      ]
    ], status: 403)

  static let notFound = error(404, "RecordNotFound", "Not found")
  static let invalidEndpoint = error(404, "InvalidEndpoint", "Not found")

  /// A parameter of another type than the endpoint takes.
  static func invalidAttribute(
    _ name: String, must type: String, from endpoint: String
  ) -> EmulatedResponse {
    .json(
      .object([
        "error": .object([
          "title": "Invalid attribute",
          "message": .string(
            "You passed an invalid value for the \(name) attribute. Invalid parameter: \(name) "
              + "must be \(type) from api/v2/\(endpoint)"),
        ])
      ]), status: 400)
  }

  /// What paging refuses.
  static func paging(_ code: String, _ title: String) -> EmulatedResponse {
    .json(
      .object(["errors": .array([.object(["code": .string(code), "title": .string(title)])])]),
      status: 400)
  }

  static func invalidSearch(_ why: String) -> EmulatedResponse {
    error(422, "invalid", "Invalid search: \(why)")
  }

  static func tooMany(after seconds: Int) -> EmulatedResponse {
    .text(
      "Number of allowed API requests per minute exceeded", status: 429,
      headers: [NamedValue("Retry-After", String(seconds))], type: "text/plain; charset=utf-8")
  }

  static func failure(_ status: Int, isSearch: Bool) -> EmulatedResponse {
    switch status {
    case 401: unauthenticated
    case 403: forbidden
    case 404: notFound
    case 422: error(422, "RecordInvalid", "Record validation errors")
    case 429: tooMany(after: 30)
    case 503 where isSearch:
      error(
        503, "unavailable",
        "Sorry, we could not complete your search query. Please try again in a moment.")
    case 500...599:
      .text(
        "<html><head><title>Zendesk</title></head><body>We'll be back shortly.</body></html>",
        status: status)
    default: error(status, "BadRequest", "Bad request")
    }
  }
}
