import AdapterKit
import DealModel

extension JiraAdapter {
  /// An issue with those of the requested deals that it bears.
  typealias Borne = (issue: JiraRecord, deals: [DealID])

  /// The issues that bear one of these IDs to the letter: one search for all of them.
  func borne(
    _ ids: [DealID], where restriction: String?, fields: [String]
  ) async throws -> [Borne] {
    let wanted = Set(ids)
    let narrower = (restriction ?? "").isEmpty ? nil : restriction
    guard let link = settings.link.restriction(to: ids) else { return [] }
    let found = try await search(
      JiraQuery.all(narrower, link) + " ORDER BY created ASC", fields: fields,
      isEmptyLikely: ids.count <= 3)
    return try found.compactMap { issue in
      let borne = settings.link.ids(in: issue)
      let deals = borne.filter(wanted.contains)
      if deals.isEmpty, !borne.isEmpty {
        try port.refuseStray(
          bearing: borne, record: issue.key, asked: ids, operation: JiraCall.searchOperation)
      }
      return deals.isEmpty ? nil : (issue, deals)
    }
  }

  /// Every issue a query finds, each once.
  ///
  /// - Parameters:
  ///   - isEmptyUsual: Whether no issue at all is the rule, so that the login is proved only now
  ///     and then.
  ///   - isEmptyLikely: Whether the login is proved beside the search instead of after it, so that
  ///     an empty answer takes no longer than any other.
  func search(
    _ jql: String, fields: [String], isEmptyUsual: Bool = false, isEmptyLikely: Bool = false
  ) async throws -> [JiraRecord] {
    guard isEmptyLikely else {
      let issues = try await everyPage(jql, fields: fields)
      if issues.isEmpty { try await proveLogin(isEmptyUsual: isEmptyUsual) }
      return issues
    }
    async let proof: Void = proveLogin(isEmptyUsual: false)
    let issues = try await everyPage(jql, fields: fields)
    if issues.isEmpty { try await proof }
    return issues
  }

  private func everyPage(_ jql: String, fields: [String]) async throws -> [JiraRecord] {
    var issues: [JiraRecord] = []
    var seen: Set<String> = []
    try await port.walk(JiraCall.searchOperation) { token in
      let page = try await searchPage(jql, fields: fields, token: token)
      issues += page.issues.filter { seen.insert($0.id).inserted }
      return page.next
    }
    return issues
  }

  struct Page {
    var issues: [JiraRecord]
    var next: String?
  }

  /// One page of a search.
  ///
  /// - Throws: ``SystemError`` of kind `drifted` when a field that the query needs is gone.
  func searchPage(_ jql: String, fields: [String], token: String?) async throws -> Page {
    let link = settings.link.fieldID
    let call = JiraCall.search(
      jql, fields: fields.contains(link) ? fields : fields + [link], token: token)
    do {
      return try await port.read(call) { reply in
        if reply.header("X-Seraph-LoginReason")?.hasPrefix("AUTHENTICAT") == true {
          throw degraded
        }
        return try page(of: reply, operation: call.operation)
      }
    } catch let error as SystemError where error.kind == .refused {
      throw try await drift() ?? error
    }
  }

  private func page(of reply: JSONReply, operation: String) throws -> Page {
    guard let listed = reply.value["issues"]?.array else {
      throw port.malformed(operation, "a page without \"issues\"")
    }
    let issues = try listed.map { entry in
      guard let issue = JiraRecord(entry) else {
        throw port.malformed(operation, "an issue without \"id\", \"key\" or \"fields\"")
      }
      // A field that exists is there, be it null; a search by it cannot have found this otherwise.
      guard issue.fields[settings.link.fieldID] != nil else { throw linkGone }
      return issue
    }
    let token = reply.value["nextPageToken"]?.string
    if reply.value["isLast"] == true { return Page(issues: issues, next: nil) }
    return Page(issues: issues, next: token.flatMap { $0.isEmpty ? nil : $0 })
  }

  // MARK: - What an empty or refused answer means

  /// Jira says 200 and nothing to strangers on some sites: an empty answer is believed only from a
  /// site that knows us.
  func proveLogin(isEmptyUsual: Bool) async throws {
    if isEmptyUsual, login.isProved(at: time.now()) { return }
    _ = try await port.json(JiraCall.myself)
    login.prove(at: time.now())
  }

  private var degraded: SystemError {
    SystemError(
      .unauthorized, system: settings.system,
      message: "\(settings.system) (Jira) answers as to a stranger, with an empty site. "
        + JiraCall.credentialsMend(settings.system))
  }

  private var linkGone: SystemError { gone(settings.link.fieldID, "the deal ID", "link") }

  private func gone(_ field: String, _ what: String, _ setting: String) -> SystemError {
    SystemError(
      .drifted(field: field), system: settings.system,
      message:
        "\(settings.system) (Jira) has no field \(field), which bears \(what), or the account "
        + "may not see it. Restore it there, or mend `\(setting)`.")
  }

  /// Why a query was refused, if it is that a field is gone. The words of a refusal follow the
  /// user's language, so the list of fields is asked instead.
  private func drift() async throws -> SystemError? {
    let reply = try await settled { try await port.json(JiraCall.fields) }
    guard case .success(let listing) = reply, let fields = listing.value.array, !fields.isEmpty
    else { return nil }
    let known = Set(fields.compactMap { $0["id"]?.string })
    if case .field = settings.link, !known.contains(settings.link.fieldID) { return linkGone }
    return settings.echoProperties.first {
      $0.hasPrefix("customfield_") && !known.contains($0)
    }.map { gone($0, "a copy that is compared", "compare") }
  }
}
