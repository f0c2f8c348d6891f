import DealModel

/// Who asks.
enum JiraVisitor: Hashable, Sendable {
  /// A member with valid credentials.
  case member
  /// Nobody in particular: sees what is public, which is nothing here.
  case stranger
  /// Wrong credentials on a site that says so.
  case refused
}

/// Decides who asks, by the address used and the credentials sent.
struct JiraGate {
  let site: JiraSite
  let credentials: [String: String]

  /// - Parameter isGateway: Whether the request came by `/ex/jira/<cloudId>`, where scoped and OAuth
  ///   tokens belong; classic tokens belong to the site's own address.
  func visitor(_ request: EmulatedRequest, isGateway: Bool) -> JiraVisitor {
    let header = request.header("authorization") ?? ""
    var accepted: [String] = []
    if !site.isTokenExpired {
      let email = credentials["email"] ?? ""
      if isGateway {
        accepted += credentials["scoped_token"].map { [Self.basic(email, $0)] } ?? []
        accepted += credentials["access_token"].map { ["Bearer \($0)"] } ?? []
      } else {
        accepted += credentials["token"].map { [Self.basic(email, $0)] } ?? []
      }
    }
    if accepted.contains(header) { return .member }
    return site.admitsStrangers && !isGateway ? .stranger : .refused
  }

  private static func basic(_ user: String, _ password: String) -> String {
    "Basic " + base64(Array("\(user):\(password)".utf8))
  }

  private static func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var text = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      var bits = group.reduce(0) { $0 << 8 | Int($1) }
      bits <<= 8 * (3 - group.count)
      for place in 0..<4 {
        text.append(place <= group.count ? alphabet[bits >> (18 - 6 * place) & 63] : "=")
      }
    }
    return text
  }
}

/// An answer that is an error, in Jira's shape.
struct JiraRefusal: Error, Hashable, Sendable {
  var status: Int
  var messages: [String]

  init(_ status: Int, _ messages: String...) {
    self.status = status
    self.messages = messages
  }

  init(_ error: JQLError) { self.init(400, error.message) }

  static let noIssue = JiraRefusal(
    404, "Issue does not exist or you do not have permission to see it.")

  var response: EmulatedResponse {
    .json(Self.body(messages), status: status, type: "application/json;charset=UTF-8")
  }

  static func body(_ messages: [String]) -> JSONValue {
    .object(["errorMessages": .array(messages.map { .string($0) }), "errors": .object([])])
  }
}

extension JiraEmulator {
  static let searchRemoved = EmulatedResponse.json(
    JiraRefusal.body([
      "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full "
        + "migration guideline is available at "
        + "https://developer.atlassian.com/changelog/#CHANGE-2046"
    ]), status: 410)

  static func notFound(_ request: EmulatedRequest) -> EmulatedResponse {
    .json(
      .object(["message": .string("null for uri: \(request.url)"), "status-code": 404]),
      status: 404)
  }

  static func unauthorized(
    _ site: JiraSite, isGateway: Bool, isCaptchaDue: Bool
  ) -> EmulatedResponse {
    if isGateway {
      return .json(
        .object(["code": 401, "message": "Unauthorized; scope does not match"]), status: 401)
    }
    return .json(
      .object([
        "message": "Client must be authenticated to access this resource.", "status-code": 401,
      ]),
      status: 401,
      headers: [
        NamedValue("WWW-Authenticate", "Basic realm=\"\(site.baseURL)\""),
        NamedValue(
          "X-Seraph-LoginReason",
          isCaptchaDue ? "AUTHENTICATION_DENIED" : "AUTHENTICATED_FAILED"),
      ])
  }

  /// An answer beyond a limit, with every header Jira sends.
  func throttled(policy: String?, limit: Int, at now: Timestamp) -> EmulatedResponse {
    let reason = policy ?? "jira-burst-based"
    // Bursts are counted by the second, quotas by the hour.
    let isQuota = reason.hasPrefix("jira-quota")
    let seconds = isQuota ? 3_600 - Int(now.milliseconds / 1_000 % 3_600) : 1
    let whole = now.milliseconds / 1_000 * 1_000
    let reset = Timestamp(milliseconds: whole).adding(.seconds(seconds))
    return .json(
      JiraRefusal.body(["Rate limit exceeded."]), status: 429,
      headers: [
        NamedValue("Retry-After", String(seconds)),
        NamedValue("X-RateLimit-Limit", String(isQuota ? 65_000 : limit)),
        NamedValue("X-RateLimit-Remaining", "0"),
        NamedValue("X-RateLimit-Reset", reset.description),
        NamedValue("X-RateLimit-NearLimit", "true"),
        NamedValue("RateLimit-Reason", reason),
        NamedValue("Beta-RateLimit-Policy", "\"global-app-quota\";q=65000;w=3600"),
        NamedValue("Beta-RateLimit", "\"global-app-quota\";r=0;t=\(seconds)"),
        NamedValue("Beta-Retry-After", String(seconds)),
      ])
  }

  static func rateHeaders(limit: Int, left: Int, at now: Timestamp) -> [NamedValue] {
    let reset = Timestamp(milliseconds: (now.milliseconds / 1_000 + 1) * 1_000)
    var headers = [
      NamedValue("X-RateLimit-Limit", String(limit)),
      NamedValue("X-RateLimit-Remaining", String(left)),
      NamedValue("X-RateLimit-Reset", reset.description),
    ]
    if left * 5 < limit { headers.append(NamedValue("X-RateLimit-NearLimit", "true")) }
    return headers
  }

  /// Jira's trace IDs are random; these are counted, so that runs can be compared.
  static func traceID(_ number: Int) -> String {
    let hex = String(number, radix: 16)
    return String(repeating: "0", count: max(0, 32 - hex.count)) + hex
  }
}
