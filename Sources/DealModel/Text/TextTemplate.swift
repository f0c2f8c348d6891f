/// Words with gaps that are filled in later: `/tickets/{id}`. `{{` is a brace.
public struct TextTemplate: Hashable, Sendable {
  /// One piece.
  public enum Piece: Hashable, Sendable {
    /// Words as they stand.
    case text(String)
    /// A gap with its name.
    case gap(String)
  }

  /// The pieces in order.
  public let pieces: [Piece]

  /// Reads a template. A brace that opens no name is a brace.
  public init(_ text: String) {
    var pieces: [Piece] = []
    var words = ""
    var rest = text[...]
    while let open = rest.firstIndex(of: "{") {
      words += rest[..<open]
      let after = rest[rest.index(after: open)...]
      if after.first == "{" {
        words += "{"
        rest = after.dropFirst()
        continue
      }
      let name = after.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
      guard !name.isEmpty, after[name.endIndex...].first == "}" else {
        words += "{"
        rest = after
        continue
      }
      if !words.isEmpty { pieces.append(.text(words)) }
      words = ""
      pieces.append(.gap(String(name)))
      rest = after[name.endIndex...].dropFirst()
    }
    words += rest
    if !words.isEmpty { pieces.append(.text(words)) }
    self.pieces = pieces
  }

  /// The names of its gaps, in order.
  public var gaps: [String] {
    pieces.compactMap { if case .gap(let name) = $0 { name } else { nil } }
  }

  /// The name, when the template is one gap and nothing else.
  public var onlyGap: String? { pieces.count == 1 ? gaps.first : nil }

  /// The words with their gaps filled; `nil` when a gap has no filling.
  public func filled(_ filling: (String) -> String?) -> String? {
    var words = ""
    for piece in pieces {
      switch piece {
      case .text(let text): words += text
      case .gap(let name):
        guard let text = filling(name) else { return nil }
        words += text
      }
    }
    return words
  }
}
