import Glibc

/// The bytes of one export from its first line on, in UTF-8 or Windows-1252: of the file itself, or
/// in memory where the file is in UTF-16.
struct CSVSource: Sendable {
  let file: CSVFile
  /// The file in UTF-8, when it is in UTF-16.
  private let converted: [UInt8]?
  /// Bytes of a byte order mark, which belong to no row.
  let start: Int
  let size: Int
  /// Whether bytes beyond ASCII are Windows-1252.
  let isWindows: Bool

  /// The most bytes of an export: rows are found again by offsets of 32 bits.
  static let mostBytes = Int(UInt32.max)
  /// The most bytes of an export in UTF-16, which is kept in memory.
  static let mostConvertedBytes = 1 << 30

  /// - Throws: ``CSVFileFault``, `CancellationError`.
  init(_ file: CSVFile, encoding: CSVFormat.Encoding) throws {
    self.file = file
    guard file.stamp.size <= Self.mostBytes else {
      throw CSVFileFault.tooLarge(file.path, limit: "4 GiB")
    }
    var head = [UInt8](repeating: 0, count: 4)
    let count = try head.withUnsafeMutableBytes { try file.read(into: $0, at: 0) }
    let mark = head[..<count]
    var encoding = encoding
    var markSize = 0
    if mark.starts(with: [0xEF, 0xBB, 0xBF]) {
      (encoding, markSize) = (.utf8, 3)
    } else if mark.starts(with: [0xFF, 0xFE]) {
      (encoding, markSize) = (.utf16LittleEndian, 2)
    } else if mark.starts(with: [0xFE, 0xFF]) {
      (encoding, markSize) = (.utf16BigEndian, 2)
    }
    switch encoding {
    case .utf8, .windows1252:
      converted = nil
      start = markSize
      size = file.stamp.size
      isWindows = encoding == .windows1252
    case .utf16LittleEndian, .utf16BigEndian:
      guard file.stamp.size <= Self.mostConvertedBytes else {
        throw CSVFileFault.tooLarge(file.path, limit: "1 GiB in UTF-16; export it in UTF-8")
      }
      let bytes = try Self.converted(
        file, from: markSize, bigEndian: encoding == .utf16BigEndian)
      converted = bytes
      start = 0
      size = bytes.count
      isWindows = false
    }
  }

  /// Reads bytes from an offset.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws -> Int {
    guard let converted else { return try file.read(into: buffer, at: offset) }
    guard offset < converted.count else { return 0 }
    let count = min(buffer.count, converted.count - offset)
    converted.withUnsafeBytes { bytes in
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count]))
    }
    return count
  }

  private static func converted(
    _ file: CSVFile, from start: Int, bigEndian: Bool
  ) throws -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(file.stamp.size / 2 + 16)
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    var offset = start
    var pending: UInt16?
    while true {
      try Task.checkCancellation()
      let count = try chunk.withUnsafeMutableBytes { try file.read(into: $0, at: offset) }
      guard count > 0 else { break }
      chunk.withUnsafeBufferPointer { bytes in
        CSVText.utf8(
          fromUTF16: UnsafeBufferPointer(rebasing: bytes[..<count]), bigEndian: bigEndian,
          into: &result, pending: &pending)
      }
      offset += count
    }
    // Half a character at the end: the file is cut, and its last line is open.
    if pending != nil || (offset - start) % 2 == 1 { CSVText.append(0xFFFD, to: &result) }
    return result
  }
}
