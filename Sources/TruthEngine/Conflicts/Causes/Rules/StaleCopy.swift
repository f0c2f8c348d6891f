import DealModel

/// The echo was written before the owner's value changed, or was never written.
enum StaleCopy: CauseRule {
  static let kind = ConflictCause.Kind.staleCopy

  static func finding(in subject: Disagreement) -> CauseFinding? {
    if subject.isNeverWritten {
      return CauseFinding(
        detail:
          "The value of \(subject.owner.system) has not been carried over to \(subject.echo.name).",
        evidence: ["\(subject.echo.name) is empty."], isProven: false)
    }
    guard subject.isEchoOlder == true, let owned = subject.owner.change,
      let copied = subject.echo.change
    else { return nil }
    return CauseFinding(
      detail:
        "\(subject.owner.system) changed after \(subject.echo.name) was written; the change was not carried over.",
      evidence: [
        "\(subject.echo.name) is of \(copied.at) at the latest, \(subject.owner.system) of \(owned.at)."
      ],
      isProven: owned.isOfValue)
  }

  static var triggeringExamples: [Disagreement] {
    [
      .euros("100", "90").ownerChanged(hour: 10).echoStamped(hour: 3),
      .euros("100", "90").ownerStamped(hour: 10).echoStamped(hour: 3),
      .euros("100", nil),
    ]
  }

  static var nonTriggeringExamples: [Disagreement] {
    [
      .euros("100", "90").ownerChanged(hour: 10).echoStamped(hour: 11),
      .euros("100", "90").ownerChanged(hour: 10),
      .euros("100", "90").echoStamped(hour: 11),
      // Emptied, not left empty.
      .euros("100", nil).ownerChanged(hour: 1).echoEdited(
        hour: 3, from: .euros("100"), by: "Zapier", author: .program),
    ]
  }
}
