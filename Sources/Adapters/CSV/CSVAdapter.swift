import AdapterKit
import DealModel

/// Reads exports: files that finance writes now and then.
///
/// A reading is as old as its file: the modification time is the watermark of everything in it. An
/// export is read whole once, off the pool, and its rows are found again by deal ID; no value of it
/// is kept.
struct CSVAdapter: Adapter {
  let system: ConfiguredSystem
  let desk: CSVDesk
  let time: any TimeSource
  let observer: any CallObserver
  private let watch = CSVWatch()
  private let kinds: [RecordKind]

  /// The most deals in one question: rows near each other are read together, so many cost little
  /// more than few.
  static let batchSize = 10_000
  /// The most rows on a page of links.
  static let pageSize = 10_000

  init(_ context: AdapterContext) throws {
    system = context.system
    time = context.time
    observer = context.observer
    let exports = try Self.exports(of: context.system)
    guard !exports.isEmpty else {
      throw SystemError(
        .refused, system: context.system.name,
        message: "systems.\(context.system.name) names no export. Say where the files are, such as "
          + "`invoices: exports/invoices-*.csv`.")
    }
    kinds = exports.keys.sorted()
    desk = CSVDesk(
      context.system, exports: exports,
      rest: context.system.settings.duration("rest") ?? .seconds(2), time: context.time)
  }

  var capabilities: AdapterCapabilities {
    AdapterCapabilities(
      batchSizes: Dictionary(uniqueKeysWithValues: kinds.map { ($0, Self.batchSize) }),
      detailKinds: Set(kinds), finds: true, reportsChanges: true, listsLinks: true)
  }

  func watermark(of kind: RecordKind) async throws -> Timestamp? {
    try await inTime("look at \(kind.rawValue)") {
      try await desk.table(of: kind).file.stamp.modifiedAt
    }
  }

  func records(of kind: RecordKind, for ids: [DealID]) async throws -> [DealID: [Record]] {
    try await reported(
      "read \(kind.rawValue)", raw: { await rawRows(of: kind, for: ids) },
      { try await desk.records(of: kind, for: ids).records })
  }

  func changes(since cursor: PageCursor?) async throws -> ChangedDeals {
    try await reported("compare exports") { try await desk.changes(since: cursor) }
  }

  // MARK: Telling

  /// Does a piece of work and reports how it ended; cancelled work is reported as nothing.
  ///
  /// - Parameter raw: The rows it was about, as they stand in the file; made only when they are kept.
  func reported<Value: Sendable>(
    _ operation: String, raw: @escaping @Sendable () async -> [UInt8]? = { nil },
    _ work: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let began = time.now()
    func report(_ error: SystemError?, _ rows: [UInt8]? = nil) {
      let report = CallReport(
        system: system.name, operation: operation, began: began,
        duration: began.duration(to: time.now()), error: error)
      observer.callEnded(report)
      ExchangeRecorder.current?.note(report, question: operation, answer: rows)
    }
    do {
      let keepsRows = ExchangeRecorder.current?.keepsBodies ?? false
      let done = try await inTime(operation) {
        let value = try await work()
        return Done(value: value, rows: keepsRows ? await raw() : nil)
      }
      report(nil, done.rows)
      return done.value
    } catch let error as SystemError {
      report(error)
      throw error
    }
  }

  private struct Done<Value: Sendable>: Sendable {
    var value: Value
    var rows: [UInt8]?
  }

  /// Does a piece of work within the deadline of a call: a disk or share that hangs is given up, and
  /// what comes later is thrown away.
  ///
  /// By real time, because real disks cannot be played back. As long as one reading hangs, no other is
  /// sent after it.
  private func inTime<Value: Sendable>(
    _ operation: String, _ work: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    if watch.isHanging { throw late(operation) }
    let task = Task { try await work() }
    return try await withTaskCancellationHandler {
      try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask { try await Joining.value(of: task) }
        group.addTask {
          try await Task.sleep(for: system.callDeadline)
          return nil
        }
        defer { group.cancelAll() }
        if let first = try await group.next(), let value = first { return value }
        watch.hangs(task)
        throw late(operation)
      }
    } onCancel: {
      task.cancel()
    }
  }

  private func late(_ operation: String) -> SystemError {
    SystemError(
      .unavailable, system: system.name,
      message: "\(system.name) (CSV): its disk or network share did not answer \(operation) within "
        + "\(system.callDeadline.components.seconds) s. It is tried again by itself; see whether the "
        + "share is mounted and its server is up.")
  }

  // MARK: Settings

  private static func exports(
    of system: ConfiguredSystem
  ) throws -> [RecordKind: CSVDesk.Export] {
    let settings = system.settings
    let format = try CSVFormat(settings, of: system.name)
    var exports: [RecordKind: CSVDesk.Export] = [:]
    for kind in RecordKind.allCases {
      guard let path = settings.text(kind.rawValue) else { continue }
      let meaning = CSVMeaning(
        system: system, kind: kind, format: format, currency: settings.currency("currency"),
        types: lowercased(settings.textMapping("types")),
        statuses: lowercased(settings.textMapping("statuses")),
        costType: settings.text("cost_type").flatMap(Cost.Kind.init) ?? .bill)
      exports[kind] = CSVDesk.Export(
        place: CSVPlace(path: path), names: try names(of: kind, system), meaning: meaning)
    }
    // Words that somebody explained are in some column: without it rows would mean something else.
    for (key, role) in [("types", CSVRole.type), ("statuses", .status)]
    where !settings.textMapping(key).isEmpty {
      let kinds = exports.keys.filter { CSVRole.roles(of: $0).contains(role) }
      // Where several exports might be meant, not each of them needs it.
      if kinds.count == 1, let kind = kinds.first { exports[kind]?.names.needed.insert(role) }
    }
    return exports
  }

  private static func names(
    of kind: RecordKind, _ system: ConfiguredSystem
  ) throws -> CSVColumnNames {
    let key = "\(kind.rawValue)_columns"
    let known = CSVRole.roles(of: kind)
    var names = CSVColumnNames(
      kind: kind, link: system.link, roles: [:],
      echoes: kind == .deals ? system.echoProperties : [])
    for (word, column) in system.settings.textMapping(key).sorted(by: { $0.key < $1.key }) {
      if word == "link" {
        names.link = column
      } else if let role = CSVRole(word: word), known.contains(role) {
        names.roles[role] = column
      } else {
        let words = known.map(\.word) + ["link"]
        let hint = word.nearest(among: words).map { "; did you mean \($0)?" } ?? "."
        throw SystemError(
          .refused, system: system.name,
          message: "`\(key)` of systems.\(system.name) cannot map \(VisibleText(word.prefix(40)))"
            + "\(hint) It takes \(words.joined(separator: ", ")).")
      }
    }
    return names
  }

  private static func lowercased(_ words: [String: String]) -> [String: String] {
    Dictionary(words.map { ($0.key.lowercased(), $0.value) }) { first, _ in first }
  }
}
