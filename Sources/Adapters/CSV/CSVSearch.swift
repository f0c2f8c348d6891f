import AdapterKit
import DealModel

/// Finds the rows of deals in one export and makes records of them.
struct CSVSearch {
  private let table: CSVTable
  private let meaning: CSVMeaning
  private let file: String

  init(_ table: CSVTable, _ meaning: CSVMeaning) {
    self.table = table
    file = table.file.name
    self.meaning = meaning
  }

  /// The records of deals, newest first, and how many rows were looked at.
  ///
  /// - Throws: ``CSVFileFault``, `CancellationError`.
  func records(for ids: [DealID]) throws -> (records: [DealID: [Record]], rows: Int) {
    var places: [DealID: Int] = [:]
    places.reserveCapacity(ids.count)
    var wanted: [UInt32: [DealID]] = [:]
    wanted.reserveCapacity(ids.count)
    var found: [[Found]] = []
    found.reserveCapacity(ids.count)
    var rows: [Int] = []
    for id in ids where places[id] == nil {
      places[id] = found.count
      let hash = CSVIndex.hash(id.text)
      let before = rows.count
      if wanted[hash] == nil { table.index.addRows(link: hash, to: &rows) }
      wanted[hash, default: []].append(id)
      var own: [Found] = []
      own.reserveCapacity(rows.count - before)
      found.append(own)
    }
    rows.sort()
    try table.read(rows) { index, row in
      guard let candidates = wanted[table.index.links[index]],
        let id = candidates.first(where: { row.bears($0.text) }), let place = places[id]
      else { return }
      let reader = CSVReader(row: row, meaning: meaning, file: file)
      let record = reader.record(for: id)
      found[place].append(Found(record: record, line: row.line, day: record.content.csvDay))
    }
    return (places.mapValues { settled(found[$0]) }, rows.count)
  }

  /// A record with what orders it.
  private struct Found {
    var record: Record
    var line: Int
    var day: Int
  }

  /// Newest first, and no record twice: one that stands on several lines has amounts nobody can tell.
  private func settled(_ found: [Found]) -> [Record] {
    guard found.count > 1 else { return found.map(\.record) }
    let order = found.indices.sorted { left, right in
      let (first, second) = (found[left], found[right])
      if first.day != second.day { return first.day > second.day }
      return first.line > second.line
    }
    guard hasDoubles(found) else { return order.map { found[$0].record } }
    var lines: [String: [Int]] = [:]
    for one in found { lines[one.record.reference.id, default: []].append(one.line) }
    var seen: Set<String> = []
    return order.compactMap { place in
      var record = found[place].record
      guard seen.insert(record.reference.id).inserted else { return nil }
      if let all = lines[record.reference.id], all.count > 1 {
        record.content = record.content.doubted(by: doubled(record, at: all))
      }
      return record
    }
  }

  /// Whether a record stands on several rows. A deal mostly has few: they are compared in pairs.
  private func hasDoubles(_ found: [Found]) -> Bool {
    guard found.count <= 32 else {
      return Set(found.map(\.record.reference.id)).count < found.count
    }
    for left in found.indices {
      for right in found.indices where right > left {
        if found[left].record.reference.id == found[right].record.reference.id { return true }
      }
    }
    return false
  }

  private func doubled(_ record: Record, at lines: [Int]) -> SystemError {
    let shown = lines.prefix(4).map(String.init).joined(separator: ", ")
    return SystemError(
      .malformed, system: meaning.system.name,
      message: "\(VisibleText(record.number)) in \(meaning.system.name) stands on "
        + "\(lines.count) lines of \(file) (\(shown)), so its amounts are not known. "
        + "Export one row for each document, or map a column that tells rows apart as `id`.")
  }
}

extension Record.Content {
  /// The day of the document in days since 1970; before all days where it is not known.
  fileprivate var csvDay: Int {
    day.map { Int($0.daysSinceEpoch) } ?? .min
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
