import AdapterKit
import Adapters
import DealModel
import TestSupport
import Testing

@Suite("Rows of exports", .timeLimit(.minutes(5)))
struct CSVRowTests {
  private func bench(
    _ text: String, _ settings: [String: SettingValue] = [:], kinds: [RecordKind] = [.invoices],
    echoes: [String] = []
  ) throws -> CSVBench {
    try bench(Array(text.utf8), settings, kinds: kinds, echoes: echoes)
  }

  private func bench(
    _ bytes: [UInt8], _ settings: [String: SettingValue] = [:], kinds: [RecordKind] = [.invoices],
    echoes: [String] = []
  ) throws -> CSVBench {
    let bench = try CSVBench(settings: settings, echoes: echoes, kinds: kinds)
    try bench.folder.write(bytes, to: "invoices.csv")
    return bench
  }

  @Test(
    "the separator is what the header has most of, or what is set",
    arguments: [",", ";", "\t", "|"])
  func separators(_ separator: String) async throws {
    let text = "number,deal,net\nA1,BW-10001,10.00\n".replacing(",", with: separator)
    #expect(try await bench(text).nets() == ["10.00 EUR"])
    #expect(try await bench("sep=\(separator)\r\n" + text).nets() == ["10.00 EUR"])
  }

  @Test("line ends are LF, CRLF or CR, and empty lines are none", arguments: ["\n", "\r\n", "\r"])
  func lineEnds(_ end: String) async throws {
    let lines = ["number,deal,net", "", "A1,BW-10001,1", "", "", "A2,BW-10001,2", ""]
    #expect(try await bench(lines.joined(separator: end)).nets() == ["2.00 EUR", "1.00 EUR"])
  }

  @Test("quoted fields hold separators, line ends and doubled quotes")
  func quotes() async throws {
    let text =
      "number,deal,net,party\n\"A\"\"1\",\"BW-10001\",\"1.00\",\"x,\ny\"\nA2,BW-10001,2,5\" pipe\n"
    let records = try await bench(text).records(.invoices)
    #expect(records.map(\.number) == ["A2", "A\"1"])
  }

  @Test("UTF-8, Windows-1252 and UTF-16 give the same names, with and without a mark")
  func encodings() async throws {
    let text = "number,deal,net,name\nRÉ–1 €,BW-10001,1,ß\n"
    let expected = ["RÉ–1 €"]
    let units = Array(text.utf16)
    let little = units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    let big = units.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    let windows = text.unicodeScalars.map { scalar -> UInt8 in
      ["€": 0x80, "–": 0x96][scalar] ?? UInt8(truncatingIfNeeded: scalar.value)
    }
    let cases: [([UInt8], String?)] = [
      (Array(text.utf8), nil), ([0xEF, 0xBB, 0xBF] + Array(text.utf8), nil),
      ([0xEF, 0xBB, 0xBF] + Array(text.utf8), "windows-1252"), (windows, "windows-1252"),
      ([0xFF, 0xFE] + little, nil), (little, "utf-16le"), ([0xFE, 0xFF] + big, nil),
      (big, "utf-16be"),
    ]
    for (bytes, encoding) in cases {
      let bench = try bench(bytes, encoding.map { ["encoding": .text($0)] } ?? [:])
      #expect(try await bench.records(.invoices).map(\.number) == expected, "\(encoding ?? "-")")
    }
    let wrong = try bench(little)
    #expect(await wrong.failure()?.message.contains("utf-16le") == true)
  }

