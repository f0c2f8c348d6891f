internal import DealModel

/// What a person on call reads of a system, apart from where it stands on the screen.
enum HealthWords {
  /// The state as its sign and word; isolation is a person's doing and goes first.
  static func status(_ health: SystemHealth, _ glyphs: Glyphs) -> Words {
    if health.isIsolated { return Words("\(glyphs.isolated) isolated", .caution) }
    return Words("\(glyphs.sign(health.status)) \(health.status.word)", health.status.ink)
  }

  /// The breaker in one or two words, for a column.
  static func breaker(_ health: SystemHealth, at now: Timestamp) -> Words {
    switch health.breaker.phase {
    case .closed:
      guard let next = health.breaker.nextAttempt, next > now else {
        return Words("closed", .muted)
      }
      return Words("wait \(TimeText.wait(until: next, at: now))", .caution)
    case .open:
      guard let next = health.breaker.nextAttempt, next > now else {
        return Words("trying", .caution)
      }
      return Words("open \(TimeText.wait(until: next, at: now))", .bad)
    case .halfOpen: return Words("trying", .caution)
    case .isolated: return Words("isolated", .caution)
    }
  }

  /// The breaker in a sentence; `nil` while it is closed and nothing waits.
  static func breakerSentence(_ health: SystemHealth, _ state: State) -> String? {
    let breaker = health.breaker
    var parts: [String] = []
    let since = breaker.since.map { " since \(TimeText.clock($0, in: state.zone, at: state.now))" }
    switch breaker.phase {
    case .closed: break
    case .open: parts.append("open\(since ?? ""): \(breaker.reason)")
    case .halfOpen:
      parts.append("half open\(since ?? ""): one call at a time tries whether it is back")
    case .isolated:
      parts.append("isolated by hand\(since ?? ""): no call is made until i releases it")
    }
    if let wait = breaker.retryAfter, wait > state.now {
      parts.append(
        "the vendor asked us to wait another \(TimeText.wait(until: wait, at: state.now))")
    }
    if breaker.phase != .isolated, let next = health.nextAttempt, next > state.now {
      parts.append("next attempt in \(TimeText.wait(until: next, at: state.now))")
    }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  /// Why the state is what it is: the rule's words, then the vendor's.
  static func why(_ health: SystemHealth) -> [String] {
    var sentences = [health.reason]
    if health.status != .healthy, health.status != .unknown, let last = health.lastErrors.first {
      sentences.append(last.error.message)
    }
    return sentences
  }
}
