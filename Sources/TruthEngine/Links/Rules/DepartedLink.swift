import DealModel

/// What the rules about deals that are no more look at.
struct DepartedSubject: Hashable, Sendable {
  var id: DealID
  /// What the origin says of deals it once knew.
  var departed: [DealID: DepartedDeal]
}

/// A record bears the ID of a deal that was merged into another.
enum MergedLink: LinkRule {
  typealias Subject = DepartedSubject

  static let kind = LinkFault.Kind.merged

  static func isBroken(by subject: Subject) -> Bool {
    if case .merged? = subject.departed[subject.id]?.fate { true } else { false }
  }

  static func fault(_ link: Link, _ deal: DepartedDeal, origin: SystemName) -> LinkFault {
    let record = link.reference
    let day = deal.at.map { " on \($0.date)" } ?? ""
    let heir: DealID? = if case .merged(let heir) = deal.fate { heir } else { nil }
    let name = heir?.text ?? "a deal without an ID" + (deal.number.map { " (\($0))" } ?? "")
    return link.fault(
      kind, "\(deal.id) was merged into \(name) in \(origin)\(day).",
      mend: heir.map {
        "Enter \($0) on this \(record.kind.singular) in \(record.system); until then \($0) lacks it."
      } ?? "Give that deal its ID in \(origin), then enter it on this \(record.kind.singular) too.",
      suggestion: heir)
  }

  static var triggeringExamples: [Subject] {
    [
      .init(id: "BW-1", departed: ["BW-1": .init(id: "BW-1", fate: .merged(into: "BW-2"))]),
      .init(id: "BW-1", departed: ["BW-1": .init(id: "BW-1", fate: .merged(into: nil))]),
    ]
  }

  static var nonTriggeringExamples: [Subject] {
    [
      .init(id: "BW-1", departed: [:]),
      .init(id: "BW-1", departed: ["BW-1": .init(id: "BW-1", fate: .deleted)]),
      .init(id: "BW-2", departed: ["BW-1": .init(id: "BW-1", fate: .merged(into: "BW-2"))]),
    ]
  }
}

/// A record bears the ID of a deal that was deleted at the origin.
enum DeletedLink: LinkRule {
  typealias Subject = DepartedSubject

  static let kind = LinkFault.Kind.deleted

  static func isBroken(by subject: Subject) -> Bool {
    subject.departed[subject.id]?.fate == .deleted
  }

  static func fault(_ link: Link, _ deal: DepartedDeal, origin: SystemName) -> LinkFault {
    let record = link.reference
    let day = deal.at.map { " on \($0.date)" } ?? ""
    let name = deal.number.map { " (\($0))" } ?? ""
    return link.fault(
      kind, "\(deal.id)\(name) was deleted in \(origin)\(day).",
      mend: "Restore the deal in \(origin) if it went by mistake; else give this"
        + " \(record.kind.singular) in \(record.system) the ID it belongs to.")
  }

  static var triggeringExamples: [Subject] {
    [.init(id: "BW-1", departed: ["BW-1": .init(id: "BW-1", fate: .deleted)])]
  }

  static var nonTriggeringExamples: [Subject] {
    [
      .init(id: "BW-1", departed: [:]),
      .init(id: "BW-2", departed: ["BW-1": .init(id: "BW-1", fate: .deleted)]),
      .init(id: "BW-1", departed: ["BW-1": .init(id: "BW-1", fate: .merged(into: "BW-2"))]),
    ]
  }
}
