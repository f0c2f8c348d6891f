/// A statement in SQLite's dialect, and what its columns are.
struct SuiteQLTranslation: Hashable {
  var sql: String
  var columns: [Column]

  /// One column of the result.
  struct Column: Hashable {
    /// The name in lower case.
    var name: String
    var type: SuiteQLType
  }
}

/// Turns SuiteQL into the SQLite statement that gives the same rows.
///
/// Every name is looked up in the account's schema, so that an unknown column is refused with
/// NetSuite's words, and types are followed through expressions, so that amounts are compared and
/// added exactly and instants with days by the account's clocks.
struct SuiteQLTranslator {
  let schema: SuiteQLSchema
  /// What the account's clocks show now, `2026-11-20 11:21:00`.
  let now: String
  /// The sources in sight, the innermost statement last.
  var scopes: [[Scope]] = []

  /// A source by its alias.
  struct Scope {
    var alias: String
    /// The table; the alias again for a statement in brackets.
    var table: String
    var columns: [String: SuiteQLType]
    /// The columns in the order of the statement; `nil` for a table.
    var order: [String]?
  }

  init(schema: SuiteQLSchema, now: String) {
    self.schema = schema
    self.now = now
  }

  mutating func translate(_ query: SuiteQLQuery) throws(SuiteQLError) -> SuiteQLTranslation {
    var sql = ""
    var columns: [SuiteQLTranslation.Column] = []
    for (index, select) in query.selects.enumerated() {
      scopes.append([])
      let isLast = index == query.selects.count - 1
      let part: SuiteQLTranslation
      do throws(SuiteQLError) {
        part = try translate(select)
        sql += (index == 0 ? "" : " \(query.operators[index - 1]) ") + part.sql
        if index == 0 { columns = part.columns }
        guard part.columns.count == columns.count else { throw SuiteQLError.unsupported }
        if isLast, !query.order.isEmpty {
          sql += " ORDER BY " + (try order(query, columns)).joined(separator: ", ")
        }
      } catch {
        scopes.removeLast()
        throw error
      }
      scopes.removeLast()
    }
    let limits = [query.limit, query.selects.count == 1 ? query.selects[0].top : nil]
    if let limit = limits.compactMap({ $0 }).min() { sql += " LIMIT \(limit)" }
    return SuiteQLTranslation(sql: sql, columns: columns)
  }

  private mutating func order(
    _ query: SuiteQLQuery, _ columns: [SuiteQLTranslation.Column]
  ) throws(SuiteQLError) -> [String] {
    var terms: [String] = []
    for term in query.order {
      var emitted: SuiteQLFragment
      if case .number(let text) = term.expression {
        guard let index = Int(text), columns.indices.contains(index - 1) else {
          throw SuiteQLError.unsupported
        }
        emitted = SuiteQLFragment(text, columns[index - 1].type)
      } else if case .column(nil, let name) = term.expression,
        let column = columns.first(where: { $0.name == name })
      {
        emitted = SuiteQLFragment(quoted(name), column.type)
      } else {
        emitted = try fragment(term.expression)
      }
      if emitted.type == .number { emitted.sql += " COLLATE suiteql_number" }
      // Oracle puts nulls last going up and first going down, SQLite the other way round.
      let nullsFirst = term.nullsFirst ?? term.isDescending
      terms.append(
        emitted.sql + (term.isDescending ? " DESC" : " ASC")
          + (nullsFirst ? " NULLS FIRST" : " NULLS LAST"))
    }
    return terms
  }

