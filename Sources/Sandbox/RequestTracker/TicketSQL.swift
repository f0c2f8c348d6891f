/// Why a search was not understood, in RT's words.
struct TicketSQLError: Error, Hashable, Sendable {
  let message: String
}

/// RT's query language: conditions such as `CF.{Deal ID} = 'BW-10001'`, joined by AND and OR, AND
/// before OR, and parentheses.
indirect enum TicketSQL: Hashable, Sendable {
  case condition(key: String, operation: String, value: String, isQuoted: Bool)
  case all([TicketSQL])
  case any([TicketSQL])

  /// - Throws: ``TicketSQLError``.
  init(_ text: String) throws(TicketSQLError) {
    var parser = TicketSQLParser(text)
    self = try parser.whole()
  }
}

private struct TicketSQLParser {
  private enum Token: Hashable {
    case word(String)
    case quoted(String)
    case operation(String)
    case open
    case close
  }

  private let text: String
  private var rest: Substring
  private var depth = 0

  init(_ text: String) {
    self.text = text
    rest = text[...]
  }

  mutating func whole() throws(TicketSQLError) -> TicketSQL {
    let query = try alternatives()
    skipSpaces()
    guard rest.isEmpty else { throw expecting("AGGREGATOR") }
    return query
  }

  private mutating func alternatives() throws(TicketSQLError) -> TicketSQL {
    var parts = [try conjunction()]
    while takes("OR") { parts.append(try conjunction()) }
    return parts.count == 1 ? parts[0] : .any(parts)
  }

  private mutating func conjunction() throws(TicketSQLError) -> TicketSQL {
    var parts = [try term()]
    while takes("AND") { parts.append(try term()) }
    return parts.count == 1 ? parts[0] : .all(parts)
  }

  private mutating func term() throws(TicketSQLError) -> TicketSQL {
    skipSpaces()
    if rest.first == "(" {
      rest.removeFirst()
      depth += 1
      guard depth <= 32 else { throw TicketSQLError(message: "Query parser is lost") }
      let inner = try alternatives()
      skipSpaces()
      guard rest.first == ")" else {
        throw TicketSQLError(message: "Incomplete query, 1 unclosed paren in '\(text)'")
      }
      rest.removeFirst()
      depth -= 1
      return inner
    }
    guard let (key, _) = operand() else { throw expecting("KEYWORD or OPEN_PAREN") }
    guard TicketSQLMatcher.knows(key) else {
      throw TicketSQLError(message: "Unknown field: \(key)")
    }
    guard let operation = operation() else { throw expecting("OPERATOR") }
    guard let (value, isQuoted) = operand() else { throw expecting("VALUE") }
    return .condition(key: key, operation: operation, value: value, isQuoted: isQuoted)
  }

  private func expecting(_ what: String) -> TicketSQLError {
    let done = text.prefix(upTo: rest.startIndex)
    return TicketSQLError(
      message:
        "Wrong query, expecting a \(what) in '\(done)>\(rest.prefix(1))<--here\(rest.dropFirst())'")
  }

  private mutating func skipSpaces() { rest = rest.drop { $0.isWhitespace } }

  /// Takes a word in any case, when it stands there alone.
  private mutating func takes(_ word: String) -> Bool {
    skipSpaces()
    guard rest.prefix(word.count).uppercased() == word else { return false }
    let after = rest.dropFirst(word.count)
    guard after.first.map({ $0.isWhitespace || $0 == "(" }) ?? true else { return false }
    rest = after
    return true
  }

  private mutating func operation() -> String? {
    skipSpaces()
    for symbol in [">=", "<=", "!=", "=", ">", "<"] where rest.hasPrefix(symbol) {
      rest = rest.dropFirst(symbol.count)
      return symbol
    }
    let isNegated = takes("NOT")
    for word in ["LIKE", "STARTSWITH", "ENDSWITH"] where takes(word) {
      return isNegated ? "NOT \(word)" : word
    }
    guard !isNegated, takes("IS") else { return nil }
    return takes("NOT") ? "IS NOT" : "IS"
  }

  /// A word, a custom field in braces, or a text in quotes; a backslash takes the next letter as it
  /// is.
  private mutating func operand() -> (String, isQuoted: Bool)? {
    skipSpaces()
    guard let first = rest.first else { return nil }
    if first == "'" || first == "\"" {
      var word = ""
      var body = rest.dropFirst()
      while let letter = body.popFirst() {
        if letter == first {
          rest = body
          return (word, true)
        }
        if letter == "\\", let next = body.popFirst() {
          word.append(next)
        } else {
          word.append(letter)
        }
      }
      return nil
    }
    if rest.prefix(4).uppercased() == "CF.{", let close = rest.firstIndex(of: "}") {
      let word = String(rest[...close])
      rest = rest[rest.index(after: close)...]
      return (word, false)
    }
    let word = rest.prefix { $0.isLetter || $0.isNumber || "_.-".contains($0) }
    guard !word.isEmpty else { return nil }
    rest = rest.dropFirst(word.count)
    return (String(word), false)
  }
}
