import DealModel

/// Turns a query into a test of issues and, where the index allows, into the few worth testing.
struct JQLPlanner {
  var fields: JiraFields
  var index: JiraIndex
  var dates: JQLDates
  /// Who asks: what `currentUser()` means.
  var accountID: String
  /// Whether a closed field may have a value of that name, in lower case: name, then field.
  var knowsName: (String, String) -> Bool
  /// Every issue there is, indexed or not, by key in lower case and by ID.
  var knowsIssue: (String) -> Bool

  /// A test, and the issues it can hold for.
  struct Plan {
    /// `nil` when any issue may match.
    var candidates: Set<String>?
    var matches: (JiraIssue) -> Bool
  }

  /// The issues of the index that a query asks for, in its order.
  func run(_ query: JQLQuery) throws(JQLError) -> [JiraIssue] {
    guard let condition = query.condition else {
      throw JQLError(
        "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."
      )
    }
    let plan = try plan(condition)
    let order = try JiraOrder(query.order, fields: fields)
    let found: [JiraIssue] =
      if let candidates = plan.candidates {
        candidates.compactMap { index.documents[$0] }.filter(plan.matches)
      } else {
        index.documents.values.filter(plan.matches)
      }
    return order.sorted(found)
  }

  /// A plan for a condition.
  ///
  /// `NOT` is pushed down to the clauses: like Jira, `NOT assignee = x` leaves out issues without
  /// an assignee.
  func plan(_ condition: JQLCondition, negated: Bool = false) throws(JQLError) -> Plan {
    switch condition {
    case .not(let inner): return try plan(inner, negated: !negated)
    case .clause(let clause): return try plan(negated ? clause.inverted : clause)
    case .and(let parts):
      return negated ? try anyOf(parts, negated) : try allOf(parts, negated)
    case .or(let parts):
      return negated ? try allOf(parts, negated) : try anyOf(parts, negated)
    }
  }

  private func allOf(_ parts: [JQLCondition], _ negated: Bool) throws(JQLError) -> Plan {
    var plans: [Plan] = []
    for part in parts { plans.append(try plan(part, negated: negated)) }
    let narrowest = plans.compactMap(\.candidates).min { $0.count < $1.count }
    return Plan(candidates: narrowest) { issue in plans.allSatisfy { $0.matches(issue) } }
  }

  private func anyOf(_ parts: [JQLCondition], _ negated: Bool) throws(JQLError) -> Plan {
    var plans: [Plan] = []
    for part in parts { plans.append(try plan(part, negated: negated)) }
    var union: Set<String>? = []
    for plan in plans {
      guard let candidates = plan.candidates else {
        union = nil
        break
      }
      union?.formUnion(candidates)
    }
    return Plan(candidates: union) { issue in plans.contains { $0.matches(issue) } }
  }

  private func plan(_ clause: JQLClause) throws(JQLError) -> Plan {
    let meant = try fields.fields(inClause: clause.field)
    var plans: [Plan] = []
    for field in meant {
      guard field.kind.takes(clause.comparison) else {
        throw JQLError(
          "The operator '\(clause.comparison.rawValue)' is not supported by the '\(clause.field)' "
            + "field.")
      }
      plans.append(try plan(clause, on: field))
    }
    guard plans.count > 1 else { return plans[0] }
    return Plan(candidates: nil) { issue in plans.contains { $0.matches(issue) } }
  }

