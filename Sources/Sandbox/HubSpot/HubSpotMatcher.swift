import DealModel

/// A value in the order search compares it by.
enum HubSpotKey: Comparable {
  case number(ExactDecimal)
  case time(Timestamp)
  case text(String)
}

/// One filter, made ready for one table: what it tests, and which index narrows it down.
struct HubSpotMatcher {
  /// What an index can say about the records that pass.
  enum Hint {
    /// Their IDs are greater than the first number and at most the second.
    case identifiers(after: Int64, through: Int64)
    /// They were modified no earlier than that.
    case modified(since: Timestamp)
    /// Their value in that column is one of those, compared without regard to case.
    case values(column: Int, among: [String])
    /// Nothing.
    case none
  }

  /// What a record is tested for.
  private enum Test {
    /// Its ID is one of those.
    case identifiers(Set<String>)
    /// It has a value in that column, or has none.
    case presence(column: Int, wanted: Bool)
    /// The words of its value contain those, or do not.
    case words(column: Int, HubSpotTokens, wanted: Bool)
    /// Its text is one of those, or none of them.
    case texts(HubSpotKeyReader, Set<String>, wanted: Bool)
    /// Its number or instant is one of those, or none of them.
    case keys(HubSpotKeyReader, [HubSpotKey], wanted: Bool)
    /// It compares so with the first bound, or lies between both.
    case comparison(HubSpotKeyReader, HubSpotQuery.Filter.Operator, HubSpotKey, HubSpotKey)
  }

  let hint: Hint
  private let test: Test

  /// Whether the hint is the whole test, so that records need not be looked at.
  var isCoveredByHint: Bool { if case .identifiers = hint { true } else { false } }

  /// - Throws: 400 when the property does not exist, or the value is not of its type.
  init(
    _ filter: HubSpotQuery.Filter, in table: HubSpotTable,
    associated: (String, [String]) -> Set<String>?
  ) throws(HubSpotFailure) {
    if filter.property.hasPrefix("associations.") {
      let type = String(filter.property.dropFirst("associations.".count))
      guard filter.comparison == .eq || filter.comparison == .isIn,
        let ids = associated(type, filter.values)
      else { throw .invalid("\(filter.property) takes EQ or IN", property: filter.property) }
      test = .identifiers(ids)
      hint = .none
      return
    }
    guard let column = table.columns[filter.property] else {
      throw .unknownProperty(filter.property)
    }
    let reader = HubSpotKeyReader(table: table, column: column)
    switch filter.comparison {
    case .has, .hasNot:
      test = .presence(column: column, wanted: filter.comparison == .has)
      hint = .none
    case .contains, .containsNot:
      let tokens = HubSpotTokens(filter.values.first ?? "")
      test = .words(column: column, tokens, wanted: filter.comparison == .contains)
      hint = .none
    case .isIn, .notIn:
      let wanted = filter.comparison == .isIn
      if reader.isText {
        // On strings the stored value is put in lower case and the given ones are not, as in
        // HubSpot: a value given with a capital letter matches nothing.
        test = .texts(reader, Set(filter.values), wanted: wanted)
        let lowercased = filter.values.map { $0.lowercased() }
        hint = wanted ? .values(column: column, among: lowercased) : .none
      } else {
        var keys: [HubSpotKey] = []
        for value in filter.values { keys.append(try reader.key(of: value, in: filter)) }
        test = .keys(reader, keys, wanted: wanted)
        hint = .none
      }
    default:
      let low = try reader.key(of: filter.values.first ?? "", in: filter)
      var high = low
      if let highValue = filter.highValue { high = try reader.key(of: highValue, in: filter) }
      test = .comparison(reader, filter.comparison, low, high)
      hint = Self.hint(filter.comparison, column, low, reader)
    }
  }

  /// Whether a record has what the filter asks for. An empty value passes only `NOT_HAS_PROPERTY`.
  func passes(_ record: HubSpotRecord) -> Bool {
    switch test {
    case .identifiers(let ids): return ids.contains(record.id)
    case .presence(let column, let wanted): return !(record[column] ?? "").isEmpty == wanted
    case .words(let column, let tokens, let wanted):
      guard let value = record[column], !value.isEmpty else { return false }
      return tokens.match(value) == wanted
    case .texts(let reader, let texts, let wanted):
      guard case .text(let text) = reader.key(of: record) else { return false }
      return texts.contains(text) == wanted
    case .keys(let reader, let keys, let wanted):
      guard let key = reader.key(of: record) else { return false }
      return keys.contains(key) == wanted
    case .comparison(let reader, let comparison, let low, let high):
      guard let key = reader.key(of: record) else { return false }
      switch comparison {
      case .lt: return key < low
      case .lte: return key <= low
      case .gt: return key > low
      case .gte: return key >= low
      case .eq: return key == low
      case .neq: return key != low
      default: return key >= low && key <= high
      }
    }
  }

