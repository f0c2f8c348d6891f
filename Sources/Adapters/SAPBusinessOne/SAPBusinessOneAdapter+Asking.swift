import AdapterKit
import DealModel

/// A document that was found for a deal.
struct B1Found: Sendable {
  var set: B1Set
  /// The head.
  var row: JSONValue
  var deal: DealID
  var lines: [JSONValue] = []
  /// The project whose part of the document is meant; `nil` for the whole.
  var part: String?
}

extension SAPBusinessOneAdapter {
  /// The properties of a document's head that are read.
  var headProperties: [String] {
    var names = [
      "DocEntry", "DocNum", "DocDate", "DocDueDate", "CardCode", "CardName", "DocCurrency",
      "DocTotal", "DocTotalFc", "VatSum", "VatSumFc", "PaidToDate", "PaidToDateFC",
      "DiscountPercent", "DocumentStatus", "Cancelled", "CancelStatus", "UpdateDate", "UpdateTime",
    ]
    for name in [system.link] + system.echoProperties where !names.contains(name) {
      names.append(name)
    }
    return names
  }

  /// The properties of lines that are read with a batch.
  static let lineProperties = [
    "LineNum", "LineTotal", "RowTotalFC", "ProjectCode", "LineStatus", "OpenAmount", "OpenAmountFC",
  ]

  /// The documents of a set whose heads bear one of these IDs.
  func documents(_ set: B1Set, _ ids: [DealID]) async throws -> [B1Found] {
    var found: [B1Found] = []
    let wanted = Set(ids)
    for list in B1Filter.lists(of: ids, property: system.link) {
      let filter = B1Filter.property(system.link, isOneOf: list)
      try await walk(set.rawValue, where: filter, select: select(set)) { row in
        if let deal = try joined(row, of: set, to: wanted, ids) {
          found.append(B1Found(set: set, row: row, deal: deal))
        }
      }
    }
    return found
  }

  /// What is selected of a document of the set.
  func select(_ set: B1Set) -> [String] {
    headProperties + (set == .downPayments ? ["DownPaymentType"] : [])
  }

  /// The deal that a document's head bears, if it is one of those wanted, to the letter.
  private func joined(
    _ row: JSONValue, of set: B1Set, to wanted: Set<DealID>, _ ids: [DealID]
  ) throws -> DealID? {
    let operation = "GET \(version.path(set.rawValue))"
    guard let entry = row["DocEntry"]?.integer else {
      throw port.malformed(operation, "a document without DocEntry")
    }
    let text = row[system.link]?.string ?? ""
    // On SQL Server texts are compared without regard to case; nothing but the exact ID joins.
    if wanted.contains(DealID(text)) { return DealID(text) }
    try port.refuseStray(
      bearing: [DealID(text)], record: B1Key(set, entry).text, asked: ids, operation: operation)
    return nil
  }

  /// The documents of a set with their lines, by the head's link or by the lines' project.
  ///
  /// A plain GET cannot filter by lines; the row-level query joins head and lines.
  func lineDocuments(_ set: B1Set, _ ids: [DealID], byLine: Bool) async throws -> [B1Found] {
    let wanted = Set(ids)
    let lines = "\(set.rawValue)/DocumentLines"
    let property = byLine ? "\(lines)/ProjectCode" : "\(set.rawValue)/\(system.link)"
    var byKey: [B1Key: B1Found] = [:]
    var order: [B1Key] = []
    for list in B1Filter.lists(of: ids, property: property) {
      let rows = try await query(
        set, head: headProperties, lines: Self.lineProperties,
        where: B1Filter.property(property, isOneOf: list))
      for row in rows {
        let text = (byLine ? row.line["ProjectCode"] : row.head[system.link])?.string ?? ""
        let deal = DealID(text)
        let key = B1Key(set, row.entry, part: byLine ? text : nil)
        guard wanted.contains(deal) else {
          try port.refuseStray(
            bearing: [deal], record: B1Key(set, row.entry).text, asked: ids,
            operation: queryOperation)
          continue
        }
        if byKey[key] == nil {
          order.append(key)
          byKey[key] = B1Found(set: set, row: row.head, deal: deal, part: key.part)
        }
        byKey[key]?.lines.append(row.line)
      }
    }
    return order.compactMap { byKey[$0] }
  }

  // MARK: Pages

  /// One page of a set behind a key.
  func page(
    _ set: String, where filter: String?, select: [String], after entry: Int,
    size: Int = SAPBusinessOneAdapter.pageSize, counting: Bool = false
  ) async throws -> B1Page {
    var query = [
      HTTPParameter("$select", select.joined(separator: ",")),
      HTTPParameter("$filter", B1Filter.all(filter, "DocEntry gt \(entry)")),
      HTTPParameter("$orderby", "DocEntry"),
    ]
    if counting {
      query.append(HTTPParameter(version.countOption.name, version.countOption.value))
    }
    return try await page(set, query: query, size: size)
  }

  /// One page of a set.
  func page(_ set: String, query: [HTTPParameter], size: Int) async throws -> B1Page {
    let call = HTTPCall(
      "GET", version.path(set), query: query,
      headers: [HTTPField("Prefer", "odata.maxpagesize=\(size)")])
    let operation = call.operation
    return try await port.read(call) { reply in
      guard let page = B1Page(reply, version: version) else {
        throw port.malformed(operation, "a page without readable \"value\"")
      }
      return page
    }
  }

