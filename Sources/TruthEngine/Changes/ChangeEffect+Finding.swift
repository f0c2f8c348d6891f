import DealModel

extension ChangeEffect {
  /// Which figures of a deal moved between two judgements, in the order of the catalog.
  ///
  /// A figure one side of which nobody has asked for yet has not moved: it is being read.
  static func effects(from old: Assessment, to new: Assessment) -> [ChangeEffect] {
    var effects: [ChangeEffect] = []
    for description in FieldName.catalog {
      let field = description.name
      if let before = old.rollup.figure(of: field), let after = new.rollup.figure(of: field) {
        effects += moved(field, before, after)
      }
    }
    effects += percent(old, new) + milestone(old, new) + hours(old, new)
    if old.conflicts.count != new.conflicts.count {
      effects.append(
        ChangeEffect(
          field: .conflicts, old: .value(.number(ExactDecimal(old.conflicts.count))),
          new: .value(.number(ExactDecimal(new.conflicts.count)))))
    }
    let order = FieldName.catalog.map(\.name)
    func place(_ effect: ChangeEffect) -> Int { order.firstIndex(of: effect.field) ?? order.count }
    return effects.enumerated().sorted {
      (place($0.element), $0.offset) < (place($1.element), $1.offset)
    }.map(\.element)
  }

  /// One effect per currency that moved.
  private static func moved(
    _ field: FieldName, _ before: Figure, _ after: Figure
  ) -> [ChangeEffect] {
    guard !before.isUnasked, !after.isUnasked else { return [] }
    let currencies = Set((before.amounts + after.amounts).map(\.currency)).sorted()
    return currencies.compactMap { currency in
      let old = before.answer(in: currency)
      let new = after.answer(in: currency)
      guard old != new else { return nil }
      return ChangeEffect(
        field: field, old: old, new: new, isComplete: before.isComplete && after.isComplete)
    }
  }

  private static func percent(_ old: Assessment, _ new: Assessment) -> [ChangeEffect] {
    guard old.rollup.margin.isComplete, new.rollup.margin.isComplete,
      let before = old.fields[.marginPercent]?.answer,
      let after = new.fields[.marginPercent]?.answer, before != after
    else { return [] }
    return [ChangeEffect(field: .marginPercent, old: before, new: after)]
  }

  private static func milestone(_ old: Assessment, _ new: Assessment) -> [ChangeEffect] {
    guard let before = old.fields[.nextMilestone]?.answer,
      let after = new.fields[.nextMilestone]?.answer, before.isAnswered, after.isAnswered,
      before != after
    else { return [] }
    return [ChangeEffect(field: .nextMilestone, old: before, new: after)]
  }

  private static func hours(_ old: Assessment, _ new: Assessment) -> [ChangeEffect] {
    guard let before = old.rollup.workedSeconds, let after = new.rollup.workedSeconds,
      before != after
    else { return [] }
    return [
      ChangeEffect(
        field: .hours, old: .value(.wholeSeconds(before)), new: .value(.wholeSeconds(after)))
    ]
  }
}

extension Figure {
  /// Whether some input has not been asked for yet.
  fileprivate var isUnasked: Bool { missing.contains { $0.reason == .notAsked } }

  /// The amount in one currency: nothing is zero where the figure is whole, and not known otherwise.
  fileprivate func answer(in currency: Currency) -> Answer<FieldValue> {
    if let amount = amounts.first(where: { $0.currency == currency }) {
      return .value(.money(amount))
    }
    return isComplete ? .value(.money(.zero(currency))) : .notAsked
  }
}

extension [DealChange] {
  /// Gives each effect to the value of the record that causes it, so that it is told once.
  mutating func take(_ effects: [ChangeEffect]) {
    guard !isEmpty else { return }
    for effect in effects {
      let cause =
        firstIndex { $0.moves(effect.field) }
        ?? firstIndex { $0.subject == .value("status") } ?? startIndex
      self[cause].effects.append(effect)
    }
  }
}

extension DealChange {
  /// Whether a figure is made of the value that changed.
  fileprivate func moves(_ figure: FieldName) -> Bool {
    let margins: Set<FieldName> = [.margin, .marginPercent]
    switch (noun, subject) {
    case ("invoice", .value("net")), ("credit_note", .value("net")):
      return figure == .invoiced || margins.contains(figure)
    case ("invoice", .value("paid")): return figure == .paid
    case ("invoice", .value("outstanding")): return figure == .outstanding || figure == .overdue
    case ("invoice", .value("due")): return figure == .overdue
    case ("purchase_order", .value("open")):
      return figure == .committedCost || figure == .forecastMargin || margins.contains(figure)
    case ("bill", .value("net")), ("vendor_credit", .value("net")), ("expense", .value("net")),
      ("hours", .value("seconds")):
      return figure == .actualCost || figure == .committedCost || figure == .forecastMargin
        || figure == .hours || margins.contains(figure)
    case (_, .field(.value)): return figure == .forecastMargin
    case ("milestone", _): return figure == .nextMilestone
    case (_, .record): return true
    default: return false
    }
  }
}
