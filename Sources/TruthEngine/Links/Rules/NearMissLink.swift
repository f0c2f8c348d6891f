import DealModel

/// An ID that is no deal's is most likely a slip for exactly one that is. Suggested, never joined.
enum NearMissLink: LinkRule {
  struct Subject: Hashable, Sendable {
    var id: DealID
    /// The deals of the origin.
    var known: [DealID]
  }

  static let kind = LinkFault.Kind.nearMiss

  static func isBroken(by subject: Subject) -> Bool {
    NeighbouringIDs(subject.known).suggestion(for: subject.id) != nil
  }

  static func fault(_ link: Link, suggestion: DealID, origin: SystemName) -> LinkFault {
    let record = link.reference
    return link.fault(
      kind,
      "No deal in \(origin) has the ID of this \(record.kind.singular) in \(record.system), and"
        + " \(suggestion) is a slip of the finger away.",
      mend: "If \(suggestion) is meant, correct the ID in \(record.system); until then the"
        + " \(record.kind.singular) belongs to no deal.", suggestion: suggestion)
  }

  static var triggeringExamples: [Subject] {
    subjects(
      "BW-1O017", "bw-10017", "BW-10017 ", "BW10017", "BW 10017", "BW–10017", "BW-l0017",
      "ＢＷ-１００１７", "ВW-10017", "BW-01017", "BW-1017", "BW-100017", "BW-100l7", "VW-10017",
      "BW-10017-1")
  }

  static var nonTriggeringExamples: [Subject] {
    subjects("BW-10017", "BW-30029", "BW-10018", "", "-", "BW", "INV-10017", "BW-100", "overhead")
      + [
        Subject(id: "BW-1O017", known: []),
        Subject(id: "BW-10019", known: ["BW-10017", "BW-10018"]),
      ]
      // Both are the same to the eye: nobody can say which is meant.
      + [Subject(id: "bw-1o017", known: ["BW-10017", "BW-1O017"])]
  }

  private static func subjects(_ ids: String...) -> [Subject] {
    // BW-10018 is a slip from both BW-10017 and BW-10028: two equally close are no suggestion.
    ids.map { Subject(id: DealID($0), known: ["BW-10017", "BW-10028", "BW-20144"]) }
  }
}
