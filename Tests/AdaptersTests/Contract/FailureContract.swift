import AdapterKit
import Adapters
import DealModel
import Sandbox
import TestSupport
import Testing

/// Scenarios about systems that misbehave.
struct FailureContract {
  let subject: ContractSubject

  init(_ subject: ContractSubject) { self.subject = subject }

  /// A kind the adapter reads, with a deal that has records.
  private var sample: (kind: RecordKind, deal: DealID) {
    get throws {
      let kind = try #require(subject.deals.keys.min())
      return (kind, try #require(subject.deals[kind]))
    }
  }

  private func failure(of bench: ContractBench) async throws -> SystemError? {
    let (kind, deal) = try sample
    let error = try await bench.failure {
      _ = try await bench.adapter.records(of: kind, for: [deal])
    }
    if let error {
      #expect(error.system == subject.system)
      #expect(error.message.contains(subject.system.text), "the system is named")
      #expect(error.message.hasSuffix("."), "a whole sentence: \(error.message)")
    }
    return error
  }

  private func expectMended(_ bench: ContractBench) async throws {
    let (kind, deal) = try sample
    try await bench.order(.mend)
    // Calls may rest for a while after a failure; nobody gives up.
    bench.clock.advance(by: .seconds(7_200))
    let answer = try await bench.records(kind, [deal])
    #expect(answer[deal]?.isEmpty == false)
  }

  func failing() async throws {
    let bench = try ContractBench(subject)
    for status in [500, 502, 503] {
      try await bench.order(.fail(status: status))
      #expect(try await failure(of: bench)?.kind == .unavailable)
    }
    #expect(bench.calls.reports.allSatisfy { $0.error != nil })
    try await expectMended(bench)
  }

  func passingFailure() async throws {
    let bench = try ContractBench(subject)
    try await bench.order(.fail(status: 503), count: 1)
    #expect(try await failure(of: bench) == nil)
    #expect(bench.calls.reports.filter { $0.error != nil }.count == 1)
  }

  func dropped() async throws {
    let bench = try ContractBench(subject)
    try await bench.order(.drop)
    #expect(try await failure(of: bench)?.kind == .unavailable)
    try await expectMended(bench)
  }

  func truncated() async throws {
    let bench = try ContractBench(subject)
    try await bench.order(.truncate)
    #expect(try await failure(of: bench)?.kind == .malformed)
    try await expectMended(bench)
  }

  func webPage() async throws {
    let bench = try ContractBench(subject)
    bench.transport.tamper { _, _ in
      HTTPAnswer(
        status: 200, headers: [HTTPField("Content-Type", "text/html")],
        body: Array("<html><body>Please sign in</body></html>".utf8))
    }
    #expect(try await failure(of: bench)?.kind == .malformed)
    bench.transport.tamper(nil)
    try await expectMended(bench)
  }

  func brokenJSON() async throws {
    let bench = try ContractBench(subject)
    bench.transport.tamper { _, answer in
      var answer = answer
      answer.body.removeLast(answer.body.count / 3)
      return answer
    }
    #expect(try await failure(of: bench)?.kind == .malformed)
    bench.transport.tamper(nil)
    try await expectMended(bench)
  }

  func otherShape() async throws {
    for body in ["{}", "[]", "null", "{\"results\":7}", "{\"results\":[null]}", "\"ok\""] {
      let bench = try ContractBench(subject)
      bench.transport.tamper { _, _ in
        HTTPAnswer(
          status: 200, headers: [HTTPField("Content-Type", "application/json")],
          body: Array(body.utf8))
      }
      #expect(try await failure(of: bench)?.kind == .malformed, "\(body)")
      guard body != "{}" else { continue }
      let probed = try await bench.failure { _ = try await bench.adapter.probe() }
      #expect(probed?.kind == .malformed, "\(body)")
    }
  }

  func otherTypes() async throws {
    let bench = try ContractBench(subject)
    bench.transport.confuseTypes()
    #expect(try await failure(of: bench)?.kind == .malformed)
    // Where a configuration says what tells who we are, that may be a number.
    if subject.kind.schema.kind != RESTKind.schema.kind {
      let probed = try await bench.failure { _ = try await bench.adapter.probe() }
      #expect(probed?.kind == .malformed)
    }
    bench.transport.tamper(nil)
    try await expectMended(bench)
  }

  func hostile() async throws {
    let (kind, deal) = try sample
    for answer in HostileAnswer.all {
      let bench = try ContractBench(subject)
      // Once without harm, so that the login and what is looked up once are over.
      _ = try await bench.records(kind, [deal])
      bench.clock.advance(by: .seconds(60))
      bench.transport.tamper { _, honest in answer.harm(honest) }
      #expect(try await failure(of: bench)?.kind == .malformed, "\(answer.what)")
    }
  }

  func throttled() async throws {
    let bench = try ContractBench(subject)
    try await bench.order(.throttle(policy: nil))
    let error = try #require(try await failure(of: bench))
    #expect(error.kind.word == "throttled")
    #expect(bench.transport.exchanges.count <= 24)
    try await expectMended(bench)
  }

  func wrongCredentials() async throws {
    let bench = try ContractBench(subject, secrets: WrongSecrets())
    let error = try #require(try await failure(of: bench))
    #expect(error.kind == .unauthorized)
    let words = [error] + bench.calls.reports.compactMap(\.error)
    for error in words { #expect(!"\(error)".contains(WrongSecrets.text)) }
    #expect(bench.transport.exchanges.count <= 12, "nobody knocks for ever")
  }

  func expiredCredentials() async throws {
    let bench = try ContractBench(subject)
    #expect(try await failure(of: bench) == nil)
    bench.clock.advance(by: .seconds(60))
    try await bench.order(.expireToken)
    let error = try await failure(of: bench)
    if subject.renewsCredentials {
      #expect(error == nil)
    } else {
      #expect(error?.kind == .unauthorized)
    }
  }

  func late() async throws {
    let bench = try ContractBench(subject)
    try await bench.order(.delay(milliseconds: 21_000))
    #expect(try await failure(of: bench)?.kind == .unavailable)
  }

  func cancelled() async throws {
    let bench = try ContractBench(subject)
    let (kind, deal) = try sample
    try await bench.order(.hang)
    let question = Task { try await bench.adapter.records(of: kind, for: [deal]) }
    while bench.transport.inFlight == 0 { await Task.yield() }
    question.cancel()
    let outcome = await question.result
    #expect(throws: CancellationError.self) { try outcome.get() }
    #expect(bench.calls.reports.allSatisfy { $0.error == nil })
    try await expectMended(bench)
  }

  func cancelledLater() async throws {
    let bench = try ContractBench(subject)
    let (kind, deal) = try sample
    _ = try await bench.records(kind, [deal])
    bench.clock.advance(by: .seconds(60))
    try await bench.order(.hang)
    let question = Task { try await bench.adapter.records(of: kind, for: [deal]) }
    while bench.transport.inFlight == 0 { await Task.yield() }
    question.cancel()
    let outcome = await question.result
    #expect(throws: CancellationError.self) { try outcome.get() }
    #expect(bench.calls.reports.allSatisfy { $0.error == nil })
    try await expectMended(bench)
  }

  func drifted() async throws {
    let drift = try #require(subject.drift)
    let (kind, deal) = try sample
    for warm in [false, true] {
      let bench = try ContractBench(subject)
      if warm { _ = try await bench.records(kind, [deal]) }
      try await bench.obey(drift)
      let error = try #require(try await failure(of: bench))
      #expect(error.kind == .drifted(field: subject.link))
      if bench.adapter.capabilities.listsDeals {
        let listing = try await bench.failure { _ = try await bench.adapter.dealPage(after: nil) }
        #expect(listing?.kind == .drifted(field: subject.link))
      }
    }
  }
}
