import DealModel

/// One way in which the shared ID can fail to join records, with the examples that are its tests.
protocol LinkRule {
  /// What the rule looks at.
  associatedtype Subject: Hashable, Sendable
  /// What it finds.
  static var kind: LinkFault.Kind { get }
  /// Whether the subject breaks the rule.
  static func isBroken(by subject: Subject) -> Bool
  static var triggeringExamples: [Subject] { get }
  static var nonTriggeringExamples: [Subject] { get }
}

extension LinkFault {
  /// By kind in the order of ``Kind``, then by system, ID and record.
  public static func isBefore(_ left: LinkFault, _ right: LinkFault) -> Bool {
    if left.kind != right.kind { return left.kind.rank < right.kind.rank }
    if left.system != right.system { return left.system < right.system }
    if left.id != right.id { return left.id < right.id }
    let (one, other) = (left.record, right.record)
    if one?.kind != other?.kind { return (one?.kind ?? .deals) < (other?.kind ?? .deals) }
    return one?.id ?? "" < other?.id ?? ""
  }
}

extension LinkFault.Kind {
  fileprivate var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

extension RecordKind {
  /// One record of this kind, in a sentence.
  var singular: String {
    switch self {
    case .deals: "deal"
    case .invoices: "invoice"
    case .costs: "cost document"
    case .milestones: "milestone"
    case .hours: "hours entry"
    case .tickets: "ticket"
    }
  }
}
