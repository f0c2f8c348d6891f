import AdapterKit
import DealModel
import TestSupport
import Testing

@testable import Adapters

@Suite("A search that finds nothing, and the property it searched for")
struct RESTLinkCheckTests {
  private static let link = "fields.customfield_10042"

  private func bench(_ get: String, path: String, is words: [String]) throws -> ContractBench {
    var subject = ContractSubject.rest
    subject.settings["link_check"] = .mapping([
      "get": .text(get), "path": .text(path), "is": .list(words.map { .text($0) }),
    ])
    return try ContractBench(subject)
  }

  private func failure(of bench: ContractBench) async throws -> SystemError? {
    try await bench.failure {
      _ = try await bench.adapter.records(of: .milestones, for: ["BW-99999"])
    }
  }

  @Test("nothing found is believed when the property is there, and that is asked once")
  func there() async throws {
    let bench = try bench(
      "/rest/api/3/field", path: "[id=customfield_10042].custom", is: ["true"])
    #expect(try await failure(of: bench) == nil)
    #expect(try await failure(of: bench) == nil)
    let asked = bench.transport.exchanges.filter { $0.path.hasSuffix("/field") }
    #expect(asked.count == 1)
    #expect(await bench.examine().contains { $0.check == .linkProperty && $0.outcome == .ok })
  }

  @Test(
    "a property that a list lacks, or that is not there to be shown, is drift",
    arguments: [
      ("/rest/api/3/field", "[id=customfield_99999].custom"), ("/rest/api/3/nothing", "id"),
    ])
  func gone(_ get: String, _ path: String) async throws {
    let bench = try bench(get, path: path, is: ["true"])
    #expect(try await failure(of: bench)?.kind == .drifted(field: Self.link))
    let probe = try await bench.clock.passing { try await bench.adapter.probe() }
    #expect(probe.drift == [SchemaDrift(.link, Self.link, .gone)])
    let found = await bench.examine().filter { $0.check == .linkProperty }
    #expect(found.contains { $0.outcome == .finding })
  }

  @Test("an answer that tells nothing is malformed, never taken for either")
  func senseless() async throws {
    let bench = try bench("/rest/api/3/myself", path: "custom", is: ["true"])
    let error = try await failure(of: bench)
    #expect(error?.kind == .malformed)
    #expect(error?.message.contains("`link_check.path`") == true)
  }

  @Test("who finds something is not asked whether the property is there")
  func found() async throws {
    let bench = try bench("/rest/api/3/nothing", path: "id", is: ["true"])
    let answer = try await bench.records(.milestones, ["BW-10001"])
    #expect(answer["BW-10001"]?.isEmpty == false)
  }

  @Test("a record without the property, although that is there, is malformed")
  func missingInRecord() async throws {
    let bench = try bench(
      "/rest/api/3/field", path: "[id=customfield_10042].custom", is: ["true"])
    bench.transport.tamper { _, answer in
      var answer = answer
      let text = String(decoding: answer.body, as: UTF8.self)
      let key = "\"customfield_10042\":"
      answer.body = Array(text.replacing(key, with: "\"customfield_1\":").utf8)
      return answer
    }
    let error = try await bench.failure {
      _ = try await bench.adapter.records(of: .milestones, for: ["BW-10001"])
    }
    #expect(error?.kind == .malformed)
    #expect(error?.message.contains("although that is there") == true)
  }

  @Test("doctor says when the question for one deal brings the records of others")
  func passedOver() async throws {
    var subject = ContractSubject.rest
    guard case .mapping(var records)? = subject.settings["records"],
      case .list(var plans)? = records["milestones"], case .mapping(var plan)? = plans.first
    else {
      Issue.record("the configuration has no milestones")
      return
    }
    let sound = await (try ContractBench(subject)).examine()
    #expect(!sound.contains { $0.message.contains("does not filter") })
    plan["each"] = .text("cf[10042] is not EMPTY")
    plans[0] = .mapping(plan)
    records["milestones"] = .list(plans)
    subject.settings["records"] = .mapping(records)
    let found = await (try ContractBench(subject)).examine()
    let finding = try #require(found.first { $0.message.contains("does not filter") })
    #expect(finding.outcome == .finding)
    #expect(finding.message.hasPrefix("records.milestones[0]"))
  }
}