  private func plan(_ clause: JQLClause, on field: JiraField) throws(JQLError) -> Plan {
    let hasValue: (JiraIssue) -> Bool = { Self.hasValue(field, in: $0) }
    switch clause.comparison {
    case .isEmpty: return Plan(candidates: nil) { !hasValue($0) }
    case .isNotEmpty: return Plan(candidates: nil, matches: hasValue)
    case .equal where clause.operand == .empty: return Plan(candidates: nil) { !hasValue($0) }
    case .notEqual where clause.operand == .empty:
      return Plan(candidates: nil, matches: hasValue)
    default: break
    }
    let positive =
      switch field.kind {
      case .text: try words(clause, on: field)
      case .number: try numbers(clause, on: field)
      case .date, .dateTime: try instants(clause, on: field)
      case .named, .labels, .issue: try names(clause, on: field)
      }
    guard clause.comparison.isNegative else { return positive }
    return Plan(candidates: nil) { hasValue($0) && !positive.matches($0) }
  }

  // MARK: Kinds of field

  private func words(_ clause: JQLClause, on field: JiraField) throws(JQLError) -> Plan {
    guard case .value(let text) = clause.operand else {
      throw JQLError(
        "The operator '\(clause.comparison.rawValue)' on the field '\(clause.field)' takes a text.")
    }
    let search = JiraTextSearch(text)
    guard !search.isEmpty else {
      throw JQLError(
        "The text query '\(text)' for field '\(clause.field)' is not allowed to be empty.")
    }
    let rarest = search.exactWords.compactMap { index.posting(field: field.id, term: $0) }
      .min { $0.count < $1.count }
    return Plan(candidates: rarest) { issue in
      JiraWords.plainText(of: issue.fields[field.id]).map(search.matches) ?? false
    }
  }

  private func names(_ clause: JQLClause, on field: JiraField) throws(JQLError) -> Plan {
    var wanted: Set<String> = []
    for operand in clause.operand.elements {
      switch operand {
      case .function(let name, _) where name.lowercased() == "currentuser":
        wanted.insert(accountID.lowercased())
      case .function(let name, _):
        throw JQLError("Unable to find JQL function '\(name)()'.")
      case .value(let text):
        let name = field.kind == .labels ? text : text.lowercased()
        if field.isClosed, !knowsName(name, field.id) {
          throw JQLError("The value '\(text)' does not exist for the field '\(clause.field)'.")
        }
        if field.kind == .issue, !knowsIssue(name) {
          throw JQLError("An issue with key '\(text)' does not exist for field '\(clause.field)'.")
        }
        wanted.insert(name)
      case .empty, .list:
        throw JQLError("The field '\(clause.field)' does not take that value in a list.")
      }
    }
    if [.less, .lessOrEqual, .greater, .greaterOrEqual].contains(clause.comparison) {
      return keys(clause, wanted)
    }
    let postings = wanted.map { index.posting(field: field.id, term: $0) }
    let candidates =
      postings.contains(nil)
      ? nil : postings.reduce(into: Set<String>()) { $0.formUnion($1 ?? []) }
    return Plan(candidates: candidates) { issue in
      JiraValues.names(of: field.id, in: issue).contains { wanted.contains($0) }
    }
  }

  /// Keys in order, within the project of the one compared with.
  private func keys(_ clause: JQLClause, _ wanted: Set<String>) -> Plan {
    func cut(_ key: String) -> (project: Substring, number: Int)? {
      guard let dash = key.lastIndex(of: "-"), let number = Int(key[key.index(after: dash)...])
      else { return nil }
      return (key[..<dash], number)
    }
    let bound = wanted.first.flatMap(cut)
    return Plan(candidates: nil) { issue in
      guard let bound, let key = cut(issue.key.lowercased()), key.project == bound.project else {
        return false
      }
      return clause.comparison.holds(key.number, bound.number)
    }
  }

  private func numbers(_ clause: JQLClause, on field: JiraField) throws(JQLError) -> Plan {
    var wanted: [ExactDecimal] = []
    for operand in clause.operand.elements {
      guard case .value(let text) = operand, let number = ExactDecimal(text) else {
        throw JQLError(
          "The value of the field '\(clause.field)' is not a number: '\(operand.words)'.")
      }
      wanted.append(number)
    }
    return Plan(candidates: nil) { issue in
      guard let number = issue.fields[field.id]?.decimal else { return false }
      return wanted.contains { clause.comparison.holds(number, $0) }
    }
  }

