import AdapterKit
import Adapters
import DealModel
import Sandbox
import TestSupport
import Testing

@Suite("Jira: what is read")
struct JiraAdapterTests {
  /// Two deals, a near miss that a search for words finds too, and hours on a story.
  static func small() -> JiraSample {
    var sample = JiraSample()
    sample.add(
      "BWD-1", deal: "BW-00042", "Design", due: "2026-11-10",
      updated: "2026-11-18T09:14:03.221+0100", others: ["customfield_10050": .number("1250.50")])
    sample.add(
      "BWD-2", deal: "BW-00042-old", "Last year's design", due: "2025-11-10",
      status: JiraSample.status("Shipped", "done"))
    let story = sample.add(
      "BWD-3", type: "Story", deal: "BW-00042", "Draw the plan", parent: "BWD-1")
    sample.add(
      "BWD-4", deal: "BW-00042", "Handover", due: "2026-10-01",
      status: JiraSample.status("Abgenommen", "done"), updated: "2026-11-19T08:00:00.000+0100")
    sample.add("BWD-5", deal: "BW-00043", "Handover", due: "2026-12-01")
    sample.add("SD-1", type: "Task", deal: "BW-00043", "Nobody can log in")
    sample.add("BWD-6", type: "Epic", deal: nil, "Nobody's", due: "2026-12-24")
    sample.log(3_600, on: story)
    sample.log(5_400, on: story, by: "Ines Roth", started: "2026-11-18T23:30:00.000+0100")
    return sample
  }

  @Test("milestones are epics of exactly that deal, newest first, done by the status's category")
  func milestones() async throws {
    try await JiraBench.run(Self.small()) { bench in
      let answer = try await bench.records(.milestones, "BW-00042", "BW-00044")
      #expect(Set(answer.keys) == ["BW-00042", "BW-00044"])
      #expect(answer["BW-00044"] == [])
      let records = try #require(answer["BW-00042"])
      #expect(records.map(\.number) == ["BWD-4", "BWD-1"])
      #expect(records[0].milestone?.isDone == true)
      #expect(records[0].milestone?.status == "Abgenommen")
      let design = try #require(records[1].milestone)
      #expect(design.name == "Design" && !design.isDone)
      #expect(design.due == .value(try #require(CalendarDate("2026-11-10"))))
      #expect(design.person == .value("Mara Lindqvist"))
      #expect(records[1].url == "https://brightwater.atlassian.net/browse/BWD-1")
      #expect(records[1].modifiedAt == Timestamp("2026-11-18T08:14:03.221Z"))
      #expect(bench.asked == ["POST /search/jql"])
    }
  }

  @Test("hours are worklogs, by the day they are written on")
  func hours() async throws {
    try await JiraBench.run(Self.small()) { bench in
      let records = try #require(try await bench.records(.hours, "BW-00042")["BW-00042"])
      #expect(records.count == 2)
      let late = try #require(records[0].hours)
      #expect(late.seconds == .value(5_400) && late.person == .value("Ines Roth"))
      #expect(late.date == .value(try #require(CalendarDate("2026-11-18"))))
      #expect(late.subject == "BWD-3")
      #expect(bench.asked == ["POST /search/jql"])
    }
  }

  @Test("an issue with more worklogs than come with it is asked again, and no other")
  func manyWorklogs() async throws {
    var sample = Self.small()
    let long = sample.add("BWD-7", type: "Story", deal: "BW-00043", "Long")
    for number in 0..<31 { sample.log(60 + number, on: long) }
    try await JiraBench.run(sample) { bench in
      let answer = try await bench.records(.hours, "BW-00042", "BW-00043")
      let seconds = (answer["BW-00043"] ?? []).compactMap { $0.hours?.seconds.value }
      #expect(seconds.count == 31 && seconds.reduce(0, +) == 31 * 60 + 465)
      #expect(answer["BW-00042"]?.count == 2)
      #expect(bench.asked == ["POST /search/jql", "GET /issue/10107/worklog"])
    }
  }

  @Test("forty deals are one question a kind, and every page of its answer is read")
  func batching() async throws {
    var sample = JiraSample()
    for deal in 0..<40 {
      for epic in 0..<6 {
        sample.add(
          "BWD-\(deal * 6 + epic + 1)", deal: "BW-\(10_001 + deal)", "Epic", due: "2026-12-01")
      }
    }
    try await JiraBench.run(sample) { bench in
      let ids = (10_001...10_040).map { DealID("BW-\($0)") }
      let answer = try await bench.records(.milestones, ids)
      #expect(answer.count == 40 && answer.values.allSatisfy { $0.count == 6 })
      #expect(bench.asked.count == 3, "240 epics, at most 100 on a page")
      #expect((bench.adapter.capabilities.batchSizes[.milestones] ?? 0) >= 40)
    }
  }

