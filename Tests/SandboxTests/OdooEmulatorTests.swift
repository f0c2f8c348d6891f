import DealModel
import Sandbox
import TestSupport
import Testing

@Suite("The emulated Odoo")
struct OdooEmulatorTests {
  private let clock = ManualClock("2026-11-20T09:00:00Z")

  private func sandbox(
    version: String = "19.0", rpc: Bool = true, denied: [String] = []
  ) throws -> (SandboxCompany, TestSupport.TemporaryCompany) {
    let directory = try TestSupport.TemporaryCompany(
      yaml: """
        company: Test
        systems:
          erp: {kind: odoo, credentials: {key: key, login: login}}
        """,
      texts: ["key": "abc\n", "login": "bot@x.example\n"],
      documents: [
        "erp/database": [
          "name": "acme", "version": .string(version), "user_id": 7, "rpc": .bool(rpc),
          "denied": .array(denied.map { .string($0) }),
        ],
        "erp/fields": ["account.move": ["x_deal_id": "char"]],
        "erp/res.currency": [["id": 1, "name": "EUR"]],
        "erp/res.partner": [["id": 11, "name": "Harbour Ltd"]],
        "erp/account.move": [
          [
            "id": 1, "name": "INV/1", "move_type": "out_invoice", "x_deal_id": "BW-1",
            "partner_id": 11, "currency_id": 1, "amount_untaxed": .number("10.5"),
            "invoice_date": "2026-11-02", "write_date": "2026-11-10 08:14:03",
          ],
          [
            "id": 2, "name": "INV/2", "move_type": "out_invoice", "x_deal_id": "bw-1",
            "currency_id": 1, "amount_untaxed": 20, "invoice_date": "2026-11-03",
            "write_date": "2026-11-11 00:00:00",
          ],
          ["id": 3, "name": "BILL/1", "move_type": "in_invoice", "partner_id": 11],
        ],
      ])
    return (try SandboxCompany(path: directory.path, time: clock, today: nil), directory)
  }

  private func answer(
    _ sandbox: SandboxCompany, _ path: String, _ body: JSONValue? = [:], key: String? = "abc",
    method: String = "POST"
  ) async throws -> EmulatedResponse {
    let request = EmulatedRequest(
      method: method, url: "http://127.0.0.1:1/erp\(path)",
      headers: key.map { [NamedValue("Authorization", "bearer \($0)")] } ?? [],
      body: body.map { Array($0.text().utf8) } ?? [])
    guard case .answered(let response) = try await sandbox.respond(to: request) else {
      throw SandboxError("no answer")
    }
    return response
  }

  private func ids(_ sandbox: SandboxCompany, _ domain: JSONValue) async throws -> [Int] {
    let body: JSONValue = ["domain": domain, "order": "id"]
    return (try await answer(sandbox, "/json/2/account.move/search", body).json().array ?? [])
      .compactMap(\.integer)
  }

  @Test("a key is told in the header; each refusal has its status and the exception's name")
  func access() async throws {
    let (sandbox, directory) = try sandbox(denied: ["res.partner"])
    defer { withExtendedLifetime(directory) {} }
    let none = try await answer(sandbox, "/json/2/account.move/search_read", key: nil)
    #expect(none.status == 401)
    #expect(none.header("WWW-Authenticate") == "bearer")
    let wrong = try await answer(sandbox, "/json/2/account.move/search_read", key: "x")
    #expect(try wrong.json()["message"] == "Invalid apikey")
    #expect(try wrong.json()["arguments"] == ["Invalid apikey", 401])
    let got = try await answer(sandbox, "/json/2/account.move/search_read", method: "GET")
    #expect(got.status == 404)
    #expect(try got.json()["message"]?.string?.hasPrefix("Did you mean POST") == true)
    #expect(try await answer(sandbox, "/json/2/no.model/search").status == 404)
    #expect(try await answer(sandbox, "/json/2/account.move/explode").status == 404)
    let denied = try await answer(sandbox, "/json/2/res.partner/search_read")
    #expect(denied.status == 403)
    #expect(try denied.json()["name"] == "odoo.exceptions.AccessError")
    #expect(try await answer(sandbox, "/json/2/account.move/write", ["ids": [1]]).status == 403)
    let unbound = try await answer(sandbox, "/json/2/account.move/search", ["where": []])
    #expect(unbound.status == 422)
    #expect(try await answer(sandbox, "/json/2/account.move/search", ["ids": [1]]).status == 422)
    let version = try await answer(sandbox, "/web/version", nil, key: nil, method: "GET").json()
    #expect(version["version"] == "19.0")
  }

