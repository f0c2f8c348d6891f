import AdapterKit
import DealModel

extension JiraAdapter {
  /// The fields of issues. Jira knows no unique field; `labels` may bear deal IDs as well.
  func properties() async throws -> [PropertyDescription]? {
    try await port.read(JiraCall.fields) { reply in
      guard let fields = reply.value.array else {
        throw self.port.malformed(JiraCall.fields.operation, "no list of fields")
      }
      let labels = PropertyDescription(
        name: "labels", label: "Labels", content: .text, isCustom: true)
      return [labels] + fields.compactMap(Self.property).filter { $0.name != "labels" }
    }
  }

  private static func property(_ field: JSONValue) -> PropertyDescription? {
    guard let id = field["id"]?.string else { return nil }
    let content: PropertyDescription.Content =
      switch field["schema"]?["type"]?.string {
      case "string": .text
      case "number": .number
      default: .other
      }
    return PropertyDescription(
      name: id, label: field["name"]?.string ?? id, content: content,
      isCustom: field["custom"]?.bool ?? id.hasPrefix("customfield_"))
  }

  /// Permissions to read, and those that change something (developer.atlassian.com, permissions).
  private static let reading = ["BROWSE_PROJECTS"]
  private static let writing = [
    "CREATE_ISSUES", "EDIT_ISSUES", "DELETE_ISSUES", "TRANSITION_ISSUES", "WORK_ON_ISSUES",
    "EDIT_ALL_WORKLOGS", "ADMINISTER_PROJECTS", "ADMINISTER",
  ]

  /// - Source: `GET /rest/api/3/mypermissions?permissions=…&projectKey=…`, which answers
  ///   `{"permissions":{"EDIT_ISSUES":{"havePermission":false,…}}}`.
  func examinations(_ brief: ExaminationBrief) async -> [Examination] {
    let call = JiraCall.myPermissions(Self.reading + Self.writing, project: settings.project)
    let had: Set<String>
    do {
      had = try await port.read(call) { reply in
        guard let members = reply.value["permissions"]?.members else {
          throw self.port.malformed(call.operation, "a document without \"permissions\"")
        }
        return Set(members.filter { $0.value["havePermission"]?.bool == true }.map(\.name))
      }
    } catch let error as SystemError {
      return [.unasked(.scopes, error), .unasked(.writePermission, error)]
    } catch {
      return []
    }
    let place = settings.project.map { "project \($0)" } ?? "the site"
    return [reads(had, in: place), writes(had, in: place)]
  }

  private func reads(_ had: Set<String>, in place: String) -> Examination {
    guard Self.reading.allSatisfy(had.contains) else {
      return Examination(
        .scopes, .finding, "The account may not browse \(place).",
        mend: "give it the permission Browse projects.")
    }
    return Examination(.scopes, .ok, "may browse \(place).")
  }

  private func writes(_ had: Set<String>, in place: String) -> Examination {
    let possible = Self.writing.filter(had.contains)
    guard !possible.isEmpty else {
      return Examination(.writePermission, .ok, "may not write in \(place).")
    }
    return Examination(
      .writePermission, .finding,
      "This account may write in \(place): \(possible.joined(separator: ", ")).",
      mend: "read with an account that may only browse; nothing here ever writes.")
  }
}
