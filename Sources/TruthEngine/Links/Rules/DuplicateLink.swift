import DealModel

/// Several deals of the origin bear one ID: its records elsewhere belong to nobody in particular.
enum DuplicateLink: LinkRule {
  /// The records of the origin that bear one ID.
  typealias Subject = [RecordReference]

  static let kind = LinkFault.Kind.duplicate

  static func isBroken(by subject: Subject) -> Bool { Set(subject).count > 1 }

  static func fault(_ link: Link, count: Int) -> LinkFault {
    link.fault(
      kind, "\(count) deals in \(link.reference.system) bear this ID.",
      mend: "Give each its own there; its records elsewhere then follow the right one.")
  }

  static var triggeringExamples: [Subject] { [deals("1", "2"), deals("1", "2", "1")] }

  static var nonTriggeringExamples: [Subject] { [deals("1"), deals("1", "1"), deals()] }

  private static func deals(_ ids: String...) -> Subject {
    ids.map { RecordReference(system: "crm", kind: .deals, id: $0) }
  }
}

extension Link {
  /// This link as a fault.
  func fault(
    _ kind: LinkFault.Kind, _ detail: String, mend: String, suggestion: DealID? = nil
  ) -> LinkFault {
    LinkFault(
      kind: kind, system: reference.system, id: dealID ?? "", record: reference, number: number,
      url: url, detail: detail, mend: mend, suggestion: suggestion)
  }
}
