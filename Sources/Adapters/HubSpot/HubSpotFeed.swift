import DealModel

/// Where the feed of changes stands: up to when it has been read, and what of the overlap is known.
///
/// HubSpot's index lags, so that every question reaches back by ``overlap``; what was reported
/// before is recognised by record and time. As text: `MS ID@MS ID@MS …`.
struct HubSpotFeed: Hashable, Sendable {
  /// How far a question reaches back before the newest change seen.
  static let overlap: Duration = .seconds(300)

  /// The newest change seen, or when the feed began.
  private(set) var newest: Timestamp
  /// Record ID → its modification time, of the changes within the overlap.
  private(set) var seen: [String: Timestamp] = [:]

  /// A feed that begins now.
  init(begins now: Timestamp) { newest = now }

  /// A feed as an earlier cursor left it.
  init?(_ text: String) {
    let parts = text.split(separator: " ")
    guard let first = parts.first, let newest = Int64(first) else { return nil }
    self.newest = Timestamp(milliseconds: newest)
    for part in parts.dropFirst() {
      let pair = part.split(separator: "@")
      guard pair.count == 2, let at = Int64(pair[1]) else { return nil }
      seen[String(pair[0])] = Timestamp(milliseconds: at)
    }
  }

  /// Since when to ask.
  var start: Timestamp { newest.adding(.zero - Self.overlap) }

  /// The cursor's text.
  var text: String {
    let known = seen.sorted { $0.key < $1.key }.map { "\($0.key)@\($0.value.milliseconds)" }
    return (["\(newest.milliseconds)"] + known).joined(separator: " ")
  }

  /// Takes a changed record in; `false` when this change was reported before.
  mutating func take(_ id: String, modifiedAt: Timestamp) -> Bool {
    newest = max(newest, modifiedAt)
    guard seen[id] != modifiedAt else { return false }
    seen[id] = modifiedAt
    return true
  }

  /// Forgets what the next question cannot bring again.
  mutating func trim() {
    let start = start
    seen = seen.filter { $0.value >= start }
  }

  /// Takes changed records in, and gives those that were not reported before.
  mutating func takeNew(_ records: [HubSpotRecord]) -> [HubSpotRecord] {
    let new = records.filter { record in
      record.modifiedAt.map { take(record.id, modifiedAt: $0) } ?? false
    }
    trim()
    return new
  }
}

/// The feeds of deals and of tickets side by side: a line each.
struct HubSpotFeeds: Hashable, Sendable {
  var deals: HubSpotFeed
  var tickets: HubSpotFeed

  /// Feeds that begin now.
  init(begins now: Timestamp) {
    deals = HubSpotFeed(begins: now)
    tickets = HubSpotFeed(begins: now)
  }

  /// Feeds as an earlier cursor left them.
  init?(_ text: String) {
    let lines = text.split(separator: "\n")
    guard lines.count == 2, let deals = HubSpotFeed(String(lines[0])),
      let tickets = HubSpotFeed(String(lines[1]))
    else { return nil }
    self.deals = deals
    self.tickets = tickets
  }

  /// The cursor's text.
  var text: String { "\(deals.text)\n\(tickets.text)" }
}
