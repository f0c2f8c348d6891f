import DealModel
private import Foundation

/// The company's clocks: the Service Layer writes local times without a zone.
struct B1Clock: Sendable {
  private let zone: TimeZone

  /// The clocks of a zone by its name, `Europe/Berlin`; `nil` when there is none of that name.
  init?(zone name: String) {
    guard let zone = TimeZone(identifier: name) else { return nil }
    self.zone = zone
  }

  /// How far the clocks are ahead of UTC, in seconds.
  func offsetSeconds(at instant: Timestamp) -> Int {
    zone.secondsFromGMT(
      for: Date(timeIntervalSince1970: TimeInterval(instant.milliseconds) / 1_000))
  }

  /// The instant at which the clocks show that; the earlier where they show it twice.
  func instant(_ day: CalendarDate, _ secondOfDay: Int) -> Timestamp {
    let asUTC = Timestamp(startOf: day).adding(.seconds(secondOfDay))
    let candidates = [-86_400, 86_400].map { shift in
      asUTC.adding(.seconds(-offsetSeconds(at: asUTC.adding(.seconds(shift)))))
    }
    let exact = candidates.filter { instant in
      instant.adding(.seconds(offsetSeconds(at: instant))) == asUTC
    }
    return exact.min() ?? candidates[0]
  }

  /// The day of a date as the Service Layer writes it: `2026-11-20`, in v2 also with a midnight
  /// behind it, `2026-11-20T00:00:00Z`.
  static func day(_ text: String) -> CalendarDate? {
    let rest = text.dropFirst(10)
    guard rest.isEmpty || rest.hasPrefix("T00:00:00") else { return nil }
    return CalendarDate(String(text.prefix(10)))
  }

  /// The second of the day of a time as the Service Layer writes it: `18:38:00`, `18:38`.
  static func second(_ text: String) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2 || parts.count == 3, let hour = parts[0], let minute = parts[1],
      let second = parts.count == 3 ? parts[2] : 0,
      (0..<24).contains(hour), (0..<60).contains(minute), (0..<60).contains(second)
    else { return nil }
    return (hour * 60 + minute) * 60 + second
  }

  /// The day and time that clocks show which are that far ahead of UTC: `2026-11-20`, `18:38:00`.
  static func wall(_ instant: Timestamp, offsetSeconds: Int) -> (day: String, time: String) {
    let text = instant.adding(.seconds(offsetSeconds)).description
    return (String(text.prefix(10)), String(text.dropFirst(11).prefix(8)))
  }
}
