public import DealModel
import GRDB
import Glibc

/// A custom ledger: a SQLite file made from `ledger.sql`, which clients read through ODBC.
///
/// The file is `{{scratch}}/<system>.sqlite`. General faults take it away, because nobody asks a file;
/// `mend` puts it back. `correct-invoice` runs the statement that `orders.json` names, with `:number`,
/// `:net` and `:now` bound.
public actor LedgerEmulator: Emulator {
  public static let kind = "odbc"
  public static let orders: [ControlOrder.Name] = [.correctInvoice, .renameProperty]
  public static let isReadFromFile = true

  private let path: String
  private let time: any TimeSource
  private let correction: String?
  private var renamed: [(table: String, from: String, to: String)] = []

  /// Makes the file.
  ///
  /// - Throws: ``SandboxError`` when there is no `ledger.sql`, or SQLite cannot run it.
  public init(folder: EmulatorFolder, environment: EmulatorEnvironment) throws {
    let place = "\(folder.name)/ledger.sql"
    guard let script = try folder.script("ledger") else {
      throw SandboxError("there is no ledger.sql, the script that makes the ledger", at: place)
    }
    time = environment.time
    path = "\(environment.scratch.path)/\(environment.system).sqlite"
    correction = try folder.object("orders")?["correct-invoice"]?.string
    for file in [path, path + ".gone"] { unlink(file) }
    do {
      try DatabaseQueue(path: path).writeWithoutTransaction { database in
        // Quicker, and nothing is lost: the file is made anew at each start.
        try database.execute(sql: "PRAGMA synchronous = OFF")
        try database.inTransaction {
          try database.execute(sql: script)
          return .commit
        }
      }
    } catch let error as DatabaseError {
      throw SandboxError("SQLite cannot run it: \(error.message ?? "")", at: place)
    }
  }

  public func respond(to request: EmulatedRequest) -> EmulatedResponse {
    .json(.object(["error": .string("a ledger is no server: its file is \(path)")]), status: 404)
  }

  public func failure(status: Int, for request: EmulatedRequest) -> EmulatedResponse {
    respond(to: request)
  }

  public func throttling(policy: String?, for request: EmulatedRequest) -> EmulatedResponse {
    respond(to: request)
  }

  public func befall(_ faults: [ControlOrder]) {
    let isGone = faults.contains { $0.name != .delay }
    if isGone { rename(path, path + ".gone") } else { rename(path + ".gone", path) }
  }

  public func mend() {
    rename(path + ".gone", path)
    for change in renamed.reversed() {
      try? run("ALTER TABLE \(change.table) RENAME COLUMN \(change.to) TO \(change.from)")
    }
    renamed = []
  }

  public func obey(_ order: ControlOrder) throws -> JSONValue {
    switch order.act {
    case .correctInvoice(let number, let net): return try correct(number, net)
    case .renameProperty(let from, let to): return try renameColumn(from, to)
    default: throw SandboxError.notObeyed(order, orders: Self.orders)
    }
  }

  private func correct(_ number: String, _ net: ExactDecimal) throws -> JSONValue {
    guard let correction else {
      throw SandboxError("orders.json of this ledger names no statement for `correct-invoice`")
    }
    let now = String(time.now().description.dropLast().map { $0 == "T" ? " " : $0 })
    let changed = try DatabaseQueue(path: path).write { database in
      try database.execute(
        sql: correction,
        arguments: ["number": number, "net": net.description, "now": now])
      return database.changesCount
    }
    guard changed > 0 else { throw SandboxError("there is no invoice `\(number)`") }
    return .object(["invoice": .string(number), "net": .string(net.description)])
  }

  /// Renames a column wherever it stands.
  private func renameColumn(_ from: String, _ to: String) throws -> JSONValue {
    let isName = { (text: String) in
      !text.isEmpty
        && text.utf8.allSatisfy { $0 == 0x5F || ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 }
    }
    guard isName(from), isName(to) else {
      throw SandboxError("a column's name has letters, digits and `_`")
    }
    let tables = try DatabaseQueue(path: path).read { database in
      try String.fetchAll(
        database,
        sql: """
          SELECT m.name FROM sqlite_master m, pragma_table_info(m.name) c
          WHERE m.type = 'table' AND c.name = ? ORDER BY m.name
          """, arguments: [from])
    }
    guard !tables.isEmpty else { throw SandboxError("no table has a column `\(from)`") }
    for table in tables {
      try run("ALTER TABLE \(table) RENAME COLUMN \(from) TO \(to)")
      renamed.append((table, from, to))
    }
    return .object(["renamed": .string(to), "tables": .array(tables.map { .string($0) })])
  }

  private func run(_ sql: String) throws {
    try DatabaseQueue(path: path).writeWithoutTransaction { try $0.execute(sql: sql) }
  }
}
