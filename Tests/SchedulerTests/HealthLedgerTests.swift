import AdapterKit
import DealModel
import Testing

@testable import Scheduler

@Suite struct HealthLedgerTests {
  private func ledger() -> HealthLedger { HealthLedger(Company.model.systems[1]) }

  private func call(_ kind: SystemError.Kind? = nil, at seconds: Int64 = 0) -> CallReport {
    CallReport(
      system: "erp_us", operation: "POST /suiteql", began: Timestamp(milliseconds: seconds * 1_000),
      duration: .milliseconds(40), status: kind == nil ? 200 : 500,
      error: kind.map { SystemError($0, system: "erp_us", message: "It failed.") })
  }

  @Test("nothing is known before the first call")
  func unknown() { #expect(ledger().health.status == .unknown) }

  @Test(
    "the state after calls",
    arguments: [
      ([nil], .healthy),
      ([.unavailable], .down),
      ([nil, .unavailable], .degraded),
      ([nil, .unavailable, .unavailable, .unavailable], .down),
      ([nil, .unauthorized], .unauthorized),
      ([nil, .throttled(retryAfter: nil)], .throttled),
      ([nil, .drifted(field: "custbody_deal_id")], .drifted),
      ([nil, .malformed], .degraded),
      ([nil, .unauthorized, nil], .degraded),
      ([nil, .unauthorized, nil, nil, nil], .healthy),
    ] as [([SystemError.Kind?], SystemStatus)])
  func states(calls: [SystemError.Kind?], expected: SystemStatus) {
    var ledger = ledger()
    for (second, kind) in calls.enumerated() { _ = ledger.callEnded(call(kind, at: Int64(second))) }
    #expect(ledger.health.status == expected)
  }

  @Test("since tells when the state began, not when the last call was")
  func since() {
    var ledger = ledger()
    _ = ledger.callEnded(call(at: 0))
    for second in 1...9 { _ = ledger.callEnded(call(.unauthorized, at: Int64(second))) }
    #expect(ledger.health.since == Timestamp(milliseconds: 1_040))
    #expect(ledger.health.lastSuccess == Timestamp(milliseconds: 40))
    #expect(ledger.health.errors == 9)
  }

  @Test("an error that the port has reported is not counted twice")
  func reportedOnce() {
    var ledger = ledger()
    let failed = call(.unavailable)
    _ = ledger.callEnded(failed)
    if let error = failed.error {
      _ = ledger.answerUnusable(error, operation: "invoices", at: Timestamp(milliseconds: 50))
    }
    #expect(ledger.health.errors == 1)
  }

  @Test("what is kept is bounded")
  func bounded() {
    var ledger = ledger()
    for second in 0..<200 {
      _ = ledger.callEnded(call(second % 2 == 0 ? nil : .malformed, at: Int64(second)))
    }
    #expect(ledger.health.recentLatencies.count == LatencyRecord.kept)
    #expect(ledger.health.lastErrors.count == HealthLedger.failuresKept)
  }

  @Test("a change of state is told with its reason, its number and the error behind it")
  func changes() {
    var ledger = ledger()
    let first = ledger.callEnded(call(at: 0))
    #expect(first?.from == .unknown && first?.to == .healthy && first?.number == 1)
    #expect(ledger.callEnded(call(at: 1)) == nil)
    let second = ledger.callEnded(call(.unauthorized, at: 2))
    #expect(second?.to == .unauthorized && second?.number == 2)
    #expect(second?.lastError?.kind == .unauthorized)
    #expect(second?.reason.contains("refuses the credentials") == true)
    #expect(second?.at == Timestamp(milliseconds: 2_040))
  }

  @Test(
    "drift that a probe found keeps when it was first seen, and ends with a probe that finds none")
  func drift() {
    var ledger = ledger()
    let gone = SchemaDrift(.link, "custbody_deal_id", .gone)
    func probe(_ drift: [SchemaDrift]?, at second: Int64) {
      let now = Timestamp(milliseconds: second * 1_000)
      _ = ledger.callEnded(call(at: second))
      _ = ledger.probed(ProbeAnswer(identity: "account 1", drift: drift), began: now, at: now)
    }
    probe([], at: 0)
    #expect(ledger.health.status == .healthy)
    probe([gone], at: 60)
    probe([gone], at: 120)
    // A probe that did not look says nothing.
    probe(nil, at: 180)
    #expect(ledger.health.status == .drifted)
    #expect(ledger.health.drift.map(\.firstSeen) == [Timestamp(milliseconds: 60_000)])
    #expect(ledger.health.reason == "The link property custbody_deal_id is gone.")
    for second in 0..<4 as Range<Int64> { probe([], at: 240 + second * 60) }
    #expect(ledger.health.status == .healthy)
    #expect(ledger.health.drift.isEmpty)
    #expect(ledger.health.identity == "account 1")
  }
}
