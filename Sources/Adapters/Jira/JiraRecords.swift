import AdapterKit
import DealModel

/// An issue as Jira's answers give it.
struct JiraRecord: Sendable {
  let id: String
  let key: String
  let fields: JSONValue

  /// - Returns: `nil` when it has no ID, key or fields.
  init?(_ value: JSONValue) {
    guard let id = value["id"]?.string, !id.isEmpty, let key = value["key"]?.string,
      let fields = value["fields"], fields.members != nil
    else { return nil }
    self.id = id
    self.key = key
    self.fields = fields
  }

  func text(_ field: String) -> String? { fields[field]?.string }

  func instant(_ field: String) -> Timestamp? { text(field).flatMap { Timestamp($0) } }

  /// The ID or key of something that a field names.
  func name(_ field: String, _ member: String = "name") -> String? {
    fields[field]?[member]?.string
  }

  /// Done by the category of the status; its name is anybody's choice.
  var isDone: Bool { fields["status"]?["statusCategory"]?["key"] == "done" }

  /// The key's part before the number.
  var projectKey: String {
    name("project", "key") ?? String(key[..<(key.lastIndex(of: "-") ?? key.endIndex)])
  }
}

/// Turns Jira's records into ours: pure. What cannot be understood is unavailable value by value.
struct JiraReading: Sendable {
  let settings: JiraSettings

  /// The fields that the records made here are read from.
  static let common = ["summary", "status", "updated", "created", "issuetype", "project"]
  static let milestoneFields = common + ["duedate", "assignee"]
  static let ticketFields = common + ["priority", "assignee"]
  static let hoursFields = ["updated", "created", "project", "issuetype", "worklog"]

  private func record(
    _ issue: JiraRecord, _ kind: RecordKind, deal: DealID, _ content: Record.Content
  ) -> Record {
    Record(
      reference: RecordReference(system: settings.system, kind: kind, id: issue.id), dealID: deal,
      number: issue.key, url: settings.url(issue: issue.key), createdAt: issue.instant("created"),
      modifiedAt: issue.instant("updated"), content: content)
  }

  /// An epic, or another issue, as a milestone.
  func milestone(_ issue: JiraRecord, deal: DealID) -> Record {
    record(
      issue, .milestones, deal: deal,
      .milestone(
        Milestone(
          name: issue.text("summary") ?? issue.key, isDone: issue.isDone,
          status: issue.name("status") ?? "", due: date(issue, "duedate"),
          person: person(issue.fields["assignee"]))))
  }

  /// An issue of the desk.
  func ticket(_ issue: JiraRecord, deal: DealID) -> Record {
    let priority: Answer<String> = issue.name("priority").map { .value($0) } ?? .none
    return record(
      issue, .tickets, deal: deal,
      .ticket(
        Ticket(
          subject: issue.text("summary") ?? issue.key, isOpen: !issue.isDone,
          status: issue.name("status") ?? "", priority: priority,
          person: person(issue.fields["assignee"]))))
  }

  /// The copies of a deal's fields that an issue bears.
  func echoes(_ issue: JiraRecord, deal: DealID) -> Record {
    var record = record(issue, .deals, deal: deal, .deal([:]))
    for property in settings.echoProperties { record.echoes[property] = echo(issue, property) }
    return record
  }

  /// A worklog of an issue.
  ///
  /// - Returns: `nil` when it has no ID.
  func hours(_ worklog: JSONValue, of issue: JiraRecord, deal: DealID) -> Record? {
    guard let id = worklog["id"]?.string, !id.isEmpty else { return nil }
    return Record(
      reference: RecordReference(system: settings.system, kind: .hours, id: id), dealID: deal,
      number: issue.key,
      url: settings.url(issue: issue.key).map { "\($0)?focusedWorklogId=\(id)" },
      createdAt: worklog["created"]?.string.flatMap { Timestamp($0) },
      modifiedAt: worklog["updated"]?.string.flatMap { Timestamp($0) },
      modifiedBy: worklog["updateAuthor"]?["displayName"]?.string,
      content: .hours(
        HoursEntry(
          person: person(worklog["author"]), date: day(worklog, id, of: issue),
          seconds: seconds(worklog, id, of: issue), subject: issue.key)))
  }

