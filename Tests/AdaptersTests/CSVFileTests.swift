import AdapterKit
import Adapters
import DealModel
import Glibc
import TestSupport
import Testing

@Suite("Exports as files", .timeLimit(.minutes(5)))
struct CSVFileTests {
  static let good = "number,deal,net\nA1,BW-10001,10.00\n"

  @Test("a reading is as old as its file")
  func watermark() async throws {
    let bench = try CSVBench()
    try bench.folder.write(Self.good, to: "invoices.csv", age: .seconds(3_600))
    let instant = try await bench.adapter.watermark(of: .invoices)
    #expect(instant == bench.clock.now().adding(.seconds(-3_600)))
    let record = try #require(try await bench.records(.invoices).first)
    #expect(try await bench.adapter.detail(of: record.reference).fetchedAt == instant)
  }

  @Test("the newest file of a directory counts, and no other sort of file")
  func newest() async throws {
    let bench = try CSVBench(path: "")
    try bench.folder.write("number,deal,net\nA1,BW-10001,1\n", to: "b.csv", age: .seconds(300))
    try bench.folder.write("number,deal,net\nA1,BW-10001,2\n", to: "a.csv", age: .seconds(200))
    try bench.folder.write("number,deal,net\nA1,BW-10001,3\n", to: "c.csv.part", age: .seconds(9))
    try bench.folder.write("number,deal,net\nA1,BW-10001,4\n", to: ".d.csv", age: .seconds(9))
    #expect(try await bench.nets() == ["2.00 EUR"])
    bench.clock.advance(by: .seconds(60))
    try bench.folder.write("number,deal,net\nA1,BW-10001,5\n", to: "0.TXT", age: .seconds(10))
    #expect(try await bench.nets() == ["5.00 EUR"])
  }

  @Test("a pattern finds its newest file; of two equally new the later by name")
  func pattern() async throws {
    let bench = try CSVBench(path: "inv-*.csv")
    #expect(await bench.failure()?.kind == .unavailable)
    try bench.folder.write("number,deal,net\nA1,BW-10001,1\n", to: "inv-1.csv")
    try bench.folder.write("number,deal,net\nA1,BW-10001,2\n", to: "inv-2.csv")
    try bench.folder.write("number,deal,net\nA1,BW-10001,3\n", to: "other.csv", age: .seconds(3))
    #expect(try await bench.nets() == ["2.00 EUR"])
  }

  @Test("a file written to a moment ago is not read; the one read before stands meanwhile")
  func inMotion() async throws {
    let bench = try CSVBench(path: "")
    try bench.folder.write(Self.good, to: "1.csv", age: .seconds(1))
    let error = try #require(await bench.failure())
    #expect(error.kind == .unavailable)
    #expect(error.message.contains("is being written"))
    bench.clock.advance(by: .seconds(5))
    #expect(try await bench.nets() == ["10.00 EUR"])
    try bench.folder.write("number,deal,net\nA1,BW-10001,77\n", to: "2.csv", age: .seconds(1))
    #expect(try await bench.nets() == ["10.00 EUR"])
    bench.clock.advance(by: .seconds(5))
    #expect(try await bench.nets() == ["77.00 EUR"])
  }

  @Test("a share whose clock is behind ours cannot make a file look at rest that is being written")
  func otherClock() async throws {
    let bench = try CSVBench()
    try bench.folder.write(Self.good, to: "invoices.csv", age: .seconds(600))
    #expect(try await bench.nets() == ["10.00 EUR"])
    // Written now, line by line, and stamped ten minutes ago.
    bench.clock.advance(by: .seconds(60))
    try bench.folder.overwrite(
      Array("number,deal,net\nA1,BW-10001,7.00\n".utf8), to: "invoices.csv", age: .seconds(590))
    #expect(await bench.failure()?.message.contains("is being written") == true)
    bench.clock.advance(by: .seconds(1))
    try bench.folder.overwrite(
      Array("number,deal,net\nA1,BW-10001,7.00\nA2,BW-10001,8.00\n".utf8), to: "invoices.csv",
      age: .seconds(590))
    #expect(await bench.failure() != nil)
    bench.clock.advance(by: .seconds(2))
    #expect(try await bench.nets() == ["8.00 EUR", "7.00 EUR"])
    // One that is ahead stamps five minutes from now.
    bench.clock.advance(by: .seconds(60))
    try bench.folder.overwrite(
      Array("number,deal,net\nA1,BW-10001,9.00\n".utf8), to: "invoices.csv", age: .seconds(-300))
    #expect(await bench.failure() != nil)
    bench.clock.advance(by: .seconds(3))
    #expect(try await bench.nets() == ["9.00 EUR"])
  }

  @Test("a column that vanished is drift, also one that nobody named; so is one that stands twice")
  func vanished() async throws {
    let bench = try CSVBench()
    try bench.folder.write(
      "number,deal,net,Type,due\nC1,BW-10001,5,invoice,2026-01-01\n", to: "invoices.csv")
    #expect(try await bench.nets() == ["5.00 EUR"])
    bench.clock.advance(by: .seconds(60))
    try bench.folder.write("number,deal,net,due\nC1,BW-10001,5,2026-01-01\n", to: "invoices.csv")
    let error = try #require(await bench.failure())
    #expect(error.kind == .drifted(field: "Type"))
    #expect(error.message.contains("the column Type is gone"))
    #expect(error.message.contains("start Plumbline anew"))
    // What says no more than a day is no loss of meaning.
    bench.clock.advance(by: .seconds(60))
    try bench.folder.write("number,deal,net,Type\nC1,BW-10001,6,invoice\n", to: "invoices.csv")
    #expect(try await bench.nets() == ["6.00 EUR"])
    bench.clock.advance(by: .seconds(60))
    try bench.folder.write(
      "number,deal,net,Type,TYPE,due\nC1,BW-10001,5,,invoice,2026-01-01\n", to: "invoices.csv")
    #expect(await bench.failure()?.message.contains("stands twice") == true)
  }

