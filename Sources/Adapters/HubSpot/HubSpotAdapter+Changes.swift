import AdapterKit
import DealModel

extension HubSpotAdapter {
  func changes(since cursor: PageCursor?) async throws -> ChangedDeals {
    // A cursor that cannot be read can only be our own fault; beginning anew is harmless.
    let resumed = cursor.flatMap { HubSpotFeed($0.text) }
    var feed = resumed ?? HubSpotFeed(begins: time.now())
    var deals: [DealID: Set<RecordKind>] = [:]
    for record in try await modifiedDeals(since: feed.start) {
      guard let modifiedAt = record.modifiedAt, feed.take(record.id, modifiedAt: modifiedAt)
      else { continue }
      // The first question only learns what had changed before the feed began.
      if resumed != nil, let id = dealID(of: record) { deals[id] = [.deals] }
    }
    feed.trim()
    return ChangedDeals(deals: deals, cursor: PageCursor(feed.text))
  }

  /// The deals modified since then, the longest ago first.
  ///
  /// A query returns at most 10,000 results. When there are more, a new query begins at the last
  /// one's time; a single millisecond with more than that (an import) is walked by record ID.
  private func modifiedDeals(since start: Timestamp) async throws -> [HubSpotRecord] {
    let property = "hs_lastmodifieddate"
    let properties = [link, property]
    var records: [HubSpotRecord] = []
    var start = start
    while true {
      try Task.checkCancellation()
      let since = HubSpotCall.filter(property, "GTE", String(start.milliseconds))
      let (window, isCut) = try await window([since], properties: properties, sort: property)
      records += window
      guard isCut, let last = window.last?.modifiedAt else { return records }
      if last > start {
        start = last
      } else {
        let instant = HubSpotCall.filter(property, "EQ", String(start.milliseconds))
        records += try await search("deals", filters: [instant], properties: properties)
        start = start.adding(.milliseconds(1))
      }
    }
  }

  /// The results of one query over its pages, and whether HubSpot's cap cut them off.
  private func window(
    _ filters: [JSONValue], properties: [String], sort: String
  ) async throws -> (records: [HubSpotRecord], isCut: Bool) {
    var records: [HubSpotRecord] = []
    var isCut = false
    try await port.walk("POST /crm/v3/objects/deals/search") { after in
      let call = HubSpotCall.search(
        "deals", filters: filters, properties: properties, sort: sort, after: after)
      let page = try await self.port.read(call) { reply in
        try HubSpotPage(reply, of: call, port: self.port)
      }
      try await checkLink(in: page.records)
      records += page.records
      guard let next = page.next else { return nil }
      isCut = records.count + HubSpotCall.searchPage > HubSpotCall.searchCap
      return isCut ? nil : next
    }
    return (records, isCut)
  }
}
