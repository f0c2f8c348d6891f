import DealModel

/// Who may ask: a personal access token, or access tokens that an app gets for its refresh token.
struct AsanaAccess: Sendable {
  /// On whose behalf a request is made.
  enum Caller: Hashable, Sendable {
    case person
    /// An app, by its client ID.
    case app(String)
  }

  private static let life = Duration.seconds(3_600)

  private let credentials: [String: String]
  private let system: SystemName
  private var tokens: [String: Timestamp] = [:]
  private var issued = 0
  private var isTokenDead = false

  /// - Throws: ``SandboxError`` when there is nothing to log in with.
  init(_ environment: EmulatorEnvironment) throws(SandboxError) {
    credentials = environment.credentials
    system = environment.system
    let ofApp = ["client_id", "client_secret", "refresh_token"]
    guard credentials["token"] != nil || ofApp.allSatisfy({ credentials[$0] != nil }) else {
      throw SandboxError(
        "`credentials` of `\(system)` need `token`, or `client_id`, `client_secret` and "
          + "`refresh_token`")
    }
  }

  mutating func expire() {
    tokens = [:]
    isTokenDead = true
  }

  mutating func mend() { isTokenDead = false }

  /// Who asks; `nil` for nobody.
  func caller(of request: EmulatedRequest, at now: Timestamp) -> Caller? {
    guard let given = request.bearerToken else { return nil }
    if let token = credentials["token"], given == token { return isTokenDead ? nil : .person }
    guard let ends = tokens[given], now < ends else { return nil }
    return .app(credentials["client_id"] ?? "")
  }

  /// The answer of the token endpoint to a form.
  ///
  /// - Parameter user: The user whose consent the app has, whole.
  mutating func grant(
    for request: EmulatedRequest, user: JSONValue, at now: Timestamp
  ) -> EmulatedResponse {
    let form = request.form
    guard let client = credentials["client_id"], form["client_id"] == client,
      let secret = credentials["client_secret"], form["client_secret"] == secret
    else { return Self.refusal(401, "invalid_client", "The client credentials are not valid.") }
    guard form["grant_type"] == "refresh_token" else {
      return Self.refusal(
        400, "unsupported_grant_type", "The grant type is not supported here: refresh_token.")
    }
    guard form["refresh_token"] == credentials["refresh_token"] else {
      return Self.refusal(400, "invalid_grant", "The refresh token is not valid.")
    }
    issued += 1
    let token = "1/\(system)/access\(issued)"
    tokens[token] = now.adding(Self.life)
    return AsanaAnswers.json(
      .object([
        "access_token": .string(token), "token_type": "bearer",
        "expires_in": .integer(Self.life.milliseconds / 1_000),
        "data": .object([
          "gid": .string(user.gid), "name": user["name"] ?? "", "email": user["email"] ?? .null,
        ]),
      ]))
  }

  private static func refusal(
    _ status: Int, _ error: String, _ description: String
  ) -> EmulatedResponse {
    AsanaAnswers.json(
      .object(["error": .string(error), "error_description": .string(description)]),
      status: status)
  }
}
