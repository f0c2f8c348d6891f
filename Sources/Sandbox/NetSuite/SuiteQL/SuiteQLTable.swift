internal import DealModel
internal import GRDB

/// One table on its way from a company's file into the database.
struct SuiteQLTable {
  let name: String
  let columns: [String: SuiteQLType]
  let rows: [[String: String]]

  init(
    _ name: String, _ records: [JSONValue], custom: [String], isOneWorld: Bool
  ) throws(SandboxError) {
    self.name = name
    var rows: [[String: String]] = []
    for (index, record) in records.enumerated() {
      var row: [String: String] = [:]
      for member in record.members ?? [] {
        switch member.value {
        case .null: continue
        case .string(let text): if !text.isEmpty { row[member.name.lowercased()] = text }
        case .number(let text): row[member.name.lowercased()] = text
        case .bool(let flag): row[member.name.lowercased()] = flag ? "T" : "F"
        case .array, .object:
          throw SandboxError(
            "`\(member.name)` of row \(index) of \(name) is \(member.value.typeName); "
              + "columns hold texts")
        }
      }
      rows.append(row)
    }
    var named = Set(records.flatMap { $0.members ?? [] }.map { $0.name.lowercased() })
    named.formUnion(custom)
    named.formUnion(
      SuiteQLSchema.standard[name, default: ""].split(separator: " ").map(String.init))
    if isOneWorld, name == "transaction" || name == "transactionline" { named.insert("subsidiary") }
    var columns: [String: SuiteQLType] = [:]
    for column in named {
      let values = rows.lazy.compactMap { $0[column] }
      columns[column] = SuiteQLSchema.standardType(of: column) ?? Self.type(of: values)
    }
    self.columns = columns
    self.rows = rows.map { row in
      Dictionary(
        uniqueKeysWithValues: row.map { column, text in
          (column, Self.stored(text, columns[column] ?? .text, column))
        })
    }
  }

  /// A custom column is a date or a time where all its values are; else it is text.
  private static func type(of values: some Sequence<String>) -> SuiteQLType {
    var type = SuiteQLType.unknown
    for value in values {
      let seen: SuiteQLType =
        CalendarDate(value) != nil ? .date : Timestamp(value) != nil ? .timestamp : .text
      guard type == .unknown || type == seen else { return .text }
      type = seen
    }
    return type == .unknown ? .text : type
  }

  private static func stored(_ text: String, _ type: SuiteQLType, _ column: String) -> String {
    switch type {
    case .number: return ExactDecimal(text)?.description ?? text
    case .timestamp:
      // NetSuite keeps whole seconds.
      guard let instant = Timestamp(text) else { return text }
      return Timestamp(milliseconds: instant.milliseconds / 1_000 * 1_000).description
    case .text where column == "status":
      // The column itself holds the letter only; `CustInvc:A` is what BUILTIN.CF makes of it.
      return text.split(separator: ":").last.map(String.init) ?? text
    default: return text
    }
  }

  func store(in database: Database) throws {
    let ordered = columns.keys.sorted()
    let declared = ordered.map { column in
      Self.quoted(column) + (columns[column] == .key ? " INTEGER" : " TEXT")
        + (columns[column] == .number ? " COLLATE suiteql_number" : "")
    }
    try database.execute(
      sql: "CREATE TABLE \(Self.quoted(name)) (\(declared.joined(separator: ", ")))")
    for column in ordered where columns[column] == .key || column.hasPrefix("custbody") {
      try database.execute(
        sql: """
          CREATE INDEX \(Self.quoted("by_\(name)_\(column)")) ON \(Self.quoted(name)) \
          (\(Self.quoted(column)))
          """)
    }
    guard !ordered.isEmpty else { return }
    let places = ordered.map { _ in "?" }.joined(separator: ", ")
    let insert = try database.makeStatement(
      sql: "INSERT INTO \(Self.quoted(name)) VALUES (\(places))")
    for row in rows {
      let values = ordered.map { column -> (any DatabaseValueConvertible)? in row[column] }
      try insert.execute(arguments: StatementArguments(values))
    }
  }

  /// The names behind foreign keys.
  static func storeNames(_ tables: [SuiteQLTable], in database: Database) throws {
    try database.execute(
      sql: "CREATE TABLE suiteql_names (kind TEXT, id INTEGER, label TEXT, PRIMARY KEY (kind, id))")
    for table in tables {
      let kind: String
      switch table.name {
      case "customer", "vendor", "employee", "job": kind = "entity"
      case "currency", "subsidiary", "item", "account": kind = table.name
      default: continue
      }
      for row in table.rows {
        guard let id = row["id"] else { continue }
        let person = [row["firstname"], row["lastname"]].compactMap { $0 }.joined(separator: " ")
        let label =
          row["altname"] ?? row["companyname"] ?? row["name"] ?? row["displayname"]
          ?? row["displaynamewithhierarchy"] ?? row["itemid"] ?? (person.isEmpty ? nil : person)
          ?? row["entityid"]
        try database.execute(
          sql: "INSERT OR IGNORE INTO suiteql_names VALUES (?, ?, ?)", arguments: [kind, id, label])
      }
    }
  }

  /// The labels of enumerations.
  static func storeLabels(_ labels: JSONValue?, in database: Database) throws {
    try database.execute(
      sql: """
        CREATE TABLE suiteql_labels (tablename TEXT, columnname TEXT, value TEXT, label TEXT, \
        PRIMARY KEY (tablename, columnname, value))
        """)
    for table in labels?.members ?? [] {
      for column in table.value.members ?? [] {
        for label in column.value.members ?? [] {
          try database.execute(
            sql: "INSERT OR IGNORE INTO suiteql_labels VALUES (?, ?, ?, ?)",
            arguments: [
              table.name.lowercased(), column.name.lowercased(), label.name, label.value.string,
            ])
        }
      }
    }
  }

  private static func quoted(_ name: String) -> String {
    "\"" + name.replacing("\"", with: "\"\"") + "\""
  }
}
