import DealModel

/// When one system may be asked again after failures. It slows down and never stops.
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
/// A vendor's own `Retry-After` is obeyed when it is longer. While a system is failing one call at a
/// time tries whether it is back.
struct Pace: Hashable, Sendable {
  /// What a system is asked.
  enum Question: Hashable, Sendable {
    case records(RecordKind)
    case index
    case changes
    case links
    case history
  }

  /// What a wait holds back.
  private struct Wait: Hashable, Sendable {
    var failures: Int
    var until: Timestamp
  }

  /// The longest wait between two attempts that no vendor asked for.
  static let longestWait = Duration.seconds(60)
  private static let firstWait = Duration.seconds(1)

  private var whole: Wait?
  private var questions: [Question: Wait] = [:]

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
    nextAttempt(of: question).map { $0 <= now } ?? true
  }

  /// A call failed.
  ///
  /// - Parameter random: 64 random bits for the jitter.
  mutating func failed(
    _ error: SystemError, asking question: Question, at now: Timestamp, random: UInt64
  ) {
    let concernsWhole =
      switch error.kind {
      case .unavailable, .throttled, .unauthorized: true
      case .drifted, .malformed, .refused: false
      }
    let failures = ((concernsWhole ? whole : questions[question])?.failures ?? 0) + 1
    var wait = Self.wait(afterFailures: failures, random: random)
    if case .throttled(let retryAfter?) = error.kind { wait = max(wait, retryAfter) }
    let next = Wait(failures: failures, until: now.adding(wait))
    if concernsWhole { whole = next } else { questions[question] = next }
  }

  /// A call succeeded.
  mutating func succeeded(asking question: Question) {
    whole = nil
    questions[question] = nil
  }

  /// A person asked to try now: waits end, what has failed is remembered.
  mutating func retryNow(at now: Timestamp) {
    whole?.until = now
    for question in questions.keys { questions[question]?.until = now }
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
