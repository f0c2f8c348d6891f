public import DealModel
import Screens
import TruthEngine

/// A rehearsed outage as plain text.
public struct DrillText: Sendable {
  private let report: DrillReport
  private let readAt: Timestamp?

  /// - Parameter readAt: When the company was read; left out when `nil`.
  public init(report: DrillReport, readAt: Timestamp? = nil) {
    self.report = report
    self.readAt = readAt
  }

  /// The whole text, made safe to print.
  public var text: String {
    let sections = [
      heading, concern, hours, risks, verdicts, recovery, shots,
    ]
    return sections.filter { !$0.isEmpty }
      .map { $0.map { VisibleText($0).text + "\n" }.joined() }.joined(separator: "\n")
  }

  private var heading: [String] {
    let manner =
      switch report.manner {
      case .down: "is down"
      case .throttled: "asks for patience at every call"
      case .unauthorized: "refuses the credentials"
      case .slow: "is slow"
      }
    let read = readAt.map { " at \($0)" } ?? ""
    return [
      "DRILL  \(report.system.name) (\(report.system.kind)) \(manner) for \(report.length.words)",
      "  Read once, live\(read); since then replayed on a virtual clock. Nothing was sent.",
      "  Agreed: \"\(report.system.failureMode)\"", "  Steward: \(report.system.steward)",
    ]
  }

  private var concern: [String] {
    let concern = report.concern
    var lines = ["WHAT HANGS ON IT"]
    lines.append("  \(concern.deals) of \(concern.allDeals) deals.")
    for part in concern.parts {
      let columns = part.columns.joined(separator: ", ")
      lines.append(
        "  \(Self.padded(part.kind.rawValue, 12))\(part.records) records; columns: \(columns)")
    }
    for sum in concern.sums {
      let amounts = sum.amounts.map(\.grouped).joined(separator: " + ")
      lines.append("  \(Self.padded(sum.label, 16))\(amounts)")
    }
    return lines
  }

  // MARK: Hours

  private var hours: [String] {
    var lines = [
      "HOUR BY HOUR",
      "  " + Self.padded("after", 14) + Self.padded("sales director", 48) + "ops",
    ]
    var last: DrillReport.Moment?
    for moment in report.moments where moment.after <= report.length {
      let sales = Self.sales(moment, last: last)
      let ops = Self.ops(moment)
      lines.append(
        "  " + Self.padded(moment.after.words, 14) + Self.padded(sales, 48) + ops)
      last = moment
    }
    return lines
  }

  private static func sales(_ moment: DrillReport.Moment, last: DrillReport.Moment?) -> String {
    let phrase = moment.tally.phrase
    if let last, last.tally == moment.tally { return phrase }
    let advice: String
    switch moment.tally.worst {
    case .live, nil: advice = ""
    case .aging: advice = ": being read again"
    case .stale: advice = ": promise nothing by it"
    case .expired: advice = ": decide nothing by it"
    case .unavailable: advice = ": never read"
    }
    return phrase + advice
  }

  private static func ops(_ moment: DrillReport.Moment) -> String {
    var words = moment.status.rawValue
    if moment.status != .healthy, let since = moment.statusFor {
      words += " for \(since.words)"
    }
    if moment.attempts > 0, moment.status != .healthy {
      words += ", \(moment.attempts) calls in vain"
    }
    if let next = moment.nextAttempt { words += ", next in \(next.words)" }
    return words
  }

  // MARK: Judgement

  private var risks: [String] {
    guard !report.risks.isEmpty else { return [] }
    return ["WHAT COULD BE DECIDED WRONGLY"] + report.risks.map { "  - \($0)" }
  }

  private var verdicts: [String] {
    var lines = ["DOES THE FAILURE MODE HOLD?"]
    for verdict in report.verdicts {
      let sign =
        switch verdict.judgement {
        case .holds: "holds "
        case .broken: "BROKEN"
        case .people: "ask   "
        }
      lines.append("  \(sign)  \"\(verdict.clause)\"")
      lines.append("          \(verdict.detail)")
    }
    return lines
  }

  private var recovery: [String] {
    let recovery = report.recovery
    func after(_ duration: Duration?) -> String { duration.map(\.words) ?? "not within 2 h" }
    return [
      "WHEN IT IS BACK",
      "  first answer after \(after(recovery.firstAnswerAfter)), all live after "
        + "\(after(recovery.liveAfter)), healthy after \(after(recovery.healthyAfter)).",
      recovery.isWhole
        ? "  Every value is what it was: nothing was lost or mixed up."
        : "  Values are not what they were. Please report this.",
    ]
  }

  private var shots: [String] {
    report.shots.flatMap { shot -> [String] in
      let rule = String(repeating: "-", count: shot.frame.size.columns)
      let lines = shot.frame.lines.map { line in
        String(line.reversed().drop { $0 == " " }.reversed())
      }
      return ["SCREEN  \(shot.screen), after \(shot.after.words)", rule] + lines + [rule]
    }
  }

  private static func padded(_ text: String, _ columns: Int) -> String {
    text + String(repeating: " ", count: max(1, columns - text.count))
  }
}
