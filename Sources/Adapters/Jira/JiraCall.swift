import AdapterKit
import DealModel

/// The calls the adapter makes: every endpoint of Jira it knows (platform API, version 3).
enum JiraCall {
  /// The POST endpoints that only read.
  static let readingPosts: Set<String> = [
    searchPattern, countPattern, bulkPattern, worklogListPattern, changelogPattern,
  ]

  static let searchPattern = "/rest/api/3/search/jql"
  static let countPattern = "/rest/api/3/search/approximate-count"
  static let bulkPattern = "/rest/api/3/issue/bulkfetch"
  static let worklogListPattern = "/rest/api/3/worklog/list"
  static let changelogPattern = "/rest/api/3/changelog/bulkfetch"
  /// The most issues, and the most fields, in one question for change logs.
  static let changelogIssues = 1_000
  static let changelogFields = 10
  static let searchOperation = "POST " + searchPattern

  /// A page of a search. The server decides how many issues a page has; 5,000 asks for its most.
  static func search(_ jql: String, fields: [String], token: String?) -> HTTPCall {
    var members: [JSONValue.Member] = [
      .init("jql", .string(jql)), .init("fields", .array(fields.map { .string($0) })),
      .init("maxResults", 5_000),
    ]
    if let token { members.append(.init("nextPageToken", .string(token))) }
    return .post(searchPattern, json: .object(members))
  }

  /// How many issues a query finds, approximately.
  static func count(_ jql: String) -> HTTPCall {
    .post(countPattern, json: .object(["jql": .string(jql)]))
  }

  /// Known issues, at most 100; those that do not exist are left out of the answer.
  static func bulkFetch(_ idsOrKeys: [String], fields: [String]) -> HTTPCall {
    .post(
      bulkPattern,
      json: .object([
        "issueIdsOrKeys": .array(idsOrKeys.map { .string($0) }),
        "fields": .array(fields.map { .string($0) }),
      ]))
  }

  /// A page of the changes of some fields of known issues, the oldest first.
  static func changelog(of issues: [String], fields: [String], token: String?) -> HTTPCall {
    var members: [JSONValue.Member] = [
      .init("issueIdsOrKeys", .array(issues.map { .string($0) })),
      .init("fieldIds", .array(fields.map { .string($0) })),
      .init("maxResults", 1_000),
    ]
    if let token { members.append(.init("nextPageToken", .string(token))) }
    return .post(changelogPattern, json: .object(members))
  }

  /// Worklogs by their IDs, at most 1,000.
  static func worklogs(ids: [Int]) -> HTTPCall {
    .post(
      worklogListPattern, json: .object(["ids": .array(ids.map { .integer($0) })]))
  }

  /// A page of one issue's worklogs.
  static func worklogs(issue id: String, from start: Int) -> HTTPCall {
    .get(
      "/rest/api/3/issue/{issue}/worklog", ["issue": id],
      query: ["startAt": String(start), "maxResults": "5000"])
  }

  /// A page of a project's versions.
  static func versions(project key: String, from start: Int) -> HTTPCall {
    .get(
      "/rest/api/3/project/{project}/version", ["project": key],
      query: ["startAt": String(start), "maxResults": "50"])
  }

  static func version(_ id: String) -> HTTPCall {
    .get("/rest/api/3/version/{version}", ["version": id])
  }

  /// Which of these permissions the account has, in one project or anywhere.
  static func myPermissions(_ keys: [String], project: String?) -> HTTPCall {
    .get(
      "/rest/api/3/mypermissions",
      query: ["permissions": keys.joined(separator: ","), "projectKey": project])
  }

  static let fields = HTTPCall.get("/rest/api/3/field")
  static let myself = HTTPCall.get("/rest/api/3/myself")
  static let serverInfo = HTTPCall.get("/rest/api/3/serverInfo")

  /// What Jira's errors mean. They have no codes, and their words follow the user's language: only
  /// the status decides.
  static func errors(of system: SystemName) -> ErrorTable {
    ErrorTable(rules: [
      .init(401, .unauthorized, credentialsMend(system)),
      .init(
        403, .unauthorized,
        "The account may not read that. Give it the permission to browse the project."),
      .init(
        404, .refused,
        "There is nothing there, or the account may not see it. Check `base_url` and the "
          + "permissions of the account."),
      .init(410, .refused, "That part of the API has been removed. Update Plumbline."),
      .init(
        400, .refused,
        "The query was not accepted. See whether `project`, `ticket_project` and `milestone_type` "
          + "of systems.\(system) name what exists there."),
    ])
  }

  /// How to mend credentials that are not accepted.
  static func credentialsMend(_ system: SystemName) -> String {
    "`email` or `token` is not accepted; tokens end after at most a year. Create a token at "
      + "id.atlassian.com and put it where `token` of systems.\(system) is kept. A token with scopes "
      + "needs `base_url` https://api.atlassian.com/ex/jira/ and the site's cloud ID."
  }
}
