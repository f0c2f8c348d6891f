import AdapterKit
import DealModel
import Synchronization

/// Reads one Jira Cloud site: milestones, hours, tickets, and copies of deals' fields.
///
/// - Source: Jira Cloud platform REST API, version 3 (developer.atlassian.com).
struct JiraAdapter: Adapter {
  let settings: JiraSettings
  let reading: JiraReading
  let time: any TimeSource
  let port: HTTPPort
  let login: JiraLogin
  let schema: SchemaWatch
  let capabilities: AdapterCapabilities

  /// The most deal IDs in one search: a screenful, in some two thousand characters of JQL.
  static let batchSize = 50
  /// The most deal IDs where every deal has a project of its own, to be asked for its versions.
  static let projectBatchSize = 10

  init(_ context: AdapterContext) throws {
    settings = try JiraSettings(context)
    reading = JiraReading(settings: settings)
    time = context.time
    port = try Self.port(context)
    login = JiraLogin()
    schema = Self.schema(of: settings)
    var batches: [RecordKind: Int] = [.hours: Self.batchSize]
    batches[.milestones] = settings.layout == .versions ? Self.projectBatchSize : Self.batchSize
    if settings.ticketProject != nil { batches[.tickets] = Self.batchSize }
    if !settings.echoProperties.isEmpty { batches[.deals] = Self.batchSize }
    capabilities = AdapterCapabilities(
      batchSizes: batches, detailKinds: Set(batches.keys), finds: true, reportsChanges: true,
      listsLinks: true,
      historyBatchSizes: settings.echoProperties.isEmpty
        ? [:] : [.deals: JiraCall.changelogIssues, .milestones: JiraCall.changelogIssues])
  }

  func records(of kind: RecordKind, for ids: [DealID]) async throws -> [DealID: [Record]] {
    guard capabilities.kinds.contains(kind) else {
      throw SystemError(
        .refused, system: settings.system,
        message: "\(settings.system) (Jira) is not read for \(kind.rawValue). Mend `ownership`, or "
          + "set `ticket_project` for tickets.")
    }
    switch kind {
    case .hours: return try await hours(ids)
    case .milestones where settings.layout == .versions: return try await versions(ids)
    case .milestones:
      return try await issues(
        ids, where: milestoneRestriction, fields: JiraReading.milestoneFields,
        as: reading.milestone)
    case .tickets:
      return try await issues(
        ids, where: JiraQuery.project(settings.ticketProject), fields: JiraReading.ticketFields,
        as: reading.ticket)
    case .deals, .invoices, .costs:
      return try await issues(
        ids, where: echoRestriction, fields: JiraReading.common + settings.echoProperties,
        as: reading.echoes)
    }
  }

  // MARK: - Which issues

  /// Issues that are milestones.
  var milestoneRestriction: String {
    JiraQuery.all(JiraQuery.project(settings.project), milestoneType)
  }

  private var milestoneType: String? {
    guard case .issues(let type) = settings.layout else { return nil }
    return "issuetype = \(JiraQuery.quoted(type))"
  }

  /// Issues that bear copies: milestones, or in projects of versions whichever have some.
  private var echoRestriction: String {
    guard settings.layout == .versions else { return milestoneRestriction }
    let borne = settings.echoProperties.compactMap { property in
      JiraLink(property, pattern: "").map(\.isBorne)
    }
    let any = borne.isEmpty ? nil : "(" + borne.joined(separator: " OR ") + ")"
    return JiraQuery.all(JiraQuery.project(settings.project), any)
  }

  /// Issues of the projects that are read at all; `nil` for every project.
  var scope: String? {
    guard let project = settings.project else { return nil }
    let keys = [project] + (settings.ticketProject.map { [$0] } ?? [])
    return "project in (" + keys.map(JiraQuery.quoted).joined(separator: ", ") + ")"
  }

  /// The kind under which an issue is known: its references have the issue's ID.
  func kind(of issue: JiraRecord) -> RecordKind {
    if let desk = settings.ticketProject, issue.projectKey.lowercased() == desk.lowercased() {
      return .tickets
    }
    return .milestones
  }

