import AdapterKit
import DealModel
import Sandbox
import TestSupport
import Testing

@testable import Adapters

@Suite("The ready configuration for Request Tracker")
struct RTConfigurationTests {
  private func bench(
    _ changed: [String: JSONValue] = [:], settings: [String: SettingValue] = [:],
    secrets: (any SecretReader)? = nil
  ) throws -> ContractBench {
    var subject = ContractSubject.requestTracker
    subject.company = { try RTCompany.make(changed) }
    subject.settings.merge(settings) { _, given in given }
    return try ContractBench(subject, secrets: secrets)
  }

  @Test("is a configuration without a mistake")
  func readable() throws {
    #expect(try RTCompany.system().link == RTCompany.link)
  }

  @Test("tells what a ticket is about, whether it is open, how urgent it is, and whose it is")
  func values() async throws {
    let bench = try bench()
    let records = try #require(try await bench.records(.tickets, ["BW-10001"])["BW-10001"])
    #expect(records.map(\.number) == ["14", "12", "13"], "the latest first, deleted ones never")
    let tickets = records.compactMap { record in
      if case .ticket(let ticket) = record.content { ticket } else { nil }
    }
    #expect(tickets.map(\.subject) == ["Lamp 'B 2' dark", "Door stuck", "Paint of railing"])
    #expect(tickets.map(\.isOpen) == [true, true, false])
    #expect(tickets.map(\.status) == ["stalled", "open", "resolved"])
    #expect(tickets.map(\.priority) == [.value("0"), .value("60"), .value("10")])
    #expect(tickets.map(\.person) == [.value("Nobody"), .value("dana"), .value("Nobody")])
    let url = "\(SandboxTransport.origin)/desk/Ticket/Display.html?id=14"
    #expect(records.first?.url == url)
    #expect(records.first?.modifiedAt == Timestamp("2026-11-19T23:59:59Z"))
  }

  @Test("opens a ticket with its text")
  func detail() async throws {
    let bench = try bench()
    let reference = RecordReference(system: "desk", kind: .tickets, id: "12")
    let detail = try await bench.clock.passing { try await bench.adapter.detail(of: reference) }
    #expect(detail.notes == [.init("description", "About: Door stuck")])
  }

  @Test("pages are followed even where the user may not see every ticket, and RT tells no total")
  func hiddenTickets() async throws {
    let tickets = (1...230).map { number in
      RTCompany.ticket(number, "BW-10003", "Ticket \(number)", "open", 0, "2026-11-17T08:00:00Z")
    }
    let bench = try bench([
      "tickets": .array(tickets), "account": ["user": "plumbline", "sees_all": false],
    ])
    let answer = try await bench.records(.tickets, ["BW-10003"])
    #expect(Set(answer["BW-10003"]?.map(\.number) ?? []).count == 230)
    #expect(bench.asked == 3)
  }

  @Test("a field with another name is drift, and doctor says so")
  func wrongField() async throws {
    let bench = try bench([
      "customfields": [
        ["id": 5, "Name": "DealID", "Type": "Freeform", "LookupType": "RT::Queue-RT::Ticket"]
      ]
    ])
    let found = await bench.examine()
    #expect(found.contains { $0.check == .credentials && $0.outcome == .ok })
    #expect(found.contains { $0.check == .linkProperty && $0.outcome == .finding })
  }

  @Test("doctor finds nothing wrong with a sound desk")
  func sound() async throws {
    let found = await (try bench()).examine()
    // One ticket bears a near miss.
    #expect(found.filter { $0.outcome == .finding && $0.check != .sample }.isEmpty, "\(found)")
    #expect(found.contains { $0.check == .linkProperty && $0.outcome == .ok })
    #expect(found.contains { $0.message.contains("let in as plumbline") })
  }

  @Test("doctor finds a token that is refused, and a search that RT does not understand")
  func mistakes() async throws {
    let refused = await (try bench(secrets: WrongSecrets())).examine()
    #expect(refused.first { $0.outcome == .finding }?.check == .credentials)
    var subject = ContractSubject.requestTracker
    guard case .mapping(var records)? = subject.settings["records"],
      case .list(var plans)? = records["tickets"], case .mapping(var plan)? = plans.first
    else {
      Issue.record("the configuration has no tickets")
      return
    }
    plan["each"] = .text("DealID = '{deal}'")
    plan["links"] = nil
    plans[0] = .mapping(plan)
    records["tickets"] = .list(plans)
    subject.settings["records"] = .mapping(records)
    let found = await (try ContractBench(subject)).examine()
    let finding = try #require(found.first { $0.outcome == .finding })
    #expect(finding.message.contains("RT did not understand the search"))
  }

  @Test("a record that lacks the field although it is there is malformed, not drift")
  func fieldMissingInAnswer() async throws {
    let bench = try bench()
    bench.transport.tamper { _, answer in
      var answer = answer
      let text = String(decoding: answer.body, as: UTF8.self)
      answer.body = Array(text.replacing("\"name\":\"Deal ID\"", with: "\"name\":\"Deal\"").utf8)
      return answer
    }
    let error = try await bench.failure {
      _ = try await bench.adapter.records(of: .tickets, for: ["BW-10001"])
    }
    #expect(error?.kind == .malformed)
  }
}
