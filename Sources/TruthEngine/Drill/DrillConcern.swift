public import DealModel

/// What of a company hangs on one system: deals, columns and money. Judged before a drill begins.
public struct DrillConcern: Hashable, Sendable {
  /// One kind of record that the system owes.
  public struct Part: Hashable, Sendable {
    /// The kind.
    public var kind: RecordKind
    /// Deals for which it is owed.
    public var deals: Int
    /// Records that were read of them.
    public var records: Int
    /// Columns and fields made of them, as people call them.
    public var columns: [String]
  }

  /// A sum of money that rests on the system, per currency.
  public struct Sum: Hashable, Sendable {
    /// What it is: `invoiced`.
    public var label: String
    /// The amounts, sorted by currency.
    public var amounts: [Money]
  }

  /// The system.
  public var system: SystemName
  /// Deals in all.
  public var allDeals: Int
  /// Deals that the system owes something.
  public var deals: Int
  /// What it owes, in screen order.
  public var parts: [Part]
  /// Money that rests on it.
  public var sums: [Sum]

  /// What hangs on a system, by everything that was read.
  ///
  /// - Parameter assessments: Every deal, judged when it was read.
  public init(
    of system: SystemName, dossiers: [Dossier], assessments: [DealID: Assessment]
  ) {
    self.system = system
    allDeals = dossiers.count
    let concerned = dossiers.filter { dossier in
      dossier.sections.keys.contains { $0.system == system }
    }
    deals = concerned.count
    let kinds = RecordKind.allCases.filter { kind in
      concerned.contains { $0.sections.keys.contains(SectionKey(system: system, kind: kind)) }
    }
    parts = kinds.map { kind in
      let sections = concerned.compactMap {
        $0.sections[SectionKey(system: system, kind: kind)]
      }
      let records = sections.reduce(0) { $0 + ($1.records?.count ?? 0) }
      return Part(
        kind: kind, deals: sections.count, records: records,
        columns: Self.columns(madeOf: kind))
    }
    let rollups = concerned.compactMap { assessments[$0.id]?.rollup }
    var sums: [Sum] = []
    func add(_ label: String, _ figure: (Rollup) -> Figure) {
      let amounts = Self.sum(rollups.flatMap { figure($0).amounts })
      if !amounts.isEmpty { sums.append(Sum(label: label, amounts: amounts)) }
    }
    if kinds.contains(.deals) {
      let values = concerned.compactMap { dossier -> Money? in
        guard case .money(let money)? = assessments[dossier.id]?.fields[.value]?.answer.value
        else { return nil }
        return money
      }
      if !values.isEmpty { sums.append(Sum(label: "deal value", amounts: Self.sum(values))) }
    }
    if kinds.contains(.invoices) {
      add("invoiced") { $0.invoiced }
      add("outstanding") { $0.outstanding }
      add("overdue") { $0.overdue }
    }
    if kinds.contains(.costs) { add("committed cost") { $0.committedCost } }
    self.sums = sums
  }

  /// Columns and fields that are made of a kind of record, by their titles.
  public static func columns(madeOf kind: RecordKind) -> [String] {
    let names: [FieldName] =
      switch kind {
      case .deals:
        FieldName.catalog.filter { $0.domain == .commercial && $0.name != .stageState }.map(\.name)
      case .invoices: [.invoiced, .paid, .outstanding, .overdue, .margin, .marginPercent]
      case .costs: [.committedCost, .actualCost, .margin, .marginPercent, .forecastMargin]
      case .milestones: [.milestones, .nextMilestone]
      case .hours: [.hours]
      case .tickets: [.tickets]
      }
    return names.compactMap { $0.known?.title }
  }

  /// One amount per currency. A sum that does not fit is left as its parts.
  static func sum(_ amounts: [Money]) -> [Money] {
    var sums: [Currency: Money] = [:]
    for money in amounts {
      let before = sums[money.currency] ?? .zero(money.currency)
      sums[money.currency] = (try? before.adding(money)) ?? before
    }
    return sums.keys.sorted().compactMap { sums[$0] }
  }
}
