import AdapterKit
import DealModel

extension SAPBusinessOneAdapter {
  /// Documents with that number, of every set, or the one with that key: `Invoices(22)`.
  func find(_ text: String) async throws -> [FoundRecord] {
    if let key = B1Key(text), key.part == nil {
      return try await find(key.set, where: "DocEntry eq \(key.entry)")
    }
    // Numbers are 32-bit, and nothing else is a number there.
    guard let number = Int32(text), number > 0, String(number) == text else { return [] }
    var found: [FoundRecord] = []
    for set in sets() { found += try await find(set, where: "DocNum eq \(number)") }
    return found
  }

  private func find(_ set: B1Set, where filter: String) async throws -> [FoundRecord] {
    var found: [FoundRecord] = []
    for row in try await page(set.rawValue, where: filter, select: linkSelect(set), after: 0).rows {
      for link in try await links([row], of: set) {
        found.append(
          FoundRecord(reference: link.reference, number: link.number, dealID: link.dealID))
      }
    }
    return found
  }

  /// One page of one set after the other, by key.
  func linkPage(after cursor: PageCursor?) async throws -> LinkPage {
    let sets = sets()
    guard var place = LinkPlace(cursor, sets: sets.count) else {
      throw SystemError(
        .refused, system: system.name,
        message: "The position in the links of \(system.name) cannot be read; begin anew.")
    }
    let set = sets[place.set]
    let page = try await page(
      set.rawValue, where: nil, select: linkSelect(set), after: place.entry,
      counting: place.entry == 0)
    if place.entry == 0 { place.count(page.total) }
    let links = try await links(page.rows, of: set)
    let operation = "GET \(version.path(set.rawValue))"
    if let entry = try next(page, after: place.entry, operation) {
      place.entry = entry
    } else {
      place.set += 1
      place.entry = 0
    }
    let isLast = place.set == sets.count
    return LinkPage(
      links: links, next: isLast ? nil : place.cursor,
      total: isLast ? place.total.map { RecordCount($0) } : nil, records: page.rows.count,
      note: "by key, \(Self.pageSize) a page")
  }

  private func linkSelect(_ set: B1Set) -> [String] {
    var names = ["DocEntry", "DocNum", "CancelStatus"]
    if set == .downPayments { names.append("DownPaymentType") }
    return names.contains(system.link) ? names : names + [system.link]
  }

  /// The links of documents: of one linked by its lines, one for each project there.
  private func links(_ rows: [JSONValue], of set: B1Set) async throws -> [Link] {
    let context = try await self.context(for: [])
    let documents = rows.compactMap { B1Reader($0, of: set, in: context) }
    guard isLinkedByLine(set), let first = documents.first, let last = documents.last else {
      return documents.filter(\.isDocument).map { link($0, to: $0.dealID, part: nil) }
    }
    let name = set.rawValue
    let lines = try await query(
      set, head: ["DocEntry"], lines: ["LineNum", "ProjectCode"],
      where: "\(name)/DocEntry ge \(first.entry) and \(name)/DocEntry le \(last.entry)")
    var projects: [Int: Set<String>] = [:]
    for row in lines {
      guard let text = row.line["ProjectCode"]?.string, !text.isEmpty else { continue }
      projects[row.entry, default: []].insert(text)
    }
    return documents.filter(\.isDocument).flatMap { document -> [Link] in
      guard let codes = projects[document.entry] else {
        return [link(document, to: nil, part: nil)]
      }
      return codes.sorted().map { link(document, to: DealID($0), part: $0) }
    }
  }

  private func link(_ document: B1Reader, to deal: DealID?, part: String?) -> Link {
    Link(
      reference: RecordReference(
        system: system.name, kind: document.set.kind,
        id: B1Key(document.set, document.entry, part: part).text),
      number: document.number, dealID: deal)
  }
}

/// A position in the list of links: which set, behind which key, and how many were counted.
private struct LinkPlace {
  var set = 0
  var entry = 0
  /// How many documents the sets so far have by their own counts; `nil` once one did not say.
  private(set) var total: Int? = 0

  init?(_ cursor: PageCursor?, sets: Int) {
    guard let cursor else { return }
    let parts = cursor.text.split(separator: ":")
    guard parts.count == 3, let set = Int(parts[0]), let entry = Int(parts[1]),
      (0..<sets).contains(set), entry >= 0
    else { return nil }
    self.set = set
    self.entry = entry
    total = Int(parts[2])
  }

  var cursor: PageCursor { PageCursor("\(set):\(entry):\(total.map(String.init) ?? "-")") }

  mutating func count(_ number: Int?) {
    guard let before = total, let number else {
      total = nil
      return
    }
    total = before &+ number
  }
}
