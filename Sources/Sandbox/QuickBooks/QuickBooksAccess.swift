internal import DealModel

/// The tokens and limits of one app at one company.
struct QuickBooksAccess: Sendable {
  /// How long an access token lives.
  static let tokenLife: Duration = .seconds(3_600)
  /// How long a refresh token lives without being used, in seconds.
  static let refreshLife = 8_726_400

  /// What the token endpoint says.
  enum Grant: Hashable, Sendable {
    case tokens(access: String, refresh: String)
    case invalidClient
    case invalidGrant
    case unsupportedGrant
  }

  private let system: SystemName
  private let clientID: String
  private let clientSecret: String
  /// How often a refresh token may be used before another takes its place; `nil` for always.
  private let refreshUses: Int?
  private let perSecond: Int?
  private let perMinute: Int?
  private var refreshToken: String
  /// One taken back that opens once more beside it.
  private var reopened: String?
  private var uses = 0
  /// Taken back, the latest last.
  private var retired: [String] = []
  private var issued = 0
  private var accessTokens: [String: Timestamp] = [:]
  private var calls: [Timestamp] = []

  /// - Throws: ``SandboxError`` when a credential is missing.
  init(_ environment: EmulatorEnvironment) throws(SandboxError) {
    let credentials = environment.credentials
    for key in ["client_id", "client_secret", "refresh_token"] where credentials[key] == nil {
      throw SandboxError("`credentials` of `\(environment.system)` lack `\(key)`")
    }
    system = environment.system
    clientID = credentials["client_id"] ?? ""
    clientSecret = credentials["client_secret"] ?? ""
    refreshToken = credentials["refresh_token"] ?? ""
    refreshUses = environment.limits.limit("refresh_token_uses", standard: 1)
    perSecond = environment.limits.limit("per_second", standard: 10)
    perMinute = environment.limits.limit("per_minute", standard: 500)
  }

  mutating func grant(for request: EmulatedRequest, at now: Timestamp) -> Grant {
    guard let login = request.basicLogin, login == (clientID, clientSecret) else {
      return .invalidClient
    }
    guard request.form["grant_type"] == "refresh_token" else { return .unsupportedGrant }
    guard let given = request.form["refresh_token"], given == refreshToken || given == reopened
    else { return .invalidGrant }
    issued += 1
    let access = "eyJlbmMi.\(system).access.\(issued)"
    accessTokens[access] = now.adding(Self.tokenLife)
    uses += 1
    if let refreshUses, uses >= refreshUses {
      retired.append(given)
      reopened = nil
      refreshToken = "AB11\(system)\(issued)"
      uses = 0
    }
    return .tokens(access: access, refresh: refreshToken)
  }

  func isAllowed(_ request: EmulatedRequest, at now: Timestamp) -> Bool {
    request.bearerToken.flatMap { accessTokens[$0] }.map { now < $0 } ?? false
  }

  /// Counts a call, unless it is one too many.
  mutating func admits(at now: Timestamp) -> Bool {
    calls.removeAll { $0 <= now.adding(.seconds(-60)) }
    let recent = calls.count { $0 > now.adding(.seconds(-1)) }
    if let perSecond, recent >= perSecond { return false }
    if let perMinute, calls.count >= perMinute { return false }
    calls.append(now)
    return true
  }

  mutating func expireTokens() { accessTokens = [:] }

  /// What connecting anew does: the token last taken back opens again, if its client lost the next;
  /// a client that kept the next may go on with that.
  mutating func mend() {
    guard let last = retired.popLast() else { return }
    reopened = last
    uses = 0
  }
}
