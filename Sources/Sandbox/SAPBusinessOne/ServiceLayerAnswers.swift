internal import DealModel

/// What the two Service Layers write differently.
enum ServiceLayerVersion: String, Sendable {
  case v1, v2

  private var prefix: String { self == .v1 ? "odata." : "@odata." }
  var context: String { self == .v1 ? "odata.metadata" : "@odata.context" }
  var etag: String { prefix + "etag" }
  var nextLink: String { prefix + "nextLink" }

  /// The count of matches: a string in V3.
  func count(_ number: Int) -> JSONValue.Member {
    .init(prefix + "count", self == .v1 ? .string(String(number)) : .integer(number))
  }

  /// A date as the version writes it.
  func date(_ text: String) -> String {
    self == .v2 && CalendarDate(text) != nil ? text + "T00:00:00Z" : text
  }

  /// An error: code and message in the version's own shape.
  func error(_ status: Int, _ code: Int, _ message: String) -> EmulatedResponse {
    let error: JSONValue
    switch self {
    case .v1:
      error = [
        "code": .integer(code), "message": ["lang": "en-us", "value": .string(message)],
      ]
    case .v2:
      error = [
        "code": .string(String(code)), "details": [["code": "", "message": ""]],
        "message": .string(message),
      ]
    }
    return .json(["error": error], status: status)
  }

  var noSession: EmulatedResponse {
    error(401, 301, "Invalid session or session already timeout.")
  }
}

/// Answers that do not come from the Service Layer itself.
enum ServiceLayerGateway {
  /// What Apache says when a node or the balancer is down.
  static func page(_ status: Int) -> EmulatedResponse {
    let title =
      [500: "Internal Server Error", 502: "Proxy Error", 503: "Service Unavailable"][status]
      ?? "Error"
    return .text(
      """
      <!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">
      <html><head>
      <title>\(status) \(title)</title>
      </head><body>
      <h1>\(title)</h1>
      <p>The proxy server could not handle the request.</p>
      </body></html>

      """, status: status, type: "text/html; charset=iso-8859-1")
  }

  /// `/ping/`, `/ping/load-balancer`, `/ping/node/1`: asked without a session, not below `/b1s`.
  static func ping(_ path: ArraySlice<String>, at now: Timestamp) -> EmulatedResponse {
    let sender: String
    switch Array(path) {
    case [], ["load-balancer"]: sender = "load balancer"
    case ["node", "1"]: sender = "node 1"
    default:
      guard path.first == "node" else { return page(404) }
      return .json(["message": "Service Unavailable"], status: 503)
    }
    let seconds = now.milliseconds / 1_000
    let rest = String(1_000 + now.milliseconds % 1_000).dropFirst()
    return .json(
      ["message": "pong", "sender": .string(sender), "timestamp": .string("\(seconds).\(rest)")])
  }
}