  private static func hint(
    _ comparison: HubSpotQuery.Filter.Operator, _ column: Int, _ bound: HubSpotKey,
    _ reader: HubSpotKeyReader
  ) -> Hint {
    switch (reader.source, bound, comparison) {
    case (.identifier, .number(let number), .gt), (.identifier, .number(let number), .gte),
      (.identifier, .number(let number), .eq):
      guard number.scale == 0, let whole = Int64(exactly: number.coefficient), whole > 0 else {
        return .none
      }
      switch comparison {
      case .gt: return .identifiers(after: whole, through: .max)
      case .gte: return .identifiers(after: whole - 1, through: .max)
      default: return .identifiers(after: whole - 1, through: whole)
      }
    case (.modified, .time(let instant), .gt), (.modified, .time(let instant), .gte),
      (.modified, .time(let instant), .eq), (.modified, .time(let instant), .between):
      return .modified(since: instant)
    case (.value, .text(let text), .eq):
      return .values(column: column, among: [text.lowercased()])
    default: return .none
    }
  }
}

/// Reads the comparable value of one property from records.
struct HubSpotKeyReader {
  enum Source { case identifier, created, modified, value }

  let source: Source
  private let column: Int
  private let comparison: HubSpotProperty.Comparison

  init(table: HubSpotTable, column: Int) {
    self.column = column
    comparison = table.properties[column].comparison
    source =
      switch table.properties[column].name {
      case "hs_object_id": .identifier
      case "createdate": .created
      case table.type.modificationProperty: .modified
      default: .value
      }
  }

  /// Whether values are compared as texts.
  var isText: Bool {
    source == .value && (comparison == .exact || comparison == .ignoringCase)
  }

  /// The value of a record; `nil` when it is empty, or not of its type.
  func key(of record: HubSpotRecord) -> HubSpotKey? {
    switch source {
    case .identifier: return .number(ExactDecimal(Int(record.number)))
    case .created: return .time(record.created)
    case .modified: return .time(record.modified)
    case .value:
      guard let value = record[column], !value.isEmpty else { return nil }
      return key(of: value)
    }
  }

  /// The value a filter gives.
  ///
  /// - Throws: 400 when it is not of the property's type.
  func key(
    of value: String, in filter: HubSpotQuery.Filter
  ) throws(HubSpotFailure) -> HubSpotKey {
    guard let key = key(of: value) else {
      throw .invalid(
        "the value given for \(filter.property) is not of its type", code: "INVALID_VALUE",
        property: filter.property)
    }
    return key
  }

  private func key(of value: String) -> HubSpotKey? {
    if source == .identifier { return ExactDecimal(value).map { .number($0) } }
    if source != .value { return HubSpotProperty.instant(value).map { .time($0) } }
    switch comparison {
    case .number: return ExactDecimal(value).map { .number($0) }
    case .time: return HubSpotProperty.instant(value).map { .time($0) }
    case .exact: return .text(value)
    case .ignoringCase: return .text(value.lowercased())
    }
  }
}

/// The words of a `CONTAINS_TOKEN` value or of a `query`, `*` standing for any letters.
struct HubSpotTokens {
  private let patterns: [[Character]]

  /// - Parameter asPrefixes: Each word may go on, as in `query`.
  init(_ text: String, asPrefixes: Bool = false) {
    patterns = Self.words(text, keeping: "*").map { Array($0) + (asPrefixes ? ["*"] : []) }
  }

  /// Whether every word occurs among the words of a value.
  func match(_ value: String) -> Bool {
    let words = Self.words(value, keeping: nil).map { Array($0) }
    return patterns.allSatisfy { pattern in
      words.contains { Self.matches(pattern[...], $0[...]) }
    }
  }

  private static func words(_ text: String, keeping extra: Character?) -> [Substring] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != extra }
  }

  private static func matches(
    _ pattern: ArraySlice<Character>, _ word: ArraySlice<Character>
  ) -> Bool {
    // Greedy with one step back to the last star: linear enough for words.
    var pattern = pattern
    var word = word
    var retry: (pattern: ArraySlice<Character>, word: ArraySlice<Character>)?
    while true {
      if pattern.first == "*" {
        pattern = pattern.dropFirst()
        retry = (pattern, word)
      } else if let letter = word.first, pattern.first == letter {
        pattern = pattern.dropFirst()
        word = word.dropFirst()
      } else if word.isEmpty, pattern.isEmpty {
        return true
      } else if let last = retry, !last.word.isEmpty {
        retry = (last.pattern, last.word.dropFirst())
        pattern = last.pattern
        word = last.word.dropFirst()
      } else {
        return false
      }
    }
  }
}
