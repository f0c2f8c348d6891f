import AdapterKit
import DealModel

/// Credentials as the configuration describes them.
struct RESTAccess {
  let authorizer: any Authorizer
  let tokenEndpoint: HTTPPortSettings.TokenAddress?
  /// The query parameter that takes the token, where that is how it is sent.
  let parameter: RESTSecret?
  /// What takes the place of `{secret}` in a body, where that is how it is sent.
  let bodySecret: RESTSecret?

  init(_ context: AdapterContext) throws {
    let system = context.system.name
    let auth = context.system.settings.group("auth") ?? SystemSettings()
    let fault = RESTFault(system: system)
    let type = auth.text("type") ?? "none"
    func secret(_ key: String) throws -> SecretSource {
      guard let source = auth.secret(key) else {
        throw fault.settings("`auth` of type \(type) has no `\(key)`", "say where it is kept")
      }
      return source
    }
    func name() throws -> String {
      let name = auth.text("name") ?? ""
      guard !name.isEmpty, !name.contains(where: { $0 == ":" || $0.isWhitespace }) else {
        throw fault.settings(
          "`auth` of type \(type) has no `name`", "name the header or parameter that takes it")
      }
      return name
    }
    var parameter: RESTSecret?
    var bodySecret: RESTSecret?
    switch type {
    case "bearer":
      authorizer = BearerAuthorizer(
        token: try secret("token"), system: system, secrets: context.secrets)
    case "basic":
      authorizer = BasicAuthorizer(
        user: try secret("user"), password: try secret("password"), system: system,
        secrets: context.secrets)
    case "header":
      authorizer = HeaderAuthorizer(
        name: try name(), prefix: auth.text("prefix").map { $0 + " " } ?? "",
        token: try secret("token"), system: system, secrets: context.secrets)
    case "query":
      authorizer = NoAuthorizer()
      parameter = RESTSecret(
        name: try name(), source: try secret("token"), system: system, secrets: context.secrets)
    case "body":
      authorizer = NoAuthorizer()
      bodySecret = RESTSecret(
        name: "secret", source: try secret("token"), system: system, secrets: context.secrets)
    case "client_credentials", "refresh_token":
      authorizer = try Self.oauth(type, auth, secret, context)
    default: authorizer = NoAuthorizer()
    }
    self.parameter = parameter
    self.bodySecret = bodySecret
    tokenEndpoint = try Self.endpoint(type, auth, fault)
  }

  private static func endpoint(
    _ type: String, _ auth: SystemSettings, _ fault: RESTFault
  ) throws -> HTTPPortSettings.TokenAddress? {
    guard type == "client_credentials" || type == "refresh_token" else { return nil }
    guard let text = auth.text("token_url") else {
      throw fault.settings(
        "`auth` of type \(type) has no `token_url`", "say where access tokens are fetched")
    }
    do { return .url(try BaseURL(text)) } catch {
      throw fault.settings("`auth.token_url` \(error.reason)", "mend it")
    }
  }

  private static func oauth(
    _ type: String, _ auth: SystemSettings, _ secret: (String) throws -> SecretSource,
    _ context: AdapterContext
  ) throws -> OAuthAuthorizer {
    let (client, key) = (try secret("client_id"), try secret("client_secret"))
    let refresh = type == "refresh_token" ? try secret("refresh_token") : nil
    let (secrets, system, scope) = (context.secrets, context.system.name, auth.text("scope"))
    @Sendable func form(_ token: Secret?) async throws -> [HTTPParameter] {
      var form = [HTTPParameter("grant_type", type)]
      let id = try await secrets.secret(from: client, for: system)
      let password = try await secrets.secret(from: key, for: system)
      form += [
        HTTPParameter("client_id", id.revealed()),
        HTTPParameter("client_secret", password.revealed()),
      ]
      if let token { form.append(HTTPParameter("refresh_token", token.revealed())) }
      if let scope { form.append(HTTPParameter("scope", scope)) }
      return form
    }
    guard let refresh else {
      return OAuthAuthorizer(system: system, time: context.time) { _ in try await form(nil) }
    }
    let program = auth.texts("keep_refresh_token")
    guard !program.isEmpty || refresh.isFile else {
      // A vendor that hands out another one expects that from then on.
      return OAuthAuthorizer(system: system, time: context.time) { rotated in
        if let rotated { return try await form(rotated) }
        return try await form(try await secrets.secret(from: refresh, for: system))
      }
    }
    let kept = try RotatingSecret(
      refresh, program: program, isReplacedAlways: !program.isEmpty, name: "auth.refresh_token",
      system: system, secrets: secrets, time: context.time)
    return OAuthAuthorizer(system: system, time: context.time) { endpoint, _ in
      try await kept.exchange { current in
        let answer = try await endpoint.post(form: try await form(current)).value
        return (answer, answer["refresh_token"]?.string.map { Secret($0) })
      }
    }
  }
}

