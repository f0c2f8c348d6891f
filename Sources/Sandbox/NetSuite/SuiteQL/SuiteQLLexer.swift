/// One word or sign of a SuiteQL statement.
enum SuiteQLToken: Hashable {
  /// An identifier or keyword, as written.
  case word(String)
  /// An identifier in double quotes.
  case quoted(String)
  /// A string in single quotes.
  case string(String)
  /// A number, as written.
  case number(String)
  /// An operator or a punctuation mark.
  case sign(String)
  /// `?`
  case parameter
  /// The end of the statement.
  case end
}

/// Why a statement was refused, in NetSuite's words.
struct SuiteQLError: Error, Hashable {
  /// What follows "Detailed unprocessed description follows.".
  let detail: String

  init(_ detail: String) { self.detail = detail }

  /// Words the grammar does not have.
  static let unsupported = SuiteQLError("Search error occurred: Invalid or unsupported search.")

  /// A statement the grammar does not have, with the place.
  static func syntax(near text: String) -> SuiteQLError {
    SuiteQLError("Search error occurred: Invalid or unsupported search near '\(text)'.")
  }
}

/// Cuts a SuiteQL statement into words and signs.
struct SuiteQLLexer {
  private let scalars: [Unicode.Scalar]
  private var position = 0

  init(_ statement: String) { scalars = Array(statement.unicodeScalars) }

  mutating func tokens() throws(SuiteQLError) -> [SuiteQLToken] {
    var tokens: [SuiteQLToken] = []
    while let token = try next() { tokens.append(token) }
    tokens.append(.end)
    return tokens
  }

  private mutating func next() throws(SuiteQLError) -> SuiteQLToken? {
    skipSpaceAndComments()
    guard let scalar = peek(0) else { return nil }
    switch scalar {
    case "'": return .string(try take(until: "'"))
    case "\"": return .quoted(try take(until: "\""))
    case "?":
      position += 1
      return .parameter
    case _ where isDigit(scalar): return .number(takeNumber())
    case _ where isWord(scalar): return .word(takeWhile(isWord))
    default: return try takeSign()
    }
  }

  private mutating func takeSign() throws(SuiteQLError) -> SuiteQLToken {
    let two = String(String.UnicodeScalarView(scalars[position..<min(position + 2, scalars.count)]))
    if ["||", "<=", ">=", "<>", "!="].contains(two) {
      position += 2
      return .sign(two)
    }
    let one = String(scalars[position])
    guard "+-*/(),.=<>".contains(one) else { throw .syntax(near: one) }
    position += 1
    return .sign(one)
  }

  private mutating func takeNumber() -> String {
    var text = takeWhile(isDigit)
    if peek(0) == ".", peek(1).map(isDigit) == true {
      position += 1
      text += "." + takeWhile(isDigit)
    }
    return text
  }

  /// The text up to the closing mark, which is doubled where it stands for itself.
  private mutating func take(until mark: Unicode.Scalar) throws(SuiteQLError) -> String {
    position += 1
    var text = String.UnicodeScalarView()
    while let scalar = peek(0) {
      position += 1
      if scalar == mark {
        guard peek(0) == mark else { return String(text) }
        position += 1
      }
      text.append(scalar)
    }
    throw .syntax(near: String(mark))
  }

  private mutating func takeWhile(_ condition: (Unicode.Scalar) -> Bool) -> String {
    var text = String.UnicodeScalarView()
    while let scalar = peek(0), condition(scalar) {
      text.append(scalar)
      position += 1
    }
    return String(text)
  }

  private mutating func skipSpaceAndComments() {
    while let scalar = peek(0) {
      if scalar.properties.isWhitespace {
        position += 1
      } else if scalar == "-", peek(1) == "-" {
        while let scalar = peek(0), scalar != "\n" { position += 1 }
      } else if scalar == "/", peek(1) == "*" {
        position += 2
        while peek(0) != nil, !(peek(0) == "*" && peek(1) == "/") { position += 1 }
        position = min(position + 2, scalars.count)
      } else {
        return
      }
    }
  }

  private func peek(_ distance: Int) -> Unicode.Scalar? {
    position + distance < scalars.count ? scalars[position + distance] : nil
  }
}

private func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

private func isWord(_ scalar: Unicode.Scalar) -> Bool {
  scalar == "_" || scalar == "$" || scalar.properties.isAlphabetic || isDigit(scalar)
}
