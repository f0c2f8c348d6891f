/// The kinds of record an adapter can be asked for, one call per kind and batch.
public enum RecordKind: String, CaseIterable, Hashable, Sendable, Comparable {
  /// The deal itself: the origin's record with its commercial fields, or another system's echo of it.
  case deals
  /// Invoices and credit notes.
  case invoices
  /// Purchase orders, vendor bills, vendor credits and expenses.
  case costs
  /// Milestones of delivery.
  case milestones
  /// Hours worked.
  case hours
  /// Tickets of the desk.
  case tickets

  /// The domain whose owner is asked for this kind.
  public var domain: Domain {
    switch self {
    case .deals: .commercial
    case .invoices, .costs: .financial
    case .milestones, .hours: .delivery
    case .tickets: .support
    }
  }

  /// In the order in which screens show them.
  public static func < (left: RecordKind, right: RecordKind) -> Bool { left.rank < right.rank }

  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
