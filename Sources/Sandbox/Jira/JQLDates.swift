import DealModel

/// Dates of queries: absolute in the user's zone, or relative to now.
struct JQLDates: Sendable {
  var now: Timestamp
  var zone: LocalZone

  /// `2026/11/20 08:00`, `2026-11-20`, `-15m`, `4w 2d`, or milliseconds since 1970.
  ///
  /// - Returns: `nil` for any other text.
  func instant(_ text: String) -> Timestamp? {
    let trimmed = text.trimmedSpace
    if let seconds = Self.period(trimmed) { return now.adding(.seconds(seconds)) }
    if trimmed.utf8.count > 8, let milliseconds = Int64(trimmed) {
      return Timestamp(milliseconds: milliseconds)
    }
    let parts = trimmed.split(separator: " ")
    guard let first = parts.first, parts.count <= 2,
      let date = CalendarDate(String(first.map { $0 == "/" ? "-" : $0 }))
    else { return nil }
    guard parts.count == 2 else { return zone.instant(of: date) }
    let time = parts[1].split(separator: ":", omittingEmptySubsequences: false)
    guard time.count == 2, let hour = Int(time[0]), let minute = Int(time[1]),
      (0..<24).contains(hour), (0..<60).contains(minute), !time[0].hasPrefix("+")
    else { return nil }
    return zone.instant(of: date, secondsIntoDay: hour * 3_600 + minute * 60)
  }

  /// The instant a date function gives.
  ///
  /// - Returns: `nil` for a function or an increment that is unknown.
  func instant(function: String, _ arguments: [String]) -> Timestamp? {
    let today = zone.date(of: now)
    let name = function.lowercased()
    if name == "now" { return arguments.isEmpty ? now : nil }
    for (unit, start) in starts(today) {
      for edge in ["startof", "endof"] where name == edge + unit {
        guard let increment = Self.increment(arguments.first ?? "0", unit: unit) else { return nil }
        let first = zone.instant(of: increment.applied(to: start))
        guard edge == "endof" else { return first }
        let next = Increment(months: increment.months, days: increment.days).adding(unit: unit)
        return Timestamp(
          milliseconds: zone.instant(of: next.applied(to: start)).milliseconds - 1)
      }
    }
    return nil
  }

  private func starts(_ today: CalendarDate) -> [(String, CalendarDate)] {
    let (year, month, day) = today.components
    return [
      ("day", today), ("week", today.adding(days: -today.weekday)),
      ("month", today.adding(days: 1 - day)),
      ("year", CalendarDate(year: year, month: 1, day: 1) ?? today.adding(days: -30 * month)),
    ]
  }

  /// Months and days by which a date function is moved.
  private struct Increment {
    var months = 0
    var days = 0

    func adding(unit: String) -> Increment {
      switch unit {
      case "day": Increment(months: months, days: days + 1)
      case "week": Increment(months: months, days: days + 7)
      case "month": Increment(months: months + 1, days: days)
      default: Increment(months: months + 12, days: days)
      }
    }

    func applied(to date: CalendarDate) -> CalendarDate {
      let (year, month, day) = date.components
      let index = year * 12 + month - 1 + months
      let moved = CalendarDate(year: index / 12, month: index % 12 + 1, day: day) ?? date
      return moved.adding(days: days)
    }
  }

  /// `-1d`, `+2w`, `1M`, `-1y`; a bare number counts the function's own unit.
  private static func increment(_ text: String, unit: String) -> Increment? {
    var digits = text
    var letter: Character = unit == "day" ? "d" : unit == "week" ? "w" : unit == "month" ? "M" : "y"
    if let last = digits.last, last.isLetter {
      letter = last
      digits.removeLast()
    }
    guard let count = Int(digits), abs(count) < 10_000 else { return nil }
    switch letter {
    case "d": return Increment(days: count)
    case "w": return Increment(days: count * 7)
    case "M": return Increment(months: count)
    case "y": return Increment(months: count * 12)
    default: return nil
    }
  }

  /// Seconds of a period: `-15m`, `4w 2d`, `1h30m`; `nil` when the text is none.
  private static func period(_ text: String) -> Int? {
    var sign = 1
    var rest = Substring(text)
    if rest.hasPrefix("-") || rest.hasPrefix("+") {
      sign = rest.hasPrefix("-") ? -1 : 1
      rest = rest.dropFirst()
    }
    var seconds = 0
    var parts = 0
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(digits.count)
      guard let count = Int(digits), count < 1_000_000, let letter = rest.first,
        let unit = ["m": 60, "h": 3_600, "d": 86_400, "w": 604_800][letter]
      else { return nil }
      seconds += count * unit
      parts += 1
      rest = rest.dropFirst().drop { $0 == " " }
    }
    return parts > 0 ? sign * seconds : nil
  }
}

extension String {
  /// Without spaces at either end.
  fileprivate var trimmedSpace: String {
    var text = Substring(self)
    while text.last == " " { text.removeLast() }
    return String(text.drop { $0 == " " })
  }
}
