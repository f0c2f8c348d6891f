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
        let changed = plan.modified.flatMap { time in
          time.path.find(in: item).first.flatMap { time.format.instant($0) }
        }
        let key = "\(plan.kind.rawValue):\(plan.number):\(PercentEncoding.encoded(id))"
        brought[key] = changed ?? now
        guard resumed != nil, feed.isNew(key, changed ?? now) else { continue }
        // Not its parents: what belongs to whom stands in the record that changed.
        await lists.forget(plan.list)
        for deal in try self.deals(changedBy: item, plan, operation(of: list)) {
          deals[deal, default: []].insert(plan.kind)
        }
      }
    }
    feed.take(brought, at: now)
    return ChangedDeals(deals: deals, cursor: PageCursor(feed.text))
  }

  func cursor(ofChangesSince instant: Timestamp) -> PageCursor? {
    PageCursor(RESTFeed(begins: instant).text)
  }

  private func deals(
    changedBy item: JSONValue, _ plan: RESTPlan, _ operation: String
  ) throws -> [DealID] {
    guard plan.via == nil else {
      // A record of a parent that was never read is on nobody's screen.
      return plan.parents(of: item).flatMap { memory.deals(ofParent: $0, of: plan.place) }
    }
    return try deals(of: item, link: plan.link, isAsked: false, operation: operation)
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
