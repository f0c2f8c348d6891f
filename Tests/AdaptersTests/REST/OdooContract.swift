import AdapterKit
import Adapters
import DealModel
import Sandbox
import TestSupport

extension ContractSubject {
  /// Invoices, bills and purchase orders by the configuration that users of Odoo 19 copy.
  static let odoo = ContractSubject(
    kind: RESTKind.self, system: "erp", link: OdooCompany.link,
    settings: ReadyConfiguration.settings(OdooCompany.system),
    deals: [.invoices: "BW-10001", .costs: "BW-10001"],
    number: ("INV/2026/00042", "BW-10001"),
    change: (
      ControlOrder(.setField(record: "account.move/26", field: "ref", value: "second reminder")),
      "BW-10001", .invoices
    ),
    drift: ControlOrder(.renameProperty(from: "x_deal_id", to: "x_deal")),
    // Bills; orders with their lines.
    mostCalls: [.invoices: 1, .costs: 2], renewsCredentials: false,
    company: { try OdooCompany.make() },
    exemptions: [
      .otherShape:
        "its lists are bare, so that `[]` means none; OdooConfigurationTests has the other "
        + "shapes"
    ])
}

extension ContractSubject {
  /// The same over the RPC of older releases, where everything goes to one address with the key in the
  /// body, and a failure is a success.
  static let odooRPC = ContractSubject(
    kind: RESTKind.self, system: "erp", link: OdooCompany.link,
    settings: ReadyConfiguration.settings(OdooCompany.rpcSystem), deals: odoo.deals,
    number: odoo.number, change: odoo.change, drift: odoo.drift, mostCalls: odoo.mostCalls,
    renewsCredentials: false, company: { try OdooCompany.make(OdooCompany.older) })
}

/// An Odoo with documents of two deals, beside others, in its own wire format.
enum OdooCompany {
  static let link = "x_deal_id"
  static let key = "5f1d7a84d65b2c7f3f6a2d9be08c64bb1d0c2f77"

  /// The ready configuration with the sandbox's address and the key of ``make(_:)``.
  static func system() throws -> ConfiguredSystem {
    try ReadyConfiguration.system(
      "odoo",
      replacing: [
        ("https://brightwater.odoo.com", "\(SandboxTransport.origin)/erp"),
        ("{env: ODOO_API_KEY}", "{file: secrets/key}"),
      ])
  }

  /// The ready configuration for releases before JSON-2.
  static func rpcSystem() throws -> ConfiguredSystem {
    try ReadyConfiguration.system(
      "odoo-rpc",
      replacing: [
        ("https://brightwater.odoo.com", "\(SandboxTransport.origin)/erp"),
        ("{env: ODOO_API_KEY}", "{file: secrets/key}"),
      ])
  }

  /// What makes it a release that has no JSON-2.
  static let older: [String: JSONValue] = [
    "database": ["name": "brightwater", "version": "17.0", "user_id": 7]
  ]

  /// - Parameter changed: Documents by file that take the place of those here.
  static func make(_ changed: [String: JSONValue] = [:]) throws -> TemporaryCompany {
    let documents = Self.documents.merging(changed) { _, given in given }
    return try TemporaryCompany(
      yaml: """
        company: Test
        systems:
          erp: {kind: odoo, credentials: {key: secrets/key, login: secrets/login}}
        """,
      texts: ["secrets/key": key + "\n", "secrets/login": "plumbline@brightwater.example\n"],
      documents: Dictionary(uniqueKeysWithValues: documents.map { ("erp/\($0.key)", $0.value) }))
  }

