import DealModel
import Foundation
import Sandbox
import TestSupport

/// A small Tryton, and how it is asked.
struct TrytonDesk {
  let clock = ManualClock("2026-11-20T09:00:00Z")
  private let sandbox: SandboxCompany
  private let directory: TestSupport.TemporaryCompany
  private let path: String

  /// A call that anybody who is let in may make.
  let search = body("model.account.invoice.search", [[], 0, 1, .null, [:]])

  /// - Parameter readable: The models that the user's groups may read; all when not given.
  init(series: String = "8.0", readable: [String]? = nil) throws {
    path = series == "8.0" ? "/brightwater/rpc/" : "/brightwater/"
    var server: [JSONValue.Member] = [
      .init("series", .string(series)), .init("database", "brightwater"),
      .init("groups", ["Plumbline"]),
      .init(
        "fields",
        ["account.invoice": ["deal_id": "Deal ID"], "purchase.purchase": ["deal_id": "Deal ID"]]),
    ]
    if let readable {
      server.append(.init("readable", .array(readable.map { .string($0) })))
    }
    var documents = Self.documents
    documents["server"] = .object(server)
    directory = try TestSupport.TemporaryCompany(
      yaml: """
        company: Test
        systems:
          erp: {kind: tryton, credentials: {user: user, password: password}}
        """, texts: ["user": "plumbline\n", "password": "s3cret & more\n"],
      documents: Dictionary(uniqueKeysWithValues: documents.map { ("erp/\($0.key)", $0.value) }))
    sandbox = try SandboxCompany(path: directory.path, time: clock, today: nil)
  }

  // MARK: Asking

  static func body(_ method: String, _ parameters: JSONValue) -> JSONValue {
    .object(["id": 1, "method": .string(method), "params": parameters])
  }

  static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

  /// A day's beginning as a time in a call.
  static func time(_ year: Int, _ month: Int, _ day: Int) -> JSONValue {
    .object([
      "__class__": "datetime", "year": .integer(year), "month": .integer(month),
      "day": .integer(day), "hour": 0, "minute": 0, "second": 0, "microsecond": 0,
    ])
  }

  func answer(
    _ body: JSONValue, at path: String? = nil, method: String = "POST",
    type: String = "application/json", headers: [NamedValue] = [],
    login: String? = "plumbline:s3cret & more"
  ) async throws -> EmulatedResponse {
    let credentials = login.map { NamedValue("Authorization", "Basic " + Self.base64($0)) }
    let request = EmulatedRequest(
      method: method, url: "http://127.0.0.1:1/erp\(path ?? self.path)",
      headers: [NamedValue("Content-Type", type)] + headers
        + (credentials.map { [$0] } ?? []), body: Array(body.text().utf8))
    guard case .answered(let response) = try await sandbox.respond(to: request) else {
      throw SandboxError("no answer")
    }
    return response
  }

  func result(_ method: String, _ parameters: JSONValue) async throws -> JSONValue? {
    try await answer(Self.body(method, parameters)).json()["result"]
  }

  func error(_ method: String, _ parameters: JSONValue) async throws -> JSONValue? {
    try await answer(Self.body(method, parameters)).json()["error"]
  }

  /// Fields of one invoice.
  func read(_ id: Int, _ fields: [String]) async throws -> JSONValue {
    let names = JSONValue.array(fields.map { .string($0) })
    let rows = try await result(
      "model.account.invoice.read", [[.integer(id)], names, [:]])
    return rows?[0] ?? .null
  }

  func obey(_ act: ControlOrder.Act) async throws {
    try await sandbox.obey(ControlOrder(act), by: "erp")
  }

  // MARK: Records

