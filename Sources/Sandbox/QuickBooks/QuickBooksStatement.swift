internal import DealModel

/// A statement of QuickBooks' query language:
/// `SELECT * | count(*) | f, … FROM Entity [WHERE c AND …] [ORDERBY f [ASC|DESC]] [STARTPOSITION n]
/// [MAXRESULTS m]`.
struct QuickBooksStatement: Hashable, Sendable {
  enum Selection: Hashable, Sendable {
    case all
    case count
    case fields([String])
  }

  enum Comparator: String, Hashable, Sendable {
    case equal = "="
    case less = "<"
    case greater = ">"
    case atMost = "<="
    case atLeast = ">="
    case like = "LIKE"
    case among = "IN"
  }

  struct Condition: Hashable, Sendable {
    var field: String
    var comparator: Comparator
    /// One value, or those of a list.
    var values: [String]
  }

  var selection: Selection
  var entity: String
  var conditions: [Condition] = []
  var order: (field: String, isDescending: Bool)?
  var start = 1
  var count = 100

  static func == (left: Self, right: Self) -> Bool {
    left.selection == right.selection && left.entity == right.entity
      && left.conditions == right.conditions && left.start == right.start
      && left.count == right.count && left.order?.field == right.order?.field
      && left.order?.isDescending == right.order?.isDescending
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(entity)
    hasher.combine(conditions)
  }
}

/// Why a statement is refused, in the vendor's words.
struct QuickBooksQueryError: Error, Hashable {
  /// 4000: it cannot be parsed; 4001: it asks for what cannot be asked for.
  var code: String
  var detail: String

  static func parsing(_ detail: String) -> Self {
    Self(code: "4000", detail: "QueryParserError: \(detail)")
  }

  static func validation(_ detail: String) -> Self {
    Self(code: "4001", detail: "QueryValidationError: \(detail)")
  }
}

/// Parses statements.
struct QuickBooksParser {
  private enum Token: Hashable {
    case word(String)
    case text(String)
    case mark(String)
  }

  private var tokens: [Token] = []
  private var position = 0

  static func parse(_ text: String) throws(QuickBooksQueryError) -> QuickBooksStatement {
    var parser = QuickBooksParser()
    try parser.read(text)
    return try parser.statement()
  }

  // MARK: Words

  private mutating func read(_ text: String) throws(QuickBooksQueryError) {
    var rest = Array(text)[...]
    while let first = rest.first {
      if first.isWhitespace {
        rest.removeFirst()
      } else if first == "'" {
        rest.removeFirst()
        tokens.append(.text(try Self.quoted(&rest)))
      } else if "<>=".contains(first) {
        rest.removeFirst()
        let isDouble = first != "=" && rest.first == "="
        if isDouble { rest.removeFirst() }
        tokens.append(.mark(String(first) + (isDouble ? "=" : "")))
      } else if "(),*".contains(first) {
        rest.removeFirst()
        tokens.append(.mark(String(first)))
      } else if Self.isWord(first) {
        let word = rest.prefix { Self.isWord($0) }
        rest = rest.dropFirst(word.count)
        tokens.append(.word(String(word)))
      } else {
        throw .parsing("Encountered \" \"\(first)\" \"\" at line 1.")
      }
    }
  }

  private static func isWord(_ character: Character) -> Bool {
    character.isASCII
      && (character.isLetter || character.isNumber || "._-+:".contains(character))
  }

  private static func quoted(
    _ rest: inout ArraySlice<Character>
  ) throws(QuickBooksQueryError) -> String {
    var text = ""
    while let next = rest.popFirst() {
      if next == "'" { return text }
      if next == "\\", let escaped = rest.popFirst() {
        text.append(escaped)
      } else {
        text.append(next)
      }
    }
    throw .parsing("Lexical error at line 1. Encountered: <EOF> after : \"\"")
  }

  // MARK: Clauses

  private mutating func statement() throws(QuickBooksQueryError) -> QuickBooksStatement {
    try expect("SELECT")
    let selection = try selection()
    try expect("FROM")
    var statement = QuickBooksStatement(selection: selection, entity: try name())
    if take("WHERE") {
      repeat { statement.conditions.append(try condition()) } while take("AND")
    }
    if take("ORDERBY") || take("ORDER", "BY") {
      let field = try name()
      let isDescending = take("DESC")
      if !isDescending { _ = take("ASC") }
      statement.order = (field, isDescending)
    }
    if take("STARTPOSITION") { statement.start = try number() }
    if take("MAXRESULTS") { statement.count = try number() }
    if let left = tokens[position...].first { throw encountered(left) }
    return statement
  }

  private mutating func selection() throws(QuickBooksQueryError) -> QuickBooksStatement.Selection {
    if takeMark("*") { return .all }
    let first = try name()
    if first.lowercased() == "count", takeMark("(") {
      guard takeMark("*"), takeMark(")") else { throw atPosition }
      return .count
    }
    var fields = [first]
    while takeMark(",") { fields.append(try name()) }
    return .fields(fields)
  }

  private mutating func condition() throws(QuickBooksQueryError) -> QuickBooksStatement.Condition {
    let field = try name()
    if take("IN") {
      guard takeMark("(") else { throw atPosition }
      var values: [String] = []
      repeat { values.append(try value()) } while takeMark(",")
      guard takeMark(")") else { throw atPosition }
      return .init(field: field, comparator: .among, values: values)
    }
    if take("LIKE") { return .init(field: field, comparator: .like, values: [try value()]) }
    guard case .mark(let mark)? = peek,
      let comparator = QuickBooksStatement.Comparator(rawValue: mark)
    else { throw atPosition }
    position += 1
    return .init(field: field, comparator: comparator, values: [try value()])
  }

  private mutating func value() throws(QuickBooksQueryError) -> String {
    switch peek {
    case .text(let text)?:
      position += 1
      return text
    case .word(let word)? where ["true", "false"].contains(word.lowercased()):
      position += 1
      return word.lowercased()
    default: throw atPosition
    }
  }

  private mutating func name() throws(QuickBooksQueryError) -> String {
    guard case .word(let word)? = peek, word.first?.isLetter ?? false else { throw atPosition }
    position += 1
    return word
  }

  private mutating func number() throws(QuickBooksQueryError) -> Int {
    guard case .word(let word)? = peek, let number = Int(word), number > 0 else { throw atPosition }
    position += 1
    return number
  }

  private var peek: Token? { position < tokens.count ? tokens[position] : nil }

  private mutating func take(_ words: String...) -> Bool {
    guard position + words.count <= tokens.count else { return false }
    for (offset, word) in words.enumerated() {
      guard case .word(let found) = tokens[position + offset], found.uppercased() == word else {
        return false
      }
    }
    position += words.count
    return true
  }

  private mutating func takeMark(_ mark: String) -> Bool {
    guard peek == .mark(mark) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ word: String) throws(QuickBooksQueryError) {
    guard take(word) else { throw atPosition }
  }

  private var atPosition: QuickBooksQueryError {
    peek.map(encountered) ?? .parsing("Encountered \"<EOF>\" at line 1.")
  }

  private func encountered(_ token: Token) -> QuickBooksQueryError {
    switch token {
    case .word(let word), .mark(let word): .parsing("Encountered \" \"\(word)\" \"\" at line 1.")
    case .text(let text): .parsing("Encountered \" <STRING> \"'\(text)'\" \"\" at line 1.")
    }
  }
}
