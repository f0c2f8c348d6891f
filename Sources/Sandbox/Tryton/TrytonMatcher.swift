internal import DealModel

/// Makes tests of records from domains, so that whatever is wrong with a domain is said before any
/// record is looked at.
///
/// Source: `convert_domain` in trytond's `model/fields/field.py`, `char.py`, `many2one.py` and
/// `one2many.py`; `SQL_OPERATORS`, with PostgreSQL's ways with null and `LIKE`.
struct TrytonMatcher {
  typealias Test = (JSONValue) -> Bool

  let store: TrytonStore

  func test(_ domain: TrytonDomain, of model: String) throws(TrytonFault) -> Test {
    switch domain {
    case .all(let parts):
      let tests = try tests(parts, of: model)
      return { record in tests.allSatisfy { $0(record) } }
    case .any(let parts):
      let tests = try tests(parts, of: model)
      return { record in tests.contains { $0(record) } }
    case .condition(let path, let operation, let value):
      return try test(path, operation, value, of: model)
    }
  }

  private func tests(
    _ domains: [TrytonDomain], of model: String
  ) throws(TrytonFault) -> [Test] {
    var tests: [Test] = []
    for domain in domains { tests.append(try test(domain, of: model)) }
    return tests
  }

  private func test(
    _ path: String, _ operation: String, _ value: JSONValue, of name: String
  ) throws(TrytonFault) -> Test {
    let model = try store.model(name)
    let parts = path.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let local = String(parts[0])
    guard let field = model.fields[local] else { throw .key(local) }
    guard field.isSearchable else {
      throw .exception(
        "Missing search function for field \"\(field.label)\" in \"\(model.label)\".")
    }
    if operation.hasSuffix("child_of") || operation.hasSuffix("parent_of") {
      throw .exception("\(operation) is not emulated")
    }
    if local == "rec_name" { return try names(model, operation, value) }
    var rest = parts.count > 1 ? String(parts[1]) : nil
    if rest == nil, field.type.target != nil, value.string != nil, !operation.hasSuffix("where") {
      rest = "rec_name"
    }
    switch field.type {
    case .many2one(let target):
      return try parent(field, target, rest, operation, value, of: name)
    case .related(let target, let owner, _):
      let links = Links(target: target, owner: owner, name: name)
      return try children(links, rest, operation, value)
    default:
      guard !operation.hasSuffix("where") else { throw .key(operation) }
      // What stands behind a plain field is passed over.
      let test = try comparison(field, operation, value)
      return { record in
        test(TrytonValue(stored: store.value(field, of: record, in: name), field.type))
      }
    }
  }

  /// A search by name looks into the fields that make it.
  private func names(
    _ model: TrytonModel, _ operation: String, _ value: JSONValue
  ) throws(TrytonFault) -> Test {
    let parts = model.names.map {
      TrytonDomain.condition(path: $0, operation: operation, value: value)
    }
    let isNegated = operation.hasPrefix("!") || operation.hasPrefix("not ")
    return try test(isNegated ? .all(parts) : .any(parts), of: model.name)
  }

  // MARK: Relations

  private func parent(
    _ field: TrytonField, _ target: String, _ rest: String?, _ operation: String,
    _ value: JSONValue, of name: String
  ) throws(TrytonFault) -> Test {
    func id(_ record: JSONValue) -> Int? { store.value(field, of: record, in: name).integer }
    if operation.hasSuffix("where") {
      let inner = try test(TrytonDomain(value, series: store.series), of: target)
      let isNegated = operation.hasPrefix("not ")
      return { record in
        guard let parent = store.record(target, id(record)) else { return false }
        return inner(parent) != isNegated
      }
    }
    guard let rest else {
      let test = try comparison(field, operation, value)
      return { record in
        test(TrytonValue(stored: store.value(field, of: record, in: name), field.type))
      }
    }
    let inner = try test(rest, operation, value, of: target)
    let hasNull = value.array?.contains(.null) ?? false
    let takesOrphans =
      operation.hasPrefix("not ") && !(operation == "not in" && hasNull)
      || operation == "!=" && !value.isNull
    return { record in
      guard let parent = store.record(target, id(record)) else { return takesOrphans }
      return inner(parent)
    }
  }

  /// Where the records stand that a field leads to.
  private struct Links {
    let target: String
    let owner: String
    let name: String
  }

