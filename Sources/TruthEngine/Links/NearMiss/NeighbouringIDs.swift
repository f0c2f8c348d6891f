import DealModel

/// The IDs of the origin's deals, to be searched for the one that a wrong ID was meant to be.
///
/// A question costs a few hundred look-ups whatever the number of deals: the slips are made on the
/// wrong ID and looked up, never compared with every deal.
struct NeighbouringIDs: Sendable {
  /// The deals that fold to one word.
  private enum Known: Hashable, Sendable {
    case one(DealID)
    case several
  }

  /// Hash of the folded ID → the deals. The hash only finds candidates; the words decide.
  private var byHash: [UInt64: Known] = [:]
  /// Every byte that folded IDs are made of.
  private var alphabet: [UInt8] = []

  /// The IDs of the origin's deals, each once.
  init(_ ids: some Sequence<DealID>) {
    var seen: Set<UInt8> = []
    for id in ids {
      guard let fold = FoldedID(id) else { continue }
      seen.formUnion(fold.bytes)
      let hash = Self.hash(fold.bytes)
      byHash[hash] = byHash[hash] == nil ? .one(id) : .several
    }
    alphabet = seen.sorted()
  }

  /// The one deal that the ID is closest to: equal but for case, blanks, separators and lookalikes,
  /// else at one slip from it (a sign too many, too few or wrong, or two neighbours swapped).
  ///
  /// - Returns: `nil` when no deal is that close, or several are equally.
  func suggestion(for id: DealID) -> DealID? {
    guard !byHash.isEmpty, let fold = FoldedID(id) else { return nil }
    switch known(fold.bytes) {
    case .one(let same): return same == id ? nil : same
    case .several: return nil
    case nil: break
    }
    // In a word of a few letters every other word is a slip away.
    guard fold.bytes.count >= Self.shortest else { return nil }
    var found: DealID?
    let isUnique = Self.forEachSlip(of: fold.bytes, alphabet: alphabet) { slip in
      switch known(slip) {
      case nil: return true
      case .several: return false
      case .one(let candidate):
        defer { found = candidate }
        return found == nil || found == candidate
      }
    }
    return isUnique ? found : nil
  }

  /// The shortest folded ID that is searched for slips.
  private static let shortest = 4

  private func known(_ word: [UInt8]) -> Known? {
    guard let known = byHash[Self.hash(word)] else { return nil }
    if case .one(let id) = known, FoldedID(id)?.bytes != word { return nil }
    return known
  }

  /// FNV-1a.
  private static func hash(_ word: [UInt8]) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in word { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return hash
  }

  /// Calls with every word at one slip from a word until it says no; some words come twice.
  ///
  /// - Returns: Whether it never said no.
  private static func forEachSlip(
    of word: [UInt8], alphabet: [UInt8], _ body: ([UInt8]) -> Bool
  ) -> Bool {
    var slip = word
    for place in word.indices.dropLast() where word[place] != word[place + 1] {
      slip.swapAt(place, place + 1)
      guard body(slip) else { return false }
      slip.swapAt(place, place + 1)
    }
    for place in word.indices {
      for letter in alphabet where letter != word[place] {
        slip[place] = letter
        guard body(slip) else { return false }
      }
      slip[place] = word[place]
    }
    for place in word.indices {
      slip.remove(at: place)
      guard body(slip) else { return false }
      slip.insert(word[place], at: place)
    }
    for place in 0...word.count {
      slip.insert(0, at: place)
      for letter in alphabet {
        slip[place] = letter
        guard body(slip) else { return false }
      }
      slip.remove(at: place)
    }
    return true
  }
}
