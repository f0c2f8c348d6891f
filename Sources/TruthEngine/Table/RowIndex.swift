/// Finds the row of an ID in constant time: an open hash table of row numbers that keeps no text of
/// its own. The hash is seeded per process, so IDs from outside cannot be chosen to collide.
struct RowIndex: Sendable {
  /// Row number plus one; 0 is free. A power of two long.
  private var slots: [UInt32] = Array(repeating: 0, count: 16)

  /// The row of that ID in a column; `nil` when no row bears it.
  func row(of id: [UInt8], in texts: TextColumn) -> Int? {
    var slot = Self.hash(id[...]) & (slots.count - 1)
    while slots[slot] != 0 {
      let row = Int(slots[slot]) - 1
      if texts.bytes[texts.range(of: .id, row: row)].elementsEqual(id) { return row }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  /// Notes the column's last row, whose ID is new.
  mutating func noteLastRow(of texts: TextColumn) {
    if texts.count * 5 > slots.count * 4 {
      rebuild(texts)
    } else {
      insert(texts.count - 1, texts)
    }
  }

  /// Notes all rows anew.
  mutating func rebuild(_ texts: TextColumn) {
    var size = 16
    while size * 2 < texts.count * 3 { size *= 2 }
    slots = Array(repeating: 0, count: size)
    for row in 0..<texts.count { insert(row, texts) }
  }

  private mutating func insert(_ row: Int, _ texts: TextColumn) {
    var slot = Self.hash(texts.bytes[texts.range(of: .id, row: row)]) & (slots.count - 1)
    while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = UInt32(row + 1)
  }

  private static func hash(_ bytes: ArraySlice<UInt8>) -> Int {
    var hasher = Hasher()
    bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    return hasher.finalize()
  }
}
