import DealModel

/// How calls are repeated after a passing failure.
///
/// Before retry n (1, 2, …) the port waits a time drawn evenly from `0 … min(longestDelay,
/// baseDelay × 2^(n − 1))`: exponential backoff with full jitter. With the usual values the upper
/// ends are 0.25 s, 0.5 s, 1 s, 2 s, 4 s, 5 s, 5 s.
public struct RetryPolicy: Hashable, Sendable {
  /// The most exchanges for one call, the first included.
  public var attempts: Int
  /// The upper end of the first wait.
  public var baseDelay: Duration
  /// The upper end of every wait.
  public var longestDelay: Duration
  /// The longest `Retry-After` that is waited out inside a call; a longer one is thrown as
  /// ``SystemError/Kind/throttled(retryAfter:)``.
  public var longestWait: Duration
  /// How many retries in a row the budget of a system allows. Each call that succeeds at once
  /// earns a fifth of a retry back, so that retries stay below a fifth of all calls in the long run.
  public var budget: Int

  /// How calls are repeated.
  public init(
    attempts: Int = 3, baseDelay: Duration = .milliseconds(250),
    longestDelay: Duration = .seconds(5), longestWait: Duration = .seconds(2), budget: Int = 10
  ) {
    self.attempts = attempts
    self.baseDelay = baseDelay
    self.longestDelay = longestDelay
    self.longestWait = longestWait
    self.budget = budget
  }

  /// The wait before a retry, 1 for the first.
  func delay(beforeRetry number: Int, chance: UInt64) -> Duration {
    let doublings = min(max(0, number - 1), 20)
    let ceiling = min(longestDelay, baseDelay * (1 << doublings)).milliseconds
    guard ceiling > 0 else { return .zero }
    // The remainder favours small waits by less than 2^-40 here.
    return .milliseconds(Int64(chance % UInt64(ceiling + 1)))
  }
}

/// What a system's calls may spend on retries: a bucket in fifths of a retry.
struct RetryBudget: Hashable, Sendable {
  private let capacity: Int
  private var fifths: Int

  init(retries: Int) {
    capacity = max(0, retries) * 5
    fifths = capacity
  }

  /// Takes one retry out of the bucket; `false` when there is none.
  mutating func spend() -> Bool {
    guard fifths >= 5 else { return false }
    fifths -= 5
    return true
  }

  /// Whole retries in the bucket.
  var left: Int { fifths / 5 }

  /// Puts back what a call earns that succeeded at once.
  mutating func earn() { fifths = min(capacity, fifths + 1) }
}

/// What became of one exchange that gave no usable answer.
struct AttemptFailure: Hashable, Sendable {
  var error: SystemError
  /// Whether the same call may succeed a moment later.
  var isPassing = false
  /// Whether the vendor refused the credentials themselves.
  var isCredentialRefusal = false
  /// Where the vendor sends us instead; `nil` when it does not.
  var location: String?
}

/// The course of one call over its exchanges: told of each failure, says what to do next.
struct CallProgress: Hashable, Sendable {
  enum Step: Hashable, Sendable {
    case retry(after: Duration)
    case renewCredentials
    case follow(String)
    case fail(SystemError)
  }

  let policy: RetryPolicy
  let method: String
  let home: Origin
  private(set) var url: String
  private var retries = 0
  private var renewals = 0
  private var redirects = 0

  static let mostRedirects = 3

  init(policy: RetryPolicy, method: String, home: Origin, url: String) {
    self.policy = policy
    self.method = method
    self.home = home
    self.url = url
  }

  /// What to do after a failure, with that much time left for the call.
  mutating func step(
    after failure: AttemptFailure, timeLeft: Duration, chance: UInt64, budget: inout RetryBudget
  ) -> Step {
    if let location = failure.location { return follow(location, failure) }
    if failure.isCredentialRefusal {
      renewals += 1
      return renewals == 1 ? .renewCredentials : .fail(failure.error)
    }
    guard failure.isPassing, retries + 1 < policy.attempts else { return .fail(failure.error) }
    var delay = policy.delay(beforeRetry: retries + 1, chance: chance)
    if case .throttled(let after?) = failure.error.kind {
      // What the vendor asks for is a minimum; jitter on top keeps calls from returning together.
      guard after <= policy.longestWait else { return .fail(failure.error) }
      delay += after
    }
    guard delay < timeLeft, budget.spend() else { return .fail(failure.error) }
    retries += 1
    return .retry(after: delay)
  }

  /// Whether nothing had to be repeated so far.
  var isUntroubled: Bool { retries == 0 }

  private mutating func follow(_ location: String, _ failure: AttemptFailure) -> Step {
    redirects += 1
    guard method == "GET", let target = BaseURL.resolve(location, from: url),
      BaseURL.origin(of: target) == home, redirects <= Self.mostRedirects
    else { return .fail(failure.error) }
    url = target
    return .follow(target)
  }
}