  static let documents: [String: JSONValue] = [
    "database": ["name": "brightwater", "version": "19.0", "user_id": 7],
    "fields": ["account.move": ["x_deal_id": "char"], "purchase.order": ["x_deal_id": "char"]],
    "res.users": [["id": 7, "name": "Plumb Line", "login": "plumbline@brightwater.example"]],
    "res.currency": [
      ["id": 1, "name": "EUR"], ["id": 2, "name": "USD"], ["id": 3, "name": "KWD"],
    ],
    "res.partner": [["id": 11, "name": "Harbour Ltd"], ["id": 12, "name": "Steel & Sons"]],
    "account.move": .array([
      move(
        25, "INV/2026/00042", "out_invoice", "BW-10001", "301.29000000000002", residual: "0.0",
        payment: "paid"),
      move(
        26, "INV/2026/00043", "out_invoice", "BW-10001", "1000.00", residual: "400.00",
        payment: "partial"),
      move(27, "RINV/2026/00007", "out_refund", "BW-10001", "50.00", residual: "60.00"),
      move(28, "/", "out_invoice", "BW-10001", "75.00", residual: "90.00", state: "draft"),
      move(29, "INV/2026/00044", "out_invoice", "BW-10002", "10.00", residual: "12.00"),
      move(30, "INV/2026/00045", "out_invoice", nil, "99.00", residual: "118.80"),
      move(
        31, "INV/2026/00046", "out_invoice", "BW-10001", "5.00", residual: "0.0", state: "cancel"),
      move(41, "BILL/2026/11/0001", "in_invoice", "BW-10001", "240.00", residual: "288.00"),
      move(42, "RBILL/2026/11/0001", "in_refund", "BW-10001", "40.00", residual: "48.00"),
      move(
        43, "BILL/2026/11/0002", "in_invoice", "BW-10002", "7.125", residual: "8.55",
        currency: 3),
      // What orders were billed by: posted, sent back, not posted yet.
      move(44, "BILL/2026/11/0003", "in_invoice", nil, "630.00", residual: "756.00"),
      move(45, "RBILL/2026/11/0002", "in_refund", nil, "40.00", residual: "48.00"),
      move(46, "/", "in_invoice", nil, "300.00", residual: "360.00", state: "draft"),
    ]),
    "account.move.line": .array([
      line(1, "move_id", 25, "Piling", "3.0", "300.0"),
      line(2, "move_id", 25, "Bolts", "1.0", "1.29"),
      line(3, "move_id", 26, "Bollards", "4.0", "1000.0"),
      line(4, "move_id", 25, "Tax 20%", "1.0", "60.26", type: "tax"),
      line(5, "move_id", 41, "Sheet piles", "12.0", "240.0"),
      billed(6, by: 44, orderLine: 1, "400.0"),
      billed(7, by: 45, orderLine: 1, "-40.0"),
      billed(8, by: 46, orderLine: 1, "300.0"),
      billed(9, by: 44, orderLine: 2, "150.0"),
      billed(10, by: 44, orderLine: 4, "80.0"),
    ]),
    "purchase.order": .array([
      order(51, "P00051", "BW-10001", "1000.00", "purchase", "to invoice"),
      order(52, "P00052", "BW-10001", "80.00", "purchase", "invoiced"),
      order(53, "P00053", "BW-10001", "60.00", "draft", "no"),
      order(54, "P00054", "BW-10002", "30.00", "purchase", "no"),
      order(55, "P00055", "BW-10001", "20.00", "cancel", "no"),
    ]),
    "purchase.order.line": .array([
      orderLine(1, 51, "Steel", "10.0", "4.0", "900.0"),
      orderLine(2, 51, "Freight", "1.0", "2.0", "100.0"),
      orderLine(3, 51, "Section", "0.0", "0.0", "0.0", type: "line_section"),
      orderLine(4, 52, "Paint", "8.0", "8.0", "80.0"),
      orderLine(5, 53, "Rope", "2.0", "0.0", "60.0"),
      orderLine(6, 54, "Chain", "3.0", "1.0", "30.0"),
      orderLine(7, 55, "Tape", "1.0", "0.0", "20.0"),
    ]),
  ]

  static func move(
    _ id: Int, _ name: String, _ type: String, _ deal: String?, _ net: String, residual: String,
    state: String = "posted", payment: String = "not_paid", currency: Int = 1
  ) -> JSONValue {
    let gross = ExactDecimal(net).flatMap { try? $0.multiplied(by: 12).divided(by: 10, places: 2) }
    return [
      "id": .integer(id), "name": .string(name), "move_type": .string(type),
      "state": .string(state), "payment_state": .string(payment),
      "partner_id": .integer(type.hasPrefix("in_") ? 12 : 11), "currency_id": .integer(currency),
      "invoice_date": state == "draft" ? false : "2026-11-02",
      "invoice_date_due": state == "draft" ? false : "2026-12-02",
      "amount_untaxed": .number(net), "amount_total": .number(gross?.description ?? "0"),
      "amount_residual": .number(residual), "ref": false,
      "x_deal_id": deal.map { .string($0) } ?? false, "create_date": "2026-11-02 08:00:00",
      "write_date": "2026-11-10 08:14:03",
    ]
  }

  static func line(
    _ id: Int, _ parent: String, _ record: Int, _ name: String, _ quantity: String, _ net: String,
    type: String = "product"
  ) -> JSONValue {
    .object([
      .init("id", .integer(id)), .init(parent, .integer(record)), .init("name", .string(name)),
      .init("quantity", .number(quantity)), .init("price_subtotal", .number(net)),
      .init("display_type", .string(type)),
    ])
  }

  /// A line by which a bill or a refund billed a line of an order.
  static func billed(
    _ id: Int, by bill: Int, orderLine: Int, _ amount: String
  ) -> JSONValue {
    let net = amount.hasPrefix("-") ? String(amount.dropFirst()) : amount
    return line(id, "move_id", bill, "Billed", "1.0", net)
      .with("purchase_line_id", .integer(orderLine)).with("amount_currency", .number(amount))
  }

  static func order(
    _ id: Int, _ name: String, _ deal: String, _ net: String, _ state: String, _ invoicing: String
  ) -> JSONValue {
    [
      "id": .integer(id), "name": .string(name), "partner_ref": false, "state": .string(state),
      "invoice_status": .string(invoicing), "partner_id": 12, "currency_id": 1,
      "date_order": "2026-10-01 09:30:00", "amount_untaxed": .number(net),
      "x_deal_id": .string(deal), "create_date": "2026-10-01 09:00:00",
      "write_date": "2026-11-01 12:00:00",
    ]
  }

  static func orderLine(
    _ id: Int, _ order: Int, _ name: String, _ quantity: String, _ billed: String, _ net: String,
    type: String? = nil
  ) -> JSONValue {
    [
      "id": .integer(id), "order_id": .integer(order), "name": .string(name),
      "product_qty": .number(quantity), "qty_invoiced": .number(billed),
      "price_subtotal": .number(net), "display_type": type.map { .string($0) } ?? false,
    ]
  }
}
