internal import DealModel

/// Ages, spans and local times as people read them.
enum TimeText {
  /// How long ago: `<1m`, `4m`, `3h`, `2d`; `?` for an instant in the future. Never wrong by more
  /// than its unit, and coarse, so that an idle screen has nothing to repaint.
  static func age(of instant: Timestamp, at now: Timestamp) -> String {
    let milliseconds = now.milliseconds - instant.milliseconds
    if milliseconds < -2_000 { return "?" }
    let minutes = milliseconds / 60_000
    if minutes < 1 { return "<1m" }
    if minutes < 60 { return "\(minutes)m" }
    if minutes < 48 * 60 { return "\(minutes / 60)h" }
    return "\(minutes / 1_440)d"
  }

  /// When ``age(of:at:)`` says something else.
  static func nextChange(of instant: Timestamp, after now: Timestamp) -> Timestamp? {
    let milliseconds = now.milliseconds - instant.milliseconds
    if milliseconds < -2_000 { return instant.adding(.milliseconds(-2_000)) }
    let minutes = max(0, milliseconds / 60_000)
    let unit: Int64 = minutes < 60 ? 60_000 : minutes < 48 * 60 ? 3_600_000 : 86_400_000
    return instant.adding(.milliseconds((max(0, milliseconds) / unit + 1) * unit))
  }

  /// A time still to wait: `8s`, `4m`, `3h`; rounded up.
  static func wait(until instant: Timestamp, at now: Timestamp) -> String {
    let seconds = (max(0, instant.milliseconds - now.milliseconds) + 999) / 1_000
    if seconds < 120 { return "\(seconds)s" }
    if seconds < 7_200 { return "\((seconds + 59) / 60)m" }
    return "\((seconds + 3_599) / 3_600)h"
  }

  /// When ``wait(until:at:)`` says something else; `nil` once it is over.
  static func nextWait(until instant: Timestamp, after now: Timestamp) -> Timestamp? {
    let left = instant.milliseconds - now.milliseconds
    guard left > 0 else { return nil }
    let unit: Int64 = left <= 120_000 ? 1_000 : 60_000
    let steps = (left - 1) / unit
    return instant.adding(.milliseconds(-steps * unit))
  }

  /// A latency: `85ms`, `1.2s`.
  static func latency(_ duration: Duration) -> String {
    let milliseconds = duration.milliseconds
    if milliseconds < 1_000 { return "\(milliseconds)ms" }
    if milliseconds < 100_000 {
      return "\(milliseconds / 1_000).\(milliseconds % 1_000 / 100)s"
    }
    return "\(milliseconds / 1_000)s"
  }

  /// The local time, with the day when it is another one: `14:03:21`, `2026-11-20 14:03`.
  static func clock(_ instant: Timestamp, in zone: LocalZone, at now: Timestamp) -> String {
    let (hour, minute, second) = zone.timeOfDay(of: instant)
    let date = zone.date(of: instant)
    if date == zone.date(of: now) { return "\(two(hour)):\(two(minute)):\(two(second))" }
    return "\(date) \(two(hour)):\(two(minute))"
  }

  /// When a record was changed, by our clock; where the source's clock is off also by its own.
  static func changed(
    _ stated: Timestamp, skew: Duration, in zone: LocalZone, at now: Timestamp
  ) -> String {
    let text = clock(stated.corrected(for: skew), in: zone, at: now)
    return skew == .zero
      ? text : "\(text) by our clock, \(clock(stated, in: zone, at: now)) by its own"
  }

  /// Worked time: `12h 30m`.
  static func worked(seconds: Int64) -> String {
    let minutes = seconds / 60
    if minutes < 60 { return "\(minutes)m" }
    return minutes % 60 == 0 ? "\(minutes / 60)h" : "\(minutes / 60)h \(minutes % 60)m"
  }

  /// How a day lies to today: `today`, `in 3 days`, `3 days ago`.
  static func distance(_ date: CalendarDate, from today: CalendarDate) -> String {
    switch today.days(until: date) {
    case 0: "today"
    case 1: "tomorrow"
    case -1: "yesterday"
    case let days where days > 0: "in \(days) days"
    case let days: "\(-days) days ago"
    }
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
