import DealModel
import Sandbox
import TestSupport
import Testing

@Suite("The emulated Tryton")
struct TrytonEmulatorTests {
  private let desk: TrytonDesk

  init() throws { desk = try TrytonDesk() }

  // MARK: Who is let in

  @Test("a password opens it with every call; without one it asks for one")
  func basic() async throws {
    #expect(try await desk.result("model.account.invoice.search", [[], 0, 1, .null, [:]]) == [13])
    let none = try await desk.answer(desk.search, login: nil)
    #expect(none.status == 401)
    #expect(none.header("WWW-Authenticate") == "Basic realm=\"Tryton\"")
    #expect(none.body.isEmpty)
    let script = try await desk.answer(
      desk.search, headers: [NamedValue("X-Requested-With", "XMLHttpRequest")], login: nil)
    #expect(script.header("WWW-Authenticate") == nil)
    #expect(try await desk.answer(desk.search, login: "plumbline:wrong").status == 401)
    #expect(try await desk.answer(desk.search, at: "/other/rpc/").status == 503, "no database")
    #expect(try await desk.answer(desk.search, at: "/other/rpc/", login: nil).status == 401)
  }

  @Test("six failures within five minutes shut the login out, and time lets it in again")
  func attempts() async throws {
    for _ in 0..<6 {
      #expect(try await desk.answer(desk.search, login: "plumbline:wrong").status == 401)
    }
    let shut = try await desk.answer(desk.search)
    #expect(shut.status == 429, "with the right password too")
    #expect(String(decoding: shut.body, as: UTF8.self).contains("<h1>Too Many Requests</h1>"))
    desk.clock.advance(by: .seconds(301))
    #expect(try await desk.answer(desk.search).status == 200)
  }

