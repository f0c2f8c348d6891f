/// A word, text or sign of a query.
struct JQLToken: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    /// Unquoted: may be a keyword.
    case word(String)
    /// Quoted: never a keyword.
    case text(String)
    /// `=`, `!=`, `(`, `,` and so on.
    case sign(String)
  }

  var kind: Kind
  var position: JQLPosition

  /// As Jira's messages quote it.
  var words: String {
    switch kind {
    case .word(let text), .text(let text), .sign(let text): text
    }
  }
}

/// Cuts a query into tokens.
struct JQLLexer {
  private let scalars: [Unicode.Scalar]
  private var index = 0
  private var line = 1
  private var lineStart = 0

  /// The longest query taken; Jira itself refuses somewhere above this.
  static let maximumLength = 65_536

  static func tokens(of query: String) throws(JQLError) -> [JQLToken] {
    guard query.utf8.count <= maximumLength else {
      throw JQLError.syntax("The query is longer than \(maximumLength) characters.")
    }
    var lexer = JQLLexer(query)
    var tokens: [JQLToken] = []
    while let token = try lexer.next() { tokens.append(token) }
    return tokens
  }

  private init(_ query: String) { scalars = Array(query.unicodeScalars) }

  private var position: JQLPosition {
    JQLPosition(line: line, character: index - lineStart + 1)
  }

  private mutating func next() throws(JQLError) -> JQLToken? {
    skipSpace()
    guard index < scalars.count else { return nil }
    let start = position
    let scalar = scalars[index]
    switch scalar {
    case "\"", "'":
      return JQLToken(kind: .text(try quoted(by: scalar, from: start)), position: start)
    case "(", ")", ",", "[", "]", "=", "~":
      index += 1
      return JQLToken(kind: .sign(String(Character(scalar))), position: start)
    case "!", "<", ">":
      index += 1
      let second = index < scalars.count ? scalars[index] : " "
      guard second == "=" || (scalar == "!" && second == "~") else {
        return JQLToken(kind: .sign(String(Character(scalar))), position: start)
      }
      index += 1
      return JQLToken(
        kind: .sign(String(Character(scalar)) + String(Character(second))), position: start)
    case "&", "|":
      // `&`, `&&`, `|` and `||` are other spellings of AND and OR.
      index += 1
      if index < scalars.count, scalars[index] == scalar { index += 1 }
      return JQLToken(kind: .word(scalar == "&" ? "AND" : "OR"), position: start)
    default:
      return JQLToken(kind: .word(try word()), position: start)
    }
  }

  private mutating func skipSpace() {
    while index < scalars.count, scalars[index].properties.isWhitespace {
      if scalars[index] == "\n" {
        line += 1
        lineStart = index + 1
      }
      index += 1
    }
  }

  private mutating func quoted(
    by quote: Unicode.Scalar, from start: JQLPosition
  ) throws(JQLError) -> String {
    index += 1
    var text = ""
    while index < scalars.count {
      let scalar = scalars[index]
      if scalar == quote {
        index += 1
        return text
      }
      if scalar == "\\" {
        text.unicodeScalars.append(try escape())
      } else {
        text.unicodeScalars.append(scalar)
        index += 1
      }
    }
    throw JQLError.syntax("The quoted string '\(text)' has not been completed.", at: start)
  }

  private mutating func word() throws(JQLError) -> String {
    var text = ""
    while index < scalars.count {
      let scalar = scalars[index]
      if scalar.properties.isWhitespace || "()[],=~!<>\"'&|".unicodeScalars.contains(scalar) {
        break
      }
      if scalar == "\\" {
        text.unicodeScalars.append(try escape())
        continue
      }
      if "{}*/%+^$#@?;".unicodeScalars.contains(scalar) {
        let hex = String(scalar.value, radix: 16)
        let code = String(repeating: "0", count: max(0, 4 - hex.count)) + hex
        throw JQLError.syntax(
          "The character '\(scalar)' is a reserved JQL character. You must enclose it in a string "
            + "or use the escape '\\u\(code)' instead.", at: position)
      }
      text.unicodeScalars.append(scalar)
      index += 1
    }
    return text
  }

  private mutating func escape() throws(JQLError) -> Unicode.Scalar {
    let start = position
    index += 1
    guard index < scalars.count else {
      throw JQLError.syntax("'\\' is an illegal JQL escape sequence.", at: start)
    }
    let scalar = scalars[index]
    index += 1
    switch scalar {
    case "\"", "'", "\\", " ": return scalar
    case "n": return "\n"
    case "t": return "\t"
    case "r": return "\r"
    case "u":
      let digits = scalars[index..<min(index + 4, scalars.count)]
      let text = String(String.UnicodeScalarView(digits))
      if digits.count == 4, let value = UInt32(text, radix: 16), let result = Unicode.Scalar(value)
      {
        index += 4
        return result
      }
      throw JQLError.syntax("'\\u\(text)' is an illegal JQL escape sequence.", at: start)
    default:
      throw JQLError.syntax(
        "'\\\(scalar)' is an illegal JQL escape sequence. The valid escape sequences are \\', \\\", "
          + "\\t, \\n, \\r, \\\\, '\\ ' and \\uXXXX.", at: start)
    }
  }
}
