import DealModel
import TestSupport
import Testing

/// The check itself: what it must let pass, and what it must not.
@Suite struct OpenAPITests {
  private let document: JSONValue = [
    "schemas": [
      "Node": [
        "type": "object", "required": ["name"], "additionalProperties": false,
        "properties": [
          "name": ["type": "string", "minLength": 1, "enum": ["a", "b"]],
          "due": ["type": "string", "format": "date", "nullable": true],
          "at": ["type": "string", "format": "date-time"],
          "count": ["type": "integer", "format": "int32", "minimum": 0],
          "next": ["$ref": "#/schemas/Node"],
          "tags": ["type": "array", "uniqueItems": true, "items": ["type": "string"]],
          "either": ["oneOf": [["type": "string"], ["type": "boolean"]]],
          "mail": ["type": "string", "format": "email", "x-order": 1],
          "maybe": ["allOf": [["$ref": "#/schemas/Node"], ["nullable": true]]],
        ],
      ]
    ]
  ]

  private func faults(_ value: JSONValue) -> [String] {
    var check = SchemaCheck(document: document)
    check.check(value, against: ["$ref": "#/schemas/Node"], at: "$")
    #expect(check.ignored.isEmpty)
    return check.faults
  }

  @Test("what the schema allows passes")
  func passes() {
    #expect(
      faults([
        "name": "a", "due": nil, "at": "2026-11-20T09:14:03.221+0100", "count": 3,
        "next": ["name": "b", "due": "2026-11-20"], "tags": ["x", "y"], "either": true,
        "mail": "dana@brightwater.example", "maybe": nil,
      ]) == [])
  }

  @Test(
    "each violation is found, and named by its place",
    arguments: [
      (["due": nil], "$: `name` is missing"),
      (["name": "c"], "$.name: \"c\" is not in the enumeration"),
      (["name": nil], "$.name: null where string is due"),
      (["name": "a", "due": "2026-02-30"], "$.due: `2026-02-30` is no date"),
      (["name": "a", "at": "2026-11-20"], "$.at: `2026-11-20` is no date and time"),
      (["name": "a", "count": -1], "$.count: less than 0"),
      (["name": "a", "count": 3_000_000_000], "$.count: beyond 32 bits"),
      (["name": "a", "count": "3"], "$.count: a string where integer is due"),
      (["name": "a", "next": [:]], "$.next: `name` is missing"),
      (["name": "a", "tags": ["x", "x"]], "$.tags: the same element twice"),
      (["name": "a", "tags": [1]], "$.tags[0]: a number where string is due"),
      (["name": "a", "either": 1], "$.either: fits 0 of the schemas of oneOf"),
      (["name": "a", "mail": "dana"], "$.mail: `dana` is no address"),
      (["name": "a", "maybe": 1], "$.maybe: a number where object is due"),
      (["name": "a", "next": nil], "$.next: null where object is due"),
      (["name": "a", "more": 1], "$.more: is not in the schema"),
    ] as [(JSONValue, String)])
  func violations(value: JSONValue, fault: String) {
    let found = faults(value)
    #expect(found.contains(fault), "\(found)")
  }

  @Test("a keyword the check does not know is counted")
  func unknownKeywords() {
    var check = SchemaCheck(document: document)
    check.check("x", against: ["type": "string", "pattern": "^y$", "format": "ipv4"], at: "$")
    #expect(check.faults.isEmpty)
    #expect(check.ignored == ["pattern": 1, "format: ipv4": 1])
  }

  @Test("Jira's document is found, and knows which exchanges are none of its own")
  func jiraDocument() throws {
    let jira = try OpenAPIDocument.jira()
    func faults(_ exchange: OpenAPIDocument.Exchange) -> [String] { jira.check(exchange).faults }
    #expect(
      faults(.init(method: "GET", path: "/rest/api/3/nothing", status: 200, answer: nil))
        == ["GET /rest/api/3/nothing: is not documented"])
    #expect(
      faults(
        .init(
          method: "GET", path: "/rest/api/3/worklog/updated", query: [("until", "1")], status: 200,
          answer: ["values": []])) == [
          "GET /rest/api/3/worklog/updated: knows no parameter `until`"
        ])
    let short = faults(
      .init(
        method: "POST", path: "/rest/api/3/worklog/list", body: ["ids": ["7"]], status: 200,
        answer: [["id": 7]]))
    #expect(short.count == 2, "\(short)")
  }

  @Test("Asana's document tells what a list shows without being asked for more, and what with it")
  func asanaDocument() throws {
    let asana = try AsanaDocument()
    func faults(_ path: String, status: Int = 200, _ answer: JSONValue) -> [String] {
      let parts = path.split(separator: "?")
      let query = parts.dropFirst().joined().split(separator: "&").map { pair in
        let words = pair.split(separator: "=").map(String.init)
        return (name: words[0], value: words[1])
      }
      return asana.faults(
        of: .init(
          method: "GET", path: String(parts[0]), query: query, status: status, answer: answer))
    }
    let task: JSONValue = ["gid": "1", "resource_type": "task", "name": "A"]
    #expect(faults("/projects/9/tasks", ["data": [task], "next_page": nil]) == [])
    #expect(
      faults("/projects/9/tasks", ["data": [["gid": "1", "completed": false]]]) == [
        "/projects/9/tasks[0].completed: no schema knows it"
      ])
    let asked = "/projects/9/tasks?opt_fields=completed,assignee.name"
    #expect(faults(asked, ["data": [["completed": false]]]) == [])
    #expect(
      faults(asked, ["data": [["completed": "no"]]]) == [
        "/projects/9/tasks[0].completed: a string where boolean is due"
      ])
    #expect(
      faults("/tasks/1", ["data": ["assignee": ["gid": "2", "mail": "x"], "due_on": nil]]) == [
        "/tasks/1[0].assignee.mail: no schema knows it"
      ])
    #expect(
      faults("/tasks/1?opt_fields=name,done", ["data": task]) == [
        "GET /tasks/1 ?opt_fields: \"done\" is not in the enumeration"
      ])
    #expect(faults("/tasks?limit=101", ["data": []]).count == 1)
    #expect(faults("/tasks?pages=1", ["data": []]).count == 1)
    // Of these the description tells alone.
    let search = "/workspaces/9/tasks/search"
    #expect(faults("\(search)?custom_fields.7.value=x&limit=9", ["data": []]) == [])
    #expect(faults(search, status: 402, ["errors": []]) == [])
    #expect(faults("/users/me", status: 402, ["errors": []]).count == 1)
    #expect(faults("/users/me", status: 401, ["errors": [["message": 7]]]).count == 1)
  }
}