  @Test("words that are explained need their column, or every credit note would be an invoice")
  func explained() async throws {
    let bench = try CSVBench(settings: ["types": .mapping(["Gutschrift": .text("credit_note")])])
    try bench.folder.write(Self.good, to: "invoices.csv")
    #expect(await bench.failure()?.kind == .drifted(field: "type"))
  }

  @Test("a file whose last line has no end is half-written, unless it is configured so")
  func openLine() async throws {
    let half = "number,deal,net\nA1,BW-10001,10.00\nA2,BW-10001,20.0"
    let bench = try CSVBench()
    try bench.folder.write(half, to: "invoices.csv")
    let error = try #require(await bench.failure())
    #expect(error.kind == .unavailable)
    #expect(error.message.contains("stops in line 3"))
    #expect(error.message.contains("open_last_line"))
    bench.clock.advance(by: .seconds(60))
    try bench.folder.write(half + "0\n", to: "invoices.csv", age: .seconds(9))
    #expect(try await bench.nets() == ["20.00 EUR", "10.00 EUR"])
    let open = try CSVBench(settings: ["open_last_line": .flag(true)])
    try open.folder.write(half, to: "invoices.csv")
    #expect(try await open.nets() == ["20.00 EUR", "10.00 EUR"])
  }

  @Test("a half-written file beside a whole one gives the whole one, as old as that is")
  func fallback() async throws {
    let bench = try CSVBench(path: "")
    try bench.folder.write(Self.good, to: "1.csv", age: .seconds(500))
    try bench.folder.write("number,deal,net\nA1,BW-100", to: "2.csv", age: .seconds(50))
    try bench.folder.write("", to: "3.csv", age: .seconds(40))
    #expect(try await bench.nets() == ["10.00 EUR"])
    let instant = try await bench.adapter.watermark(of: .invoices)
    #expect(instant == bench.clock.now().adding(.seconds(-500)))
  }

  @Test("a file overwritten in place is read anew, and never by the old places of its rows")
  func overwritten() async throws {
    let bench = try CSVBench()
    try bench.folder.write(Self.good, to: "invoices.csv")
    #expect(try await bench.nets() == ["10.00 EUR"])
    let other = "number,deal,net\nA0,BW-10002,1.00\nA1,BW-10001,30.00\n"
    bench.clock.advance(by: .seconds(60))
    try bench.folder.overwrite(Array(other.utf8), to: "invoices.csv", age: .seconds(5))
    #expect(try await bench.nets() == ["30.00 EUR"])
    // Cut short while it is known: neither a crash nor half a figure.
    try bench.folder.overwrite(Array("number,de".utf8), to: "invoices.csv", age: .seconds(4))
    #expect(await bench.failure()?.kind == .unavailable)
  }

  @Test("what is no file, may not be read, or is not there says so with its mend")
  func unreadable() async throws {
    let bench = try CSVBench()
    let missing = try #require(await bench.failure())
    #expect(missing.kind == .unavailable && missing.message.contains("See whether the job"))
    mkfifo("\(bench.folder.path)/invoices.csv", 0o600)
    #expect(await bench.failure()?.kind == .unavailable)
    bench.folder.erase("invoices.csv")
    if geteuid() != 0 {
      try bench.folder.write(Self.good, to: "invoices.csv")
      chmod("\(bench.folder.path)/invoices.csv", 0)
      #expect(await bench.failure()?.kind == .unauthorized)
    }
    for report in bench.calls.reports { #expect(report.error?.message.hasSuffix(".") == true) }
  }

  @Test("a new export reports the deals whose rows differ, those that left it included")
  func changes() async throws {
    let bench = try CSVBench()
    try bench.folder.write(
      "number,deal,net\nA1,BW-10001,1\nA2,BW-10002,2\nA3,BW-10003,3\n", to: "invoices.csv")
    let begun = try await bench.adapter.changes(since: nil)
    bench.clock.advance(by: .seconds(60))
    try bench.folder.write(
      "number,deal,net\nA4,BW-10004,4\nA2,BW-10002,2\nA1,BW-10001,9\n", to: "invoices.csv",
      age: .seconds(5))
    let changed = try await bench.adapter.changes(since: begun.cursor)
    #expect(Set(changed.deals.keys) == ["BW-10001", "BW-10003", "BW-10004"])
    #expect(try await bench.adapter.changes(since: changed.cursor).deals.isEmpty)
  }

  @Test("a cancelled reading ends, and is reported as nothing")
  func cancelled() async throws {
    let bench = try CSVBench()
    var text = "number,deal,net\n"
    for row in 0..<40_000 { text += "A\(row),BW-\(10_000 + row % 90_000),\(row).00\n" }
    try bench.folder.write(text, to: "invoices.csv")
    let question = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await bench.records(.invoices)
    }
    await #expect(throws: CancellationError.self) { try await question.value }
    #expect(bench.calls.reports.isEmpty)
    #expect(try await bench.nets().count == 1)
  }
}
