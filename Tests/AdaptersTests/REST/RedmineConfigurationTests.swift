import AdapterKit
import DealModel
import Sandbox
import TestSupport
import Testing

@testable import Adapters

@Suite("The ready configuration for Redmine")
struct RedmineConfigurationTests {
  private func bench(
    _ changed: [String: JSONValue] = [:], secrets: (any SecretReader)? = nil
  ) throws -> ContractBench {
    var subject = ContractSubject.redmine
    subject.company = { try RedmineCompany.make(changed) }
    return try ContractBench(subject, secrets: secrets)
  }

  @Test("is a configuration without a mistake")
  func readable() throws {
    #expect(try RedmineCompany.system().link == RedmineCompany.link)
  }

  @Test("versions of every project of a deal, closed projects too, are its milestones")
  func milestones() async throws {
    let bench = try bench()
    let records = try #require(try await bench.records(.milestones, ["BW-10001"])["BW-10001"])
    let milestones = records.compactMap { record in
      if case .milestone(let milestone) = record.content { milestone } else { nil }
    }
    #expect(Set(milestones.map(\.name)) == ["Design", "Handover", "Annex"])
    let handover = try #require(milestones.first { $0.name == "Handover" })
    #expect(!handover.isDone)
    #expect(handover.due.value?.description == "2026-12-01")
    #expect(milestones.first { $0.name == "Design" }?.isDone == true)
    #expect(milestones.first { $0.name == "Annex" }?.due == .some(.none))
    #expect(records.first?.url?.hasPrefix("\(SandboxTransport.origin)/pm/versions/") == true)
  }

  @Test("time entries are hours, to the quarter of one")
  func hours() async throws {
    let bench = try bench()
    let records = try #require(try await bench.records(.hours, ["BW-10001"])["BW-10001"])
    let hours = records.compactMap { record in
      if case .hours(let entry) = record.content { entry } else { nil }
    }
    #expect(Set(hours.map(\.seconds)) == [.value(27_000), .value(900)])
    let piling = try #require(hours.first { $0.subject == "Piling" })
    #expect(piling.person == .value("Dana Reyes"))
    #expect(piling.date.value?.description == "2026-11-17")
  }

  @Test("issues of the tracker are tickets, closed ones too")
  func tickets() async throws {
    let bench = try bench()
    let records = try #require(try await bench.records(.tickets, ["BW-10001"])["BW-10001"])
    let tickets = records.compactMap { record in
      if case .ticket(let ticket) = record.content { ticket } else { nil }
    }
    #expect(tickets.map(\.subject) == ["Door stuck", "Paint"])
    #expect(tickets.map(\.isOpen) == [true, false])
    #expect(tickets.map(\.priority) == [.value("High"), .value("High")])
    #expect(tickets.map(\.person) == [.value("Callum Reid"), .none])
  }

  @Test("more entries than a page are read, each once")
  func pages() async throws {
    let entries = (1...230).map {
      RedmineCompany.entry($0, 11, nil, "1.0", "Dana Reyes", "Day \($0)", "2026-11-17")
    }
    let bench = try bench(["time_entries": .array(entries)])
    let answer = try await bench.records(.hours, ["BW-10001"])
    #expect(Set(answer["BW-10001"]?.map(\.reference) ?? []).count == 230)
    #expect(bench.asked == 5)
  }

  @Test("a field that is not used as a filter spoils the answer, and doctor says why")
  func noFilter() async throws {
    let bench = try bench([
      "custom_fields": [["id": 7, "name": "Deal ID", "is_filter": false]]
    ])
    let error = try await bench.failure {
      _ = try await bench.adapter.records(of: .hours, for: ["BW-10001"])
    }
    #expect(error?.kind == .malformed)
    let found = await bench.examine()
    #expect(found.contains { $0.outcome == .finding && $0.message.contains("does not filter") })
  }

  @Test("doctor finds a wrong ID of the field, and a key that is refused")
  func mistakes() async throws {
    let bench = try bench()
    try await bench.order(.renameProperty(from: "7", to: "8"))
    #expect(
      await bench.examine().contains { $0.check == .linkProperty && $0.outcome == .finding })
    let refused = await (try self.bench(secrets: WrongSecrets())).examine()
    #expect(refused.first { $0.outcome == .finding }?.check == .credentials)
    #expect(!refused.contains { $0.message.contains(WrongSecrets.text) })
  }

  @Test("doctor finds nothing wrong with a sound site")
  func sound() async throws {
    let found = await (try bench()).examine()
    #expect(found.filter { $0.outcome == .finding }.isEmpty, "\(found)")
    #expect(found.contains { $0.message.contains("let in as plumbline") })
  }

  @Test("numbers for words and words for numbers are an error, never taken for none")
  func otherTypes() async throws {
    for kind in ContractSubject.redmine.deals.keys {
      let bench = try bench()
      bench.transport.confuseTypes()
      let error = try await bench.failure {
        _ = try await bench.adapter.records(of: kind, for: ["BW-10001"])
      }
      #expect(error?.kind == .malformed, "\(kind)")
    }
  }
}
