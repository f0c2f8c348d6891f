import AdapterKit
import DealModel
import TestSupport
import Testing

@testable import Adapters

@Suite("What can go wrong with a ledger behind ODBC")
struct ODBCFaultTests {
  private func connection(_ text: String) -> [String: SettingValue] {
    ["connection": .text(text), "records": LedgerSQL.mapping(LedgerSQL.records)]
  }

  @Test("a driver that is not installed names Debian's package")
  func driver() async throws {
    for (driver, package) in [
      ("FreeTDS of mine", "tdsodbc"), ("MariaDB of mine", "odbc-mariadb"),
      ("PostgreSQL of mine", "odbc-postgresql"), ("SQLite of mine", "libsqliteodbc"),
    ] {
      let bench = try ODBCBench(connection("Driver={\(driver)};Server=localhost"))
      let error = try #require(try await bench.failure())
      #expect(error.kind == .refused)
      #expect(error.message.contains("package \(package)"), "\(error.message)")
      #expect(error.message.contains(driver))
    }
    let unknown = try ODBCBench(connection("DSN=nobody"))
    #expect(try await unknown.failure()?.message.contains("odbcinst -q -s") == true)
  }

  @Test("a wrong password is unauthorized, and never shown")
  func password() async throws {
    let ledger = try PostgreSQLLedger()
    let bench = try ODBCBench(ledger, secrets: WrongSecrets())
    let error = try #require(try await bench.failure())
    #expect(error.kind == .unauthorized)
    for said in [error] + bench.calls.reports.compactMap(\.error) {
      #expect(!"\(said)".contains(WrongSecrets.text))
    }
  }

  @Test("a host nobody knows is unavailable, and the mend names Server")
  func host() async throws {
    let bench = try ODBCBench(
      connection("Driver={PostgreSQL Unicode};Server=ledger.invalid;Database=x"))
    let error = try #require(try await bench.failure())
    #expect(error.kind == .unavailable)
    #expect(error.message.contains("ledger.invalid") && error.message.contains("Server"))
  }

  @Test("a server that is not there is unavailable")
  func port() async throws {
    let bench = try ODBCBench(
      connection("Driver={PostgreSQL Unicode};Server=127.0.0.1;Port=1;Database=x"))
    #expect(try await bench.failure()?.kind == .unavailable)
  }

  @Test("a database of another name is refused")
  func database() async throws {
    let ledger = try PostgreSQLLedger()
    let bench = try ODBCBench(
      ledger,
      changed: [
        "connection": .text(
          "Driver={PostgreSQL Unicode};Server=\(ledger.server.directory);Database=nope")
      ])
    let error = try #require(try await bench.failure())
    #expect(error.kind == .refused && error.message.contains("Database in `connection`"))
  }

  @Test("a table or column that is gone is named", arguments: LedgerKind.allCases)
  func vanished(_ kind: LedgerKind) async throws {
    let source = try kind.ledger()
    for (sql, field) in [
      ("net FROM ledger_invoices WHERE deal_id IN (:ids)", "ledger_invoices"),
      ("netto AS net FROM ledger_invoice WHERE deal_id IN (:ids)", "netto"),
      ("issued FROM ledger_invoice WHERE deal_id IN (:ids)", "net"),
    ] {
      let error = try await ODBCBench(source, invoices: ODBCBench.invoices + sql).failure()
      #expect(error?.kind == .drifted(field: field))
      #expect(error?.message.contains("`records.invoices`") == true)
    }
  }

  @Test(
    "SQL that cannot be read is quoted as far as the database quotes it",
    arguments: LedgerKind.allCases)
  func syntax(_ kind: LedgerKind) async throws {
    let bench = try ODBCBench(
      try kind.ledger(), invoices: "SELECT id FORM ledger_invoice WHERE deal_id IN (:ids)")
    let error = try #require(try await bench.failure())
    #expect(error.kind == .refused)
    #expect(error.message.contains("syntax error"), "\(error.message)")
  }

  @Test("what the login may not read is unauthorized")
  func grants() async throws {
    let bench = try ODBCBench(
      try PostgreSQLLedger(), invoices: "SELECT id FROM vault WHERE id::text IN (:ids)")
    #expect(try await bench.failure()?.kind == .unauthorized)
  }

  @Test("a file that is no database is malformed, and a missing one is not made")
  func file() async throws {
    let ledger = try SQLiteLedger(ManualClock("2026-11-20T09:00:00Z"))
    let script = PostgreSQLServer.folder + "/ledger.sql"
    let other = try ODBCBench(connection("Driver=SQLite3;Database=\(script)"))
    #expect(try await other.failure()?.kind == .malformed)
    let missing = try ODBCBench(connection("Driver=SQLite3;Database=\(ledger.path).none"))
    #expect(try await missing.failure()?.kind == .unavailable)
    let again = try ODBCBench(connection("Driver=SQLite3;Database=\(ledger.path).none"))
    #expect(try await again.failure()?.kind == .unavailable)
  }

  @Test("a SELECT that writes is refused, and nothing is written")
  func writing() async throws {
    let ledger = try PostgreSQLLedger()
    let login: [String: SettingValue] = [
      "user": .text("writer"), "password": .secret(.environment("PATH")),
    ]
    for sql in [
      "WITH gone AS (DELETE FROM ledger_invoice RETURNING id) "
        + "SELECT id FROM gone WHERE id::text IN (:ids)",
      "SELECT nextval('counter') AS id WHERE 'a' NOT IN (:ids)",
    ] {
      let records = LedgerSQL.mapping(["invoices": sql])
      let bench = try ODBCBench(
        ledger, changed: login.merging(["records": records]) { $1 }, secrets: Writer())
      let error = try #require(try await bench.failure())
      #expect(error.kind == .refused)
      #expect(error.message.contains("asked to write"), "\(error.message)")
    }
    #expect(try ledger.run("SELECT count(*) FROM ledger_invoice") == "7")
  }

