import DealModel

/// One text per row out of few: each kept once, each row a number. Absences are numbers too.
struct WordColumn: Sendable {
  private static let notAsked: UInt32 = 0
  private static let none: UInt32 = 1
  private static let unavailable: UInt32 = 2
  private static let firstWord = 3

  private(set) var codes: [UInt32] = []
  private var words: [String] = []
  private(set) var folded: [[UInt8]] = []
  private var codeOf: [String: UInt32] = [:]

  mutating func append() { codes.append(Self.notAsked) }

  /// Sets a row.
  ///
  /// - Returns: Whether it changed.
  mutating func set(_ row: Int, to cell: DealCell<String>) -> Bool {
    let code: UInt32 =
      switch cell {
      case .value(let text): code(of: text)
      case .none: Self.none
      case .unavailable: Self.unavailable
      case .notAsked, .incomplete, .several: Self.notAsked
      }
    guard codes[row] != code else { return false }
    codes[row] = code
    return true
  }

  func cell(_ row: Int) -> DealCell<String> {
    switch codes[row] {
    case Self.notAsked: .notAsked
    case Self.none: .none
    case Self.unavailable: .unavailable
    default: .value(words[Int(codes[row]) - Self.firstWord])
    }
  }

  /// The folded text of a row; `nil` for every absence.
  func folded(_ row: Int) -> [UInt8]? {
    let code = Int(codes[row])
    return code < Self.firstWord ? nil : folded[code - Self.firstWord]
  }

  /// Judges each text once.
  ///
  /// - Returns: Code → judgement, `nil` for the absences.
  func judged(_ holds: ([UInt8]) -> Bool) -> [Bool?] {
    Array(repeating: nil, count: Self.firstWord) + folded.map { holds($0) }
  }

  /// Code → place in the alphabet; `nil` for the absences. Equal folded texts share a place.
  func ranks() -> [UInt64?] {
    var ranks: [UInt64?] = Array(repeating: nil, count: Self.firstWord + words.count)
    let order = words.indices.sorted { folded[$0].lexicographicallyPrecedes(folded[$1]) }
    var rank: UInt64 = 0
    for (place, word) in order.enumerated() {
      if place > 0, folded[word] != folded[order[place - 1]] { rank += 1 }
      ranks[word + Self.firstWord] = rank
    }
    return ranks
  }

  mutating func keep(_ rows: [Int]) { codes = rows.map { codes[$0] } }

  private mutating func code(of text: String) -> UInt32 {
    if let code = codeOf[text] { return code }
    let code = UInt32(words.count + Self.firstWord)
    words.append(text)
    folded.append(Folding.folded(text))
    codeOf[text] = code
    return code
  }
}
