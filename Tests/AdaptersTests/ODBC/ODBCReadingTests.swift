import AdapterKit
import Adapters
import DealModel
import Testing

/// The two databases that the tests have.
enum LedgerKind: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case sqlite = "SQLite"
  case postgreSQL = "PostgreSQL"

  var testDescription: String { rawValue }

  func ledger() throws -> any ContractSource {
    switch self {
    case .sqlite: try SQLiteLedger(ManualClock("2026-11-20T09:00:00Z"))
    case .postgreSQL: try PostgreSQLLedger()
    }
  }
}

@Suite("What a ledger behind ODBC says")
struct ODBCReadingTests {
  private func euros(_ text: String) throws -> Answer<Money> {
    let amount = try #require(ExactDecimal(text))
    let currency = try #require(Currency(code: "EUR"))
    return .value(Money(amount, currency))
  }

  @Test(
    "amounts are exact, and what two columns say the third follows from",
    arguments: LedgerKind.allCases)
  func invoices(_ kind: LedgerKind) async throws {
    let bench = try ODBCBench(try kind.ledger())
    let records = try await bench.invoices("BW-10001")
    #expect(records.map(\.number) == ["LI-103", "LI-102", "LI-101"])
    guard case .creditNote(let note) = records[0].content,
      case .invoice(let open) = records[1].content
    else {
      Issue.record("other kinds of document")
      return
    }
    #expect(try note.net == euros("50"))
    #expect(try note.unapplied == euros("59.50"))
    #expect(try open.net == euros("800.10"))
    #expect(try open.outstanding == euros("852.12"))
    #expect(open.issued == .value(try #require(CalendarDate("2026-10-15"))))
    #expect(records[1].modifiedAt == Timestamp("2026-10-15T08:00:00Z"))
  }

