import DealModel
import Synchronization

/// Rows as they stand in their file, for the payload view.
extension CSVAdapter {
  /// The most rows that are shown of one reading.
  private static let mostRawRows = 500

  /// The rows of deals; `nil` when they cannot be read any more.
  func rawRows(of kind: RecordKind, for ids: [DealID]) async -> [UInt8]? {
    guard let table = try? await desk.table(of: kind) else { return nil }
    var rows: [Int] = []
    for id in ids { table.index.addRows(link: CSVIndex.hash(id.text), to: &rows) }
    return await raw(Set(rows).sorted(), of: table, kind) { row, _ in
      ids.contains { row.bears($0.text) }
    }
  }

  /// The rows of one record; `nil` when they cannot be read any more.
  func rawRows(of reference: RecordReference) async -> [UInt8]? {
    guard let table = try? await desk.table(of: reference.kind) else { return nil }
    return await raw(rows(of: reference, in: table), of: table, reference.kind) { _, reader in
      reader.reference == reference
    }
  }

  /// The rows that may be a record's: by what names it, or by its line.
  func rows(of reference: RecordReference, in table: CSVTable) -> [Int] {
    let rows = table.index.rows(identity: CSVIndex.hash(reference.id))
    guard reference.id.hasPrefix("line-"), let line = Int(reference.id.dropFirst(5)),
      let row = table.index.row(line: line), !rows.contains(row)
    else { return rows }
    return (rows + [row]).sorted()
  }

  /// Each row behind its place, `invoices.csv:2`, in UTF-8 and otherwise to the letter.
  private func raw(
    _ rows: [Int], of table: CSVTable, _ kind: RecordKind,
    where isWanted: @escaping @Sendable (CSVRow, CSVReader) -> Bool
  ) async -> [UInt8]? {
    let text = Mutex<(bytes: [UInt8], rows: Int)>(([], 0))
    let file = table.file.name
    do {
      try await desk.look(at: rows, of: table, kind) { _, row, reader in
        guard isWanted(row, reader) else { return }
        text.withLock { text in
          text.rows += 1
          guard text.rows <= Self.mostRawRows else { return }
          text.bytes += Array("\(file):\(row.line)\n".utf8)
          for byte in row.bytes {
            if row.isWindows {
              CSVText.append(windows: byte, to: &text.bytes)
            } else {
              text.bytes.append(byte)
            }
          }
          if row.bytes.last != UInt8(ascii: "\n") { text.bytes.append(UInt8(ascii: "\n")) }
        }
      }
    } catch { return nil }
    return text.withLock { $0.bytes }
  }
}
