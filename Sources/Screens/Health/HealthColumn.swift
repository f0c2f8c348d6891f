internal import DealModel

/// A column of the health screen: its title, and its cell for a system.
struct HealthColumn {
  let name: String
  let width: Int
  let side: Side
  /// The narrowest terminal on which it is shown.
  let least: Int
  let words: (SystemHealth, State) -> Words
  var picture: ((SystemHealth, State) -> Line)?

  func title(_ line: inout Line, gap: String) {
    line.add(name, width: width, side, Style(.muted))
    line.add(gap)
  }

  func cell(_ health: SystemHealth, _ state: State, _ line: inout Line, gap: String) {
    if let picture {
      let end = line.width + width
      line.add(picture(health, state))
      line.pad(to: end)
    } else {
      let words = words(health, state)
      line.add(words.text, width: width, side, words.style)
    }
    line.add(gap)
  }

  /// The columns that have room.
  static func all(in width: Int) -> [HealthColumn] {
    let sparkline = width >= 180 ? 40 : 20
    return (states + calls(sparkline: sparkline) + readings).filter { $0.least <= width }
  }

  private static var states: [HealthColumn] {
    [
      .init(name: "system", width: 10, side: .left, least: 0) { health, _ in
        Words(health.system.text, Style(.accent, bold: true))
      },
      .init(name: "kind", width: 9, side: .left, least: 126) { health, _ in
        Words(health.kind, .muted)
      },
      .init(name: "status", width: 14, side: .left, least: 0) { health, state in
        HealthWords.status(health, state.glyphs)
      },
      .init(name: "since", width: 5, side: .right, least: 0) { health, state in
        age(health.isIsolated ? health.breaker.since : health.since, state)
      },
      .init(name: "breaker", width: 8, side: .left, least: 0) { health, state in
        HealthWords.breaker(health, at: state.now)
      },
      .init(name: "answered", width: 8, side: .right, least: 100) { health, state in
        age(health.lastSuccess, state, never: "never")
      },
    ]
  }

  private static func calls(sparkline: Int) -> [HealthColumn] {
    [
      .init(name: "latency", width: 7, side: .right, least: 0) { health, _ in
        latency(health.lastLatency)
      },
      .init(name: "p95", width: 6, side: .right, least: 0) { health, _ in
        latency(health.latency95)
      },
      .init(
        name: "recent calls", width: sparkline, side: .left, least: 136,
        words: { _, _ in Words("") },
        picture: { health, state in
          Sparkline.line(
            health.recentLatencies, width: sparkline, glyphs: state.glyphs,
            style: Style(health.status.ink))
        }),
      .init(name: "failed", width: 9, side: .right, least: 0) { health, _ in
        Words("\(health.errors)/\(health.calls)", health.errors > 0 ? .caution : .plain)
      },
      .init(name: "calls left", width: 10, side: .right, least: 112) { health, _ in
        let ink: Ink = health.quotaRunsOut == nil ? .plain : .caution
        return health.callsLeft.map { Words(AmountText.grouped(String($0)), ink) }
          ?? Words("unsaid", .muted)
      },
    ]
  }

  private static var readings: [HealthColumn] {
    [
      .init(name: "oldest", width: 6, side: .right, least: 90) { health, state in
        guard let oldest = health.oldestReading else { return Words("none", .muted) }
        let freshness = state.freshness(of: oldest, from: health.system)
        return Words(TimeText.age(of: oldest, at: state.now), freshness.ink)
      },
      .init(name: "links", width: 9, side: .right, least: 0) { health, _ in
        guard let coverage = health.linkCoverage else { return Words("uncounted", .muted) }
        return Words(
          "\(coverage.linked)/\(coverage.due)",
          coverage.linked < coverage.due ? .caution : .plain)
      },
    ]
  }

  private static func age(_ instant: Timestamp?, _ state: State, never: String = "") -> Words {
    guard let instant else { return Words(never, .muted) }
    return Words(TimeText.age(of: instant, at: state.now))
  }

  private static func latency(_ duration: Duration?) -> Words {
    duration.map { Words(TimeText.latency($0)) } ?? Words("none", .muted)
  }
}
