import DealModel

/// One row of an answer, value by value: what cannot be understood becomes unavailable, with a
/// sentence that names the record and the column.
struct ODBCRow {
  let table: ODBCTable
  let place: Int
  let reading: ODBCReading

  /// The text in a column; `nil` for NULL and for a column that the statement does not give.
  subscript(name: String) -> String? {
    guard let column = table.index(of: name) else { return nil }
    return table.values[place * table.columns.count + column]
  }

  func has(_ name: String) -> Bool { table.index(of: name) != nil }

  func text(_ name: String) -> Answer<String> { self[name].map { .value($0) } ?? .none }

  /// A day; of a day and time, its day.
  func date(_ name: String) -> Answer<CalendarDate> {
    guard let text = self[name], let column = table.index(of: name) else { return .none }
    if table.columns[column].content == .instant {
      return instant(name).map { reading.zone.wallClock($0) }.flatMapDate
        ?? fault(name, "holds no day that exists")
    }
    let day = text.prefix(10)
    let rest = text.dropFirst(10).first
    guard rest == nil || rest == " " || rest == "T", let date = CalendarDate(day) else {
      return fault(name, "holds no day as 2026-11-20")
    }
    return .value(date)
  }

  /// An instant; one without a zone is in the configured one, unless the column's type says UTC.
  func instant(_ name: String) -> Answer<Timestamp> {
    guard let text = self[name], let column = table.index(of: name) else { return .none }
    let zone = table.columns[column].content == .instant ? ODBCZone.utc : reading.zone
    let whole = text.utf8.count == 10 ? text + " 00:00:00" : text
    return zone.instant(whole).map { .value($0) }
      ?? fault(name, "holds no day and time as 2026-11-20 09:14:03")
  }

  func number(_ name: String) -> Answer<ExactDecimal> {
    guard let text = self[name] else { return .none }
    return ExactDecimal(text).map { .value($0) } ?? fault(name, "holds no number that is exact")
  }

  func flag(_ name: String) -> Bool? {
    switch self[name]?.lowercased() {
    case "1", "t", "true", "y", "yes", "-1": true
    case "0", "f", "false", "n", "no": false
    default: nil
    }
  }

  /// An amount that must be there: a missing one is not zero.
  func amount(_ name: String) -> Answer<Money> {
    switch optionalAmount(name) {
    case .none: fault(name, "is empty, and an amount that is missing is not zero")
    case let answer: answer
    }
  }

  func optionalAmount(_ name: String) -> Answer<Money> {
    switch number(name) {
    case .none: return .none
    case .notAsked: return .notAsked
    case .unavailable(let error): return .unavailable(error)
    case .value(let number):
      guard case .value(let currency) = currency else {
        return .unavailable(currency.error ?? reading.nothing)
      }
      guard reading.usesMinorUnits else { return .value(Money(number, currency)) }
      guard number.scale == 0 else { return fault(name, "holds a fraction of a minor unit") }
      return .value(
        Money(ExactDecimal(coefficient: number.coefficient, scale: currency.minorUnit), currency))
    }
  }

  /// The row's own currency, else the configured one.
  var currency: Answer<Currency> {
    if let code = self["currency"] {
      return Currency(code: code).map { .value($0) }
        ?? fault("currency", "holds a code that ISO 4217 does not list")
    }
    if !has("currency"), let usual = reading.system.settings.currency("currency") {
      return .value(usual)
    }
    return fault("currency", "is empty")
  }

  /// What people call the record.
  var number: String { self["number"] ?? self["id"] ?? "" }

  func fault<Value>(_ column: String, _ what: String) -> Answer<Value> {
    let id = VisibleText(self["id"] ?? "?")
    return .unavailable(
      SystemError(
        .malformed, system: reading.system.name,
        message: "\(VisibleText(number)) (ID \(id)) in \(reading.system.name) (ODBC): column "
          + "\(column) \(what). Correct the record there, or the SQL of `\(reading.setting)`."))
  }
}

extension Answer<String> {
  /// The day at the beginning of a day and time.
  fileprivate var flatMapDate: Answer<CalendarDate>? {
    value.flatMap { CalendarDate($0.prefix(10)) }.map { .value($0) }
  }
}
