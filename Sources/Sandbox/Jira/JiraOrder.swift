import DealModel

/// The order of a query's answers: the fields asked for, then the newest issue first.
struct JiraOrder {
  private let terms: [(field: JiraField, isDescending: Bool)]

  init(_ order: [JQLOrder], fields: JiraFields) throws(JQLError) {
    var terms: [(JiraField, Bool)] = []
    for entry in order {
      let meant = try fields.fields(inClause: entry.field)
      if let field = meant.first { terms.append((field, entry.isDescending)) }
    }
    self.terms = terms
  }

  /// A value to sort by; issues without one come last, whichever the direction.
  private enum Key: Comparable {
    case number(ExactDecimal)
    case instant(Timestamp)
    case key(String, Int)
    case text(String)
  }

  func sorted(_ issues: [JiraIssue]) -> [JiraIssue] {
    // Keys are made once per issue, not once per comparison.
    let keyed = issues.map { issue in (issue, terms.map { Self.key($0.field, of: issue) }) }
    return keyed.sorted { left, right in
      for (index, term) in terms.enumerated() {
        switch (left.1[index], right.1[index]) {
        case (nil, nil): continue
        case (nil, _): return false
        case (_, nil): return true
        case (let first?, let second?):
          if first == second { continue }
          return term.isDescending ? second < first : first < second
        }
      }
      return left.0.number > right.0.number
    }.map(\.0)
  }

  private static func key(_ field: JiraField, of issue: JiraIssue) -> Key? {
    switch field.kind {
    case .number: return issue.fields[field.id]?.decimal.map(Key.number)
    case .date, .dateTime:
      guard let text = issue.fields[field.id]?.string else { return nil }
      return (CalendarDate(text).map { Timestamp(startOf: $0) } ?? Timestamp(text))
        .map(Key.instant)
    case .issue:
      let key = field.id == "parent" ? issue.fields["parent"]?["key"]?.string : issue.key
      guard let key, let dash = key.lastIndex(of: "-") else { return nil }
      return .key(String(key[..<dash]), Int(key[key.index(after: dash)...]) ?? 0)
    case .text:
      return JiraWords.plainText(of: issue.fields[field.id]).map { .text($0.lowercased()) }
    case .named, .labels:
      return JiraValues.names(of: field.id, in: issue).last.map(Key.text)
    }
  }
}
