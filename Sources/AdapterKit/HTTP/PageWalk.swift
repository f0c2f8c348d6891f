/// A walk over the pages of a list that ends: bounded, and no cursor twice.
struct PageWalk: Hashable, Sendable {
  private let mostPages: Int
  private var pages = 0
  private var seen: Set<String> = []

  init(mostPages: Int) { self.mostPages = mostPages }

  /// Turns to the next page.
  ///
  /// - Returns: What is wrong with the list; `nil` when the walk may go on.
  mutating func turn(to cursor: String?) -> String? {
    pages += 1
    guard let cursor else { return nil }
    guard seen.insert(cursor).inserted else { return "a list whose pages go round in a circle" }
    guard pages < mostPages else { return "a list of more than \(mostPages) pages" }
    return nil
  }
}
