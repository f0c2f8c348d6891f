public import DealModel

/// `Authorization: Bearer` with a token that is fetched from a token endpoint and renewed: OAuth 2.0
/// by refresh token or by client credentials.
///
/// Any number of calls that need a token wait for one request. A token is renewed a minute before
/// it ends, and once when the vendor refuses it early. After a refusal by the token endpoint, and
/// after a renewal, nobody asks again for ten seconds: a storm of renewals cannot arise.
public actor OAuthAuthorizer: Authorizer {
  /// Makes the form for one token request; told the refresh token of the last answer, if any.
  public typealias Grant = @Sendable (_ rotated: Secret?) async throws -> [HTTPParameter]

  /// Fetches a token answer: for vendors whose request is more than a form, or whose answer has to be
  /// kept before it is used. Told the refresh token of the last answer, if any.
  public typealias Fetch =
    @Sendable (_ endpoint: TokenEndpoint, _ rotated: Secret?) async throws -> JSONValue

  private let system: SystemName
  private let time: any TimeSource
  private let fetchToken: Fetch
  private var state = TokenState()
  private var fetch: Task<Secret, any Error>?
  private var rotated: Secret?
  private var scopes: [String]?

  /// A token from a grant.
  public init(system: SystemName, time: any TimeSource, grant: @escaping Grant) {
    self.init(system: system, time: time) { endpoint, rotated in
      try await endpoint.post(form: try await grant(rotated)).value
    }
  }

  /// A token from a request of the adapter's own.
  public init(system: SystemName, time: any TimeSource, fetch: @escaping Fetch) {
    self.system = system
    self.time = time
    fetchToken = fetch
  }

  public func authorize(
    _ request: HTTPRequest, through endpoint: TokenEndpoint
  ) async throws -> HTTPRequest {
    let token: Secret
    switch state.need(at: time.now()) {
    case .use(let current): token = current
    case .fail(let error): throw error
    case .fetch: token = try await fetched(through: endpoint)
    }
    var request = request
    request.headers.append(HTTPField("Authorization", "Bearer \(token.revealed())"))
    return request
  }

  public func renew(
    afterRefusalOf request: HTTPRequest, through endpoint: TokenEndpoint
  ) async throws -> Bool {
    let refused = request.headers.last { $0.name == "Authorization" }?.value
    let isCurrent = refused == state.token.map { "Bearer \($0.revealed())" }
    if isCurrent, !state.refuse(at: time.now()) { return false }
    return true
  }

  public func credentialsExpire() async -> Timestamp? { state.ends }

  public func grantedScopes() async -> [String]? { scopes }

  /// A refresh token that the vendor has replaced by then is kept before the process ends.
  public func settle() async { _ = await fetch?.result }

  /// The token of the one request under way, or of a new one.
  private func fetched(through endpoint: TokenEndpoint) async throws -> Secret {
    let running: Task<Secret, any Error>
    if let fetch {
      running = fetch
    } else {
      // Unstructured, so that cancelling one of those who wait does not fail the others.
      running = Task { try await self.ask(endpoint) }
      fetch = running
    }
    return try await Joining.value(of: running)
  }

  private func ask(_ endpoint: TokenEndpoint) async throws -> Secret {
    defer { fetch = nil }
    do {
      let reply = try await fetchToken(endpoint, rotated)
      guard let text = reply["access_token"]?.string, !text.isEmpty else {
        throw SystemError(
          .malformed, system: system,
          message: "The token endpoint of \(system) answered without an access token. Check "
            + "`base_url`.")
      }
      if let refresh = reply["refresh_token"]?.string { rotated = Secret(refresh) }
      scopes = Self.scopes(reply) ?? scopes
      let token = Secret(text)
      let life = Self.seconds(reply["expires_in"])
      state.receive(token, life: life.map { .seconds($0) }, at: time.now())
      return token
    } catch let error as SystemError {
      state.fail(error, at: time.now())
      throw error
    }
  }

  /// `scope`, words in one text (RFC 6749 §5.1), or the list `scopes` that some vendors write.
  private static func scopes(_ reply: JSONValue) -> [String]? {
    if let list = reply["scopes"]?.array { return list.compactMap(\.string) }
    return reply["scope"]?.string?.split(separator: " ").map(String.init)
  }

  /// `expires_in` as the number, or the text of one, that vendors write.
  private static func seconds(_ value: JSONValue?) -> Int? {
    let seconds = value?.integer ?? value?.string.flatMap { Int($0) }
    return seconds.map { min(max($0, 0), 31_536_000) }
  }
}

/// The life of a token, decided without asking anyone.
struct TokenState: Sendable {
  enum Need {
    case use(Secret)
    case fetch
    case fail(SystemError)
  }

  /// How long before its end a token is renewed: a slow call must not outlive it.
  static let margin: Duration = .seconds(60)
  /// How long nobody asks again after an answer of the token endpoint.
  static let calm: Duration = .seconds(10)

  private(set) var token: Secret?
  private(set) var ends: Timestamp?
  private var renewAt: Timestamp?
  private var receivedAt: Timestamp?
  private var failure: (error: SystemError, until: Timestamp)?

  func need(at now: Timestamp) -> Need {
    if let token, renewAt.map({ now < $0 }) ?? true { return .use(token) }
    if let failure, now < failure.until { return .fail(failure.error) }
    return .fetch
  }

  mutating func receive(_ token: Secret, life: Duration?, at now: Timestamp) {
    self.token = token
    receivedAt = now
    ends = life.map { now.adding($0) }
    // A token that lives for less than two margins is renewed at half its life.
    renewAt = life.map { now.adding($0 - min(Self.margin, $0 / 2)) }
    failure = nil
  }

  mutating func fail(_ error: SystemError, at now: Timestamp) {
    // Passing failures have been retried by the port; the scheduler backs off after that.
    guard error.kind == .unauthorized || error.kind == .refused else { return }
    failure = (error, now.adding(Self.calm))
  }

  /// The vendor refused the token; `false` when it is so new that renewing it cannot help.
  mutating func refuse(at now: Timestamp) -> Bool {
    if let receivedAt, now < receivedAt.adding(Self.calm) { return false }
    token = nil
    return true
  }
}
