internal import DealModel

/// The models that are served, with the fields that matter here; a field that is not listed does not
/// exist.
///
/// Source: trytond 7.0.59 and 8.0.12 (`trytond/model/modelstorage.py`), account_invoice 7.0.18 and
/// 8.0.2 (`invoice.py`), purchase 7.0.19 and 8.0.3 (`purchase.py`).
enum TrytonSchema {
  static func models(_ series: TrytonSeries) -> [String: TrytonModel] {
    let all = [
      invoice(series), invoiceLine(series), moveLine(series), purchase(series),
      purchaseLine(series), party(series), currency(series), company(series), user(series),
    ]
    return Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
  }

  /// The models to which customers' modules add fields.
  static let extensible = ["account.invoice", "purchase.purchase"]

  // MARK: Models

  private static func invoice(_ series: TrytonSeries) -> TrytonModel {
    TrytonModel(
      "account.invoice", series == .seven ? "Invoice" : "Account Invoice",
      common(series) + [
        TrytonField(
          "type", "Type", .selection([.init("out", "Customer"), .init("in", "Supplier")])
        )
        .required,
        TrytonField("number", "Number", .char).readonly,
        TrytonField("reference", "Reference", .char),
        TrytonField("description", "Description", .char),
        TrytonField("state", "State", .selection(invoiceStates)).readonly.inOrder,
        TrytonField("invoice_date", "Invoice Date", .date),
        TrytonField("accounting_date", "Accounting Date", .date),
        TrytonField("payment_term_date", "Payment Term Date", .date),
        TrytonField("company", "Company", .many2one("company.company")).required,
        TrytonField("party", "Party", .many2one("party.party")).required,
        TrytonField("currency", "Currency", .many2one("currency.currency")).required,
        TrytonField("cancel_move", "Cancel Move", .integer).readonly,
        TrytonField("comment", "Comment", .text),
        TrytonField(
          "lines", "Lines",
          .related("account.invoice.line", by: "invoice", word: "one2many")),
        TrytonField("untaxed_amount", "Untaxed", .numeric).computed(isSearchable: true),
        TrytonField("tax_amount", "Tax", .numeric).computed(isSearchable: true),
        TrytonField("total_amount", "Total", .numeric).computed(isSearchable: true),
        TrytonField("untaxed_amount_cache", "Untaxed Cache", .numeric).readonly,
        TrytonField("tax_amount_cache", "Tax Cache", .numeric).readonly,
        TrytonField("total_amount_cache", "Total Cache", .numeric).readonly,
        TrytonField("amount_to_pay", "Amount to Pay", .numeric).computed(),
        TrytonField(
          "lines_to_pay", "Lines to Pay",
          .related("account.move.line", by: "invoice", word: "many2many")
        ).computed(),
      ],
      order: [TrytonOrder("number", "DESC NULLS FIRST"), TrytonOrder("id", "DESC")],
      names: ["number", "reference"])
  }

  private static func invoiceLine(_ series: TrytonSeries) -> TrytonModel {
    TrytonModel(
      "account.invoice.line", series == .seven ? "Invoice Line" : "Account Invoice Line",
      common(series) + [
        TrytonField("invoice", "Invoice", .many2one("account.invoice")),
        TrytonField("type", "Type", .selection(lineTypes)).required,
        TrytonField("quantity", "Quantity", .float),
        TrytonField("unit_price", "Unit Price", .numeric),
        TrytonField("amount", "Amount", .numeric).computed(),
        TrytonField("description", "Description", .text),
        TrytonField("origin", "Origin", .reference),
        TrytonField("invoice_state", "Invoice State", .selection(invoiceStates)).computed(),
      ], order: [TrytonOrder("id")], names: ["invoice.rec_name"])
  }

  /// Only what an invoice's lines to pay tell. Which invoice they belong to is found by their move,
  /// which is not served.
  private static func moveLine(_ series: TrytonSeries) -> TrytonModel {
    TrytonModel(
      "account.move.line", "Account Move Line",
      common(series) + [
        TrytonField("maturity_date", "Maturity Date", .date),
        TrytonField("reconciliation", "Reconciliation", .integer).readonly,
        TrytonField("debit", "Debit", .numeric).required,
        TrytonField("credit", "Credit", .numeric).required,
        TrytonField("description", "Description", .char),
      ], order: [TrytonOrder("id", "DESC")], names: ["description"])
  }

  private static func purchase(_ series: TrytonSeries) -> TrytonModel {
    TrytonModel(
      "purchase.purchase", "Purchase",
      common(series) + [
        TrytonField("number", "Number", .char).readonly,
        TrytonField("reference", "Reference", .char),
        TrytonField("description", "Description", .char),
        TrytonField("state", "State", .selection(purchaseStates)).readonly.required.inOrder,
        TrytonField("invoice_state", "Invoice State", .selection(purchaseInvoiceStates))
          .readonly.required.inOrder,
        TrytonField("invoice_method", "Invoice Method", .selection(invoiceMethods(series)))
          .required,
        TrytonField("purchase_date", "Purchase Date", .date),
        TrytonField("company", "Company", .many2one("company.company")).required,
        TrytonField("party", "Party", .many2one("party.party")).required,
        TrytonField("currency", "Currency", .many2one("currency.currency")).required,
        TrytonField("comment", "Comment", .text),
        TrytonField("lines", "Lines", .related("purchase.line", by: "purchase", word: "one2many")),
        TrytonField("untaxed_amount", "Untaxed", .numeric).computed(),
        TrytonField("tax_amount", "Tax", .numeric).computed(),
        TrytonField("total_amount", "Total", .numeric).computed(),
      ],
      order: [TrytonOrder("purchase_date", "DESC NULLS FIRST"), TrytonOrder("id", "DESC")],
      names: ["number", "reference"])
  }

