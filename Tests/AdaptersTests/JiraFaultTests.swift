import AdapterKit
import Adapters
import DealModel
import Sandbox
import TestSupport
import Testing

@Suite("Jira: what goes wrong")
struct JiraFaultTests {
  @Test("a value that is none is unavailable and says where; everything else stays")
  func malformedValues() async throws {
    var sample = JiraSample()
    sample.add(
      "BWD-1", deal: "BW-00001", "Bad date", due: "2026-02-30",
      others: ["customfield_10050": .number("1e999")])
    sample.add("BWD-2", deal: "BW-00001", "Number", others: ["duedate": 7])
    sample.add("BWD-3", deal: "BW-00001", "Fine", due: "2026-12-01")
    let bench = try JiraBench(sample, echoes: ["customfield_10050"])
    let records = try #require(try await bench.records(.milestones, "BW-00001")["BW-00001"])
    let byKey = Dictionary(uniqueKeysWithValues: records.map { ($0.number, $0.milestone) })
    let bad = try #require(byKey["BWD-1"]??.due.error)
    #expect(bad.kind == .malformed && bad.system == "pm")
    #expect(
      bad.message
        == "In pm (Jira), duedate of BWD-1 is no date that exists. Correct it there.")
    #expect(byKey["BWD-1"]??.name == "Bad date")
    #expect(byKey["BWD-2"]??.due.error?.message.contains("a number, not a date") == true)
    #expect(byKey["BWD-3"]??.due.value == CalendarDate("2026-12-01"))
    let copies = try #require(try await bench.records(.deals, "BW-00001")["BW-00001"])
    let copy = try #require(copies.first { $0.number == "BWD-1" }?.echoes["customfield_10050"])
    #expect(copy.error?.kind == .malformed)
  }

  @Test("a worklog's time that is none is unavailable; the others stay")
  func malformedWorklogs() async throws {
    let bench = try JiraBench(JiraAdapterTests.small())
    try await bench.order(
      .setField(record: "worklogs/100000", field: "timeSpentSeconds", value: "-5"))
    try await bench.order(.setField(record: "worklogs/100001", field: "started", value: "soon"))
    try await bench.order(.setField(record: "issues/BWD-3", field: "timespent", value: "60"))
    let records = try #require(try await bench.records(.hours, "BW-00042")["BW-00042"])
    let byID = Dictionary(uniqueKeysWithValues: records.map { ($0.reference.id, $0.hours) })
    #expect(byID["100000"]??.seconds.error?.message.contains("worklog 100000 of BWD-3") == true)
    #expect(byID["100000"]??.date.isAnswered == true)
    #expect(byID["100001"]??.date.error?.kind == .malformed)
    #expect(byID["100001"]??.seconds == .value(5_400))
  }

  @Test(
    "an answer of another shape is malformed, and nothing of it is used",
    arguments: [
      "{}", "{\"issues\":{}}", "{\"issues\":[7]}", "{\"issues\":[{\"id\":\"1\"}]}",
      "{\"issues\":[{\"id\":1,\"key\":\"BWD-1\",\"fields\":{}}]}",
    ])
  func otherShapes(body: String) async throws {
    let bench = try JiraBench(JiraAdapterTests.small())
    bench.tamper { _ in (try? JSONValue(body)) ?? .null }
    #expect(try await bench.failure(.milestones, "BW-00042")?.kind == .malformed)
  }

  @Test("pages that go round in a circle are found out")
  func circle() async throws {
    var sample = JiraSample()
    for number in 1...120 { sample.add("BWD-\(number)", deal: "BW-00001", "Epic") }
    let bench = try JiraBench(sample)
    let first = try await bench.records(.milestones, "BW-00001")["BW-00001"]
    #expect(first?.count == 120)
    bench.tamper { page in
      .object([
        "issues": page["issues"] ?? [], "nextPageToken": "CAEaAggD", "isLast": false,
      ])
    }
    let calls = bench.asked.count
    let error = try await bench.failure(.milestones, "BW-00001")
    // The emulator refuses the foreign token; what counts is that nobody asks for ever.
    #expect(error != nil)
    #expect(bench.asked.count - calls <= 4)
    let again = try #require(bench.transport.exchanges.first?.answer)
    bench.transport.tamper { _, _ in again }
    #expect(try await bench.failure(.milestones, "BW-00001")?.kind == .malformed)
  }

  @Test("a record of a deal nobody asked about spoils its answer")
  func crossed() async throws {
    let bench = try JiraBench(JiraAdapterTests.small())
    _ = try await bench.records(.milestones, "BW-00042")
    let other = try #require(bench.transport.exchanges.first?.answer)
    bench.transport.tamper { _, _ in other }
    let error = try #require(try await bench.failure(.milestones, "BW-00043"))
    #expect(error.kind == .malformed)
    #expect(!error.message.contains("BW-00042"))
  }

  @Test("a token that ends in mid-run is unauthorized, with the mend and without the token")
  func expiry() async throws {
    try await JiraBench.run(JiraAdapterTests.small()) { bench in
      #expect(try await bench.failure(.milestones, "BW-00042") == nil)
      try await bench.order(.expireToken)
      let error = try #require(try await bench.failure(.milestones, "BW-00042"))
      #expect(error.kind == .unauthorized)
      #expect(error.message.contains("id.atlassian.com"))
      #expect(!"\(error)".contains("sample-token"))
    }
  }

  @Test("an empty site is not believed: a stranger's answer is unauthorized, header or not")
  func degraded() async throws {
    for keepsHeader in [true, false] {
      try await JiraBench.run(JiraAdapterTests.small()) { bench in
        try await bench.order(
          .setField(record: "site", field: "admitsStrangers", value: "true"))
        try await bench.order(.expireToken)
        if !keepsHeader {
          bench.transport.tamper { _, answer in
            var answer = answer
            answer.headers.removeAll { $0.name == "X-Seraph-LoginReason" }
            return answer
          }
        }
        for kind in [RecordKind.milestones, .hours] {
          #expect(try await bench.failure(kind, "BW-00042")?.kind == .unauthorized)
        }
        let links = await #expect(throws: SystemError.self) {
          try await bench.clock.passing { try await bench.adapter.linkPage(after: nil) }
        }
        #expect(links?.kind == .unauthorized)
      }
    }
  }

  @Test("an empty answer to someone who is known is believed, after asking who")
  func provedEmpty() async throws {
    try await JiraBench.run(JiraAdapterTests.small()) { bench in
      let answer = try await bench.records(.milestones, "BW-00077")
      #expect(answer == ["BW-00077": []])
      #expect(bench.asked == ["POST /search/jql", "GET /myself"])
    }
  }

  @Test("a link field that is gone is drift; an echo field that is gone costs that value only")
  func drift() async throws {
    try await JiraBench.run(JiraAdapterTests.small(), echoes: ["customfield_10050"]) { bench in
      try await bench.order(.renameProperty(from: "customfield_10050", to: "customfield_10051"))
      let records = try #require(try await bench.records(.deals, "BW-00042")["BW-00042"])
      #expect(
        records.first?.echoes["customfield_10050"]?.error?.kind
          == .drifted(field: "customfield_10050"))
      try await bench.order(.renameProperty(from: "customfield_10042", to: "customfield_10043"))
      for kind in [RecordKind.milestones, .hours, .deals] {
        #expect(
          try await bench.failure(kind, "BW-00042")?.kind == .drifted(field: "customfield_10042"))
      }
    }
  }

  @Test("a project that does not exist is refused with the settings to look at")
  func unknownProject() async throws {
    try await JiraBench.run(JiraAdapterTests.small(), settings: ["project": .text("NOPE")]) {
      bench in
      let error = try #require(try await bench.failure(.milestones, "BW-00042"))
      #expect(error.kind == .refused)
      #expect(error.message.contains("`project`"))
    }
  }

  @Test("a burst beyond the site's limit slows calls down and loses nothing")
  func throttled() async throws {
    var sample = JiraSample()
    for number in 1...60 { sample.add("BWD-\(number)", deal: "BW-00001", "Epic") }
    try await JiraBench.run(sample, limits: "{burst: 4, page: 10}") { bench in
      let answer = try await bench.records(.milestones, "BW-00001")
      #expect(answer["BW-00001"]?.count == 60)
      #expect(bench.transport.exchanges.contains { $0.answer?.status == 429 })
      try await bench.order(.throttle(policy: "jira-quota-tenant-based"))
      let error = try #require(try await bench.failure(.milestones, "BW-00001"))
      guard case .throttled(let after?) = error.kind else {
        return #expect(error.kind.word == "throttled")
      }
      #expect(after > .seconds(60))
    }
  }

  @Test("IDs with quotes, backslashes, wildcards and no letters at all break no query")
  func hostileIDs() async throws {
    try await JiraBench.run(JiraAdapterTests.small()) { bench in
      let ids: [DealID] = [
        "\"", "a\"b", "a\\", "\\", "*", "BW-*", "BW-0004?", "—", "", " ", "a\u{0}b", "a\nb", "👷",
        "OR", "x) OR (y", "BW-00042",
      ]
      let answer = try await bench.records(.milestones, ids)
      #expect(Set(answer.keys) == Set(ids))
      #expect(answer.filter { !$0.value.isEmpty }.map(\.key) == ["BW-00042"])
      #expect(try await bench.records(.milestones, "—") == ["—": []])
    }
  }
}
