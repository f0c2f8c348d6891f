import DealModel

/// Who may call: the private-app token, or access tokens won with a refresh token.
struct HubSpotAccess: Sendable {
  /// Who calls, which decides the limits.
  enum Caller: Sendable { case privateApp, publicApp }

  /// The scopes granted; `nil` for all.
  let scopes: Set<String>?
  /// The account, in answers of the token endpoint.
  let portal: JSONValue
  private let privateToken: String?
  private let client: (id: String, secret: String, refreshToken: String)?
  private var accessTokens: [String: Timestamp] = [:]
  private var privateExpiry: Timestamp?
  private var issued = 0

  /// Every scope the sandbox checks.
  static let readScopes = Set(HubSpotObjectType.all.map(\.scope) + ["crm.objects.owners.read"])

  /// How long an access token lives.
  static let lifetime = Duration.seconds(1_800)

  /// - Throws: ``SandboxError`` when the credentials are of neither kind.
  init(
    credentials: [String: String], scopes: Set<String>?, portal: JSONValue, system: SystemName
  ) throws(SandboxError) {
    self.scopes = scopes
    self.portal = portal
    privateToken = credentials["token"]
    if let id = credentials["client_id"], let secret = credentials["client_secret"],
      let refreshToken = credentials["refresh_token"]
    {
      client = (id, secret, refreshToken)
    } else {
      client = nil
    }
    guard privateToken != nil || client != nil else {
      throw SandboxError(
        "`\(system)` needs the credential `token`, or `client_id`, `client_secret` and "
          + "`refresh_token`", at: "company.yaml")
    }
  }

  /// Whom that token belongs to.
  func caller(
    bearing token: String?, at now: Timestamp
  ) throws(HubSpotFailure) -> Caller {
    guard let token else { throw .invalidAuthentication }
    if token == privateToken {
      if let privateExpiry { throw .expiredAuthentication(since: privateExpiry, now: now) }
      return .privateApp
    }
    guard let expiry = accessTokens[token] else { throw .invalidAuthentication }
    guard now < expiry else { throw .expiredAuthentication(since: expiry, now: now) }
    return .publicApp
  }

  /// Whether that scope was granted.
  func grants(_ scope: String) -> Bool { scopes?.contains(scope) ?? true }

  /// Every token in use is expired from now on.
  mutating func expire(at now: Timestamp) {
    for token in accessTokens.keys { accessTokens[token] = min(accessTokens[token] ?? now, now) }
    privateExpiry = now
  }

  /// The private-app token, which cannot be renewed by its holder, is valid again.
  mutating func mend() { privateExpiry = nil }

  /// The token endpoint's answer to a form.
  mutating func exchange(
    _ form: [NamedValue], at now: Timestamp, correlation: String
  ) -> EmulatedResponse {
    func refusal(_ error: String, _ status: String, _ message: String) -> EmulatedResponse {
      .json(
        .object([
          "error": .string(error), "error_description": .string(message),
          "status": .string(status), "message": .string(message),
          "correlationId": .string(correlation),
        ]), status: 400)
    }
    guard form["grant_type"] == "refresh_token" else {
      return refusal("unsupported_grant_type", "BAD_GRANT_TYPE", "missing or unknown grant type")
    }
    guard let client, form["client_id"] == client.id, form["client_secret"] == client.secret else {
      return refusal("invalid_client", "BAD_CLIENT_ID", "missing or unknown client id")
    }
    guard form["refresh_token"] == client.refreshToken else {
      return refusal("invalid_grant", "BAD_REFRESH_TOKEN", "missing or unknown refresh token")
    }
    issued += 1
    let token = "sandbox-access-\(issued)"
    accessTokens[token] = now.adding(Self.lifetime)
    return .json(
      .object([
        "token_type": "bearer", "access_token": .string(token),
        "refresh_token": .string(client.refreshToken),
        "expires_in": .integer(Self.lifetime.components.seconds), "hub_id": portal,
        "scopes": .array((scopes ?? Self.readScopes).sorted().map { .string($0) }),
      ]))
  }

  /// What a private app's token is and may do: `POST /oauth/v2/private-apps/get/access-token-info`.
  func privateAppToken(_ body: JSONValue) throws(HubSpotFailure) -> EmulatedResponse {
    guard let key = body["tokenKey"]?.string else { throw .invalid("tokenKey is missing") }
    guard key == privateToken else { throw .notFound }
    return .json(
      .object([
        "userId": 0, "hubId": portal, "appId": 1,
        "scopes": .array((scopes ?? Self.readScopes).sorted().map { .string($0) }),
      ]))
  }

  /// The introspection endpoint's answer to a form.
  func introspection(_ form: [NamedValue], at now: Timestamp) -> EmulatedResponse {
    guard let token = form["token"], let expiry = accessTokens[token], now < expiry else {
      return .json(["active": false])
    }
    return .json(
      .object([
        "active": true, "token_use": "access_token", "hub_id": portal,
        "expires_in": .integer(now.duration(to: expiry).components.seconds),
      ]))
  }
}
