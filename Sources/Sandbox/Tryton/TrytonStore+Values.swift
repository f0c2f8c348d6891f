internal import DealModel

extension TrytonStore {
  /// What a field of a record holds, as the files write it; computed where Tryton computes it.
  ///
  /// - Source: `get_amount`, `get_amount_to_pay` and `on_change_with_invoice_state` of
  ///   account_invoice's `invoice.py`; `get_amount` of purchase's `purchase.py`.
  func value(_ field: TrytonField, of record: JSONValue, in model: String) -> JSONValue {
    if case .related(let target, let owner, _) = field.type {
      guard let id = record["id"]?.integer else { return [] }
      let found = related(target, by: owner, to: id, of: model)
      return .array(found.map { $0["id"] ?? .null })
    }
    switch (model, field.name) {
    case (_, "rec_name"): return .string(recName(of: record, in: model))
    case (_, "last_modified_at"): return record["write_date"] ?? record["create_date"] ?? .null
    case ("party.party", "active"), ("currency.currency", "active"), ("res.user", "active"):
      return record["active"] ?? true
    case ("account.invoice", _): return invoiceValue(field, of: record)
    case ("account.invoice.line", "amount"): return lineAmount(record)
    case ("account.invoice.line", "invoice_state"): return invoiceState(ofLine: record)
    case ("purchase.purchase", "untaxed_amount"):
      return Self.amount(untaxedAmount(ofPurchase: record))
    case ("purchase.purchase", "tax_amount"):
      // The sum of no taxes has no places.
      let tax = Self.decimal(record["tax_amount"]) ?? .zero
      return tax.isZero ? "0" : Self.amount(tax)
    case ("purchase.purchase", "total_amount"):
      return Self.amount(
        Self.sum(untaxedAmount(ofPurchase: record), Self.decimal(record["tax_amount"]) ?? .zero))
    case ("purchase.line", "amount"):
      guard record["type"]?.string != "subtotal" else { return subtotal(record) }
      return lineAmount(record)
    case ("purchase.line", "purchase_state"): return purchase(of: record)?["state"] ?? .null
    case ("purchase.line", "purchase_date"):
      return purchase(of: record)?["purchase_date"] ?? .null
    case ("purchase.line", "supplier"): return purchase(of: record)?["party"] ?? .null
    case ("purchase.line", "currency"): return purchase(of: record)?["currency"] ?? .null
    default: return record[field.name] ?? .null
    }
  }

  // MARK: Invoices

  private func invoiceValue(_ field: TrytonField, of record: JSONValue) -> JSONValue {
    let untaxed = Self.decimal(record["untaxed_amount"])
    let tax = Self.decimal(record["tax_amount"]) ?? .zero
    let total = Self.sum(untaxed, tax)
    // Amounts are kept once an invoice is no draft any more.
    let isDraft = record["state"]?.string == "draft"
    switch field.name {
    case "untaxed_amount_cache", "tax_amount_cache", "total_amount_cache":
      guard !isDraft else { return .null }
      if field.name == "tax_amount_cache" { return Self.amount(tax) }
      return Self.amount(field.name == "untaxed_amount_cache" ? untaxed : total)
    case "untaxed_amount": return Self.amount(untaxed)
    case "tax_amount": return Self.amount(tax)
    case "total_amount": return Self.amount(total)
    case "amount_to_pay":
      // Whatever is not posted has nothing to pay.
      guard record["state"]?.string == "posted" else { return "0" }
      return Self.amount(Self.decimal(record["amount_to_pay"]) ?? total)
    default: return record[field.name] ?? .null
    }
  }

  private func invoiceState(ofLine record: JSONValue) -> JSONValue {
    guard let invoice = self.record("account.invoice", record["invoice"]?.integer) else {
      return "draft"
    }
    // A posted invoice that was cancelled is settled by the move that cancels it.
    let isSettled = invoice["cancel_move"]?.integer != nil
    let state = invoice["state"]?.string
    return state == "cancelled" && isSettled ? "paid" : state.map { .string($0) } ?? .null
  }

  // MARK: Purchases

  private func purchase(of line: JSONValue) -> JSONValue? {
    record("purchase.purchase", line["purchase"]?.integer)
  }

  private func lines(ofPurchase id: Int) -> [JSONValue] {
    related("purchase.line", by: "purchase", to: id, of: "purchase.purchase")
  }

  private func untaxedAmount(ofPurchase record: JSONValue) -> ExactDecimal? {
    var sum: ExactDecimal? = .zero
    for line in lines(ofPurchase: record["id"]?.integer ?? 0)
    where line["type"]?.string == "line" {
      sum = Self.sum(sum, Self.decimal(lineAmount(line)))
    }
    return sum
  }

  /// The lines since the subtotal before.
  private func subtotal(_ record: JSONValue) -> JSONValue {
    var sum: ExactDecimal? = .zero
    for line in lines(ofPurchase: record["purchase"]?.integer ?? 0) {
      if line["type"]?.string == "line" { sum = Self.sum(sum, Self.decimal(lineAmount(line))) }
      guard line["type"]?.string == "subtotal" else { continue }
      if line["id"] == record["id"] { break }
      sum = .zero
    }
    return Self.amount(sum)
  }

  private func lineAmount(_ line: JSONValue) -> JSONValue {
    guard line["type"]?.string == "line", let quantity = Self.decimal(line["quantity"]),
      let price = Self.decimal(line["unit_price"]),
      let amount = try? quantity.multiplied(by: price)
    else { return .null }
    return Self.amount(amount.rounded(to: 2))
  }

  // MARK: Names

  /// What a record is called.
  func recName(of record: JSONValue, in model: String) -> String {
    let id = record["id"]?.integer ?? 0
    func name(_ target: String, _ field: String) -> String? {
      self.record(target, record[field]?.integer).map { recName(of: $0, in: target) }
    }
    switch model {
    case "account.invoice", "purchase.purchase":
      let number = record["number"]?.string.flatMap { $0.isEmpty ? nil : $0 }
      let reference = record["reference"]?.string.flatMap { $0.isEmpty ? nil : "[\($0)]" }
      let parts = [number, reference].compactMap { $0 }
      return parts.isEmpty ? "(\(id))" : parts.joined(separator: " ")
    case "purchase.line": return name("purchase.purchase", "purchase") ?? String(id)
    case "account.invoice.line": return name("account.invoice", "invoice") ?? String(id)
    case "company.company": return name("party.party", "party") ?? String(id)
    case "account.move.line": return record["description"]?.string ?? String(id)
    default: return record["name"]?.string ?? record["code"]?.string ?? String(id)
    }
  }

  // MARK: Numbers

  /// The number that a file writes as a number or as a text.
  static func decimal(_ value: JSONValue?) -> ExactDecimal? {
    value?.decimal ?? value?.string.flatMap { ExactDecimal($0) }
  }

  /// An amount with the places of its currency.
  private static func amount(_ number: ExactDecimal?) -> JSONValue {
    // Not by `map`: Swift 6.3 misaligns exact decimals in closures that make enums of them.
    guard let number else { return .null }
    return .string(number.formatted(minimumPlaces: 2))
  }

  private static func sum(_ left: ExactDecimal?, _ right: ExactDecimal?) -> ExactDecimal? {
    guard let left, let right else { return nil }
    return try? left.adding(right)
  }
}
