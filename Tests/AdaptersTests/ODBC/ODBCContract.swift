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
        withoutJSON:
          "a database answers rows of typed columns: ODBCReadingTests and ODBCFaultTests "
          + "have columns of other types, and files that are no database",
        besides: [
          .crossedAnswers: "ODBCDatabaseTests has SQL that answers with other deals' rows",
          .onlyReads: "ODBCFaultTests has SQL that writes, which the database refuses",
          .passingFailure: "ODBCFaultTests breaks a connection that stood idle",
          .dropped: "ODBCFaultTests breaks connections, and servers that are not there",
          .throttled: "ODBCDatabaseTests leaves no connection; a SQLite file has no such limit",
          .wrongCredentials: "ODBCFaultTests has a wrong password; a SQLite file has none",
          .expiredCredentials: "ODBCDatabaseTests lets a login expire; a SQLite file has none",
          .late: "ODBCFaultTests has a statement slower than its deadline",
          .cancelled: "ODBCFaultTests cancels a statement that runs",
          .cancelledLater: "ODBCFaultTests cancels a statement that runs",
        ]))
  }
}