  @Test(
    "amounts are read as finance writes them",
    arguments: [
      ("1.234,50", "comma", "point", "1234.50 EUR"), ("-0,05", "comma", "none", "-0.05 EUR"),
      ("1,234,567.8", "point", "comma", "1234567.80 EUR"),
      ("(12.30)", "point", "none", "-12.30 EUR"),
      ("12.30-", "point", "none", "-12.30 EUR"), ("1 234.5", "point", "space", "1234.50 EUR"),
      ("1\u{A0}234.5", "point", "space", "1234.50 EUR"), ("EUR 5", "point", "none", "5.00 EUR"),
      ("5,00 €", "comma", "none", "5.00 EUR"), ("1’234.5", "point", "apostrophe", "1234.50 EUR"),
      ("7.00 USD", "point", "none", "7.00 USD"), ("000123.40", "point", "none", "123.40 EUR"),
    ])
  func amounts(_ text: String, _ decimal: String, _ thousands: String, _ expected: String)
    async throws
  {
    let bench = try bench(
      "number;deal;net\nA1;BW-10001;\(text)\n",
      ["decimal": .text(decimal), "thousands": .text(thousands)])
    #expect(try await bench.nets() == [expected])
  }

  @Test(
    "an amount that is not as configured is unavailable with its place, never another number",
    arguments: [
      "1.5", "1.2345", "12.34.567", "1.234.5,6", "1,2,3", "abc", "1e3", "0x10", "--5", "(-5)", "5,",
      ",5", "1.23,00", "NaN", "EUR", "$5", "123456789012345678901234567890123456789",
    ])
  func brokenAmounts(_ text: String) async throws {
    let bench = try bench(
      "number;deal;net\nA0;BW-10001;1,00\nA1;BW-10001;\(text)\n",
      ["decimal": .text("comma"), "thousands": .text("point")])
    let invoices = try await bench.invoices()
    let error = try #require(invoices.first?.net.error, "\(text)")
    #expect(error.message.contains("line 3, column 3 (net) of invoices.csv"))
    #expect(error.message.contains("exports") && error.message.hasSuffix("."))
    #expect(!error.message.contains(text) || text.count < 4, "no value in an error")
    #expect(invoices.last?.net.value?.description == "1.00 EUR")
  }

  @Test("days are read by the stated format, and others are unavailable")
  func days() async throws {
    let cases = [
      ("dd.MM.yyyy", "03.11.2026"), ("d.M.yy", "3.11.26"), ("MM/dd/yyyy", "11/03/2026"),
      ("yyyy-MM-dd", "2026-11-03T00:00:00"), ("dd-MMM-yyyy", "03-Nov-2026"),
      ("yyyyMMdd", "20261103"),
    ]
    for (format, text) in cases {
      let bench = try bench(
        "number,deal,net,issued\nA1,BW-10001,1,\(text)\nA2,BW-10001,1,31.02.2026\n",
        ["date_format": .text(format)])
      let invoices = try await bench.invoices()
      #expect(invoices.first?.issued.value?.description == "2026-11-03", "\(format)")
      #expect(invoices.last?.issued.error != nil)
      #expect(invoices.last?.net.value != nil)
    }
    for format in ["", "MM.yyyy", "yyyy-mm-dd", "dd.dd.yyyy", "Q yyyy MM dd"] {
      #expect(throws: SystemError.self) { try CSVBench(settings: ["date_format": .text(format)]) }
    }
  }

  @Test("the currency is the column's, that beside the amount, or the fixed one; else unavailable")
  func currencies() async throws {
    let bench = try bench(
      "number,deal,net,currency\nA1,BW-10001,1,usd\nA2,BW-10002,1,\nA3,BW-10003,1,XXX\nA4,BW-10004,1 GBP,USD\n"
    )
    #expect(try await bench.nets("BW-10001") == ["1.00 USD"])
    #expect(try await bench.nets("BW-10002") == ["1.00 EUR"])
    #expect(try await bench.nets("BW-10003").first?.contains("no currency code") == true)
    #expect(try await bench.nets("BW-10004").first?.contains("another currency") == true)
  }

