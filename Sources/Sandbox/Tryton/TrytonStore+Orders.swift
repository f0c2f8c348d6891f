internal import DealModel

extension TrytonStore {
  /// Gives a field of a record another value; an empty text makes it null. A change of a line is one
  /// of its purchase or invoice too, as people save them whole.
  mutating func setField(
    _ field: String, of name: String, to text: String, at now: Timestamp
  ) throws(SandboxError) -> JSONValue {
    let (model, record) = try place(of: name)
    guard let known = models[model]?.fields[field],
      known.type.target == nil || record[field] != nil,
      field != "id"
    else {
      let names = (models[model]?.fields.keys.sorted() ?? []).filter { $0 != "id" }
      throw SandboxError("`\(model)` has no field `\(field)`\(suggestion(field, names))")
    }
    let value: JSONValue
    switch known.type {
    case .integer, .float, .many2one: value = .number(text)
    case .boolean: value = .bool(text == "true")
    default: value = .string(text)
    }
    let isNumber = known.type == .numeric || value == .number(text)
    guard text.isEmpty || !isNumber || ExactDecimal(text) != nil else {
      throw SandboxError("`\(field)` is a number")
    }
    put(record.setting(field, to: text.isEmpty ? .null : value), in: model, at: now)
    touchOwner(of: record, in: model, at: now)
    return ["record": .string(name), "field": .string(field), "value": .string(text)]
  }

  private mutating func touchOwner(of record: JSONValue, in model: String, at now: Timestamp) {
    let owners = [
      "purchase.line": ("purchase.purchase", "purchase"),
      "account.invoice.line": ("account.invoice", "invoice"),
    ]
    guard let (owner, field) = owners[model], let whole = self.record(owner, record[field]?.integer)
    else { return }
    put(whole, in: owner, at: now)
  }

  mutating func delete(_ name: String) throws(SandboxError) -> JSONValue {
    let (model, record) = try place(of: name)
    remove(model, record["id"]?.integer ?? 0)
    return ["deleted": .string(name)]
  }

  /// Gives an invoice another net amount: its first line takes the difference, tax stays as it is,
  /// and what is to be paid follows.
  mutating func correctInvoice(
    _ number: String, net: ExactDecimal, at now: Timestamp
  ) throws -> JSONValue {
    let found = ids("account.invoice").compactMap { record("account.invoice", $0) }
      .first { $0["number"]?.string == number }
    guard var invoice = found else { throw SandboxError("there is no invoice `\(number)`") }
    let before = Self.decimal(invoice["untaxed_amount"]) ?? .zero
    let difference = try net.subtracting(before)
    invoice.set("untaxed_amount", .string(net.formatted(minimumPlaces: 2)))
    if let due = Self.decimal(invoice["amount_to_pay"]) {
      let left = try due.adding(difference)
      invoice.set("amount_to_pay", .string(left.formatted(minimumPlaces: 2)))
    }
    let lines = related(
      "account.invoice.line", by: "invoice", to: invoice["id"]?.integer ?? 0,
      of: "account.invoice")
    if let line = lines.first(where: { $0["type"]?.string == "line" }),
      let quantity = Self.decimal(line["quantity"]), !quantity.isZero,
      let price = Self.decimal(line["unit_price"])
    {
      let more = try difference.divided(by: quantity, places: 4)
      let corrected = try price.adding(more).formatted(minimumPlaces: 2)
      put(
        line.setting("unit_price", to: .string(corrected)), in: "account.invoice.line", at: now)
    }
    put(invoice, in: "account.invoice", at: now)
    return ["invoice": .string(number), "net": .string(net.description)]
  }

  /// `account.invoice/12`.
  private func place(
    of name: String
  ) throws(SandboxError) -> (model: String, record: JSONValue) {
    let parts = name.split(separator: "/").map(String.init)
    guard parts.count == 2, models[parts[0]] != nil, let id = Int(parts[1]) else {
      throw SandboxError("write MODEL/ID; the models are \(listed(models.keys.sorted()))")
    }
    guard let record = record(parts[0], id) else { throw SandboxError("there is no `\(name)`") }
    return (parts[0], record)
  }
}
