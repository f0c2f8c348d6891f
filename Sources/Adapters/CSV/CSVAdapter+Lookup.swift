import AdapterKit
import DealModel
import Synchronization

extension CSVAdapter {
  func find(_ text: String) async throws -> [FoundRecord] {
    let wanted = CSVColumns.trimmed(text)
    guard !wanted.isEmpty else { return [] }
    return try await reported("find") {
      var found: [FoundRecord] = []
      for kind in capabilities.kinds.sorted() {
        let table = try await desk.table(of: kind)
        // Numbers are found by the index where they name the record, else by looking at every row.
        let named = table.index.rows(identity: CSVIndex.hash(wanted))
        let rows = table.columns.hasOwnNumbers ? Array(0..<table.index.count) : named
        let matches = Mutex<[FoundRecord]>([])
        try await desk.look(at: rows, of: table, kind) { _, row, reader in
          guard row.identity == wanted || row.number == wanted else { return }
          let record = FoundRecord(
            reference: reader.reference, number: row.number, dealID: row.dealID)
          matches.withLock { if $0.count < 100, !$0.contains(record) { $0.append(record) } }
        }
        found += matches.withLock { $0 }
      }
      return found
    }
  }

  func detail(of reference: RecordReference) async throws -> RecordDetail {
    try await reported(
      "open record", raw: { await rawRows(of: reference) }, { try await opened(reference) })
  }

  private func opened(_ reference: RecordReference) async throws -> RecordDetail {
    let table = try await desk.table(of: reference.kind)
    let rows = rows(of: reference, in: table)
    let found = Mutex<(deal: DealID, notes: [RecordDetail.Note])?>(nil)
    try await desk.look(at: rows, of: table, reference.kind) { _, row, reader in
      guard reader.reference == reference, let deal = row.dealID else { return }
      var notes = [RecordDetail.Note("file", table.file.name)]
      notes.append(RecordDetail.Note("line", String(row.line)))
      for (column, name) in table.columns.header.enumerated() {
        guard let words = row.words(column) else { continue }
        notes.append(RecordDetail.Note(name, String(words.prefix(500))))
      }
      found.withLock { $0 = $0 ?? (deal, notes) }
    }
    guard let (deal, notes) = found.withLock({ $0 }),
      // As it is read with its deal, so that a record that stands twice is doubted here as well.
      let record = try await desk.records(of: reference.kind, for: [deal]).records[deal]?
        .first(where: { $0.reference == reference })
    else { throw gone(reference) }
    return RecordDetail(record: record, notes: notes, fetchedAt: table.file.stamp.modifiedAt)
  }

  func linkPage(after cursor: PageCursor?) async throws -> LinkPage {
    try await reported("list links") {
      let kinds = capabilities.kinds.sorted()
      let position = try self.position(cursor, kinds)
      let kind = kinds[position.place]
      let table = try await desk.table(of: kind)
      guard position.stamp.isEmpty || position.stamp == table.file.stamp.hashed else {
        throw SystemError(
          .unavailable, system: system.name,
          message:
            "\(system.name) (CSV): a new export of \(kind.rawValue) came while its links were "
            + "listed. They are listed anew by themselves.")
      }
      let last = min(position.row + Self.pageSize, table.index.count)
      let links = Mutex<[Link]>([])
      try await desk.look(at: Array(position.row..<last), of: table, kind) { _, row, reader in
        let link = Link(
          reference: reader.reference, number: row.number, dealID: row.dealID, url: reader.url)
        links.withLock { $0.append(link) }
      }
      var next: PageCursor?
      if last < table.index.count {
        next = PageCursor("\(position.place) \(table.file.stamp.hashed) \(last)")
      } else if position.place + 1 < kinds.count {
        next = PageCursor("\(position.place + 1)  0")
      }
      return LinkPage(
        links: links.withLock { $0 }, next: next, records: last - position.row,
        note: note(on: table, isFirst: position.row == 0))
    }
  }

  /// Broken rows of an export, in a few words.
  private func note(on table: CSVTable, isFirst: Bool) -> String? {
    guard isFirst, table.index.brokenCount > 0 else { return nil }
    let lines = table.index.faults.values.map(\.line).sorted().prefix(3).map(String.init)
    let rows =
      table.index.brokenCount == 1 ? "1 broken row" : "\(table.index.brokenCount) broken rows"
    return "\(rows) in \(table.file.name), at line "
      + lines.joined(separator: ", ")
  }

  private func position(
    _ cursor: PageCursor?, _ kinds: [RecordKind]
  ) throws -> (place: Int, stamp: String, row: Int) {
    guard let cursor else { return (0, "", 0) }
    let parts = cursor.text.split(separator: " ", omittingEmptySubsequences: false)
    guard parts.count == 3, let place = Int(parts[0]), let row = Int(parts[2]),
      kinds.indices.contains(place), row >= 0
    else {
      throw SystemError(
        .refused, system: system.name,
        message: "The position in the links of \(system.name) cannot be read; begin anew.")
    }
    return (place, String(parts[1]), row)
  }

  private func gone(_ reference: RecordReference) -> SystemError {
    SystemError(
      .refused, system: system.name,
      message: "\(system.name) (CSV): \(VisibleText(reference.id.prefix(60))) is not in the newest "
        + "export of \(reference.kind.rawValue).")
  }
}

extension CSVColumns {
  /// Whether numbers stand in another column than what names the record.
  var hasOwnNumbers: Bool { self[.id] != nil && self[.number] != nil }
}
