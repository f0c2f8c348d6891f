import DealModel

/// A record bears an ID that fits the pattern and that the origin does not know.
enum OrphanLink: LinkRule {
  struct Subject: Hashable, Sendable {
    var id: DealID
    /// The deals of the origin; `nil` when they are not all known.
    var known: Set<DealID>?
  }

  static let kind = LinkFault.Kind.orphan

  static func isBroken(by subject: Subject) -> Bool {
    subject.known.map { !$0.contains(subject.id) } ?? false
  }

  static func fault(_ link: Link, origin: SystemName) -> LinkFault {
    let record = link.reference
    return link.fault(
      kind,
      "This \(record.kind.singular) in \(record.system) bears an ID that \(origin) does not know.",
      mend: "Correct it in \(record.system), or create the deal in \(origin).")
  }

  static var triggeringExamples: [Subject] {
    [
      Subject(id: "BW-99999", known: ["BW-10001"]),
      Subject(id: "BW-99999", known: []),
      Subject(id: "bw-10001", known: ["BW-10001"]),
    ]
  }

  static var nonTriggeringExamples: [Subject] {
    [
      Subject(id: "BW-10001", known: ["BW-10001", "BW-10002"]),
      Subject(id: "BW-99999", known: nil),
    ]
  }
}