  @Test("domains are Polish notation over fields, also of related records, to the letter")
  func domains() async throws {
    let (sandbox, directory) = try sandbox()
    defer { withExtendedLifetime(directory) {} }
    #expect(try await ids(sandbox, []) == [1, 2, 3])
    #expect(try await ids(sandbox, [["x_deal_id", "=", "BW-1"]]) == [1])
    #expect(try await ids(sandbox, [["x_deal_id", "in", ["BW-1", "bw-1"]]]) == [1, 2])
    #expect(try await ids(sandbox, [["x_deal_id", "ilike", "W-1"]]) == [1, 2])
    #expect(try await ids(sandbox, [["x_deal_id", "like", "B_-%"]]) == [1])
    #expect(try await ids(sandbox, [["x_deal_id", "!=", false]]) == [1, 2])
    #expect(try await ids(sandbox, [["x_deal_id", "=", false]]) == [3])
    #expect(try await ids(sandbox, [["partner_id", "=", 11]]) == [1, 3])
    #expect(try await ids(sandbox, [["partner_id", "=", "Harbour Ltd"]]) == [1, 3])
    #expect(try await ids(sandbox, [["partner_id.name", "=like", "Harb%"]]) == [1, 3])
    #expect(try await ids(sandbox, [["partner_id.name", "!=", "Harbour Ltd"]]) == [2])
    #expect(try await ids(sandbox, [["amount_untaxed", ">", .number("10.5")]]) == [2])
    #expect(try await ids(sandbox, [["amount_untaxed", "=", .number("10.50")]]) == [1])
    #expect(try await ids(sandbox, [["write_date", ">=", "2026-11-10 08:14:03"]]) == [1, 2])
    #expect(try await ids(sandbox, [["write_date", ">", "2026-11-11"]]) == [])
    #expect(try await ids(sandbox, ["|", ["id", "=", 1], ["id", "=", 3]]) == [1, 3])
    #expect(try await ids(sandbox, ["!", ["id", "=", 1], ["partner_id", "!=", false]]) == [3])
    for broken: JSONValue in [
      [["nowhere", "=", 1]], [["partner_id.nowhere", "=", 1]], ["|", ["id", "=", 1]],
      [["id", "~", 1]], [["id", "in", 1]], [["write_date", ">", "yesterday"]],
    ] {
      let refused = try await answer(
        sandbox, "/json/2/account.move/search", ["domain": broken])
      #expect(refused.status == 500, "\(broken)")
      #expect(try refused.json()["name"] == "builtins.ValueError", "\(broken)")
    }
  }