/// Nothing is put on a request.
private struct NoAuthorizer: Authorizer {
  func authorize(
    _ request: HTTPRequest, through endpoint: TokenEndpoint
  ) async throws -> HTTPRequest { request }
}

/// A token that a vendor wants in the query or in the body: read once, and again after a refusal.
actor RESTSecret {
  /// The parameter or gap that takes it.
  nonisolated let name: String
  private let source: SecretSource
  private let system: SystemName
  private let secrets: any SecretReader
  private var secret: Secret?

  init(name: String, source: SecretSource, system: SystemName, secrets: any SecretReader) {
    self.name = name
    self.source = source
    self.system = system
    self.secrets = secrets
  }

  func revealed() async throws -> String {
    if let secret { return secret.revealed() }
    let current = try await secrets.secret(from: source, for: system)
    secret = current
    return current.revealed()
  }

  func forget() { secret = nil }
}

extension RESTAdapter {
  /// The port with credentials, limits and errors.
  static func port(_ context: AdapterContext, _ access: RESTAccess) throws -> HTTPPort {
    let system = context.system
    let settings = system.settings
    let limits = settings.groups("rate_limits").compactMap { limit -> RateLimit? in
      guard let calls = limit.integer("calls"), let window = limit.duration("per") else {
        return nil
      }
      return RateLimit(calls, per: window)
    }
    var port = HTTPPortSettings(
      system: system.name, vendor: settings.text("vendor") ?? "REST",
      baseURL: try system.baseURL(default: ""), authorizer: access.authorizer,
      tokenEndpoint: access.tokenEndpoint, readingPosts: Set(settings.texts("reading_posts")),
      errors: try errors(of: system), rateLimits: limits,
      concurrency: settings.integer("concurrency") ?? 4, callDeadline: system.callDeadline,
      requestIDHeader: settings.text("request_id_header"),
      callsLeftHeader: settings.text("calls_left_header"))
    if let failure = settings.path("failure_in_success") {
      port.hiddenStatus = { hiddenStatus(of: $0, failure) }
    }
    return HTTPPort(port, in: context)
  }

  /// 200 for a body that holds a failure; `nil` for any other.
  private static func hiddenStatus(of body: [UInt8], _ failure: JSONPath) -> Int? {
    // Failures are small, and name what they have before any value of it.
    let name = failure.plainSteps?.first.map { Array("\"\($0)\"".utf8) } ?? []
    guard body.count <= 1 << 20, name.isEmpty || body.contains(name),
      let found = try? failure.find(in: JSONValue(parsing: body)).first
    else { return nil }
    return found.isNull || found == .bool(false) ? nil : 200
  }

  /// What errors mean, by the configuration: the more particular first.
  private static func errors(of system: ConfiguredSystem) throws -> ErrorTable {
    let settings = system.settings
    var codePaths: [[String]] = []
    for text in settings.texts("error_codes") {
      guard let steps = JSONPath(text)?.plainSteps else {
        throw RESTFault(system: system.name).settings(
          "`error_codes` has a path that searches, \(VisibleText(text))",
          "write names and indexes only")
      }
      codePaths.append(steps)
    }
    let rules = settings.groups("errors").map { rule in
      ErrorTable.Rule(
        rule.integer("status") ?? 0, code: rule.text("code"),
        kind(rule.text("means"), link: system.link),
        rule.text("message") ?? usual(rule.text("means")))
    }
    return ErrorTable(
      codePaths: codePaths,
      rules: rules.filter { $0.code != nil } + rules.filter { $0.code == nil })
  }

  static func kind(_ word: String?, link: String) -> SystemError.Kind {
    switch word {
    case "unauthorized": .unauthorized
    case "throttled": .throttled(retryAfter: nil)
    case "unavailable": .unavailable
    case "drifted": .drifted(field: link)
    case "malformed": .malformed
    default: .refused
    }
  }

  private static func usual(_ word: String?) -> String {
    switch word {
    case "unauthorized": "The credentials were refused or lack a permission. Check or renew them."
    case "throttled": "It asks for patience; calls slow down by themselves."
    case "unavailable": "That is a failure on its side; it is asked again by itself."
    case "drifted": "A property that the request names is gone. Restore it, or mend `link`."
    case "malformed": "The answer cannot be used."
    default: "The request was not accepted."
    }
  }
}

extension SecretSource {
  fileprivate var isFile: Bool { if case .file = self { true } else { false } }
}
