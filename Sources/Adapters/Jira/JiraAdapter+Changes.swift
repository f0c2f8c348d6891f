import AdapterKit
import DealModel

extension JiraAdapter {
  func changes(since cursor: PageCursor?) async throws -> ChangedDeals {
    let now = time.now()
    // A cursor that cannot be read can only be our own fault; beginning anew is harmless.
    let resumed = cursor.flatMap { JiraFeed($0.text) }
    var feed = resumed ?? JiraFeed(begins: now)
    let jql = JiraQuery.all(
      scope, settings.link.isBorne, "updated >= -\(feed.minutes(until: now))m")
    let issues = try await search(
      jql + " ORDER BY updated ASC", fields: ["updated", "issuetype", "project"],
      isEmptyUsual: true)
    var deals: [DealID: Set<RecordKind>] = [:]
    for issue in feed.take(issues, at: now) where resumed != nil {
      for deal in settings.link.ids(in: issue) {
        deals[deal, default: []].formUnion(kindsChanged(by: issue))
      }
    }
    return ChangedDeals(deals: deals, cursor: PageCursor(feed.text))
  }

  func cursor(ofChangesSince instant: Timestamp) -> PageCursor? {
    PageCursor(JiraFeed(begins: instant).text)
  }

  /// What a changed issue may have changed of its deal.
  private func kindsChanged(by issue: JiraRecord) -> Set<RecordKind> {
    if kind(of: issue) == .tickets { return [.tickets] }
    var kinds: Set<RecordKind> = [.hours]
    switch settings.layout {
    case .versions: kinds.formUnion([.milestones, .deals])
    case .issues(let type):
      if issue.name("issuetype")?.lowercased() == type.lowercased() {
        kinds.formUnion([.milestones, .deals])
      }
    }
    return kinds.intersection(capabilities.kinds)
  }

  func linkPage(after cursor: PageCursor?) async throws -> LinkPage {
    // A cursor is the number of its page and Jira's own token.
    let parts = cursor?.text.split(separator: " ", maxSplits: 1).map(String.init) ?? []
    let number = parts.first.flatMap { Int($0) } ?? 1
    let token = parts.count == 2 ? parts[1] : nil
    let jql = JiraQuery.all(scope, settings.link.isBorne)
    let page = try await searchPage(
      jql + " ORDER BY created ASC",
      fields: ["issuetype", "project"], token: token)
    if let next = page.next, next == token || number >= Self.mostPages {
      throw port.malformed(JiraCall.searchOperation, "a list that does not end")
    }
    if page.issues.isEmpty, page.next == nil, number == 1 {
      try await proveLogin(isEmptyUsual: false)
    }
    let links = page.issues.flatMap { issue in
      settings.link.ids(in: issue).map { deal in
        Link(
          reference: RecordReference(
            system: settings.system, kind: kind(of: issue), id: issue.id),
          number: issue.key, dealID: deal, url: settings.url(issue: issue.key))
      }
    }
    let isEnd = number == 1 || page.next == nil
    return LinkPage(
      links: links, next: page.next.map { PageCursor("\(number + 1) \($0)") },
      total: isEnd ? try await count(jql) : nil, records: page.issues.count,
      note: number > 1 || page.next != nil ? "page by page, by Jira's token" : nil)
  }

  /// How many issues Jira counts, in its own word approximately; `nil` when it does not say.
  private func count(_ jql: String) async throws -> RecordCount? {
    let call = JiraCall.count(jql)
    let answer = try await settled { try await port.json(call) }
    guard let total = (try? answer.get())?.value["count"]?.integer else { return nil }
    return RecordCount(total, .about)
  }

  /// The most pages of the list of links: two million issues.
  private static let mostPages = 20_000
}

/// Where the feed of changes stands: when it was last read, and what that reading brought.
///
/// Jira compares times to the minute and its index lags, so that every question reaches back by
/// ``overlap``; what was reported before is recognised by issue and time. As text:
/// `MS ID@MS ID@MS …`.
struct JiraFeed: Hashable, Sendable {
  /// How far a question reaches back before the last one.
  static let overlap: Duration = .seconds(180)

  private var asked: Timestamp
  private var seen: [String: Timestamp] = [:]

  init(begins now: Timestamp) { asked = now }

  init?(_ text: String) {
    let parts = text.split(separator: " ")
    guard let first = parts.first, let asked = Int64(first) else { return nil }
    self.asked = Timestamp(milliseconds: asked)
    for part in parts.dropFirst() {
      let pair = part.split(separator: "@")
      guard pair.count == 2, let at = Int64(pair[1]) else { return nil }
      seen[String(pair[0])] = Timestamp(milliseconds: at)
    }
  }

  /// How many minutes the next question reaches back: from the last one, by either clock.
  func minutes(until now: Timestamp) -> Int {
    let seconds = max(.zero, asked.duration(to: now)) + Self.overlap
    return Int((seconds.milliseconds + 59_999) / 60_000)
  }

  /// Takes in what a question brought.
  ///
  /// - Returns: What was not brought before.
  mutating func take(_ issues: [JiraRecord], at now: Timestamp) -> [JiraRecord] {
    var brought: [String: Timestamp] = [:]
    var new: [JiraRecord] = []
    for issue in issues {
      let updated = issue.instant("updated") ?? now
      if seen[issue.id] != updated { new.append(issue) }
      brought[issue.id] = updated
    }
    seen = brought
    asked = now
    return new
  }

  var text: String {
    let known = seen.sorted { $0.key < $1.key }.map { "\($0.key)@\($0.value.milliseconds)" }
    return (["\(asked.milliseconds)"] + known).joined(separator: " ")
  }
}
