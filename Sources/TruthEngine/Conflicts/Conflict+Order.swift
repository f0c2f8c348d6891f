import DealModel

/// By what a list of conflicts is sorted.
public enum ConflictOrder: String, CaseIterable, Hashable, Sendable {
  /// By money at stake, the most first.
  case money
  /// By age, the oldest first.
  case age
  /// By cause, the worst first, and within a cause by money.
  case cause

  /// Whether one conflict comes before another. Total: no two different conflicts are equal, so the
  /// order never depends on chance.
  public func isBefore(_ left: Conflict, _ right: Conflict) -> Bool {
    switch self {
    case .money: break
    case .age:
      if left.since != right.since {
        // What nobody knows the age of comes last.
        guard let one = left.since else { return false }
        guard let other = right.since else { return true }
        return one < other
      }
    case .cause:
      if left.cause.kind != right.cause.kind { return left.cause.kind.rank < right.cause.kind.rank }
    }
    return Conflict.isBefore(left, right)
  }

  /// The order after this one, round in a circle.
  public var next: ConflictOrder {
    switch self {
    case .money: .age
    case .age: .cause
    case .cause: .money
    }
  }
}

extension Conflict {
  /// By money at stake, the most first; conflicts without a sum after those with one; then by deal
  /// and field, so that the order never depends on chance.
  ///
  /// Amounts of different currencies are ranked by their bare numbers.
  public static func isBefore(_ left: Conflict, _ right: Conflict) -> Bool {
    switch (left.atStake?.amount, right.atStake?.amount) {
    case (let one?, let other?) where one != other: return one > other
    case (_?, nil): return true
    case (nil, _?): return false
    default: break
    }
    if left.deal != right.deal { return left.deal < right.deal }
    if left.field != right.field { return left.field < right.field }
    return (left.echo.system.text, left.echoProperty, left.echo.value?.description ?? "")
      < (right.echo.system.text, right.echoProperty, right.echo.value?.description ?? "")
  }
}
