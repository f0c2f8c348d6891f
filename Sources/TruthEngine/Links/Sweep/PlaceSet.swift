/// A set of small numbers: a bit each.
struct PlaceSet: Hashable, Sendable {
  private var words: [UInt64] = []

  func contains(_ place: Int) -> Bool {
    let word = place / 64
    return word < words.count && words[word] & (1 << UInt64(place % 64)) != 0
  }

  mutating func insert(_ place: Int) {
    let word = place / 64
    while words.count <= word { words.append(0) }
    words[word] |= 1 << UInt64(place % 64)
  }
}
