extension StringProtocol {
  /// The known word that a person most likely meant; `nil` when none is near.
  ///
  /// Near is a word that this one begins, or one that differs by at most two slips of a finger
  /// (a letter too many, too few, or wrong), one in words of up to three letters. Upper and lower
  /// case are alike; the first of equally near words wins.
  public func nearest(among words: some Sequence<String>) -> String? {
    let typed = Array(lowercased().unicodeScalars.prefix(64))
    guard !typed.isEmpty else { return nil }
    var best: (word: String, slips: Int)?
    for word in words {
      let known = Array(word.lowercased().unicodeScalars.prefix(64))
      let slips = known.starts(with: typed) ? 0 : Self.slips(from: typed, to: known)
      if slips <= (Swift.min(typed.count, known.count) <= 3 ? 1 : 2), slips < best?.slips ?? .max {
        best = (word, slips)
      }
    }
    return best?.word
  }

  /// The Levenshtein distance.
  private static func slips(from left: [Unicode.Scalar], to right: [Unicode.Scalar]) -> Int {
    var previous = Array(0...right.count)
    for (row, scalar) in left.enumerated() {
      var current = [row + 1]
      for (column, other) in right.enumerated() {
        let replaced = previous[column] + (scalar == other ? 0 : 1)
        current.append(Swift.min(replaced, previous[column + 1] + 1, current[column] + 1))
      }
      previous = current
    }
    return previous[right.count]
  }
}
