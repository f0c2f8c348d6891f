internal import DealModel

extension QuickBooksFile {
  /// Gives an invoice another net amount: its first line takes the difference, tax stays as it is, and
  /// subtotal, total and balance follow.
  mutating func correctInvoice(
    _ number: String, net: ExactDecimal, at now: Timestamp
  ) throws -> JSONValue {
    guard
      let id = objects["Invoice"]?.first(where: { $0["DocNumber"]?.string == number })?["Id"]?
        .string
    else { throw SandboxError("there is no invoice `\(number)`") }
    var told: JSONValue = [:]
    _ = try change("Invoice", id, at: now) { invoice in
      var lines = invoice["Line"]?.array ?? []
      guard
        let first = lines.firstIndex(where: { $0["DetailType"]?.string == "SalesItemLineDetail" })
      else { throw SandboxError("invoice `\(number)` has no line to correct") }
      let total = try Self.amount("TotalAmt", of: invoice)
      let tax = invoice["TxnTaxDetail"]?["TotalTax"]?.decimal ?? .zero
      let difference = try net.subtracting(total.subtracting(tax))
      for place in lines.indices {
        let isSum = lines[place]["DetailType"]?.string == "SubTotalLineDetail"
        guard place == first || isSum else { continue }
        let amount = try Self.amount("Amount", of: lines[place]).adding(difference)
        lines[place].set("Amount", .number(amount.description))
      }
      invoice.set("Line", .array(lines))
      for name in ["TotalAmt", "Balance"] {
        let amount = try Self.amount(name, of: invoice).adding(difference)
        invoice.set(name, .number(amount.description))
      }
      told = .object([
        "invoice": .string(number), "net": .string(net.description),
        "total": .string(try Self.amount("TotalAmt", of: invoice).description),
      ])
    }
    return told
  }

  /// Gives a member of an object another value: amounts stay numbers, flags stay flags, an empty text
  /// takes the member away.
  mutating func setField(
    _ field: String, of record: String, to value: String, at now: Timestamp
  ) throws -> JSONValue {
    let (entity, id) = try Self.name(record)
    let isThere = try change(entity, id, at: now) { object in
      let path = field.split(separator: ".").map(String.init)
      try Self.set(path, in: &object, to: value, field: field)
    }
    guard isThere else { throw SandboxError("there is no `\(record)`") }
    return .object(["record": .string(record), "field": .string(field), "value": .string(value)])
  }

  mutating func delete(_ record: String, at now: Timestamp) throws -> JSONValue {
    let (entity, id) = try Self.name(record)
    guard delete(entity, id, at: now) else { throw SandboxError("there is no `\(record)`") }
    return .object(["deleted": .string(record)])
  }

  /// `Invoice/130`, in any case.
  private static func name(_ record: String) throws -> (entity: String, id: String) {
    let parts = record.split(separator: "/").map(String.init)
    let entity = QuickBooksSchema.entities.first { $0.lowercased() == parts.first?.lowercased() }
    guard parts.count == 2, let entity else {
      throw SandboxError("write ENTITY/ID; the entities are \(listed(QuickBooksSchema.entities))")
    }
    return (entity, parts[1])
  }

  private static func set(
    _ path: [String], in object: inout JSONValue, to value: String, field: String
  ) throws {
    guard let name = path.first else { throw SandboxError("`\(field)` names no field") }
    switch (name, path.count) {
    case (_, 1):
      if value.isEmpty {
        object = object.without([name])
      } else {
        object.set(name, like(object[name], value))
      }
    case ("CustomField", _), ("Line", 3...):
      let isLine = name == "Line"
      let key = isLine ? "Id" : "Name"
      let wanted = isLine ? path[1] : path.dropFirst().joined(separator: ".")
      var elements = object[name]?.array ?? []
      guard let place = elements.firstIndex(where: { $0[key]?.string == wanted }) else {
        throw SandboxError("there is no `\(field)` here")
      }
      if isLine {
        try set(Array(path.dropFirst(2)), in: &elements[place], to: value, field: field)
      } else {
        elements[place].set("StringValue", .string(value))
      }
      object.set(name, .array(elements))
    default:
      var inner = object[name] ?? [:]
      try set(Array(path.dropFirst()), in: &inner, to: value, field: field)
      object.set(name, inner)
    }
  }

  private static func like(_ old: JSONValue?, _ value: String) -> JSONValue {
    switch old {
    case .number?: ExactDecimal(value) == nil ? .string(value) : .number(value)
    case .bool?: .bool(value == "true")
    default: .string(value)
    }
  }

  private static func amount(_ name: String, of object: JSONValue) throws -> ExactDecimal {
    guard let amount = object[name]?.decimal else {
      throw SandboxError("`\(name)` of this invoice is no number")
    }
    return amount
  }
}
