/// A statement of the configuration, taken apart at its placeholders.
///
/// A placeholder is `:name` outside of strings, quoted names and comments. Values never become part of
/// the text: each placeholder turns into as many question marks as it has values.
struct ODBCStatement: Hashable, Sendable {
  /// What a statement may ask for.
  enum Placeholder: String, CaseIterable, Hashable, Sendable {
    /// The batch of deal IDs: `deal_id IN (:ids)`.
    case ids
    /// One record's ID.
    case id
    /// The number a person typed.
    case text
    /// An instant, written in the configured zone.
    case since
    /// The position of the last row of the page before; NULL for the first page.
    case after
    /// The most rows of a page.
    case limit
  }

  private enum Piece: Hashable, Sendable {
    case words(String)
    case placeholder(Placeholder)
  }

  /// The setting it stands in: `records.invoices`.
  let setting: String
  private let pieces: [Piece]
  /// The placeholders it has.
  let placeholders: Set<Placeholder>

  /// Takes a statement apart.
  ///
  /// - Parameters:
  ///   - required: Placeholders it must have.
  ///   - optional: Further ones it may have.
  /// - Throws: ``ODBCStatementError`` for anything but one reading statement.
  init(
    _ text: String, setting: String, required: Set<Placeholder>, optional: Set<Placeholder> = []
  ) throws(ODBCStatementError) {
    self.setting = setting
    var scanner = SQLScanner(text)
    var pieces: [Piece] = []
    var found: Set<Placeholder> = []
    while let token = scanner.next() {
      switch token {
      case .words(let words): pieces.append(.words(words))
      case .questionMark:
        throw ODBCStatementError(
          "holds a `?`, which is written for it. Use the placeholders "
            + Self.list(required.union(optional)))
      case .separator:
        throw ODBCStatementError("holds more than one statement. Keep one, without `;`")
      case .name(let name):
        guard let placeholder = Placeholder(rawValue: name),
          required.contains(placeholder) || optional.contains(placeholder)
        else {
          throw ODBCStatementError(
            "holds the placeholder :\(name), which it cannot have. Use "
              + Self.list(required.union(optional)))
        }
        pieces.append(.placeholder(placeholder))
        found.insert(placeholder)
      }
    }
    guard scanner.isClosed else {
      throw ODBCStatementError("holds a string, a name or a comment that does not end")
    }
    guard ["SELECT", "WITH", "VALUES", "TABLE"].contains(scanner.firstWord) else {
      throw ODBCStatementError("does not begin with SELECT or WITH. Plumbline only reads")
    }
    let missing = required.subtracting(found)
    guard missing.isEmpty else {
      throw ODBCStatementError("lacks \(Self.list(missing))")
    }
    self.pieces = pieces
    placeholders = found
  }

  /// The statement with these values bound; a placeholder without a value is NULL.
  func bound(_ values: [Placeholder: [BoundStatement.Parameter]]) -> BoundStatement {
    var bound = BoundStatement(sql: "", parameters: [])
    for piece in pieces {
      switch piece {
      case .words(let words): bound.sql += words
      case .placeholder(let placeholder):
        let given = values[placeholder, default: [.null]]
        bound.sql += repeatElement("?", count: given.count).joined(separator: ", ")
        bound.parameters += given
      }
    }
    return bound
  }

  private static func list(_ placeholders: Set<Placeholder>) -> String {
    let names = placeholders.map { ":\($0.rawValue)" }.sorted()
    return names.isEmpty ? "no placeholder" : names.joined(separator: ", ")
  }
}

/// Why a text is no statement that can be used, to follow the name of its setting; no full stop.
struct ODBCStatementError: Error, Hashable, Sendable {
  let reason: String

  init(_ reason: String) { self.reason = reason }
}

/// Walks over SQL far enough to tell placeholders from strings, names and comments.
struct SQLScanner {
  enum Token: Hashable {
    case words(String)
    /// A placeholder's name.
    case name(String)
    case questionMark
    /// A `;` that something follows.
    case separator
  }

  private let text: [Character]
  private var position = 0
  private(set) var isClosed = true
  /// The first word in upper case, opening brackets and comments passed over.
  private(set) var firstWord = ""

  init(_ text: String) { self.text = Array(text) }

  mutating func next() -> Token? {
    var words = ""
    while position < text.count {
      let character = text[position]
      switch character {
      case "'", "\"", "`": words += quoted(by: character)
      case "-" where peek(1) == "-": skip { $0.isNewline }
      case "/" where peek(1) == "*":
        skipComment()
        words.append(" ")
      case "$" where dollarTag != nil: words += dollarQuoted()
      case ":" where peek(1) == ":":
        words += "::"
        position += 2
      case ":" where peek(1)?.isLetter == true:
        if !words.isEmpty { return .words(words) }
        return .name(takeName())
      case "?", ";":
        if !words.isEmpty { return .words(words) }
        position += 1
        if character == "?" { return .questionMark }
        return isAtEnd ? nil : .separator
      default:
        note(character)
        words.append(character)
        position += 1
      }
    }
    return words.isEmpty ? nil : .words(words)
  }

  private var isWordOver = false

  private mutating func note(_ character: Character) {
    guard !isWordOver else { return }
    if character.isLetter || character == "_" {
      firstWord += character.uppercased()
    } else if !firstWord.isEmpty || !(character.isWhitespace || character == "(") {
      isWordOver = true
    }
  }

  private func peek(_ offset: Int) -> Character? {
    position + offset < text.count ? text[position + offset] : nil
  }

  /// Whether only space and comments are left.
  private var isAtEnd: Bool {
    var rest = self
    while rest.position < text.count {
      if text[rest.position] == "-", rest.peek(1) == "-" {
        rest.skip { $0.isNewline }
      } else if text[rest.position] == "/", rest.peek(1) == "*" {
        rest.skipComment()
      } else if text[rest.position].isWhitespace {
        rest.position += 1
      } else {
        return false
      }
    }
    return true
  }

  private mutating func takeName() -> String {
    position += 1
    var name = ""
    while let character = peek(0), character.isLetter || character.isNumber || character == "_" {
      name.append(character)
      position += 1
    }
    return name
  }

  /// A string or a quoted name; a doubled quote inside is part of it.
  private mutating func quoted(by quote: Character) -> String {
    isWordOver = true
    var words = String(quote)
    position += 1
    while let character = peek(0) {
      words.append(character)
      position += 1
      if character == quote { return words }
    }
    isClosed = false
    return words
  }

  private mutating func skip(until isEnd: (Character) -> Bool) {
    while let character = peek(0), !isEnd(character) { position += 1 }
  }

  private mutating func skipComment() {
    position += 2
    while let character = peek(0) {
      if character == "*", peek(1) == "/" {
        position += 2
        return
      }
      position += 1
    }
    isClosed = false
  }

  /// PostgreSQL's `$$` or `$tag$` that begins here; `nil` for any other dollar.
  private var dollarTag: String? {
    var end = position + 1
    while end < text.count, text[end].isLetter || text[end] == "_" { end += 1 }
    return end < text.count && text[end] == "$" ? String(text[position...end]) : nil
  }

  private mutating func dollarQuoted() -> String {
    guard let tag = dollarTag.map(Array.init) else { return "" }
    isWordOver = true
    var end = position + tag.count
    while end + tag.count <= text.count {
      if Array(text[end..<end + tag.count]) == tag {
        let words = String(text[position..<end + tag.count])
        position = end + tag.count
        return words
      }
      end += 1
    }
    isClosed = false
    position = text.count
    return ""
  }
}
