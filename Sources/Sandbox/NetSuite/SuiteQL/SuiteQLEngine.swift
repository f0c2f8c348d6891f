internal import DealModel
internal import GRDB
private import Synchronization

/// One page of a statement's rows.
struct SuiteQLPage: Hashable, Sendable {
  /// Rows as name and value; a null has no entry.
  var rows: [[NamedValue]]
  /// How many rows the statement gives in all, at most ``SuiteQLEngine/mostRows``.
  var total: Int
}

/// An account's tables in a SQLite database in memory, asked in SuiteQL.
final class SuiteQLEngine: Sendable {
  /// A statement gives no more rows than this, however one pages.
  static let mostRows = 100_000

  let calendar: AccountCalendar
  let queue: DatabaseQueue
  private let schema: Mutex<SuiteQLSchema>

  /// Loads an account.
  ///
  /// - Parameters:
  ///   - tables: Table → its rows, column → string or null.
  ///   - customFields: Table → custom columns that exist even where no row uses them.
  ///   - labels: Table → column → code → label, for `BUILTIN.DF` of enumerations.
  /// - Throws: ``SandboxError`` when a value is neither a text, a number, a boolean nor null.
  init(
    tables: [String: [JSONValue]], labels: JSONValue?, calendar: AccountCalendar,
    customFields: [String: [String]] = [:]
  ) throws(SandboxError) {
    self.calendar = calendar
    var content: [SuiteQLTable] = []
    // A company without subsidiaries is no OneWorld account: it has neither table nor column.
    let isOneWorld = tables["subsidiary"] != nil
    for name in Set(SuiteQLSchema.standard.keys).union(tables.keys).sorted() {
      content.append(
        try SuiteQLTable(
          name, tables[name] ?? [], custom: customFields[name] ?? [], isOneWorld: isOneWorld))
    }
    schema = Mutex(
      SuiteQLSchema(
        tables: Dictionary(uniqueKeysWithValues: content.map { ($0.name, $0.columns) })))
    do {
      var configuration = Configuration()
      let functions = SuiteQLFunctions.all(calendar: calendar)
      configuration.prepareDatabase { database in
        for function in functions { database.add(function: function) }
        database.add(collation: SuiteQLFunctions.collation)
        try database.execute(sql: "PRAGMA case_sensitive_like = ON")
      }
      queue = try DatabaseQueue(configuration: configuration)
      try queue.write { database in
        for table in content { try table.store(in: database) }
        try SystemNotes.completeCreations(in: database)
        try SuiteQLTable.storeNames(content, in: database)
        try SuiteQLTable.storeLabels(labels, in: database)
      }
    } catch {
      throw SandboxError("the tables cannot be loaded: \(error)")
    }
  }

  /// The rows of a statement, on the caller's thread: the database is in memory, and who simulates
  /// a schedule must know when all work is done.
  ///
  /// - Parameters:
  ///   - parameters: The values of `?`, in order.
  ///   - now: What `SYSDATE` says.
  /// - Throws: ``SuiteQLError`` in NetSuite's words.
  func page(
    _ statement: String, parameters: [String?] = [], limit: Int = 1_000, offset: Int = 0,
    now: Timestamp
  ) throws -> SuiteQLPage {
    var parser = try SuiteQLParser(statement)
    let query = try parser.parseStatement()
    guard parser.parameterCount == parameters.count else {
      throw SuiteQLError(
        "Search error occurred: \(parser.parameterCount) parameters expected, "
          + "\(parameters.count) given.")
    }
    var translator = SuiteQLTranslator(
      schema: schema.withLock { $0 }, now: calendar.wallTime(of: now).text)
    let translation = try translator.translate(query)
    let format = calendar
    // An empty text is null to Oracle, as a parameter too.
    let arguments = StatementArguments(
      parameters.map { text -> (any DatabaseValueConvertible)? in text?.isEmpty == true ? nil : text
      })
    do {
      return try queue.read { database in
        var page = SuiteQLPage(rows: [], total: 0)
        let rows = try Row.fetchCursor(database, sql: translation.sql, arguments: arguments)
        while let row = try rows.next(), page.total < Self.mostRows {
          if page.total >= offset, page.rows.count < limit {
            page.rows.append(Self.values(of: row, translation.columns, format))
          }
          page.total += 1
        }
        return page
      }
    } catch let error as DatabaseError {
      throw error.message.map { $0.hasPrefix("Search error") ? SuiteQLError($0) : .unsupported }
        ?? .unsupported
    }
  }

  /// Table → column → type, as it is now.
  var tables: [String: [String: SuiteQLType]] { schema.withLock { $0.tables } }

  /// Renames a column wherever it is.
  ///
  /// - Returns: The tables that had it.
  func renameColumn(_ old: String, to new: String) throws -> [String] {
    let holding = tables.filter { $0.value[old] != nil && $0.value[new] == nil }.keys.sorted()
    for table in holding {
      let quote = { (name: String) in "\"" + name.replacing("\"", with: "\"\"") + "\"" }
      try queue.write { database in
        try database.execute(
          sql: "ALTER TABLE \(quote(table)) RENAME COLUMN \(quote(old)) TO \(quote(new))")
      }
      schema.withLock { schema in
        let type = schema.tables[table]?.removeValue(forKey: old)
        schema.tables[table]?[new] = type
      }
    }
    return holding
  }

  private static func values(
    of row: Row, _ columns: [SuiteQLTranslation.Column], _ calendar: AccountCalendar
  ) -> [NamedValue] {
    columns.enumerated().compactMap { index, column in
      let value: DatabaseValue = row[index]
      guard let text = SuiteQLFunctions.text(value) else { return nil }
      guard column.type == .date || column.type == .timestamp else {
        return NamedValue(column.name, text)
      }
      let wall = Timestamp(text).map(calendar.wallTime) ?? WallTime(text)
      return NamedValue(column.name, wall.map(calendar.dateFormat.text) ?? text)
    }
  }
}
