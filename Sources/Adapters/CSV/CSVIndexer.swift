import DealModel

/// Reads an export once from end to end and notes where its rows are.
struct CSVIndexer {
  /// What the reading of a file gives.
  struct Result: Sendable {
    var columns: CSVColumns
    var separator: UInt8
    var index: CSVIndex
  }

  /// The longest row. Beyond it a quote was most likely never closed.
  static let mostRowBytes = 16 << 20
  /// The most rows of an export.
  static let mostRows = 20_000_000
  private static let chunk = 1 << 20

  private let source: CSVSource
  private let format: CSVFormat
  private let names: CSVColumnNames
  private var buffer: UnsafeMutableBufferPointer<UInt8>
  /// How much of the buffer is filled, and where in the source it begins.
  private var filled = 0
  private var base: Int
  private var position = 0
  private var line = 1
  private var isWhole = false

  private init(_ source: CSVSource, _ format: CSVFormat, _ names: CSVColumnNames) {
    self.source = source
    self.format = format
    self.names = names
    buffer = .allocate(capacity: Self.chunk)
    base = source.start
  }

  /// Reads an export.
  ///
  /// - Throws: ``CSVFileFault``, `CancellationError`.
  static func read(
    _ source: CSVSource, _ format: CSVFormat, _ names: CSVColumnNames
  ) throws -> Result {
    var indexer = CSVIndexer(source, format, names)
    defer { indexer.buffer.deallocate() }
    return try indexer.read()
  }

  private mutating func read() throws -> Result {
    try fill()
    guard filled > 0 else { throw CSVFileFault.empty(source.file.path) }
    try checkIsText()
    // Before anything else: of half a file neither the header nor a row is to be believed.
    try checkLastLine()
    let separator = try skipToHeader()
    var scanner = CSVScanner(separator: separator, quote: format.quote)
    let columns = try header(&scanner)
    var index = CSVIndex()
    while let start = try next() { try row(at: start, &scanner, columns, &index) }
    index.finish(end: base + filled)
    return Result(columns: columns, separator: separator, index: index)
  }

  // MARK: Rows

  /// Enters the row that begins at `start`, or what is left of a broken one.
  private mutating func row(
    at begin: Int, _ scanner: inout CSVScanner, _ columns: CSVColumns, _ index: inout CSVIndex
  ) throws {
    var start = begin
    var outcome = scanner.scan(filledBytes, from: start, isWhole: isWhole)
    while outcome == .incomplete, filled - start <= Self.mostRowBytes {
      start = try more(keeping: start)
      outcome = scanner.scan(filledBytes, from: start, isWhole: isWhole)
    }
    let bytes = filledBytes
    let firstLine = line
    var reason: CSVRowFault.Reason?
    var column = scanner.fieldCount + 1
    var end = start
    switch outcome {
    case .row(let rowEnd):
      end = rowEnd
      reason = miscount(scanner, columns, bytes, start)
      if reason != nil { column = min(scanner.fieldCount, columns.header.count) }
    case .broken(let fault, _): reason = fault
    case .incomplete: reason = .tooLong
    }
    if reason != nil {
      // What follows the first line may be rows of their own: they are kept.
      end = lineEnd(from: start) ?? filled
      line += 1
    } else {
      line += scanner.lines
    }
    if index.count == 1_000 {
      let rowBytes = max(1, (base + start - source.start) / 1_000)
      index.reserve(min(2_000_000, source.size / rowBytes * 21 / 20))
    }
    guard index.count < Self.mostRows else {
      throw CSVFileFault.tooLarge(source.file.path, limit: "\(Self.mostRows) rows")
    }
    let text = filledBytes
    let row = UnsafeBufferPointer(rebasing: text[start..<end])
    index.append(
      offset: base + start, line: firstLine,
      link: hash(columns.link, scanner, row),
      identity: columns.identity.map { hash($0, scanner, row, isTrimmed: true) } ?? 0,
      digest: UInt32(truncatingIfNeeded: CSVIndex.mix(row)),
      fault: reason.map { CSVRowFault(line: firstLine, column: column, reason: $0) })
    position = end
  }

  /// Whether the row has another number of fields than the header; empty ones at its end are none.
  private func miscount(
    _ scanner: CSVScanner, _ columns: CSVColumns, _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int
  ) -> CSVRowFault.Reason? {
    let wanted = columns.header.count
    let found = scanner.fieldCount
    if found == wanted { return nil }
    if found < wanted { return .tooFewFields(found, of: wanted) }
    let surplus = scanner.fields.dropFirst(wanted)
    let isEmpty = surplus.count == found - wanted && surplus.allSatisfy { $0.start == $0.end }
    return isEmpty ? nil : .tooManyFields(found, of: wanted)
  }

