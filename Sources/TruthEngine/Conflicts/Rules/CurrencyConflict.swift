import DealModel

/// Owner and echo hold amounts of different currencies: no difference can be computed.
enum CurrencyConflict: ConflictRule {
  static let kind = Conflict.Kind.currency

  static func finding(in pair: EchoPair) -> ConflictFinding? {
    guard case .value(.money(let copied)) = pair.echo else { return nil }
    switch pair.owner {
    case .value(.money(let owned)):
      return owned.currency == copied.currency ? nil : ConflictFinding()
    // Amounts of several currencies.
    case .value(.text): return ConflictFinding()
    default: return nil
    }
  }

  static var triggeringExamples: [EchoPair] {
    [
      EchoPair(owner: .euros("100"), echo: .pounds("100")),
      EchoPair(owner: .euros("0"), echo: .pounds("0"), tolerance: .cent),
      EchoPair(owner: .value(.text("100.00 EUR, 50.00 GBP")), echo: .euros("150")),
    ]
  }

  static var nonTriggeringExamples: [EchoPair] {
    [
      EchoPair(owner: .euros("100"), echo: .euros("200")),
      EchoPair(owner: .euros("100"), echo: .none),
      EchoPair(owner: .outage, echo: .pounds("100")),
      EchoPair(owner: .value(.number(1)), echo: .pounds("100")),
    ]
  }
}
