/// What `~` looks for: words in any order, or a phrase when the text is itself in quotes.
struct JiraTextSearch: Sendable {
  private enum Part: Hashable, Sendable {
    case phrase([String])
    /// A word with `*` or `?`.
    case pattern([Unicode.Scalar])
  }

  private let parts: [Part]

  init(_ text: String) {
    var parts: [Part] = []
    for (index, piece) in text.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
    {
      let isPhrase = index % 2 == 1
      if isPhrase {
        let words = JiraWords.cut(String(piece))
        if !words.isEmpty { parts.append(.phrase(words)) }
        continue
      }
      for chunk in piece.split(separator: " ") {
        if chunk.contains(where: { $0 == "*" || $0 == "?" }) {
          parts.append(.pattern(Array(chunk.lowercased().unicodeScalars)))
        } else {
          parts += JiraWords.cut(String(chunk)).map { .phrase([$0]) }
        }
      }
    }
    self.parts = parts
  }

  /// Whether there is nothing to look for.
  var isEmpty: Bool { parts.isEmpty }

  /// Words that every match has.
  var exactWords: [String] {
    parts.flatMap { part -> [String] in
      if case .phrase(let words) = part { words } else { [] }
    }
  }

  /// Whether a text has every part.
  func matches(_ text: String) -> Bool {
    let words = JiraWords.cut(text)
    return parts.allSatisfy { part in
      switch part {
      case .phrase(let phrase):
        guard phrase.count <= words.count else { return false }
        return (0...(words.count - phrase.count)).contains { start in
          words[start..<start + phrase.count].elementsEqual(phrase)
        }
      case .pattern(let pattern):
        return words.contains { Self.fits(Array($0.unicodeScalars)[...], pattern[...]) }
      }
    }
  }

  /// Wildcards: `?` stands for one character, `*` for any number. Linear but for backtracking to
  /// the last star.
  private static func fits(
    _ word: ArraySlice<Unicode.Scalar>, _ pattern: ArraySlice<Unicode.Scalar>
  ) -> Bool {
    var at = word.startIndex
    var sign = pattern.startIndex
    var star: (sign: Int, at: Int)?
    while at < word.endIndex {
      if sign < pattern.endIndex, pattern[sign] == "*" {
        star = (sign, at)
        sign += 1
      } else if sign < pattern.endIndex, pattern[sign] == "?" || pattern[sign] == word[at] {
        sign += 1
        at += 1
      } else if let last = star {
        star = (last.sign, last.at + 1)
        sign = last.sign + 1
        at = last.at + 1
      } else {
        return false
      }
    }
    return pattern[sign...].allSatisfy { $0 == "*" }
  }
}
