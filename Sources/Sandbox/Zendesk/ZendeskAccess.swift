internal import DealModel

/// Who may read what: OAuth tokens with their scopes, and API tokens for as long as there are any.
struct ZendeskAccess: Sendable {
  enum Verdict: Hashable, Sendable {
    case allowed
    case anonymous
    case refused
    case invalidToken
    case forbidden
  }

  private struct Token: Hashable, Sendable {
    var scopes: Set<String>
    var ends: Timestamp?
  }

  private let credentials: [String: String]
  private let system: SystemName
  private var tokens: [String: Token] = [:]
  private var refreshToken: String?
  private var issued = 0
  private var isAPITokenDead = false

  /// After this day no API token opens anything.
  private static let lastDayOfAPITokens = CalendarDate("2027-04-30")

  /// - Throws: ``SandboxError`` when there is nothing to log in with.
  init(_ environment: EmulatorEnvironment) throws(SandboxError) {
    credentials = environment.credentials
    system = environment.system
    let isOAuth = credentials["client_id"] != nil && credentials["client_secret"] != nil
    guard isOAuth || credentials["email"] != nil && credentials["token"] != nil else {
      throw SandboxError(
        "`credentials` of `\(system)` need `client_id` and `client_secret`, or `email` and `token`")
    }
    refreshToken = credentials["refresh_token"]
  }

  mutating func expire() {
    tokens = [:]
    isAPITokenDead = true
  }

  mutating func mend() { isAPITokenDead = false }

  func verdict(on request: EmulatedRequest, resource: String, at now: Timestamp) -> Verdict {
    if let bearer = request.bearerToken {
      guard let token = tokens[bearer], token.ends.map({ now < $0 }) ?? true else {
        return .invalidToken
      }
      let family = resource == "users" ? "users" : "tickets"
      return token.scopes.isDisjoint(with: ["read", "\(family):read"]) ? .forbidden : .allowed
    }
    guard request.header("authorization") != nil else { return .anonymous }
    guard let login = request.basicLogin, let email = credentials["email"],
      let token = credentials["token"], login == ("\(email)/token", token), !isAPITokenDead,
      Self.lastDayOfAPITokens.map({ now.date <= $0 }) ?? true
    else { return .refused }
    return .allowed
  }

  // MARK: Tokens

  /// The answer of the token endpoint, to JSON or to a form.
  mutating func grant(for request: EmulatedRequest, at now: Timestamp) -> EmulatedResponse {
    let isJSON = request.header("content-type")?.contains("json") ?? false
    let document = isJSON ? try? request.json() : nil
    func field(_ name: String) -> String? {
      document.map { $0[name]?.string } ?? request.form[name]
    }
    guard let client = credentials["client_id"], field("client_id") == client,
      let secret = credentials["client_secret"], field("client_secret") == secret
    else {
      return Self.refusal(
        401, "invalid_client", "Client authentication failed due to unknown client")
    }
    let life = document?["expires_in"]?.integer ?? request.form["expires_in"].flatMap { Int($0) }
    if let life, !(300...172_800).contains(life) {
      return Self.refusal(400, "invalid_request", "expires_in must be from 300 to 172800")
    }
    let isRefresh = field("grant_type") == "refresh_token"
    guard isRefresh || field("grant_type") == "client_credentials" else {
      return Self.refusal(400, "unsupported_grant_type", "The grant type is not supported")
    }
    if isRefresh {
      guard let refreshToken, field("refresh_token") == refreshToken else {
        return Self.refusal(400, "invalid_grant", "The refresh token is invalid")
      }
      // With a new pair the old one is dead at once.
      tokens = [:]
    }
    issued += 1
    let access = "\(system)0a1b2c3d\(issued)"
    // A list is taken without a word, and then grants nothing.
    let isList = document?["scope"]?.array != nil
    let scope = isList ? "" : field("scope") ?? "read"
    tokens[access] = Token(
      scopes: Set(scope.split(separator: " ").map(String.init)),
      ends: life.map { now.adding(.seconds($0)) })
    var members: [JSONValue.Member] = [
      .init("access_token", .string(access)), .init("token_type", "bearer"),
      .init("scope", .string(scope)),
    ]
    if let life { members.append(.init("expires_in", .integer(life))) }
    if isRefresh {
      let next = "\(system)refresh\(issued)"
      refreshToken = next
      members.append(.init("refresh_token", .string(next)))
    }
    return .json(.object(members))
  }

  private static func refusal(
    _ status: Int, _ error: String, _ description: String
  ) -> EmulatedResponse {
    .json(
      .object(["error": .string(error), "error_description": .string(description)]),
      status: status)
  }
}
