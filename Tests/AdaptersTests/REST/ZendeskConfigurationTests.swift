import AdapterKit
import DealModel
import Sandbox
import TestSupport
import Testing

@testable import Adapters

@Suite("The ready configuration for Zendesk")
struct ZendeskConfigurationTests {
  private func bench(
    _ changed: [String: JSONValue] = [:], limits: String = ""
  ) throws -> ContractBench {
    var subject = ContractSubject.zendesk
    subject.company = { try ZendeskCompany.make(changed, limits: limits) }
    return try ContractBench(subject)
  }

  @Test("is a configuration without a mistake")
  func readable() throws {
    let system = try ZendeskCompany.system()
    #expect(system.name == "desk")
    #expect(system.link == ZendeskCompany.link)
  }

  @Test("tells what a ticket is about, whether it is open, how urgent it is, and where it opens")
  func values() async throws {
    let bench = try bench()
    let records = try #require(try await bench.records(.tickets, ["BW-10001"])["BW-10001"])
    #expect(records.map(\.number) == ["35438", "35436", "35437"], "the latest first")
    let tickets = records.compactMap { record in
      if case .ticket(let ticket) = record.content { ticket } else { nil }
    }
    #expect(tickets.map(\.subject) == ["Lamp \"B 2\" dark", "Door stuck", "Paint of railing"])
    #expect(tickets.map(\.isOpen) == [true, true, false])
    #expect(tickets.map(\.status) == ["hold", "open", "solved"])
    #expect(tickets.map(\.priority) == [.none, .value("high"), .value("low")])
    let first = try #require(records.first)
    #expect(first.url == "\(SandboxTransport.origin)/desk/agent/tickets/35438")
    #expect(first.createdAt == Timestamp("2026-03-15T22:55:29Z"))
    #expect(first.modifiedAt == Timestamp("2026-11-19T23:59:59Z"))
  }

  @Test("opens a ticket with its text")
  func detail() async throws {
    let bench = try bench()
    let reference = RecordReference(system: "desk", kind: .tickets, id: "35436")
    let detail = try await bench.clock.passing { try await bench.adapter.detail(of: reference) }
    #expect(detail.notes.contains(.init("description", "About: Door stuck")))
    #expect(detail.notes.contains(.init("type", "incident")))
  }

  @Test("a ticket archived long ago is found all the same")
  func archived() async throws {
    let bench = try bench()
    let answer = try await bench.records(.tickets, ["BW-10040"])
    #expect(answer["BW-10040"]?.map(\.number) == ["35442"])
  }

  @Test("more tickets than a page are read by the cursor, each once")
  func pages() async throws {
    let tickets = (1...230).map { number in
      ZendeskCompany.ticket(
        number, "BW-10003", "Ticket \(number)", "open", nil, "2026-11-17T08:00:00Z")
    }
    let bench = try bench(["tickets": .array(tickets)])
    let answer = try await bench.records(.tickets, ["BW-10003"])
    #expect(Set(answer["BW-10003"]?.map(\.number) ?? []).count == 230)
    let exports = bench.transport.exchanges.filter { $0.path == "GET /desk/api/v2/search/export" }
    #expect(exports.count == 3)
  }

  @Test("a ticket that reaches the index late is in the changes when it does, and only once")
  func lateIndex() async throws {
    let bench = try bench()
    let ask: @Sendable (PageCursor?) async throws -> ChangedDeals = { cursor in
      try await bench.clock.passing { try await bench.adapter.changes(since: cursor) }
    }
    let begun = try await ask(nil)
    try await bench.order(.delayIndex(milliseconds: 240_000))
    bench.clock.advance(by: .seconds(10))
    try await bench.order(.setField(record: "tickets/35436", field: "status", value: "solved"))
    bench.clock.advance(by: .seconds(60))
    let early = try await ask(begun.cursor)
    #expect(early.deals.isEmpty)
    bench.clock.advance(by: .seconds(200))
    let late = try await ask(early.cursor)
    #expect(late.deals == ["BW-10001": [.tickets]])
    bench.clock.advance(by: .seconds(60))
    #expect(try await ask(late.cursor).deals.isEmpty)
  }

