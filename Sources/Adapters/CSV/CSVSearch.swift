import DealModel

/// Finds the rows of deals in one export and makes records of them.
struct CSVSearch {
  private let table: CSVTable
  private let meaning: CSVMeaning

  init(_ table: CSVTable, _ meaning: CSVMeaning) {
    self.table = table
    self.meaning = meaning
  }

  /// The records of deals, newest first, and how many rows were looked at.
  ///
  /// - Throws: ``CSVFileFault``, `CancellationError`.
  func records(for ids: [DealID]) throws -> (records: [DealID: [Record]], rows: Int) {
    var found: [DealID: [(record: Record, line: Int)]] = [:]
    found.reserveCapacity(ids.count)
    var wanted: [UInt32: [DealID]] = [:]
    wanted.reserveCapacity(ids.count)
    var rows: [Int] = []
    for id in ids where found[id] == nil {
      found[id] = []
      let hash = CSVIndex.hash(id.text)
      if wanted[hash] == nil { table.index.addRows(link: hash, to: &rows) }
      wanted[hash, default: []].append(id)
    }
    rows.sort()
    try table.read(rows) { index, row in
      let candidates = wanted[table.index.links[index]] ?? []
      guard let id = candidates.first(where: { row.bears($0.text) }) else { return }
      let reader = CSVReader(row: row, meaning: meaning, file: table.file.name)
      found[id]?.append((reader.record(for: id), row.line))
    }
    return (found.mapValues(settled), rows.count)
  }

  /// Newest first, and no record twice: one that stands on several lines has amounts nobody can tell.
  private func settled(_ found: [(record: Record, line: Int)]) -> [Record] {
    guard found.count > 1 else { return found.map(\.record) }
    var lines: [String: [Int]] = [:]
    for (record, line) in found { lines[record.reference.id, default: []].append(line) }
    let order = found.indices.map {
      (index: $0, day: found[$0].record.content.csvDay, line: found[$0].line)
    }
    .sorted { left, right in
      if left.day != right.day { return (left.day ?? -1 << 40) > (right.day ?? -1 << 40) }
      return left.line > right.line
    }
    guard lines.count < found.count else { return order.map { found[$0.index].record } }
    var seen: Set<String> = []
    return order.compactMap { place in
      var record = found[place.index].record
      guard seen.insert(record.reference.id).inserted else { return nil }
      if let all = lines[record.reference.id], all.count > 1 {
        record.content = record.content.doubted(by: doubled(record, at: all))
      }
      return record
    }
  }

  private func doubled(_ record: Record, at lines: [Int]) -> SystemError {
    let shown = lines.prefix(4).map(String.init).joined(separator: ", ")
    return SystemError(
      .malformed, system: meaning.system.name,
      message: "\(VisibleText(record.number)) in \(meaning.system.name) stands on "
        + "\(lines.count) lines of \(table.file.name) (\(shown)), so its amounts are not known. "
        + "Export one row for each document, or map a column that tells rows apart as `id`.")
  }
}

extension Record.Content {
  /// The day of the document in days since 1970, where it is known.
  fileprivate var csvDay: Int? {
    let day: CalendarDate? =
      switch self {
      case .invoice(let invoice): invoice.issued.value
      case .creditNote(let note): note.issued.value
      case .cost(let cost): cost.date.value
      case .milestone(let milestone): milestone.due.value
      case .hours(let hours): hours.date.value
      case .deal, .ticket: nil
      }
    return day.map { Int($0.daysSinceEpoch) }
  }

  /// The same content with amounts that nobody can tell.
  fileprivate func doubted(by error: SystemError) -> Record.Content {
    switch self {
    case .invoice(var invoice):
      invoice.net = .unavailable(error)
      invoice.gross = .unavailable(error)
      invoice.paid = .unavailable(error)
      invoice.outstanding = .unavailable(error)
      return .invoice(invoice)
    case .creditNote(var note):
      note.net = .unavailable(error)
      note.gross = .unavailable(error)
      note.unapplied = .unavailable(error)
      return .creditNote(note)
    case .cost(var cost):
      cost.net = .unavailable(error)
      if case .none = cost.open {} else { cost.open = .unavailable(error) }
      return .cost(cost)
    case .hours(var hours):
      hours.seconds = .unavailable(error)
      return .hours(hours)
    case .deal, .milestone, .ticket: return self
    }
  }
}
