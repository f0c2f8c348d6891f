import AdapterKit
import Adapters
import DealModel
import Sandbox
import TestSupport

extension ContractSubject {
  /// Invoices, bills and purchase orders by the configuration that users copy.
  static let tryton = ContractSubject(
    kind: RESTKind.self, system: "erp", link: TrytonCompany.link,
    settings: ReadyConfiguration.settings { try TrytonCompany.system() },
    deals: [.invoices: "BW-10001", .costs: "BW-10001"], number: ("2026-0101", "BW-10001"),
    change: (
      ControlOrder(.correctInvoice(number: "2026-0105", net: 950)), "BW-10002", .invoices
    ),
    drift: ControlOrder(.renameProperty(from: "deal_id", to: "deal")),
    // Invoices; bills and orders.
    mostCalls: [.invoices: 1, .costs: 2], renewsCredentials: false,
    company: { try TrytonCompany.make() })
}

/// A Tryton with documents of two deals, beside others.
enum TrytonCompany {
  static let link = "deal_id"

  /// The ready configuration with the sandbox's address and the login of ``make(_:series:readable:)``.
  ///
  /// - Parameter series: Before 8.0 the address ends with the database, which people mend everywhere.
  static func system(series: String = "8.0") throws -> ConfiguredSystem {
    let mended = series == "8.0" ? [] : [("/brightwater/rpc/", "/brightwater/")]
    return try ReadyConfiguration.system(
      "tryton",
      replacing: mended + [
        ("https://tryton.brightwater.example", "\(SandboxTransport.origin)/erp"),
        ("{env: TRYTON_USER}", "{file: secrets/user}"),
        ("{env: TRYTON_PASSWORD}", "{file: secrets/password}"),
      ])
  }

  /// - Parameters:
  ///   - changed: Documents by file that take the place of those here.
  ///   - readable: The models that the user may read; those that the configuration names when not
  ///     given, and no other.
  static func make(
    _ changed: [String: JSONValue] = [:], series: String = "8.0", readable: [String] = readable
  ) throws -> TemporaryCompany {
    var documents = Self.documents.merging(changed) { _, given in given }
    documents["server"] = .object([
      "series": .string(series), "database": "brightwater", "groups": ["Plumbline"],
      "readable": .array(readable.map { .string($0) }),
      "fields": [
        "account.invoice": ["deal_id": "Deal ID"], "purchase.purchase": ["deal_id": "Deal ID"],
      ],
    ])
    return try TemporaryCompany(
      yaml: """
        company: Test
        systems:
          erp: {kind: tryton, credentials: {user: secrets/user, password: secrets/password}}
        """,
      texts: ["secrets/user": "plumbline\n", "secrets/password": "s3cret & more\n"],
      documents: Dictionary(uniqueKeysWithValues: documents.map { ("erp/\($0.key)", $0.value) }))
  }

  /// The models of the group that the configuration asks for, and those that anybody may read.
  static let readable = [
    "account.invoice", "account.invoice.line", "account.move.line", "purchase.purchase",
    "purchase.line", "party.party", "currency.currency", "res.user",
  ]

  // MARK: Documents

