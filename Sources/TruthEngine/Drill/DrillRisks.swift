public import DealModel

/// What could be decided wrongly while a system is gone, judged from what was last read of it.
public struct DrillRisks: Sendable {
  private let company: CompanyModel
  private let system: SystemName
  private let kinds: Set<RecordKind>
  private let assessments: [Assessment]

  /// - Parameter assessments: The deals that the system owes something.
  public init(
    company: CompanyModel, system: SystemName, kinds: Set<RecordKind>, assessments: [Assessment]
  ) {
    self.company = company
    self.system = system
    self.kinds = kinds
    self.assessments = assessments
  }

  /// One sentence for each wrong decision that lies near, the dearest kind first.
  public var sentences: [String] {
    deals + invoices + costs + milestones + hours + tickets + comparisons
  }

  private var deals: [String] {
    guard kinds.contains(.deals), system == company.sharedID.origin else { return [] }
    var said = [
      "Stage, value and close date of \(assessments.count) deals may have changed: a forecast by them "
        + "is a forecast by what was.",
      "Deals created meanwhile are not in the list at all, and a deal won meanwhile is not missed "
        + "by invoices and projects.",
    ]
    let splits = company.ownership.domains.values.contains { owner in
      if case .split = owner { true } else { false }
    }
    if splits {
      said.append("Whom to ask about a new deal is not known either: the split is read here.")
    }
    return said
  }

  private var invoices: [String] {
    guard kinds.contains(.invoices) else { return [] }
    var said = [
      "Invoices, credit notes and corrections entered meanwhile are missing from invoiced and "
        + "margin of \(assessments.count) deals (\(sum { $0.invoiced }) invoiced when last read)."
    ]
    let overdue = assessments.filter { !$0.rollup.overdue.amounts.isEmpty }
    let owed = sum { $0.overdue }
    if !overdue.isEmpty, owed != "nothing" {
      said.append(
        "What is overdue may have been paid (\(owed) on \(overdue.count) deals): nobody should be "
          + "reminded by this list.")
    }
    return said
  }

  private var costs: [String] {
    guard kinds.contains(.costs) else { return [] }
    return [
      "Orders, bills and expenses entered meanwhile are missing from committed cost "
        + "(\(sum { $0.committedCost })): a margin may be worse than it looks."
    ]
  }

  private var milestones: [String] {
    guard kinds.contains(.milestones) else { return [] }
    let late = assessments.count { $0.flags.contains(.late) }
    var said = ["A next milestone may have moved: no date should be promised by it."]
    if late > 0 {
      said.append("\(late) deals look late that may have been delivered meanwhile.")
    }
    return said
  }

  private var hours: [String] {
    guard kinds.contains(.hours) else { return [] }
    let consequence = company.hourlyCost == nil ? "" : " and from committed cost"
    return ["Hours worked meanwhile are missing from the hours\(consequence)."]
  }

  private var tickets: [String] {
    guard kinds.contains(.tickets) else { return [] }
    return ["Tickets opened meanwhile are missing: a customer may be angrier than it looks."]
  }

  private var comparisons: [String] {
    company.comparisons.compactMap { comparison in
      let owners = company.ownership.owner(of: comparison.field)?.systems ?? []
      guard owners.contains(system) || comparison.echoSystem == system else { return nil }
      let known = assessments.flatMap(\.conflicts).filter {
        $0.field == comparison.field && $0.echo.system == comparison.echoSystem
          && $0.echoProperty == comparison.echoProperty
          && ($0.owner.system == system || $0.echo.system == system)
      }
      let stake = DrillConcern.sum(known.compactMap(\.atStake)).map(\.grouped)
      let money = stake.isEmpty ? "" : " (\(stake.joined(separator: " + ")) at stake)"
      let before =
        known.isEmpty
        ? ""
        : ", and of \(known.count) known conflicts\(money) nobody can say whether they are mended"
      return "\(comparison.field) can no longer be compared with \(comparison.echoSystem)."
        + "\(comparison.echoProperty): a new conflict stays unseen\(before)."
    }
  }

  private func sum(_ figure: (Rollup) -> Figure) -> String {
    let amounts = DrillConcern.sum(assessments.flatMap { figure($0.rollup).amounts })
      .filter { !$0.amount.isZero }
    return amounts.isEmpty ? "nothing" : amounts.map(\.grouped).joined(separator: " + ")
  }
}

extension Money {
  /// The amount in groups of three with its currency: `1,234.50 EUR`.
  public var grouped: String {
    let text = amountText
    let sign = text.hasPrefix("-") ? "-" : ""
    let digits = text.dropFirst(sign.count)
    let whole = digits.prefix { $0 != "." }
    var groups: [Substring] = []
    var rest = whole
    while rest.count > 3 {
      groups.insert(rest.suffix(3), at: 0)
      rest = rest.dropLast(3)
    }
    groups.insert(rest, at: 0)
    return
      "\(sign)\(groups.joined(separator: ","))\(digits.dropFirst(whole.count)) \(currency.code)"
  }
}
