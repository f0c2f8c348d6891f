/// A place in the file, both beginning with 1; columns count Unicode scalars.
struct Position: Hashable, Comparable {
  var line: Int
  var column: Int

  static let start = Position(line: 1, column: 1)

  static func < (left: Position, right: Position) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }
}

extension Position {
  /// The place of the first byte that is not UTF-8.
  init(ofFirstInvalidByteIn bytes: [UInt8]) {
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var position = Position.start
    while case .scalarValue(let scalar) = decoder.decode(&iterator) {
      position.advance(over: scalar)
    }
    self = position
  }

  /// The place of a character of the text, counted from 0.
  init(ofCharacter offset: Int, in text: String) {
    var position = Position.start
    for scalar in text.prefix(offset).unicodeScalars { position.advance(over: scalar) }
    self = position
  }

  /// The place behind the scalar.
  mutating func advance(over scalar: Unicode.Scalar) {
    if scalar == "\n" {
      line += 1
      column = 1
    } else {
      column += 1
    }
  }
}

/// One value of the YAML with its place: what the checks read, free of YAML's own types.
struct ConfigurationNode {
  let position: Position
  let content: Content

  enum Content {
    /// Nothing stands after the colon, or `null`, or `~`.
    case empty
    /// Words, numbers, flags: as they stand, without quotes.
    case scalar(String)
    case list([ConfigurationNode])
    /// Keys in the order of the file, each once.
    case mapping([Entry])
  }

  struct Entry {
    let key: String
    let keyPosition: Position
    let value: ConfigurationNode

    /// Where to point when something is wrong with the value: empty values stand nowhere.
    var valuePosition: Position {
      if case .empty = value.content { keyPosition } else { value.position }
    }
  }

  /// The words; `nil` unless the value is a scalar.
  var scalar: String? { if case .scalar(let text) = content { text } else { nil } }

  /// What a person calls such a value.
  var kindOfValue: String {
    switch content {
    case .empty: "nothing"
    case .scalar: "a single value"
    case .list: "a list"
    case .mapping: "a mapping"
    }
  }
}