  private func instants(_ clause: JQLClause, on field: JiraField) throws(JQLError) -> Plan {
    var wanted: [Timestamp] = []
    for operand in clause.operand.elements {
      switch operand {
      case .value(let text):
        guard let instant = dates.instant(text) else {
          throw JQLError(
            "Date value '\(text)' for field '\(clause.field)' is invalid. Valid formats include: "
              + "'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period "
              + "format e.g. '-5d', '4w 2d'.")
        }
        wanted.append(instant)
      case .function(let name, let arguments):
        guard let instant = dates.instant(function: name, arguments) else {
          throw JQLError(
            "Unable to find JQL function '\(name)(\(arguments.joined(separator: ", ")))'.")
        }
        wanted.append(instant)
      case .empty, .list:
        throw JQLError("The field '\(clause.field)' does not take that value in a list.")
      }
    }
    let zone = dates.zone
    return Plan(candidates: nil) { issue in
      Self.instants(field, in: issue, zone).contains { instant in
        wanted.contains { clause.comparison.holds(instant, $0) }
      }
    }
  }

  private static func instants(
    _ field: JiraField, in issue: JiraIssue, _ zone: LocalZone
  ) -> [Timestamp] {
    if field.id == "worklogDate" {
      return (issue.fields["worklog"]?["worklogs"]?.array ?? []).compactMap { worklog in
        worklog["started"]?.string.flatMap { Timestamp($0) }
          .map { zone.instant(of: zone.date(of: $0)) }
      }
    }
    if field.id == "updated" { return issue.updatedAt.map { [$0] } ?? [] }
    guard let text = issue.fields[field.id]?.string else { return [] }
    let instant =
      field.kind == .date ? CalendarDate(text).map { zone.instant(of: $0) } : Timestamp(text)
    return instant.map { [$0] } ?? []
  }

  private static func hasValue(_ field: JiraField, in issue: JiraIssue) -> Bool {
    switch field.id {
    case "issuekey", "project": return true
    case "statusCategory": return issue.fields["status"]?["statusCategory"] != nil
    case "worklogDate", "worklogAuthor":
      return issue.fields["worklog"]?["worklogs"]?.array?.isEmpty == false
    default: break
    }
    switch issue.fields[field.id] {
    case nil, .null?: return false
    case .array(let values)?: return !values.isEmpty
    case .string(let text)?: return !text.isEmpty
    default: return true
    }
  }
}

extension JQLClause {
  /// The clause that `NOT` makes of it.
  fileprivate var inverted: JQLClause {
    let comparison: JQLComparison =
      switch self.comparison {
      case .equal: .notEqual
      case .notEqual: .equal
      case .contains: .notContains
      case .notContains: .contains
      case .less: .greaterOrEqual
      case .lessOrEqual: .greater
      case .greater: .lessOrEqual
      case .greaterOrEqual: .less
      case .isIn: .notIn
      case .notIn: .isIn
      case .isEmpty: .isNotEmpty
      case .isNotEmpty: .isEmpty
      }
    return JQLClause(field: field, comparison: comparison, operand: operand)
  }
}

extension JQLOperand {
  /// The values of a list, or the one value.
  fileprivate var elements: [JQLOperand] {
    if case .list(let values) = self { values } else { [self] }
  }

  fileprivate var words: String {
    switch self {
    case .value(let text): text
    case .function(let name, _): name + "()"
    case .empty: "EMPTY"
    case .list: "a list"
    }
  }
}

extension JQLComparison {
  /// Whether the comparison, its negation left aside, holds between two values.
  fileprivate func holds<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
    switch self {
    case .less: left < right
    case .lessOrEqual: left <= right
    case .greater: left > right
    case .greaterOrEqual: left >= right
    default: left == right
    }
  }
}
