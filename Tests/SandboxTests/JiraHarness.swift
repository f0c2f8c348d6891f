import DealModel
import TestSupport
import Testing

@testable import Sandbox

/// An emulated Jira in process. Every exchange is checked against Atlassian's own document.
struct JiraHarness {
  let emulator: JiraEmulator
  let clock: ManualClock
  private let files: TestSupport.TemporaryCompany
  private let document: OpenAPIDocument

  static let basic = "Basic cmVhZGVyQGJyaWdodHdhdGVyLmV4YW1wbGU6c2FtcGxlLXRva2Vu"
  static let scoped = "Basic cmVhZGVyQGJyaWdodHdhdGVyLmV4YW1wbGU6c2FtcGxlLXNjb3BlZA=="

  init(_ sample: JiraSample, limits: EmulatorLimits = EmulatorLimits()) throws {
    files = try sample.company()
    clock = ManualClock("2026-11-20T09:00:00Z")
    document = try OpenAPIDocument.jira()
    let directory = try CompanyDirectory(path: files.path)
    emulator = try JiraEmulator(
      folder: EmulatorFolder(name: "pm", directory: directory, shift: DateShift(days: 0)),
      environment: EmulatorEnvironment(
        system: "pm",
        credentials: [
          "email": "reader@brightwater.example", "token": "sample-token",
          "scoped_token": "sample-scoped", "access_token": "sample-access",
        ], limits: limits, time: clock))
  }

  struct Reply {
    var status: Int
    var body: JSONValue
    var response: EmulatedResponse
    subscript(name: String) -> JSONValue? { body[name] }
    var keys: [String] { (body["issues"]?.array ?? []).compactMap { $0["key"]?.string } }
    var message: String? { body["errorMessages"]?[0]?.string }
  }

  /// Asks, and records an issue for whatever is not as documented.
  func ask(
    _ method: String, _ path: String, _ body: JSONValue? = nil, authorization: String? = basic,
    isDocumented: Bool = true, sourceLocation: SourceLocation = #_sourceLocation
  ) async -> Reply {
    var headers: [NamedValue] = []
    if let authorization { headers.append(NamedValue("Authorization", authorization)) }
    if body != nil { headers.append(NamedValue("Content-Type", "application/json")) }
    let request = EmulatedRequest(
      method: method, url: path, headers: headers, body: body.map { Array($0.text().utf8) } ?? [])
    let response = await emulator.respond(to: request)
    let answer = try? response.json()
    if isDocumented {
      let finding = document.check(
        OpenAPIDocument.Exchange(
          method: method, path: request.path, query: request.query.map { ($0.name, $0.value) },
          body: body, status: response.status, answer: answer))
      for fault in finding.faults { Issue.record("\(fault)", sourceLocation: sourceLocation) }
      #expect(finding.ignored.isEmpty, sourceLocation: sourceLocation)
    }
    return Reply(status: response.status, body: answer ?? .null, response: response)
  }

  /// The keys a query finds, in its order.
  func keys(
    _ jql: String, sourceLocation: SourceLocation = #_sourceLocation
  ) async -> [String] {
    let reply = await search(jql, fields: ["key"], size: 5_000, sourceLocation: sourceLocation)
    if reply.status != 200 { return [reply.message ?? "status \(reply.status)"] }
    return reply.keys
  }

  func search(
    _ jql: String, fields: [String]? = nil, size: Int? = nil, token: String? = nil,
    authorization: String? = basic, sourceLocation: SourceLocation = #_sourceLocation
  ) async -> Reply {
    var members = [JSONValue.Member("jql", .string(jql))]
    if let fields { members.append(.init("fields", .array(fields.map { .string($0) }))) }
    if let size { members.append(.init("maxResults", .integer(size))) }
    if let token { members.append(.init("nextPageToken", .string(token))) }
    return await ask(
      "POST", "/rest/api/3/search/jql", .object(members), authorization: authorization,
      sourceLocation: sourceLocation)
  }

  /// Brightwater in small: two deals, a near miss, a ticket, three worklogs.
  static func small() -> JiraSample {
    var sample = JiraSample()
    sample.add(
      "BWD-1", deal: "BW-00042", "Design", due: "2026-11-10",
      others: ["customfield_10050": .number("1250.50")])
    sample.add(
      "BWD-2", deal: "BW-00042-old", "Design of last year", due: "2025-11-10",
      status: JiraSample.status("Shipped", "done"), updated: "2025-11-18T09:14:03.221+0100")
    let story = sample.add(
      "BWD-3", type: "Story", deal: "BW-00042", "Draw the plan", parent: "BWD-1",
      others: ["labels": ["plan", "Draft"]])
    sample.add(
      "BWD-4", deal: "BW-00043", "Handover, phase 2", due: "2026-12-01",
      updated: "2026-11-20T09:50:00.000+0100")
    sample.add(
      "SD-1", type: "Task", deal: "BW-00043", "Nobody can log in", others: ["assignee": .null])
    sample.log(3_600, on: story)
    sample.log(5_400, on: story, by: "Ines Roth", started: "2026-11-18T08:00:00.000+0000")
    sample.log(60, on: story, started: "2026-11-20T08:59:40.000+0000")
    return sample
  }
}
