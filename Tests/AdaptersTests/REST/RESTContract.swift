import AdapterKit
import Adapters
import CompanyConfiguration
import DealModel
import Sandbox
import Testing

extension ContractSubject {
  /// The delivery site of the sample company, read by configuration alone: an API whose emulator
  /// knows nothing of this kind, with a query language, cursors in bodies, and POSTs that read.
  static let rest = ContractSubject(
    kind: RESTKind.self, system: "pm", link: "fields.customfield_10042",
    echoProperties: ["fields.customfield_10050"], settings: RESTSample.settings(RESTSample.site),
    deals: [.deals: "BW-10001", .milestones: "BW-10001"], number: ("BWD-1", "BW-10045"),
    change: (
      ControlOrder(.setField(record: "issues/BWD-1", field: "duedate", value: "2026-12-24")),
      "BW-10045", .milestones
    ),
    drift: ControlOrder(.renameProperty(from: "customfield_10042", to: "customfield_10043")),
    mostCalls: [.deals: 2, .milestones: 2], renewsCredentials: false)
}

enum RESTSample {
  /// A whole configuration with one system of the kind, read as the product reads it.
  static func system(_ yaml: String) -> ConfigurationResult {
    let head = """
      company: Test
      shared_id: {origin: crm, pattern: '^BW-[0-9]{5}$'}
      ownership: {commercial: crm, delivery: api, support: api, financial: api}
      systems:
        crm: {kind: hubspot, link: erp_deal_id, token: {env: T}, steward: A, failure_mode: B}
        api:
          kind: rest
          steward: A
          failure_mode: B

      """
    let text = head + yaml.split(separator: "\n").map { "    " + $0 + "\n" }.joined()
    return ConfigurationFile.read(
      text, file: ContractBench.company + "/plumbline.yaml",
      kinds: VendorKinds.all.map { $0.schema })
  }

  /// The settings of the one system.
  static func settings(_ yaml: String) -> [String: SettingValue] {
    let result = system(yaml)
    guard let system = result.model?.system("api") else {
      Issue.record("\(result.errors)")
      return [:]
    }
    return system.settings.values
  }

  static let site = #"""
    link: fields.customfield_10042
    base_url: http://127.0.0.1:4100/pm
    vendor: Site
    auth:
      type: basic
      user: {file: secrets/pm-email}
      password: {file: secrets/pm-token}
    reading_posts: [/rest/api/3/search/jql]
    error_codes: ["errorMessages[0]"]
    errors:
      - {status: 400, means: drifted}
    probe: {get: /rest/api/3/myself, identity: displayName}
    records:
      milestones:
        post: /rest/api/3/search/jql
        each: 'cf[10042] ~ "\"{deal}\""'
        separator: " OR "
        quote: backslash
        body: |
          {"jql": "project = BWD AND issuetype = Epic AND ({each}) ORDER BY created ASC",
           "fields": ["summary", "status", "updated", "created", "duedate", "assignee", "customfield_10042"],
           "maxResults": 5000, "nextPageToken": "{cursor}"}
        items: issues
        paging: {by: cursor, next: nextPageToken}
        number: key
        url: https://brightwater.atlassian.net/browse/{number}
        created: fields.created
        modified: fields.updated
        detail: {get: "/rest/api/3/issue/{id}"}
        find:
          get: /rest/api/3/issue/{text}
          items: $
        values:
          name: fields.summary
          done: {path: fields.status.statusCategory.key, is: [done]}
          status: fields.status.name
          due: fields.duedate
          person: fields.assignee.displayName
        links:
          post: /rest/api/3/search/jql
          body: |
            {"jql": "project = BWD AND issuetype = Epic AND cf[10042] is not EMPTY ORDER BY created ASC",
             "fields": ["customfield_10042"], "maxResults": 5000, "nextPageToken": "{cursor}"}
          items: issues
          paging: {by: cursor, next: nextPageToken}
        changes:
          post: /rest/api/3/search/jql
          body: |
            {"jql": "project = BWD AND issuetype = Epic AND updated >= -{since_minutes}m ORDER BY updated ASC",
             "fields": ["updated", "customfield_10042"], "maxResults": 5000, "nextPageToken": "{cursor}"}
          items: issues
          paging: {by: cursor, next: nextPageToken}
      deals:
        post: /rest/api/3/search/jql
        each: 'cf[10042] ~ "\"{deal}\""'
        separator: " OR "
        quote: backslash
        body: |
          {"jql": "project = BWD AND issuetype = Epic AND ({each}) ORDER BY created ASC",
           "fields": ["updated", "customfield_10042", "customfield_10050"],
           "maxResults": 5000, "nextPageToken": "{cursor}"}
        items: issues
        paging: {by: cursor, next: nextPageToken}
        number: key
        modified: fields.updated
        detail:
          get: /rest/api/3/issue/{id}
    """#
}
