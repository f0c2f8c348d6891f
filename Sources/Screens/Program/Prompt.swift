/// Text being typed on the last line.
struct Prompt: Hashable, Sendable {
  /// What the text is for.
  enum Purpose: Hashable, Sendable {
    /// Narrow the list, as it is typed.
    case filter
    /// Find a deal by any ID.
    case goTo
    /// A command.
    case command
    /// The file to write to.
    case export
    /// Words to look for in the page.
    case search
  }

  /// What the text is for.
  let purpose: Purpose
  /// The text.
  private(set) var text: [Character]
  /// Where the next character goes.
  private(set) var caret: Int
  /// What holds again after Esc.
  let before: String

  /// A prompt with text in it already.
  init(_ purpose: Purpose, text: String = "") {
    self.purpose = purpose
    self.text = Array(text)
    caret = self.text.count
    before = text
  }

  /// The sign before the text.
  var sign: String {
    switch purpose {
    case .filter: "/"
    case .goTo: "go to ID: "
    case .command: ":"
    case .export: "export to file: "
    case .search: "/"
    }
  }

  /// The text as typed.
  var words: String { String(text) }

  /// The text before the caret.
  var wordsBeforeCaret: String { String(text[..<caret]) }

  /// Takes a key that edits; `false` for a key that does something else.
  mutating func edit(_ key: Key) -> Bool {
    switch key {
    case .character(let character): insert([character])
    case .paste(let words): insert(words.filter { !$0.isNewline })
    case .backspace, .control("h"):
      guard caret > 0 else { return !text.isEmpty }
      caret -= 1
      text.remove(at: caret)
    case .delete, .control("d"):
      if caret < text.count { text.remove(at: caret) }
    case .left, .control("b"): caret = max(0, caret - 1)
    case .right, .control("f"): caret = min(text.count, caret + 1)
    case .home, .control("a"): caret = 0
    case .end, .control("e"): caret = text.count
    case .control("u"):
      text.removeSubrange(..<caret)
      caret = 0
    case .control("k"): text.removeSubrange(caret...)
    case .control("w"):
      var start = caret
      while start > 0, text[start - 1] == " " { start -= 1 }
      while start > 0, text[start - 1] != " " { start -= 1 }
      text.removeSubrange(start..<caret)
      caret = start
    default: return false
    }
    return true
  }

  private mutating func insert(_ characters: some Collection<Character>) {
    // Nobody types so much; a paste might.
    let room = max(0, 400 - text.count)
    let kept = characters.prefix(room)
    text.insert(contentsOf: kept, at: caret)
    caret += kept.count
  }
}
