internal import DealModel
private import FoundationEssentials
internal import GRDB

/// The functions that make SQLite calculate as NetSuite's database does: exact decimals instead of
/// binary floats, dates by format models, Oracle's idea of null.
///
/// A value that should be a number and is none goes through sums and products unchanged, so that a
/// company's planted bad amount reaches the reader with its own record instead of failing the page.
enum SuiteQLFunctions {
  static func all(calendar: AccountCalendar) -> [DatabaseFunction] {
    arithmetic + rounding + texts + dates(calendar) + aggregates
  }

  /// Orders numbers by value, and what is no number as text behind them.
  static let collation = DatabaseCollation("suiteql_number") { left, right in
    switch order(left, right) {
    case 0: .orderedSame
    case ..<0: .orderedAscending
    default: .orderedDescending
    }
  }

  private static let arithmetic: [DatabaseFunction] = [
    calculation("suiteql_add") { try $0.adding($1) },
    calculation("suiteql_subtract") { try $0.subtracting($1) },
    calculation("suiteql_multiply") { try $0.multiplied(by: $1) },
    calculation("suiteql_divide") { try quotient($0, $1) },
    DatabaseFunction("suiteql_compare", argumentCount: 2, pure: true) { values in
      guard let left = text(values[0]), let right = text(values[1]) else { return nil }
      return order(left, right)
    },
    DatabaseFunction("suiteql_greatest", pure: true) { values in
      let texts = values.compactMap(text)
      guard texts.count == values.count else { return nil }
      return texts.max { order($0, $1) < 0 }
    },
    DatabaseFunction("suiteql_least", pure: true) { values in
      let texts = values.compactMap(text)
      guard texts.count == values.count else { return nil }
      return texts.min { order($0, $1) < 0 }
    },
    DatabaseFunction("suiteql_number", argumentCount: 1, pure: true) { values in
      guard let text = text(values[0]) else { return nil }
      guard let number = ExactDecimal(text) else {
        throw DatabaseError(message: "Search error occurred: invalid number.")
      }
      return number.description
    },
  ]

  private static let rounding: [DatabaseFunction] = [
    DatabaseFunction("suiteql_round", argumentCount: 2, pure: true) { values in
      guard let text = text(values[0]) else { return nil }
      guard let number = ExactDecimal(text), let places = places(values[1]) else { return text }
      return try roundedAwayFromZero(number, to: places).description
    },
    DatabaseFunction("suiteql_truncate", argumentCount: 2, pure: true) { values in
      guard let text = text(values[0]) else { return nil }
      guard let number = ExactDecimal(text), let places = places(values[1]) else { return text }
      return truncated(number, to: places).description
    },
    DatabaseFunction("suiteql_absolute", argumentCount: 1, pure: true) { values in
      guard let text = text(values[0]) else { return nil }
      return ExactDecimal(text)?.magnitude.description ?? text
    },
    DatabaseFunction("suiteql_sign", argumentCount: 1, pure: true) { values in
      guard let text = text(values[0]) else { return nil }
      guard let number = ExactDecimal(text) else { return text }
      return number.isZero ? 0 : number.isNegative ? -1 : 1
    },
  ]

  private static let texts: [DatabaseFunction] = [
    // To Oracle null joined to a text is the text.
    DatabaseFunction("suiteql_join", argumentCount: 2, pure: true) { values in
      let joined = (text(values[0]) ?? "") + (text(values[1]) ?? "")
      return joined.isEmpty ? nil : joined
    },
    DatabaseFunction("suiteql_upper", argumentCount: 1, pure: true) {
      text($0[0])?.uppercased()
    },
    DatabaseFunction("suiteql_lower", argumentCount: 1, pure: true) {
      text($0[0])?.lowercased()
    },
  ]

