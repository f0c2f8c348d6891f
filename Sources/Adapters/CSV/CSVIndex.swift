/// Where the rows of one export are: by deal ID, by record ID, and in the file's order.
///
/// 24 bytes a row and no text: a million rows take some 28 MB. Rows are found by a 32-bit hash and
/// read again from the file, where the ID is compared to the letter, so that a collision costs a
/// reading and never a wrong join.
struct CSVIndex: Sendable {
  /// Where each row begins.
  private(set) var offsets: [UInt32] = []
  /// The line of the file at which each row begins, from 1.
  private(set) var lines: [UInt32] = []
  /// The hash of each row's deal ID; 0 for a row without one.
  private(set) var links: [UInt32] = []
  /// The hash of each row's record ID.
  private(set) var identities: [UInt32] = []
  /// A digest of each row's bytes, to tell which deals a new export changes.
  private(set) var digests: [UInt32] = []
  /// Row → what is wrong with it.
  private(set) var faults: [Int: CSVRowFault] = [:]
  /// Rows that are broken, those beyond ``mostFaults`` included.
  private(set) var brokenCount = 0
  /// Where the last row ends.
  private(set) var end = 0

  /// The most broken rows of which each is remembered.
  static let mostFaults = 10_000

  /// Rows in the order of their buckets, and where each bucket begins.
  private var order: [UInt32] = []
  private var buckets: [UInt32] = [0]
  private var shift: UInt32 = 32

  var count: Int { offsets.count }

  mutating func reserve(_ rows: Int) {
    offsets.reserveCapacity(rows)
    lines.reserveCapacity(rows)
    links.reserveCapacity(rows)
    identities.reserveCapacity(rows)
    digests.reserveCapacity(rows)
  }

  mutating func append(
    offset: Int, line: Int, link: UInt32, identity: UInt32, digest: UInt32, fault: CSVRowFault?
  ) {
    if let fault {
      brokenCount += 1
      if faults.count < Self.mostFaults { faults[offsets.count] = fault }
    }
    offsets.append(UInt32(truncatingIfNeeded: offset))
    lines.append(UInt32(clamping: line))
    links.append(link)
    identities.append(identity)
    digests.append(digest)
  }

  /// Puts the rows into buckets; called once, when all rows are in.
  mutating func finish(end: Int) {
    self.end = end
    var bits: UInt32 = 4
    while bits < 24, 1 << bits < count { bits += 1 }
    shift = 32 - bits
    buckets = [UInt32](repeating: 0, count: 1 << bits + 1)
    for link in links where link != 0 { buckets[Int(link >> shift) + 1] += 1 }
    for index in 1..<buckets.count { buckets[index] += buckets[index - 1] }
    order = [UInt32](repeating: 0, count: Int(buckets.last ?? 0))
    var next = buckets
    for (row, link) in links.enumerated() where link != 0 {
      let bucket = Int(link >> shift)
      order[Int(next[bucket])] = UInt32(truncatingIfNeeded: row)
      next[bucket] += 1
    }
  }

  /// Adds the rows whose deal ID has that hash, in the file's order.
  func addRows(link: UInt32, to rows: inout [Int]) {
    guard link != 0, !order.isEmpty else { return }
    let bucket = Int(link >> shift)
    for place in Int(buckets[bucket])..<Int(buckets[bucket + 1]) {
      let row = Int(order[place])
      if links[row] == link { rows.append(row) }
    }
  }

  /// The rows whose record ID has that hash.
  func rows(identity: UInt32) -> [Int] {
    identities.indices.filter { identities[$0] == identity }
  }

  /// The row that begins at that line; `nil` for none.
  func row(line: Int) -> Int? {
    var (low, high) = (0, lines.count)
    while low < high {
      let middle = (low + high) / 2
      if Int(lines[middle]) < line { low = middle + 1 } else { high = middle }
    }
    return low < lines.count && Int(lines[low]) == line ? low : nil
  }

  /// Where a row's bytes are, up to the next row.
  func range(of row: Int) -> Range<Int> {
    let start = Int(offsets[row])
    return start..<(row + 1 < offsets.count ? Int(offsets[row + 1]) : max(start, end))
  }

  // MARK: Hashes

  /// The hash of an ID; never 0.
  static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
    let mixed = mix(bytes)
    return max(1, UInt32(truncatingIfNeeded: mixed >> 32))
  }

  /// The hash of an ID; never 0.
  static func hash(_ text: String) -> UInt32 {
    var text = text
    return text.withUTF8 { hash($0) }
  }

  /// Eight bytes at a time, multiplied and folded; the last up to seven by themselves.
  static func mix(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(bytes.count)
    var position = 0
    let raw = UnsafeRawBufferPointer(bytes)
    while position + 8 <= raw.count {
      state = fold(state ^ raw.loadUnaligned(fromByteOffset: position, as: UInt64.self))
      position += 8
    }
    var rest: UInt64 = 0
    while position < raw.count {
      rest = rest << 8 | UInt64(raw[position])
      position += 1
    }
    return fold(fold(state ^ rest))
  }

  private static func fold(_ value: UInt64) -> UInt64 {
    let (high, low) = value.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
    return high ^ low
  }
}
