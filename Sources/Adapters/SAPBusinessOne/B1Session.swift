import AdapterKit
import DealModel

/// A session at the Service Layer: opened by a login, kept by its cookies, ended by a logout.
///
/// A session holds a licence until it is ended or has been idle for as long as the login said, so
/// there is never more than one, whoever waits for it, and none is opened once ``close()`` was
/// called. After a refused login the same user and password rest for five minutes: Business One locks
/// users that fail too often.
///
/// Source: "Working with SAP Business One Service Layer", chapter 3.1.
actor B1Session: Authorizer {
  /// How long a refused pair of user and password is not sent again.
  static let calm = Duration.seconds(300)
  /// A session that is refused sooner was not lost by idling: another would be refused as well.
  static let youth = Duration.seconds(10)
  /// How long no other session is opened after that: each may hold a licence.
  static let rest = Duration.seconds(60)

  private let system: ConfiguredSystem
  private let secrets: any SecretReader
  private let time: any TimeSource
  private var current: OpenSession?
  private var login: Task<OpenSession, any Error>?
  /// User and password of the last login.
  private var credentials = Secret("")
  private var refusal: (credentials: Secret, error: SystemError, until: Timestamp)?
  private var isClosing = false

  init(_ context: AdapterContext) {
    system = context.system
    secrets = context.secrets
    time = context.time
  }

  func authorize(
    _ request: HTTPRequest, through endpoint: TokenEndpoint
  ) async throws -> HTTPRequest {
    let now = time.now()
    if let current, current.isOver(at: now) { self.current = nil }
    let session: OpenSession
    if let current { session = current } else { session = try await opened(through: endpoint) }
    current?.usedAt = now
    var request = request
    request.headers.append(HTTPField("Cookie", session.cookies.revealed()))
    return request
  }

  func renew(
    afterRefusalOf request: HTTPRequest, through endpoint: TokenEndpoint
  ) async throws -> Bool {
    let refused = request.headers.last { $0.name == "Cookie" }?.value
    guard let current, refused == current.cookies.revealed() else { return !isClosing }
    self.current = nil
    let now = time.now()
    if current.openedAt.duration(to: now) < Self.youth {
      refusal = (credentials, shortLived, now.adding(Self.rest))
      return false
    }
    return !isClosing
  }

  /// Opens no further session, and waits a moment for a login that is under way.
  ///
  /// - Returns: Whether there is a session to end.
  func beginClosing() async -> Bool {
    isClosing = true
    if let login { _ = try? await login.value }
    return current != nil
  }

  /// The session was ended.
  func end() { current = nil }

  /// The session of the one login under way, or of a new one.
  private func opened(through endpoint: TokenEndpoint) async throws -> OpenSession {
    if let login { return try await Joining.value(of: login) }
    guard !isClosing else {
      throw SystemError(
        .unavailable, system: system.name, message: "\(system.name) is not asked any more.")
    }
    // Unstructured, so that cancelling one of those who wait neither fails the others nor leaves a
    // session behind whose cookies nobody has.
    let task = Task { try await self.logIn(through: endpoint) }
    login = task
    return try await Joining.value(of: task)
  }

  private func logIn(through endpoint: TokenEndpoint) async throws -> OpenSession {
    defer { login = nil }
    let user = try await secret("user")
    let password = try await secret("password")
    let credentials = Secret("\(user.revealed())\u{0}\(password.revealed())")
    if let refusal, refusal.credentials.revealed() == credentials.revealed(),
      time.now() < refusal.until
    {
      throw refusal.error
    }
    self.credentials = credentials
    do {
      let reply = try await endpoint.post(
        json: [
          "CompanyDB": .string(system.settings.text("company_db") ?? ""),
          "UserName": .string(user.revealed()), "Password": .string(password.revealed()),
        ])
      guard let session = OpenSession(reply, at: time.now()) else { throw unreadable }
      current = session
      refusal = nil
      return session
    } catch let error as SystemError {
      if error.kind == .unauthorized || error.kind == .refused {
        refusal = (credentials, error, time.now().adding(Self.calm))
      }
      throw error
    }
  }

  private func secret(_ key: String) async throws -> Secret {
    guard let source = system.settings.secret(key) else {
      throw SystemError(
        .refused, system: system.name, message: "systems.\(system.name) has no `\(key)`.")
    }
    return try await secrets.secret(from: source, for: system.name)
  }

  private var shortLived: SystemError {
    SystemError(
      .unauthorized, system: system.name,
      message: "\(system.name) (SAP Business One) let us in and refused the session at once, so no "
        + "other is opened for a minute. A load balancer has to give the cookie ROUTEID, or "
        + "`base_url` has to name one node.")
  }

  private var unreadable: SystemError {
    SystemError(
      .malformed, system: system.name,
      message: "The login at \(system.name) (SAP Business One) was answered without a session. "
        + "Check `base_url`, and whether a proxy stands in between.")
  }
}

/// A session that was opened.
struct OpenSession: Sendable {
  /// The `Cookie` header.
  let cookies: Secret
  let openedAt: Timestamp
  var usedAt: Timestamp
  private let timeout: Duration

  /// The session that a login's answer opened; `nil` when it opened none.
  init?(_ reply: JSONReply, at now: Timestamp) {
    guard let id = reply.value["SessionId"]?.string, !id.isEmpty else { return nil }
    var pairs = Self.cookies(in: reply.headers)
    if !pairs.contains(where: { $0.hasPrefix("B1SESSION=") }) {
      pairs.insert("B1SESSION=\(id)", at: 0)
    }
    cookies = Secret(pairs.joined(separator: "; "))
    openedAt = now
    usedAt = now
    let minutes = reply.value["SessionTimeout"]?.integer ?? 30
    timeout = .seconds(min(max(minutes, 1), 1_440) * 60)
  }

  /// Whether it has certainly ended by idling: a minute is left for what was on its way.
  func isOver(at now: Timestamp) -> Bool { usedAt.duration(to: now) > timeout + .seconds(60) }

  /// `name=value` of each cookie. The session's own has no path and a stray semicolon behind it,
  /// which strict readers of cookies drop.
  static func cookies(in headers: [HTTPField]) -> [String] {
    headers.filter { $0.name.lowercased() == "set-cookie" }.compactMap { header in
      let pair = header.value.prefix { $0 != ";" }.filter { $0 != " " }
      guard let equals = pair.firstIndex(of: "="), equals != pair.startIndex else { return nil }
      return String(pair)
    }
  }
}
