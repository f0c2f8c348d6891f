import AdapterKit
import DealModel
import TestSupport
import Testing

@testable import Adapters

@Suite("Lists of a JSON API that are read whole, and what changed in them")
struct RESTListsTests {
  private static let projects: [JSONValue] = [
    ["gid": "p1", "deal": "BW-10001"], ["gid": "p2", "deal": "BW-10002"],
    ["gid": "p3", "deal": nil],
  ]

  private static func bench(
    keepFor: String = "5m", _ script: @escaping ScriptedAPI.Script
  ) throws -> RESTBench {
    try RESTBench(
      records: """
        deals:
          get: /projects
          items: data
          id: gid
          keep_for: \(keepFor)
        milestones:
          via: {get: /projects, items: data, key: gid, keep_for: \(keepFor)}
          get: /projects/{key}/tasks
          items: data
          id: gid
          parent: projects[*].gid
          modified: at
          values: {name: name, done: done}
          changes:
            get: /changed
            query: {since: "{since}", minutes: "{since_minutes}", day: "{since_year}/{since_month}/{since_day}"}
            items: data
            overlap: 2m
        """, "", script)
  }

  private static func answer(_ request: HTTPRequest) -> HTTPAnswer {
    let task: JSONValue = [
      "gid": "t1", "name": "Handover", "done": false, "at": "2026-11-19T08:00:00Z",
      "projects": [["gid": "p9"], ["gid": "p1"], ["gid": "p2"]],
    ]
    let path = request.url.dropFirst(RESTBench.base.count).prefix { $0 != "?" }
    switch path {
    case "/projects": return ScriptedAPI.json(["data": .array(projects)])
    case "/projects/p1/tasks", "/projects/p2/tasks", "/changed":
      return ScriptedAPI.json(["data": [task]])
    default: return ScriptedAPI.json(["error": "no such"], status: 404)
    }
  }

  @Test("one list serves all kinds that need it, while it is young; readings are as old as it is")
  func kept() async throws {
    let bench = try Self.bench { Self.answer($0) }
    let began = bench.clock.now()
    #expect(try await bench.adapter.watermark(of: .deals) == nil, "nothing is kept yet")
    #expect(try await bench.records(.deals, "BW-10001").map(\.reference.id) == ["p1"])
    bench.clock.advance(by: .seconds(200))
    #expect(try await bench.adapter.watermark(of: .milestones) == began)
    _ = try await bench.records(.milestones, "BW-10001")
    #expect(bench.api.paths == ["/projects", "/projects/p1/tasks"])
    bench.clock.advance(by: .seconds(101))
    #expect(try await bench.adapter.watermark(of: .milestones) == nil, "too old: it is read anew")
    _ = try await bench.records(.deals, "BW-10002")
    #expect(bench.api.paths.count { $0 == "/projects" } == 2)
  }

  @Test("a record in several projects belongs to the deals of all of them")
  func severalParents() async throws {
    let bench = try Self.bench { Self.answer($0) }
    let records = try await bench.records(.milestones, "BW-10001", "BW-10002")
    #expect(records.map(\.dealID) == ["BW-10001", "BW-10002"])
    #expect(Set(records.map(\.reference.id)) == ["t1"])
  }

  @Test("who asks at the same time waits for the same answer; whoever leaves stops nobody else")
  func shared() async throws {
    let gate = Gate()
    let bench = try Self.bench { request in
      if request.url.hasSuffix("/projects") { await gate.wait() }
      return Self.answer(request)
    }
    let adapter = bench.adapter
    let first = Task { try await adapter.records(of: .deals, for: ["BW-10001"]) }
    await gate.entered()
    let second = Task { try await adapter.records(of: .deals, for: ["BW-10002"]) }
    let began = bench.clock.now()
    bench.clock.advance(by: .seconds(3))
    // The answer on its way was asked for before this question.
    #expect(try await adapter.watermark(of: .deals) == began)
    await settle()
    first.cancel()
    await #expect(throws: CancellationError.self) { try await first.value }
    await gate.open()
    #expect(try await second.value["BW-10002"]?.map(\.reference.id) == ["p2"])
    #expect(bench.api.requests.count == 1)
  }

  @Test("when all have left, the question is cancelled")
  func abandoned() async throws {
    let gate = Gate()
    let bench = try Self.bench { request in
      try await withTaskCancellationHandler {
        await gate.wait()
        try Task.checkCancellation()
        return Self.answer(request)
      } onCancel: {
        Task { await gate.open() }
      }
    }
    let adapter = bench.adapter
    let only = Task { try await adapter.records(of: .deals, for: ["BW-10001"]) }
    await gate.entered()
    only.cancel()
    await #expect(throws: CancellationError.self) { try await only.value }
    await gate.opened()
    #expect(bench.calls.reports.isEmpty, "a cancelled exchange says nothing about the system")
  }