  private static func dates(_ calendar: AccountCalendar) -> [DatabaseFunction] {
    [
      // What the account's clocks show: the form in which every date is formatted and compared.
      DatabaseFunction("suiteql_wall", argumentCount: 1, pure: true) { values in
        guard let text = text(values[0]) else { return nil }
        return wallTime(text, calendar)?.text ?? text
      },
      DatabaseFunction("suiteql_instant", argumentCount: 1, pure: true) { values in
        guard let text = text(values[0]) else { return nil }
        if let instant = Timestamp(text) { return instant.description }
        return wallTime(text, calendar).map { calendar.instant(of: $0).description } ?? text
      },
      DatabaseFunction("suiteql_utc", argumentCount: 1, pure: true) { values in
        guard let text = text(values[0]) else { return nil }
        let instant = Timestamp(text) ?? wallTime(text, calendar).map(calendar.instant)
        return instant.map { WallTime($0, offsetSeconds: 0).text } ?? text
      },
      DatabaseFunction("suiteql_day", argumentCount: 1, pure: true) { values in
        guard let text = text(values[0]) else { return nil }
        return wallTime(text, calendar)?.date.description ?? text
      },
      DatabaseFunction("suiteql_add_days", argumentCount: 2, pure: true) { values in
        guard let text = text(values[0]), let days = Self.text(values[1]).flatMap({ Int($0) })
        else { return nil }
        guard let wall = wallTime(text, calendar) else { return text }
        return WallTime(date: wall.date.adding(days: days), second: wall.second).text
      },
      DatabaseFunction("suiteql_to_char", argumentCount: 2, pure: true) { values in
        guard let text = text(values[0]) else { return nil }
        guard let model = Self.text(values[1]), let format = OracleDateFormat(model) else {
          throw DatabaseError(message: "Search error occurred: date format not recognized.")
        }
        return wallTime(text, calendar).map(format.text) ?? text
      },
      DatabaseFunction("suiteql_to_date", argumentCount: 2, pure: true) { values in
        guard let text = text(values[0]) else { return nil }
        guard let model = Self.text(values[1]), let format = OracleDateFormat(model),
          let wall = format.value(of: text)
        else {
          throw DatabaseError(
            message: "Search error occurred: literal does not match format string.")
        }
        return wall.text
      },
    ]
  }

  private static let aggregates: [DatabaseFunction] = [
    DatabaseFunction("suiteql_sum", argumentCount: 1, pure: true, aggregate: ExactSum.self),
    DatabaseFunction("suiteql_average", argumentCount: 1, pure: true, aggregate: ExactAverage.self),
    DatabaseFunction("suiteql_minimum", argumentCount: 1, pure: true, aggregate: Least.self),
    DatabaseFunction("suiteql_maximum", argumentCount: 1, pure: true, aggregate: Greatest.self),
  ]

  // MARK: Values

  /// The value as text; `nil` for null.
  static func text(_ value: DatabaseValue) -> String? {
    switch value.storage {
    case .string(let text): text
    case .int64(let number): String(number)
    case .null, .double, .blob: nil
    }
  }

  /// −1, 0 or 1: by value where both are numbers, else as text, numbers first.
  static func order(_ left: String, _ right: String) -> Int {
    switch (ExactDecimal(left), ExactDecimal(right)) {
    case (let left?, let right?): left == right ? 0 : left < right ? -1 : 1
    case (.some, nil): -1
    case (nil, .some): 1
    case (nil, nil): left == right ? 0 : left < right ? -1 : 1
    }
  }

  static func quotient(
    _ number: ExactDecimal, _ divisor: ExactDecimal
  ) throws -> ExactDecimal {
    guard !divisor.isZero else {
      throw DatabaseError(message: "Search error occurred: divisor is equal to zero.")
    }
    // Oracle keeps some forty digits; as many places as the size of the number leaves room for.
    for places: UInt8 in [20, 12, 6] {
      if let quotient = try? number.divided(by: divisor, places: places) { return quotient }
    }
    throw ArithmeticOverflow()
  }