  @Test("copies of fields come exactly, from every epic that may bear them")
  func echoes() async throws {
    try await JiraBench.run(Self.small(), echoes: ["customfield_10050", "customfield_10051"]) {
      bench in
      let records = try #require(try await bench.records(.deals, "BW-00042")["BW-00042"])
      let copies = records.map { $0.echoes["customfield_10050"] }
      #expect(
        copies == [
          Answer<FieldValue>.none, .value(.number(try #require(ExactDecimal("1250.50")))),
        ])
      // A field that the site does not have is drift of that value, not of the record.
      let missing = records.compactMap { $0.echoes["customfield_10051"]?.error?.kind }
      #expect(missing == Array(repeating: .drifted(field: "customfield_10051"), count: 2))
    }
    try await JiraBench.run(Self.small()) { bench in
      #expect(bench.adapter.capabilities.batchSizes[.deals] == nil)
    }
  }

  @Test("tickets are read where a desk's project is named, open until their category is done")
  func tickets() async throws {
    let desk: [String: SettingValue] = ["ticket_project": .text("SD")]
    try await JiraBench.run(Self.small(), settings: desk) { bench in
      let records = try #require(try await bench.records(.tickets, "BW-00043")["BW-00043"])
      #expect(records.map(\.number) == ["SD-1"])
      #expect(records.first?.ticket?.isOpen == true)
      let found = try await bench.clock.passing { try await bench.adapter.find("SD-1") }
      #expect(found.first?.reference.kind == .tickets)
    }
  }

  @Test("versions of a deal's own project are its milestones")
  func versions() async throws {
    var sample = Self.small()
    sample.versions["SD"] = (0..<60).map { number in
      [
        "id": .string("\(20_000 + number)"), "name": .string("Phase \(number)"),
        "projectId": 10_001, "released": .bool(number == 0), "archived": false,
        "releaseDate": number == 1 ? "2026-11-31" : "2026-12-01", "startDate": "2026-09-01",
      ]
    }
    let layout: [String: SettingValue] = ["milestones": .text("versions"), "project": .text("SD")]
    let bench = try JiraBench(sample, settings: layout)
    let records = try #require(try await bench.records(.milestones, "BW-00043")["BW-00043"])
    #expect(records.count == 60)
    #expect(records[0].milestone?.isDone == true && records[2].milestone?.isDone == false)
    #expect(records[1].milestone?.due.error?.kind == .malformed)
    #expect(records[2].milestone?.start.value == CalendarDate("2026-09-01"))
    let detail = try await bench.clock.passing {
      try await bench.adapter.detail(of: records[2].reference)
    }
    #expect(detail.record == records[2])
    #expect(records[2].number == "SD Phase 2")
  }

  @Test("versions of a project that several deals share belong to none of them")
  func sharedProject() async throws {
    let layout: [String: SettingValue] = ["milestones": .text("versions")]
    try await JiraBench.run(Self.small(), settings: layout) { bench in
      let error = try await bench.failure(.milestones, "BW-00042", "BW-00043")
      #expect(error?.kind == .refused)
      #expect(error?.message.contains("milestones: epics") == true)
    }
  }

  @Test("labels may bear the ID, several on one issue")
  func labels() async throws {
    var sample = JiraSample()
    sample.add(
      "BWD-1", deal: nil, "Shared", due: "2026-12-01",
      others: ["labels": ["BW-00001", "urgent", "BW-00002"]])
    try await JiraBench.run(sample, link: "labels") { bench in
      let answer = try await bench.records(.milestones, "BW-00001", "BW-00002", "BW-00003")
      #expect(answer.mapValues(\.count) == ["BW-00001": 1, "BW-00002": 1, "BW-00003": 0])
      let links = try await bench.clock.passing { try await bench.adapter.linkPage(after: nil) }
      #expect(links.links.compactMap(\.dealID) == ["BW-00001", "BW-00002"])
    }
  }

  @Test("an epic opens with its stories and the hours they took")
  func detail() async throws {
    try await JiraBench.run(Self.small()) { bench in
      let record = try #require(try await bench.records(.milestones, "BW-00042")["BW-00042"]?.last)
      let detail = try await bench.clock.passing {
        try await bench.adapter.detail(of: record.reference)
      }
      #expect(detail.record == record)
      #expect(detail.lines.map(\.text) == ["BWD-3 Draw the plan · In Progress"])
      #expect(detail.lines.first?.quantity == .value(try #require(ExactDecimal("2.50"))))
      #expect(detail.notes == [RecordDetail.Note("description", "One line.\nAnother.")])
    }
  }

  @Test("a worklog opens with its comment and its issue")
  func worklogDetail() async throws {
    try await JiraBench.run(Self.small()) { bench in
      let record = try #require(try await bench.records(.hours, "BW-00042")["BW-00042"]?.first)
      let detail = try await bench.clock.passing {
        try await bench.adapter.detail(of: record.reference)
      }
      #expect(detail.record == record)
      #expect(
        detail.notes == [
          RecordDetail.Note("issue", "BWD-3 Draw the plan"),
          RecordDetail.Note("comment", "Worked."),
        ])
    }
  }

