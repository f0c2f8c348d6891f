import DealModel

/// One row of an answer, value by value: what cannot be understood becomes unavailable, with a
/// sentence that names the record and the column.
struct ODBCRow {
  let table: ODBCTable
  let reading: ODBCReading
  /// The row's own currency, else the configured one.
  let currency: Answer<Currency>
  /// Where the row's values begin.
  private let start: Int

  init(table: ODBCTable, place: Int, reading: ODBCReading) {
    var currencies = Currencies()
    self.init(table: table, place: place, reading: reading, &currencies)
  }

  /// - Parameter currencies: What was found for the row before.
  init(table: ODBCTable, place: Int, reading: ODBCReading, _ currencies: inout Currencies) {
    self.table = table
    self.reading = reading
    start = place * table.columns.count
    let column = table.places[ODBCField.currency.rawValue]
    let code = column < 0 ? nil : table.values[start + column]
    if let code {
      currency = currencies.answer(for: code) ?? Self.strangeCurrency(table, start, reading)
    } else if column < 0, let usual = reading.currency {
      currency = .value(usual)
    } else {
      currency = Self.fault(.currency, "is empty", table, start, reading)
    }
  }

  /// The currency that rows in a row are in.
  struct Currencies {
    private var code = ""
    private var currency: Currency?

    fileprivate mutating func answer(for code: String) -> Answer<Currency>? {
      if code != self.code {
        self.code = code
        currency = Currency(code: code)
      }
      return currency.map { .value($0) }
    }
  }

  private static func strangeCurrency(
    _ table: ODBCTable, _ start: Int, _ reading: ODBCReading
  ) -> Answer<Currency> {
    fault(.currency, "holds a code that ISO 4217 does not list", table, start, reading)
  }

  /// The text in a column; `nil` for NULL and for a column that the statement does not give.
  subscript(field: ODBCField) -> String? {
    let column = table.places[field.rawValue]
    return column < 0 ? nil : table.values[start + column]
  }

  /// The text in a column that the configuration names.
  func text(inColumn name: String) -> String? {
    table.index(of: name).flatMap { table.values[start + $0] }
  }

  func has(_ field: ODBCField) -> Bool { table.places[field.rawValue] >= 0 }

  func text(_ field: ODBCField) -> Answer<String> { self[field].map { .value($0) } ?? .none }

  /// A day; of a day and time, its day.
  func date(_ field: ODBCField) -> Answer<CalendarDate> {
    guard let text = self[field] else { return .none }
    if content(of: field) == .instant {
      return instant(field).map { reading.zone.wallClock($0) }.flatMapDate
        ?? fault(field, "holds no day that exists")
    }
    if text.utf8.count == 10, let date = CalendarDate(text) { return .value(date) }
    let day = text.prefix(10)
    let rest = text.dropFirst(10).first
    guard rest == nil || rest == " " || rest == "T", let date = CalendarDate(day) else {
      return fault(field, "holds no day as 2026-11-20")
    }
    return .value(date)
  }

  /// An instant; one without a zone is in the configured one, unless the column's type says UTC.
  func instant(_ field: ODBCField) -> Answer<Timestamp> {
    guard let text = self[field] else { return .none }
    let zone = content(of: field) == .instant ? ODBCZone.utc : reading.zone
    let whole = text.utf8.count == 10 ? text + " 00:00:00" : text
    return zone.instant(whole).map { .value($0) }
      ?? fault(field, "holds no day and time as 2026-11-20 09:14:03")
  }

  func number(_ field: ODBCField) -> Answer<ExactDecimal> {
    guard let text = self[field] else { return .none }
    if let number = ExactDecimal(text) { return .value(number) }
    // SQL Server's drivers leave out the zero before the point.
    let isNegative = text.hasPrefix("-")
    if text.dropFirst(isNegative ? 1 : 0).first == ".",
      let number = ExactDecimal((isNegative ? "-0" : "0") + text.dropFirst(isNegative ? 1 : 0))
    {
      return .value(number)
    }
    return fault(field, "holds no number that is exact")
  }

  func flag(_ field: ODBCField) -> Bool? {
    switch self[field]?.lowercased() {
    case "1", "t", "true", "y", "yes", "-1": true
    case "0", "f", "false", "n", "no": false
    default: nil
    }
  }

  /// An amount that must be there: a missing one is not zero.
  func amount(_ field: ODBCField) -> Answer<Money> {
    switch optionalAmount(field) {
    case .none: fault(field, "is empty, and an amount that is missing is not zero")
    case let answer: answer
    }
  }

  func optionalAmount(_ field: ODBCField) -> Answer<Money> {
    switch number(field) {
    case .none: return .none
    case .notAsked: return .notAsked
    case .unavailable(let error): return .unavailable(error)
    case .value(let number):
      guard case .value(let currency) = currency else {
        return .unavailable(currency.error ?? reading.nothing)
      }
      guard reading.usesMinorUnits else { return .value(Money(number, currency)) }
      guard number.scale == 0 else { return fault(field, "holds a fraction of a minor unit") }
      return .value(
        Money(ExactDecimal(coefficient: number.coefficient, scale: currency.minorUnit), currency))
    }
  }

  /// What people call the record.
  var number: String { self[.number] ?? self[.id] ?? "" }

  func fault<Value>(_ field: ODBCField, _ what: String) -> Answer<Value> {
    Self.fault(field, what, table, start, reading)
  }

  private static func fault<Value>(
    _ field: ODBCField, _ what: String, _ table: ODBCTable, _ start: Int, _ reading: ODBCReading
  ) -> Answer<Value> {
    func text(_ field: ODBCField) -> String? {
      let column = table.places[field.rawValue]
      return column < 0 ? nil : table.values[start + column]
    }
    let id = VisibleText(text(.id) ?? "?")
    let number = VisibleText(text(.number) ?? text(.id) ?? "")
    return .unavailable(
      SystemError(
        .malformed, system: reading.system.name,
        message: "\(number) (ID \(id)) in \(reading.system.name) (ODBC): column "
          + "\(field.column) \(what). Correct the record there, or the SQL of "
          + "`\(reading.setting)`."))
  }

  private func content(of field: ODBCField) -> ODBCColumn.Content {
    table.columns[table.places[field.rawValue]].content
  }
}

extension Answer<String> {
  /// The day at the beginning of a day and time.
  fileprivate var flatMapDate: Answer<CalendarDate>? {
    value.flatMap { CalendarDate($0.prefix(10)) }.map { .value($0) }
  }
}
