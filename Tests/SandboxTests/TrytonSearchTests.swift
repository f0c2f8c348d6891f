import DealModel
import Sandbox
import TestSupport
import Testing

@Suite("The emulated Tryton, searched")
struct TrytonSearchTests {
  private let desk: TrytonDesk

  init() throws { desk = try TrytonDesk() }

  private func ids(
    _ domain: JSONValue, of model: String = "account.invoice", in desk: TrytonDesk? = nil
  ) async throws -> [Int]? {
    let found = try await (desk ?? self.desk).result(
      "model.\(model).search", [domain, 0, .null, [["id", "ASC"]], [:]])
    return found?.array?.compactMap(\.integer)
  }

  // MARK: Domains

  @Test("conditions hold all together, or one of them, in lists in lists")
  func joined() async throws {
    #expect(try await ids([]) == [11, 12, 13, 14, 15])
    #expect(try await ids(["number", "=", "2026-1"]) == [11], "a condition alone is a domain")
    #expect(try await ids([["type", "=", "out"], ["state", "=", "posted"]]) == [11, 12])
    #expect(
      try await ids(["OR", ["number", "=", "2026-1"], ["state", "=", "draft"]]) == [11, 13])
    #expect(
      try await ids(["AND", ["type", "=", "out"], ["OR", ["id", "=", 11], ["id", "=", 14]]])
        == [11])
    #expect(
      try await ids(["OR", [["type", "=", "in"], ["id", "<", 15]], ["number", "=", "2026-2"]])
        == [12, 14])
    #expect(try await ids(["OR"]) == [11, 12, 13, 14, 15])
  }

  @Test("numbers, days and times are compared as such, whether plain or wrapped")
  func comparisons() async throws {
    #expect(try await ids([["total_amount", "<", 0]]) == [12])
    let zero: JSONValue = ["__class__": "Decimal", "decimal": "0"]
    #expect(try await ids([["total_amount", "<", zero]]) == [12])
    #expect(try await ids([["total_amount_cache", "=", .null]]) == [13], "a draft keeps none")
    #expect(try await ids([["total_amount_cache", ">=", "600"]]) == [11])
    let day: JSONValue = ["__class__": "date", "year": 2026, "month": 11, "day": 3]
    #expect(try await ids([["invoice_date", ">=", day]]) == [12, 14])
    #expect(try await ids([["invoice_date", "<", "2026-11-03"]]) == [11, 15])
    #expect(try await ids([["invoice_date", "!=", day]]) == [11, 14, 15], "nothing is not other")
    #expect(try await ids([["write_date", ">", TrytonDesk.time(2026, 11, 18)]]) == [12])
    #expect(try await ids([["id", "in", ["11", 12]]]) == [11, 12])
  }

  @Test("texts are stripped, told apart by case, and fitted into patterns")
  func texts() async throws {
    #expect(try await ids([["deal_id", "=", " BW-10001 "]]) == [11, 12, 14])
    #expect(try await ids([["deal_id", "=", "bw-10001"]]) == [])
    #expect(try await ids([["deal_id", "like", "BW-%1"]]) == [11, 12, 14])
    #expect(try await ids([["deal_id", "like", "bw-%1"]]) == [])
    #expect(try await ids([["deal_id", "ilike", "bw-_0002"]]) == [13])
    #expect(try await ids([["deal_id", "ilike", "bw-1000_"]]) == [11, 12, 13, 14])
    #expect(try await ids([["deal_id", "ilike", "bw-__0001"]]) == [])
    #expect(try await ids([["reference", "like", "50\\%"]]) == [15], "a letter, not any letters")
    #expect(try await ids([["deal_id", "in", ["BW-10001", "BW-10002"]]]) == [11, 12, 13, 14])
    #expect(try await ids([["deal_id", "not in", ["BW-10001"]]]) == [13, 15])
  }

  @Test("since 7.6 a text that is not there is an empty one; before, it is like nothing")
  func missing() async throws {
    let seven = try TrytonDesk(series: "7.0")
    for desk in [desk, seven] {
      #expect(try await ids([["deal_id", "=", .null]], in: desk) == [15])
      #expect(
        try await ids([["deal_id", "!=", .null], ["deal_id", "!=", ""]], in: desk)
          == [11, 12, 13, 14])
      #expect(try await ids([["deal_id", "in", ["BW-10002", .null]]], in: desk) == [13, 15])
    }
    #expect(try await ids([["deal_id", "!=", "BW-10001"]]) == [13, 15])
    #expect(try await ids([["deal_id", "!=", "BW-10001"]], in: seven) == [13])
    #expect(try await ids([["deal_id", "not in", ["BW-10001"]]], in: seven) == [13])
    #expect(try await ids([["deal_id", "not like", "BW-%1"]]) == [13, 15])
    #expect(try await ids([["deal_id", "not like", "BW-%1"]], in: seven) == [13])
  }

  @Test("dots lead to other records, one of which has to fit")
  func relations() async throws {
    #expect(try await ids([["party.name", "ilike", "%steel%"]]) == [14, 15])
    #expect(try await ids([["party", "=", 2]]) == [11, 12, 13])
    #expect(try await ids([["party", "=", "Aalto Harbour Oy"]]) == [11, 12, 13], "by its name")
    #expect(try await ids([["currency.code", "=", "USD"]]) == [15])
    #expect(try await ids([["lines.quantity", ">", 9]]) == [11])
    #expect(try await ids([["lines.quantity", "!=", 10]]) == [11, 14], "a line that is other")
    #expect(try await ids([["lines", "=", .null]]) == [12, 13, 15])
    #expect(try await ids([["lines", "not where", [["quantity", ">", 9]]]]) == [12, 13, 14, 15])
    #expect(
      try await ids([["purchase.deal_id", "=", "BW-10001"]], of: "purchase.line") == [1, 2, 3])
    #expect(
      try await ids([["invoice_lines.invoice.state", "=", "posted"]], of: "purchase.line") == [1])
    #expect(try await ids([["rec_name", "=", "F-77"]]) == [14])
  }

  // MARK: Order and pages

  @Test("a list is ordered as asked, else as the model is, and parted")
  func order() async throws {
    func found(_ rest: [JSONValue], in desk: TrytonDesk? = nil) async throws -> JSONValue? {
      try await (desk ?? self.desk).result(
        "model.account.invoice.search", .array([[]] + rest + [[:]]))
    }
    #expect(try await found([0, .null, .null]) == [13, 15, 14, 12, 11], "drafts, then the latest")
    #expect(try await found([1, 2, [["id", "ASC"]]]) == [12, 13])
    #expect(
      try await found([0, .null, [["invoice_date", "DESC"], ["id", "ASC"]]]) == [
        13, 14, 12, 11, 15,
      ])
    #expect(
      try await found([0, .null, [["invoice_date", "DESC NULLS LAST"], ["id", "ASC"]]])
        == [14, 12, 11, 15, 13])
    #expect(
      try await found([0, .null, [["party.name", "ASC"], ["id", "DESC"]]]) == [13, 12, 11, 15, 14])
    #expect(
      try await found([0, .null, [["state", "ASC"], ["id", "ASC"]]]) == [13, 11, 12, 14, 15],
      "in the order of the selection")
    #expect(try await desk.result("model.account.invoice.search_count", [[], 0, 3, [:]]) == 3)
    #expect(
      try await desk.result("model.purchase.line.search", [[], [:]]) == [4, 1, 2, 3],
      "the latest purchase first")
  }

  // MARK: Reading

  @Test("only what is asked for is answered, in Tryton's own wrapping")
  func encoding() async throws {
    let row = try await desk.read(
      11,
      [
        "number", "invoice_date", "create_date", "untaxed_amount", "party", "state:string",
        "currency.code", "party.rec_name", "cancel_move", "lines", "write_uid.rec_name",
      ])
    #expect(row["number"] == "2026-1")
    #expect(row["id"] == 11)
    #expect(row["state"] == nil)
    #expect(row["state:string"] == "Posted")
    #expect(
      row["invoice_date"]
        == .object(["__class__": "date", "year": 2026, "month": 11, "day": 2]))
    #expect(
      row["create_date"]
        == .object([
          "__class__": "datetime", "year": 2026, "month": 11, "day": 2, "hour": 8, "minute": 0,
          "second": 0, "microsecond": 221000,
        ]))
    #expect(row["untaxed_amount"] == .object(["__class__": "Decimal", "decimal": "1000.00"]))
    #expect(row["party"] == 2)
    #expect(row["party."]?["rec_name"] == "Aalto Harbour Oy")
    #expect(row["currency."] == .object(["code": "EUR", "id": 1]))
    #expect(row["cancel_move"] == .null)
    #expect(row["lines"] == [21, 22])
    #expect(row["write_uid."] == .null)
  }

  @Test("what Tryton computes is computed: amounts, what is to be paid, and when")
  func computed() async throws {
    let posted = try await desk.read(
      11, ["total_amount", "amount_to_pay", "lines_to_pay.maturity_date", "lines.amount"])
    #expect(posted["total_amount"]?["decimal"] == "1190.00")
    #expect(posted["amount_to_pay"]?["decimal"] == "395.00")
    let days = posted["lines_to_pay."]?.array?.map { $0["maturity_date"]?["day"] }
    #expect(days == [12, 27], "by the day they are due")
    #expect(posted["lines."]?[0]?["amount"]?["decimal"] == "950.00")
    let draft = try await desk.read(13, ["amount_to_pay", "rec_name"])
    #expect(draft["amount_to_pay"]?["decimal"] == "0")
    #expect(draft["rec_name"] == "(13)")
    let order = try await desk.result(
      "model.purchase.purchase.read",
      [
        [1],
        [
          "untaxed_amount", "tax_amount", "lines.type", "lines.amount",
          "lines.invoice_lines.quantity", "lines.invoice_lines.invoice_state",
        ], [:],
      ])?[0]
    #expect(order?["untaxed_amount"]?["decimal"] == "1100.00", "without the subtotal")
    #expect(order?["tax_amount"]?["decimal"] == "0")
    #expect(order?["lines."]?[2]?["amount"]?["decimal"] == "1100.00")
    #expect(
      order?["lines."]?[0]?["invoice_lines."]
        == [.object(["quantity": .number("4.0"), "invoice_state": "posted", "id": 23])])
  }

  @Test("an invoice that was posted and then cancelled is settled for the order it bills")
  func settled() async throws {
    try await desk.obey(
      .setField(record: "account.invoice/14", field: "state", value: "cancelled"))
    let fields: JSONValue = ["invoice_lines.invoice_state"]
    let before = try await desk.result("model.purchase.line.read", [[1], fields, [:]])
    #expect(before?[0]?["invoice_lines."]?[0]?["invoice_state"] == "cancelled")
    try await desk.obey(.setField(record: "account.invoice/14", field: "cancel_move", value: "7"))
    let after = try await desk.result("model.purchase.line.read", [[1], fields, [:]])
    #expect(after?[0]?["invoice_lines."]?[0]?["invoice_state"] == "paid")
  }
}
