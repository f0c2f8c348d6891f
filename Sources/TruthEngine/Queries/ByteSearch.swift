/// Finds bytes in bytes, sixteen places at a time.
///
/// A place is looked at closely only where both the first and the last byte of the words fit, which
/// in names is rare.
struct ByteSearch {
  private let words: UnsafeBufferPointer<UInt8>
  private let first: SIMD16<UInt8>
  private let last: SIMD16<UInt8>

  /// - Parameter words: Stays valid while the search is used.
  init(_ words: UnsafeBufferPointer<UInt8>) {
    self.words = words
    first = SIMD16(repeating: words.first ?? 0)
    last = SIMD16(repeating: words.last ?? 0)
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
      let heads = UnsafeRawPointer(base + place).loadUnaligned(as: SIMD16<UInt8>.self)
      let tails = UnsafeRawPointer(base + place + count - 1).loadUnaligned(as: SIMD16<UInt8>.self)
      let misses = (heads ^ first) | (tails ^ last)
      let bits = unsafeBitCast(misses .== SIMD16(repeating: 0), to: SIMD2<UInt64>.self)
      if bits[0] | bits[1] != 0 {
        for candidate in place...min(place + 15, lastPlace)
        where base[candidate] == needle[0] && matches(base + candidate, needle, count) {
          return true
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
