import AdapterKit
import DealModel

extension QuickBooksAdapter {
  /// What the feed follows: documents, payments, and where they bear the ID, customers.
  private var followed: [String] {
    let documents =
      QuickBooksEntity.allCases.filter { capabilities.kinds.contains($0.kind) }.map(\.rawValue)
      + ["Payment"]
    return link == .customer ? [QuickBooksIndex.customer] + documents : documents
  }

  /// Which deals' documents changed, by change data capture: deletions included.
  ///
  /// What is known of a deleted document stands in the index alone, so the index is filled when the
  /// feed begins.
  func changes(since cursor: PageCursor?) async throws -> ChangedDeals {
    var needed = QuickBooksIndex.needs(.costs, link: link)
      .union(QuickBooksEntity.documents(of: .invoices).map(\.rawValue))
    if capabilities.kinds.contains(.hours) {
      needed.formUnion(QuickBooksIndex.needs(.hours, link: link))
    }
    try await index.update(needed, within: .seconds(86_400))
    guard let cursor else {
      return ChangedDeals(deals: [:], cursor: QuickBooksFeed(since: try await companyTime()).cursor)
    }
    guard var feed = QuickBooksFeed(cursor) else {
      throw SystemError(
        .refused, system: system.name,
        message: "The position in the changes of \(system.name) cannot be read; begin anew.")
    }
    var (answer, beyond) = try await pages.changes(of: followed, since: feed.reach)
    var changed: [DealID: Set<RecordKind>] = [:]
    if !beyond.isEmpty {
      // Cut by the vendor: what changed is asked for by its time, what is gone shows by its absence.
      changed = try await index.refill(beyond)
      answer.changes.removeAll { beyond.contains($0.entity) }
      for entity in beyond.sorted() {
        answer.changes += try await pages.modified(entity, since: feed.reach)
      }
    }
    let told = await index.take(answer.changes)
    for (change, deals) in zip(answer.changes, told) where feed.reports(change) {
      for (deal, kinds) in deals { changed[deal, default: []].formUnion(kinds) }
    }
    feed.turn(to: answer.time)
    return ChangedDeals(deals: changed, cursor: feed.cursor)
  }

  func cursor(ofChangesSince instant: Timestamp) -> PageCursor? {
    // Further back than the vendor remembers, a feed would look complete and not be.
    guard instant.duration(to: time.now()) < QuickBooksIndex.memory else { return nil }
    return QuickBooksFeed(since: instant).cursor
  }

  /// The company's clock.
  private func companyTime() async throws -> Timestamp {
    let call = call.company
    return try await port.read(call) { reply in
      guard let time = reply.value["time"]?.string.flatMap({ Timestamp($0) }) else {
        throw port.malformed(call.operation, "no readable \"time\"")
      }
      return time
    }
  }

  func probe() async throws -> ProbeAnswer {
    let call = call.company
    async let asked = preferences.value(within: .seconds(60))
    let (name, country, serverTime) = try await port.read(call) { reply in
      guard let company = reply.value["CompanyInfo"], let name = company["CompanyName"]?.string
      else {
        throw port.malformed(call.operation, "no readable \"CompanyInfo\"")
      }
      return (
        name, company["Country"]?.string, reply.value["time"]?.string.flatMap { Timestamp($0) }
      )
    }
    let preferences = try await asked
    let about = [preferences.homeCurrency, country].compactMap(\.self).joined(separator: ", ")
    return ProbeAnswer(
      serverTime: serverTime, credentialsExpire: await port.credentialsExpire(),
      identity: "company \(name) (\(about)), \(await index.coverage)",
      drift: await drift(preferences))
  }

  /// Whether the custom field is still defined; `nil` where nobody can tell: enhanced fields are
  /// defined elsewhere, and show on documents alone.
  private func drift(_ preferences: QuickBooksPreferences) async -> [SchemaDrift]? {
    guard let name = link.fieldName else { return [] }
    if preferences.fieldNames.contains(name) {
      await index.noteDefined()
      return []
    }
    if await index.wasDefined { return [SchemaDrift(.link, name, .gone)] }
    return nil
  }
}

/// A position in the feed of changes: how far it was read, and what was reported near its end.
struct QuickBooksFeed: Hashable, Sendable {
  private var since: Timestamp
  /// `Entity ID version time` of what was reported and may be met again.
  private var reported: Set<String>
  private var met: Set<String> = []

  init(since: Timestamp, reported: Set<String> = []) {
    self.since = since
    self.reported = reported
  }

  /// A position by its notation; `nil` for any other text.
  init?(_ cursor: PageCursor) {
    let lines = cursor.text.split(separator: "\n").map(String.init)
    guard let first = lines.first, let since = Timestamp(first) else { return nil }
    self.init(since: since, reported: Set(lines.dropFirst()))
  }

  var cursor: PageCursor {
    PageCursor(([since.description] + reported.sorted()).joined(separator: "\n"))
  }

  /// The instant from which changes are asked for, in whole seconds: five minutes behind.
  var reach: Timestamp {
    let start = since.adding(.zero - QuickBooksIndex.overlap).milliseconds
    return Timestamp(milliseconds: start - start % 1_000)
  }

  /// Whether a change is new, and notes that it was met.
  mutating func reports(_ change: QuickBooksChanges.Change) -> Bool {
    let version = change.isDeleted ? "deleted" : change.object["SyncToken"]?.string ?? ""
    let at = change.at?.description ?? ""
    let words = [change.entity, change.id, version, at].map { word in
      word.filter { !$0.isWhitespace }
    }
    let mark = words.joined(separator: " ")
    met.insert(mark)
    return !reported.contains(mark)
  }

  /// Moves on; what was met in this answer is all that the next can meet again.
  mutating func turn(to time: Timestamp) {
    since = max(since, time)
    reported = met
    met = []
  }
}
