import AdapterKit
import DealModel

extension ODBCAdapter {
  /// A page of a listing statement.
  struct Page {
    var rows: [ODBCRow]
    /// The position of the last row; `nil` on the last page.
    var next: String?
  }

  /// One page: all rows of a statement without `:after`, else those behind a position.
  ///
  /// A position is the last row's column `position`, or its `id` where there is none.
  func page(_ statement: ODBCStatement, kind: RecordKind, after: String?) async throws -> Page {
    let table = try await port.table(
      statement.bound([
        .after: [after.map { .text($0) } ?? .null], .limit: [.number(Self.pageSize)],
      ]), statement.setting)
    let rows = try rows(table, of: kind, statement)
    guard statement.placeholders.contains(.after), let last = rows.last else {
      return Page(rows: rows)
    }
    if statement.placeholders.contains(.limit), rows.count < Int(Self.pageSize) {
      return Page(rows: rows)
    }
    guard let position = last[.position] ?? last[.id], position != after else {
      throw port.errors.malformed(
        "SQL \(statement.setting)", "a page that ends where it began; order it by the position")
    }
    return Page(rows: rows, next: position)
  }

  /// Kind after kind, page after page: a cursor is the kind and the position in it.
  func linkPage(after cursor: PageCursor?) async throws -> LinkPage {
    let kinds = statements.links.keys.sorted()
    let parts = cursor?.text.split(
      separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
    let kind =
      parts == nil ? kinds.first : parts?.first.flatMap { RecordKind(rawValue: String($0)) }
    guard let kind, let statement = statements.links[kind] else {
      throw refused("The position in the links of \(system.name) cannot be read; begin anew.")
    }
    let position = parts.flatMap { $0.count == 2 ? String($0[1]) : nil }
    let page = try await page(statement, kind: kind, after: position)
    let next: String?
    if let further = page.next {
      next = "\(kind.rawValue)\n\(further)"
    } else {
      next = kinds.first { $0 > kind }?.rawValue
    }
    return LinkPage(
      links: try page.rows.map { try link($0, kind: kind) }, next: next.map { PageCursor($0) },
      note: position != nil || page.next != nil ? "by key, \(Self.pageSize) a page" : nil)
  }

  /// Which deals' records changed, by the database's own clock.
  ///
  /// Each question reaches back two minutes behind the last, because a transaction may be seen a
  /// moment after its time; what was reported is not reported again.
  func changes(since cursor: PageCursor?) async throws -> ChangedDeals {
    guard !statements.changes.isEmpty else {
      throw refused("\(system.name) (ODBC) reports no changes. Give it `changes`.")
    }
    guard let cursor else {
      let begin = try await serverTime() ?? time.now()
      return ChangedDeals(deals: [:], cursor: OverlappingFeed(since: begin, reported: []).cursor)
    }
    guard var feed = OverlappingFeed(cursor) else {
      throw refused("The position in the changes of \(system.name) cannot be read; begin anew.")
    }
    let since = zone.wallClock(feed.reach)
    var changed: [DealID: Set<RecordKind>] = [:]
    for (kind, statement) in statements.changes.sorted(by: { $0.key < $1.key }) {
      let table = try await port.table(
        statement.bound([.since: [.text(since)]]), statement.setting)
      let rows = try rows(table, of: kind, statement)
      guard table.index(of: "modified_at") != nil else {
        throw SystemError(
          .drifted(field: "modified_at"), system: system.name,
          message: "`\(statement.setting)` of \(system.name) (ODBC) gives no column modified_at. "
            + "Name the time of the change so, with AS.")
      }
      for row in rows {
        guard let id = row[.id], let deal = row.text(inColumn: system.link) else { continue }
        let at = row.instant(.modified)
        if let error = at.error { throw error }
        guard let at = at.value else { continue }
        if feed.reports(id: "\(kind.rawValue)/\(id)", deal: deal, at: at) {
          changed[DealID(deal), default: []].insert(kind)
        }
      }
    }
    feed.turn(at: time.now())
    return ChangedDeals(deals: changed, cursor: feed.cursor)
  }

  func cursor(ofChangesSince instant: Timestamp) -> PageCursor? {
    OverlappingFeed(since: instant, reported: []).cursor
  }
}
