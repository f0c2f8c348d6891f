import DealModel

/// What a column of an export is for, by the word that configures it.
enum CSVRole: Int, CaseIterable, Hashable, Sendable {
  case id, number, type, status, issued, due, net, gross, paid, outstanding, currency, party, date
  case open, name, start, person, hours, subject, priority, url

  /// The roles that columns of an export of that kind may have.
  static func roles(of kind: RecordKind) -> [CSVRole] {
    switch kind {
    case .deals: [.id, .number, .url]
    case .invoices:
      [
        .id, .number, .type, .status, .issued, .due, .net, .gross, .paid, .outstanding, .currency,
        .url,
      ]
    case .costs: [.id, .number, .type, .status, .party, .date, .net, .open, .currency, .url]
    case .milestones: [.id, .number, .name, .status, .due, .start, .person, .url]
    case .hours: [.id, .person, .date, .hours, .subject]
    case .tickets: [.id, .number, .subject, .status, .priority, .person, .url]
    }
  }

  /// Whether a record means something else without it, such as an invoice where there was a credit note.
  var changesMeaning: Bool {
    switch self {
    case .id, .type, .status, .gross, .paid, .outstanding, .currency, .open: true
    default: false
    }
  }

  /// The roles without which a record of that kind says nothing.
  static func required(of kind: RecordKind) -> [CSVRole] {
    switch kind {
    case .deals: []
    case .invoices, .costs: [.number, .net]
    case .milestones: [.name]
    case .hours: [.hours]
    case .tickets: [.number, .subject]
    }
  }
}

/// The columns that the configuration names for one kind of record.
struct CSVColumnNames: Hashable, Sendable {
  var kind: RecordKind
  /// The column that bears the deal ID.
  var link: String
  /// Role → column, as configured. A role that is not a key is looked for under its own name.
  var roles: [CSVRole: String]
  /// Columns compared with an owner's value.
  var echoes: [String]
  /// Roles that have to be there besides those every export of the kind needs.
  var needed: Set<CSVRole> = []
}

/// Where the columns stand in one file.
struct CSVColumns: Sendable {
  /// The header, trimmed.
  let header: [String]
  let link: Int
  /// By the role's place in ``CSVRole/allCases``; -1 where there is none.
  private let places: [Int]
  let echoes: [(name: String, column: Int)]

  /// The column of a role; `nil` when the file has none.
  subscript(role: CSVRole) -> Int? {
    let place = places[role.index]
    return place < 0 ? nil : place
  }

  /// The column whose value names a record: `id`, else `number`.
  var identity: Int? { self[.id] ?? self[.number] }

  /// Finds the columns in a header.
  ///
  /// - Returns: The columns, or every column that is missing or stands twice.
  static func find(
    _ names: CSVColumnNames, in header: [String]
  ) -> Result<CSVColumns, CSVDriftList> {
    var finder = Finder(header: header)
    let link = finder.named(names.link, role: .link)
    var places = [Int](repeating: -1, count: CSVRole.allCases.count)
    for role in CSVRole.roles(of: names.kind) {
      if let name = names.roles[role] {
        places[role.index] = finder.named(name, role: .field)
      } else {
        let isNeeded =
          names.needed.contains(role) || CSVRole.required(of: names.kind).contains(role)
        places[role.index] = finder.unnamed(role, isNeeded: isNeeded)
      }
    }
    let echoes = names.echoes.map { (name: $0, column: finder.named($0, role: .echo)) }
    guard finder.drift.isEmpty else { return .failure(CSVDriftList(drift: finder.drift)) }
    return .success(
      CSVColumns(header: header, link: link, places: places, echoes: echoes))
  }

  private struct Finder {
    let header: [String]
    var drift: [CSVDrift] = []

    /// A column that must be there.
    mutating func named(_ name: String, role: SchemaDrift.Role) -> Int {
      let wanted = CSVColumns.trimmed(name)
      let found = header.indices.filter { header[$0] == wanted }
      if found.count == 1 { return found[0] }
      let near = found.isEmpty ? wanted.nearest(among: header) : nil
      drift.append(
        CSVDrift(
          role: role, column: name, isDoubled: found.count > 1, nearest: near,
          isUnparted: header.count == 1 && header[0].contains { ",;\t|".contains($0) }))
      return -1
    }

    /// A column under its own name, in whichever case: once, or not at all unless it is needed.
    mutating func unnamed(_ role: CSVRole, isNeeded: Bool) -> Int {
      let name = role.word
      let found = header.indices.filter { header[$0].lowercased() == name }
      if found.count == 1 { return found[0] }
      if found.count > 1, isNeeded || role.changesMeaning {
        drift.append(CSVDrift(role: .field, column: header[found[0]], isDoubled: true))
      } else if isNeeded {
        return named(name, role: .field)
      }
      return -1
    }
  }

  static func trimmed(_ text: String) -> String {
    var rest = text[...]
    while rest.first?.isWhitespace == true { rest = rest.dropFirst() }
    while rest.last?.isWhitespace == true { rest = rest.dropLast() }
    return String(rest)
  }
}

/// Everything that is not as configured in a header.
struct CSVDriftList: Error, Hashable {
  var drift: [CSVDrift]
}

extension CSVRole {
  /// Its place among all roles.
  var index: Int { rawValue }
  /// The word that configures it, and the name of its column where none is configured.
  var word: String { "\(self)" }

  /// The role that a word of the configuration names.
  init?(word: String) {
    guard let role = Self.allCases.first(where: { $0.word == word }) else { return nil }
    self = role
  }
}
