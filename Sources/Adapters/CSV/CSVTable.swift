import DealModel

/// One export that has been read: which file, its columns, and where its rows are.
///
/// Rows are cut by an own scanner over bytes. SwiftCSV 0.10.0 was measured against it on a million
/// invoice rows (98.5 MB, ten columns, one of them quoted; release build, two shared cores):
///
/// | | time | peak memory |
/// |---|---|---|
/// | this, to an index by deal ID | 0.25 s | 43 MB |
/// | SwiftCSV, `EnumeratedCSV` (arrays of strings) | 15.1 s | 802 MB |
/// | SwiftCSV, `NamedCSV` (dictionaries) | 19.2 s | 779 MB |
///
/// A library that hands out a string for every field cannot keep what is asked here: memory in
/// proportion to what is kept, lines and columns of broken rows, and the rows behind them.
/// `.scripts/bench` sets the whole join against sqlite3 and pandas.
final class CSVTable: Sendable {
  let source: CSVSource
  let columns: CSVColumns
  let index: CSVIndex
  let format: CSVFormat
  private let separator: UInt8

  var file: CSVFile { source.file }

  /// Reads an export whole.
  ///
  /// - Throws: ``CSVFileFault``, `CancellationError`.
  init(_ file: CSVFile, _ format: CSVFormat, _ names: CSVColumnNames) throws {
    let source = try CSVSource(file, encoding: format.encoding)
    let result = try CSVIndexer.read(source, format, names)
    // Whoever wrote meanwhile may not have been done.
    guard file.isUnchanged else { throw CSVFileFault.inMotion(file.path) }
    self.source = source
    self.format = format
    columns = result.columns
    separator = result.separator
    index = result.index
  }

  /// Looks at rows, in the file's order.
  ///
  /// Rows that are near each other are read together.
  ///
  /// - Parameter rows: In ascending order.
  /// - Throws: ``CSVFileFault/inMotion(_:)`` when the file has changed since it was read: nothing of
  ///   it may be used then.
  func read(_ rows: [Int], _ body: (Int, CSVRow) throws -> Void) throws {
    guard file.isUnchanged else { throw CSVFileFault.inMotion(file.path) }
    var scanner = CSVScanner(separator: separator, quote: format.quote)
    var window = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    defer { window.deallocate() }
    var next = 0
    while next < rows.count {
      try Task.checkCancellation()
      let start = index.range(of: rows[next]).lowerBound
      var end = index.range(of: rows[next]).upperBound
      var last = next
      while last + 1 < rows.count {
        let following = index.range(of: rows[last + 1])
        guard following.lowerBound - end <= Self.gap, following.upperBound - start <= Self.window
        else { break }
        end = following.upperBound
        last += 1
      }
      if window.count < end - start {
        window.deallocate()
        window = .allocate(byteCount: end - start, alignment: 16)
      }
      let part = UnsafeMutableRawBufferPointer(rebasing: window[..<(end - start)])
      guard try source.read(into: part, at: start) == part.count else {
        throw CSVFileFault.inMotion(file.path)
      }
      let bytes = UnsafeRawBufferPointer(part).assumingMemoryBound(to: UInt8.self)
      for place in next...last {
        try body(rows[place], row(rows[place], bytes, from: start, &scanner))
      }
      next = last + 1
    }
    guard file.isUnchanged else { throw CSVFileFault.inMotion(file.path) }
  }

  /// Rows further apart are read one by one.
  private static let gap = 16 << 10
  private static let window = 1 << 20

  private func row(
    _ row: Int, _ bytes: UnsafeBufferPointer<UInt8>, from start: Int,
    _ scanner: inout CSVScanner
  ) -> CSVRow {
    let range = index.range(of: row)
    let own = UnsafeBufferPointer(
      rebasing: bytes[range.lowerBound - start..<range.upperBound - start])
    // A broken row gives the fields before its fault.
    let outcome = scanner.scan(own, from: 0, isWhole: true)
    var fault = index.faults[row]
    if fault == nil, index.brokenCount > index.faults.count {
      fault = self.fault(outcome, scanner, line: Int(index.lines[row]))
    }
    return CSVRow(
      bytes: own, fields: scanner.fields, columns: columns, quote: format.quote,
      isWindows: source.isWindows, line: Int(index.lines[row]), fault: fault)
  }

  /// The fault of a row beyond those that are remembered.
  private func fault(
    _ outcome: CSVScanner.Outcome, _ scanner: CSVScanner, line: Int
  ) -> CSVRowFault? {
    let (found, wanted) = (scanner.fieldCount, columns.header.count)
    if case .broken(let reason, _) = outcome {
      return CSVRowFault(line: line, column: found + 1, reason: reason)
    }
    guard found != wanted else { return nil }
    return CSVRowFault(
      line: line, column: min(found, wanted),
      reason: found < wanted
        ? .tooFewFields(found, of: wanted) : .tooManyFields(found, of: wanted))
  }
}
