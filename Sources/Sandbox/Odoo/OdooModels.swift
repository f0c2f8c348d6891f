internal import DealModel

/// The fields of the models that are served, with their types, as `fields_get` tells them.
///
/// Source: the models of Odoo 19, `addons/account`, `addons/purchase`, `odoo/addons/base`.
struct OdooModels: Sendable {
  /// A field of a model.
  struct Field: Hashable, Sendable {
    /// `char`, `date`, `datetime`, `monetary`, `many2one` and others.
    let type: String
    /// The model it leads to; empty for one that leads nowhere.
    var relation = ""
    /// For `one2many`: the field there that leads back.
    var inverse = ""
    /// For one that shows another record's: the field that leads to it, and its name there.
    var related: [String] = []

    /// What Odoo reads where nothing was written: `false`, but a number for a number.
    var empty: JSONValue {
      switch type {
      case "monetary", "float": .number("0.0")
      case "integer": 0
      case "one2many", "many2many": []
      default: false
      }
    }
  }

  private(set) var fields: [String: [String: Field]]

  /// - Parameter custom: Model → field → type, beside the vendor's own.
  init(custom: [String: [String: String]]) {
    fields = Self.standard.mapValues { fields in
      fields.merging(Self.everywhere) { own, _ in own }
    }
    for (model, added) in custom {
      for (name, type) in added {
        fields[model, default: Self.everywhere][name] = Field(type: type)
      }
    }
  }

  func field(_ name: String, of model: String) -> Field? {
    name == "id" ? Field(type: "integer") : fields[model]?[name]
  }

  /// Gives a field another name wherever it is defined.
  ///
  /// - Returns: The models that had it.
  mutating func rename(_ old: String, to new: String) -> [String] {
    let models = fields.filter { $0.value[old] != nil }.keys.sorted()
    for model in models {
      let field = fields[model]?.removeValue(forKey: old)
      fields[model]?[new] = field
    }
    return models
  }

  private static let everywhere: [String: Field] = [
    "display_name": Field(type: "char"), "create_date": Field(type: "datetime"),
    "write_date": Field(type: "datetime"),
    "write_uid": Field(type: "many2one", relation: "res.users"),
  ]

  private static func to(_ model: String) -> Field { Field(type: "many2one", relation: model) }
  private static func many(_ model: String, by inverse: String) -> Field {
    Field(type: "one2many", relation: model, inverse: inverse)
  }
  private static func plain(_ type: String, _ names: String...) -> [String: Field] {
    Dictionary(uniqueKeysWithValues: names.map { ($0, Field(type: type)) })
  }

  private static let standard: [String: [String: Field]] = [
    "account.move": plain("char", "name", "ref", "payment_reference", "invoice_origin")
      .merging(plain("selection", "move_type", "state", "payment_state")) { $1 }
      .merging(plain("date", "date", "invoice_date", "invoice_date_due")) { $1 }
      .merging(
        plain("monetary", "amount_untaxed", "amount_tax", "amount_total", "amount_residual")
      ) { $1 }
      .merging([
        "partner_id": to("res.partner"), "currency_id": to("res.currency"),
        "reversed_entry_id": to("account.move"),
        "invoice_line_ids": many("account.move.line", by: "move_id"),
      ]) { $1 },
    "account.move.line": plain("text", "name").merging(plain("selection", "display_type")) { $1 }
      .merging(plain("float", "quantity")) { $1 }
      .merging(
        plain("monetary", "price_unit", "price_subtotal", "price_total", "amount_currency")
      ) { $1 }
      .merging(plain("integer", "sequence")) { $1 }
      .merging([
        "parent_state": Field(type: "selection", related: ["move_id", "state"]),
        "move_id": to("account.move"), "purchase_line_id": to("purchase.order.line"),
        "currency_id": to("res.currency"),
      ]) { $1 },
    "purchase.order": plain("char", "name", "partner_ref", "origin")
      .merging(plain("selection", "state", "invoice_status")) { $1 }
      .merging(plain("datetime", "date_order", "date_approve")) { $1 }
      .merging(plain("monetary", "amount_untaxed", "amount_tax", "amount_total")) { $1 }
      .merging([
        "partner_id": to("res.partner"), "currency_id": to("res.currency"),
        "order_line": many("purchase.order.line", by: "order_id"),
      ]) { $1 },
    "purchase.order.line": plain("text", "name").merging(plain("selection", "display_type")) { $1 }
      .merging(plain("float", "product_qty", "qty_received", "qty_invoiced")) { $1 }
      .merging(plain("monetary", "price_unit", "price_subtotal", "price_total")) { $1 }
      .merging(plain("integer", "sequence")) { $1 }
      .merging([
        "order_id": to("purchase.order"), "currency_id": to("res.currency"),
        "invoice_lines": many("account.move.line", by: "purchase_line_id"),
      ]) { $1 },
    "res.partner": plain("char", "name", "ref", "email", "vat"),
    "res.currency": plain("char", "name", "symbol").merging(plain("integer", "decimal_places")) {
      $1
    },
    "res.users": plain("char", "name", "login", "lang", "tz").merging([
      "partner_id": to("res.partner")
    ]) { $1 },
  ]

  /// How a model is ordered unless asked otherwise: `_order`.
  static func order(of model: String) -> String {
    switch model {
    case "account.move": "date desc, name desc, invoice_date desc, id desc"
    case "account.move.line": "id desc"
    case "purchase.order": "id desc"
    case "purchase.order.line": "order_id, sequence, id"
    case "res.partner", "res.currency": "name, id"
    default: "id"
    }
  }
}