  @Test("IDs are bound: none of them is ever SQL", arguments: LedgerKind.allCases)
  func bound(_ kind: LedgerKind) async throws {
    let bench = try ODBCBench(try kind.ledger())
    let hostile: [DealID] = [
      "'; DROP TABLE ledger_invoice; --", "') OR 1=1 --", "?", ":ids", "{d '2026-01-01'}",
      "🛟\u{0}x",
      "\\'", "$1",
    ]
    let answer = try await bench.adapter.records(of: .invoices, for: hostile)
    #expect(Set(answer.keys) == Set(hostile))
    #expect(!answer.values.contains { !$0.isEmpty })
    #expect(try await bench.invoices("BW-10001").count == 3)
  }

  @Test("a slow statement ends at its deadline, also in the database")
  func late() async throws {
    let ledger = try PostgreSQLLedger()
    let bench = try ODBCBench(
      ledger, invoices: Self.slow, deadline: .milliseconds(300))
    let error = try #require(try await bench.failure())
    #expect(error.kind == .unavailable)
    #expect(error.message.contains("within"))
    try await Self.expectQuiet(ledger)
  }

  @Test("cancelling ends a call at once and is reported as nothing")
  func cancelled() async throws {
    let ledger = try PostgreSQLLedger()
    let bench = try ODBCBench(ledger, invoices: Self.slow)
    let question = Task { try await bench.invoices("BW-10001") }
    while try ledger.run(Self.running(ledger)) == "0" { await Task.yield() }
    question.cancel()
    let outcome = await question.result
    #expect(throws: CancellationError.self) { try outcome.get() }
    #expect(bench.calls.reports.isEmpty)
    try await Self.expectQuiet(ledger)
  }

  @Test("a SQLite statement without end is cancelled, too")
  func endless() async throws {
    let bench = try ODBCBench(
      try SQLiteLedger(ManualClock("2026-11-20T09:00:00Z")),
      invoices: """
        WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)
        SELECT count(*) AS id FROM n WHERE 'a' NOT IN (:ids)
        """, deadline: .milliseconds(300))
    #expect(try await bench.failure()?.kind == .unavailable)
    await bench.adapter.close()
  }

  @Test("a SQLite answer that is given up is whole or nothing, wherever its rows are by then")
  func givenUp() async throws {
    let session = try ODBCSession(
      connectionString: Secret("Driver=SQLite3;Database=:memory:"), file: nil, loginTimeout: 5)
    defer { session.close() }
    let rows = 5_000
    let statement = BoundStatement(
      sql: """
        WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < ?)
        SELECT x, 'a', 'b' FROM n
        """, parameters: [.number(Int32(rows))])
    var givenUp = 0
    for part in 0..<40 {
      session.lend()
      async let counted = DetachedThread.run {
        (try? session.table(statement, timeout: 60, mostRows: rows))?.rowCount
      }
      try await Task.sleep(for: .milliseconds(part))
      session.cancel()
      let count = await counted
      #expect(count == nil || count == rows)
      if count == nil { givenUp += 1 }
    }
    #expect(givenUp > 0)
    session.lend()
    #expect(try session.table(statement, timeout: 60, mostRows: rows).rowCount == rows)
  }

  @Test("a connection that broke while it stood idle is opened anew without a word")
  func restarted() async throws {
    let ledger = try PostgreSQLLedger()
    let bench = try ODBCBench(ledger)
    #expect(try await bench.invoices("BW-10001").count == 3)
    try ledger.disconnect()
    #expect(try await bench.invoices("BW-10001").count == 3)
    #expect(bench.calls.reports.count == 3)
    #expect(bench.calls.reports.filter { $0.error != nil }.count == 1)
  }

  @Test("many questions share few connections")
  func pooled() async throws {
    let ledger = try PostgreSQLLedger()
    let bench = try ODBCBench(ledger, changed: ["concurrency": .integer(3)])
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<40 { group.addTask { try await bench.invoices("BW-10001").count } }
      for try await count in group { #expect(count == 3) }
    }
    let open = try ledger.run(
      "SELECT count(*) FROM pg_stat_activity WHERE usename = 'reader' "
        + "AND datname = '\(ledger.database)'")
    #expect((1...3).contains(Int(open) ?? 0))
    await bench.adapter.close()
  }

  private static let slow =
    ODBCBench.invoices
    + "net FROM ledger_invoice, pg_sleep(600) WHERE deal_id IN (:ids)"

  private static func running(_ ledger: PostgreSQLLedger) -> String {
    "SELECT count(*) FROM pg_stat_activity WHERE datname = '\(ledger.database)' "
      + "AND state = 'active' AND usename = 'reader'"
  }

  /// Waits until the database no longer works for us: cancelling reaches it a moment later.
  private static func expectQuiet(_ ledger: PostgreSQLLedger) async throws {
    for _ in 0..<500 {
      if try ledger.run(running(ledger)) == "0" { return }
      await Task.yield()
    }
    Issue.record("the statement still runs")
  }
}

/// The password of the role `writer`.
private struct Writer: SecretReader {
  func secret(from source: SecretSource, for system: SystemName) async throws -> Secret {
    Secret("writer")
  }
}
