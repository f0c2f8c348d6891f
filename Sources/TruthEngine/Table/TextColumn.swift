/// Three texts per row, ID, name and company, one after the other in one UTF-8 blob.
///
/// A row whose text changes gets a new place at the end; the old one is swept up once half of the
/// blob is waste. Sixteen bytes after the last text can always be read, so that a search may look at
/// sixteen places at once without asking where the blob ends.
struct TextColumn: Sendable {
  enum Segment { case id, name, company }

  /// Longer texts are cut, at a scalar: a list shows a line, and the blob stays addressable.
  static let maximumLength = 1_024
  static let padding = 16

  private(set) var bytes: [UInt8] = Array(repeating: 0, count: Self.padding)
  private var starts: [UInt32] = []
  private var idLengths: [UInt16] = []
  private var nameLengths: [UInt16] = []
  private var companyLengths: [UInt16] = []
  private var waste = 0

  var count: Int { starts.count }

  /// Adds a row; the texts are no longer than ``maximumLength``.
  mutating func append(id: [UInt8], name: [UInt8], company: [UInt8]) {
    starts.append(write(id, name, company))
    idLengths.append(UInt16(id.count))
    nameLengths.append(UInt16(name.count))
    companyLengths.append(UInt16(company.count))
  }

  /// Replaces name and company of a row.
  ///
  /// - Returns: Whether anything changed.
  mutating func replace(row: Int, name: [UInt8], company: [UInt8]) -> Bool {
    if bytes[range(of: .name, row: row)].elementsEqual(name),
      bytes[range(of: .company, row: row)].elementsEqual(company)
    {
      return false
    }
    let id = Array(bytes[range(of: .id, row: row)])
    waste += rowRange(row).count
    starts[row] = write(id, name, company)
    nameLengths[row] = UInt16(name.count)
    companyLengths[row] = UInt16(company.count)
    if waste > 65_536, waste > bytes.count / 2 { compact() }
    return true
  }

  /// Where a text of a row stands.
  func range(of segment: Segment, row: Int) -> Range<Int> {
    var start = Int(starts[row])
    if segment == .id { return start..<start + Int(idLengths[row]) }
    start += Int(idLengths[row]) + 1
    if segment == .name { return start..<start + Int(nameLengths[row]) }
    start += Int(nameLengths[row]) + 1
    return start..<start + Int(companyLengths[row])
  }

  /// Where all texts of a row stand, with a separator between them.
  func rowRange(_ row: Int) -> Range<Int> {
    let start = Int(starts[row])
    let length =
      Int(idLengths[row]) + Int(nameLengths[row]) + Int(companyLengths[row]) + 2
    return start..<start + length
  }

  /// A text of a row.
  func text(of segment: Segment, row: Int) -> String {
    String(decoding: bytes[range(of: segment, row: row)], as: UTF8.self)
  }

  /// The row's texts with the given search, without copying.
  @inline(__always)
  func withRows<Result>(
    _ body: (UnsafeBufferPointer<UInt8>, (Int) -> (start: Int, end: Int)) -> Result
  ) -> Result {
    bytes.withUnsafeBufferPointer { blob in
      starts.withUnsafeBufferPointer { starts in
        idLengths.withUnsafeBufferPointer { ids in
          nameLengths.withUnsafeBufferPointer { names in
            companyLengths.withUnsafeBufferPointer { companies in
              body(blob) { row in
                let start = Int(starts[row])
                return (start, start + Int(ids[row]) + Int(names[row]) + Int(companies[row]) + 2)
              }
            }
          }
        }
      }
    }
  }

  /// Keeps only those rows, in that order.
  mutating func keep(_ rows: [Int]) {
    let old = self
    self = TextColumn()
    for row in rows {
      append(
        id: Array(old.bytes[old.range(of: .id, row: row)]),
        name: Array(old.bytes[old.range(of: .name, row: row)]),
        company: Array(old.bytes[old.range(of: .company, row: row)]))
    }
  }

  /// The text as UTF-8, cut at a scalar where it is too long.
  static func limited(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.count > maximumLength else { return bytes }
    var end = maximumLength
    while end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 }
    return Array(bytes[..<end])
  }

  private mutating func write(_ id: [UInt8], _ name: [UInt8], _ company: [UInt8]) -> UInt32 {
    bytes.removeLast(Self.padding)
    let start = bytes.count
    bytes += id
    bytes.append(Folding.separator)
    bytes += name
    bytes.append(Folding.separator)
    bytes += company
    for _ in 0..<Self.padding { bytes.append(0) }
    return UInt32(start)
  }

  private mutating func compact() {
    var packed: [UInt8] = []
    packed.reserveCapacity(bytes.count - waste)
    for row in starts.indices {
      let range = rowRange(row)
      starts[row] = UInt32(packed.count)
      packed += bytes[range]
    }
    packed += Array(repeating: 0, count: Self.padding)
    bytes = packed
    waste = 0
  }
}
