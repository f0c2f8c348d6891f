import AdapterKit
import DealModel

extension SAPBusinessOneAdapter {
  /// Which deals' documents changed, by the Service Layer's own clock.
  ///
  /// One small question per set of documents. Times are the company's, to the second: each question
  /// reaches back two minutes behind the last, by whichever of the old and the new offset is the
  /// smaller when clocks are put back, and what was reported is not reported again. Payments move no
  /// invoice's time of change: new ones are asked for by their keys, and the invoices they pay count
  /// as changed. What no time betrays, such as a payment taken back, shows when open documents are
  /// read anew by their age.
  func changes(since cursor: PageCursor?) async throws -> ChangedDeals {
    guard let cursor else {
      let (last, date) = try await lastPayment()
      let feed = B1Feed(since: date ?? time.now(), lastPayment: last)
      return ChangedDeals(deals: [:], cursor: feed.cursor)
    }
    guard var feed = B1Feed(cursor) else {
      throw SystemError(
        .refused, system: system.name,
        message: "The position in the changes of \(system.name) cannot be read; begin anew.")
    }
    let now = time.now()
    let offset = min(clock.offsetSeconds(at: feed.reach), clock.offsetSeconds(at: now))
    let wall = B1Clock.wall(feed.reach, offsetSeconds: offset)
    let filter =
      "(UpdateDate gt '\(wall.day)' or (UpdateDate eq '\(wall.day)' and UpdateTime ge "
      + "'\(wall.time)'))"
    var deals: [DealID: Set<RecordKind>] = [:]
    for set in sets() {
      for deal in try await changed(set, where: filter, &feed) {
        deals[deal, default: []].insert(set.kind)
      }
    }
    for deal in try await paidDeals(wall.day, &feed) { deals[deal, default: []].insert(.invoices) }
    feed.turn(to: now)
    return ChangedDeals(deals: deals, cursor: feed.cursor)
  }

  func cursor(ofChangesSince instant: Timestamp) -> PageCursor? {
    B1Feed(since: instant, lastPayment: nil).cursor
  }

  /// The deals of documents that changed and were not reported yet.
  private func changed(
    _ set: B1Set, where filter: String, _ feed: inout B1Feed
  ) async throws -> Set<DealID> {
    let isByLine = isLinkedByLine(set)
    var select = ["DocEntry", "UpdateDate", "UpdateTime"]
    if !isByLine { select.append(system.link) }
    var deals: Set<DealID> = []
    var entries: [Int] = []
    let begun = try await walk(set.rawValue, where: filter, select: select) { row in
      guard let entry = row["DocEntry"]?.integer else { return }
      let mark =
        "\(B1Key(set, entry).text)@\(row["UpdateDate"]?.string ?? "")@"
        + (row["UpdateTime"]?.string ?? "")
      guard feed.reports(mark) else { return }
      if isByLine {
        entries.append(entry)
      } else if let text = row[system.link]?.string, !text.isEmpty {
        deals.insert(DealID(text))
      }
    }
    feed.note(begun)
    for batch in entries.batches(of: Self.batchSize) {
      let isOne = B1Filter.property("\(set.rawValue)/DocEntry", isOneOf: batch)
      let rows = try await query(
        set, head: ["DocEntry"], lines: ["LineNum", "ProjectCode"], where: isOne)
      for row in rows {
        if let text = row.line["ProjectCode"]?.string, !text.isEmpty { deals.insert(DealID(text)) }
      }
    }
    return deals
  }

  // MARK: Payments

  /// The key of the last payment that came in, and the Service Layer's clock.
  private func lastPayment() async throws -> (key: Int?, date: Timestamp?) {
    let page = try await page(
      B1Set.invoices.payments,
      query: [
        HTTPParameter("$select", "DocEntry"), HTTPParameter("$orderby", "DocEntry desc"),
        HTTPParameter("$top", "1"),
      ], size: 1)
    return (page.rows.first?["DocEntry"]?.integer ?? 0, page.serverDate)
  }

  /// The deals of invoices that were paid since. A feed that resumed from an instant knows no
  /// payment's key yet: it begins with the payments of the day.
  private func paidDeals(_ day: String, _ feed: inout B1Feed) async throws -> Set<DealID> {
    var last = feed.lastPayment ?? 0
    let filter = feed.lastPayment.map { "DocEntry gt \($0)" } ?? "DocDate ge '\(day)'"
    if feed.lastPayment == nil { last = try await lastPayment().key ?? 0 }
    var paid: [B1Set: Set<Int>] = [:]
    try await walk(
      B1Set.invoices.payments, where: filter, select: ["DocEntry", "PaymentInvoices"]
    ) { payment in
      last = max(last, payment["DocEntry"]?.integer ?? 0)
      for part in payment["PaymentInvoices"]?.array ?? [] {
        let set = sets(of: .invoices).first { $0.paymentType == part["InvoiceType"]?.string }
        guard let set, let entry = part["DocEntry"]?.integer else { continue }
        paid[set, default: []].insert(entry)
      }
    }
    feed.lastPayment = last
    var deals: Set<DealID> = []
    for (set, entries) in paid {
      for batch in entries.sorted().batches(of: Self.batchSize) {
        let isOne = B1Filter.property("DocEntry", isOneOf: batch)
        try await walk(set.rawValue, where: isOne, select: ["DocEntry", system.link]) { row in
          if let text = row[system.link]?.string, !text.isEmpty { deals.insert(DealID(text)) }
        }
      }
    }
    return deals
  }
}

/// A position in the feed of changes: how far it was read, and what was reported near its end.
struct B1Feed: Hashable, Sendable {
  /// How far a question reaches back behind the last.
  static let overlap = Duration.seconds(120)

  private var since: Timestamp
  /// The key of the last payment that was looked at; `nil` when none was.
  var lastPayment: Int?
  private var reported: Set<String>
  private var met: Set<String> = []
  /// When the first question was answered, by the Service Layer's own clock.
  private var answered: Timestamp?

  init(since: Timestamp, lastPayment: Int?, reported: Set<String> = []) {
    self.since = since
    self.lastPayment = lastPayment
    self.reported = reported
  }

  /// A position by its notation; `nil` for any other text.
  init?(_ cursor: PageCursor) {
    let lines = cursor.text.split(separator: "\n").map(String.init)
    guard lines.count >= 2, let since = Timestamp(lines[0]) else { return nil }
    self.init(since: since, lastPayment: Int(lines[1]), reported: Set(lines.dropFirst(2)))
  }

  var cursor: PageCursor {
    let payment = lastPayment.map(String.init) ?? "-"
    return PageCursor(([since.description, payment] + reported.sorted()).joined(separator: "\n"))
  }

  /// The instant from which changes are asked for.
  var reach: Timestamp { since.adding(.zero - Self.overlap) }

  /// Whether a change is new, and notes that it was met.
  mutating func reports(_ mark: String) -> Bool {
    let mark = mark.filter { !$0.isNewline }
    met.insert(mark)
    return !reported.contains(mark)
  }

  /// Notes the Service Layer's clock, by which changes are stamped.
  mutating func note(_ serverDate: Timestamp?) { answered = answered ?? serverDate }

  /// Moves on to when the question was asked, by the Service Layer's clock where it told it. What it
  /// met may be met again by the next one.
  mutating func turn(to instant: Timestamp) {
    since = answered ?? max(since, instant)
    answered = nil
    reported = met
    met = []
  }
}
