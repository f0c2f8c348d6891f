extension HealthIncident {
  /// The course in words, for a person who knows nothing of it:
  /// `14:02 throttled (429, asked to wait 30 s) → 14:05 unauthorized (401) → 14:20 healthy; 18 min,
  /// 41 of 60 calls failed`.
  ///
  /// - Parameter zone: Whose clocks tell the times; the day stands before the first time, and before
  ///   a time on another day than the one before it.
  public func course(in zone: LocalZone, at now: Timestamp) -> String {
    var day = zone.date(of: now)
    func clock(_ instant: Timestamp) -> String {
      let date = zone.date(of: instant)
      defer { day = date }
      let time = Self.minuteClock(instant, in: zone)
      return date == day ? time : "\(date) \(time)"
    }
    var parts = steps.map { "\(clock($0.at)) \($0.words(of: subject))" }
    switch ending {
    case .ongoing: break
    case .ended(let end): parts.append("\(clock(end)) \(SystemStatus.healthy.words(of: subject))")
    case .lastSeen(let seen): parts.append("last seen \(clock(seen)), nobody has watched since")
    case .endedUnseen(let after, let before):
      parts.append("\(clock(after)) nobody watched")
      parts.append("\(clock(before)) \(SystemStatus.healthy.words(of: subject))")
    }
    return parts.joined(separator: " → ") + "; " + summary(at: now)
  }

  /// How long, and what it cost: `18 min, 41 of 60 calls failed`.
  public func summary(at now: Timestamp) -> String {
    let length = Self.length(began.duration(to: end(at: now)))
    let span =
      switch ending {
      case .ongoing: "\(length) so far"
      case .ended: length
      case .lastSeen: "at least \(length)"
      case .endedUnseen: "at most \(length)"
      }
    return calls == 0 ? span : "\(span), \(failures) of \(calls) calls failed"
  }

  /// A length of time as a person says it: `40 s`, `18 min`, `3 h 5 min`, `2 d 4 h`.
  public static func length(_ duration: Duration) -> String {
    let seconds = max(0, duration.milliseconds / 1_000)
    if seconds < 60 { return "\(seconds) s" }
    let minutes = seconds / 60
    if minutes < 60 { return "\(minutes) min" }
    let hours = minutes / 60
    if hours < 48 { return minutes % 60 == 0 ? "\(hours) h" : "\(hours) h \(minutes % 60) min" }
    return hours % 24 == 0 ? "\(hours / 24) d" : "\(hours / 24) d \(hours % 24) h"
  }

  private static func minuteClock(_ instant: Timestamp, in zone: LocalZone) -> String {
    let (hour, minute, _) = zone.timeOfDay(of: instant)
    return "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
  }
}

extension HealthIncident.Step {
  /// The state with what brought it about: `throttled (429, asked to wait 30 s)`.
  public func words(of subject: HealthIncident.Subject) -> String {
    guard let status else { return "nobody watched" }
    let word = status.words(of: subject)
    guard let cause, status != .healthy else { return word }
    var parts: [String] = []
    if let httpStatus = cause.httpStatus {
      // An answer that came, and came well, but could not be used says so by its kind.
      parts.append((200..<300).contains(httpStatus) ? cause.kind : String(httpStatus))
    } else if cause.kind == "unavailable" {
      parts.append("no answer")
    } else if cause.kind != status.rawValue {
      parts.append(cause.kind)
    }
    if let wait = cause.retryAfter {
      parts.append("asked to wait \(HealthIncident.length(wait))")
    }
    return parts.isEmpty ? word : "\(word) (\(parts.joined(separator: ", ")))"
  }
}

extension SystemStatus {
  /// The word for a state of a system or of a flow, which has words of its own.
  public func words(of subject: HealthIncident.Subject) -> String {
    guard case .flow = subject else { return rawValue }
    return switch self {
    case .healthy: "reporting"
    case .degraded: "late"
    case .down: "silent"
    case .throttled, .unauthorized, .drifted, .unknown: rawValue
    }
  }
}
