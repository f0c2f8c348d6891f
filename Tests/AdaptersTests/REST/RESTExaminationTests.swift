import AdapterKit
import DealModel
import TestSupport
import Testing

@Suite("What doctor finds in the configuration of a JSON API")
struct RESTExaminationTests {
  private static let records = """
    milestones:
      via:
        get: /projects
        query: {deal: "{deals}"}
        items: data
        key: id
      get: /projects/{key}/tasks
      items: data
      parent: project
      values: {name: title, done: done, due: {path: due, optional: true}}
    costs:
      get: /orders
      query: {deal: "{deals}"}
      items: data
      links: {get: /orders, query: {linked: 'true'}, items: data}
      detail: {get: "/orders/{id}", item: order}
      lines: {get: /lines, query: {orders: "{keys}"}, items: data, parent: order, text: text}
      values:
        is: purchase_order
        status: {path: state, map: {open: open}}
        currency: EUR
        net: net
        open: {of: lines, path: left}
    """

  /// What the API answers by path.
  private static func answer(_ path: Substring) -> JSONValue {
    switch path {
    case "/me": ["name": "Plumb Line"]
    case "/projects": ["data": [["id": 7, "deal": "BW-10001"]]]
    case "/projects/7/tasks":
      ["data": [["id": 1, "project": 7, "title": "Handover", "done": false]]]
    case "/orders":
      ["data": [["id": 5, "deal": "BW-10001", "state": "open", "net": 10]]]
    case "/orders/5":
      ["order": ["id": 5, "deal": "BW-10001", "state": "open", "net": 10, "memo": "Steel"]]
    case "/lines": ["data": [["order": 5, "text": "Steel", "left": 4]]]
    default: ["data": []]
    }
  }

  private func found(
    _ records: String = records,
    _ script: @escaping @Sendable (Substring, HTTPRequest) -> HTTPAnswer? = { _, _ in nil }
  ) async throws -> [Examination] {
    let bench = try RESTBench(records: records) { request in
      let path = request.url.dropFirst(RESTBench.base.count).prefix { $0 != "?" }
      if let answer = script(path, request) { return answer }
      // Nobody has what doctor asks for besides.
      if request.url.contains("plumbline-doctor") { return ScriptedAPI.json(["data": []]) }
      return ScriptedAPI.json(Self.answer(path))
    }
    let brief = ExaminationBrief(
      system: try RESTBench.system(records: records),
      sharedID: SharedID(origin: "crm", pattern: "^BW-[0-9]{5}$"))
    return await bench.clock.passing { await bench.adapter.examinations(brief) }
  }

  private func findings(_ all: [Examination]) -> [String] {
    all.filter { $0.outcome == .finding }.map(\.message)
  }

  @Test("a sound one is tried from the deal to the last line, with IDs that are really there")
  func sound() async throws {
    let all = try await found()
    #expect(findings(all).isEmpty, "\(all)")
    for place in [
      "records.costs[0].links", "records.costs[0]", "records.costs[0].lines",
      "records.costs[0].detail",
      "records.milestones[0]",
    ] {
      #expect(all.contains { $0.message == "\(place): every path leads somewhere (1 tried)." })
    }
  }

  @Test(
    "a wrong path is named with what stands there instead, and what is near",
    arguments: [
      (
        "name: title", "name: titel",
        "records.milestones[0].values.name: nothing at titel; at $ there is an object with the keys "
          + "id, project, title, done. There is title."
      ),
      ("parent: project", "parent: projekt", "records.milestones[0].parent: nothing at projekt"),
      ("key: id", "key: gid", "records.milestones[0].via.key: nothing at gid"),
      ("net: net", "net: total", "records.costs[0].values.net: nothing at total"),
      ("item: order", "item: record", "api (Wharf) answered GET /orders/{id} with no record at"),
      ("text: text", "text: words", "records.costs[0].lines.text: nothing at words"),
      ("path: left", "path: rest", "records.costs[0].lines.open: nothing at rest"),
    ])
  func wrong(_ right: String, _ wrong: String, _ message: String) async throws {
    let all = findings(try await found(Self.records.replacing(right, with: wrong)))
    #expect(all.contains { $0.hasPrefix(message) }, "\(all)")
  }

  @Test("what a plan does not include is told where it is asked for")
  func refused() async throws {
    let all = try await found { path, _ in
      path.hasSuffix("/tasks") ? ScriptedAPI.json(["error": "payment"], status: 402) : nil
    }
    let finding = try #require(all.first { $0.outcome == .finding })
    #expect(finding.message.contains("GET /projects/{key}/tasks with status 402"))
    #expect(finding.mend?.contains("records.milestones[0]") == true)
  }

  @Test("an empty list is for a person to judge")
  func empty() async throws {
    let all = try await found { path, _ in
      path == "/lines" || path == "/me" ? nil : ScriptedAPI.json(["data": []])
    }
    #expect(findings(all).isEmpty)
    #expect(all.filter { $0.outcome == .manual }.count >= 2)
  }

  @Test("a search that passes over its filter is found out")
  func passedOver() async throws {
    let all = try await found { path, _ in ScriptedAPI.json(Self.answer(path)) }
    #expect(findings(all).contains { $0.contains("The search does not filter by the deal ID.") })
  }
}