  @Test("a session is begun with the password, is good for itself, and ends")
  func session() async throws {
    let login = TrytonDesk.body("common.db.login", ["plumbline", ["password": "s3cret & more"]])
    let begun = try await desk.answer(login, login: nil).json()["result"]
    #expect(begun?[0] == 2)
    #expect(begun?[2] == .null, "the bus")
    let key = try #require(begun?[1]?.string)
    #expect(key.count == 64)
    let header = [NamedValue("Authorization", "Session " + TrytonDesk.base64("plumbline:2:\(key)"))]
    #expect(try await desk.answer(desk.search, headers: header, login: nil).status == 200)
    let other = [NamedValue("Authorization", "Session " + TrytonDesk.base64("plumbline:3:\(key)"))]
    #expect(try await desk.answer(desk.search, headers: other, login: nil).status == 401)
    let logout = TrytonDesk.body("common.db.logout", [])
    #expect(
      try await desk.answer(logout, headers: header, login: nil).json() == ["id": 1, "result": nil])
    #expect(try await desk.answer(desk.search, headers: header, login: nil).status == 401)
    let asked = try await desk.answer(
      TrytonDesk.body("common.db.login", ["plumbline", [:]]), login: nil)
    #expect(
      try asked.json()["error"]
        == ["LoginException", ["password", "Password for plumbline", "password"]])
    let wrong = TrytonDesk.body("common.db.login", ["plumbline", ["password": "x"]])
    #expect(try await desk.answer(wrong, login: nil).status == 401)
  }

  @Test("the server tells its version to anybody, at its own address")
  func root() async throws {
    let version = TrytonDesk.body("common.server.version", [])
    let answer = try await desk.answer(version, at: "/rpc/", login: nil)
    #expect(try answer.json() == ["id": 1, "result": "8.0"])
    let seven = try TrytonDesk(series: "7.0")
    #expect(try await seven.answer(version, at: "/", login: nil).json()["result"] == "7.0.59")
    #expect(try await seven.answer(desk.search, at: "/brightwater/").status == 200)
    #expect(try await seven.answer(desk.search, at: "/brightwater/rpc/").status == 405)
    #expect(try await desk.answer(desk.search, at: "/brightwater/").status == 405)
    let slashless = try await desk.answer(desk.search, at: "/brightwater/rpc")
    #expect(slashless.status == 308)
    #expect(slashless.header("Location")?.hasSuffix("/brightwater/rpc/") == true)
  }

  // MARK: What a call looks like

  @Test("exactly three members make a call whose faults have status 200; else they are pages")
  func envelope() async throws {
    #expect(
      try await desk.error("model.account.invoice.read", [[99], ["number"], [:]])
        == [
          "UserError",
          [
            "You are trying to read records \"99\" of \"Account Invoice\" that don't exist.", "",
            .null,
          ],
        ])
    let bare = try await desk.answer(
      .object(["method": "model.account.invoice.read", "params": [[99], ["number"], [:]]]))
    #expect(bare.status == 400)
    let named = try await desk.answer(
      .object([
        "jsonrpc": "2.0", "id": 1, "method": "model.account.invoice.search_count",
        "params": [[], [:]],
      ]))
    #expect(try named.json() == 5, "the bare result")
    let contextless = try await desk.answer(
      TrytonDesk.body("model.account.invoice.search", [[]]))
    #expect(contextless.status == 422)
    let seven = try TrytonDesk(series: "7.0")
    #expect(
      try await seven.error("model.account.invoice.search", [[]])
        == ["Missing context argument", ""])
  }

  @Test("what is no JSON, no POST, or comes from a web page elsewhere is turned away")
  func turnedAway() async throws {
    #expect(try await desk.answer(desk.search, method: "GET").status == 405)
    #expect(try await desk.answer(desk.search, type: "text/plain").status == 500)
    #expect(
      try await desk.answer(desk.search, headers: [NamedValue("Origin", "https://evil.example")])
        .status == 500)
    // A time without its microseconds is none.
    let time: JSONValue = [
      "__class__": "datetime", "year": 2026, "month": 11, "day": 5, "hour": 1, "minute": 2,
      "second": 3,
    ]
    let body = TrytonDesk.body(
      "model.account.invoice.search", [[["write_date", ">", time]], [:]])
    #expect(try await desk.answer(body).status == 400)
    #expect(try await TrytonDesk(series: "7.0").answer(body, at: "/brightwater/").status == 500)
  }

  @Test("what is not there is named as Python names it, and nothing is ever written")
  func faults() async throws {
    let faults: [(String, JSONValue, JSONValue)] = [
      ("model.account.invoice.read", [[11], ["nope"], [:]], ["'nope'", ""]),
      ("model.account.invoice.read", [[11], ["party.nope"], [:]], ["'nope'", ""]),
      (
        "model.account.invoice.read", [[11], ["number.rec_name"], [:]],
        ["'Char' object has no attribute 'get_target'", ""]
      ),
      ("model.account.nope.search", [[], [:]], ["'account.nope'", ""]),
      ("model.account.invoice.search", [[["nope", "=", 1]], [:]], ["'nope'", ""]),
      (
        "model.account.invoice.search", [[["amount_to_pay", ">", 1]], [:]],
        ["Missing search function for field \"Amount to Pay\" in \"Account Invoice\".", ""]
      ),
      (
        "model.account.invoice.search", [[["number", "~", "1"]], [:]],
        ["maximum recursion depth exceeded in __instancecheck__", ""]
      ),
      ("model.account.invoice.search", [[], 0, .null, [["nope", "ASC"]], [:]], ["'nope'", ""]),
      ("model.account.invoice.search", [[], 0, .null, [["id", "UP"]], [:]], ["'UP'", ""]),
      (
        "model.account.invoice.search", [[:]],
        ["ModelSQL.search() missing 1 required positional argument: 'domain'", ""]
      ),
      (
        "model.account.invoice.write", [[11], ["number": "x"], [:]],
        [
          "UserError",
          [
            "You are not allowed to access \"Account Invoice\".", "Within groups: Plumbline", .null,
          ],
        ]
      ),
    ]
    for (method, parameters, error) in faults {
      #expect(try await desk.error(method, parameters) == error, "\(method) \(parameters.text())")
    }
    let forbidden = try await desk.answer(
      TrytonDesk.body("model.account.invoice.pay_invoice", [[], [:]]))
    #expect(forbidden.status == 403)
  }

  @Test("a model that the groups may not read is refused, also beyond a dot")
  func access() async throws {
    let desk = try TrytonDesk(readable: ["account.invoice"])
    let refusal: JSONValue = [
      "UserError",
      ["You are not allowed to access \"Account Move Line\".", "Within groups: Plumbline", .null],
    ]
    #expect(
      try await desk.error(
        "model.account.invoice.read", [[11], ["lines_to_pay.maturity_date"], [:]]) == refusal)
    #expect(try await desk.error("model.party.party.search", [[], [:]])?[0] == "UserError")
    #expect(
      try await desk.error("model.account.invoice.search", [[["party.name", "=", "x"]], [:]])?[0]
        == "UserError")
    #expect(
      try await desk.result("model.account.invoice.search_count", [[], [:]]) == 5)
  }

  @Test("a long answer is called compressed, although nobody asked for that and it is not")
  func compression() async throws {
    let fields: JSONValue = ["number", "lines.description", "lines.quantity", "party.rec_name"]
    let body = TrytonDesk.body(
      "model.account.invoice.search_read", [[], 0, .null, .null, fields, [:]])
    let answer = try await desk.answer(body)
    #expect(answer.body.count <= 1_400)
    #expect(answer.header("Content-Encoding") == nil)
    let all = TrytonDesk.body("model.account.invoice.fields_get", [[], [:]])
    let long = try await desk.answer(all)
    #expect(long.body.count > 1_400)
    #expect(long.header("Content-Encoding") == "gzip")
    #expect(try long.json()["result"]?["deal_id"]?["type"] == "char")
    #expect(long.header("X-Tryton-Cache") == "86400")
    let willing = try await desk.answer(all, headers: [NamedValue("Accept-Encoding", "gzip")])
    #expect(willing.header("Content-Encoding") == nil)
    let seven = try TrytonDesk(series: "7.0")
    #expect(try await seven.answer(all).header("Content-Encoding") == nil)
  }

  // MARK: Orders

  @Test("records change, go, lose their field and their password, until that is mended")
  func orders() async throws {
    let number: JSONValue = [[["deal_id", "=", "BW-9"]], [:]]
    try await desk.obey(
      .setField(record: "account.invoice/11", field: "deal_id", value: "BW-9"))
    #expect(try await desk.result("model.account.invoice.search", number) == [11])
    let read = try await desk.read(11, ["write_date", "_timestamp"])
    #expect(read["_timestamp"] == "1795165200.000000")
    #expect(read["write_date"]?["hour"] == 9)
    try await desk.obey(.correctInvoice(number: "2026-1", net: 900))
    let corrected = try await desk.read(11, ["untaxed_amount", "total_amount", "amount_to_pay"])
    #expect(corrected["untaxed_amount"]?["decimal"] == "900.00")
    #expect(corrected["total_amount"]?["decimal"] == "1090.00")
    #expect(corrected["amount_to_pay"]?["decimal"] == "295.00")
    try await desk.obey(.setField(record: "purchase.line/1", field: "quantity", value: "12"))
    let order = try await desk.result(
      "model.purchase.purchase.search_read",
      [[["write_date", ">=", TrytonDesk.time(2026, 11, 20)]], 0, .null, .null, ["number"], [:]])
    #expect(order?[0]?["number"] == "PO-1", "a line is saved with its purchase")
    try await desk.obey(.delete(record: "purchase.purchase/1"))
    #expect(
      try await desk.result("model.purchase.line.search_count", [[["purchase", "=", 1]], [:]])
        == 0)
    try await desk.obey(.renameProperty(from: "deal_id", to: "deal"))
    #expect(try await desk.error("model.account.invoice.search", number) == ["'deal_id'", ""])
    try await desk.obey(.expireToken)
    #expect(try await desk.answer(desk.search).status == 401)
    try await desk.obey(.mend)
    #expect(try await desk.result("model.account.invoice.search", number) == [11])
    await #expect(throws: SandboxError.self) {
      try await desk.obey(.renameProperty(from: "number", to: "no"))
    }
    await #expect(throws: SandboxError.self) {
      try await desk.obey(.setField(record: "account.invoice/11", field: "nmber", value: "1"))
    }
  }
}
