import DealModel
import TestSupport
import Testing

@testable import Sandbox

@Suite struct JiraQueryTests {
  @Test("AND binds more tightly than OR, and NOT more tightly than either")
  func precedence() throws {
    let query = try JQLParser.parse("a = 1 OR NOT b = 2 AND c = 3 ORDER BY d DESC, e")
    func clause(_ field: String, _ value: String) -> JQLCondition {
      .clause(JQLClause(field: field, comparison: .equal, operand: .value(value)))
    }
    #expect(
      query.condition
        == .or([clause("a", "1"), .and([.not(clause("b", "2")), clause("c", "3")])]))
    #expect(
      query.order == [
        JQLOrder(field: "d", isDescending: true), JQLOrder(field: "e", isDescending: false),
      ])
  }

  @Test(
    "a malformed query is refused in Jira's words, with its place",
    arguments: [
      (
        "project BWD",
        "Error in the JQL Query: Expecting operator but got 'BWD'. The valid operators are '=', '!=',"
          + " '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'."
          + " (line 1, character 9)"
      ),
      (
        "project = \"BWD",
        "Error in the JQL Query: The quoted string 'BWD' has not been completed."
          + " (line 1, character 11)"
      ),
      (
        "project =\n\nBWD x",
        "Error in the JQL Query: Expecting either 'OR' or 'AND' but got 'x'. (line 3, character 5)"
      ),
      ("(project = BWD", "Error in the JQL Query: Expecting ')' before the end of the query."),
      (
        "summary ~ a*",
        "Error in the JQL Query: The character '*' is a reserved JQL character. You must enclose it "
          + "in a string or use the escape '\\u002a' instead. (line 1, character 12)"
      ),
      (
        "project = and",
        "Error in the JQL Query: Expecting either a value, list or function but got 'and'. You must"
          + " surround 'and' in quotation marks to use it as a value. (line 1, character 11)"
      ),
    ])
  func faults(query: String, message: String) {
    #expect(throws: JQLError(message)) { try JQLParser.parse(query) }
  }

  @Test("no query, however deeply nested or broken, does more than fail")
  func hostile() {
    let deep = String(repeating: "(", count: 20_000) + "a = 1"
    let nots = String(repeating: "NOT ", count: 10_000) + "a = 1"
    for query in [
      deep, nots, "cf[", "cf[99999999999999999999] = 1", "a in (", "a = \"\\u12", "\\", "=",
      "order by",
    ] {
      #expect(throws: JQLError.self) { try JQLParser.parse(query) }
    }
  }

  @Test("a tilde finds words, not values: a longer ID that begins the same is found too")
  func wordMatch() async throws {
    let jira = try JiraHarness(JiraHarness.small())
    #expect(
      await jira.keys("cf[10042] ~ \"BW-00042\" ORDER BY key") == ["BWD-1", "BWD-2", "BWD-3"])
    #expect(
      await jira.keys("cf[10042] ~ \"\\\"BW-00042\\\"\" ORDER BY key") == [
        "BWD-1", "BWD-2", "BWD-3",
      ])
    #expect(
      await jira.keys("\"Deal ID\" ~ \"00042 bw\" ORDER BY key") == ["BWD-1", "BWD-2", "BWD-3"])
    #expect(await jira.keys("\"Deal ID\" ~ \"\\\"00042 bw\\\"\"") == [])
    #expect(await jira.keys("cf[10042] ~ \"BW-0004\"") == [])
    #expect(await jira.keys("cf[10042] ~ \"0004?\" AND project = SD") == ["SD-1"])
    #expect(await jira.keys("cf[10042] ~ \"00*43\" AND project = SD") == ["SD-1"])
  }

  @Test(
    "each operator finds what it names",
    arguments: [
      ("project = BWD AND issuetype = Epic ORDER BY key DESC", ["BWD-4", "BWD-2", "BWD-1"]),
      ("parent = BWD-1", ["BWD-3"]),
      ("key in (BWD-4, SD-1) ORDER BY key", ["BWD-4", "SD-1"]),
      ("project != BWD", ["SD-1"]),
      ("NOT (project = BWD OR project = SD)", []),
      ("labels = Draft", ["BWD-3"]),
      ("labels = draft", []),
      ("labels is EMPTY AND project = SD", ["SD-1"]),
      ("statusCategory = Done", ["BWD-2"]),
      ("statusCategory != done AND issuetype = epic ORDER BY due", ["BWD-1", "BWD-4"]),
      ("assignee is empty", ["SD-1"]),
      // An empty field is neither equal nor unequal to anything.
      ("assignee != \"Nobody Else\" AND project = SD", []),
      ("NOT assignee = \"Nobody Else\" AND project = SD", []),
      ("duedate < \"2026-11-20\" AND duedate >= 2026-01-01", ["BWD-1"]),
      ("due <= startOfDay(\"+11d\") AND due > startOfDay()", ["BWD-4"]),
      ("updated >= -15m", ["BWD-4"]),
      ("updated >= \"2026/11/20 09:50\"", ["BWD-4"]),
      ("updated >= \"2026/11/20 09:51\"", []),
      ("cf[10050] > 1250.4 AND cf[10050] <= 1250.50", ["BWD-1"]),
      ("worklogDate >= 2026-11-18 AND worklogDate < 2026-11-19", ["BWD-3"]),
      ("worklogAuthor = \"Ines Roth\"", ["BWD-3"]),
      ("summary ~ \"phase handover\"", ["BWD-4"]),
      ("project = BWD & key >= BWD-3 ORDER BY key", ["BWD-3", "BWD-4"]),
    ])
  func operators(query: String, keys: [String]) async throws {
    let jira = try JiraHarness(JiraHarness.small())
    #expect(await jira.keys(query) == keys)
  }

  @Test(
    "what cannot be asked is refused in Jira's words",
    arguments: [
      (
        "",
        "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."
      ),
      (
        "ORDER BY key",
        "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."
      ),
      (
        "cf[10099] ~ \"x\"",
        "Field 'cf[10099]' does not exist or you do not have permission to view it."
      ),
      ("project = NOPE", "The value 'NOPE' does not exist for the field 'project'."),
      ("key = BWD-99", "An issue with key 'BWD-99' does not exist for field 'key'."),
      ("cf[10042] = \"BW-00042\"", "The operator '=' is not supported by the 'cf[10042]' field."),
      ("project ~ BWD", "The operator '~' is not supported by the 'project' field."),
      (
        "labels = a AND foo() = b",
        "Error in the JQL Query: Expecting operator but got '('. The valid operators are '=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'. (line 1, character 19)"
      ),
      ("labels in foo()", "Unable to find JQL function 'foo()'."),
      (
        "updated > soon",
        "Date value 'soon' for field 'updated' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'."
      ),
      (
        "project = BWD ORDER BY a, b, c, d, e, f, g, h",
        "The ORDER BY clause has more than 7 fields."
      ),
    ])
  func refusals(query: String, message: String) async throws {
    let jira = try JiraHarness(JiraHarness.small())
    let reply = await jira.search(query)
    #expect(reply.status == 400)
    #expect(reply.message == message)
  }

  @Test("absolute times are read in the user's zone, in summer and in winter")
  func zones() throws {
    let berlin = try #require(JiraZones.zone(named: "Europe/Berlin"))
    let newYork = try #require(JiraZones.zone(named: "America/New_York"))
    let dates = JQLDates(now: Timestamp(milliseconds: 0), zone: berlin)
    #expect(dates.instant("2026/11/20 08:00") == Timestamp("2026-11-20T07:00:00Z"))
    #expect(dates.instant("2026-07-20 08:00") == Timestamp("2026-07-20T06:00:00Z"))
    #expect(dates.instant("2026-10-25") == Timestamp("2026-10-24T22:00:00Z"))
    #expect(dates.instant("2026-02-30") == nil)
    #expect(
      newYork.jiraText(try #require(Timestamp("2026-11-01T05:30:00.007Z")))
        == "2026-11-01T01:30:00.007-0400")
    #expect(
      newYork.jiraText(try #require(Timestamp("2026-11-01T06:30:00Z")))
        == "2026-11-01T01:30:00.000-0500")
  }

  @Test("a search by deal ID among forty thousand issues looks at few of them")
  func scale() throws {
    let issues = (0..<40_000).map { number in
      JiraIssue(
        id: String(number), key: "BWD-\(number)",
        fields: ["customfield_10042": .string("BW-\(20_000 + number / 4)")])
    }
    let fields = JiraFields(listing: JiraSample.fields)
    let planner = JQLPlanner(
      fields: fields, index: JiraIndex(issues: issues, textFields: fields.indexedText),
      dates: JQLDates(now: Timestamp(milliseconds: 0), zone: .utc), accountID: "a",
      knowsName: { _, _ in true }, knowsIssue: { _ in true })
    let jql = (0..<40).map { "cf[10042] ~ \"\\\"BW-\(20_100 + $0)\\\"\"" }.joined(separator: " OR ")
    let query = try JQLParser.parse("project = BWD AND (\(jql))")
    let condition = try #require(query.condition)
    #expect(try planner.plan(condition).candidates?.count == 160)
    #expect(try planner.run(query).count == 160)
  }
}