  @Test("a failed answer is not kept")
  func failed() async throws {
    let bench = try Self.bench { request in
      request.url.hasSuffix("/projects")
        ? ScriptedAPI.json(["error": "x"], status: 400) : Self.answer(request)
    }
    for _ in 0..<2 {
      let error = try await bench.failure { _ = try await bench.records(.deals, "BW-10001") }
      #expect(error?.kind == .refused)
    }
    #expect(bench.api.requests.count == 2)
    #expect(try await bench.adapter.watermark(of: .deals) == nil)
  }

  @Test("changes are told once, reach back, and name the deals of all parents that were read")
  func changes() async throws {
    let bench = try Self.bench { Self.answer($0) }
    let adapter = bench.adapter
    _ = try await bench.records(.milestones, "BW-10001", "BW-10002")
    let start = try await adapter.changes(since: nil)
    #expect(start.deals.isEmpty)
    #expect(
      bench.api.paths.last
        == "/changed?day=2026%2F11%2F20&minutes=2&since=2026-11-20T08%3A58%3A00Z")
    bench.clock.advance(by: .seconds(60))
    let same = try await adapter.changes(since: start.cursor)
    #expect(same.deals.isEmpty, "what the first question brought is no change")
    let before = try #require(Timestamp("2026-11-19T07:00:00Z"))
    let resumed = try #require(adapter.cursor(ofChangesSince: before))
    let told = try await adapter.changes(since: resumed)
    #expect(told.deals == ["BW-10001": [.milestones], "BW-10002": [.milestones]])
    #expect(try await adapter.changes(since: told.cursor).deals.isEmpty)
    // Where a changed record belongs stands in it: the projects are not read anew for that.
    _ = try await bench.records(.milestones, "BW-10001")
    #expect(bench.api.paths.count { $0 == "/projects" } == 1)
  }

  @Test("what changed is told from the list of parents, although nobody has read it yet")
  func unreadParents() async throws {
    let bench = try Self.bench { Self.answer($0) }
    let before = try #require(Timestamp("2026-11-19T07:00:00Z"))
    let cursor = try #require(bench.adapter.cursor(ofChangesSince: before))
    let told = try await bench.adapter.changes(since: cursor)
    #expect(told.deals == ["BW-10001": [.milestones], "BW-10002": [.milestones]])
  }

  @Test(
    "a feed begins anew where parents can only be asked for by deal: whose changed is not known")
  func askedParents() throws {
    let bench = try RESTBench(
      records: """
        milestones:
          via: {get: /projects, query: {deal: "{deal}"}, items: data, key: gid}
          get: /projects/{key}/tasks
          items: data
          parent: project
          modified: at
          values: {name: name, done: done}
          changes: {get: /changed, query: {since: "{since}"}, items: data}
        """
    ) { _ in ScriptedAPI.json(["data": []]) }
    #expect(bench.adapter.cursor(ofChangesSince: Timestamp(milliseconds: 0)) == nil)
  }

  @Test("a list none of whose records has the link at all has lost it")
  func lost() async throws {
    let bench = try Self.bench { _ in
      ScriptedAPI.json(["data": [["gid": "p1", "name": "Quay"], ["gid": "p2", "name": "Crane"]]])
    }
    let error = try await bench.failure { _ = try await bench.records(.deals, "BW-10001") }
    #expect(error?.kind == .drifted(field: "deal"))
    #expect(error?.message.contains("an object with the keys gid, name") == true)
  }

  private func settle() async { for _ in 0..<100 { await Task.yield() } }
}

/// Holds whoever comes until it is opened.
private actor Gate {
  private var isOpen = false
  private var isEntered = false
  private var waiting: [CheckedContinuation<Void, Never>] = []
  private var watching: [CheckedContinuation<Void, Never>] = []

  func wait() async {
    isEntered = true
    resume()
    guard !isOpen else { return }
    await withCheckedContinuation { waiting.append($0) }
  }

  func open() {
    isOpen = true
    resume()
    for continuation in waiting { continuation.resume() }
    waiting = []
  }

  func entered() async { while !isEntered { await change() } }
  func opened() async { while !isOpen { await change() } }

  private func change() async { await withCheckedContinuation { watching.append($0) } }

  private func resume() {
    for continuation in watching { continuation.resume() }
    watching = []
  }
}