  private static func purchaseLine(_ series: TrytonSeries) -> TrytonModel {
    // New in 8.0: stored, and 0 as soon as a draft bill is made.
    let toInvoice = TrytonField("quantity_to_invoice", "Quantity to Invoice", .float).readonly
    return TrytonModel(
      "purchase.line", "Purchase Line",
      common(series) + (series == .seven ? [] : [toInvoice]) + [
        TrytonField("purchase", "Purchase", .many2one("purchase.purchase")).required,
        TrytonField("type", "Type", .selection(lineTypes)).required,
        TrytonField("quantity", "Quantity", .float),
        TrytonField("unit_price", "Unit Price", .numeric),
        TrytonField("amount", "Amount", .numeric).computed(),
        TrytonField("description", "Description", .text),
        TrytonField(
          "invoice_lines", "Invoice Lines",
          .related("account.invoice.line", by: "origin", word: "one2many")
        ).readonly,
        TrytonField("purchase_state", "Purchase State", .selection(purchaseStates))
          .computed(isSearchable: true),
        TrytonField("purchase_date", "Purchase Date", .date)
          .computed(isSearchable: true, isSortable: true),
        TrytonField("supplier", "Supplier", .many2one("party.party")).computed(isSearchable: true),
        TrytonField("currency", "Currency", .many2one("currency.currency")).computed(),
      ],
      order: [
        TrytonOrder("purchase.purchase_date", "DESC NULLS FIRST"),
        TrytonOrder("purchase.id", "DESC"), TrytonOrder("id"),
      ], names: ["purchase.rec_name"])
  }

  private static func party(_ series: TrytonSeries) -> TrytonModel {
    TrytonModel(
      "party.party", "Party",
      common(series) + [
        TrytonField("name", "Name", .char), TrytonField("code", "Code", .char).required,
        TrytonField("active", "Active", .boolean),
      ], order: [TrytonOrder("name")], names: ["name", "code"])
  }

  private static func currency(_ series: TrytonSeries) -> TrytonModel {
    TrytonModel(
      "currency.currency", "Currency",
      common(series) + [
        TrytonField("name", "Name", .char).required, TrytonField("code", "Code", .char).required,
        TrytonField("digits", "Digits", .integer).required,
        TrytonField("active", "Active", .boolean),
      ], order: [TrytonOrder("code")], names: ["name", "code"])
  }

  private static func company(_ series: TrytonSeries) -> TrytonModel {
    TrytonModel(
      "company.company", "Company",
      common(series) + [
        TrytonField("party", "Party", .many2one("party.party")).required,
        TrytonField("currency", "Currency", .many2one("currency.currency")).required,
      ], names: ["party.rec_name"])
  }

  private static func user(_ series: TrytonSeries) -> TrytonModel {
    TrytonModel(
      "res.user", "User",
      common(series) + [
        TrytonField("name", "Name", .char), TrytonField("login", "Login", .char).required,
        TrytonField("email", "Email", .char), TrytonField("active", "Active", .boolean),
      ], names: ["name"])
  }

  // MARK: What every model has

  private static func common(_ series: TrytonSeries) -> [TrytonField] {
    let fields = [
      TrytonField("id", "ID", .integer).readonly,
      TrytonField("create_uid", "Created by", .many2one("res.user")).readonly,
      TrytonField("create_date", "Created at", .timestamp).readonly,
      TrytonField("write_uid", "Edited by", .many2one("res.user")).readonly,
      TrytonField("write_date", "Edited at", .timestamp).readonly,
      TrytonField("rec_name", "Record Name", .char).computed(isSearchable: true),
    ]
    guard series == .eight else { return fields }
    return fields + [
      TrytonField("last_modified_at", "Last Modified at", .timestamp)
        .computed(isSearchable: true, isSortable: true)
    ]
  }

  // MARK: Selections

  static let invoiceStates = [
    TrytonChoice("draft", "Draft"), TrytonChoice("validated", "Validated"),
    TrytonChoice("posted", "Posted"), TrytonChoice("paid", "Paid"),
    TrytonChoice("cancelled", "Cancelled"),
  ]
  private static let lineTypes = [
    TrytonChoice("line", "Line"), TrytonChoice("subtotal", "Subtotal"),
    TrytonChoice("title", "Title"), TrytonChoice("comment", "Comment"),
  ]
  private static let purchaseStates = [
    TrytonChoice("draft", "Draft"), TrytonChoice("quotation", "Quotation"),
    TrytonChoice("confirmed", "Confirmed"), TrytonChoice("processing", "Processing"),
    TrytonChoice("done", "Done"), TrytonChoice("cancelled", "Cancelled"),
  ]
  private static let purchaseInvoiceStates = [
    TrytonChoice("none", "None"), TrytonChoice("pending", "Pending"),
    TrytonChoice("awaiting payment", "Awaiting Payment"),
    TrytonChoice("partially paid", "Partially Paid"), TrytonChoice("paid", "Paid"),
    TrytonChoice("exception", "Exception"),
  ]
  private static func invoiceMethods(_ series: TrytonSeries) -> [TrytonChoice] {
    series == .seven
      ? [
        TrytonChoice("manual", "Manual"), TrytonChoice("order", "Based On Order"),
        TrytonChoice("shipment", "Based On Shipment"),
      ]
      : [
        TrytonChoice("manual", "Manual"), TrytonChoice("order", "On Order"),
        TrytonChoice("fulfillment", "On Fulfillment"),
      ]
  }
}
