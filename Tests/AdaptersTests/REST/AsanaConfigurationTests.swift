import AdapterKit
import DealModel
import Sandbox
import TestSupport
import Testing

@testable import Adapters

@Suite("The ready configuration for Asana")
struct AsanaConfigurationTests {
  /// - Parameters:
  ///   - changed: Documents by file that take the place of those of the company.
  ///   - auth: Another way to be let in.
  private func bench(
    _ changed: [String: JSONValue] = [:], auth: SettingValue? = nil,
    secrets: (any SecretReader)? = nil
  ) throws -> ContractBench {
    var subject = ContractSubject.asana
    subject.settings = ReadyConfiguration.settings(AsanaCompany.system)
    subject.echoProperties = ["custom_fields[gid=778].number_value"]
    subject.company = { try AsanaCompany.make(changed) }
    if let auth { subject.settings["auth"] = auth }
    return try ContractBench(subject, secrets: secrets)
  }

  private func asked(_ bench: ContractBench, for words: String) -> Int {
    bench.transport.exchanges.count { $0.path.contains(words) }
  }

  // MARK: Records

  @Test("is a configuration without a mistake")
  func readable() throws {
    let system = try AsanaCompany.system()
    #expect(system.name == "pm")
    #expect(system.link == AsanaCompany.link)
  }

  @Test("projects are copies of their deal, archived ones too")
  func copies() async throws {
    let bench = try bench()
    let records = try #require(try await bench.records(.deals, ["BW-10001"])["BW-10001"])
    #expect(Set(records.map(\.number)) == ["Quay wall", "Quay wall, annex"])
    let wall = try #require(records.first { $0.reference.id == "1201" })
    #expect(wall.url == "\(SandboxTransport.origin)/pm/0/1201")
    #expect(wall.createdAt == Timestamp("2026-06-01T08:00:00.120Z"))
    #expect(wall.modifiedAt == Timestamp("2026-11-01T08:00:00Z"))
    let value = try #require(ExactDecimal("148000.00"))
    #expect(wall.echoes == ["custom_fields[gid=778].number_value": .value(.number(value))])
  }

