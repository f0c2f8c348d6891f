extension SuiteQLTranslator {
  mutating func call(
    _ name: String, _ arguments: [SuiteQLExpression], isDistinct: Bool
  ) throws(SuiteQLError) -> SuiteQLFragment {
    if name.hasPrefix("BUILTIN.") { return try builtin(name, arguments) }
    var fragments: [SuiteQLFragment] = []
    for argument in arguments { fragments.append(try fragment(argument)) }
    let emitted =
      aggregate(name, fragments, isDistinct: isDistinct) ?? nulls(name, fragments)
      ?? dates(name, fragments) ?? numbers(name, fragments) ?? texts(name, fragments)
    guard let emitted else {
      throw SuiteQLError("Search error occurred: Unsupported function or arguments: \(name).")
    }
    return emitted
  }

  private func aggregate(
    _ name: String, _ arguments: [SuiteQLFragment], isDistinct: Bool
  ) -> SuiteQLFragment? {
    guard arguments.count == 1, let argument = arguments.first else { return nil }
    let sql = (isDistinct ? "DISTINCT " : "") + argument.sql
    switch name {
    case "COUNT": return SuiteQLFragment("COUNT(\(sql))", .key)
    case "SUM": return SuiteQLFragment("suiteql_sum(\(sql))", .number)
    case "AVG": return SuiteQLFragment("suiteql_average(\(sql))", .number)
    case "MIN", "MAX":
      let own = name == "MIN" ? "suiteql_minimum" : "suiteql_maximum"
      let function = argument.type == .number ? own : name
      return SuiteQLFragment("\(function)(\(sql))", argument.type)
    default: return nil
    }
  }

  private func nulls(_ name: String, _ arguments: [SuiteQLFragment]) -> SuiteQLFragment? {
    let list = arguments.map(\.sql).joined(separator: ", ")
    let type = arguments.map(\.type).first { $0 != .unknown } ?? .unknown
    switch (name, arguments.count) {
    case ("NVL", 2), ("COALESCE", 2...): return SuiteQLFragment("coalesce(\(list))", type)
    case ("NVL2", 3):
      let (value, present, absent) = (arguments[0], arguments[1], arguments[2])
      return SuiteQLFragment(
        "(CASE WHEN \(value.sql) IS NOT NULL THEN \(present.sql) ELSE \(absent.sql) END)",
        present.type == .unknown ? absent.type : present.type)
    case ("NULLIF", 2):
      let same = comparison("=", arguments[0], arguments[1])
      return SuiteQLFragment("(CASE WHEN \(same) THEN NULL ELSE \(arguments[0].sql) END)", type)
    case ("DECODE", 3...):
      var sql = "CASE"
      var index = 1
      while index + 1 < arguments.count {
        let same = comparison("=", arguments[0], arguments[index])
        sql += " WHEN \(same) THEN \(arguments[index + 1].sql)"
        index += 2
      }
      if index < arguments.count { sql += " ELSE \(arguments[index].sql)" }
      return SuiteQLFragment("(\(sql) END)", arguments[2].type)
    default: return nil
    }
  }

  private func dates(_ name: String, _ arguments: [SuiteQLFragment]) -> SuiteQLFragment? {
    let isDate = arguments.first.map { $0.type == .date || $0.type == .timestamp } ?? false
    switch (name, arguments.count) {
    case ("SYSDATE", 0), ("SYSTIMESTAMP", 0): return SuiteQLFragment(literal(now), .date)
    case ("CURRENT_DATE", 0): return SuiteQLFragment("suiteql_day(\(literal(now)))", .date)
    case ("TO_CHAR", 1):
      return SuiteQLFragment(arguments[0].sql, isDate ? arguments[0].type : .text)
    case ("TO_CHAR", 2) where isDate:
      return SuiteQLFragment("suiteql_to_char(\(arguments[0].sql), \(arguments[1].sql))", .text)
    case ("TO_DATE", 2), ("TO_TIMESTAMP", 2):
      return SuiteQLFragment("suiteql_to_date(\(arguments[0].sql), \(arguments[1].sql))", .date)
    case ("SYS_EXTRACT_UTC", 1) where isDate:
      return SuiteQLFragment("suiteql_utc(\(arguments[0].sql))", .date)
    case ("TRUNC", 1) where isDate:
      return SuiteQLFragment("suiteql_day(\(arguments[0].sql))", .date)
    default: return nil
    }
  }

  private func numbers(_ name: String, _ arguments: [SuiteQLFragment]) -> SuiteQLFragment? {
    let list = arguments.map(\.sql).joined(separator: ", ")
    switch (name, arguments.count) {
    case ("ROUND", 1): return SuiteQLFragment("suiteql_round(\(list), '0')", .number)
    case ("ROUND", 2): return SuiteQLFragment("suiteql_round(\(list))", .number)
    case ("TRUNC", 1): return SuiteQLFragment("suiteql_truncate(\(list), '0')", .number)
    case ("TRUNC", 2): return SuiteQLFragment("suiteql_truncate(\(list))", .number)
    case ("ABS", 1): return SuiteQLFragment("suiteql_absolute(\(list))", .number)
    case ("SIGN", 1): return SuiteQLFragment("suiteql_sign(\(list))", .number)
    case ("TO_NUMBER", 1): return SuiteQLFragment("suiteql_number(\(list))", .number)
    case ("GREATEST", 2...): return SuiteQLFragment("suiteql_greatest(\(list))", arguments[0].type)
    case ("LEAST", 2...): return SuiteQLFragment("suiteql_least(\(list))", arguments[0].type)
    default: return nil
    }
  }

  private func texts(_ name: String, _ arguments: [SuiteQLFragment]) -> SuiteQLFragment? {
    let list = arguments.map(\.sql).joined(separator: ", ")
    switch (name, arguments.count) {
    case ("UPPER", 1), ("LOWER", 1):
      return SuiteQLFragment("suiteql_\(name.lowercased())(\(list))", .text)
    case ("CONCAT", 2): return SuiteQLFragment("suiteql_join(\(list))", .text)
    case ("TRIM", 1), ("LTRIM", 1...2), ("RTRIM", 1...2), ("REPLACE", 3):
      return SuiteQLFragment("nullif(\(name)(\(list)), '')", .text)
    case ("SUBSTR", 2...3): return SuiteQLFragment("nullif(substr(\(list)), '')", .text)
    case ("LENGTH", 1), ("INSTR", 2): return SuiteQLFragment("\(name)(\(list))", .key)
    default: return nil
    }
  }

  /// `BUILTIN.DF`, the label, and `BUILTIN.CF`, the full code of a status.
  private mutating func builtin(
    _ name: String, _ arguments: [SuiteQLExpression]
  ) throws(SuiteQLError) -> SuiteQLFragment {
    guard arguments.count == 1, case .column(let qualifier, let column) = arguments[0] else {
      throw SuiteQLError("Search error occurred: Unsupported function or arguments: \(name).")
    }
    let (scope, _) = try resolve(qualifier, column)
    let source = "\(quoted(scope.alias)).\(quoted(column))"
    var code = source
    if column == "status", scope.columns["type"] != nil {
      // A status is a letter of its type: only together do they say something.
      code = "(\(quoted(scope.alias)).\"type\" || ':' || \(source))"
    }
    switch name {
    case "BUILTIN.CF": return SuiteQLFragment(code, .text)
    case "BUILTIN.DF":
      let kind = SuiteQLSchema.referencedKind(of: column, in: scope.table)
      let lookup =
        kind.map {
          "SELECT label FROM suiteql_names WHERE kind = \(literal($0)) AND id = \(source)"
        }
          ?? """
          SELECT label FROM suiteql_labels WHERE tablename = \(literal(scope.table)) \
          AND columnname = \(literal(column)) AND value IN (\(code), \(source))
          """
      return SuiteQLFragment("coalesce((\(lookup)), \(source))", .text)
    default:
      throw SuiteQLError("Search error occurred: Unsupported function or arguments: \(name).")
    }
  }
}
