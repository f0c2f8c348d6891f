internal import DealModel

/// Who is let in: by user and password with every request, or by a session that was begun with them.
///
/// Source: `authorization` and `user_id` in trytond's `protocols/wrappers.py`, `get_login` in
/// `res/user.py`, `check` in `ir/session.py`.
struct TrytonAccess: Sendable {
  enum Verdict: Hashable, Sendable {
    case user(Int)
    case refused
    /// Too many attempts failed.
    case limited
  }

  private let user: String
  private let password: String
  /// How many attempts of one login may fail within ``timeout`` before it has to wait.
  private let attempts: Int?
  private var failures: [String: [Timestamp]] = [:]
  /// Key → when the session began.
  private var sessions: [String: Timestamp] = [:]
  private var begun = 0
  private var isPasswordDead = false

  /// `timeout` of the section `session`.
  private static let timeout = Duration.seconds(300)
  /// `max_age` of the section `session`.
  private static let longest = Duration.seconds(30 * 86_400)

  /// - Throws: ``SandboxError`` when there is nobody to let in.
  init(_ environment: EmulatorEnvironment) throws(SandboxError) {
    guard let user = environment.credentials["user"],
      let password = environment.credentials["password"]
    else {
      throw SandboxError("`credentials` of `\(environment.system)` need `user` and `password`")
    }
    self.user = user
    self.password = password
    attempts = environment.limits.limit("attempts", standard: 5)
  }

  /// The password is changed, which ends every session too.
  mutating func expire() {
    isPasswordDead = true
    sessions = [:]
  }

  mutating func mend() {
    isPasswordDead = false
    failures = [:]
  }

  // MARK: Requests

  /// What becomes of a request; `nil` for one that brings no credentials.
  mutating func verdict(
    on request: EmulatedRequest, id: Int, at now: Timestamp
  ) -> Verdict? {
    if let login = request.basicLogin { return enter(login.user, login.password, id: id, at: now) }
    guard let header = request.header("authorization") else { return nil }
    let words = header.split(separator: " ")
    guard words.count == 2, words[0].lowercased() == "session",
      let decoded = EmulatedRequest.decoded(base64: words[1])
    else { return .refused }
    let parts = decoded.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, Int(parts[1]) == id, let began = sessions[parts[2]] else {
      return .refused
    }
    guard began.duration(to: now) < Self.longest else {
      sessions[parts[2]] = nil
      return .refused
    }
    return .user(id)
  }

  /// Holds a login against the password. A failure is remembered, a success forgets them.
  private mutating func enter(
    _ login: String, _ secret: String, id: Int, at now: Timestamp
  ) -> Verdict {
    let recent = (failures[login] ?? []).filter { $0.duration(to: now) <= Self.timeout }
    failures[login] = recent
    if let attempts, recent.count > attempts {
      failures[login, default: []].append(now)
      return .limited
    }
    guard login == user, secret == password, !isPasswordDead else {
      failures[login, default: []].append(now)
      return .refused
    }
    failures[login] = nil
    return .user(id)
  }

  // MARK: Sessions

  /// Begins a session.
  ///
  /// - Returns: Its key, or why there is none.
  mutating func begin(
    _ login: String, _ secret: String, id: Int, at now: Timestamp
  ) -> (key: String?, verdict: Verdict) {
    let verdict = enter(login, secret, id: id, at: now)
    guard case .user = verdict else { return (nil, verdict) }
    begun += 1
    let number = String(begun, radix: 16)
    let key = String(repeating: "5e", count: 28) + String(repeating: "0", count: 8 - number.count)
    sessions[key + number] = now
    return (key + number, verdict)
  }

  mutating func end(_ request: EmulatedRequest) {
    guard let header = request.header("authorization"),
      let decoded = EmulatedRequest.decoded(base64: header.split(separator: " ").last ?? "")
    else { return }
    if let key = decoded.split(separator: ":").last { sessions[String(key)] = nil }
  }
}
