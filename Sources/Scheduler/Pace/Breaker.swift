import DealModel

/// Whether a system may be asked, and when again after failures. It slows down and never stops,
/// unless a person isolates the system.
///
/// A struct that decides; the engine acts. Failures of the system as a whole (no answer, throttled,
/// unauthorized) hold back every question; failures of one question (malformed, drifted, refused)
/// hold back that question only.
///
/// After the *n*th failure in a row the wait is a random part of `min(60 s, 1 s × 2^(n-1))`, at
/// least a quarter of it: full jitter with a floor, so that a broken system is not hammered.
///
///     failure   1     2     3     4     5     6     7 …
///     at most   1 s   2 s   4 s   8 s  16 s  32 s  60 s
///
/// A vendor's own `Retry-After` is obeyed when it is longer. It opens
/// - on the third failure in a row,
/// - on the first that the next call would meet as well: credentials refused, patience asked for,
/// - when fewer than half of the last twenty calls were answered, eight at least.
///
/// While it is open nothing is asked. When the wait is over it is half-open: one call at a time tries
/// whether the system is back. One answer closes it; two in a row where the share of answers had
/// opened it. The numbers are those of a program that makes a few calls a minute, not thousands.
struct Breaker: Hashable, Sendable {
  /// What a system is asked.
  enum Question: Hashable, Sendable {
    case records(RecordKind)
    case index
    case changes
    case links
    case history
    case probe
    case flows
  }

  /// What a wait holds back.
  private struct Wait: Hashable, Sendable {
    var failures: Int
    var until: Timestamp
    /// When it opened; `nil` while it only pauses.
    var openSince: Timestamp?
    var reason = ""
    var retryAfter: Timestamp?
    /// Answers in a row it takes to close.
    var answersNeeded = 1
  }

  /// The longest wait between two attempts that no vendor asked for.
  static let longestWait = Duration.seconds(60)
  private static let firstWait = Duration.seconds(1)
  /// Failures in a row that open it.
  static let failuresToOpen = 3
  /// The calls whose share of answers is looked at, and how few of them tell nothing yet.
  static let window = 20
  static let leastCalls = 8

  private var whole: Wait?
  private var questions: [Question: Wait] = [:]
  private var recent: [Bool] = []
  /// When a person took the system out; `nil` while it is in.
  private(set) var isolatedSince: Timestamp?

  /// Nothing has failed yet.
  init() {}

  /// Whether the system as a whole is failing: then one call at a time may try it.
  var isFailing: Bool { whole != nil }

  /// The earliest instant at which the question may be asked; `nil` for at once.
  func nextAttempt(of question: Question) -> Timestamp? {
    [whole?.until, questions[question]?.until].compactMap(\.self).max()
  }

  /// The earliest instant at which anything may be asked; `nil` for at once.
  var nextAttempt: Timestamp? { whole?.until }

  /// Whether the question may be asked now.
  func mayAsk(_ question: Question, at now: Timestamp) -> Bool {
    guard isolatedSince == nil else { return false }
    return nextAttempt(of: question).map { $0 <= now } ?? true
  }

  /// What people are shown.
  func state(at now: Timestamp) -> BreakerState {
    let failures = whole?.failures ?? 0
    if let isolatedSince {
      return BreakerState(
        .isolated, since: isolatedSince, failures: failures, reason: "isolated by hand")
    }
    guard let whole else { return BreakerState() }
    let next = whole.until > now ? whole.until : nil
    let told = whole.retryAfter.flatMap { $0 > now ? $0 : nil }
    guard let openSince = whole.openSince else {
      return BreakerState(nextAttempt: next, failures: failures, retryAfter: told)
    }
    return BreakerState(
      next == nil ? .halfOpen : .open, since: openSince, nextAttempt: next, failures: failures,
      reason: whole.reason, retryAfter: told)
  }

  // MARK: - What happened

  /// A call failed.
  ///
  /// - Parameter random: 64 random bits for the jitter.
  mutating func failed(
    _ error: SystemError, asking question: Question, at now: Timestamp, random: UInt64
  ) {
    switch error.kind {
    case .unavailable, .throttled, .unauthorized: break
    case .drifted, .malformed, .refused:
      let failures = (questions[question]?.failures ?? 0) + 1
      let wait = Self.wait(afterFailures: failures, random: random)
      questions[question] = Wait(failures: failures, until: now.adding(wait))
      return
    }
    remember(false)
    var asked: Timestamp?
    if case .throttled(let retryAfter?) = error.kind { asked = now.adding(retryAfter) }
    // A call sent before the wait began says nothing new, but for what the vendor asks of us.
    guard whole.map({ $0.until <= now }) ?? true else {
      if let asked, let until = whole?.until, asked > until {
        whole?.until = asked
        whole?.retryAfter = asked
      }
      return
    }
    let failures = (whole?.failures ?? 0) + 1
    let own = now.adding(Self.wait(afterFailures: failures, random: random))
    var next = Wait(failures: failures, until: max(own, asked ?? own), retryAfter: asked)
    next.openSince = whole?.openSince
    open(&next, after: error.kind, at: now)
    whole = next
  }

  /// Opens a wait when there is reason to; one that is open keeps when, and takes the newest reason.
  private func open(_ wait: inout Wait, after kind: SystemError.Kind, at now: Timestamp) {
    let answered = recent.lazy.filter { $0 }.count
    switch kind {
    case .unauthorized: wait.reason = "the credentials were refused"
    case .throttled: wait.reason = "the vendor asked for patience"
    default:
      if recent.count >= Self.leastCalls, answered * 2 < recent.count,
        wait.failures < Self.failuresToOpen
      {
        wait.reason = "only \(answered) of the last \(recent.count) calls were answered"
        wait.answersNeeded = 2
      } else if wait.failures >= Self.failuresToOpen {
        wait.reason = "\(wait.failures) calls in a row failed"
      } else if wait.openSince != nil {
        wait.reason = "the call that tried it failed"
      } else {
        return
      }
    }
    wait.openSince = wait.openSince ?? now
  }

  /// A call succeeded.
  mutating func succeeded(asking question: Question) {
    remember(true)
    questions[question] = nil
    guard var wait = whole else { return }
    wait.answersNeeded -= 1
    guard wait.answersNeeded <= 0 else {
      whole = wait
      return
    }
    // What opened it must not open it again at the next single failure.
    if wait.openSince != nil { recent = [] }
    whole = nil
  }

  private mutating func remember(_ answered: Bool) {
    recent.append(answered)
    if recent.count > Self.window { recent.removeFirst() }
  }

  // MARK: - What a person orders

  /// A person asked to try now: waits end, what has failed is remembered.
  mutating func retryNow(at now: Timestamp) {
    whole?.until = now
    for question in questions.keys { questions[question]?.until = now }
  }

  /// A person takes the system out: nothing is asked until ``release(at:)``.
  mutating func isolate(at now: Timestamp) { isolatedSince = isolatedSince ?? now }

  /// A person lets the system in again; what had failed may be tried at once.
  mutating func release(at now: Timestamp) {
    isolatedSince = nil
    retryNow(at: now)
  }

  /// The wait after so many failures in a row; see the type's curve.
  static func wait(afterFailures failures: Int, random: UInt64) -> Duration {
    let doublings = min(max(failures - 1, 0), 6)
    let longest = min(longestWait, firstWait * (1 << doublings))
    let floor = longest.milliseconds / 4
    let span = UInt64(longest.milliseconds - floor) + 1
    return .milliseconds(floor + Int64(random % span))
  }
}
