import AdapterKit
import DealModel

extension ODBCReading {
  /// The rows of a table as records, put to their deals; each record is made once, where it stays.
  ///
  /// - Parameter ids: The deals that were asked about.
  /// - Returns: Each of them → its records, newest first: by day, then by ID, numbers as numbers.
  /// - Throws: ``SystemError`` when the columns are wrong, and when a row lacks its ID or its deal ID,
  ///   stands there twice for one deal, or belongs to a deal nobody asked about.
  func records(
    _ table: ODBCTable, of ids: [DealID], errors: ODBCErrors
  ) throws -> [DealID: [Record]] {
    try check(table)
    let deals = Dictionary(zip(ids, 0...)) { first, _ in first }
    let rows = try rows(of: table, by: deals, errors: errors)
    var currencies = ODBCRow.Currencies()
    return try deals.reduce(into: Dictionary(minimumCapacity: deals.count)) { answer, entry in
      let (deal, place) = entry
      var records: [Record] = []
      records.reserveCapacity(rows[place].count)
      for place in rows[place] {
        let row = ODBCRow(table: table, place: place, reading: self, &currencies)
        records.append(record(row, id: row[.id] ?? "", deal: deal))
      }
      if let id = Self.twin(among: records) {
        throw errors.malformed(
          "SQL \(setting)",
          "record \(VisibleText(id)) twice, so amounts would count twice: a join "
            + "multiplies rows there; use GROUP BY or a subquery")
      }
      records.putNewestFirst()
      answer[deal] = records
    }
  }

  /// Every deal's rows, by the deal's place.
  private func rows(
    of table: ODBCTable, by deals: [DealID: Int], errors: ODBCErrors
  ) throws -> [[Int]] {
    var rows = [[Int]](repeating: [], count: (deals.values.max() ?? -1) + 1)
    let link = table.index(of: system.link)
    // Rows of a deal mostly follow each other.
    var last: (deal: DealID, place: Int)?
    for row in 0..<table.rowCount {
      let (id, deal) = try names(row, of: table, link: link, errors: errors)
      if let last, last.deal == deal {
        rows[last.place].append(row)
      } else if let place = deals[deal] {
        // Nothing but the exact ID joins a record, whatever the database thinks is equal.
        last = (deal, place)
        rows[place].append(row)
      } else if !HTTPPort.isNearMiss(bearing: [deal], asked: deals.keys) {
        throw errors.malformed(
          "SQL \(setting)",
          "record \(VisibleText(id)), which belongs to a deal nobody asked about")
      }
    }
    return rows
  }

  /// An ID that stands there more than once.
  private static func twin(among records: [Record]) -> String? {
    guard records.count > 1 else { return nil }
    let ids = records.map(\.reference.id).sorted()
    return zip(ids, ids.dropFirst()).first { $0 == $1 }?.0
  }
}

extension [Record] {
  /// Newest first, without copying a record.
  fileprivate mutating func putNewestFirst() {
    guard count > 1 else { return }
    var order = indices.map { Age(self[$0], place: $0) }.sorted { $0.isNewer(than: $1) }
      .map(\.place)
    // Round by round: each place takes the record that belongs there, whose own place is the next. An
    // array's own swap would copy.
    withUnsafeMutableBufferPointer { records in
      for start in order.indices {
        var place = start
        while order[place] != start {
          let next = order[place]
          records.swapAt(place, next)
          order[place] = place
          place = next
        }
        order[place] = place
      }
    }
  }
}

/// What records are put in order by.
private struct Age {
  let day: CalendarDate?
  let number: Int?
  let id: String
  let place: Int

  init(_ record: Record, place: Int) {
    day = record.content.day
    id = record.reference.id
    number = Int(id)
    self.place = place
  }

  func isNewer(than other: Age) -> Bool {
    if day != other.day {
      guard let day else { return false }
      guard let otherDay = other.day else { return true }
      return day > otherDay
    }
    guard let number, let otherNumber = other.number else { return id > other.id }
    return number > otherNumber
  }
}
