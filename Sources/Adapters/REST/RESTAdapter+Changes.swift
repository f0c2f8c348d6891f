import AdapterKit
import DealModel

extension RESTAdapter {
  func changes(since cursor: PageCursor?) async throws -> ChangedDeals {
    let now = time.now()
    let resumed = cursor.flatMap { RESTFeed($0.text) }
    var feed = resumed ?? RESTFeed(begins: now)
    var deals: [DealID: Set<RecordKind>] = [:]
    var brought: [String: Timestamp] = [:]
    for plan in settings.plans {
      guard let list = plan.changes else { continue }
      for item in try await items(of: list, filling(plan, since: feed.asked, at: now)) {
        let id = try id(of: item, plan)
        let changed = try modified(of: item, plan, operation(of: list))
        let key = "\(plan.kind.rawValue):\(plan.number):\(PercentEncoding.encoded(id))"
        brought[key] = changed
        guard resumed != nil, feed.isNew(key, changed) else { continue }
        // Not its parents: what belongs to whom stands in the record that changed.
        await lists.forget(plan.list)
        for deal in try await self.deals(changedBy: item, plan, operation(of: list)) {
          deals[deal, default: []].insert(plan.kind)
        }
      }
    }
    feed.take(brought, at: now)
    return ChangedDeals(deals: deals, cursor: PageCursor(feed.text))
  }

  /// - Returns: `nil` where changed records name parents that nobody may have read by then, so that
  ///   what changed could not be told.
  func cursor(ofChangesSince instant: Timestamp) -> PageCursor? {
    let isTold = settings.plans.allSatisfy { plan in
      plan.changes == nil || plan.via == nil || plan.via?.list.style == .whole
    }
    return isTold ? PageCursor(RESTFeed(begins: instant).text) : nil
  }

  /// When a record changed: without that it would be told again and again.
  private func modified(
    of item: JSONValue, _ plan: RESTPlan, _ operation: String
  ) throws -> Timestamp {
    let found = plan.modified.map { $0.path.find(in: item) }
    guard let time = plan.modified, let instant = found?.first.flatMap({ time.format.instant($0) })
    else {
      throw port.malformed(
        operation,
        "a record without a time of change at \"\(plan.modified?.path.text ?? "")\": there is "
          + port.hidingSecrets(in: found?.lost?.held ?? found?.first?.contentInWords ?? "nothing"))
    }
    return instant
  }

  private func deals(
    changedBy item: JSONValue, _ plan: RESTPlan, _ operation: String
  ) async throws -> [DealID] {
    guard let via = plan.via else {
      // Which deal changed cannot be told where the property is not asked for.
      return try deals(of: item, link: plan.link, isAsked: true, operation: operation)
    }
    let parents = plan.parents(of: item)
    guard via.list.style == .whole else {
      // A record of a parent that was never read is on nobody's screen.
      return parents.flatMap { memory.deals(ofParent: $0, of: plan.place) }
    }
    let known = try keyed(
      try await bearers(via.list, [], link: via.link, id: via.key), by: via)
    return parents.flatMap { known[$0] ?? [] }
  }

  private func filling(_ plan: RESTPlan, since asked: Timestamp, at now: Timestamp) -> RESTFilling {
    let start = asked.adding(.zero - plan.overlap)
    var filling = RESTFilling()
    let format = RESTTimeFormat(plan.sinceFormat, zone: plan.zone)
    filling.words["since"] = format?.text(start) ?? start.description
    for (name, number) in RESTTimeFormat.parts(of: start) {
      filling.numbers["since_\(name)"] = number
    }
    filling.numbers["since_unix"] = Int(start.milliseconds / 1_000)
    filling.numbers["since_minutes"] = Int((start.duration(to: now).milliseconds + 59_999) / 60_000)
    return filling
  }
}

/// Where the feed of changes stands: when it was last read, and what that reading brought. Each
/// question reaches back before the last one; what was brought before is known by record and time.
/// As text: `MS KEY@MS KEY@MS …`.
struct RESTFeed: Hashable, Sendable {
  private(set) var asked: Timestamp
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

  func isNew(_ key: String, _ changed: Timestamp) -> Bool { seen[key] != changed }

  mutating func take(_ brought: [String: Timestamp], at now: Timestamp) {
    seen = brought
    asked = now
  }

  var text: String {
    let known = seen.sorted { $0.key < $1.key }.map { "\($0.key)@\($0.value.milliseconds)" }
    return (["\(asked.milliseconds)"] + known).joined(separator: " ")
  }
}
