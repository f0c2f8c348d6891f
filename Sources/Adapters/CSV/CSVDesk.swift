import AdapterKit
import DealModel

/// Keeps the exports of one system: which file is read for each kind, and when it is read anew.
///
/// Runs on a thread of its own. Nothing of an export is kept but where its rows are.
actor CSVDesk {
  /// What is exported of one kind of record.
  struct Export: Sendable {
    var place: CSVPlace
    var names: CSVColumnNames
    var meaning: CSVMeaning
  }

  let system: ConfiguredSystem
  let exports: [RecordKind: Export]
  private let rest: Duration
  private let time: any TimeSource
  private let thread: CSVThread
  private var tables: [RecordKind: CSVTable] = [:]
  private var sights: [RecordKind: CSVSights] = [:]
  /// Files that lack a column the export before had: they are not read again and again.
  private var refusals: [RecordKind: (stamp: CSVFile.Stamp, fault: CSVFileFault)] = [:]
  private var feeds: [RecordKind: CSVFeed] = [:]

  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  /// - Parameter rest: How long a file must not have been written to before it is read.
  init(
    _ system: ConfiguredSystem, exports: [RecordKind: Export], rest: Duration, time: any TimeSource
  ) {
    self.system = system
    self.exports = exports
    self.rest = rest
    self.time = time
    thread = CSVThread(system.name.text)
  }

  /// The newest export of a kind that is whole.
  ///
  /// One that is being written is passed over for the one before: first that which was read last, as
  /// long as it stands, else an older file of the directory.
  ///
  /// - Throws: ``SystemError`` or `CancellationError`.
  func table(of kind: RecordKind) throws -> CSVTable {
    guard let export = exports[kind] else { throw notRead(kind) }
    do {
      return try newest(kind, export)
    } catch let fault as CSVFileFault {
      throw error(fault, export)
    }
  }

  /// What is not as configured in the newest export of a kind.
  func drift(of kind: RecordKind) -> [SchemaDrift] {
    guard let export = exports[kind] else { return [] }
    do {
      _ = try newest(kind, export)
    } catch CSVFileFault.drifted(let drift, _, _) {
      return drift.map(\.schemaDrift)
    } catch {}
    return []
  }

  private func newest(_ kind: RecordKind, _ export: Export) throws -> CSVTable {
    var unfinished: CSVFileFault?
    let candidates = try export.place.candidates()
    sights[kind, default: CSVSights()].look(at: candidates, time.now())
    for candidate in candidates {
      if let table = tables[kind], table.file.stamp == candidate.stamp { return table }
      if let refusal = refusals[kind], refusal.stamp == candidate.stamp { throw refusal.fault }
      do {
        // Of what a writer may still be at, nothing is known.
        guard isAtRest(candidate, kind) else { throw CSVFileFault.inMotion(candidate.path) }
        let file = try CSVFile(candidate.path)
        guard file.stamp == candidate.stamp else { throw CSVFileFault.inMotion(candidate.path) }
        let table = try CSVTable(file, export.meaning.format, export.names)
        if let fault = vanished(from: table, kind, export) {
          refusals[kind] = (candidate.stamp, fault)
          throw fault
        }
        tables[kind] = table
        return table
      } catch let fault as CSVFileFault {
        guard fault.isUnfinished else { throw fault }
        unfinished = unfinished ?? fault
      }
      // What was read last may have lost its name to the unfinished one.
      if let table = tables[kind], table.file.path == candidate.path, table.file.isUnchanged {
        return table
      }
    }
    throw unfinished ?? .nothingThere
  }

  private func isAtRest(_ candidate: CSVPlace.Candidate, _ kind: RecordKind) -> Bool {
    let now = time.now()
    let age = candidate.stamp.modifiedAt.duration(to: now)
    // A file from the future has an unknown age; whether it stays as it is shows while it is read.
    guard age >= rest || age < .seconds(-2) else { return false }
    // A share may stamp by another clock than ours: what changed after it says so rests by ours.
    guard let changed = sights[kind]?.changed(candidate.path), changed <= now else { return true }
    return changed.duration(to: now) >= rest
  }

  /// The fault when the export before had columns that this one lacks, and without which rows would
  /// mean something else: nobody said that they were not needed.
  private func vanished(
    from table: CSVTable, _ kind: RecordKind, _ export: Export
  ) -> CSVFileFault? {
    guard let before = tables[kind]?.columns else { return nil }
    let gone = CSVRole.roles(of: kind).compactMap { role -> CSVDrift? in
      guard role.changesMeaning, let column = before[role], table.columns[role] == nil else {
        return nil
      }
      return CSVDrift(role: .field, column: before.header[column], isVanished: true)
    }
    guard !gone.isEmpty else { return nil }
    return .drifted(gone, file: table.file.path, line: export.meaning.format.skippedLines + 1)
  }

  // MARK: Rows

  /// The records of deals, newest first.
  func records(
    of kind: RecordKind, for ids: [DealID]
  ) throws -> (records: [DealID: [Record]], rows: Int) {
    let table = try table(of: kind)
    guard let export = exports[kind] else { throw notRead(kind) }
    do {
      let search = CSVSearch(table, export.meaning)
      return try search.records(for: ids)
    } catch let fault as CSVFileFault {
      throw error(fault, export)
    }
  }

  /// Looks at rows of an export that was read before.
  func look(
    at rows: [Int], of table: CSVTable, _ kind: RecordKind,
    _ body: @Sendable (Int, CSVRow, CSVReader) -> Void
  ) throws {
    guard let export = exports[kind] else { throw notRead(kind) }
    do {
      try table.read(rows) { index, row in
        body(index, row, CSVReader(row: row, meaning: export.meaning, file: table.file.name))
      }
    } catch let fault as CSVFileFault {
      throw error(fault, export)
    }
  }

  /// What has changed since a position in the changes, and the position now.
  func changes(since cursor: PageCursor?) throws -> ChangedDeals {
    var deals: [DealID: Set<RecordKind>] = [:]
    var stamps: [String] = []
    for kind in exports.keys.sorted() {
      let table = try table(of: kind)
      let mark = "\(kind.rawValue) \(table.file.stamp.hashed)"
      stamps.append(mark)
      let before = feeds[kind]
      guard before?.table !== table else { continue }
      let feed = CSVFeed(table)
      feeds[kind] = feed
      guard cursor != nil else { continue }
      do {
        for id in try feed.changed(since: before) { deals[id, default: []].insert(kind) }
      } catch let fault as CSVFileFault {
        feeds[kind] = before
        throw exports[kind].map { error(fault, $0) } ?? notRead(kind)
      }
    }
    return ChangedDeals(deals: deals, cursor: PageCursor(stamps.joined(separator: "\n")))
  }

  private func notRead(_ kind: RecordKind) -> SystemError {
    SystemError(
      .refused, system: system.name,
      message: "\(system.name) (CSV) has no export of \(kind.rawValue). Set `\(kind.rawValue)` of "
        + "systems.\(system.name), or give \(kind.domain.rawValue) another owner.")
  }

  private func error(_ fault: CSVFileFault, _ export: Export) -> SystemError {
    fault.error(of: system, kind: export.names.kind, place: export.place)
  }
}

extension CSVFile.Stamp {
  /// A word that is the same for the same state of a file.
  var hashed: String { "\(device).\(inode).\(size).\(modified)" }
}

/// What was seen of the files of one place, by our own clock.
struct CSVSights: Sendable {
  private var stamps: [String: CSVFile.Stamp] = [:]
  private var changes: [String: Timestamp] = [:]
  private var lookedAt: Timestamp?

  /// When a file came or changed in our sight that claims to be older than that, or younger than now;
  /// `nil` for all others.
  func changed(_ path: String) -> Timestamp? { changes[path] }

  mutating func look(at candidates: [CSVPlace.Candidate], _ now: Timestamp) {
    let found = Dictionary(candidates.map { ($0.path, $0.stamp) }) { first, _ in first }
    changes = changes.filter { found[$0.key] != nil }
    if let lookedAt {
      for (path, stamp) in found where stamps[path] != stamp {
        let isOlder = stamp.modifiedAt < lookedAt.adding(.seconds(-1))
        let isYounger = stamp.modifiedAt > now.adding(.seconds(2))
        changes[path] = isOlder || isYounger ? now : nil
      }
    }
    stamps = found
    lookedAt = now
  }
}