  private static let documents: [String: JSONValue] = [
    "party.party": [
      ["id": 2, "name": "Aalto Harbour Oy", "code": "1"],
      ["id": 3, "name": "Fjord Steel AS", "code": "2"],
    ],
    "currency.currency": [["id": 1, "code": "EUR", "name": "Euro"], ["id": 2, "code": "USD"]],
    "res.user": [["id": 2, "login": "plumbline", "name": "Plumb Line"]],
    "account.invoice": .array([
      invoice(
        11, "out", "posted", "2026-1", "BW-10001", "1000.00", "190.00", "2026-11-02",
        ["amount_to_pay": "395.00", "create_date": "2026-11-02T08:00:00.221Z"]),
      invoice(
        12, "out", "posted", "2026-2", "BW-10001", "-50.00", "-9.50", "2026-11-03",
        ["write_date": "2026-11-19T10:00:00Z"]),
      invoice(13, "out", "draft", nil, "BW-10002", "300.00", "57.00", nil),
      invoice(
        14, "in", "posted", "2026-8", "BW-10001", "400.00", "0.00", "2026-11-05",
        ["reference": "F-77", "party": 3]),
      invoice(
        15, "in", "paid", "2026-9", nil, "5.00", "0.00", "2026-11-01",
        ["reference": "50%", "party": 3, "currency": 2]),
    ]),
    "account.invoice.line": [
      ["id": 21, "invoice": 11, "type": "line", "quantity": 10, "unit_price": "95.00"],
      ["id": 22, "invoice": 11, "type": "line", "quantity": 1, "unit_price": "50.00"],
      [
        "id": 23, "invoice": 14, "type": "line", "quantity": 4, "unit_price": "100.00",
        "origin": "purchase.line,1",
      ],
    ],
    "account.move.line": [
      ["id": 31, "invoice": 11, "maturity_date": "2026-11-27", "debit": "595.00"],
      [
        "id": 32, "invoice": 11, "maturity_date": "2026-11-12", "debit": "595.00",
        "reconciliation": 5,
      ],
    ],
    "purchase.purchase": [
      [
        "id": 1, "number": "PO-1", "state": "processing", "purchase_date": "2026-11-03",
        "party": 3, "currency": 1, "invoice_state": "pending", "invoice_method": "order",
        "deal_id": "BW-10001", "create_date": "2026-11-03T08:00:00Z",
      ],
      [
        "id": 2, "number": "PO-2", "state": "done", "purchase_date": "2026-11-04", "party": 3,
        "currency": 1, "invoice_state": "paid", "invoice_method": "order",
        "create_date": "2026-11-03T08:00:00Z",
      ],
    ],
    "purchase.line": [
      ["id": 1, "purchase": 1, "type": "line", "quantity": 10, "unit_price": "100"],
      ["id": 2, "purchase": 1, "type": "line", "quantity": 3, "unit_price": "33.3333"],
      ["id": 3, "purchase": 1, "type": "subtotal"],
      ["id": 4, "purchase": 2, "type": "line", "quantity": 1, "unit_price": "5"],
    ],
  ]

  private static func invoice(
    _ id: Int, _ type: String, _ state: String, _ number: String?, _ deal: String?,
    _ untaxed: String, _ tax: String, _ day: String?, _ more: JSONValue = [:]
  ) -> JSONValue {
    let members: [JSONValue.Member] = [
      .init("id", .integer(id)), .init("type", .string(type)), .init("state", .string(state)),
      .init("number", number.map { .string($0) } ?? .null),
      .init("deal_id", deal.map { .string($0) } ?? .null),
      .init("untaxed_amount", .string(untaxed)), .init("tax_amount", .string(tax)),
      .init("invoice_date", day.map { .string($0) } ?? .null),
      .init("create_date", "2026-11-02T08:00:00Z"),
    ]
    let given = Set((more.members ?? []).map(\.name))
    let usual: [JSONValue.Member] = [.init("party", 2), .init("currency", 1)]
    let rest = (members + usual).filter { !given.contains($0.name) }
    return .object(rest + (more.members ?? []))
  }
}
