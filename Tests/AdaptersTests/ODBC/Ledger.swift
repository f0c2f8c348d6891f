import AdapterKit
import Adapters
import DealModel
import Foundation
import GRDB
import Sandbox
import TestSupport

/// The SQL a company would write for the ledger of `ledger.sql`.
enum LedgerSQL {
  private static let invoice = """
    SELECT i.id, i.deal_id, i.number, i.issued, i.due, i.net, i.gross, i.paid, i.currency, i.memo,
      CASE i.kind WHEN 'CRN' THEN 'credit_note' ELSE 'invoice' END AS type,
      CASE i.state WHEN 'void' THEN 'voided' ELSE i.state END AS status, i.changed AS modified_at
    FROM ledger_invoice i
    """
  private static let cost = """
    SELECT c.id, c.deal_id, c.number, c.kind AS type, c.state AS status, c.vendor AS party,
      c.booked AS date, c.net, c.unbilled AS open, 'EUR' AS currency, c.changed AS modified_at
    FROM ledger_cost c
    """

  static let records: [String: String] = [
    "invoices": invoice + " WHERE i.deal_id IN (:ids)",
    "costs": cost + " WHERE c.deal_id IN (:ids)",
  ]

  static let settings: [String: SettingValue] = [
    "records": mapping(records),
    "details": mapping([
      "invoices": invoice + " WHERE i.id = CAST(:id AS INTEGER)",
      "costs": cost + " WHERE c.id = CAST(:id AS INTEGER)",
    ]),
    "lines": mapping([
      "invoices":
        "SELECT item AS text, quantity, net FROM ledger_invoice_line "
        + "WHERE invoice_id = CAST(:id AS INTEGER) ORDER BY line"
    ]),
    "applications": mapping([
      "invoices":
        "SELECT number, received AS date, amount FROM ledger_receipt "
        + "WHERE invoice_id = CAST(:id AS INTEGER) ORDER BY received"
    ]),
    "find": mapping([
      "invoices": "SELECT id, deal_id, number FROM ledger_invoice WHERE number = :text",
      "costs": "SELECT id, deal_id, number FROM ledger_cost WHERE number = :text",
    ]),
    "changes": mapping([
      "invoices":
        "SELECT id, deal_id, changed AS modified_at FROM ledger_invoice WHERE changed >= :since",
      "costs":
        "SELECT id, deal_id, changed AS modified_at FROM ledger_cost WHERE changed >= :since",
    ]),
    "links": mapping([
      "invoices": """
      SELECT id, deal_id, number FROM ledger_invoice
      WHERE id > COALESCE(CAST(:after AS INTEGER), 0) ORDER BY id LIMIT :limit
      """,
      "costs": "SELECT id, deal_id, number FROM ledger_cost",
    ]),
  ]

  static func mapping(_ texts: [String: String]) -> SettingValue {
    .mapping(texts.mapValues { .text($0) })
  }
}

/// A ledger in a SQLite file, made from the script for one scenario.
final class SQLiteLedger: ContractSource {
  let path: String
  private let clock: ManualClock
  private let folder: TemporaryFolder

  init(_ clock: ManualClock) throws {
    self.clock = clock
    folder = try TemporaryFolder()
    path = folder.path + "/ledger.sqlite"
    let script = try String(
      contentsOfFile: PostgreSQLServer.folder + "/ledger.sql", encoding: .utf8)
    try run(script)
  }

  var settings: [String: SettingValue] {
    ["connection": .text("Driver=SQLite3;Database=\(path)")].merging(LedgerSQL.settings) { $1 }
  }

  func run(_ sql: String) throws {
    try DatabaseQueue(path: path).writeWithoutTransaction { try $0.execute(sql: sql) }
  }

  func obey(_ order: ControlOrder) async throws {
    switch order.act {
    case .fail:
      if FileManager.default.fileExists(atPath: path) {
        try FileManager.default.moveItem(atPath: path, toPath: path + ".gone")
      }
    case .mend:
      if FileManager.default.fileExists(atPath: path + ".gone") {
        try FileManager.default.moveItem(atPath: path + ".gone", toPath: path)
      }
      try? run("ALTER TABLE ledger_invoice RENAME COLUMN project TO deal_id")
      try? run("ALTER TABLE ledger_cost RENAME COLUMN project TO deal_id")
    case .renameProperty(let from, let to):
      try run("ALTER TABLE ledger_invoice RENAME COLUMN \(from) TO \(to)")
      try run("ALTER TABLE ledger_cost RENAME COLUMN \(from) TO \(to)")
    case .correctInvoice(let number, let net):
      let now = String(clock.now().description.dropLast().map { $0 == "T" ? " " : $0 })
      try run(
        "UPDATE ledger_invoice SET net = \(net), changed = '\(now)' WHERE number = '\(number)'")
    default: throw UnknownOrder(act: order.act)
    }
  }
}

/// A ledger in a database of its own on the tests' PostgreSQL server.
final class PostgreSQLLedger: ContractSource {
  let server: PostgreSQLServer
  let database: String
  private let folder: TemporaryFolder

  init() throws {
    server = try PostgreSQLServer.shared.get()
    database = try server.database()
    folder = try TemporaryFolder()
    try PostgreSQLServer.password.write(
      toFile: folder.path + "/password", atomically: true, encoding: .utf8)
  }

  var connection: String {
    "Driver={PostgreSQL Unicode};Server=\(server.directory);Database=\(database)"
  }

  var settings: [String: SettingValue] {
    let own: [String: SettingValue] = [
      "connection": .text(connection), "user": .text("reader"),
      "password": .secret(.file(folder.path + "/password")),
    ]
    return own.merging(LedgerSQL.settings) { $1 }
  }

  @discardableResult
  func run(_ sql: String) throws -> String { try server.run(sql, in: database) }

  func obey(_ order: ControlOrder) async throws {
    switch order.act {
    case .fail:
      try server.run("ALTER DATABASE \(database) ALLOW_CONNECTIONS false")
      try disconnect()
    case .mend:
      try server.run("ALTER DATABASE \(database) ALLOW_CONNECTIONS true")
      _ = try? run("ALTER TABLE ledger_invoice RENAME COLUMN project TO deal_id")
      _ = try? run("ALTER TABLE ledger_cost RENAME COLUMN project TO deal_id")
    case .renameProperty(let from, let to):
      try run("ALTER TABLE ledger_invoice RENAME COLUMN \(from) TO \(to)")
      try run("ALTER TABLE ledger_cost RENAME COLUMN \(from) TO \(to)")
    case .correctInvoice(let number, let net):
      try run(
        "UPDATE ledger_invoice SET net = \(net), changed = now() AT TIME ZONE 'UTC' "
          + "WHERE number = '\(number)'")
    default: throw UnknownOrder(act: order.act)
    }
  }

  /// Ends every connection to the database, as a restart does.
  func disconnect() throws {
    try server.run(
      "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity WHERE datname = '\(database)'")
  }
}

/// A folder that goes with its last user.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "plumbline-\(UUID())")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
