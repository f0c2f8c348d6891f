internal import DealModel

extension ServiceLayerNode {
  /// Gives an invoice another net amount: its first line takes the difference, tax stays.
  func correctInvoice(
    _ number: String, net: ExactDecimal, at now: Timestamp
  ) throws -> JSONValue {
    guard
      let index = sets["Invoices"]?.firstIndex(where: {
        $0["DocNum"]?.integer.map(String.init) == number
      }), var invoice = sets["Invoices"]?[index]
    else {
      throw SandboxError("there is no invoice `\(number)`")
    }
    let code = invoice["DocCurrency"]?.string ?? localCurrency
    let rate = invoice["DocRate"]?.decimal ?? 1
    var amounts = [("DocTotal", "VatSum", "LineTotal", net)]
    if code != localCurrency {
      amounts = [
        ("DocTotalFc", "VatSumFc", "RowTotalFC", net),
        ("DocTotal", "VatSum", "LineTotal", try net.multiplied(by: rate).rounded(to: 2)),
      ]
    }
    var lines = invoice["DocumentLines"]?.array ?? []
    for (total, tax, line, amount) in amounts {
      let before = invoice[total]?.decimal ?? 0
      let after = try amount.adding(invoice[tax]?.decimal ?? 0)
      invoice = invoice.with(total, .number(after.description))
      guard let first = lines.first else { continue }
      let corrected = try (first[line]?.decimal ?? 0).adding(after.subtracting(before))
      lines[0] = first.with(line, .number(corrected.description))
    }
    invoice = invoice.with("DocumentLines", .array(lines))
    sets["Invoices"]?[index] = touched(invoice, at: now)
    return ["invoice": .string(number), "net": .string(net.description)]
  }

  /// Gives a property of an entity, `Invoices/22`, another value; an empty one makes it null. Of a
  /// line: `PurchaseInvoices/9/0`.
  func setField(
    _ field: String, of record: String, to value: String, at now: Timestamp
  ) throws -> JSONValue {
    let (set, index, line) = try place(of: record)
    guard var row = sets[set]?[index] else { throw SandboxError("there is no `\(record)`") }
    let schema = line == nil ? schemas[set] : self.line
    guard let kind = schema?[field] else {
      throw SandboxError(
        "`\(set)` has no property `\(field)`"
          + suggestion(field, schema?.kinds.keys.sorted() ?? []))
    }
    let isNumber = kind == .int || kind == .double
    guard value.isEmpty || !isNumber || ExactDecimal(value) != nil else {
      throw SandboxError("`\(field)` is a number")
    }
    let stored: JSONValue = value.isEmpty ? .null : isNumber ? .number(value) : .string(value)
    if let line {
      var lines = row["DocumentLines"]?.array ?? []
      guard lines.indices.contains(line) else { throw SandboxError("there is no `\(record)`") }
      lines[line] = lines[line].with(field, stored)
      row = row.with("DocumentLines", .array(lines))
    } else {
      row = row.with(field, stored)
    }
    // A payment moves nothing of the invoice's own times.
    let touches = !field.hasPrefix("Update") && !field.hasPrefix("PaidToDate")
    sets[set]?[index] = touches ? touched(row, at: now) : row
    return ["record": .string(record), "field": .string(field), "value": .string(value)]
  }

  func delete(_ record: String) throws -> JSONValue {
    let (set, index, line) = try place(of: record)
    guard line == nil else { throw SandboxError("a line cannot be deleted; write SET/KEY") }
    sets[set]?.remove(at: index)
    return ["deleted": .string(record)]
  }

  func rename(_ old: String, to new: String) throws -> JSONValue {
    var renamed: [String] = []
    for (set, schema) in schemas where schema[old] != nil && schema[new] == nil {
      schemas[set]?.rename(old, to: new)
      sets[set] = sets[set]?.map { row in
        guard case .object(let members) = row else { return row }
        return .object(members.map { .init($0.name == old ? new : $0.name, $0.value) })
      }
      renamed.append(set)
    }
    guard !renamed.isEmpty else {
      throw SandboxError("nothing has a property `\(old)`, or it has `\(new)` already")
    }
    renamings.append((old, new))
    return ["renamed": .array(renamed.sorted().map { .string($0) })]
  }

  func mend() {
    let undone = renamings
    renamings = []
    for renaming in undone.reversed() { _ = try? rename(renaming.new, to: renaming.old) }
    renamings = []
  }

  private func place(of record: String) throws -> (set: String, index: Int, line: Int?) {
    let parts = record.split(separator: "/").map(String.init)
    guard parts.count == 2 || parts.count == 3, let rows = sets[parts[0]] else {
      throw SandboxError(
        "write SET/KEY, or SET/KEY/LINE; there are \(listed(sets.keys.sorted()))")
    }
    guard let index = rows.firstIndex(where: { Self.key(of: $0) == parts[1] }) else {
      throw SandboxError("there is no `\(record)`")
    }
    return (parts[0], index, parts.count == 3 ? Int(parts[2]) ?? -1 : nil)
  }

  /// Changed now, by the company's own clocks.
  private func touched(_ row: JSONValue, at now: Timestamp) -> JSONValue {
    let wall = calendar.wallTime(of: now).asUTC.description
    return row.with("UpdateDate", .string(String(wall.prefix(10))))
      .with("UpdateTime", .string(String(wall.dropFirst(11).prefix(8))))
  }
}
