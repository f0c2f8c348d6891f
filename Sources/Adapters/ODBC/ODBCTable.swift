/// What one statement brought: columns, and the rows as text.
///
/// A class, because every row holds it.
final class ODBCTable: Sendable {
  /// The columns in the statement's order.
  let columns: [ODBCColumn]
  /// Where the known columns stand, by ``ODBCField``'s raw value; -1 for one that is not given.
  let places: [Int]
  /// Row after row, value after value; `nil` for NULL.
  let values: [String?]

  /// - Parameter values: Row after row, as many in each as there are columns.
  init(columns: [ODBCColumn], values: [String?]) {
    self.columns = columns
    self.values = values
    places = Self.places(of: columns)
  }

  /// How many rows there are.
  var rowCount: Int { columns.isEmpty ? 0 : values.count / columns.count }

  /// The place of a column; databases differ in the case of names, so it does not matter.
  func index(of name: String) -> Int? {
    columns.firstIndex { $0.name == name }
      ?? columns.firstIndex { $0.name.lowercased() == name.lowercased() }
  }

  private static func places(of columns: [ODBCColumn]) -> [Int] {
    let table = columns.map(\.name)
    let loose = table.map { $0.lowercased() }
    return ODBCField.columns.map { table.firstIndex(of: $0) ?? loose.firstIndex(of: $0) ?? -1 }
  }

  /// Its beginning in a form to read, tab by tab.
  func text(mostRows: Int) -> String {
    var lines = [columns.map(\.name).joined(separator: "\t")]
    for row in 0..<min(rowCount, mostRows) {
      let cells = values[row * columns.count..<(row + 1) * columns.count]
      lines.append(cells.map { $0 ?? "NULL" }.joined(separator: "\t"))
    }
    if rowCount > mostRows { lines.append("(\(rowCount) rows in all)") }
    return lines.joined(separator: "\n")
  }
}

/// A column of an answer.
struct ODBCColumn: Hashable, Sendable {
  /// What a column holds, as far as reading it is concerned.
  enum Content: Hashable, Sendable {
    case text
    /// A number whose every digit counts.
    case exact
    /// A binary floating-point number, which no amount may pass through.
    case float
    case date
    /// A day and time that bear no zone.
    case wallClock
    /// A day and time in the zone of the session, which is UTC.
    case instant
    case flag
    case other
  }

  var name: String
  var content: Content
  /// The database's own word for the type.
  var typeName: String
  /// Whether values are filled up with spaces that are no part of them.
  var isPadded: Bool

  /// - Parameters:
  ///   - code: The type by ODBC's number.
  ///   - isMySQL: There a `timestamp` is in the session's zone, and a `datetime` has none.
  init(name: String, code: Int, typeName: String, isMySQL: Bool = false) {
    self.name = name
    self.typeName = typeName
    isPadded = code == 1 || code == -8
    let word = typeName.lowercased()
    switch code {
    case 1, 12, -1, -8, -9, -10, -11: content = .text
    case 2, 3, 4, 5, -5, -6: content = .exact
    case 6, 7, 8:
      // SQLite's driver gives a NUMERIC column the code of a double; its text has the digits that count.
      content = word.hasPrefix("numeric") || word.hasPrefix("decimal") ? .exact : .float
    case 9, 91: content = .date
    case 11, 93, -155:
      let isZoned =
        word.contains("tz") || word.contains("with time zone") || isMySQL && word == "timestamp"
      content = isZoned ? .instant : .wallClock
    case -7: content = .flag
    default: content = .other
    }
  }
}