  private func children(
    _ links: Links, _ rest: String?, _ operation: String, _ value: JSONValue
  ) throws(TrytonFault) -> Test {
    func children(_ record: JSONValue) -> [JSONValue] {
      store.related(
        links.target, by: links.owner, to: record["id"]?.integer ?? 0, of: links.name)
    }
    if operation.hasSuffix("where") {
      let inner = try test(TrytonDomain(value, series: store.series), of: links.target)
      let isNegated = operation.hasPrefix("not ")
      return { record in children(record).contains(where: inner) != isNegated }
    }
    guard rest == nil else {
      let inner = try test(rest ?? "", operation, value, of: links.target)
      return { record in children(record).contains(where: inner) }
    }
    if value.isNull {
      return { record in children(record).isEmpty == (operation == "=") }
    }
    let isNegated = operation == "!=" || operation.hasPrefix("not ")
    let plain = isNegated ? (operation == "!=" ? "=" : String(operation.dropFirst(4))) : operation
    let inner = try test("id", plain, value, of: links.target)
    return { record in children(record).contains(where: inner) != isNegated }
  }

  // MARK: Plain values

  private func comparison(
    _ field: TrytonField, _ operation: String, _ value: JSONValue
  ) throws(TrytonFault) -> (TrytonValue) -> Bool {
    // Since 7.6 a text that is not there is an empty one.
    let isEmptyText = store.series == .eight && field.type.isText && !field.isRequired
    func settled(_ value: TrytonValue) -> TrytonValue {
      isEmptyText && value == .null ? .text("") : value
    }
    switch operation {
    case "in", "not in":
      var asked: [TrytonValue] = []
      for element in try Self.elements(value) {
        asked.append(settled(try TrytonValue(asked: element, field.type)))
      }
      let wanted = Set(asked)
      if operation == "in" { return { wanted.contains(settled($0)) } }
      if wanted.isEmpty { return { _ in true } }
      return { there in
        let there = settled(there)
        return there != .null && !wanted.contains(there)
      }
    case "like", "not like", "ilike", "not ilike":
      guard let pattern = value.string else { return { _ in false } }
      let like = TrytonPattern(pattern, ignoresCase: operation.hasSuffix("ilike"))
      let isNegated = operation.hasPrefix("not ")
      return { there in
        guard case .text(let text) = settled(there) else { return false }
        return like.matches(text) != isNegated
      }
    default:
      let asked = settled(try TrytonValue(asked: value, field.type))
      return { Self.compare(settled($0), operation, asked) }
    }
  }

  /// The values of a list; a text is one of letters.
  private static func elements(_ value: JSONValue) throws(TrytonFault) -> [JSONValue] {
    if let elements = value.array { return elements }
    if let text = value.string { return text.map { .string(String($0)) } }
    let type = value.isNull ? "NoneType" : value.bool == nil ? "int" : "bool"
    throw .exception("'\(type)' object is not iterable")
  }

  private static func compare(
    _ there: TrytonValue, _ operation: String, _ asked: TrytonValue
  ) -> Bool {
    switch operation {
    case "=": there == asked
    case "!=": asked == .null ? there != .null : there != .null && there != asked
    case "<": there.isLess(than: asked) ?? false
    case ">": asked.isLess(than: there) ?? false
    case "<=": asked.isLess(than: there).map { !$0 } ?? false
    case ">=": there.isLess(than: asked).map { !$0 } ?? false
    default: false
    }
  }
}

/// A pattern of SQL's `LIKE`: `%` for any letters, `_` for one, a backslash takes the next letter as
/// it is.
struct TrytonPattern: Hashable, Sendable {
  private enum Token: Hashable, Sendable {
    case letter(Character)
    case one
    case any
  }

  private let tokens: [Token]
  private let ignoresCase: Bool

  init(_ pattern: String, ignoresCase: Bool) {
    self.ignoresCase = ignoresCase
    var tokens: [Token] = []
    var letters = (ignoresCase ? pattern.lowercased() : pattern)[...]
    while let letter = letters.popFirst() {
      switch letter {
      case "%": tokens.append(.any)
      case "_": tokens.append(.one)
      case "\\": tokens.append(.letter(letters.popFirst() ?? letter))
      default: tokens.append(.letter(letter))
      }
    }
    self.tokens = tokens
  }

  func matches(_ text: String) -> Bool {
    let letters = Array(ignoresCase ? text.lowercased() : text)
    // Where the rest of the text begins for which the rest of the pattern is still to be tried.
    var starts: Set<Int> = [0]
    for token in tokens {
      switch token {
      case .any:
        guard let first = starts.min() else { return false }
        starts = Set(first...letters.count)
      case .one: starts = Set(starts.filter { $0 < letters.count }.map { $0 + 1 })
      case .letter(let letter):
        starts = Set(
          starts.filter { $0 < letters.count && letters[$0] == letter }.map { $0 + 1 })
      }
    }
    return starts.contains(letters.count)
  }
}
