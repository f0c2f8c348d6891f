/// One value of a field.
public enum FieldValue: Hashable, Sendable {
  /// Words, as the system holds them; made safe only where they are shown.
  case text(String)
  /// An exact amount.
  case money(Money)
  /// An exact plain number.
  case number(ExactDecimal)
  /// A day.
  case date(CalendarDate)
  /// An instant.
  case timestamp(Timestamp)
  /// Yes or no.
  case flag(Bool)
}

extension FieldValue: CustomStringConvertible {
  /// The value in plain notation, for sentences and comparisons by eye; not made safe for a terminal.
  public var description: String {
    switch self {
    case .text(let text): text
    case .money(let money): money.description
    case .number(let number): number.description
    case .date(let date): date.description
    case .timestamp(let instant): instant.description
    case .flag(let flag): flag ? "yes" : "no"
    }
  }
}
