import AdapterKit
import DealModel
import TestSupport
import Testing

@testable import Adapters

@Suite("What the configuration of a JSON API must say")
struct RESTSettingsTests {
  /// A mistake and the words that name it.
  struct Mistake: Sendable, CustomTestStringConvertible {
    let records: String
    var more = ""
    let words: String

    var testDescription: String { words }
  }

  private static let values = "values: {subject: subject, open: open}"

  private static func tickets(_ lines: String...) -> String {
    (["tickets:"] + lines.map { "  " + $0 } + ["  \(values)"]).joined(separator: "\n")
  }

  private static func costs(_ values: String, _ lines: String...) -> String {
    (["costs:", "  get: /costs", "  query: {d: \"{deal}\"}"] + lines.map { "  " + $0 } + [
      "  values:",
      "    {is: bill, status: {path: s, map: {o: open}}, currency: EUR, \(values)}",
    ]).joined(separator: "\n")
  }

  static let mistakes: [Mistake] = [
    Mistake(
      records: tickets("items: data"), words: "`records.tickets[0]` has not exactly one of `get`"),
    Mistake(records: tickets("get: /a", "post: /b"), words: "has not exactly one of `get`"),
    Mistake(records: tickets("get: tickets"), words: "does not begin with `/`"),
    Mistake(records: tickets("get: /tickets?open=1"), words: "has a question mark"),
    Mistake(
      records: tickets("post: /search"), words: "would POST to /search, which `reading_posts`"),
    Mistake(records: tickets("get: /t", "body: '{}'"), words: "is a GET with a `body`"),
    Mistake(
      records: tickets("get: /t/{deal}", "query: {ids: \"{deals}\"}"),
      words: "gaps both for one ID and for many"),
    Mistake(records: tickets("get: /t", "query: {q: \"{each}\"}"), words: "has no `each`"),
    Mistake(
      records: tickets("get: /t/{key}"), words: "has a gap for a parent's key and no `via`"),
    Mistake(
      records: tickets("get: /t/{key}", "via: {get: /p, query: {d: \"{deal}\"}, key: id}"),
      words: "has `via` and no `parent`"),
    Mistake(
      records: tickets(
        "get: /t", "query: {d: \"{deal}\"}", "changes: {get: /t, query: {s: \"{since}\"}}"),
      words: "has `changes` and no `modified`"),
    Mistake(
      records: tickets("get: /t", "query: {d: \"{deal}\"}", "modified: {path: m, format: QQ}"),
      words: "has a format or zone unknown here"),
    Mistake(
      records: tickets(
        "get: /t", "query: {d: \"{deal}\"}", "modified: m",
        "changes: {get: /t, query: {s: \"{since}\"}, since_format: QQ}"),
      words: "`records.tickets[0].changes.since_format` cannot be read"),
    Mistake(
      records: costs("net: {path: n, of: lines}"),
      words: "`records.costs[0].values.net` is the sum over `lines`, of which nothing is said"),
    Mistake(
      records: costs("net: {path: n, round: two}"),
      words: "`round` of `records.costs[0].values.net` is two"),
    Mistake(
      records: costs("net: n", "lines: {text: t}"),
      words: "`records.costs[0].lines` has neither a request nor `items`"),
    Mistake(
      records: costs("net: n", "lines: {get: /lines, text: t}"), words: "has no gap {key} or {keys}"
    ),
    Mistake(
      records: costs("net: n", "lines: {get: /lines, query: {o: \"{keys}\"}, text: t}"),
      words: "asks for those of many and has no `parent`"),
    Mistake(
      records: tickets("post: /call", "body: '{\"key\": \"{secret}\", \"deals\": \"{deals}\"}'"),
      more: "reading_posts: [/call]", words: "has a gap {secret}, and `auth` is not of type body"),
    Mistake(
      records: tickets("post: /rpc", "body: '{\"m\": \"ticket.write\", \"d\": \"{deals}\"}'"),
      more: "reading_posts: [/rpc]\nreading_methods: {path: m, names: [ticket.search]}",
      words: "would call ticket.write, which `reading_methods` does not list"),
    Mistake(
      records: tickets("post: /rpc", "body: '{\"d\": \"{deals}\"}'"),
      more: "reading_posts: [/rpc]\nreading_methods: {path: m, names: [ticket.search]}",
      words: "names no method at m"),
    Mistake(
      records: tickets("get: /t", "query: {d: \"{deal}\"}"),
      more: "error_codes: ['errors[*].code']", words: "`error_codes` has a path that searches"),
    Mistake(
      records: costs("net: n").replacing("currency: EUR", with: "currency: {code: EUR, path: c}"),
      words: "`records.costs[0].values.currency` has a code and a path"),
    Mistake(
      records: tickets("get: /t", "query: {d: \"{deal}\", api_key: x}"),
      words: "the query of `records.tickets[0]` has api_key, which is a secret"),
    Mistake(
      records: tickets("get: /t", "query: {d: \"{deal}\"}"), more: "headers: {X-Api-Key: x}",
      words: "`headers` has X-Api-Key, which is a secret"),
    Mistake(
      records: tickets("post: \"/t/{deal}\"", "body: '{}'"), more: "reading_posts: [\"/t/{deal}\"]",
      words: "the path of `records.tickets[0]`, a POST, has a gap"),
    Mistake(
      records: tickets(
        "post: /t", "body: '[\"{deals}\", \"{cursor}\"]'", "paging: {by: cursor, next: n}"),
      more: "reading_posts: [/t]", words: "has {cursor} in a list"),
    Mistake(
      records: tickets("get: /t", "query: {q: \"deal = '{deal}'\"}"),
      words: "has a gap between quotes, and says nothing of quotes inside it"),
    Mistake(
      records: tickets(
        "get: /t", "query: {d: \"{deal}\"}", "find: {get: /t, query: {q: 'no:\"{text}\"'}}"),
      words: "`records.tickets[0].find` has a gap between quotes"),
    Mistake(
      records: tickets(
        "get: /t/{key}", "via: {get: /p, query: {d: \"{deal}\"}, key: id}", "parent: p",
        "link: deal"), words: "has `via` and, of its own, `find`, `links` or `link`"),
    Mistake(
      records: tickets(
        "get: /t/{deal}", "via: {get: /p, query: {d: \"{deal}\"}, key: id}", "parent: p"),
      words: "has `via` and asks by the deal"),
  ]

