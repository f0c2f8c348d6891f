extension SystemHealth {
  /// How long before its end a secret is worth a word.
  public static let secretWarning = 14

  /// Whether a person has taken the system out.
  public var isIsolated: Bool { breaker.phase == .isolated }

  /// What is going to go wrong, or is wrong beside the state: sentences, the most urgent first.
  ///
  /// - Parameter today: The day where the person sits.
  public func warnings(at now: Timestamp, today: CalendarDate) -> [String] {
    var warnings: [String] = []
    if let secretExpires {
      let days = today.days(until: secretExpires)
      if days < 0 {
        warnings.append("Its secret ended on \(secretExpires); put a new one where it is kept.")
      } else if days <= Self.secretWarning {
        let when = days == 0 ? "today" : days == 1 ? "tomorrow" : "in \(days) days"
        warnings.append("Its secret ends \(when), on \(secretExpires); renew it before.")
      }
    }
    if let quotaRunsOut, let callsLeft, quotaRunsOut > now {
      warnings.append(
        "At this rate its \(callsLeft) calls left are used up in "
          + "\(Self.words(now.duration(to: quotaRunsOut))).")
    }
    if let clockSkew, clockSkew.isOff {
      let isAhead = clockSkew.offset > .zero
      warnings.append(
        "Its clock is \(Self.words(clockSkew.offset)) \(isAhead ? "ahead of" : "behind") ours; "
          + "its times of change are corrected.")
    }
    if retriesLeft == 0 {
      warnings.append("Its budget of retries is spent: a failed call is not repeated at once.")
    }
    // While drift is the state, it is the state's reason already.
    if status != .drifted { warnings += drift.map(\.sentence) }
    return warnings
  }

  /// A duration in words, its sign dropped: `45 s`, `1 min 30 s`, `2 h 5 min`.
  public static func words(_ duration: Duration) -> String {
    let seconds = ((duration < .zero ? .zero - duration : duration).milliseconds + 500) / 1_000
    func join(_ large: Int64, _ unit: String, _ small: Int64, _ part: String) -> String {
      small == 0 ? "\(large) \(unit)" : "\(large) \(unit) \(small) \(part)"
    }
    if seconds < 60 { return "\(seconds) s" }
    if seconds < 3_600 { return join(seconds / 60, "min", seconds % 60, "s") }
    if seconds < 172_800 { return join(seconds / 3_600, "h", seconds % 3_600 / 60, "min") }
    return join(seconds / 86_400, "days", seconds % 86_400 / 3_600, "h")
  }
}
