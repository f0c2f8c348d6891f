internal import DealModel

/// The bodies NetSuite answers with when it does not answer the question.
enum NetSuiteAnswers {
  /// Problem JSON with one detail.
  static func problem(
    _ status: Int, code: String, _ detail: String, parameter: String? = nil,
    headers: [NamedValue] = []
  ) -> EmulatedResponse {
    let (section, title) = Self.titles[status] ?? ("15.6.1", "Internal Server Error")
    var member: [JSONValue.Member] = [.init("detail", .string(detail))]
    if let parameter { member.append(.init("o:errorQueryParam", .string(parameter))) }
    member.append(.init("o:errorCode", .string(code)))
    return .json(
      .object([
        "type": .string("https://www.rfc-editor.org/rfc/rfc9110.html#section-\(section)"),
        "title": .string(title), "status": .integer(status),
        "o:errorDetails": .array([.object(member)]),
      ]), status: status, headers: headers,
      type: "application/vnd.oracle.resource+json; type=error; charset=UTF-8")
  }

  private static let titles: [Int: (String, String)] = [
    400: ("15.5.1", "Bad Request"), 401: ("15.5.2", "Unauthorized"), 403: ("15.5.4", "Forbidden"),
    404: ("15.5.5", "Not Found"), 405: ("15.5.6", "Method Not Allowed"),
    429: ("15.5.1", "Too Many Requests"), 500: ("15.6.1", "Internal Server Error"),
    503: ("15.6.4", "Service Unavailable"),
  ]

  static func refused(_ error: SuiteQLError) -> EmulatedResponse {
    problem(
      400, code: "INVALID_PARAMETER",
      "Invalid search query. Detailed unprocessed description follows. \(error.detail)",
      parameter: "q")
  }

  static let invalidLogin = problem(
    401, code: "INVALID_LOGIN",
    "Invalid login attempt. For more details, see the Login Audit Trail in the NetSuite UI at "
      + "Setup > Users/Roles > User Management > View Login Audit Trail.")

  static func invalidToken(account: String) -> EmulatedResponse {
    problem(
      401, code: "INVALID_LOGIN", "Invalid login attempt.",
      headers: [
        NamedValue(
          "WWW-Authenticate",
          "Bearer realm=\"\(account)\", error=\"invalid_token\", "
            + "error_description=\"Invalid login attempt.\"")
      ])
  }

  static let concurrencyExceeded = problem(
    429, code: "CONCURRENCY_LIMIT_EXCEEDED",
    "Concurrent request limit exceeded. Request blocked.")

  static let nonexistent = problem(404, code: "NONEXISTENT_ID", "Record does not exist.")

  static let notFound = problem(
    404, code: "NOT_FOUND", "The requested resource could not be found.")

  /// What browsers and programs alike get while an account is being maintained.
  static let maintenance = EmulatedResponse.text(
    """
    <!DOCTYPE html>
    <html><head><title>NetSuite - Scheduled Maintenance</title></head>
    <body><h1>NetSuite is currently unavailable</h1>
    <p>Your NetSuite account is undergoing scheduled maintenance. Please try again later.</p>
    </body></html>
    """, status: 503, type: "text/html; charset=utf-8")

  static func failure(status: Int) -> EmulatedResponse {
    switch status {
    case 401: invalidLogin
    case 403:
      problem(
        403, code: "INSUFFICIENT_PERMISSION",
        "Permission Violation: You need a higher level of permission to access this record.")
    case 404: nonexistent
    case 429: concurrencyExceeded
    case 503: maintenance
    case 500...599:
      problem(
        status, code: "UNEXPECTED_ERROR",
        "An unexpected error occurred. Error ID: sandbox\(status)")
    default: problem(status, code: "INVALID_REQUEST", "The request could not be processed.")
    }
  }
}
