import DealModel

/// Records of a deal are due in a system, and the system answered that there are none.
enum DanglingLink: LinkRule {
  struct Subject: Hashable, Sendable {
    var domain: Domain
    /// The stage by label and by ID, as far as they are known.
    var stages: [String]
    /// The configured stages at which records are due.
    var due: [Domain: Set<String>]
    /// How many records the owner holds; `nil` when it could not be asked, or has not been.
    var recordCount: Int?
  }

  static let kind = LinkFault.Kind.dangling

  static func isBroken(by subject: Subject) -> Bool {
    subject.recordCount == 0 && isDue(subject)
  }

  /// Whether records are due at all; labels match without regard to case.
  static func isDue(_ subject: Subject) -> Bool {
    guard let due = subject.due[subject.domain] else { return false }
    let folded = Set(due.map { Folding.folded($0) })
    return subject.stages.contains { folded.contains(Folding.folded($0)) }
  }

  static func fault(_ id: DealID, _ domain: Domain, in system: SystemName, url: String?)
    -> LinkFault
  {
    LinkFault(
      kind: kind, system: system, id: id, url: url,
      detail:
        "At this stage \(domain.rawValue) records are due in \(system), and none bears the ID;"
        + " enter the ID on them there.")
  }

  static var triggeringExamples: [Subject] {
    [
      Subject(domain: .financial, stages: ["Won"], due: [.financial: ["Won"]], recordCount: 0),
      Subject(
        domain: .delivery, stages: ["Closed won", "closedwon"],
        due: [.delivery: ["closedwon", "Delivering"]], recordCount: 0),
      Subject(domain: .financial, stages: ["won"], due: [.financial: ["Won"]], recordCount: 0),
    ]
  }

  static var nonTriggeringExamples: [Subject] {
    [
      Subject(domain: .financial, stages: ["Won"], due: [.financial: ["Won"]], recordCount: 1),
      Subject(domain: .financial, stages: ["Won"], due: [.financial: ["Won"]], recordCount: nil),
      Subject(domain: .financial, stages: ["Lead"], due: [.financial: ["Won"]], recordCount: 0),
      Subject(domain: .financial, stages: ["Won"], due: [.delivery: ["Won"]], recordCount: 0),
      Subject(domain: .financial, stages: [], due: [.financial: ["Won"]], recordCount: 0),
    ]
  }
}