  @Test("a deleted ticket is gone with the next reading")
  func deleted() async throws {
    let bench = try bench()
    try await bench.order(.delete(record: "tickets/35436"))
    let answer = try await bench.records(.tickets, ["BW-10001"])
    #expect(answer["BW-10001"]?.map(\.number) == ["35438", "35437"])
  }

  @Test("a field that was switched off is drift, and doctor says which")
  func inactiveField() async throws {
    let bench = try bench([
      "ticket_fields": [["id": 27642, "title": "Deal ID", "type": "text", "active": false]],
      "tickets": [],
    ])
    let error = try await bench.failure {
      _ = try await bench.adapter.records(of: .tickets, for: ["BW-10001"])
    }
    #expect(error?.kind == .drifted(field: ZendeskCompany.link))
    #expect(error?.message.contains("says that it is not in use") == true)
    let found = await bench.examine()
    #expect(found.contains { $0.check == .linkProperty && $0.outcome == .finding })
  }

  @Test("an empty answer is believed for five minutes after the field was seen")
  func rememberedField() async throws {
    let bench = try bench()
    func asked() -> Int {
      bench.transport.exchanges.count { $0.path.contains("ticket_fields") }
    }
    for _ in 0..<3 { _ = try await bench.records(.tickets, ["BW-10009"]) }
    #expect(asked() == 1)
    bench.clock.advance(by: .seconds(301))
    _ = try await bench.records(.tickets, ["BW-10009"])
    #expect(asked() == 2)
    _ = try await bench.records(.tickets, ["BW-10001"])
    #expect(asked() == 2, "who finds something need not ask")
  }

  @Test("doctor finds nothing wrong with a sound desk")
  func sound() async throws {
    let found = await (try bench()).examine()
    // One ticket bears a near miss.
    #expect(found.filter { $0.outcome == .finding && $0.check != .sample }.isEmpty, "\(found)")
    #expect(found.contains { $0.check == .linkProperty && $0.outcome == .ok })
    #expect(found.contains { $0.check == .credentials && $0.message.contains("dana@") })
  }

  @Test("doctor finds a client whose scope is a word too few")
  func scope() async throws {
    var subject = ContractSubject.zendesk
    subject.settings["auth"] = subject.settings["auth"].map { auth in
      guard case .mapping(var values) = auth else { return auth }
      values["scope"] = .text("tickets:write")
      return .mapping(values)
    }
    let found = await (try ContractBench(subject)).examine()
    let finding = try #require(found.first { $0.outcome == .finding })
    #expect(finding.check == .credentials)
    #expect(finding.message.contains("the scope is `read`"))
  }

  @Test("doctor finds a wrong secret")
  func wrongSecret() async throws {
    let bench = try ContractBench(ContractSubject.zendesk, secrets: WrongSecrets())
    let found = await bench.examine()
    #expect(found.first { $0.outcome == .finding }?.check == .credentials)
    #expect(!found.contains { $0.message.contains(WrongSecrets.text) })
  }

  @Test("an API token opens the desk until Zendesk ends them")
  func apiToken() async throws {
    var subject = ContractSubject.zendesk
    subject.settings["auth"] = .mapping([
      "type": .text("basic"), "user": .secret(.file("secrets/user")),
      "password": .secret(.file("secrets/token")),
    ])
    let bench = try ContractBench(subject, secrets: TokenUser())
    #expect(try await bench.records(.tickets, ["BW-10001"])["BW-10001"]?.count == 3)
    bench.clock.advance(by: .seconds(162 * 86_400))
    let error = try await bench.failure {
      _ = try await bench.adapter.records(of: .tickets, for: ["BW-10001"])
    }
    #expect(error?.kind == .unauthorized)
  }

  /// The user of an API token is the address with a word behind it.
  private struct TokenUser: SecretReader {
    func secret(from source: SecretSource, for system: SystemName) async throws -> Secret {
      if case .file(let path) = source, path.hasSuffix("user") {
        return Secret("dana@brightwater.example/token")
      }
      return Secret("6wiIBWbGkBMo1mRD")
    }
  }
}
