import AdapterKit
import DealModel
import TestSupport
import Testing

/// What the contract asks of answers over HTTP, asked of databases.
@Suite("A ledger's database under contract")
struct ODBCDatabaseTests {
  @Test(
    "SQL that answers with another deal's rows spoils its answer", arguments: LedgerKind.allCases)
  func crossed(_ kind: LedgerKind) async throws {
    let careless = "net, deal_id FROM ledger_invoice WHERE deal_id IS NOT NULL OR deal_id IN (:ids)"
    let bench = try ODBCBench(
      try kind.ledger(),
      invoices: "SELECT id, 'open' AS status, '1' AS gross, '0' AS paid, 'EUR' AS currency, "
        + "number, \(careless)")
    let error = try #require(try await bench.failure("BW-99999"))
    #expect(error.kind == .malformed)
    #expect(error.message.contains("belongs to a deal nobody asked about"), "\(error.message)")
    #expect(!error.message.contains("BW-10001"))
  }

  @Test("a database without a connection left is throttled, and read again once it has one")
  func throttled() async throws {
    let ledger = try PostgreSQLLedger()
    let bench = try ODBCBench(ledger)
    try ledger.server.run("ALTER DATABASE \(ledger.database) CONNECTION LIMIT 0")
    let error = try #require(try await bench.failure())
    #expect(error.kind == .throttled(retryAfter: nil), "\(error.message)")
    #expect(error.message.contains("`concurrency`"))
    try ledger.server.run("ALTER DATABASE \(ledger.database) CONNECTION LIMIT -1")
    #expect(try await bench.invoices("BW-10001").count == 3)
  }

  @Test("a login that expired in mid-run is unauthorized, and let in again once it is renewed")
  func expired() async throws {
    let ledger = try PostgreSQLLedger()
    let login = "\(ledger.database)_guest"
    try ledger.server.run("CREATE ROLE \(login) LOGIN PASSWORD 'guest'")
    try ledger.run("GRANT SELECT ON ALL TABLES IN SCHEMA public TO \(login)")
    let bench = try ODBCBench(
      ledger,
      changed: ["user": .text(login), "password": .secret(.environment("GUEST"))],
      secrets: Guest())
    #expect(try await bench.invoices("BW-10001").count == 3)
    // Connections that are open stay so; a new one is needed after a restart.
    try ledger.server.run("ALTER ROLE \(login) VALID UNTIL '2001-01-01'")
    try ledger.disconnect()
    let error = try #require(try await bench.failure())
    #expect(error.kind == .unauthorized, "\(error.message)")
    #expect(!"\(error)".contains("guest'"))
    try ledger.server.run("ALTER ROLE \(login) VALID UNTIL 'infinity'")
    #expect(try await bench.invoices("BW-10001").count == 3)
  }
}

/// The password of a login made for one test.
private struct Guest: SecretReader {
  func secret(from source: SecretSource, for system: SystemName) async throws -> Secret {
    Secret("guest")
  }
}
