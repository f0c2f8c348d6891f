/// A row with the number it is sorted by.
struct KeyedRow {
  var key: UInt64
  var row: UInt32
}

/// Sorts rows by key, equal keys in the order they had: radix sort from the lowest byte, which skips
/// the bytes that all keys share.
func radixSort(_ rows: inout [KeyedRow]) {
  guard rows.count > 1 else { return }
  var differing: UInt64 = 0
  for row in rows { differing |= row.key ^ rows[0].key }
  var other = rows
  for shift in stride(from: 0, to: 64, by: 8) where (differing >> UInt64(shift)) & 0xFF != 0 {
    var counts = [Int](repeating: 0, count: 256)
    for row in rows { counts[Int((row.key >> UInt64(shift)) & 0xFF)] += 1 }
    var place = 0
    for digit in 0..<256 {
      let count = counts[digit]
      counts[digit] = place
      place += count
    }
    for row in rows {
      let digit = Int((row.key >> UInt64(shift)) & 0xFF)
      other[counts[digit]] = row
      counts[digit] += 1
    }
    swap(&rows, &other)
  }
}

extension Int64 {
  /// A key in the order of the numbers.
  var sortKey: UInt64 { UInt64(bitPattern: self) ^ (1 << 63) }
}
