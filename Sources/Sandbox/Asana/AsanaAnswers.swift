import DealModel

/// Why a request is not answered: the status and Asana's words.
struct AsanaRefusal: Error, Hashable, Sendable {
  let status: Int
  let message: String

  init(_ status: Int, _ message: String) {
    self.status = status
    self.message = message
  }

  static let noRoute = AsanaRefusal(404, "No matching route for request")

  /// A parameter that must be given and is not.
  static func missing(_ name: String) -> AsanaRefusal {
    AsanaRefusal(400, "\(name): Missing input")
  }

  /// An ID that is none.
  static func noID(_ name: String, _ text: String) -> AsanaRefusal {
    AsanaRefusal(
      400, text.isEmpty ? "\(name): Not a Long" : "\(name): Not a recognized ID: \(text)")
  }

  /// An ID that nothing has: of the path 404, of a parameter 400.
  static func unknown(_ name: String, _ gid: String, isInPath: Bool) -> AsanaRefusal {
    AsanaRefusal(isInPath ? 404 : 400, "\(name): Unknown object: \(gid)")
  }

  static func forbidden(_ name: String) -> AsanaRefusal {
    AsanaRefusal(403, "You do not have access to this \(name).")
  }

  static func notADay(_ name: String, _ text: String) -> AsanaRefusal {
    AsanaRefusal(400, "\(name): Date must be in ISO-8601 (yyyy-mm-dd) format, not: \(text)")
  }

  static func notAnInstant(_ name: String, _ text: String) -> AsanaRefusal {
    AsanaRefusal(400, "\(name): Datetime must be in ISO-8601 format, not: \(text)")
  }
}

/// Asana's documents: everything inside `data`, errors in a list.
enum AsanaAnswers {
  private static let type = "application/json; charset=UTF-8"

  private static let help: JSONValue =
    "For more information on API status codes and how to handle them, read the docs on errors: https://developers.asana.com/docs/errors"

  static func json(
    _ document: JSONValue, status: Int = 200, headers: [NamedValue] = []
  ) -> EmulatedResponse { .json(document, status: status, headers: headers, type: type) }

  static func error(
    _ status: Int, _ message: String, headers: [NamedValue] = []
  ) -> EmulatedResponse {
    json(
      .object([
        "errors": .array([.object(["message": .string(message), "help": help])])
      ]), status: status, headers: headers)
  }

  static func refusal(_ refusal: AsanaRefusal) -> EmulatedResponse {
    error(refusal.status, refusal.message)
  }

  static let unauthorized = error(401, "Not Authorized")

  static func tooMany(after seconds: Int) -> EmulatedResponse {
    error(
      429,
      "You've made too many requests and hit a rate limit. Please retry after the given amount of time.",
      headers: [NamedValue("Retry-After", String(seconds))])
  }

  /// What a call for events gets without a sync token, or with one that is no use any more.
  static func outOfSync(next token: String) -> EmulatedResponse {
    json(
      .object([
        "errors": [
          [
            "message":
              "Sync token invalid or too old. If you are attempting to keep resources in sync, you must fetch the full dataset for this query now and use the new sync token for the next sync."
          ]
        ], "sync": .string(token),
      ]), status: 412)
  }

  static func failure(_ status: Int) -> EmulatedResponse {
    switch status {
    case 401: unauthorized
    case 402: error(402, "Payment Required")
    case 403: error(403, "Forbidden")
    case 404: refusal(.noRoute)
    case 429: tooMany(after: 30)
    case 451: error(451, "Unavailable For Legal Reasons")
    case 500:
      json(
        [
          "errors": [
            ["message": "Server Error", "help": help, "phrase": "6 sad squid snuggle softly"]
          ]
        ], status: 500)
    case 501...599:
      .text(
        "<html><head><title>\(status)</title></head><body>Asana is temporarily unavailable</body></html>",
        status: status)
    default: error(status, "Bad Request")
    }
  }
}
