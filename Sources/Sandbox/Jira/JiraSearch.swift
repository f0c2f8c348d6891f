import DealModel

extension JiraDesk {
  /// `POST` and `GET /search/jql`: a page of issues, and a token while there are more.
  mutating func search() throws(JiraRefusal) -> JSONValue {
    let question = try question()
    reconcile(question.reconciled)
    let found = try found(question.jql)
    let selection = JiraSelection(question.fields)
    var start = 0
    if let token = question.token {
      start = try JiraPageToken(token, question: question.text, at: now).start
    }
    let size = pageSize(start: start, wanted: question.size, isBare: selection.isBare)
    let shown = found.dropFirst(start).prefix(size)
    let next = start + shown.count
    var members = [
      JSONValue.Member("issues", .array(shown.map { render($0, selection) }))
    ]
    if next < found.count {
      let token = JiraPageToken(start: next, question: question.text, issued: now)
      members.append(.init("nextPageToken", .string(token.text)))
    }
    members.append(.init("isLast", .bool(next >= found.count)))
    return .object(members)
  }

  private struct Question {
    var jql: String
    var fields: [String]
    var size: Int
    var token: String?
    var reconciled: [Int]

    /// What a token is good for.
    var text: String { jql + "\n" + fields.sorted().joined(separator: ",") }
  }

  private func question() throws(JiraRefusal) -> Question {
    let standard = 50
    guard request.method == "POST" else {
      let ids = request.query.filter { $0.name == "reconcileIssues" }.map(\.value)
      return Question(
        jql: request.parameter("jql") ?? "", fields: fields(inQuery: "id"),
        size: try whole("maxResults", default: standard),
        token: request.parameter("nextPageToken"),
        reconciled: ids.flatMap { $0.split(separator: ",") }.compactMap { Int($0) })
    }
    let document = try body(only: [
      "jql", "fields", "maxResults", "nextPageToken", "expand", "properties", "fieldsByKeys",
      "reconcileIssues", "failFast",
    ])
    var fields: [String] = []
    switch document["fields"] {
    case nil, .null?: fields = ["id"]
    case .array(let names)?: for name in names { fields.append(try text(name)) }
    default: throw Self.invalidPayload
    }
    var size = standard
    if let value = document["maxResults"], !value.isNull {
      guard let number = value.integer, number >= 0 else { throw Self.invalidPayload }
      size = number
    }
    let token = try text(document["nextPageToken"])
    return Question(
      jql: try text(document["jql"]), fields: fields, size: size,
      token: token.isEmpty ? nil : token,
      reconciled: (document["reconcileIssues"]?.array ?? []).compactMap(\.integer))
  }

  private mutating func reconcile(_ ids: [Int]) {
    guard !ids.isEmpty else { return }
    markFresh(Array(ids.prefix(50)))
  }

  /// The server decides how many issues it gives: up to 5,000 bare ones, else fewer, and not the
  /// same number on every page.
  private func pageSize(start: Int, wanted: Int, isBare: Bool) -> Int {
    let asked = max(1, wanted)
    guard !isBare else { return min(asked, 5_000) }
    let most = min(asked, mostOnPage)
    return start == 0 ? most : max(1, most - start % 7)
  }

  /// The issues a query finds, in its order.
  func found(_ jql: String) throws(JiraRefusal) -> [JiraIssue] {
    do throws(JQLError) {
      let query = try JQLParser.parse(jql)
      let found = try planner.run(query)
      // The index may lag: what it finds is given as it is now, and what is gone is not given.
      return isStranger ? [] : found.compactMap { site.issues[$0.id] }
    } catch {
      throw JiraRefusal(error)
    }
  }

  private var planner: JQLPlanner {
    JQLPlanner(
      fields: site.fields, index: site.index, dates: JQLDates(now: now, zone: site.zone),
      accountID: site.accountID, knowsName: { site.knows($0, in: $1) },
      knowsIssue: { site.issue($0) != nil })
  }

  /// `POST /issue/bulkfetch`: the issues there are; missing ones are simply not there.
  func bulkFetch() throws(JiraRefusal) -> JSONValue {
    let document = try body(only: [
      "issueIdsOrKeys", "fields", "expand", "properties", "fieldsByKeys",
    ])
    guard let wanted = document["issueIdsOrKeys"]?.array, !wanted.isEmpty else {
      throw Self.invalidPayload
    }
    guard wanted.count <= 100 else {
      throw JiraRefusal(400, "The number of issues requested exceeds the limit of 100.")
    }
    var names: [String] = []
    for name in document["fields"]?.array ?? [] { names.append(try text(name)) }
    let selection = JiraSelection(names.isEmpty ? ["*navigable"] : names)
    var given: Set<String> = []
    var issues: [JSONValue] = []
    for name in wanted {
      guard !isStranger, let issue = site.issue(try text(name)), given.insert(issue.id).inserted
      else { continue }
      issues.append(render(issue, selection))
    }
    return .object(["issues": .array(issues), "issueErrors": []])
  }

  /// `POST /jql/parse`: whether queries are right; their structure is not given.
  func parse() throws(JiraRefusal) -> JSONValue {
    guard let queries = try body(only: ["queries"])["queries"]?.array, !queries.isEmpty else {
      throw Self.invalidPayload
    }
    var parsed: [JSONValue] = []
    for query in queries {
      let jql = try text(query)
      var members = [JSONValue.Member("query", .string(jql))]
      do throws(JQLError) {
        if let condition = try JQLParser.parse(jql).condition { _ = try planner.plan(condition) }
      } catch {
        members.append(.init("errors", .array([.string(error.message)])))
      }
      parsed.append(.object(members))
    }
    return .object(["queries": .array(parsed)])
  }
}

/// Where a search goes on. Opaque to clients; good for one query and fields, and for seven days.
struct JiraPageToken {
  let start: Int
  let text: String

  init(start: Int, question: String, issued: Timestamp) {
    self.start = start
    let content = "\(start).\(Self.digest(question)).\(issued.milliseconds)"
    text = "Ch" + content.utf8.map { String(UInt16($0) + 0x100, radix: 16).dropFirst() }.joined()
  }

  init(_ text: String, question: String, at now: Timestamp) throws(JiraRefusal) {
    let parts = Self.content(text).split(separator: ".")
    guard parts.count == 3, let start = Int(parts[0]), let issued = Int64(parts[2]), start >= 0,
      parts[1] == Self.digest(question),
      Timestamp(milliseconds: issued).duration(to: now) <= .seconds(7 * 86_400)
    else {
      throw JiraRefusal(
        400, "The provided next page token is invalid or expired. Start again without it.")
    }
    self.start = start
    self.text = text
  }

  private static func content(_ text: String) -> String {
    guard text.hasPrefix("Ch") else { return "" }
    let digits = Array(text.dropFirst(2).utf8)
    var bytes: [UInt8] = []
    for place in stride(from: 0, to: digits.count - 1, by: 2) {
      guard let byte = UInt8(String(decoding: digits[place...place + 1], as: UTF8.self), radix: 16)
      else { return "" }
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// FNV-1a: tells questions apart; it keeps no secret.
  private static func digest(_ text: String) -> String {
    let hash = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01b3
    }
    return String(hash, radix: 36)
  }
}
