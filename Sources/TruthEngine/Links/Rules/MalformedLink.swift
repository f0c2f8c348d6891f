import DealModel

/// An ID does not fit the configured pattern.
enum MalformedLink: LinkRule {
  struct Subject: Hashable, Sendable {
    var id: DealID
    var pattern: DealIDPattern
  }

  static let kind = LinkFault.Kind.malformed

  static func isBroken(by subject: Subject) -> Bool { !subject.pattern.matches(subject.id) }

  static func fault(_ link: Link, origin: SystemName) -> LinkFault {
    let record = link.reference
    return link.fault(
      kind,
      "The deal ID of this \(record.kind.singular) in \(record.system) does not fit the pattern of"
        + " \(origin).",
      mend: "Correct it in \(record.system), or clear it if the record belongs to no deal.")
  }

  static var triggeringExamples: [Subject] {
    subjects(
      "BW-1234", "bw-10001", "BW-10001 ", " BW-10001", "BW-100011", "BW10001", "",
      "BW-１０００１", "BW-10001\n", String(repeating: "9", count: 100_000))
  }

  static var nonTriggeringExamples: [Subject] { subjects("BW-10001", "BW-00000") }

  private static func subjects(_ ids: String...) -> [Subject] {
    guard let pattern = try? DealIDPattern("^BW-[0-9]{5}$") else { return [] }
    return ids.map { Subject(id: DealID($0), pattern: pattern) }
  }
}