  /// Oracle's ROUND: a half goes away from zero.
  static func roundedAwayFromZero(
    _ number: ExactDecimal, to places: UInt8
  ) throws(ArithmeticOverflow) -> ExactDecimal {
    guard places < number.scale else { return number }
    let half = ExactDecimal(coefficient: number.isNegative ? -5 : 5, scale: places + 1)
    return truncated(try number.adding(half), to: places)
  }

  static func truncated(_ number: ExactDecimal, to places: UInt8) -> ExactDecimal {
    guard places < number.scale else { return number }
    var digits = number.coefficient
    for _ in places..<number.scale { digits /= 10 }
    return ExactDecimal(coefficient: digits, scale: places)
  }

  private static func places(_ value: DatabaseValue) -> UInt8? {
    text(value).flatMap { UInt8($0) }.flatMap { $0 < ExactDecimal.maximumScale ? $0 : nil }
  }

  private static func wallTime(_ text: String, _ calendar: AccountCalendar) -> WallTime? {
    if let instant = Timestamp(text) { return calendar.wallTime(of: instant) }
    return WallTime(text) ?? calendar.dateFormat.value(of: text)
  }

  private static func calculation(
    _ name: String,
    _ calculate: @escaping @Sendable (ExactDecimal, ExactDecimal) throws -> ExactDecimal
  ) -> DatabaseFunction {
    DatabaseFunction(name, argumentCount: 2, pure: true) { values in
      guard let left = text(values[0]), let right = text(values[1]) else { return nil }
      guard let leftNumber = ExactDecimal(left) else { return left }
      guard let rightNumber = ExactDecimal(right) else { return right }
      do {
        return try calculate(leftNumber, rightNumber).description
      } catch is ArithmeticOverflow {
        throw DatabaseError(message: "Search error occurred: numeric overflow.")
      }
    }
  }
}

/// An exact sum; the first value that is no number takes its place.
private struct ExactSum: DatabaseAggregate {
  var sum: ExactDecimal?
  var broken: String?

  mutating func step(_ values: [DatabaseValue]) throws {
    guard let text = SuiteQLFunctions.text(values[0]), broken == nil else { return }
    guard let number = ExactDecimal(text) else {
      broken = text
      return
    }
    do { sum = try (sum ?? .zero).adding(number) } catch {
      throw DatabaseError(message: "Search error occurred: numeric overflow.")
    }
  }

  func finalize() -> (any DatabaseValueConvertible)? { broken ?? sum?.description }
}

/// An exact average; the first value that is no number takes its place.
private struct ExactAverage: DatabaseAggregate {
  var sum = ExactSum()
  var count = 0

  mutating func step(_ values: [DatabaseValue]) throws {
    guard !values[0].isNull else { return }
    try sum.step(values)
    count += 1
  }

  func finalize() throws -> (any DatabaseValueConvertible)? {
    if let broken = sum.broken { return broken }
    guard let total = sum.sum else { return nil }
    return try SuiteQLFunctions.quotient(total, ExactDecimal(count)).description
  }
}

private struct Least: DatabaseAggregate {
  var least: String?

  mutating func step(_ values: [DatabaseValue]) {
    guard let text = SuiteQLFunctions.text(values[0]) else { return }
    if least.map({ SuiteQLFunctions.order(text, $0) < 0 }) ?? true { least = text }
  }

  func finalize() -> (any DatabaseValueConvertible)? { least }
}

private struct Greatest: DatabaseAggregate {
  var greatest: String?

  mutating func step(_ values: [DatabaseValue]) {
    guard let text = SuiteQLFunctions.text(values[0]) else { return }
    if greatest.map({ SuiteQLFunctions.order(text, $0) > 0 }) ?? true { greatest = text }
  }

  func finalize() -> (any DatabaseValueConvertible)? { greatest }
}
