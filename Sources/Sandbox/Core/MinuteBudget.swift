import DealModel

/// Counts calls by the minute of the clock: a limit of so many calls a minute.
struct MinuteBudget: Sendable {
  private var minute: Int64 = 0
  private var calls: [String: Int] = [:]

  /// Whether another call of a kind fits.
  ///
  /// - Parameter limit: The most calls of that kind in a minute; `nil` for any number.
  mutating func admits(_ kind: String, limit: Int?, at now: Timestamp) -> Bool {
    let current = now.milliseconds / 60_000
    if current != minute {
      minute = current
      calls = [:]
    }
    calls[kind, default: 0] += 1
    return limit.map { calls[kind, default: 0] <= $0 } ?? true
  }

  /// How many calls of a kind were made in the minute of the last one.
  func used(_ kind: String) -> Int { calls[kind, default: 0] }

  /// Seconds until the next minute begins.
  static func wait(at now: Timestamp) -> Int { 60 - Int(now.milliseconds / 1_000 % 60) }
}