  @Test("milestones of every project of a deal are read, and no other tasks")
  func milestones() async throws {
    let bench = try bench()
    let records = try #require(try await bench.records(.milestones, ["BW-10001"])["BW-10001"])
    let milestones = records.compactMap(\.milestone)
    #expect(Set(milestones.map(\.name)) == ["Design", "Handover", "Annex roof"])
    let handover = try #require(milestones.first { $0.name == "Handover" })
    #expect(!handover.isDone)
    #expect(handover.status == "incomplete")
    #expect(handover.due.value?.description == "2026-12-01")
    #expect(handover.person == .value("Dana Reyes"))
    let design = try #require(milestones.first { $0.name == "Design" })
    #expect(design.isDone)
    #expect(design.status == "completed")
    #expect(design.person == .none)
    #expect(milestones.first { $0.name == "Annex roof" }?.due == .some(.none))
    #expect(
      records.first { $0.reference.id == "12002" }?.url
        == "\(SandboxTransport.origin)/pm/0/0/12002")
  }

  @Test("a milestone in projects of two deals is a milestone of both, and once of each")
  func shared() async throws {
    var tasks = try #require(AsanaCompany.documents["tasks"]?.array)
    tasks.append(AsanaCompany.task("12009", "Joint inspection", ["1203", "1202", "1201"]))
    let bench = try bench(["tasks": .array(tasks)])
    let both = try await bench.records(.milestones, ["BW-10001", "BW-10002"])
    for deal in [DealID("BW-10001"), "BW-10002"] {
      #expect(both[deal]?.filter { $0.reference.id == "12009" }.count == 1, "\(deal)")
      let alone = try await bench.records(.milestones, [deal])
      #expect(alone[deal]?.filter { $0.reference.id == "12009" }.count == 1, "\(deal) alone")
    }
  }

  @Test("tracked time is hours, to the minute")
  func hours() async throws {
    let bench = try bench()
    let records = try #require(try await bench.records(.hours, ["BW-10001"])["BW-10001"])
    let hours = records.compactMap(\.hours)
    #expect(Set(hours.map(\.seconds)) == [.value(27_000), .value(900)])
    let long = try #require(hours.first { $0.seconds == .value(27_000) })
    #expect(long.person == .value("Dana Reyes"))
    #expect(long.date.value?.description == "2026-11-17")
    let reference = try #require(records.first { $0.reference.id == "501" }?.reference)
    let detail = try await bench.clock.passing { try await bench.adapter.detail(of: reference) }
    #expect(detail.notes.contains(.init("task", "Order piles")))
    #expect(detail.notes.contains(.init("description", "Site work")))
  }

  @Test("more tasks than a page are read by the tokens, each once")
  func pages() async throws {
    let tasks = (1...230).map { AsanaCompany.task("\(20_000 + $0)", "Part \($0)", ["1203"]) }
    let bench = try bench(["tasks": .array(tasks), "time_tracking_entries": []])
    let answer = try await bench.records(.milestones, ["BW-10002"])
    #expect(Set(answer["BW-10002"]?.map(\.reference) ?? []).count == 230)
    #expect(asked(bench, for: "/projects/1203/tasks") == 3)
    #expect(bench.asked == 4)
  }

  // MARK: What is kept

  @Test("all projects are read once in a while, whatever is asked about them")
  func readOnce() async throws {
    let bench = try bench()
    for kind in ContractSubject.asana.deals.keys {
      #expect(try await bench.records(kind, ["BW-10002"])["BW-10002"]?.count == 1, "\(kind)")
    }
    #expect(asked(bench, for: "/workspaces/1100/projects") == 1)
    #expect(bench.asked == 3)
  }

  @Test("a deal ID entered since is seen when the projects are read again")
  func kept() async throws {
    let bench = try bench()
    #expect(try await bench.records(.deals, ["BW-10001"])["BW-10001"]?.count == 2)
    try await bench.order(
      .setField(record: "projects/1204", field: "custom_fields.777", value: "BW-10009"))
    bench.clock.advance(by: .seconds(70))
    #expect(try await bench.records(.deals, ["BW-10009"]) == ["BW-10009": []])
    #expect(bench.asked == 1)
    bench.clock.advance(by: .seconds(10))
    #expect(try await bench.records(.deals, ["BW-10009"])["BW-10009"]?.count == 1)
    #expect(bench.asked == 2)
  }

  @Test("a field that is gone is drift as soon as the projects are read again")
  func drift() async throws {
    let bench = try bench()
    _ = try await bench.records(.milestones, ["BW-10001"])
    try await bench.order(.renameProperty(from: "777", to: "888"))
    bench.clock.advance(by: .seconds(75))
    let error = try await bench.failure {
      _ = try await bench.adapter.records(of: .milestones, for: ["BW-10001"])
    }
    #expect(error?.kind == .drifted(field: AsanaCompany.link))
  }

  // MARK: Changes

  private func changes(
    of bench: ContractBench, since cursor: PageCursor?
  ) async throws -> ChangedDeals {
    try await bench.clock.passing { try await bench.adapter.changes(since: cursor) }
  }

  @Test("a milestone that reaches the index late is in the changes when it does, and only once")
  func lateIndex() async throws {
    let bench = try bench()
    _ = try await bench.records(.milestones, ["BW-10001", "BW-10002"])
    let begun = try await changes(of: bench, since: nil)
    try await bench.order(.delayIndex(milliseconds: 60_000))
    bench.clock.advance(by: .seconds(10))
    try await bench.order(.setField(record: "tasks/12002", field: "completed", value: "true"))
    bench.clock.advance(by: .seconds(30))
    let early = try await changes(of: bench, since: begun.cursor)
    #expect(early.deals.isEmpty)
    bench.clock.advance(by: .seconds(60))
    let late = try await changes(of: bench, since: early.cursor)
    #expect(late.deals == ["BW-10001": [.milestones]])
    bench.clock.advance(by: .seconds(60))
    #expect(try await changes(of: bench, since: late.cursor).deals.isEmpty)
  }

  @Test("more changed milestones than a search brings are found by going on from the last one")
  func manyChanges() async throws {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let tasks = (0..<230).map { number in
      AsanaCompany.task(
        "\(20_000 + number)", "Part \(number)", [number == 229 ? "1203" : "1201"],
        created: "2026-06-01T08:\(two(number / 60)):\(two(number % 60)).000Z")
    }
    let bench = try bench(["tasks": .array(tasks), "time_tracking_entries": []])
    _ = try await bench.records(.milestones, ["BW-10001", "BW-10002"])
    let begun = try await changes(of: bench, since: nil)
    bench.clock.advance(by: .seconds(60))
    for number in 0..<230 {
      try await bench.order(
        .setField(record: "tasks/\(20_000 + number)", field: "due_on", value: "2026-12-24"))
    }
    bench.clock.advance(by: .seconds(1))
    let before = asked(bench, for: "tasks/search")
    let changed = try await changes(of: bench, since: begun.cursor)
    #expect(asked(bench, for: "tasks/search") - before == 3)
    #expect(
      changed.deals == ["BW-10001": [.milestones], "BW-10002": [.milestones]],
      "the last one alone is of the second deal")
  }

  // MARK: Faults

  @Test("a list whose token expires on the way is a passing failure, and is read anew")
  func expiredToken() async throws {
    let projects = (1...150).map {
      AsanaCompany.project("\(20_000 + $0)", "Project \($0)", $0 == 150 ? "BW-10003" : nil)
    }
    let bench = try bench([
      "projects": .array(projects), "tasks": [], "time_tracking_entries": [],
    ])
    let clock = bench.clock
    bench.transport.tamper { request, answer in
      if !request.url.contains("offset=") { clock.advance(by: .seconds(601)) }
      return answer
    }
    let error = try await bench.failure {
      _ = try await bench.adapter.records(of: .deals, for: ["BW-10003"])
    }
    #expect(error?.kind == .unavailable)
    #expect(error?.message.contains("The list changed while it was read") == true)
    bench.transport.tamper(nil)
    bench.clock.advance(by: .seconds(7_200))
    #expect(try await bench.records(.deals, ["BW-10003"])["BW-10003"]?.count == 1)
  }

  @Test("what the plan does not have is refused in words that say so")
  func free() async throws {
    let bench = try bench(["account": ["user": "31", "is_free": true]])
    let error = try await bench.failure { _ = try await bench.adapter.changes(since: nil) }
    #expect(error?.kind == .refused)
    #expect(error?.message.contains("Your plan has no custom fields") == true)
    let probe = try await bench.clock.passing { try await bench.adapter.probe() }
    #expect(probe.drift == [SchemaDrift(.link, AsanaCompany.link, .gone)])
  }

  @Test("projects that the user may not see are not there")
  func hidden() async throws {
    let bench = try bench(["account": ["user": "31", "hidden_projects": ["1202"]]])
    let records = try #require(try await bench.records(.milestones, ["BW-10001"])["BW-10001"])
    #expect(Set(records.compactMap(\.milestone).map(\.name)) == ["Design", "Handover"])
    let absent = RecordReference(system: "pm", kind: .deals, id: "1202")
    let error = try await bench.failure { _ = try await bench.adapter.detail(of: absent) }
    #expect(error?.kind == .unauthorized)
    #expect(error?.message.contains("Share the project with the user") == true)
  }

  @Test("an app is let in by its refresh token, hour after hour")
  func app() async throws {
    let bench = try bench(
      auth: .mapping([
        "type": .text("refresh_token"),
        "token_url": .text("\(SandboxTransport.origin)/pm/-/oauth_token"),
        "client_id": .secret(.file("secrets/client-id")),
        "client_secret": .secret(.file("secrets/client-secret")),
        "refresh_token": .secret(.file("secrets/refresh-token")),
      ]))
    for _ in 1...2 {
      #expect(try await bench.records(.hours, ["BW-10002"])["BW-10002"]?.count == 1)
      bench.clock.advance(by: .seconds(3_700))
    }
    #expect(asked(bench, for: "oauth_token") == 2)
  }

  @Test("numbers for words and words for numbers are an error, never taken for none")
  func otherTypes() async throws {
    for kind in ContractSubject.asana.deals.keys {
      let bench = try bench()
      bench.transport.confuseTypes()
      let error = try await bench.failure {
        _ = try await bench.adapter.records(of: kind, for: ["BW-10001"])
      }
      #expect(error?.kind == .malformed, "\(kind)")
    }
  }
}
