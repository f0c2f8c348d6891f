import AdapterKit
import DealModel
import Synchronization

extension CSVAdapter {
  func probe() async throws -> ProbeAnswer {
    try await reported("probe") {
      var drift: [SchemaDrift] = []
      var words: [String] = []
      for kind in capabilities.kinds.sorted() {
        do {
          let table = try await desk.table(of: kind)
          let broken = table.index.brokenCount > 0 ? ", \(table.index.brokenCount) broken" : ""
          words.append("\(kind.rawValue) \(table.file.name), \(table.rowWords)\(broken)")
        } catch let error as SystemError {
          let found = await desk.drift(of: kind)
          guard !found.isEmpty else { throw error }
          for one in found where !drift.contains(one) { drift.append(one) }
        }
      }
      return ProbeAnswer(
        identity: words.isEmpty ? "exports" : words.joined(separator: "; "), drift: drift)
    }
  }

  func properties() async throws -> [PropertyDescription]? {
    var names: [String] = []
    for kind in capabilities.kinds.sorted() {
      for name in try await desk.table(of: kind).columns.header where !names.contains(name) {
        names.append(name)
      }
    }
    return names.map {
      PropertyDescription(name: $0, label: "column", content: .text, isCustom: true)
    }
  }

  func examinations(_ brief: ExaminationBrief) async -> [Examination] {
    var examinations: [Examination] = []
    for kind in capabilities.kinds.sorted() {
      do {
        let table = try await desk.table(of: kind)
        examinations.append(age(of: table, kind))
        examinations += brokenRows(of: table)
        examinations += try await values(of: table, kind)
      } catch let error as SystemError {
        examinations.append(Examination(.settings, .finding, error.message))
      } catch {
        return examinations
      }
    }
    return examinations
  }

  private func age(of table: CSVTable, _ kind: RecordKind) -> Examination {
    let modified = table.file.stamp.modifiedAt
    let name = VisibleText(table.file.name.prefix(80))
    guard modified.duration(to: time.now()) > system.limits.expireAfter else {
      return Examination(
        .settings, .ok, "The newest export of \(kind.rawValue), \(name), has \(table.rowWords).")
    }
    return Examination(
      .settings, .finding,
      "The newest export of \(kind.rawValue), \(name), is of \(modified.date): older than "
        + "`expire_after`, so its readings are expired.",
      mend: "see whether the job that writes it still runs, or raise `expire_after`.")
  }

  private func brokenRows(of table: CSVTable) -> [Examination] {
    let faults = table.index.faults.values.sorted { $0.line < $1.line }
    var found = faults.prefix(3).map { fault in
      Examination(
        .sample, .finding,
        "Line \(fault.line), column \(fault.column) of \(VisibleText(table.file.name)) "
          + "\(fault.reason.words).")
    }
    if table.index.brokenCount > found.count {
      found.append(
        Examination(
          .sample, .finding,
          "\(table.index.brokenCount - found.count) more rows of \(VisibleText(table.file.name)) "
            + "are broken.", mend: "see whether `separator` and `quote` are as exported."))
    }
    return found
  }

  /// Values of the first rows that could not be understood: the usual sign of a wrong setting.
  private func values(of table: CSVTable, _ kind: RecordKind) async throws -> [Examination] {
    let tried = min(200, table.index.count)
    let unreadable = Mutex<(rows: Int, first: SystemError?, isNoUTF8: Bool)>((0, nil, false))
    try await desk.look(at: Array(0..<tried), of: table, kind) { _, row, reader in
      guard row.fault == nil else { return }
      let record = reader.record(for: row.dealID ?? DealID(""))
      let isNoUTF8 = table.columns.header.indices.contains {
        row.words($0)?.unicodeScalars.contains("\u{FFFD}") == true
      }
      unreadable.withLock { state in
        state.isNoUTF8 = state.isNoUTF8 || isNoUTF8
        guard let value = record.unreadableValues.first else { return }
        state.rows += 1
        state.first = state.first ?? value.error
      }
    }
    let (rows, first, isNoUTF8) = unreadable.withLock { $0 }
    var found: [Examination] = []
    if let first {
      found.append(
        Examination(
          .sample, .finding,
          "\(rows) of the first \(tried) rows \(rows == 1 ? "holds" : "hold") values that cannot be used. "
            + first.message,
          mend: "compare `decimal`, `thousands`, `date_format`, `currency`, `types` and `statuses` "
            + "with the file."))
    }
    if isNoUTF8 {
      found.append(
        Examination(
          .sample, .finding, "\(VisibleText(table.file.name)) is not UTF-8.",
          mend: "set `encoding`, mostly windows-1252."))
    }
    return found
  }
}

extension CSVTable {
  /// How many rows it has, in words.
  fileprivate var rowWords: String { index.count == 1 ? "1 row" : "\(index.count) rows" }
}
