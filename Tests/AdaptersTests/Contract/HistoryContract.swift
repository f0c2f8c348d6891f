import AdapterKit
import DealModel
import Sandbox
import TestSupport
import Testing

/// Scenarios about what vendors remember of earlier values.
struct HistoryContract {
  let subject: ContractSubject

  init(_ subject: ContractSubject) { self.subject = subject }

  func history() async throws {
    let bench = try ContractBench(subject)
    guard let revision = subject.revision else {
      #expect(!bench.adapter.capabilities.tellsHistory)
      return
    }
    #expect(bench.adapter.capabilities.historyBatchSizes[revision.kind] ?? 0 > 1)
    let read = try await bench.records(revision.kind, [revision.deal])
    let references = try #require(read[revision.deal]?.map(\.reference))
    let before = try await ask(bench, references)
    #expect(found(revision.change, in: before).isEmpty)
    bench.clock.advance(by: .seconds(60))
    let changedAt = bench.clock.now()
    try await bench.sandbox.obey(revision.order, by: subject.system)
    bench.clock.advance(by: .seconds(60))
    let exchanges = bench.transport.exchanges.count
    let after = try await ask(bench, references)
    #expect(bench.transport.exchanges.count - exchanges <= 2, "one batch, never a call per record")
    let changes = found(revision.change, in: after)
    #expect(changes.count == 1, "\(after)")
    let change = try #require(changes.first)
    // Vendors keep seconds, or milliseconds.
    #expect(abs(change.at.milliseconds - changedAt.milliseconds) < 1_000)
    #expect(change.author != .program)
    for (reference, changes) in after {
      #expect(references.contains(reference))
      #expect(changes.map(\.at) == changes.map(\.at).sorted(by: >), "newest first")
    }
    // Asking twice without a change gives the same.
    #expect(try await ask(bench, references) == after)
    #expect(try await ask(bench, []).isEmpty)
    try await failing(bench, references)
  }

  /// A history that cannot be had is an error like any other.
  private func failing(_ bench: ContractBench, _ references: [RecordReference]) async throws {
    try await bench.order(.fail(status: 503))
    let error = try await bench.failure { _ = try await ask(bench, references) }
    #expect(error?.kind == .unavailable)
    #expect(error?.system == subject.system)
  }

  private func ask(
    _ bench: ContractBench, _ references: [RecordReference]
  ) async throws -> [RecordReference: [PropertyChange]] {
    try await bench.clock.passing {
      try await bench.adapter.history(of: references, properties: subject.echoProperties)
    }
  }

  private func found(
    _ revision: Revision, in histories: [RecordReference: [PropertyChange]]
  ) -> [PropertyChange] {
    histories.values.joined().filter { change in
      change.property == revision.property && change.old == revision.old
        && change.new == revision.new
    }
  }
}
