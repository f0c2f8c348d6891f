import AdapterKit
import Adapters
import DealModel
import Foundation

/// A million invoice rows joined to 100,000 deals and rolled up: the adapter against sqlite3's
/// command line on the same file in the same run, and against pandas' memory where there is one.
struct CSVBenchmarks {
  let files: InvoiceFiles

  func run() async throws {
    print(
      "csv: \(InvoiceFiles.rows) invoice rows joined to \(InvoiceFiles.deals) deals, rolled up")
    let sum = try await adapter()
    sqlite(expecting: sum)
    pandas()
  }

  // MARK: The three

  private func adapter() async throws -> ExactDecimal {
    Machine.forgetPeak()
    let before = Machine.peakMemory
    let adapter = try makeAdapter()
    let began = ContinuousClock.now
    let ids = files.ids
    var total = ExactDecimal.zero
    var linked = 0
    let batch = adapter.capabilities.batchSizes[.invoices] ?? 1
    var cold: Duration?
    for start in stride(from: 0, to: ids.count, by: batch) {
      let asked = Array(ids[start..<min(start + batch, ids.count)])
      for (_, records) in try await adapter.records(of: .invoices, for: asked) {
        var sum = ExactDecimal.zero
        for record in records {
          guard case .invoice(let invoice) = record.content, let net = invoice.net.value else {
            continue
          }
          sum = try sum.adding(net.amount)
          linked += 1
        }
        total = try total.adding(sum)
      }
      cold = cold ?? (ContinuousClock.now - began)
    }
    let took = Benchmarks.milliseconds(ContinuousClock.now - began)
    print(
      "  plumbline  \(took) ms, first \(batch) deals \(Benchmarks.milliseconds(cold ?? .zero)) ms, "
        + "\(linked) rows, total \(total), peak memory \(Machine.peakMemory) MB (\(before) MB before)"
    )
    return total
  }

  private func sqlite(expecting total: ExactDecimal) {
    let query =
      "SELECT count(*), printf('%.2f', sum(s)) FROM (SELECT d.deal, sum(CAST(i.net AS REAL)) s "
      + "FROM deals d JOIN invoices i ON i.deal = d.deal GROUP BY d.deal)"
    let run = Machine.run([
      "sqlite3", ":memory:", ".import --csv \(files.invoices) invoices",
      ".import --csv \(files.list) deals", query,
    ])
    guard let run else { return print("  sqlite3 is not installed: left out") }
    let took = Benchmarks.milliseconds(run.took)
    let agrees = run.printed.contains("|\(total.formatted(minimumPlaces: 2))")
    print(
      "  sqlite3    \(took) ms, total \(run.printed) (\(agrees ? "the same" : "NOT THE SAME"))")
  }

  private func pandas() {
    let script = """
      import pandas, resource, time
      began = time.time()
      deals = pandas.read_csv("\(files.list)")
      rows = pandas.read_csv("\(files.invoices)")
      total = deals.merge(rows, on="deal").groupby("deal").net.sum().sum()
      peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
      print(f"{(time.time() - began) * 1000:.0f} ms, total {total:.2f}, peak memory {peak} MB")
      """
    let python = ProcessInfo.processInfo.environment["PANDAS"] ?? "python3"
    guard let answer = Machine.run([python, "-c", script])?.printed, !answer.isEmpty else {
      return print("  pandas is not installed (PANDAS): left out")
    }
    print("  pandas     \(answer)")
  }

  // MARK: Means

  private func makeAdapter() throws -> any Adapter {
    let system = ConfiguredSystem(
      name: "exports", kind: "csv", link: "deal", steward: "", failureMode: "",
      limits: FreshnessLimits(freshFor: .seconds(120), expireAfter: .seconds(86_400)),
      settings: SystemSettings([
        "invoices": .text("\(files.invoices)"), "currency": .currency(try InvoiceFiles.euro()),
        "rest": .duration(.zero),
      ]))
    return try CSVKind.makeAdapter(
      AdapterContext(
        system: system, sharedID: SharedID(origin: "crm", pattern: ".*"),
        transport: AsyncHTTPTransport(), secrets: EnvironmentSecretReader(), time: SystemClock(),
        random: SystemRandom(), observer: Silence()))
  }
}
