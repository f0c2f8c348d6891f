import DealModel

/// The profile time zones an emulated site knows, by rule instead of by the machine's tables: the
/// same files must give the same answers everywhere.
enum JiraZones {
  /// The zone of that name, right from 1996 (European Union) and 2007 (United States) to 2060;
  /// `nil` for a zone that is not in the table.
  static func zone(named name: String) -> LocalZone? {
    if let hours = european[name] { return european(standardSeconds: hours * 3_600) }
    if let hours = american[name] { return american(standardSeconds: hours * 3_600) }
    return fixed[name].map { LocalZone(firstOffsetSeconds: $0) }
  }

  private static let european = [
    "Europe/London": 0, "Europe/Dublin": 0, "Europe/Lisbon": 0, "Europe/Berlin": 1,
    "Europe/Paris": 1, "Europe/Madrid": 1, "Europe/Rome": 1, "Europe/Amsterdam": 1,
    "Europe/Vienna": 1, "Europe/Zurich": 1, "Europe/Stockholm": 1, "Europe/Warsaw": 1,
    "Europe/Prague": 1, "Europe/Copenhagen": 1, "Europe/Oslo": 1, "Europe/Brussels": 1,
    "Europe/Athens": 2, "Europe/Helsinki": 2, "Europe/Bucharest": 2, "Europe/Sofia": 2,
  ]
  private static let american = [
    "America/New_York": -5, "America/Toronto": -5, "America/Chicago": -6, "America/Denver": -7,
    "America/Los_Angeles": -8,
  ]
  private static let fixed = [
    "UTC": 0, "Etc/UTC": 0, "GMT": 0, "Etc/GMT": 0, "America/Phoenix": -25_200,
    "Asia/Kolkata": 19_800, "Asia/Singapore": 28_800, "Asia/Tokyo": 32_400,
    "Australia/Brisbane": 36_000, "America/Sao_Paulo": -10_800, "Asia/Dubai": 14_400,
  ]

  /// Summer time from the last Sunday of March to the last of October, at 01:00 UTC everywhere.
  private static func european(standardSeconds: Int) -> LocalZone {
    let changes = (1996...2060).flatMap { year in
      [(3, 3_600), (10, 0)].compactMap { month, ahead in
        change(
          on: sunday(year, month, from: 25), utcSeconds: 3_600, to: standardSeconds + ahead)
      }
    }
    return LocalZone(firstOffsetSeconds: standardSeconds, changes: changes)
  }

  /// Summer time from the second Sunday of March to the first of November, at 02:00 local time.
  private static func american(standardSeconds: Int) -> LocalZone {
    let changes = (2007...2060).flatMap { year in
      [
        change(
          on: sunday(year, 3, from: 8), utcSeconds: 7_200 - standardSeconds,
          to: standardSeconds + 3_600),
        change(
          on: sunday(year, 11, from: 1), utcSeconds: 3_600 - standardSeconds, to: standardSeconds),
      ].compactMap { $0 }
    }
    return LocalZone(firstOffsetSeconds: standardSeconds, changes: changes)
  }

  private static func change(
    on date: CalendarDate?, utcSeconds: Int, to offset: Int
  ) -> LocalZone.Change? {
    date.map {
      LocalZone.Change(
        at: Timestamp(startOf: $0).adding(.seconds(utcSeconds)), offsetSeconds: offset)
    }
  }

  /// The first Sunday on or after that day.
  private static func sunday(_ year: Int, _ month: Int, from day: Int) -> CalendarDate? {
    guard let date = CalendarDate(year: year, month: month, day: day) else { return nil }
    return date.adding(days: (7 - date.weekday) % 7)
  }
}

extension CalendarDate {
  /// 0 for Sunday to 6 for Saturday; 1970-01-01 was a Thursday.
  var weekday: Int { ((Int(daysSinceEpoch) + 4) % 7 + 7) % 7 }
}

extension LocalZone {
  /// The instant at which clocks there show that day and time; in the hour that summer time
  /// repeats, the first.
  func instant(of date: CalendarDate, secondsIntoDay: Int = 0) -> Timestamp {
    let local = Timestamp(startOf: date).adding(.seconds(secondsIntoDay))
    let guess = local.adding(.seconds(-offsetSeconds(at: local)))
    return local.adding(.seconds(-offsetSeconds(at: guess)))
  }

  /// The instant as Jira writes it: `2026-11-20T09:14:03.221+0100`, the offset without a colon.
  func jiraText(_ instant: Timestamp) -> String {
    let offset = offsetSeconds(at: instant)
    let (hour, minute, second) = instant.timeOfDay(offsetSeconds: offset)
    let rest = Int(((instant.milliseconds % 1_000) + 1_000) % 1_000)
    let minutes = abs(offset) / 60
    return
      "\(instant.date(offsetSeconds: offset))T\(Self.digits(hour, 2)):\(Self.digits(minute, 2))"
      + ":\(Self.digits(second, 2)).\(Self.digits(rest, 3))\(offset < 0 ? "-" : "+")"
      + Self.digits(minutes / 60, 2) + Self.digits(minutes % 60, 2)
  }

  private static func digits(_ number: Int, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
  }
}
