import AdapterKit
import DealModel

extension JiraAdapter {
  func detail(of reference: RecordReference) async throws -> RecordDetail {
    switch reference.kind {
    case .hours: return try await worklogDetail(reference)
    case .milestones where reference.id.hasPrefix(JiraReading.versionMark):
      return try await versionDetail(reference)
    default: return try await issueDetail(reference)
    }
  }

  /// Issues by key or ID.
  func find(_ text: String) async throws -> [FoundRecord] {
    guard Self.isKeyOrID(text) else { return [] }
    let found = try await fetch([text], fields: ["issuetype", "project"])
    if found.isEmpty { try await proveLogin(isEmptyUsual: false) }
    return found.filter { $0.id == text || $0.key.lowercased() == text.lowercased() }
      .flatMap { issue in
        let reference = RecordReference(
          system: settings.system, kind: kind(of: issue), id: issue.id)
        let deals: [DealID?] = settings.link.ids(in: issue)
        return (deals.isEmpty ? [nil] : deals).map {
          FoundRecord(reference: reference, number: issue.key, dealID: $0)
        }
      }
  }

  /// `ED-1`, or digits: nothing else is worth a question.
  private static func isKeyOrID(_ text: String) -> Bool {
    guard text.utf8.count <= 40 else { return false }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    func isNumber(_ part: Substring) -> Bool {
      !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
    switch parts.count {
    case 1: return isNumber(parts[0])
    case 2:
      guard let first = parts[0].first, first.isASCII, first.isLetter else { return false }
      return isNumber(parts[1])
        && parts[0].allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    default: return false
    }
  }

  /// Known issues; those that do not exist, or may not be seen, are left out.
  private func fetch(_ idsOrKeys: [String], fields: [String]) async throws -> [JiraRecord] {
    let call = JiraCall.bulkFetch(idsOrKeys, fields: fields + [settings.link.fieldID])
    return try await port.read(call) { reply in
      guard let listed = reply.value["issues"]?.array else {
        throw port.malformed(call.operation, "an answer without \"issues\"")
      }
      return try listed.map { entry in
        guard let issue = JiraRecord(entry) else {
          throw port.malformed(call.operation, "an issue without \"id\", \"key\" or \"fields\"")
        }
        return issue
      }
    }
  }

  private func existing(_ id: String, fields: [String]) async throws -> JiraRecord {
    let found = try await fetch([id], fields: fields)
    guard let issue = found.first(where: { $0.id == id || $0.key == id }) else {
      try await proveLogin(isEmptyUsual: false)
      throw absent("issue \(VisibleText(id.prefix(40)))")
    }
    return issue
  }

  private func absent(_ what: String) -> SystemError {
    SystemError(
      .refused, system: settings.system,
      message: "There is no \(what) in \(settings.system) (Jira) any more, or the account may not "
        + "see it.")
  }

  private func dealID(of issue: JiraRecord) throws -> DealID {
    guard let deal = settings.link.ids(in: issue).first else {
      throw SystemError(
        .refused, system: settings.system,
        message: "\(issue.key) of \(settings.system) (Jira) bears no deal ID any more. Put it back "
          + "into \(settings.link.fieldID) there.")
    }
    return deal
  }

  // MARK: - Issues

  private func issueDetail(_ reference: RecordReference) async throws -> RecordDetail {
    let issue = try await existing(
      reference.id,
      fields: JiraReading.milestoneFields + settings.echoProperties + [
        "priority", "description", "timetracking", "timespent", "aggregatetimespent",
      ])
    let deal = try dealID(of: issue)
    let record =
      switch reference.kind {
      case .tickets: reading.ticket(issue, deal: deal)
      case .deals: reading.echoes(issue, deal: deal)
      default: reading.milestone(issue, deal: deal)
      }
    let children = reference.kind == .milestones ? try await children(of: issue) : []
    let text = issue.fields["description"].map { JiraText.plain($0) } ?? ""
    var notes = text.isEmpty ? [] : [RecordDetail.Note("description", text)]
    let tracking = issue.fields["timetracking"]
    for (label, member) in [
      ("estimate", "originalEstimateSeconds"), ("remaining", "remainingEstimateSeconds"),
    ] {
      if let hours = Self.hours(tracking?[member]) {
        notes.append(RecordDetail.Note(label, "\(hours) h"))
      }
    }
    return RecordDetail(
      record: record, lines: children.map(line), notes: notes, fetchedAt: time.now())
  }

  private func children(of issue: JiraRecord) async throws -> [JiraRecord] {
    try await search(
      "parent = \(JiraQuery.quoted(issue.key)) ORDER BY created ASC",
      fields: ["summary", "status", "timespent", "assignee"], isEmptyUsual: true)
  }

  /// A story: its words, and the hours it took as the quantity.
  private func line(_ story: JiraRecord) -> DocumentLine {
    let state = story.name("status").map { " · \($0)" } ?? ""
    let hours: Answer<ExactDecimal>
    switch story.fields["timespent"] {
    case nil, .null?: hours = .none
    case let seconds?:
      hours =
        Self.hours(seconds).map { .value($0) }
        ?? .unavailable(
          SystemError(
            .malformed, system: settings.system,
            message: "In \(settings.system) (Jira), the time spent on \(story.key) is no number. "
              + "Correct it there."))
    }
    return DocumentLine(
      text: "\(story.key) \(story.text("summary") ?? "")\(state)", quantity: hours, net: .none)
  }

  /// Seconds as hours, to the hundredth.
  private static func hours(_ seconds: JSONValue?) -> ExactDecimal? {
    guard let seconds = seconds?.decimal else { return nil }
    return try? seconds.divided(by: 3_600, places: 2)
  }

  // MARK: - Worklogs

  private func worklogDetail(_ reference: RecordReference) async throws -> RecordDetail {
    guard let id = Int(reference.id) else {
      throw absent("worklog \(VisibleText(reference.id.prefix(40)))")
    }
    let call = JiraCall.worklogs(ids: [id])
    let worklogs = try await port.read(call) { reply in
      guard let worklogs = reply.value.array else {
        throw port.malformed(call.operation, "\(reply.value.typeName) instead of a list")
      }
      return worklogs
    }
    guard let worklog = worklogs.first(where: { $0["id"]?.string == reference.id }),
      let issueID = worklog["issueId"]?.string
    else {
      try await proveLogin(isEmptyUsual: false)
      throw absent("worklog \(id)")
    }
    let issue = try await existing(issueID, fields: ["summary", "project", "issuetype"])
    guard let record = reading.hours(worklog, of: issue, deal: try dealID(of: issue)) else {
      throw port.malformed(call.operation, "a worklog without an ID")
    }
    var notes = [RecordDetail.Note("issue", "\(issue.key) \(issue.text("summary") ?? "")")]
    let comment = worklog["comment"].map { JiraText.plain($0) } ?? ""
    if !comment.isEmpty { notes.append(RecordDetail.Note("comment", comment)) }
    return RecordDetail(record: record, notes: notes, fetchedAt: time.now())
  }
}

/// Plain words of Atlassian Document Format.
enum JiraText {
  /// The texts of a document, blocks apart by line ends; a string as it is.
  static func plain(_ node: JSONValue) -> String {
    if let text = node.string ?? node["text"]?.string { return text }
    switch node["type"]?.string {
    case "hardBreak": return "\n"
    case "mention", "emoji", "status", "date", "inlineCard":
      let attributes = node["attrs"]
      return attributes?["text"]?.string ?? attributes?["shortName"]?.string
        ?? attributes?["url"]?.string ?? ""
    case "paragraph", "heading", "codeBlock":
      return (node["content"]?.array ?? []).map(plain).joined()
    default:
      return (node["content"]?.array ?? []).map(plain).filter { !$0.isEmpty }
        .joined(separator: "\n")
    }
  }
}