  /// The hash of a field; 0 when it is empty or was not reached.
  ///
  /// - Parameter isTrimmed: Whether spaces around it are not part of it.
  private func hash(
    _ column: Int, _ scanner: CSVScanner, _ row: UnsafeBufferPointer<UInt8>,
    isTrimmed: Bool = false
  ) -> UInt32 {
    guard column < scanner.fields.count else { return 0 }
    let field = scanner.fields[column]
    // A broken row is cut at its first line; a field may reach beyond.
    guard field.start < field.end, Int(field.end) <= row.count else { return 0 }
    let value = UnsafeBufferPointer(rebasing: row[Int(field.start)..<Int(field.end)])
    func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
      CSVIndex.hash(isTrimmed ? CSVRow.trimmed(bytes) : bytes)
    }
    if !field.isEscaped, !source.isWindows { return hash(value) }
    return CSVRow.unescaped(value, field.isEscaped, format.quote, isWindows: source.isWindows)
      .withUnsafeBufferPointer { hash($0) }
  }

  // MARK: The head of the file

  private mutating func header(_ scanner: inout CSVScanner) throws -> CSVColumns {
    guard var start = try next() else { throw CSVFileFault.empty(source.file.path) }
    var outcome = scanner.scan(filledBytes, from: start, isWhole: isWhole)
    while outcome == .incomplete, filled - start <= Self.mostRowBytes {
      start = try more(keeping: start)
      outcome = scanner.scan(filledBytes, from: start, isWhole: isWhole)
    }
    guard case .row(let end) = outcome, scanner.fieldCount <= scanner.mostFields else {
      throw CSVFileFault.notText(source.file.path, hint: "its header cannot be read")
    }
    let row = UnsafeBufferPointer(rebasing: filledBytes[start..<end])
    let names = scanner.fields.map { field -> String in
      let value = UnsafeBufferPointer(rebasing: row[Int(field.start)..<Int(field.end)])
      let bytes = CSVRow.unescaped(
        value, field.isEscaped, format.quote, isWindows: source.isWindows)
      return CSVColumns.trimmed(String(decoding: bytes, as: UTF8.self))
    }
    let headerLine = line
    line += scanner.lines
    position = end
    var header = names
    while header.count > 1, header.last == "" { header.removeLast() }
    switch CSVColumns.find(self.names, in: header) {
    case .success(let columns): return columns
    case .failure(let list):
      throw CSVFileFault.drifted(list.drift, file: source.file.path, line: headerLine)
    }
  }

  /// Passes over the lines above the header, and tells the separator.
  private mutating func skipToHeader() throws -> UInt8 {
    for _ in 0..<format.skippedLines {
      guard let end = lineEnd(from: position) else {
        throw CSVFileFault.empty(source.file.path)
      }
      position = end
      line += 1
    }
    guard let start = try next() else { throw CSVFileFault.empty(source.file.path) }
    // Excel writes `sep=;` for itself.
    if filled - start >= 6, filledBytes[start..<start + 4].elementsEqual("sep=".utf8) {
      let separator = filledBytes[start + 4]
      position = lineEnd(from: start) ?? filled
      line += 1
      return format.separator ?? separator
    }
    if let separator = format.separator { return separator }
    let end = lineEnd(from: start) ?? filled
    var best: (separator: UInt8, count: Int) = (UInt8(ascii: ","), 0)
    for separator in [UInt8(ascii: ","), UInt8(ascii: ";"), 9, UInt8(ascii: "|")] {
      let count = filledBytes[start..<end].count { $0 == separator }
      if count > best.count { best = (separator, count) }
    }
    return best.separator
  }

  /// A file of UTF-16 read as bytes has a NUL in every other place.
  private func checkIsText() throws {
    let head = filledBytes.prefix(1_000)
    guard head.count(where: { $0 == 0 }) * 4 > head.count else { return }
    throw CSVFileFault.notText(
      source.file.path, hint: "it looks like UTF-16; set `encoding` to utf-16le or utf-16be")
  }

  private func checkLastLine() throws {
    guard !format.lastLineMayBeOpen else { return }
    var last = [UInt8](repeating: 0, count: 1)
    let count = try last.withUnsafeMutableBytes { try source.read(into: $0, at: source.size - 1) }
    guard count == 1, last[0] != 10, last[0] != 13 else { return }
    throw CSVFileFault.openLine(source.file.path, line: try lastLine())
  }

  /// The number of the last line.
  private func lastLine() throws -> Int {
    var chunk = [UInt8](repeating: 0, count: Self.chunk)
    var offset = source.start
    var lines = 1
    while true {
      try Task.checkCancellation()
      let count = try chunk.withUnsafeMutableBytes { try source.read(into: $0, at: offset) }
      guard count > 0 else { return lines }
      lines += chunk[..<count].count { $0 == 10 }
      offset += count
    }
  }

  // MARK: Bytes

  private var filledBytes: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: buffer[..<filled])
  }

  /// Where the next row begins, empty lines passed over; `nil` at the end.
  private mutating func next() throws -> Int? {
    while true {
      if position == filled {
        if isWhole { return nil }
        position = try more(keeping: position)
        continue
      }
      let byte = buffer[position]
      guard byte == 10 || byte == 13 else { return position }
      if byte == 13 {
        if position + 1 == filled, !isWhole {
          position = try more(keeping: position)
          continue
        }
        if position + 1 < filled, buffer[position + 1] == 10 { position += 1 }
      }
      position += 1
      line += 1
    }
  }

  /// Where the line at `start` ends; `nil` when it does not within what has been read.
  private func lineEnd(from start: Int) -> Int? {
    CSVScanner.lineEnd(filledBytes, from: start)
  }

  /// Moves what begins at `start` to the front and reads on behind it.
  ///
  /// - Returns: Where it begins now.
  private mutating func more(keeping start: Int) throws -> Int {
    try Task.checkCancellation()
    let rest = filled - start
    if rest > buffer.count / 2 {
      let larger = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: buffer.count * 2)
      _ = larger.update(fromContentsOf: buffer[start..<filled])
      buffer.deallocate()
      buffer = larger
    } else if start > 0 {
      _ = UnsafeMutableBufferPointer(rebasing: buffer[..<rest])
        .update(fromContentsOf: buffer[start..<filled])
    }
    base += start
    filled = rest
    try fill()
    return 0
  }

  private mutating func fill() throws {
    let room = UnsafeMutableRawBufferPointer(
      UnsafeMutableBufferPointer(rebasing: buffer[filled...]))
    let count = try source.read(into: room, at: base + filled)
    filled += count
    isWhole = count < room.count
  }
}
