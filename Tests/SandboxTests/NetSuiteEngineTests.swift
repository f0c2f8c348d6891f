import DealModel
import Testing

@testable import Sandbox

/// The SuiteQL engine alone: dialect, exactness, refusals.
@Suite("SuiteQL")
struct NetSuiteEngineTests {
  let engine: SuiteQLEngine
  let now: Timestamp

  init() throws {
    let calendar = try #require(
      AccountCalendar(zone: "America/New_York", dateFormat: "MM/DD/YYYY"))
    now = try #require(Timestamp("2026-11-20T16:21:00Z"))
    engine = try SuiteQLEngine(
      tables: [
        "transaction": [
          [
            "id": "5512", "type": "CustInvc", "tranid": "INV1037", "trandate": "2026-09-19",
            "entity": "24", "currency": "1", "foreigntotal": "301.29", "status": "A",
            "custbody_deal_id": "BW-10001", "lastmodifieddate": "2026-11-20T16:20:59.500Z",
          ],
          [
            "id": "5513", "type": "CustInvc", "tranid": "INV1040", "trandate": "2026-10-01",
            "entity": "24", "currency": "1", "foreigntotal": "1200.00", "status": "CustInvc:B",
            "custbody_deal_id": "BW-10002", "lastmodifieddate": "2026-07-01T03:30:00Z",
            "memo": nil,
          ],
          [
            "id": "900", "type": "CustCred", "tranid": "CM1", "trandate": "2026-10-02",
            "foreigntotal": "n/a", "status": "A", "custbody_deal_id": "bw-10001",
          ],
        ],
        "transactionline": [
          ["transaction": "5512", "id": "0", "mainline": "T", "foreignamount": "301.29"],
          ["transaction": "5512", "id": "1", "mainline": "F", "foreignamount": "-0.1"],
          ["transaction": "5512", "id": "2", "mainline": "F", "foreignamount": "-0.2"],
          [
            "transaction": "5513", "id": "1", "mainline": "F",
            "foreignamount": "-900719925474099267.01", "quantity": "3",
          ],
        ],
        "customer": [["id": "24", "entityid": "C24", "companyname": "Harbour Ltd"]],
        "currency": [["id": "1", "name": "US Dollar", "symbol": "USD"]],
      ],
      labels: ["transaction": ["status": ["CustInvc:A": "Invoice : Open"]]], calendar: calendar)
  }

  private func rows(
    _ statement: String, _ parameters: [String?] = []
  ) async throws -> [[String: String]] {
    try engine.page(statement, parameters: parameters, now: now).rows.map { row in
      Dictionary(row.map { ($0.name, $0.value) }) { first, _ in first }
    }
  }

  private func refusal(_ statement: String, _ parameters: [String?] = []) async -> String? {
    do {
      _ = try engine.page(statement, parameters: parameters, now: now)
      return nil
    } catch let error as SuiteQLError {
      return error.detail
    } catch {
      return "\(error)"
    }
  }

  @Test("every value is a text, a null has no column, a date prints in the account's format")
  func values() async throws {
    let found = try await rows(
      "SELECT t.ID, t.TranID, t.trandate, t.memo, t.lastmodifieddate FROM Transaction t WHERE t.id = ?",
      ["5512"])
    #expect(
      found == [
        [
          "id": "5512", "tranid": "INV1037", "trandate": "09/19/2026",
          "lastmodifieddate": "11/20/2026",
        ]
      ])
  }

  @Test("sums and products of amounts are exact")
  func exactness() async throws {
    let sums = try await rows(
      """
      SELECT t.tranid, (SELECT -SUM(l.foreignamount) FROM transactionline l
        WHERE l.transaction = t.id AND NVL(l.mainline, 'F') = 'F') AS net
      FROM transaction t WHERE t.type = 'CustInvc' ORDER BY t.id
      """)
    #expect(sums.map { $0["net"] } == ["0.3", "900719925474099267.01"])
    #expect(
      try await rows("SELECT 0.1 * 3 AS a, 10 / 4 AS b, ROUND(2.345, 2) AS c FROM DUAL")
        == [["a": "0.3", "b": "2.5", "c": "2.35"]])
  }

  @Test("numbers compare and sort by value, and nulls come last")
  func numberOrder() async throws {
    let sorted = try await rows(
      "SELECT t.id, t.foreigntotal FROM transaction t WHERE t.type = 'CustInvc' AND t.foreigntotal > 301.29 ORDER BY t.foreigntotal"
    )
    #expect(sorted.map { $0["id"] } == ["5513"])
    let byEntity = try await rows("SELECT id FROM transaction ORDER BY entity, id DESC")
    #expect(byEntity.map { $0["id"] } == ["5513", "5512", "900"])
    let keys = try await rows("SELECT id FROM transaction WHERE id > 900 ORDER BY id")
    #expect(keys.map { $0["id"] } == ["5512", "5513"])
  }

  @Test("texts compare to the letter")
  func caseSensitivity() async throws {
    let exact = try await rows(
      "SELECT id FROM transaction WHERE custbody_deal_id IN (?, ?)", ["BW-10001", "BW-99999"])
    #expect(exact == [["id": "5512"]])
    let upper = try await rows(
      "SELECT id FROM transaction WHERE UPPER(custbody_deal_id) LIKE 'BW-10001' ORDER BY id")
    #expect(upper.count == 2)
  }

  @Test("labels: BUILTIN.DF of a status and of a reference, BUILTIN.CF of a status")
  func labels() async throws {
    let found = try await rows(
      """
      SELECT t.status, BUILTIN.CF(t.status) AS code, BUILTIN.DF(t.status) AS label,
        BUILTIN.DF(t.entity) AS customer, c.symbol FROM transaction t
      LEFT JOIN currency c ON c.id = t.currency WHERE t.tranid IN ('INV1037', 'INV1040') ORDER BY 1
      """)
    #expect(
      found == [
        [
          "status": "A", "code": "CustInvc:A", "label": "Invoice : Open",
          "customer": "Harbour Ltd", "symbol": "USD",
        ],
        [
          "status": "B", "code": "CustInvc:B", "label": "B", "customer": "Harbour Ltd",
          "symbol": "USD",
        ],
      ])
  }

  @Test("times are the account's unless SYS_EXTRACT_UTC says otherwise")
  func times() async throws {
    let found = try await rows(
      """
      SELECT TO_CHAR(t.lastmodifieddate, 'YYYY-MM-DD HH24:MI') AS local,
        TO_CHAR(SYS_EXTRACT_UTC(t.lastmodifieddate), 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS utc
      FROM transaction t WHERE t.tranid = 'INV1040'
      """)
    // Summer time: four hours behind.
    #expect(found == [["local": "2026-06-30 23:30", "utc": "2026-07-01T03:30:00Z"]])
    let since = try await rows(
      """
      SELECT id FROM transaction
      WHERE lastmodifieddate >= TO_DATE('2026-11-20 11:20:59', 'YYYY-MM-DD HH24:MI:SS')
      """)
    #expect(since == [["id": "5512"]])
    let after = try await rows(
      """
      SELECT id FROM transaction
      WHERE lastmodifieddate >= TO_DATE('2026-11-20 11:21:00', 'YYYY-MM-DD HH24:MI:SS')
      """)
    #expect(after.isEmpty)
    #expect(
      try await rows("SELECT TO_CHAR(SYSDATE, 'YYYY-MM-DD HH24:MI:SS') AS n FROM DUAL")
        == [["n": "2026-11-20 11:21:00"]])
  }

  @Test("FETCH FIRST limits, OFFSET in the statement is ignored")
  func limits() async throws {
    let one = try await rows("SELECT id FROM transaction ORDER BY id FETCH FIRST 1 ROWS ONLY")
    #expect(one == [["id": "900"]])
    let all = try await rows("SELECT id FROM transaction ORDER BY id OFFSET 2 ROWS")
    #expect(all.count == 3)
  }

  @Test("a page knows the number of all rows")
  func paging() async throws {
    let page = try engine.page(
      "SELECT id FROM transaction ORDER BY id", limit: 2, offset: 2, now: now)
    #expect(page.rows.map { $0["id"] } == ["5513"])
    #expect(page.total == 3)
  }

  @Test(
    "what NetSuite refuses is refused",
    arguments: [
      "SELECT id FROM transaction LIMIT 5",
      "WITH a AS (SELECT 1 FROM DUAL) SELECT * FROM a",
      "SELECT * FROM transaction",
      "UPDATE transaction SET memo = 'x'",
      "SELECT id FROM transaction; DELETE FROM transaction",
      "SELECT tranid, SUM(foreigntotal) FROM transaction",
      "SELECT id FROM transaction WHERE id = ?",
      "SELECT UNKNOWN_FUNCTION(id) FROM transaction",
      "SELECT 1 / 0 FROM DUAL",
      "SELECT id FROM transaction WHERE tranid = 'open",
    ])
  func refusals(statement: String) async {
    #expect(await refusal(statement)?.hasPrefix("Search error occurred: ") == true)
  }

  @Test("an unknown column and an unknown record are named in NetSuite's words")
  func unknownNames() async {
    #expect(
      await refusal("SELECT custbody_x FROM transaction")
        == "Search error occurred: Unknown identifier 'custbody_x'. Available identifiers are: "
        + "{transaction=transaction}.")
    #expect(
      await refusal("SELECT id FROM subsidiary")
        == "Search error occurred: Record 'subsidiary' was not found.")
    #expect(await refusal("SELECT l.subsidiary FROM transactionline l") != nil)
  }

  @Test("a custom column of the account exists although no row uses it")
  func customFields() async throws {
    let calendar = try #require(
      AccountCalendar(zone: "America/New_York", dateFormat: "MM/DD/YYYY"))
    let empty = try SuiteQLEngine(
      tables: [:], labels: nil, calendar: calendar,
      customFields: ["transaction": ["custbody_deal_id"]])
    let page = try empty.page(
      "SELECT id FROM transaction WHERE custbody_deal_id IN (?)", parameters: ["BW-10001"],
      now: now)
    #expect(page.rows.isEmpty)
  }

  @Test("more than a thousand values in one IN are refused, a thousand are not")
  func longLists() async {
    let thousand = Array(repeating: "?", count: 1_000).joined(separator: ",")
    let values: [String?] = Array(repeating: "7", count: 1_000)
    #expect(await refusal("SELECT id FROM transaction WHERE id IN (\(thousand))", values) == nil)
    #expect(
      await refusal("SELECT id FROM transaction WHERE id IN (\(thousand),?)", values + ["7"])
        != nil)
  }

  @Test("a value that is no number goes through a sum as it is")
  func brokenAmount() async throws {
    let found = try await rows(
      "SELECT SUM(foreigntotal) AS total FROM transaction WHERE type = 'CustCred'")
    #expect(found == [["total": "n/a"]])
  }

  @Test("deep nesting is refused, not obeyed")
  func depth() async {
    let brackets = String(repeating: "(", count: 5_000)
    #expect(await refusal("SELECT \(brackets)1 FROM DUAL") != nil)
  }
}
