import AdapterKit
import DealModel

extension HubSpotAdapter {
  /// Which deals' own records and tickets changed: one search for each, and two calls more when
  /// tickets did, because tickets bear no deal ID.
  ///
  /// What no search tells shows when records are read anew by their age: a record that was archived,
  /// and a ticket that was associated with another deal.
  func changes(since cursor: PageCursor?) async throws -> ChangedDeals {
    // A cursor that cannot be read can only be our own fault; beginning anew is harmless.
    let resumed = cursor.flatMap { HubSpotFeeds($0.text) }
    var feeds = resumed ?? HubSpotFeeds(begins: time.now())
    let (dealsStart, ticketsStart) = (feeds.deals.start, feeds.tickets.start)
    async let modifiedDeals = modified("deals", since: dealsStart, properties: [link])
    async let modifiedTickets = ticketsModified(since: ticketsStart)
    var deals: [DealID: Set<RecordKind>] = [:]
    for record in feeds.deals.takeNew(try await modifiedDeals) {
      if let id = dealID(of: record) { deals[id, default: []].insert(.deals) }
    }
    let tickets = feeds.tickets.takeNew(try await modifiedTickets).map(\.id)
    // The first question only learns what had changed before the feed began.
    guard resumed != nil else {
      return ChangedDeals(deals: [:], cursor: PageCursor(feeds.text))
    }
    if !tickets.isEmpty {
      for id in try await dealIDs(ofTickets: tickets).values.joined() {
        deals[id, default: []].insert(.tickets)
      }
    }
    return ChangedDeals(deals: deals, cursor: PageCursor(feeds.text))
  }

  func cursor(ofChangesSince instant: Timestamp) -> PageCursor? {
    PageCursor(HubSpotFeeds(begins: instant).text)
  }

  /// The tickets modified since then. A token without the scope for tickets reads none, and says so
  /// where they are read; the changes of deals do not depend on it.
  private func ticketsModified(since start: Timestamp) async throws -> [HubSpotRecord] {
    do {
      return try await modified("tickets", since: start, properties: [])
    } catch let error as SystemError where error.kind == .refused || error.kind == .unauthorized {
      return []
    }
  }

  /// The records of a type modified since then, the longest ago first.
  ///
  /// A query returns at most 10,000 results. When there are more, a new query begins at the last
  /// one's time; a single millisecond with more than that (an import) is walked by record ID.
  private func modified(
    _ type: String, since start: Timestamp, properties own: [String]
  ) async throws -> [HubSpotRecord] {
    let property = "hs_lastmodifieddate"
    let properties = own + [property]
    var records: [HubSpotRecord] = []
    var start = start
    while true {
      try Task.checkCancellation()
      let since = HubSpotCall.filter(property, "GTE", String(start.milliseconds))
      let (window, isCut) = try await window(
        type, [since], properties: properties, sort: property)
      records += window
      guard isCut, let last = window.last?.modifiedAt else { return records }
      if last > start {
        start = last
      } else {
        let instant = HubSpotCall.filter(property, "EQ", String(start.milliseconds))
        records += try await search(type, filters: [instant], properties: properties)
        start = start.adding(.milliseconds(1))
      }
    }
  }

  /// The results of one query over its pages, and whether HubSpot's cap cut them off.
  private func window(
    _ type: String, _ filters: [JSONValue], properties: [String], sort: String
  ) async throws -> (records: [HubSpotRecord], isCut: Bool) {
    var records: [HubSpotRecord] = []
    var isCut = false
    try await port.walk("POST /crm/v3/objects/\(type)/search") { after in
      let call = HubSpotCall.search(
        type, filters: filters, properties: properties, sort: sort, after: after)
      let page = try await self.port.read(call) { reply in
        try HubSpotPage(reply, of: call, port: self.port)
      }
      if type == "deals" { try await checkLink(in: page.records) }
      records += page.records
      guard let next = page.next else { return nil }
      isCut = records.count + HubSpotCall.searchPage > HubSpotCall.searchCap
      return isCut ? nil : next
    }
    return (records, isCut)
  }
}
