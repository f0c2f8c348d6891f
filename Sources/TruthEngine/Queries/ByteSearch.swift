/// Finds bytes in bytes, sixteen places at a time.
///
/// A place is looked at closely only where both the first and the last byte of the words fit, which
/// in names is rare.
struct ByteSearch {
  private let words: UnsafeBufferPointer<UInt8>
  private let first: SIMD2<UInt64>
  private let last: SIMD2<UInt64>
  private static let ones = SIMD2<UInt64>(repeating: 0x0101_0101_0101_0101)
  private static let highs = SIMD2<UInt64>(repeating: 0x8080_8080_8080_8080)

  /// - Parameter words: Stays valid while the search is used.
  init(_ words: UnsafeBufferPointer<UInt8>) {
    self.words = words
    first = Self.ones &* UInt64(words.first ?? 0)
    last = Self.ones &* UInt64(words.last ?? 0)
  }

  /// Whether the words stand between two offsets; no words stand everywhere.
  func isIn(_ text: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int) -> Bool {
    let count = words.count
    guard count > 0 else { return true }
    guard end - start >= count, let base = text.baseAddress, let needle = words.baseAddress else {
      return false
    }
    for place in start...end - count
    where base[place] == needle[0] && matches(base + place, needle, count) {
      return true
    }
    return false
  }

  /// The same, sixteen places at a time.
  ///
  /// - Parameter text: At least sixteen bytes can be read beyond `end`.
  @inline(__always)
  func isInPadded(_ text: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int) -> Bool {
    let count = words.count
    guard count > 0 else { return true }
    guard end - start >= count, let base = text.baseAddress, let needle = words.baseAddress else {
      return false
    }
    let lastPlace = end - count
    var place = start
    while place <= lastPlace {
      let heads = UnsafeRawPointer(base + place).loadUnaligned(as: SIMD2<UInt64>.self)
      let tails = UnsafeRawPointer(base + place + count - 1)
        .loadUnaligned(as: SIMD2<UInt64>.self)
      let misses = (heads ^ first) | (tails ^ last)
      // The high bit of every byte that is zero; above a zero byte also of some that are not, so
      // that each hit is looked at closely.
      let hits = (misses &- Self.ones) & ~misses & Self.highs
      for lane in 0..<2 {
        var bits = hits[lane]
        while bits != 0 {
          let candidate = place + lane * 8 + bits.trailingZeroBitCount / 8
          if candidate <= lastPlace, base[candidate] == needle[0],
            matches(base + candidate, needle, count)
          {
            return true
          }
          bits &= bits - 1
        }
      }
      place += 16
    }
    return false
  }

  @inline(__always)
  private func matches(
    _ text: UnsafePointer<UInt8>, _ needle: UnsafePointer<UInt8>, _ count: Int
  ) -> Bool {
    var offset = 1
    while offset < count {
      if text[offset] != needle[offset] { return false }
      offset += 1
    }
    return true
  }
}