  /// Walks a set by key: each page begins behind the last document of the one before, with the whole
  /// question asked again, because next links leave it out and skipping rows misses some when others
  /// change meanwhile. A link to a next page, or a full page, says that there is more.
  ///
  /// - Returns: The server's clock at the first page, where it tells it.
  @discardableResult
  func walk(
    _ set: String, where filter: String?, select: [String], each: (JSONValue) throws -> Void
  ) async throws -> Timestamp? {
    let operation = "GET \(version.path(set))"
    var begun: Timestamp?
    try await port.walk(operation, from: "0") { text in
      let last = text.flatMap { Int($0) } ?? 0
      let page = try await self.page(set, where: filter, select: select, after: last)
      if text == "0" { begun = page.serverDate }
      for row in page.rows { try each(row) }
      guard let next = try self.next(page, after: last, operation) else { return nil }
      return String(next)
    }
    return begun
  }

  /// The key behind which the next page begins; `nil` after the last.
  func next(_ page: B1Page, after last: Int, _ operation: String) throws -> Int? {
    guard page.nextLink != nil || page.rows.count >= Self.pageSize else { return nil }
    guard let entry = page.rows.last?["DocEntry"]?.integer, entry > last else {
      throw port.malformed(operation, "a list whose pages go round in a circle")
    }
    return entry
  }

  // MARK: The row-level query

  /// A head and one of its lines.
  struct LineRow: Sendable {
    var entry: Int
    var head: JSONValue
    var line: JSONValue
  }

  var queryOperation: String { "POST \(version.path("QueryService_PostQuery"))" }

  /// Heads joined to their lines, each line once.
  ///
  /// - Source: the guide's chapter on row-level queries: a POST that only reads and answers with
  ///   `text/plain`. How it pages is not documented: it is asked not to, and next links are followed.
  func query(
    _ set: B1Set, head: [String], lines: [String], where filter: String
  ) async throws -> [LineRow] {
    let (name, part) = (set.rawValue, "\(set.rawValue)/DocumentLines")
    let option =
      "$expand=\(name)($select=\(head.joined(separator: ","))),"
      + "\(part)($select=\(lines.joined(separator: ",")))"
      + "&$filter=\(name)/DocEntry eq \(part)/DocEntry and \(filter)"
    var rows: [LineRow] = []
    var seen: Set<[Int]> = []
    try await port.walk(queryOperation, atMost: 200) { skip in
      let call = HTTPCall.post(
        version.path("QueryService_PostQuery"),
        json: [
          "QueryPath": .string("$crossjoin(\(name),\(part))"),
          "QueryOption": .string(option + (skip.map { "&$skip=\($0)" } ?? "")),
        ], headers: [HTTPField("Prefer", "odata.maxpagesize=0")])
      let (page, found) = try await port.read(call) { reply in
        guard let page = B1Page(reply, version: version) else {
          throw port.malformed(call.operation, "a page without readable \"value\"")
        }
        return (page, try self.lineRows(page, set))
      }
      rows += found.filter { seen.insert([$0.entry, $0.line["LineNum"]?.integer ?? 0]).inserted }
      guard page.nextLink != nil else { return nil }
      guard let next = page.skip else {
        throw port.malformed(call.operation, "a next page that cannot be asked for")
      }
      return String(next)
    }
    return rows
  }

  private func lineRows(_ page: B1Page, _ set: B1Set) throws -> [LineRow] {
    try page.rows.map { row in
      guard let head = row[set.rawValue], let line = row["\(set.rawValue)/DocumentLines"],
        let entry = head["DocEntry"]?.integer, line["LineNum"]?.integer != nil
      else { throw port.malformed(queryOperation, "a row without its document or line") }
      return LineRow(entry: entry, head: head, line: line)
    }
  }

  // MARK: The company

  /// What reading documents needs. Currencies are asked for only where a code is not ISO's.
  func context(for rows: [JSONValue]) async throws -> B1Context {
    let local = try await company.value()
    var context = B1Context(system: system, clock: clock, localCode: local)
    let codes = Set(rows.compactMap { $0["DocCurrency"]?.string } + [local])
    if codes.contains(where: { !$0.isEmpty && Currency(code: $0) == nil }) {
      context.isoCodes = try await isoCodes.value()
    }
    return context
  }

  static func localCurrency(
    _ port: HTTPPort, _ version: B1Version, of system: ConfiguredSystem
  ) async throws -> String {
    let call = HTTPCall("POST", version.path("CompanyService_GetAdminInfo"))
    do {
      return try await port.read(call) { reply in
        guard let code = reply.value["LocalCurrency"]?.string, !code.isEmpty else {
          throw port.malformed(call.operation, "no readable \"LocalCurrency\"")
        }
        return code
      }
    } catch var error as SystemError {
      // Not of the login, which fails under its own name.
      if error.kind == .unauthorized, error.message.contains(call.operation) {
        error.message += " Or name the company's currency as `local_currency` of \(system.name)."
      }
      throw error
    }
  }

  /// Code in Business One → ISO code, of every currency set up there.
  static func isoCodes(_ port: HTTPPort, _ version: B1Version) async throws -> [String: String] {
    let call = HTTPCall.get(
      version.path("Currencies"), query: ["$select": "Code,InternationalDescription"],
      headers: [HTTPField("Prefer", "odata.maxpagesize=0")])
    return try await port.read(call) { reply in
      guard let page = B1Page(reply, version: version) else {
        throw port.malformed(call.operation, "a page without readable \"value\"")
      }
      return page.rows.reduce(into: [:]) { codes, row in
        guard let code = row["Code"]?.string, let iso = row["InternationalDescription"]?.string
        else { return }
        codes[code] = iso
      }
    }
  }
}
