import DealModel

/// The owner changed less than the agreed grace before the echo was read: its flow still has time.
enum TimingCause: CauseRule {
  static let kind = ConflictCause.Kind.timing

  static func finding(in subject: Disagreement) -> CauseFinding? {
    guard let grace = subject.grace, let owned = subject.owner.change,
      let read = subject.echo.fetchedAt, subject.isEchoOlder == true || subject.isNeverWritten,
      owned.at.duration(to: read) < grace
    else { return nil }
    return CauseFinding(
      detail: "The change in \(subject.owner.system) is on its way to \(subject.echo.name).",
      evidence: [
        "\(subject.echo.name) was read at \(read), within \(grace.words) of the change at \(owned.at); so long its flow may take."
      ], isProven: owned.isOfValue)
  }

  static var triggeringExamples: [Disagreement] {
    [
      .euros("100", "90").ownerChanged(hour: 10).echoStamped(hour: 3).read(hour: 11, grace: 2),
      .euros("100", nil).ownerChanged(hour: 10).read(hour: 11, grace: 2),
    ]
  }

  static var nonTriggeringExamples: [Disagreement] {
    [
      .euros("100", "90").ownerChanged(hour: 10).echoStamped(hour: 3).read(hour: 12, grace: 2),
      // The echo was written after the owner: nothing is on its way.
      .euros("100", "90").ownerChanged(hour: 10).echoEdited(
        hour: 11, from: .euros("80"), by: "Zapier", author: .program
      ).read(hour: 11, grace: 2),
      .euros("100", "90").ownerChanged(hour: 10).echoStamped(hour: 3),
      .euros("100", "90").read(hour: 11, grace: 2),
    ]
  }
}

extension Disagreement {
  /// Whether the echo is empty and nobody emptied it, as far as is known.
  var isNeverWritten: Bool {
    guard echo.value == nil else { return false }
    if case .value? = echo.change?.previous { return false }
    return true
  }
}

extension Duration {
  /// A configured length of time as it is written there: `15m`.
  fileprivate var words: String {
    let milliseconds = milliseconds
    for (unit, length) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)]
    where milliseconds.isMultiple(of: Int64(length)) {
      return "\(milliseconds / Int64(length))\(unit)"
    }
    return "\(milliseconds)ms"
  }
}
