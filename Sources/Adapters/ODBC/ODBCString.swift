import DealModel

/// A connection string taken apart: `Key=value;Key={value}`, each key once, in whichever case.
struct ODBCString: Hashable, Sendable {
  struct Part: Hashable, Sendable {
    var key: String
    var value: String
    /// Whether it stands in braces: psqlodbc takes `+` and `%` to the letter there alone.
    var isBraced: Bool
  }

  /// Why a text is no connection string; it quotes no value, because one may be a password.
  struct Fault: Error, Hashable {
    var words: String
  }

  private(set) var parts: [Part] = []

  init() {}

  /// - Throws: ``Fault``.
  init(_ text: String) throws(Fault) {
    var rest = text[...]
    while true {
      rest = rest.drop { $0 == ";" || $0.isWhitespace }
      if rest.isEmpty { break }
      guard let equals = rest.firstIndex(of: "="), !rest[..<equals].contains(";") else {
        throw Fault(words: "that is no list of Key=value;Key=value")
      }
      let key = String(rest[..<equals].filter { !$0.isWhitespace })
      rest = rest[rest.index(after: equals)...].drop { $0 == " " }
      var value = ""
      let isBraced = rest.first == "{"
      if isBraced {
        guard let taken = Self.bracedValue(&rest) else {
          throw Fault(words: "with a { that is not closed")
        }
        value = taken
      } else {
        value = String(rest.prefix { $0 != ";" })
        rest = rest.dropFirst(value.count)
        while value.last?.isWhitespace == true { value.removeLast() }
      }
      // Drivers differ in which of two they take.
      guard self[key] == nil else { throw Fault(words: "that names \(VisibleText(key)) twice") }
      parts.append(Part(key: key, value: value, isBraced: isBraced))
    }
  }

  /// The value of a key.
  subscript(_ key: String) -> String? {
    parts.first { $0.key.lowercased() == key.lowercased() }?.value
  }

  /// Adds what is not there yet.
  mutating func add(_ key: String, _ value: String) {
    guard self[key] == nil else { return }
    let isPlain = value.allSatisfy { !"[]{}(),;?*=!@+%".contains($0) && !$0.isWhitespace }
    parts.append(Part(key: key, value: value, isBraced: !isPlain))
  }

  /// As a driver takes it, and as it was written.
  var text: String {
    parts.map { part in
      let value = part.isBraced ? "{" + part.value.replacing("}", with: "}}") + "}" : part.value
      return "\(part.key)=\(value)"
    }.joined(separator: ";") + ";"
  }

  /// A value in braces, in which a closing one is doubled; `nil` when it does not end.
  private static func bracedValue(_ rest: inout Substring) -> String? {
    var value = ""
    rest = rest.dropFirst()
    while let character = rest.popFirst() {
      guard character == "}" else {
        value.append(character)
        continue
      }
      guard rest.first == "}" else { return value }
      value.append(character)
      rest = rest.dropFirst()
    }
    return nil
  }
}
