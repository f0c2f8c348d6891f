import AdapterKit
import DealModel

extension NetSuiteAdapter {
  /// Which deals' documents changed, by NetSuite's own clock.
  ///
  /// Times have whole seconds, and a transaction may become visible a moment after its time: each
  /// question reaches back two minutes behind the last, and what was reported is not reported again.
  /// An invoice also counts as changed when a payment or credit applied to it did. What no time
  /// betrays, such as a deletion, shows when open documents are read anew by their age.
  func changes(since cursor: PageCursor?) async throws -> ChangedDeals {
    guard let cursor else {
      let begin = OverlappingFeed(since: try await serverTime(), reported: [])
      return ChangedDeals(deals: [:], cursor: begin.cursor)
    }
    guard var feed = OverlappingFeed(cursor) else {
      throw SystemError(
        .refused, system: system.name,
        message: "The position in the changes of \(system.name) cannot be read; begin anew.")
    }
    let statement = statements.changes(since: feed.reach, wall: feed.reachAnywhere)
    var changed: [DealID: Set<RecordKind>] = [:]
    try await port.walk("POST \(Self.queryPath)", atMost: 100) { offset in
      let start = offset.flatMap { Int($0) } ?? 0
      let page = try await self.page(statement, offset: start)
      for row in page.rows {
        guard let id = row["id"], let deal = row[NetSuiteStatements.dealID],
          let type = row["type"].flatMap(NetSuiteDocumentType.init),
          let at = row["at"].flatMap({ Timestamp($0) })
        else { continue }
        if feed.reports(id: id, deal: deal, at: at) {
          changed[DealID(deal), default: []].insert(type.kind)
        }
      }
      return page.hasMore ? String(start + Self.pageSize) : nil
    }
    feed.turn(at: time.now())
    return ChangedDeals(deals: changed, cursor: feed.cursor)
  }

  func cursor(ofChangesSince instant: Timestamp) -> PageCursor? {
    OverlappingFeed(since: instant, reported: []).cursor
  }

  func linkPage(after cursor: PageCursor?) async throws -> LinkPage {
    let position = cursor?.text.split(separator: ":").compactMap { Int($0) } ?? [0, 0]
    guard position.count == 2 else {
      throw SystemError(
        .refused, system: system.name,
        message: "The position in the links of \(system.name) cannot be read; begin anew.")
    }
    let (last, counted) = (position[0], position[1])
    let page = try await page(statements.links(after: String(last)))
    let links = page.rows.compactMap { row -> Link? in
      guard let id = row["id"], let type = row["type"] else { return nil }
      return Link(
        reference: reference(type: type, id: id), number: row["tranid"] ?? id,
        dealID: row[NetSuiteStatements.dealID].map { DealID($0) },
        url: account.address(ofType: type, id: id))
    }
    var next: PageCursor?
    if page.hasMore {
      guard let furthest = page.rows.last?["id"].flatMap({ Int($0) }), furthest > last else {
        throw port.malformed("POST \(Self.queryPath)", "a list whose pages go round in a circle")
      }
      next = PageCursor("\(furthest):\(counted + page.rows.count)")
    }
    // `totalResults` counts what lies behind the page's key, however many rows there are.
    return LinkPage(
      links: links, next: next, total: page.total.map { RecordCount($0 + counted) },
      records: page.rows.count,
      note: counted > 0 || page.hasMore ? "by key, \(Self.pageSize) a page" : nil)
  }
}
