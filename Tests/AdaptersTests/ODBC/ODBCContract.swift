import AdapterKit
import Adapters
import DealModel
import Sandbox
import TestSupport

extension ContractSubject {
  /// A ledger in a SQLite file.
  static let odbcSQLite = odbc("ledger_sqlite") { try SQLiteLedger($0) }
  /// A ledger on a PostgreSQL server.
  static let odbcPostgreSQL = odbc("ledger_postgresql") { _ in try PostgreSQLLedger() }

  private static func odbc(
    _ system: SystemName, _ source: @escaping @Sendable (ManualClock) throws -> any ContractSource
  ) -> ContractSubject {
    ContractSubject(
      kind: ODBCKind.self, system: system, link: "deal_id", settings: [:],
      deals: [.invoices: "BW-10001", .costs: "BW-10001"], number: ("LI-102", "BW-10001"),
      change: (ControlOrder(.correctInvoice(number: "LI-104", net: 1234)), "BW-10002", .invoices),
      drift: ControlOrder(.renameProperty(from: "deal_id", to: "project")),
      mostCalls: [.invoices: 1, .costs: 1], renewsCredentials: false, source: source,
      exemptions: ContractScenario.exemptions(
        withoutHTTP: "a database has no HTTP; ODBCFaultTests has its own failures"))
  }
}
