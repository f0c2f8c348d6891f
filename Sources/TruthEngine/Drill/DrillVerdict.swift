public import DealModel

/// What a drill measured of one outage: enough to judge what was promised.
public struct DrillMeasurements: Hashable, Sendable {
  /// How long the system was gone.
  public var length: Duration
  /// Deals that it owed something.
  public var deals: Int
  /// When the last readings were first not to be seen any more, after the outage began; `nil` when
  /// they were to be seen throughout.
  public var readingsLostAfter: Duration?
  /// When nothing was shown as live any more; `nil` when something was until the end.
  public var unmarkedUntil: Duration?
  /// When the first value was shown as stale; `nil` for never.
  public var staleAfter: Duration?
  /// When the first value was shown as expired; `nil` for never.
  public var expiredAfter: Duration?
  /// When every value was expired; `nil` for never.
  public var allExpiredAfter: Duration?

  /// Nothing measured yet.
  public init(length: Duration, deals: Int) {
    self.length = length
    self.deals = deals
  }
}

/// Whether one clause of the failure mode holds.
public struct DrillVerdict: Hashable, Sendable {
  /// What can be said of it.
  public enum Judgement: String, Hashable, Sendable {
    /// It was kept from beginning to end.
    case holds
    /// It was broken.
    case broken
    /// No machine can judge it.
    case people
  }

  /// The clause, quoted.
  public var clause: String
  /// What can be said of it.
  public var judgement: Judgement
  /// Why, a sentence.
  public var detail: String

  /// Judges each clause of a failure mode by what was measured.
  public static func judge(
    _ mode: FailureMode, by measured: DrillMeasurements, limits: FreshnessLimits, steward: String
  ) -> [DrillVerdict] {
    mode.clauses.map { clause in
      guard let promise = clause.promise else {
        return DrillVerdict(
          clause: clause.text, judgement: .people,
          detail: "No machine can judge this. Ask \(steward), and rehearse it with the people.")
      }
      return judge(promise, clause.text, measured, limits)
    }
  }

  private static func judge(
    _ promise: FailureMode.Promise, _ clause: String, _ measured: DrillMeasurements,
    _ limits: FreshnessLimits
  ) -> DrillVerdict {
    var kept: [String] = []
    var broken: [String] = []
    if promise.keepsReadings {
      if let lost = measured.readingsLostAfter {
        broken.append("last readings were gone after \(lost.words)")
      } else {
        kept.append(
          "the last readings of \(measured.deals) deals stayed on screen for all "
            + measured.length.words)
      }
    }
    judgeMarks(promise, measured, limits, &kept, &broken)
    if let promised = promise.usableFor {
      judgeTime(promised, measured, limits, &kept, &broken)
    }
    let sentences = broken.isEmpty ? kept : broken
    let detail = sentences.joined(separator: "; ")
    return DrillVerdict(
      clause: clause, judgement: broken.isEmpty ? .holds : .broken,
      detail: (detail.first?.uppercased() ?? "") + detail.dropFirst() + ".")
  }

  /// Nothing that was promised to be marked, or is no longer true, may look live.
  private static func judgeMarks(
    _ promise: FailureMode.Promise, _ measured: DrillMeasurements, _ limits: FreshnessLimits,
    _ kept: inout [String], _ broken: inout [String]
  ) {
    guard measured.deals > 0, measured.length > limits.freshFor else { return }
    guard let marked = measured.unmarkedUntil else {
      // A system that is slow or comes back keeps its values true; nothing had to be marked.
      if measured.staleAfter == nil { kept.append("no value ever grew old") }
      return
    }
    let isLate = marked > limits.freshFor + .seconds(60)
    if isLate { broken.append("values looked live until \(marked.words) into the outage") }
    guard promise.marksThem else { return }
    if let stale = measured.staleAfter {
      kept.append("marked as aging from \(marked.words), as stale from \(stale.words) on")
    } else {
      kept.append("marked as aging from \(marked.words) on, and not yet stale at the end")
    }
  }

  private static func judgeTime(
    _ promised: Duration, _ measured: DrillMeasurements, _ limits: FreshnessLimits,
    _ kept: inout [String], _ broken: inout [String]
  ) {
    // The last reading is up to one freshness older than the outage.
    let slack = limits.freshFor + .seconds(60)
    guard let expired = measured.expiredAfter else {
      if measured.length > promised + slack {
        broken.append(
          "promised for \(promised.words), but values were not expired after "
            + "\(measured.length.words): `expire_after` is \(limits.expireAfter.words)")
      } else {
        kept.append("usable to the end, which was not longer than the promised \(promised.words)")
      }
      return
    }
    if expired + slack < promised {
      broken.append(
        "promised for \(promised.words), but values expired after \(expired.words): "
          + "`expire_after` is \(limits.expireAfter.words)")
    } else if let all = measured.allExpiredAfter, all > promised + slack {
      broken.append("promised for \(promised.words), but usable until \(all.words)")
    } else {
      kept.append("expired from \(expired.words) on, as promised")
    }
  }
}
