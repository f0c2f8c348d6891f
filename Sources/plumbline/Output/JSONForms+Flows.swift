import DealModel
import TruthEngine

extension JSONForms {
  /// A flow: a row of `health --json`, told from a system's by its key `flow`.
  func flow(_ health: FlowHealth) -> JSONValue {
    let flow = health.flow
    let report = health.report
    return [
      "flow": .string(flow.name), "system": flow.system.map { .string($0.text) } ?? nil,
      "kind": .string(flow.system.flatMap { company.system($0)?.kind } ?? "heartbeat"),
      "status": .string(health.state.rawValue), "since": instant(health.since),
      "last_run": instant(report?.lastRun), "last_success": instant(report?.lastSuccess),
      "failures": report.map { .integer($0.failures) } ?? nil,
      "on": report?.isOn.map { .bool($0) } ?? nil,
      "carries": flow.carries.map {
        ["from": .string($0.from.text), "to": .string($0.to.text)]
      } ?? nil,
      "expect_every_seconds": flow.expectEvery.map { .integer($0.milliseconds / 1_000) } ?? nil,
      "grace_seconds": flow.expectEvery == nil ? nil : .integer(flow.grace.milliseconds / 1_000),
      "fetched_at": instant(health.readAt), "title": report?.title.map { .string($0) } ?? nil,
      "url": report?.url.map { .string($0) } ?? nil, "steward": .string(flow.steward),
      "reason": .string(health.reason),
    ]
  }

  /// The flow that should have made the records which a fault misses.
  func carrier(of fault: LinkFault) -> FlowHealth? {
    fault.carrier(among: flows, origin: company.sharedID.origin)
  }

  /// What is wrong, with the flow that should have carried it.
  func detail(of fault: LinkFault) -> String {
    fault.detail(naming: flows, origin: company.sharedID.origin)
  }

  /// What is wrong, with the flow that should have carried it, and how to mend it.
  func sentence(of fault: LinkFault) -> String {
    var fault = fault
    fault.detail = detail(of: fault)
    return fault.sentence
  }

  /// Everything that speaks for a conflict's cause, and what became of the flow that carries the copy.
  func evidence(of conflict: Conflict) -> [Evidence] {
    conflict.cause.evidence + (conflict.carrier(among: flows).map { [$0.carriesCopy] } ?? [])
  }
}