  // MARK: - Records

  /// Issues of these deals, each turned into a record of every deal it bears.
  private func issues(
    _ ids: [DealID], where restriction: String?, fields: [String],
    as record: (JiraRecord, DealID) -> Record
  ) async throws -> [DealID: [Record]] {
    var answer = Self.none(ids)
    for (issue, deals) in try await borne(ids, where: restriction, fields: fields) {
      for deal in deals { answer[deal]?.append(record(issue, deal)) }
    }
    return answer.mapValues(Self.newestFirst)
  }

  /// Worklogs of these deals' issues; an issue with more than came with it is asked again.
  private func hours(_ ids: [DealID]) async throws -> [DealID: [Record]] {
    let restriction = JiraQuery.all(JiraQuery.project(settings.project), "timespent > 0")
    let found = try await borne(ids, where: restriction, fields: JiraReading.hoursFields)
    let complete = try await withThrowingTaskGroup(of: (Int, [JSONValue]).self) { group in
      for (place, entry) in found.enumerated() {
        group.addTask { (place, try await worklogs(of: entry.issue)) }
      }
      var complete: [Int: [JSONValue]] = [:]
      for try await (place, worklogs) in group { complete[place] = worklogs }
      return complete
    }
    var answer = Self.none(ids)
    for (place, entry) in found.enumerated() {
      for worklog in complete[place] ?? [] {
        for deal in entry.deals {
          guard let record = reading.hours(worklog, of: entry.issue, deal: deal) else {
            throw port.malformed(
              JiraCall.searchOperation, "a worklog without an ID on \(entry.issue.key)")
          }
          answer[deal]?.append(record)
        }
      }
    }
    return answer.mapValues(Self.newestFirst)
  }

  /// All worklogs of an issue: the page within it where that is whole.
  private func worklogs(of issue: JiraRecord) async throws -> [JSONValue] {
    let embedded = issue.fields["worklog"]
    let first = embedded?["worklogs"]?.array ?? []
    if let total = embedded?["total"]?.integer, total <= first.count { return first }
    var worklogs: [JSONValue] = []
    var seen: Set<String> = []
    try await port.walk("GET /rest/api/3/issue/{issue}/worklog", atMost: 100) { cursor in
      let start = cursor.flatMap { Int($0) } ?? 0
      let call = JiraCall.worklogs(issue: issue.id, from: start)
      let (page, total) = try await port.read(call) { reply in
        guard let page = reply.value["worklogs"]?.array else {
          throw port.malformed(call.operation, "a page without \"worklogs\" for \(issue.key)")
        }
        return (page, reply.value["total"]?.integer ?? 0)
      }
      // Entries added meanwhile move later pages; what comes twice counts once.
      worklogs += page.filter { seen.insert($0["id"]?.string ?? "").inserted }
      let next = start + page.count
      return page.isEmpty || next >= total ? nil : String(next)
    }
    return worklogs
  }

  private static func none(_ ids: [DealID]) -> [DealID: [Record]] {
    Dictionary(ids.map { ($0, []) }) { first, _ in first }
  }

  static func newestFirst(_ records: [Record]) -> [Record] {
    records.sorted { left, right in
      left.modifiedAt == right.modifiedAt
        ? left.reference.id < right.reference.id
        : (left.modifiedAt?.milliseconds ?? 0) > (right.modifiedAt?.milliseconds ?? 0)
    }
  }
}

/// When the login was last proved: some sites answer a stranger with an empty site.
final class JiraLogin: Sendable {
  private let proved = Mutex<Timestamp?>(nil)

  /// How long a proof holds where an empty answer is the rule and does no harm.
  static let validity: Duration = .seconds(60)

  func isProved(at now: Timestamp) -> Bool {
    proved.withLock { proof in
      proof.map { $0 <= now && $0.duration(to: now) < Self.validity } ?? false
    }
  }

  func prove(at now: Timestamp) { proved.withLock { $0 = now } }
}
