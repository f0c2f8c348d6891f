import AdapterKit
import DealModel
import Sandbox
import TestSupport
import Testing

/// The configuration's questions, and the sandbox's answers to them, against Asana's own document.
@Suite("Asana's document and the ready configuration")
struct AsanaDocumentTests {
  private func expectDocumented(
    _ bench: ContractBench, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let document = try AsanaDocument()
    #expect(!bench.transport.exchanges.isEmpty, sourceLocation: sourceLocation)
    for exchange in bench.transport.exchanges {
      let answer = try #require(exchange.answer, sourceLocation: sourceLocation)
      let request = EmulatedRequest(method: exchange.request.method, url: exchange.request.url)
      let faults = document.faults(
        of: OpenAPIDocument.Exchange(
          method: request.method, path: String(request.path.dropFirst("/pm/api/1.0".count)),
          query: request.query.map { ($0.name, $0.value) }, status: answer.status,
          answer: try? JSONValue(parsing: answer.body)))
      for fault in faults { Issue.record("\(fault)", sourceLocation: sourceLocation) }
    }
  }

  @Test("every list and every record is asked for as documented, and so are the answers")
  func records() async throws {
    let bench = try ContractBench(.asana)
    for (kind, deal) in ContractSubject.asana.deals {
      let records = try #require(try await bench.records(kind, [deal])[deal])
      for record in records {
        _ = try await bench.clock.passing {
          try await bench.adapter.detail(of: record.reference)
        }
      }
    }
    try expectDocumented(bench)
  }

  @Test("so are the links, the changes, numbers that people type, and the probe")
  func lookups() async throws {
    let bench = try ContractBench(.asana)
    try await bench.clock.passing {
      _ = try await bench.adapter.linkPage(after: nil)
      let begun = try await bench.adapter.changes(since: nil)
      _ = try await bench.adapter.changes(since: begun.cursor)
      for text in ["1201", "999", "no such number"] { _ = try await bench.adapter.find(text) }
      _ = try await bench.adapter.probe()
    }
    try expectDocumented(bench)
  }

  @Test("so is what doctor asks, and it finds nothing wrong with a sound workspace")
  func doctor() async throws {
    let bench = try ContractBench(.asana)
    let found = await bench.examine()
    #expect(found.filter { $0.outcome == .finding }.isEmpty, "\(found)")
    #expect(found.contains { $0.check == .linkProperty && $0.outcome == .ok })
    #expect(found.contains { $0.message.contains("let in as Pim Reader") })
    try expectDocumented(bench)
  }

  @Test(
    "doctor finds a field of another type or that is gone",
    arguments: ["number", nil] as [String?])
  func wrongField(type: String?) async throws {
    var subject = ContractSubject.asana
    if let type {
      subject.company = {
        try AsanaCompany.make([
          "custom_fields": [
            .object(["gid": "777", "name": "Deal ID", "resource_subtype": .string(type)]),
            ["gid": "778", "name": "Deal value", "resource_subtype": "number"],
          ]
        ])
      }
    }
    let bench = try ContractBench(subject)
    if type == nil { try await bench.order(.renameProperty(from: "777", to: "888")) }
    let found = await bench.examine()
    #expect(found.contains { $0.check == .linkProperty && $0.outcome == .finding })
    #expect(!found.contains { $0.check == .linkProperty && $0.outcome == .ok })
    try expectDocumented(bench)
  }

  @Test("doctor finds a token that is refused, and does not show it")
  func wrongToken() async throws {
    let bench = try ContractBench(.asana, secrets: WrongSecrets())
    let found = await bench.examine()
    #expect(found.first { $0.outcome == .finding }?.check == .credentials)
    #expect(!found.contains { $0.message.contains(WrongSecrets.text) })
    try expectDocumented(bench)
  }
}
