internal import DealModel

/// A format model of `TO_CHAR` and `TO_DATE`, such as `YYYY-MM-DD"T"HH24:MI:SS"Z"`.
struct OracleDateFormat: Hashable {
  private enum Part: Hashable {
    case year, shortYear, month, monthName, day, hour24, hour12, minute, second, half
    case literal(String)
  }

  private let parts: [Part]

  private static let words: [(String, Part)] = [
    ("YYYY", .year), ("RRRR", .year), ("MONTH", .monthName), ("MON", .monthName), ("HH24", .hour24),
    ("HH12", .hour12), ("HH", .hour12), ("YY", .shortYear), ("MM", .month), ("MI", .minute),
    ("DD", .day), ("SS", .second), ("AM", .half), ("PM", .half),
  ]
  private static let monthNames = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// A format model; `nil` when it holds a word this engine does not know.
  init?(_ model: String) {
    var parts: [Part] = []
    var rest = Substring(model)
    while let first = rest.first {
      if first == "\"" {
        guard let close = rest.dropFirst().firstIndex(of: "\"") else { return nil }
        parts.append(.literal(String(rest[rest.index(after: rest.startIndex)..<close])))
        rest = rest[rest.index(after: close)...]
      } else if let (word, part) = Self.words.first(where: {
        rest.prefix($0.0.count).uppercased() == $0.0
      }) {
        parts.append(part)
        rest = rest.dropFirst(word.count)
      } else if first.isLetter {
        return nil
      } else {
        parts.append(.literal(String(first)))
        rest = rest.dropFirst()
      }
    }
    self.parts = parts
  }

  /// A day and time in words of the model.
  func text(of value: WallTime) -> String {
    let (year, month, day) = value.date.components
    return parts.map { part in
      switch part {
      case .year: two(year, width: 4)
      case .shortYear: two(year % 100)
      case .month: two(month)
      case .monthName: Self.monthNames[month - 1]
      case .day: two(day)
      case .hour24: two(value.second / 3_600)
      case .hour12: two((value.second / 3_600 + 11) % 12 + 1)
      case .minute: two(value.second / 60 % 60)
      case .second: two(value.second % 60)
      case .half: value.second < 43_200 ? "AM" : "PM"
      case .literal(let text): text
      }
    }.joined()
  }

  /// The day and time those words stand for; `nil` when they do not fit the model.
  func value(of text: String) -> WallTime? {
    var rest = Substring(text)
    var (year, month, day, second) = (0, 1, 1, 0)
    var isAfternoon: Bool?
    for part in parts {
      switch part {
      case .literal(let literal):
        guard rest.hasPrefix(literal) else { return nil }
        rest = rest.dropFirst(literal.count)
        continue
      case .half:
        isAfternoon = rest.prefix(2).uppercased() == "PM"
        rest = rest.dropFirst(2)
        continue
      case .monthName:
        let name = rest.prefix(3).lowercased()
        guard let index = Self.monthNames.firstIndex(where: { $0.lowercased() == name }) else {
          return nil
        }
        month = index + 1
        rest = rest.dropFirst(3)
        continue
      default: break
      }
      let digits = rest.prefix(part == .year ? 4 : 2).prefix { $0.isASCII && $0.isNumber }
      guard let number = Int(digits) else { return nil }
      rest = rest.dropFirst(digits.count)
      switch part {
      case .year: year = number
      case .shortYear: year = 2_000 + number
      case .month: month = number
      case .day: day = number
      case .hour24, .hour12: second += number * 3_600
      case .minute: second += number * 60
      case .second: second += number
      case .half, .monthName, .literal: break
      }
    }
    if let isAfternoon { second = second % 43_200 + (isAfternoon ? 43_200 : 0) }
    guard rest.isEmpty, second < 86_400, let date = CalendarDate(year: year, month: month, day: day)
    else { return nil }
    return WallTime(date: date, second: second)
  }

  private func two(_ number: Int, width: Int = 2) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
  }
}

/// What a clock on the wall shows: a day and the seconds since its midnight, without a zone.
struct WallTime: Hashable {
  var date: CalendarDate
  /// 0 to 86,399.
  var second: Int

  init(date: CalendarDate, second: Int) {
    self.date = date
    self.second = second
  }

  /// The engine's own notation: `2026-11-20`, `2026-11-20 09:14:03`.
  init?(_ text: String) {
    if let date = CalendarDate(text) {
      self.init(date: date, second: 0)
    } else if let instant = Timestamp(text + "Z") {
      self.init(instant, offsetSeconds: 0)
    } else {
      return nil
    }
  }

  /// What the wall shows at an instant where clocks are that far ahead of UTC.
  init(_ instant: Timestamp, offsetSeconds: Int) {
    let (hour, minute, second) = instant.timeOfDay(offsetSeconds: offsetSeconds)
    self.init(
      date: instant.date(offsetSeconds: offsetSeconds),
      second: hour * 3_600 + minute * 60 + second)
  }

  /// The instant, read as UTC.
  var asUTC: Timestamp {
    Timestamp(startOf: date).adding(.seconds(second))
  }

  /// The engine's own notation, always with the time, so that text compares as time does.
  var text: String {
    String(asUTC.description.dropLast().map { $0 == "T" ? " " : $0 })
  }
}