  static let documents: [String: JSONValue] = [
    "party.party": [
      ["id": 2, "name": "Aalto Harbour Oy", "code": "1"],
      ["id": 3, "name": "Fjord Steel AS", "code": "2"],
    ],
    "currency.currency": [
      ["id": 1, "code": "EUR", "name": "Euro"], ["id": 2, "code": "USD", "name": "U.S. Dollar"],
    ],
    "res.user": [
      ["id": 1, "login": "admin", "name": "Dana Reyes"],
      ["id": 2, "login": "plumbline", "name": "Plumb Line"],
    ],
    "account.invoice": .array([
      invoice(101, "out", "posted", "2026-0101", "BW-10001", "1000.05", "190.01", due: "395.06"),
      invoice(102, "out", "posted", "2026-0102", "BW-10001", "-50.00", "-9.50"),
      invoice(103, "out", "draft", nil, "BW-10001", "300.00", "57.00"),
      invoice(104, "out", "cancelled", "2026-0104", "BW-10001", "77.00", "14.63"),
      invoice(105, "out", "posted", "2026-0105", "BW-10002", "1000.00", "0.00", currency: 2),
      invoice(106, "out", "posted", "2026-0106", nil, "5.00", "0.95"),
      invoice(107, "out", "paid", "2026-0107", "BW-10001", "200.00", "38.00"),
      invoice(108, "out", "posted", "2026-0108", "BW-10004", "6.00", "0.00"),
      invoice(109, "out", "posted", "2026-0109", "", "7.00", "0.00"),
      invoice(201, "in", "posted", "B-0201", "BW-10001", "400.00", "76.00", reference: "F-90"),
      invoice(202, "in", "paid", "B-0202", "BW-10001", "200.00", "38.00", reference: "F-77"),
      invoice(203, "in", "posted", "B-0203", "BW-10001", "-20.00", "-3.80", reference: "F-78"),
      invoice(204, "in", "validated", "B-0204", "BW-10002", "40.00", "7.60"),
      invoice(205, "in", "draft", nil, "BW-10001", "600.00", "114.00"),
      invoice(206, "in", "posted", "B-0206", "BW-10002", "60.00", "0.00"),
    ]),
    "account.invoice.line": .array([
      billed(301, invoice: 201, line: 1, "4", "100.00"),
      billed(302, invoice: 205, line: 1, "6", "100.00"),
      // More than was ordered, at another price.
      billed(303, invoice: 201, line: 2, "3.5", "30.00"),
      billed(304, invoice: 206, line: 5, "2", "30.00"),
      billed(308, invoice: 202, line: 6, "1", "25.00"),
      [
        "id": 305, "invoice": 101, "type": "line", "quantity": 10, "unit_price": "100.00",
        "description": "Fender",
      ],
      ["id": 306, "invoice": 101, "type": "title", "description": "Freight"],
      ["id": 307, "invoice": 101, "type": "line", "quantity": 1, "unit_price": "0.05"],
    ]),
    "account.move.line": [
      [
        "id": 401, "invoice": 101, "maturity_date": "2026-11-12", "reconciliation": 9,
        "debit": "595.00",
      ],
      ["id": 402, "invoice": 101, "maturity_date": "2026-12-12", "debit": "595.06"],
      [
        "id": 403, "invoice": 107, "maturity_date": "2026-11-12", "reconciliation": 8,
        "debit": "238.00",
      ],
    ],
    "purchase.purchase": .array([
      purchase(1, "PO-0001", "processing", "BW-10001"),
      purchase(2, "PO-0002", "confirmed", "BW-10001"),
      purchase(3, "PO-0003", "quotation", "BW-10001"), purchase(4, "PO-0004", "done", "BW-10001"),
      purchase(5, "PO-0005", "processing", "BW-10002"), purchase(6, "PO-0006", "processing", nil),
    ]),
    "purchase.line": .array([
      line(1, of: 1, "10", "100"), line(2, of: 1, "3", "33.33"),
      ["id": 3, "purchase": 1, "type": "subtotal"],
      ["id": 4, "purchase": 1, "type": "comment", "description": "Galvanised"],
      line(5, of: 5, "5", "30"), line(6, of: 2, "4", "25"), line(7, of: 3, "4", "25"),
      line(8, of: 4, "2", "45"), line(9, of: 6, "1", "1"),
    ]),
  ]

  /// - Parameter due: What is still to be paid; all of it when not given.
  static func invoice(
    _ id: Int, _ type: String, _ state: String, _ number: String?, _ deal: String?,
    _ untaxed: String, _ tax: String, due: String? = nil, reference: String? = nil,
    currency: Int = 1
  ) -> JSONValue {
    .object([
      "id": .integer(id), "type": .string(type), "state": .string(state),
      "number": number.map { .string($0) } ?? .null, "reference": .string(reference ?? ""),
      "deal_id": deal.map { .string($0) } ?? .null, "untaxed_amount": .string(untaxed),
      "tax_amount": .string(tax), "amount_to_pay": due.map { .string($0) } ?? .null,
      "invoice_date": state == "draft" ? .null : "2026-11-02",
      "party": type == "out" ? 2 : 3, "currency": .integer(currency),
      "create_date": "2026-11-02T08:00:00Z",
      // What was never written since bears no time of that.
      "write_date": id % 2 == 1 ? "2026-11-10T08:14:03.221Z" : .null,
      "write_uid": id % 2 == 1 ? 1 : .null,
    ])
  }

  private static func billed(
    _ id: Int, invoice: Int, line: Int, _ quantity: String, _ price: String
  ) -> JSONValue {
    .object([
      "id": .integer(id), "invoice": .integer(invoice), "type": "line",
      "quantity": .number(quantity), "unit_price": .string(price),
      "origin": .string("purchase.line,\(line)"),
    ])
  }

  private static func purchase(
    _ id: Int, _ number: String, _ state: String, _ deal: String?
  ) -> JSONValue {
    .object([
      "id": .integer(id), "number": .string(number), "state": .string(state),
      "invoice_state": "pending", "invoice_method": "order", "purchase_date": "2026-11-03",
      "reference": "Q-7", "party": 3, "currency": 1, "deal_id": deal.map { .string($0) } ?? .null,
      "create_date": "2026-11-03T08:00:00Z", "write_date": "2026-11-05T08:00:00Z",
    ])
  }

  private static func line(
    _ id: Int, of purchase: Int, _ quantity: String, _ price: String
  ) -> JSONValue {
    .object([
      "id": .integer(id), "purchase": .integer(purchase), "type": "line",
      "quantity": .number(quantity), "unit_price": .string(price), "description": "Steel",
      // As Tryton has it once the draft of a bill is made.
      "quantity_to_invoice": 0,
    ])
  }
}