  @Test(
    "a mistake is told before anything is sent, with its place and its mend", arguments: mistakes)
  func mistake(_ mistake: Mistake) throws {
    let error = #expect(throws: SystemError.self) {
      try RESTBench(records: mistake.records, mistake.more) { _ in ScriptedAPI.json([:]) }
    }
    #expect(error?.kind == .refused)
    #expect(error?.message.contains(mistake.words) == true, "\(error?.message ?? "")")
    #expect(error?.message.hasPrefix("In systems.api, ") == true)
  }

  @Test(
    "what the schema knows is a configuration error with its line",
    arguments: [
      ("tickets:\n  get: /t/{nothing}\n  values: {subject: s, open: o}", "{nothing}"),
      ("tickets:\n  get: /t\n  items: 'a[b'\n  values: {subject: s, open: o}", "a[b"),
      ("tickets:\n  get: /t\n  values: {subject: s}", "open"),
      ("tickets:\n  get: /t\n  paging: {by: magic}\n  values: {subject: s, open: o}", "magic"),
    ])
  func schema(_ records: String, _ words: String) throws {
    do {
      _ = try RESTBench.system(records: records)
      Issue.record("\(records) was taken")
    } catch let error as RESTBench.Unusable {
      #expect(error.faults.contains { $0.contains(words) && $0.contains(".yaml:") }, "\(error)")
    }
  }

  @Test("IDs of any shape stay in their place: path, query, quotes and documents")
  func hostileIDs() async throws {
    let hostile: DealID = #"BW-1/../x?y=z&a"b'\"#
    let path = try RESTBench(
      records: Self.tickets("get: /deals/{deal}/tickets", "items: data")
    ) { _ in ScriptedAPI.json(["data": []]) }
    _ = try await path.records(.tickets, hostile)
    #expect(path.api.paths == ["/deals/BW-1%2F..%2Fx%3Fy%3Dz%26a%22b%27%5C/tickets"])
    let query = try RESTBench(
      records: Self.tickets(
        "get: /t", "query: {q: \"{each}\"}", "each: 'deal=\"{deal}\"'", "separator: ' OR '",
        "quote: backslash", "items: data")
    ) { _ in ScriptedAPI.json(["data": []]) }
    _ = try await query.records(.tickets, hostile, "BW-2")
    let sent = try #require(query.api.requests.first?.url.split(separator: "?").last)
    #expect(
      RESTAddress.parameters(sent).first { $0.name == "q" }?.value
        == #"deal="BW-1/../x?y=z&a\"b\'\\" OR deal="BW-2""#)
    let body = try RESTBench(
      records: Self.tickets("post: /s", "body: '{\"ids\": \"{deals}\"}'", "items: data"),
      "reading_posts: [/s]"
    ) { _ in ScriptedAPI.json(["data": []]) }
    _ = try await body.records(.tickets, hostile)
    #expect(
      try JSONValue(parsing: try #require(body.api.requests.first).body)
        == ["ids": [.string(hostile.text)]])
  }
}
