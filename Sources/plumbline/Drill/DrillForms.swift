import DealModel
import Drill
import Screens
import TruthEngine

/// A rehearsed outage as JSON.
struct DrillForms {
  let report: DrillReport
  let forms: JSONForms
  let failures: [SystemError]

  var json: JSONValue {
    [
      "system": .string(report.system.name.text), "how": .string(report.manner.rawValue),
      "for_seconds": seconds(report.length),
      "failure_mode": .string(report.system.failureMode),
      "steward": .string(report.system.steward), "concern": concern,
      "moments": .array(report.moments.map(moment)),
      "risks": .array(report.risks.map { .string($0) }),
      "verdicts": .array(report.verdicts.map(verdict)), "recovery": recovery,
      "attempts": .integer(report.attempts), "holds": .bool(report.holds),
      "screens": .array(report.shots.map(screen)),
      "failures": .array(failures.map(forms.error)), "complete": .bool(failures.isEmpty),
    ]
  }

  private func seconds(_ duration: Duration?) -> JSONValue {
    duration.map { .integer(Int($0.components.seconds)) } ?? nil
  }

  private var concern: JSONValue {
    let parts = report.concern.parts.map { part -> JSONValue in
      [
        "kind": .string(part.kind.rawValue), "deals": .integer(part.deals),
        "records": .integer(part.records),
        "columns": .array(part.columns.map { .string($0) }),
      ]
    }
    let sums = report.concern.sums.map { sum -> JSONValue in
      ["label": .string(sum.label), "amounts": .array(sum.amounts.map(forms.money))]
    }
    return [
      "deals": .integer(report.concern.deals), "all_deals": .integer(report.concern.allDeals),
      "parts": .array(parts), "sums": .array(sums),
    ]
  }

  private func moment(_ moment: DrillReport.Moment) -> JSONValue {
    let tally = moment.tally.counts.keys.sorted().map { kind in
      JSONValue.Member(
        kind.rawValue,
        .object(
          Freshness.allCases.map { freshness in
            .init(freshness.rawValue, .integer(moment.tally.count(freshness, of: kind)))
          }))
    }
    return [
      "after_seconds": seconds(moment.after), "hour": .bool(moment.isHour),
      "freshness": .object(tally), "status": .string(moment.status.rawValue),
      "status_seconds": seconds(moment.statusFor),
      "next_attempt_seconds": seconds(moment.nextAttempt),
      "attempts": .integer(moment.attempts),
    ]
  }

  private func verdict(_ verdict: DrillVerdict) -> JSONValue {
    [
      "clause": .string(verdict.clause), "judgement": .string(verdict.judgement.rawValue),
      "detail": .string(verdict.detail),
    ]
  }

  private var recovery: JSONValue {
    [
      "first_answer_seconds": seconds(report.recovery.firstAnswerAfter),
      "live_seconds": seconds(report.recovery.liveAfter),
      "healthy_seconds": seconds(report.recovery.healthyAfter),
      "whole": .bool(report.recovery.isWhole),
    ]
  }

  private func screen(_ shot: DrillReport.Shot) -> JSONValue {
    [
      "after_seconds": seconds(shot.after), "screen": .string(shot.screen),
      "lines": .array(shot.frame.lines.map { .string(VisibleText($0).text) }),
    ]
  }
}
