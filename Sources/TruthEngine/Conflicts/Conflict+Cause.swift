import DealModel

extension Conflict {
  /// The likely cause in a sentence, judged by what kind of disagreement it is and who changed last.
  /// Holds no value of the deal.
  public var cause: String {
    let copy = "\(echo.system).\(echoProperty)"
    switch kind {
    case .currency: return "\(owner.system) and \(echo.system) hold it in different currencies."
    case .echoMissing: return "The value has not been carried over to \(copy)."
    case .ownerMissing:
      return "\(copy) was filled by hand, or its record in \(owner.system) is gone."
    case .value:
      guard let owned = owner.modifiedAt, let copied = echo.modifiedAt, owned != copied else {
        return "\(copy) was not brought up to date, or was changed by hand."
      }
      return owned > copied
        ? "\(owner.system) changed after \(echo.system) did: the change was not carried over."
        : "\(echo.system) changed after \(owner.system) did: \(copy) was changed by hand, or filled"
          + " from an older value."
    }
  }

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
