internal import DealModel

/// The two series with long support whose differences matter to a client.
enum TrytonSeries: String, CaseIterable, Sendable {
  case seven = "7.0"
  case eight = "8.0"

  /// What `common.server.version` says: the whole version, since 7.6 the series alone.
  var version: String { self == .seven ? "7.0.59" : rawValue }
}

/// Why a call has no result, in Tryton's words.
enum TrytonFault: Error, Hashable, Sendable {
  /// A `UserError`: no access, no such record.
  case user(String, String)
  /// A `LoginException`: a password is asked for.
  case login(String)
  /// Any other exception: its text, without the traceback, which is for development only.
  case exception(String)
  /// The call is broken off with a status and a page.
  case status(Int, String?)

  /// What Python says of a key that is not there.
  static func key(_ name: String) -> TrytonFault { .exception("'\(name)'") }

  /// What Python says when a domain is none: it looks into it again and again.
  static let noDomain = TrytonFault.exception(
    "maximum recursion depth exceeded in __instancecheck__")
}

/// The pages that Werkzeug, on which trytond stands, answers with.
enum TrytonPage {
  private static let titles: [Int: (title: String, text: String)] = [
    400: (
      "Bad Request", "The browser (or proxy) sent a request that this server could not understand."
    ),
    401: (
      "Unauthorized",
      "The server could not verify that you are authorized to access the URL requested. You either "
        + "supplied the wrong credentials (e.g. a bad password), or your browser doesn't understand "
        + "how to supply the credentials required."
    ),
    403: (
      "Forbidden",
      "You don't have the permission to access the requested resource. It is either read-protected "
        + "or not readable by the server."
    ),
    404: (
      "Not Found",
      "The requested URL was not found on the server. If you entered the URL manually please check "
        + "your spelling and try again."
    ),
    405: ("Method Not Allowed", "The method is not allowed for the requested URL."),
    408: (
      "Request Timeout",
      "The server closed the network connection because the browser didn't finish the request within the specified time."
    ),
    422: (
      "Unprocessable Entity",
      "The request was well-formed but was unable to be followed due to semantic errors."
    ),
    429: (
      "Too Many Requests",
      "This user has exceeded an allotted request count. Try again later."
    ),
    500: (
      "Internal Server Error",
      "The server encountered an internal error and was unable to complete your request. Either the "
        + "server is overloaded or there is an error in the application."
    ),
    502: (
      "Bad Gateway",
      "The proxy server received an invalid response from an upstream server."
    ),
    503: (
      "Service Unavailable",
      "The server is temporarily unable to service your request due to maintenance downtime or "
        + "capacity problems. Please try again later."
    ),
    504: ("Gateway Timeout", "The connection to an upstream server timed out."),
  ]

  /// The page of a status, with its usual text unless another is given.
  static func response(
    _ status: Int, _ text: String? = nil, headers: [NamedValue] = []
  ) -> EmulatedResponse {
    let usual = titles[status] ?? ("Unknown Error", "")
    let page = """
      <!doctype html>
      <html lang=en>
      <title>\(status) \(usual.title)</title>
      <h1>\(usual.title)</h1>
      <p>\(escaped(text ?? usual.text))</p>

      """
    return .text(page, status: status, headers: headers, type: "text/html; charset=utf-8")
  }

  /// What is said to whoever leaves out the slash at the end.
  static func redirection(to target: String) -> EmulatedResponse {
    let page = """
      <!doctype html>
      <html lang=en>
      <title>Redirecting...</title>
      <h1>Redirecting...</h1>
      <p>You should be redirected automatically to the target URL: \
      <a href="\(target)">\(target)</a>. If not, click the link.

      """
    return .text(
      page, status: 308, headers: [NamedValue("Location", target)],
      type: "text/html; charset=utf-8")
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&#34;").replacing("'", with: "&#39;")
  }
}