  /// A version as a milestone.
  ///
  /// - Returns: `nil` when it has no ID.
  func milestone(version: JSONValue, project: String, deal: DealID) -> Record? {
    guard let id = version["id"]?.string, !id.isEmpty else { return nil }
    let isReleased = version["released"] == true
    let isArchived = version["archived"] == true
    let name = version["name"]?.string ?? id
    func date(_ member: String) -> Answer<CalendarDate> {
      day(version[member], "the \(member) of version \(id) in project \(project)")
    }
    return Record(
      reference: RecordReference(
        system: settings.system, kind: .milestones, id: Self.versionMark + id),
      dealID: deal, number: "\(project) \(name)",
      url: settings.site.map { "\($0)/projects/\(project)/versions/\(id)" },
      content: .milestone(
        Milestone(
          name: name, isDone: isReleased || isArchived,
          status: isReleased ? "released" : isArchived ? "archived" : "unreleased",
          due: date("releaseDate"), start: date("startDate"))))
  }

  /// Tells a version's ID from an issue's: both are numbers.
  static let versionMark = "version-"

  // MARK: - Values

  private func person(_ user: JSONValue?) -> Answer<String> {
    guard let user, !user.isNull else { return .none }
    if let name = user["displayName"]?.string, !name.isEmpty { return .value(name) }
    return user["accountId"]?.string.map { .value($0) } ?? .none
  }

  private func date(_ issue: JiraRecord, _ field: String) -> Answer<CalendarDate> {
    guard let value = issue.fields[field] else {
      return .unavailable(missing(field, in: issue))
    }
    return day(value, "\(field) of \(issue.key)")
  }

  private func day(_ value: JSONValue?, _ place: String) -> Answer<CalendarDate> {
    switch value {
    case nil, .null?: return .none
    case .string(let text)?:
      if let date = CalendarDate(text) { return .value(date) }
      return .unavailable(fault("\(place) is no date that exists"))
    case let other?: return .unavailable(fault("\(place) is \(other.typeName), not a date"))
    }
  }

  /// The day of work, as it stands there: the profile's zone is the reader's, and so is the day.
  private func day(_ worklog: JSONValue, _ id: String, of issue: JiraRecord) -> Answer<CalendarDate>
  {
    guard let text = worklog["started"]?.string, Timestamp(text) != nil,
      let date = CalendarDate(text.prefix(10))
    else {
      return .unavailable(
        fault("the start of worklog \(id) of \(issue.key) is no time that exists"))
    }
    return .value(date)
  }

  private func seconds(_ worklog: JSONValue, _ id: String, of issue: JiraRecord) -> Answer<Int64> {
    guard let seconds = worklog["timeSpentSeconds"]?.integer, seconds >= 0 else {
      return .unavailable(
        fault("the time spent of worklog \(id) of \(issue.key) is no whole number of seconds"))
    }
    return .value(Int64(seconds))
  }

  private func echo(_ issue: JiraRecord, _ property: String) -> Answer<FieldValue> {
    switch issue.fields[property] {
    case nil: return .unavailable(missing(property, in: issue))
    case .null?: return .none
    case .string(let text)?: return .value(.text(text))
    case .bool(let flag)?: return .value(.flag(flag))
    case .number?:
      guard let number = issue.fields[property]?.decimal else {
        return .unavailable(fault("\(property) of \(issue.key) is a number out of range"))
      }
      return .value(.number(number))
    case .object?:
      let value = issue.fields[property]
      let words =
        value?["value"]?.string ?? value?["name"]?.string ?? value?["displayName"]?.string
      guard let words else {
        return .unavailable(fault("\(property) of \(issue.key) is no plain value"))
      }
      return .value(.text(words))
    case .array(let values)?:
      let words = values.compactMap {
        $0.string ?? $0["value"]?.string ?? $0["name"]?.string ?? $0["displayName"]?.string
      }
      return words.isEmpty ? .none : .value(.text(words.joined(separator: ", ")))
    }
  }

  private func missing(_ field: String, in issue: JiraRecord) -> SystemError {
    SystemError(
      .drifted(field: field), system: settings.system,
      message: "\(settings.system) (Jira) has no field \(field) on \(issue.key). It was deleted, "
        + "hidden or is out of the project's scope; mend it there, or mend the configuration.")
  }

  private func fault(_ what: String) -> SystemError {
    SystemError(
      .malformed, system: settings.system,
      message: "In \(settings.system) (Jira), \(what). Correct it there.")
  }
}