  private mutating func translate(
    _ select: SuiteQLSelect
  ) throws(SuiteQLError) -> SuiteQLTranslation {
    try select.checkGrouping()
    var from = ""
    for source in select.sources {
      let (rows, scope) = try translate(source)
      guard !scopes[scopes.count - 1].contains(where: { $0.alias == scope.alias }) else {
        throw SuiteQLError.unsupported
      }
      scopes[scopes.count - 1].append(scope)
      from += source.join.isEmpty || source.join == "," ? source.join : " \(source.join)"
      from += " \(rows) AS \(quoted(scope.alias))"
      if let condition = source.condition { from += " ON " + (try fragment(condition)).sql }
    }
    var selected: [String] = []
    var columns: [SuiteQLTranslation.Column] = []
    for column in select.columns {
      for (sql, described) in try translate(column, number: columns.count + 1)
      where !columns.contains(where: { $0.name == described.name }) {
        selected.append("\(sql) AS \(quoted(described.name))")
        columns.append(described)
      }
    }
    var sql = "SELECT " + (select.isDistinct ? "DISTINCT " : "") + selected.joined(separator: ", ")
    sql += " FROM" + from
    if let filter = select.filter { sql += " WHERE " + (try fragment(filter)).sql }
    if !select.groups.isEmpty {
      var groups: [String] = []
      for group in select.groups { groups.append((try fragment(group)).sql) }
      sql += " GROUP BY " + groups.joined(separator: ", ")
    }
    if let filter = select.groupFilter { sql += " HAVING " + (try fragment(filter)).sql }
    return SuiteQLTranslation(sql: sql, columns: columns)
  }

  private mutating func translate(
    _ source: SuiteQLSelect.Source
  ) throws(SuiteQLError) -> (String, Scope) {
    switch source.rows {
    case .dual:
      return ("(SELECT 1)", Scope(alias: source.alias, table: "dual", columns: [:], order: []))
    case .table(let name):
      guard let columns = schema.tables[name] else {
        throw SuiteQLError("Search error occurred: Record '\(name)' was not found.")
      }
      return (quoted(name), Scope(alias: source.alias, table: name, columns: columns))
    case .query(let query):
      let inner = try translate(query)
      let columns = Dictionary(
        inner.columns.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
      return (
        "(\(inner.sql))",
        Scope(
          alias: source.alias, table: source.alias, columns: columns,
          order: inner.columns.map(\.name))
      )
    }
  }

  private mutating func translate(
    _ column: SuiteQLSelect.Column, number: Int
  ) throws(SuiteQLError) -> [(String, SuiteQLTranslation.Column)] {
    switch column {
    case .expression(let expression, let name):
      let emitted = try fragment(expression)
      var given = name ?? "expr\(number)"
      if name == nil, case .column(_, let column) = expression { given = column }
      return [(emitted.sql, .init(name: given, type: emitted.type))]
    case .all(let qualifier):
      let scopes = (scopes.last ?? []).filter { qualifier == nil || $0.alias == qualifier }
      // NetSuite answers SELECT * on transactions with an error or not at all.
      guard !scopes.isEmpty, !scopes.contains(where: { $0.table == "transaction" }) else {
        throw SuiteQLError.unsupported
      }
      return scopes.flatMap { scope in
        (scope.order ?? scope.columns.keys.sorted()).map { name in
          (
            "\(quoted(scope.alias)).\(quoted(name))",
            SuiteQLTranslation.Column(name: name, type: scope.columns[name] ?? .text)
          )
        }
      }
    }
  }

  /// The scope and type of a column, searched from the innermost statement outwards.
  func resolve(
    _ qualifier: String?, _ name: String
  ) throws(SuiteQLError) -> (scope: Scope, type: SuiteQLType) {
    for scopes in scopes.reversed() {
      for scope in scopes where qualifier == nil || scope.alias == qualifier {
        if let type = scope.columns[name] { return (scope, type) }
      }
    }
    let available = (scopes.last ?? []).map { "\($0.alias)=\($0.table)" }.joined(separator: ", ")
    throw SuiteQLError(
      "Search error occurred: Unknown identifier '\(name)'. Available identifiers are: {\(available)}."
    )
  }

  func quoted(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }
}

/// A piece of a SQLite statement with its type.
struct SuiteQLFragment {
  var sql: String
  var type: SuiteQLType
  /// Whether it is a bare column, which lends its affinity to what it is compared with.
  var isColumn = false

  init(_ sql: String, _ type: SuiteQLType, isColumn: Bool = false) {
    self.sql = sql
    self.type = type
    self.isColumn = isColumn
  }
}