  @Test("a key or an ID finds its deal; what cannot be one is not asked for")
  func find() async throws {
    try await JiraBench.run(Self.small()) { bench in
      func find(_ text: String) async throws -> [FoundRecord] {
        try await bench.clock.passing { try await bench.adapter.find(text) }
      }
      let reference = RecordReference(system: "pm", kind: .milestones, id: "10104")
      let found = FoundRecord(reference: reference, number: "BWD-5", dealID: "BW-00043")
      let byKey = try await find("BWD-5")
      #expect(byKey == [found])
      #expect(try await find("bwd-5") == [found])
      #expect(try await find("10104") == [found])
      #expect(try await find("BWD-6").map(\.dealID) == [nil])
      #expect(try await find("BWD-99") == [])
      let calls = bench.asked.count
      for nonsense in ["", "-", "INV 1037", "Ü-1", "BWD-1x", "' OR 1=1"] {
        #expect(try await find(nonsense) == [])
      }
      #expect(bench.asked.count == calls)
    }
  }

  @Test("links are every issue that bears something, exactly as it stands there")
  func links() async throws {
    var sample = Self.small()
    sample.add("BWD-8", deal: "bw-00042 ", "Typed by hand", due: "2026-12-01")
    try await JiraBench.run(sample, limits: "{page: 3}") { bench in
      var links: [Link] = []
      var cursor: PageCursor?
      repeat {
        let after = cursor
        let page = try await bench.clock.passing { try await bench.adapter.linkPage(after: after) }
        links += page.links
        cursor = page.next
      } while cursor != nil && links.count < 50
      #expect(
        links.map(\.number).sorted() == ["BWD-1", "BWD-2", "BWD-3", "BWD-4", "BWD-5", "BWD-8"])
      #expect(links.contains { $0.dealID == "bw-00042 " && $0.number == "BWD-8" })
    }
  }

  @Test("a change is reported once, with the kinds it may have changed, though the index lags")
  func changes() async throws {
    try await JiraBench.run(Self.small(), echoes: ["customfield_10050"]) { bench in
      func ask(_ cursor: PageCursor?) async throws -> ChangedDeals {
        try await bench.clock.passing { try await bench.adapter.changes(since: cursor) }
      }
      var answer = try await ask(nil)
      #expect(answer.deals.isEmpty)
      try await bench.order(.delayIndex(milliseconds: 90_000))
      try await bench.order(
        .setField(record: "issues/BWD-5", field: "duedate", value: "2026-12-11"))
      try await bench.order(.setField(record: "issues/BWD-3", field: "summary", value: "Redrawn"))
      bench.clock.advance(by: .seconds(60))
      answer = try await ask(answer.cursor)
      #expect(answer.deals.isEmpty, "the index does not know yet")
      bench.clock.advance(by: .seconds(60))
      answer = try await ask(answer.cursor)
      #expect(
        answer.deals == ["BW-00043": [.milestones, .hours, .deals], "BW-00042": [.hours]])
      bench.clock.advance(by: .seconds(10))
      answer = try await ask(answer.cursor)
      #expect(answer.deals.isEmpty)
      // A cursor from nowhere begins anew.
      #expect(try await ask(PageCursor("nonsense")).deals.isEmpty)
    }
  }

  @Test("a probe tells who we are and the server's time")
  func probe() async throws {
    try await JiraBench.run(Self.small()) { bench in
      let answer = try await bench.clock.passing { try await bench.adapter.probe() }
      #expect(
        answer.identity == "Pim Reader at https://brightwater.atlassian.net (Europe/Berlin)")
      #expect(answer.serverTime == Timestamp("2026-11-20T09:00:00Z"))
      #expect(answer.callsLeft == 99)
    }
  }

  @Test("a link that is no field ID is refused before anything is asked")
  func settings() throws {
    for link in ["Deal ID", "customfield_", "customfield_x", "cf[10042]"] {
      let error = #expect(throws: SystemError.self) { try JiraBench(Self.small(), link: link) }
      #expect(error?.message.contains("customfield_10042") == true)
    }
  }
}
