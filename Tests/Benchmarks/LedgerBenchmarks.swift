import AdapterKit
import Adapters
import DealModel

/// A million invoice rows in a SQLite database joined to 100,000 deals and rolled up: the ODBC adapter,
/// batch by batch as the engine asks, against sqlite3's command line on the same database in the same
/// run. Amounts are whole cents there, so that both sums are exact.
struct LedgerBenchmarks {
  let files: InvoiceFiles
  private let today =
    CalendarDate(year: 2026, month: 11, day: 20) ?? CalendarDate(daysSinceEpoch: 0)
  private var database: String { files.folder + "/ledger.sqlite" }

  func run() async throws {
    let script = """
      CREATE TABLE invoices (id INTEGER PRIMARY KEY, number TEXT, deal TEXT, issued TEXT, due TEXT,
        net INTEGER, gross INTEGER, outstanding INTEGER, status TEXT, customer TEXT);
      INSERT INTO invoices SELECT NULL, number, deal, issued, due,
        CAST(replace(net, '.', '') AS INTEGER), CAST(replace(gross, '.', '') AS INTEGER),
        CAST(replace(outstanding, '.', '') AS INTEGER), status, customer FROM raw;
      DROP TABLE raw; VACUUM; CREATE INDEX by_deal ON invoices (deal);
      """
    let made = Machine.run(["sqlite3", database, ".import --csv \(files.invoices) raw", script])
    guard made != nil else { return print("odbc: sqlite3 is not installed: left out") }
    print(
      "odbc: \(InvoiceFiles.rows) invoice rows in SQLite joined to \(InvoiceFiles.deals) deals, "
        + "rolled up")
    for _ in 0..<3 {
      let sums = try await adapter()
      sqlite(expecting: sums)
    }
  }

  private func adapter() async throws -> Sums {
    Machine.forgetPeak()
    let (before, used) = (Machine.peakMemory, Machine.processorTime)
    let adapter = try makeAdapter()
    let ids = files.ids
    let batch = adapter.capabilities.batchSizes[.invoices] ?? 1
    let began = ContinuousClock.now
    // All at once, as the engine asks: the adapter lets as many through as it has connections.
    let sums = try await withThrowingTaskGroup(of: Sums.self) { group in
      for start in stride(from: 0, to: ids.count, by: batch) {
        group.addTask {
          let asked = Array(ids[start..<min(start + batch, ids.count)])
          var sums = Sums()
          for (_, records) in try await adapter.records(of: .invoices, for: asked) {
            try sums.add(records, today: today)
          }
          return sums
        }
      }
      return try await group.reduce(into: Sums()) { try $0.add($1) }
    }
    let took = Benchmarks.milliseconds(ContinuousClock.now - began)
    await adapter.close()
    let processor = ((Machine.processorTime - used) * 1_000).rounded() / 1_000
    print(
      "  plumbline  \(took) ms (\(processor) s of processor), \(sums.rows) rows in batches of "
        + "\(batch), \(sums.text), peak memory \(Machine.peakMemory) MB (\(before) MB before)")
    return sums
  }

  private func sqlite(expecting sums: Sums) {
    let query = """
      SELECT printf('%.2f|%.2f|%.2f|%.2f', sum(invoiced) / 100.0, sum(paid) / 100.0,
        sum(outstanding) / 100.0, sum(overdue) / 100.0) FROM (
      SELECT d.deal, sum(i.net) AS invoiced, sum(i.gross - i.outstanding) AS paid,
        sum(i.outstanding) AS outstanding,
        sum(CASE WHEN i.due < '\(today)' THEN i.outstanding ELSE 0 END) AS overdue
      FROM list.deals d JOIN invoices i ON i.deal = d.deal
      WHERE i.status NOT IN ('draft', 'voided') GROUP BY d.deal)
      """
    let words = [
      "sqlite3", database, "ATTACH ':memory:' AS list",
      ".import --csv --schema list \(files.list) deals", query,
    ]
    guard let run = Machine.run(words) else { return print("  sqlite3 failed") }
    let agrees = run.printed == sums.text
    print(
      "  sqlite3    \(Benchmarks.milliseconds(run.took)) ms (\(run.processor) s of processor), "
        + "\(run.printed) (\(agrees ? "the same" : "NOT THE SAME"))")
  }

  private func makeAdapter() throws -> any Adapter {
    let statement = """
      SELECT id, deal, status, due, net, gross, outstanding FROM invoices WHERE deal IN (:ids)
      """
    let system = ConfiguredSystem(
      name: "ledger", kind: "odbc", link: "deal", steward: "", failureMode: "",
      limits: FreshnessLimits(freshFor: .seconds(120), expireAfter: .seconds(86_400)),
      settings: SystemSettings([
        "connection": .text("Driver=SQLite3;Database=\(database)"), "minor_units": .flag(true),
        "currency": .currency(try InvoiceFiles.euro()), "batch_size": .integer(2_000),
        "records": .mapping(["invoices": .text(statement)]),
      ]))
    return try ODBCKind.makeAdapter(
      AdapterContext(
        system: system, sharedID: SharedID(origin: "crm", pattern: ".*"),
        transport: AsyncHTTPTransport(), secrets: EnvironmentSecretReader(), time: SystemClock(),
        random: SystemRandom(), observer: Silence()))
  }
}

/// Calls that nobody counts.
struct Silence: CallObserver {
  func callEnded(_ call: CallReport) {}
}
