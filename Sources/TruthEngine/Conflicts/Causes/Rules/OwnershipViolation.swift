import DealModel

/// Somebody replaced the echo by hand, after the owner's value or over a value that agreed with it.
enum OwnershipViolation: CauseRule {
  static let kind = ConflictCause.Kind.ownershipViolation

  static func finding(in subject: Disagreement) -> CauseFinding? {
    // Only an act on record counts: a stamp does not say which value was touched, nor a program
    // that it was not the owner's own flow.
    guard let edit = subject.echo.change, edit.isOfValue, edit.author == .person,
      case .value(let before) = edit.previous
    else { return nil }
    let who = edit.by ?? "A person"
    let act: Evidence =
      "\(who) changed \(subject.echo.name) from \(before) to \(subject.echo.value) at \(edit.at)"
    if subject.agreesWithOwner(before) {
      return CauseFinding(
        detail:
          "\(subject.echo.name) was overwritten by hand; \(subject.owner.system) owns the value.",
        evidence: ["\(act); \(before) is what \(subject.owner.system) says."])
    }
    guard let owned = subject.owner.change, edit.at > owned.at else { return nil }
    return CauseFinding(
      detail:
        "\(subject.echo.name) was edited by hand after \(subject.owner.system) had its value.",
      evidence: ["\(act), after the last change in \(subject.owner.system) at \(owned.at)."])
  }

  static var triggeringExamples: [Disagreement] {
    [
      // The value in place was the owner's.
      .euros("100", "90").echoEdited(hour: 3, from: .euros("100"), by: "Mats Berg"),
      // Edited after the owner's last change.
      .euros("100", "90").ownerChanged(hour: 2).echoEdited(
        hour: 3, from: .euros("80"), by: "Mats Berg"),
      // Emptied by hand.
      .euros("100", nil).echoEdited(hour: 3, from: .euros("100"), by: "Mats Berg"),
    ]
  }

  static var nonTriggeringExamples: [Disagreement] {
    [
      // A program wrote it: that may be the owner's own flow.
      .euros("100", "90").ownerChanged(hour: 2).echoEdited(
        hour: 3, from: .euros("100"), by: "Zapier", author: .program),
      // The first entry replaces nothing.
      .euros("100", "90").ownerChanged(hour: 2).echoEdited(hour: 3, from: .none, by: "Mats Berg"),
      // The owner changed afterwards.
      .euros("100", "90").ownerChanged(hour: 4).echoEdited(
        hour: 3, from: .euros("80"), by: "Mats Berg"),
      // Only the record's stamp is known.
      .euros("100", "90").ownerChanged(hour: 2).echoStamped(hour: 3),
      .euros("100", "90"),
    ]
  }
}
