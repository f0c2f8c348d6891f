import AdapterKit
import DealModel

extension JiraAdapter {
  /// The changes of issues' fields, whole since each issue was created.
  ///
  /// - Source: Jira Cloud `POST /rest/api/3/changelog/bulkfetch`, at most 1,000 issues and 10
  ///   fields; `created` is documented as a date and comes as milliseconds since 1970.
  func history(
    of references: [RecordReference], properties: [String]
  ) async throws -> [RecordReference: [PropertyChange]] {
    let issues = references.filter { !$0.id.hasPrefix(JiraReading.versionMark) }
    guard !issues.isEmpty, !properties.isEmpty else { return [:] }
    var found = Dictionary(issues.map { ($0, [PropertyChange]()) }) { first, _ in first }
    let byID = Dictionary(grouping: issues, by: \.id)
    for fields in properties.batches(of: JiraCall.changelogFields) {
      for batch in byID.keys.sorted().batches(of: JiraCall.changelogIssues) {
        try await port.walk("POST \(JiraCall.changelogPattern)") { token in
          let page = try await self.changelog(of: batch, fields: fields, token: token)
          for (id, changes) in page.changes {
            for reference in byID[id] ?? [] { found[reference]? += changes }
          }
          return page.next
        }
      }
    }
    return found.mapValues { $0.sorted { $0.at > $1.at } }
  }

  private struct Changelog {
    var changes: [String: [PropertyChange]] = [:]
    var next: String?
  }

  private func changelog(
    of issues: [String], fields: [String], token: String?
  ) async throws -> Changelog {
    let call = JiraCall.changelog(of: issues, fields: fields, token: token)
    return try await port.read(call) { reply in
      guard let logs = reply.value["issueChangeLogs"]?.array else {
        throw port.malformed(call.operation, "a page without \"issueChangeLogs\"")
      }
      var page = Changelog()
      for log in logs {
        guard let id = log["issueId"]?.string else {
          throw port.malformed(call.operation, "a change log without \"issueId\"")
        }
        for history in log["changeHistories"]?.array ?? [] {
          page.changes[id, default: []] += Self.changes(in: history, of: fields)
        }
      }
      let next = reply.value["nextPageToken"]?.string
      page.next = next.flatMap { $0.isEmpty ? nil : $0 }
      return page
    }
  }

  /// One entry of a change log; a change without a time tells nothing and is left out.
  private static func changes(in history: JSONValue, of fields: [String]) -> [PropertyChange] {
    guard let at = instant(history["created"]) else { return [] }
    let author = history["author"]
    let kind: PropertyChange.Author =
      switch author?["accountType"]?.string {
      case "app": .program
      case nil: .unknown
      default: .person
      }
    return (history["items"]?.array ?? []).compactMap { item in
      guard let field = item["fieldId"]?.string ?? item["field"]?.string, fields.contains(field)
      else { return nil }
      return PropertyChange(
        property: field, at: at, old: text(item, "fromString", "from"),
        new: text(item, "toString", "to"), author: kind,
        by: author?["displayName"]?.string ?? author?["accountId"]?.string)
    }
  }

  private static func instant(_ value: JSONValue?) -> Timestamp? {
    if let milliseconds = value?.integer {
      return Timestamp(milliseconds: Int64(milliseconds))
    }
    return value?.string.flatMap { Timestamp($0) }
  }

  private static func text(_ item: JSONValue, _ shown: String, _ bare: String) -> String? {
    let text = item[shown]?.string ?? item[bare]?.string
    return text?.isEmpty == true ? nil : text
  }
}