  @Test(
    "a broken row is named by line and column, its deal's figure is unavailable, the rest is kept")
  func brokenRows() async throws {
    let text = """
      number,deal,net,memo
      A1,BW-10001,1.00,fine
      A2,BW-10001,1,234.00,too many
      A3,BW-10002
      A4,BW-10003,"4.00" x,behind a quote
      A5,BW-10004,5.00,"never closed
      A6,BW-10005,6.00,fine

      """
    let bench = try bench(text)
    let nets = try await bench.nets()
    #expect(nets.contains("1.00 EUR") && nets.count == 2)
    #expect(
      nets.contains { $0.contains("line 3") && $0.contains("5 fields where the header has 4") })
    #expect(try await bench.nets("BW-10002").first?.contains("line 4, column 2") == true)
    #expect(try await bench.nets("BW-10003").first?.contains("double the quotes") == true)
    #expect(try await bench.nets("BW-10004").first?.contains("never closed") == true)
    #expect(try await bench.nets("BW-10005") == ["6.00 EUR"])
    let examinations = await bench.adapter.examinations(
      ExaminationBrief(
        system: try CSVRowTests.system, sharedID: SharedID(origin: "crm", pattern: ".*")))
    #expect(examinations.filter { $0.outcome == .finding }.count >= 4)
    #expect(try await bench.adapter.linkPage(after: nil).note?.contains("4 broken rows") == true)
  }

  static var system: ConfiguredSystem {
    get throws {
      ConfiguredSystem(
        name: "exports", kind: "csv", link: "deal", steward: "D", failureMode: "W",
        limits: FreshnessLimits(freshFor: .seconds(60), expireAfter: .seconds(86_400)))
    }
  }

  @Test("a number that stands twice under one deal has amounts nobody can tell")
  func doubled() async throws {
    let bench = try bench("number,deal,net\nA1,BW-10001,1\nA1,BW-10001,2\nA2,BW-10001,3\n")
    let nets = try await bench.nets()
    #expect(nets.count == 2)
    #expect(nets.contains { $0.contains("stands on 2 lines of invoices.csv (2, 3)") })
    #expect(nets.contains("3.00 EUR"))
  }

  @Test("a column that vanished, or stands twice, is drift with its name and the nearest there is")
  func drift() async throws {
    let bench = try bench("number,deal,nett\nA1,BW-10001,1\n")
    let error = try #require(await bench.failure())
    #expect(error.kind == .drifted(field: "net"))
    #expect(error.message.contains("line 1 of invoices.csv (there is nett)"))
    #expect(try await bench.adapter.probe().drift == [SchemaDrift(.field, "net", .gone)])
    let twice = try self.bench("number,deal,deal,net\nA1,BW-10001,x,1\n")
    #expect(await twice.failure()?.message.contains("stands twice") == true)
    let mapped = try self.bench(
      "no,deal,amount\nA1,BW-10001,1\n",
      ["invoices_columns": .mapping(["number": .text("no"), "net": .text("amount")])])
    #expect(try await mapped.nets() == ["1.00 EUR"])
    #expect(throws: SystemError.self) {
      try CSVBench(settings: ["invoices_columns": .mapping(["nett": .text("x")])])
    }
  }

  @Test("NUL, escape sequences, megabyte fields and noise are data, and nothing more")
  func hostile() async throws {
    let mega = String(repeating: "x", count: 1 << 20)
    let text =
      "number,deal,net,memo\nA\u{0}1,BW-10001,1,\u{1B}[2J\nA2,BW-10001,2,\"\(mega)\"\nA3,BW-10001,3,\(mega)\n"
    #expect(try await bench(text).nets() == ["3.00 EUR", "2.00 EUR", "1.00 EUR"])
    var random = SystemRandomNumberGenerator()
    for _ in 0..<40 {
      var noise = Array("number,deal,net\n".utf8)
      for _ in 0..<400 {
        noise.append(Array("\",;\n\r\0aB1-. ".utf8).randomElement(using: &random) ?? 0)
      }
      noise += Array("\nA9,BW-10001,9\n".utf8)
      let bench = try bench(noise, ["separator": .text("comma")])
      let nets = try await bench.nets()
      #expect(nets.contains("9.00 EUR") || nets.contains { $0.contains("line") } || nets.isEmpty)
      _ = try await bench.adapter.linkPage(after: nil)
    }
  }

  @Test("an unclosed quote costs its own row, however large the file")
  func unclosed() async throws {
    var text = "number,deal,net,memo\nA1,BW-10001,1,\"open\n"
    for row in 0..<60_000 { text += "B\(row),BW-2\(row),1,some more words to fill the line\n" }
    text += "A2,BW-10003,2,x\n"
    let bench = try bench(text)
    #expect(try await bench.nets("BW-10003") == ["2.00 EUR"])
    #expect(try await bench.nets().first?.contains("never closed") == true)
  }

  @Test("types and statuses are understood by their words, and unknown words make no figure")
  func words() async throws {
    let bench = try bench(
      "number,deal,net,type,status\nA1,BW-10001,-5,Gutschrift,bezahlt\nA2,BW-10002,5,Rechnung,storniert\nA3,BW-10003,5,Rechnung,???\nA4,BW-10004,5,Mahnung,open\n",
      [
        "types": .mapping(["gutschrift": .text("credit_note"), "Rechnung": .text("invoice")]),
        "statuses": .mapping(["Bezahlt": .text("paid"), "storniert": .text("voided")]),
      ])
    guard case .creditNote(let note)? = try await bench.records(.invoices).first?.content else {
      Issue.record("no credit note")
      return
    }
    #expect(note.status == .paid && note.net.value?.description == "5.00 EUR")
    #expect(try await bench.invoices("BW-10002").first?.status == .voided)
    #expect(try await bench.nets("BW-10003").first?.contains("`statuses` does not explain") == true)
    #expect(try await bench.nets("BW-10004").first?.contains("`types` does not explain") == true)
  }

  @Test("costs, milestones, hours, tickets and echoes are read from exports as well")
  func kinds() async throws {
    let costs = try bench(
      "number,deal,net,type,open\nP1,BW-10001,100,purchase order,40\nP2,BW-10002,100,purchase_order,\n",
      kinds: [.costs])
    guard case .cost(let order)? = try await costs.records(.costs).first?.content,
      case .cost(let second)? = try await costs.records(.costs, "BW-10002").first?.content
    else {
      Issue.record("no costs")
      return
    }
    #expect(order.kind == .purchaseOrder && order.open.value?.description == "40.00 EUR")
    #expect(second.open.error?.message.contains("no open part") == true)
    let milestones = try bench(
      "name,deal,status,due\nGo live,BW-10001,Done,2026-12-01\n", kinds: [.milestones])
    guard case .milestone(let milestone)? = try await milestones.records(.milestones).first?.content
    else {
      Issue.record("no milestone")
      return
    }
    #expect(milestone.isDone && milestone.due.value?.description == "2026-12-01")
    let hours = try bench(
      "deal,hours,person\nBW-10001,7.5,Ann\nBW-10001,0.25,Bo\n", kinds: [.hours])
    let entries = try await hours.records(.hours)
    #expect(entries.map(\.reference.id) == ["line-3", "line-2"])
    guard case .hours(let entry)? = entries.last?.content else { return }
    #expect(entry.seconds.value == 27_000)
    #expect(try await hours.adapter.detail(of: entries[0].reference).record == entries[0])
    let tickets = try bench("number,subject,deal,status\n1,Help,BW-10001,open\n", kinds: [.tickets])
    guard case .ticket(let ticket)? = try await tickets.records(.tickets).first?.content else {
      Issue.record("no ticket")
      return
    }
    #expect(ticket.isOpen)
    let echoes = try bench(
      "deal;total\nBW-10001;1.234,50\n",
      ["decimal": .text("comma"), "thousands": .text("point")], kinds: [.deals], echoes: ["total"])
    #expect(
      try await echoes.records(.deals).first?.echoes["total"]
        == .value(.number(ExactDecimal(coefficient: 12_345, scale: 1))))
  }
}