  @Test("what is empty is false, a number zero; related records have their names unless not wanted")
  func values() async throws {
    let (sandbox, directory) = try sandbox()
    defer { withExtendedLifetime(directory) {} }
    let fields: JSONValue = ["name", "x_deal_id", "partner_id", "amount_untaxed", "invoice_date"]
    let read = try await answer(
      sandbox, "/json/2/account.move/read", ["ids": [3, 1], "fields": fields]
    ).json()
    #expect(
      read[0] == [
        "id": 3, "name": "BILL/1", "x_deal_id": false, "partner_id": [11, "Harbour Ltd"],
        "amount_untaxed": .number("0.0"), "invoice_date": false,
      ])
    #expect(read[1]?["amount_untaxed"] == .number("10.5"))
    let bare = try await answer(
      sandbox, "/json/2/account.move/read", ["ids": [1], "fields": ["partner_id"], "load": nil]
    ).json()
    #expect(bare[0]?["partner_id"] == 11)
    let gone = try await answer(sandbox, "/json/2/account.move/read", ["ids": [99]])
    #expect(gone.status == 404)
    #expect(try gone.json()["name"] == "odoo.exceptions.MissingError")
    let unknown = try await answer(
      sandbox, "/json/2/account.move/search_read", ["fields": ["nowhere"]])
    #expect(unknown.status == 500)
    let defined = try await answer(
      sandbox, "/json/2/account.move/fields_get",
      ["allfields": ["x_deal_id", "nowhere"], "attributes": ["type"]]
    ).json()
    #expect(defined == ["x_deal_id": ["type": "char"]])
  }

  @Test("one question leads from records to those they belong to, and counts all that match")
  func specified() async throws {
    let (sandbox, directory) = try sandbox()
    defer { withExtendedLifetime(directory) {} }
    func asked(_ specification: JSONValue, limit: Int = 0) async throws -> EmulatedResponse {
      try await answer(
        sandbox, "/json/2/account.move/web_search_read",
        [
          "domain": [["move_type", "=", "out_invoice"]], "specification": specification,
          "limit": .integer(limit), "order": "id",
        ])
    }
    let partner: JSONValue = ["fields": ["name": [:], "display_name": [:]]]
    #expect(
      try await asked(["name": [:], "partner_id": partner]).json() == [
        "length": 2,
        "records": [
          [
            "id": 1, "name": "INV/1",
            "partner_id": ["id": 11, "name": "Harbour Ltd", "display_name": "Harbour Ltd"],
          ],
          ["id": 2, "name": "INV/2", "partner_id": false],
        ],
      ])
    let first = try await asked(["partner_id": [:]], limit: 1).json()
    #expect(first == ["length": 2, "records": [["id": 1, "partner_id": 11]]])
    #expect(try await asked(["nowhere": [:]]).status == 500)
    #expect(try await asked(["partner_id": ["fields": ["nowhere": [:]]]]).status == 500)
  }

  @Test("lists are ordered, and parted by offset and limit")
  func order() async throws {
    let (sandbox, directory) = try sandbox()
    defer { withExtendedLifetime(directory) {} }
    let body: JSONValue = ["domain": [], "fields": ["name"], "offset": 1, "limit": 1]
    let usual = try await answer(sandbox, "/json/2/account.move/search_read", body).json()
    #expect(usual.array?.map { $0["id"]?.integer } == [1], "by name, the last first")
    let asked = try await answer(
      sandbox, "/json/2/account.move/search", ["domain": [], "order": "invoice_date desc, id"]
    ).json()
    #expect(asked == [2, 1, 3])
    #expect(
      try await answer(sandbox, "/json/2/account.move/search_count", ["domain": []]).json() == 3)
  }

  @Test("the RPC answers 200 with the error inside, by a code that newer releases changed")
  func rpc() async throws {
    func call(
      _ sandbox: SandboxCompany, _ service: String, _ method: String, _ args: JSONValue
    ) async throws -> JSONValue {
      let params: JSONValue = [
        "service": .string(service), "method": .string(method), "args": args,
      ]
      let answer = try await answer(
        sandbox, "/jsonrpc", ["jsonrpc": "2.0", "method": "call", "id": 5, "params": params],
        key: nil)
      #expect(answer.status == 200)
      return try answer.json()
    }
    let (older, first) = try sandbox(version: "17.0")
    defer { withExtendedLifetime(first) {} }
    #expect(try await answer(older, "/json/2/account.move/search").status == 404)
    #expect(
      try await call(older, "common", "version", [])["result"]?["server_version"] == "17.0")
    #expect(
      try await call(older, "common", "login", ["acme", "bot@x.example", "abc"])["result"] == 7)
    #expect(
      try await call(older, "common", "login", ["acme", "bot@x.example", "no"])["result"] == false)
    let found = try await call(
      older, "object", "execute_kw",
      [
        "acme", 7, "abc", "account.move", "search_read", [[["x_deal_id", "=", "BW-1"]]],
        ["fields": ["name"]],
      ])
    #expect(found["result"] == [["id": 1, "name": "INV/1"]])
    #expect(found["id"] == 5)
    let denied = try await call(
      older, "object", "execute_kw", ["acme", 7, "no", "account.move", "search", [[]]])
    #expect(denied["error"]?["code"] == 200)
    #expect(denied["error"]?["data"]?["name"] == "odoo.exceptions.AccessDenied")
    let unknown = try await call(
      older, "object", "execute_kw",
      ["acme", 7, "abc", "account.move", "search", [[["nowhere", "=", 1]]]])
    #expect(unknown["error"]?["data"]?["name"] == "builtins.ValueError")
    let (newer, second) = try sandbox()
    defer { withExtendedLifetime(second) {} }
    let later = try await call(
      newer, "object", "execute_kw", ["acme", 7, "abc", "no.model", "search", [[]]])
    #expect(later["error"]?["code"] == 0)
    #expect(later["error"]?["data"]?["name"] == "builtins.KeyError")
    let (closed, third) = try sandbox(rpc: false)
    defer { withExtendedLifetime(third) {} }
    #expect(try await answer(closed, "/jsonrpc").status == 404)
  }

  @Test("records change, go, and lose their field, until that is mended")
  func orders() async throws {
    let (sandbox, directory) = try sandbox()
    defer { withExtendedLifetime(directory) {} }
    try await sandbox.obey(
      ControlOrder(.setField(record: "account.move/3", field: "x_deal_id", value: "BW-9")),
      by: "erp")
    #expect(try await ids(sandbox, [["x_deal_id", "=", "BW-9"]]) == [3])
    #expect(try await ids(sandbox, [["write_date", "=", "2026-11-20 09:00:00"]]) == [3])
    try await sandbox.obey(ControlOrder(.delete(record: "account.move/2")), by: "erp")
    #expect(try await ids(sandbox, []) == [1, 3])
    try await sandbox.obey(
      ControlOrder(.renameProperty(from: "x_deal_id", to: "x_deal")), by: "erp")
    #expect(try await ids(sandbox, [["x_deal", "=", "BW-9"]]) == [3])
    try await sandbox.obey(ControlOrder(.expireToken), by: "erp")
    #expect(try await answer(sandbox, "/json/2/account.move/search").status == 401)
    try await sandbox.obey(ControlOrder(.mend), by: "erp")
    #expect(try await ids(sandbox, [["x_deal_id", "=", "BW-9"]]) == [3])
    await #expect(throws: SandboxError.self) {
      try await sandbox.obey(ControlOrder(.delete(record: "account.move")), by: "erp")
    }
  }
}
