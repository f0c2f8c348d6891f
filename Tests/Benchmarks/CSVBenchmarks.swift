import AdapterKit
import Adapters
import DealModel
import Foundation
import Glibc

/// A million invoice rows joined to 100,000 deals and rolled up: the adapter against sqlite3's
/// command line on the same file in the same run, and against pandas' memory where there is one.
struct CSVBenchmarks {
  private let folder: String
  private let deals = 100_000
  private let rows = 1_000_000

  init() throws {
    var template = Array("/tmp/plumbline-csv-bench-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw Failure.noFolder }
    folder = String(cString: made)
  }

  enum Failure: Error { case noFolder, cannotWrite, noCurrency }

  func run() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try write()
    print("csv: \(rows) invoice rows joined to \(deals) deals, rolled up")
    // First, so that the peak is not another's.
    let sum = try await adapter()
    sqlite(expecting: sum)
    pandas()
  }

  // MARK: The three

  private func adapter() async throws -> ExactDecimal {
    let before = peakMemory
    let adapter = try makeAdapter()
    let began = ContinuousClock.now
    let ids = (0..<deals).map { DealID("BW-\(100_000 + $0)") }
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
        + "\(linked) rows, total \(total), peak memory \(peakMemory) MB (\(before) MB before)")
    return total
  }

  private func sqlite(expecting total: ExactDecimal) {
    let query =
      "SELECT count(*), printf('%.2f', sum(s)) FROM (SELECT d.deal, sum(CAST(i.net AS REAL)) s "
      + "FROM deals d JOIN invoices i ON i.deal = d.deal GROUP BY d.deal)"
    let began = ContinuousClock.now
    let answer = output(
      of: [
        "sqlite3", ":memory:", ".import --csv \(folder)/invoices.csv invoices",
        ".import --csv \(folder)/deals.csv deals", query,
      ])
    guard let answer else { return print("  sqlite3 is not installed: left out") }
    let took = Benchmarks.milliseconds(ContinuousClock.now - began)
    let agrees = answer.contains("|\(total.formatted(minimumPlaces: 2))")
    print("  sqlite3    \(took) ms, total \(answer) (\(agrees ? "the same" : "NOT THE SAME"))")
  }

  private func pandas() {
    let script = """
      import pandas, resource, time
      began = time.time()
      deals = pandas.read_csv("\(folder)/deals.csv")
      rows = pandas.read_csv("\(folder)/invoices.csv")
      total = deals.merge(rows, on="deal").groupby("deal").net.sum().sum()
      peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
      print(f"{(time.time() - began) * 1000:.0f} ms, total {total:.2f}, peak memory {peak} MB")
      """
    let python = ProcessInfo.processInfo.environment["PANDAS"] ?? "python3"
    guard let answer = output(of: [python, "-c", script]), !answer.isEmpty else {
      return print("  pandas is not installed (PANDAS): left out")
    }
    print("  pandas     \(answer)")
  }

  // MARK: Means

  private func makeAdapter() throws -> any Adapter {
    guard let euro = Currency(code: "EUR") else { throw Failure.noCurrency }
    let system = ConfiguredSystem(
      name: "exports", kind: "csv", link: "deal", steward: "", failureMode: "",
      limits: FreshnessLimits(freshFor: .seconds(120), expireAfter: .seconds(86_400)),
      settings: SystemSettings([
        "invoices": .text("\(folder)/invoices.csv"), "currency": .currency(euro),
        "rest": .duration(.zero),
      ]))
    return try CSVKind.makeAdapter(
      AdapterContext(
        system: system, sharedID: SharedID(origin: "crm", pattern: ".*"),
        transport: AsyncHTTPTransport(), secrets: EnvironmentSecretReader(), time: SystemClock(),
        random: SystemRandom(), observer: Silence()))
  }

  private struct Silence: CallObserver {
    func callEnded(_ call: CallReport) {}
  }

  private func write() throws {
    guard let invoices = fopen("\(folder)/invoices.csv", "w"),
      let list = fopen("\(folder)/deals.csv", "w")
    else { throw Failure.cannotWrite }
    defer {
      fclose(invoices)
      fclose(list)
    }
    fputs("deal\n", list)
    for deal in 0..<deals { fputs("BW-\(100_000 + deal)\n", list) }
    fputs("number,deal,issued,due,net,gross,outstanding,currency,status,customer\n", invoices)
    var state: UInt64 = 7
    for row in 0..<rows {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let deal = 100_000 + Int(state >> 33) % deals
      let cents = 100 + Int(state >> 20) % 9_999_900
      let net = amount(cents)
      let gross = amount(cents * 119 / 100)
      let isOpen = row % 3 > 0
      fputs(
        "INV-\(row),BW-\(deal),2026-\(two(row % 12 + 1))-\(two(row % 28 + 1)),2026-12-31,\(net),"
          + "\(gross),\(isOpen ? gross : "0.00"),EUR,\(isOpen ? "open" : "paid"),"
          + "\"Customer \(row % 977), Ltd\"\n", invoices)
    }
  }

  private func amount(_ cents: Int) -> String { "\(cents / 100).\(two(cents % 100))" }
  private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  /// The most memory this process has held, in megabytes.
  private var peakMemory: Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
    return (line.split(separator: " ").compactMap { Int($0) }.first ?? 0) / 1_024
  }

  /// What a program prints; `nil` when it cannot be run, or fails.
  private func output(of words: [String]) -> String? {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = words
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let printed = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return nil }
    return String(decoding: printed, as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
