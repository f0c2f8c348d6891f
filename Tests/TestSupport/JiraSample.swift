public import DealModel

/// A Jira site written by hand for tests: issues in Jira's own wire format.
public struct JiraSample: Sendable {
  /// The site's settings, `site.json`.
  public var site: JSONValue = [
    "baseUrl": "https://brightwater.atlassian.net",
    "cloudId": "11223344-a1b2-4b33-8d44-123456789abc", "displayTimeZone": "Europe/Berlin",
    "accountId": "5b10ac8d82e05b22cc7d4ef5",
  ]
  /// The issues so far.
  public private(set) var issues: [JSONValue] = []
  /// The worklogs so far, by issue ID.
  public private(set) var worklogs: [String: [JSONValue]] = [:]
  /// The versions, by project key.
  public var versions: [String: [JSONValue]] = [:]

  /// An empty site.
  public init() {}

  /// The link field and the echo field of Brightwater.
  public static let fields: [JSONValue] = [
    field("customfield_10042", "Deal ID", 10_042, type: "string", custom: "textfield"),
    field("customfield_10050", "Deal value", 10_050, type: "number", custom: "float"),
  ]

  private static func field(
    _ id: String, _ name: String, _ number: Int, type: String, custom: String
  ) -> JSONValue {
    [
      "id": .string(id), "key": .string(id), "name": .string(name), "custom": true,
      "orderable": true, "navigable": true, "searchable": true,
      "clauseNames": [.string("cf[\(number)]"), .string(name)],
      "schema": [
        "type": .string(type),
        "custom": .string("com.atlassian.jira.plugin.system.customfieldtypes:\(custom)"),
        "customId": .integer(number),
      ],
    ]
  }

  /// Projects `BWD` (delivery) and `SD` (the desk).
  public static let projects: [JSONValue] = [
    ["id": "10000", "key": "BWD", "name": "Brightwater delivery", "projectTypeKey": "software"],
    ["id": "10001", "key": "SD", "name": "Service desk", "projectTypeKey": "service_desk"],
  ]

  /// A status by the key of its category: `new`, `indeterminate` or `done`.
  public static func status(_ name: String, _ category: String) -> JSONValue {
    let ids = ["new": "2", "indeterminate": "4", "done": "3"]
    return [
      "id": .string("1\(ids[category] ?? "0")"), "name": .string(name),
      "statusCategory": [
        "id": .number(ids[category] ?? "1"), "key": .string(category), "name": .string(category),
      ],
    ]
  }

  /// A user by a name.
  public static func user(_ name: String) -> JSONValue {
    let id = "acc-" + name.lowercased().filter { $0.isLetter }
    return ["accountId": .string(id), "displayName": .string(name), "active": true]
  }

  /// Adds an issue.
  ///
  /// - Parameter others: Further fields; they replace those made from the other parameters.
  /// - Returns: Its ID.
  @discardableResult
  public mutating func add(
    _ key: String, type: String = "Epic", deal: String?, _ summary: String,
    due: String? = nil, status: JSONValue = Self.status("In Progress", "indeterminate"),
    updated: String = "2026-11-18T09:14:03.221+0100", parent: String? = nil,
    others: [String: JSONValue] = [:]
  ) -> String {
    let id = String(10_100 + issues.count)
    let project = Self.projects.first { key.hasPrefix(($0["key"]?.string ?? "?") + "-") } ?? .null
    var fields: [String: JSONValue] = [
      "summary": .string(summary), "status": status, "project": project, "labels": [],
      "issuetype": ["id": .string(type == "Epic" ? "1" : "2"), "name": .string(type)],
      "customfield_10042": deal.map { .string($0) } ?? .null,
      "duedate": due.map { .string($0) } ?? .null, "customfield_10050": .null,
      "created": "2026-09-01T08:00:00.000+0200", "updated": .string(updated),
      "assignee": Self.user("Mara Lindqvist"), "description": "One line.\nAnother.",
    ]
    if let parent { fields["parent"] = ["id": "0", "key": .string(parent)] }
    fields.merge(others) { $1 }
    issues.append([
      "id": .string(id), "key": .string(key),
      "fields": .object(fields.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) }),
    ])
    return id
  }

  /// Adds a worklog to an issue.
  public mutating func log(
    _ seconds: Int, on issueID: String, by person: String = "Tomas Varga",
    started: String = "2026-11-17T12:34:00.000+0000"
  ) {
    let number = 100_000 + worklogs.values.reduce(0) { $0 + $1.count }
    worklogs[issueID, default: []].append([
      "id": .string(String(number)), "issueId": .string(issueID), "author": Self.user(person),
      "started": .string(started), "updated": .string(started),
      "created": .string(started), "timeSpentSeconds": .integer(seconds), "comment": "Worked.",
    ])
  }

  /// The files of the folder, below `pm/`.
  public func documents() -> [String: JSONValue] {
    [
      "pm/site": site, "pm/fields": .array(Self.fields), "pm/projects": .array(Self.projects),
      "pm/issues": .array(issues),
      "pm/worklogs": .object(
        worklogs.sorted { $0.key < $1.key }.map { .init($0.key, .array($0.value)) }),
      "pm/versions": .object(versions.map { .init($0.key, .array($0.value)) }),
      "pm/users": [
        ["accountId": "5b10ac8d82e05b22cc7d4ef5", "displayName": "Pim Reader", "active": true]
      ],
    ]
  }

  /// A company of this one system, `pm`.
  ///
  /// - Parameter limits: The value of `limits` in `company.yaml`.
  public func company(limits: String = "{}") throws -> TemporaryCompany {
    try TemporaryCompany(
      yaml: """
        company: Brightwater Group
        systems:
          pm:
            kind: jira
            limits: \(limits)
            credentials:
              email: secrets/email
              token: secrets/token
              scoped_token: secrets/scoped
              access_token: secrets/access
        """,
      texts: [
        "secrets/email": "reader@brightwater.example\n", "secrets/token": "sample-token\n",
        "secrets/scoped": "sample-scoped\n", "secrets/access": "sample-access\n",
      ],
      documents: documents())
  }
}
