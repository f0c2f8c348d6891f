internal import DealModel

/// A value as a database compares it.
enum TrytonValue: Hashable, Sendable {
  case null
  case text(String)
  case number(ExactDecimal)
  case flag(Bool)
  case day(CalendarDate)
  case instant(Timestamp)

  /// What stands in a record.
  init(stored value: JSONValue, _ type: TrytonType) {
    switch type {
    case .char, .text, .selection, .reference:
      self = value.string.map { .text($0) } ?? .null
    case .boolean: self = .flag(value.bool ?? false)
    case .integer, .float, .numeric, .many2one:
      // Not by `map`: Swift 6.3 misaligns exact decimals in closures that make enums of them.
      guard let number = TrytonStore.decimal(value) else {
        self = .null
        return
      }
      self = .number(number)
    case .date: self = value.string.flatMap { CalendarDate($0) }.map { .day($0) } ?? .null
    case .timestamp: self = value.string.flatMap { Timestamp($0) }.map { .instant($0) } ?? .null
    case .related: self = .null
    }
  }

  /// What a domain compares with.
  ///
  /// - Throws: ``TrytonFault`` as Python fails at a value of another type.
  init(asked value: JSONValue, _ type: TrytonType) throws(TrytonFault) {
    if value.isNull {
      self = .null
      return
    }
    switch type {
    case .char, .text:
      guard let text = value.string else {
        throw .exception("'int' object has no attribute 'strip'")
      }
      self = .text(text.trimmed)
    case .selection, .reference:
      self = .text(value.string ?? value.plainText)
    case .boolean: self = .flag(value.bool ?? (value.integer.map { $0 != 0 } ?? false))
    case .integer, .many2one, .related:
      guard let number = value.integer ?? value.string.flatMap({ Int($0) }) else {
        throw .exception(
          "invalid literal for int() with base 10: '\(value.plainText)'")
      }
      self = .number(ExactDecimal(number))
    case .float, .numeric:
      guard let number = TrytonStore.decimal(value["decimal"] ?? value) else {
        throw .exception("could not convert string to float: '\(value.plainText)'")
      }
      self = .number(number)
    case .date:
      guard let day = Self.day(value) else {
        throw .exception("Invalid isoformat string: '\(value.plainText)'")
      }
      self = .day(day)
    case .timestamp:
      guard let instant = Self.instant(value) else {
        throw .exception("Invalid isoformat string: '\(value.plainText)'")
      }
      self = .instant(instant)
    }
  }

  /// Whether this is the smaller; `nil` where one of them is missing, or they are not alike.
  func isLess(than other: TrytonValue) -> Bool? {
    switch (self, other) {
    case (.text(let left), .text(let right)): left < right
    case (.number(let left), .number(let right)): left < right
    case (.day(let left), .day(let right)): left < right
    case (.instant(let left), .instant(let right)): left < right
    case (.flag(let left), .flag(let right)): !left && right
    default: nil
    }
  }

  // MARK: Dates

  private static func day(_ value: JSONValue) -> CalendarDate? {
    if let text = value.string { return CalendarDate(text.prefix(10)) }
    guard let year = value["year"]?.integer, let month = value["month"]?.integer,
      let day = value["day"]?.integer
    else { return nil }
    return CalendarDate(year: year, month: month, day: day)
  }

  private static func instant(_ value: JSONValue) -> Timestamp? {
    guard let day = day(value) else { return nil }
    if let text = value.string {
      return text.count == 10 ? Timestamp(startOf: day) : Timestamp(text + "Z")
    }
    func part(_ name: String) -> Int64 { Int64(value[name]?.integer ?? 0) }
    let seconds = (part("hour") * 60 + part("minute")) * 60 + part("second")
    let milliseconds = Timestamp(startOf: day).milliseconds + seconds * 1_000
    return Timestamp(milliseconds: milliseconds + part("microsecond") / 1_000)
  }
}

extension String {
  /// Without white space at its ends.
  fileprivate var trimmed: String {
    let head = drop(while: \.isWhitespace)
    return String(head.reversed().drop(while: \.isWhitespace).reversed())
  }
}
