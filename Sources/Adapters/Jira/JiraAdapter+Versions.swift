import AdapterKit
import DealModel

extension JiraAdapter {
  /// The versions of each deal's own project.
  ///
  /// One search tells which projects the deals' issues are in; each project is then asked once,
  /// because Jira has no call for the versions of several.
  func versions(_ ids: [DealID]) async throws -> [DealID: [Record]] {
    let found = try await borne(
      ids, where: JiraQuery.project(settings.project), fields: ["project", "issuetype"])
    var projects: [String: Set<DealID>] = [:]
    for (issue, deals) in found where kind(of: issue) != .tickets {
      projects[issue.projectKey, default: []].formUnion(deals)
    }
    if let shared = projects.first(where: { $0.value.count > 1 }) {
      throw SystemError(
        .refused, system: settings.system,
        message:
          "Project \(shared.key) of \(settings.system) (Jira) holds issues of several deals, "
          + "so that its versions belong to none of them. Set `milestones: epics`.")
    }
    var answer: [DealID: [Record]] = [:]
    for id in ids { answer[id] = [] }
    for (project, deals) in projects.sorted(by: { $0.key < $1.key }) {
      guard let deal = deals.first else { continue }
      answer[deal]? += try await versions(of: project, deal: deal)
    }
    return answer
  }

  private func versions(of project: String, deal: DealID) async throws -> [Record] {
    var records: [Record] = []
    try await port.walk("GET /rest/api/3/project/{project}/version", atMost: 200) { cursor in
      let start = cursor.flatMap { Int($0) } ?? 0
      let call = JiraCall.versions(project: project, from: start)
      let (values, isLast) = try await port.read(call) { reply in
        guard let values = reply.value["values"]?.array else {
          throw port.malformed(call.operation, "a page without \"values\" for \(project)")
        }
        return (values, reply.value["isLast"] == true)
      }
      for value in values {
        guard let record = reading.milestone(version: value, project: project, deal: deal) else {
          throw port.malformed(call.operation, "a version without an ID in \(project)")
        }
        records.append(record)
      }
      return isLast || values.isEmpty ? nil : String(start + values.count)
    }
    return records
  }

  func versionDetail(_ reference: RecordReference) async throws -> RecordDetail {
    let id = String(reference.id.dropFirst(JiraReading.versionMark.count))
    let version = try await port.json(JiraCall.version(id)).value
    guard let number = version["projectId"]?.integer else {
      throw port.malformed("GET /rest/api/3/version/{version}", "version \(id) without a project")
    }
    let issues = try await search(
      "fixVersion = \(JiraQuery.quoted(id)) AND project = \(number) ORDER BY created ASC",
      fields: ["summary", "status", "project"], isEmptyUsual: true)
    let deals = Set(issues.flatMap { settings.link.ids(in: $0) })
    let owners = try await search(
      JiraQuery.all("project = \(number)", settings.link.isBorne), fields: ["project"])
    guard let deal = deals.first ?? owners.first.flatMap({ settings.link.ids(in: $0).first }),
      let record = reading.milestone(
        version: version, project: owners.first?.projectKey ?? "", deal: deal)
    else {
      throw SystemError(
        .refused, system: settings.system,
        message: "No issue of version \(id) in \(settings.system) (Jira) bears a deal ID any more.")
    }
    let text = version["description"]?.string ?? ""
    return RecordDetail(
      record: record,
      lines: issues.map { issue in
        DocumentLine(
          text: "\(issue.key) \(issue.text("summary") ?? "") · \(issue.name("status") ?? "")",
          quantity: .none, net: .none)
      },
      notes: text.isEmpty ? [] : [RecordDetail.Note("description", text)], fetchedAt: time.now())
  }
}
