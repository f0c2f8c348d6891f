import DealModel

/// Owner and echo hold different values, beyond the tolerance.
enum ValueConflict: ConflictRule {
  static let kind = Conflict.Kind.value

  static func finding(in pair: EchoPair) -> ConflictFinding? {
    guard case .value(let owner) = pair.owner, case .value(let echo) = pair.echo else { return nil }
    switch (owner, echo) {
    case (.money(let owned), .money(let copied)):
      guard owned.currency == copied.currency else { return nil }
      guard let difference = try? owned.amount.subtracting(copied.amount).magnitude else {
        // Too far apart to be written down is certainly beyond any tolerance.
        return ConflictFinding()
      }
      guard difference > pair.tolerance else { return nil }
      return ConflictFinding(atStake: Money(difference, owned.currency))
    case (.number(let owned), .number(let copied)):
      let difference = try? owned.subtracting(copied).magnitude
      return difference.map { $0 > pair.tolerance } ?? true ? ConflictFinding() : nil
    case (.date(let owned), .date(let copied)):
      let days = ExactDecimal(abs(owned.days(until: copied)))
      return days > pair.tolerance ? ConflictFinding() : nil
    case (.text(let owned), .text(let copied)):
      return owned.withoutOuterSpace == copied.withoutOuterSpace ? nil : ConflictFinding()
    case (.text, .money): return nil
    default: return owner == echo ? nil : ConflictFinding()
    }
  }

  static var triggeringExamples: [EchoPair] {
    [
      EchoPair(owner: .euros("38500"), echo: .euros("41000")),
      EchoPair(owner: .euros("100.02"), echo: .euros("100"), tolerance: .cent),
      EchoPair(owner: .euros("-5"), echo: .euros("5")),
      EchoPair(owner: .value(.number(3)), echo: .value(.number(4))),
      EchoPair(owner: .value(.text("Harbour")), echo: .value(.text("Harbor"))),
      EchoPair(owner: .day(20_000), echo: .day(20_001)),
      EchoPair(owner: .euros("1e30"), echo: .euros("0.000000001"), tolerance: .cent),
    ]
  }

  static var nonTriggeringExamples: [EchoPair] {
    [
      EchoPair(owner: .euros("38500.00"), echo: .euros("38500")),
      EchoPair(owner: .euros("100.01"), echo: .euros("100"), tolerance: .cent),
      EchoPair(owner: .value(.number(3)), echo: .value(.number(4)), tolerance: 1),
      EchoPair(owner: .value(.text("Harbour")), echo: .value(.text(" Harbour "))),
      EchoPair(owner: .day(20_000), echo: .day(20_001), tolerance: 1),
      EchoPair(owner: .notAsked, echo: .euros("1")),
      EchoPair(owner: .euros("1"), echo: .notAsked),
      EchoPair(owner: .outage, echo: .euros("1")),
      EchoPair(owner: .euros("1"), echo: .outage),
    ]
  }
}
