/// What a request asks for, by method and path below `/rest/api/3`.
enum JiraCall: Hashable, Sendable {
  case search
  case count
  case bulkFetch
  case parse
  case issue(String)
  case worklogs(issue: String)
  case updatedWorklogs
  case deletedWorklogs
  case listedWorklogs
  case bulkChangelog
  case fields
  case fieldSearch
  case projectSearch
  case project(String)
  case projectVersions(String)
  case version(String)
  case statuses
  case myself
  case myPermissions
  case serverInfo

  /// - Returns: `nil` for what is not emulated, every write included.
  init?(method: String, path: [String]) {
    switch (method, path.count, path.first, path.dropFirst().first) {
    case ("GET", 2, "search", "jql"), ("POST", 2, "search", "jql"): self = .search
    case ("POST", 2, "search", "approximate-count"): self = .count
    case ("POST", 2, "issue", "bulkfetch"): self = .bulkFetch
    case ("POST", 2, "jql", "parse"): self = .parse
    case ("GET", 2, "issue", let key?): self = .issue(key)
    case ("GET", 3, "issue", let key?) where path[2] == "worklog": self = .worklogs(issue: key)
    case ("GET", 2, "worklog", "updated"): self = .updatedWorklogs
    case ("GET", 2, "worklog", "deleted"): self = .deletedWorklogs
    case ("POST", 2, "worklog", "list"): self = .listedWorklogs
    case ("POST", 2, "changelog", "bulkfetch"): self = .bulkChangelog
    case ("GET", 1, "field", _): self = .fields
    case ("GET", 2, "field", "search"): self = .fieldSearch
    case ("GET", 2, "project", "search"): self = .projectSearch
    case ("GET", 2, "project", let key?): self = .project(key)
    case ("GET", 3, "project", let key?) where path[2] == "version": self = .projectVersions(key)
    case ("GET", 2, "version", let id?): self = .version(id)
    case ("GET", 1, "status", _): self = .statuses
    case ("GET", 1, "myself", _): self = .myself
    case ("GET", 1, "mypermissions", _): self = .myPermissions
    case ("GET", 1, "serverInfo", _): self = .serverInfo
    default: return nil
    }
  }

  /// What bursts are counted by: the call without the record it names.
  var endpoint: String {
    switch self {
    case .issue: "issue"
    case .worklogs: "issue worklog"
    case .project: "project"
    case .projectVersions: "project version"
    case .version: "version"
    default: "\(self)"
    }
  }
}