  @Test(
    "an amount that is NULL is unavailable and names its column", arguments: LedgerKind.allCases)
  func missing(_ kind: LedgerKind) async throws {
    let bench = try ODBCBench(try kind.ledger())
    let record = try #require(try await bench.invoices("BW-10002").first)
    let words = record.unreadableValues.map { "\($0.name): \($0.error.message)" }
    #expect(record.unreadableValues.map(\.name) == ["net", "outstanding", "paid"])
    #expect(
      words.contains {
        $0.contains("LI-104") && $0.contains("column net") && $0.contains("ledger")
      }, "\(words)")
    let escrow = try #require(try await bench.invoices("BW-10003").first)
    #expect(escrow.unreadableValues.contains { $0.error.message.contains("column status") })
  }

  @Test("an open order without its unbilled part is unavailable", arguments: LedgerKind.allCases)
  func order(_ kind: LedgerKind) async throws {
    let bench = try ODBCBench(try kind.ledger())
    let records = try await bench.adapter.records(of: .costs, for: ["BW-10001", "BW-10002"])
    guard case .cost(let order)? = records["BW-10001"]?.last?.content,
      case .cost(let broken)? = records["BW-10002"]?.first?.content
    else {
      Issue.record("no orders")
      return
    }
    #expect(try order.open == euros("125.25"))
    #expect(broken.open.error?.message.contains("column open") == true)
    #expect(try broken.net == euros("40"))
  }

  @Test("a record opens with its lines, payments and notes", arguments: LedgerKind.allCases)
  func detail(_ kind: LedgerKind) async throws {
    let bench = try ODBCBench(try kind.ledger())
    let detail = try await bench.adapter.detail(
      of: RecordReference(system: "ledger", kind: .invoices, id: "102"))
    #expect(detail.lines.map(\.text) == ["Pallets", "Freight"])
    #expect(try detail.lines.map(\.net) == [euros("600.10"), euros("200")])
    #expect(try detail.applications.map(\.amount) == [euros("100")])
    let memo = try await bench.adapter.detail(
      of: RecordReference(system: "ledger", kind: .invoices, id: "101"))
    #expect(memo.notes.contains(.init("memo", "Ladung für Žižkov 🛟")))
  }

  @Test("a floating-point column holds no amount", arguments: LedgerKind.allCases)
  func float(_ kind: LedgerKind) async throws {
    let bench = try ODBCBench(
      try kind.ledger(),
      invoices: ODBCBench.invoices
        + "net * CAST(1.5 AS DOUBLE PRECISION) AS net FROM ledger_invoice WHERE deal_id IN (:ids)")
    let error = try #require(try await bench.failure())
    #expect(error.kind == .drifted(field: "net"))
    #expect(error.message.contains("`records.invoices`") && error.message.contains("CAST"))
  }

  @Test("a number with more digits than a double has stays exact")
  func digits() async throws {
    let bench = try ODBCBench(
      try PostgreSQLLedger(),
      invoices: ODBCBench.invoices
        + "CAST('123456789012345678901.23' AS NUMERIC(30,2)) AS net, 'EUR' AS currency "
        + "FROM ledger_invoice WHERE id = 101 AND deal_id IN (:ids)")
    guard case .invoice(let invoice)? = try await bench.invoices("BW-10001").first?.content else {
      Issue.record("no invoice")
      return
    }
    #expect(try invoice.net == euros("123456789012345678901.23"))
  }

  @Test(
    "a long text comes whole, and so does what stands beside it", arguments: LedgerKind.allCases)
  func long(_ kind: LedgerKind) async throws {
    // Two bytes and one unit each, so that no part of a buffer's size ends where a letter does.
    let text = "x" + String(repeating: "é", count: 1_500)
    let bench = try ODBCBench(
      try kind.ledger(),
      invoices: ODBCBench.invoices
        + "'\(text)' AS number, 'é' AS url, NULL AS modified_by, '1' AS net, 'EUR' AS currency "
        + "FROM ledger_invoice WHERE deal_id IN (:ids)")
    let invoices = try await bench.invoices("BW-10001")
    #expect(invoices.count == 3)
    #expect(invoices.allSatisfy { $0.number == text && $0.url == "é" && $0.modifiedBy == nil })
    #expect(Set(invoices.map(\.reference.id)).count == 3)
  }

  @Test("whole cents become euros", arguments: LedgerKind.allCases)
  func cents(_ kind: LedgerKind) async throws {
    let bench = try ODBCBench(
      try kind.ledger(),
      invoices: ODBCBench.invoices + "120050 AS net FROM ledger_invoice "
        + "WHERE id = 101 AND deal_id IN (:ids)",
      changed: [
        "minor_units": .flag(true), "currency": .currency(try #require(Currency(code: "EUR"))),
      ])
    guard case .invoice(let invoice)? = try await bench.invoices("BW-10001").first?.content else {
      Issue.record("no invoice")
      return
    }
    #expect(try invoice.net == euros("1200.50"))
  }

  @Test("records are newest first, in whatever order the rows come")
  func order() async throws {
    // Days in a cycle of 211, some of them twice: 150 rows are moved, in rounds of many lengths.
    let bench = try ODBCBench(
      try SQLiteLedger(ManualClock("2026-11-20T09:00:00Z")),
      invoices: """
        WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 150)
        SELECT x AS id, d.id AS deal_id, 'open' AS status, x AS net, x AS gross, '0' AS paid,
          'EUR' AS currency, date('2026-01-01', (x * 73 % 211 / 2) || ' days') AS issued
        FROM n JOIN (SELECT 'BW-10001' AS id) d ON d.id IN (:ids)
        """)
    let places = try await bench.invoices("BW-10001").map { record in
      let number = try #require(Int(record.reference.id))
      return [number * 73 % 211 / 2, number]
    }
    #expect(places.count == 150)
    #expect(zip(places, places.dropFirst()).allSatisfy { $1.lexicographicallyPrecedes($0) })
  }

  @Test("a join that multiplies rows is refused, not counted twice", arguments: LedgerKind.allCases)
  func joined(_ kind: LedgerKind) async throws {
    let bench = try ODBCBench(
      try kind.ledger(),
      invoices: """
        SELECT i.id, i.deal_id, 'open' AS status, i.net, i.gross, i.paid FROM ledger_invoice i
        JOIN ledger_invoice_line l ON l.invoice_id = i.id WHERE i.deal_id IN (:ids)
        """)
    let error = try #require(try await bench.failure())
    #expect(error.kind == .malformed)
    #expect(error.message.contains("record 102 twice"))
  }

  @Test("times without a zone are in the configured one; those with one are what they are")
  func zones() async throws {
    let bench = try ODBCBench(
      try PostgreSQLLedger(),
      invoices: ODBCBench.invoices + """
        net, TIMESTAMP '2026-07-01 12:00:00' AS modified_at,
        TIMESTAMPTZ '2026-07-01 12:00:00+05' AS created_at, DATE '2026-07-01' AS issued
        FROM ledger_invoice WHERE id = 101 AND deal_id IN (:ids)
        """, changed: ["time_zone": .text("Europe/Berlin")])
    let record = try #require(try await bench.invoices("BW-10001").first)
    #expect(record.modifiedAt == Timestamp("2026-07-01T10:00:00Z"))
    #expect(record.createdAt == Timestamp("2026-07-01T07:00:00Z"))
  }

  @Test(
    "links come page by page, records without a deal ID included", arguments: LedgerKind.allCases)
  func links(_ kind: LedgerKind) async throws {
    let source = try kind.ledger()
    let paged =
      "SELECT id, deal_id, number FROM ledger_invoice "
      + "WHERE id > COALESCE(CAST(:after AS INTEGER), 0) ORDER BY id LIMIT 3"
    let bench = try ODBCBench(source, changed: ["links": LedgerSQL.mapping(["invoices": paged])])
    var links: [Link] = []
    var cursor: PageCursor?
    var pages = 0
    repeat {
      let page = try await bench.adapter.linkPage(after: cursor)
      links += page.links
      cursor = page.next
      pages += 1
    } while cursor != nil && pages < 10
    #expect(links.map(\.reference.id) == (101...107).map(String.init))
    #expect(links.filter { $0.dealID == nil }.map(\.number) == ["LI-105"])
    #expect(pages == 4)
  }

  @Test("a ledger in which deals originate lists them", arguments: LedgerKind.allCases)
  func index(_ kind: LedgerKind) async throws {
    let source = try kind.ledger()
    #expect(throws: SystemError.self) { try ODBCBench(source, origin: "ledger") }
    let bench = try ODBCBench(
      source,
      changed: [
        "deal_index": .text(
          "SELECT id, deal_id, number AS name, net AS value, currency, issued AS close_date "
            + "FROM ledger_invoice ORDER BY id")
      ], origin: "ledger")
    let page = try await bench.adapter.dealPage(after: nil)
    #expect(page.next == nil)
    #expect(page.deals.count == 6)
    #expect(page.unlinked.map(\.number) == ["105"])
    guard case .deal(let fields)? = page.deals.first?.content else {
      Issue.record("no deal")
      return
    }
    let value = try #require(try euros("1200.50").value)
    #expect(fields[.value] == .value(.money(value)))
    #expect(fields[.closeDate]?.value?.description == "2026-09-01")
  }
}
