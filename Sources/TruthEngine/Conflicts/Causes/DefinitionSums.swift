import DealModel

/// The owner's documents added up in other ways than the configured one.
struct DefinitionSums {
  let records: [RecordKind: [Record]]
  /// Whose systems say which invoices are retainers.
  let company: CompanyModel

  /// One liberty a definition may take.
  private enum Liberty: CaseIterable {
    case withTax, withoutCredits, withDrafts, withVoided, withoutRetainers
    case withoutOpenOrders, withOpenOrders

    func words(_ field: FieldName) -> String {
      switch self {
      case .withTax: "with tax"
      case .withoutCredits: field == .invoiced ? "without credit notes" : "without vendor credits"
      case .withDrafts: "with drafts"
      case .withVoided: "with voided documents"
      case .withoutRetainers: "without retainers"
      case .withoutOpenOrders: "without open orders"
      case .withOpenOrders: "with open orders"
      }
    }
  }

  /// Every sum that takes one or two liberties; a sum whose input is missing, or that meets two
  /// currencies, is left out.
  func sums(of field: FieldName) -> [Disagreement.Definition] {
    let liberties = liberties(of: field)
    var choices: [Set<Liberty>] = liberties.map { [$0] }
    for (index, one) in liberties.enumerated() {
      choices += liberties[(index + 1)...].map { [one, $0] }
    }
    return choices.compactMap { choice in
      guard let amount = sum(field, choice) else { return nil }
      let words = liberties.filter(choice.contains).map { $0.words(field) }
      return Disagreement.Definition(
        words: words.joined(separator: " and "), steps: choice.count, amount: amount)
    }
  }

  private func liberties(of field: FieldName) -> [Liberty] {
    switch field {
    case .invoiced:
      [.withTax, .withoutCredits, .withDrafts, .withVoided]
        + ((records[.invoices] ?? []).contains(where: isRetainer) ? [.withoutRetainers] : [])
    case .committedCost: [.withoutOpenOrders, .withoutCredits, .withDrafts, .withVoided]
    case .actualCost: [.withOpenOrders, .withoutCredits, .withDrafts, .withVoided]
    default: []
    }
  }

  private func isRetainer(_ record: Record) -> Bool {
    guard case .invoice = record.content, let system = company.system(record.reference.system)
    else {
      return false
    }
    return system.retainerNumbers.contains { record.number.hasPrefix($0) }
  }

  private func sum(_ field: FieldName, _ liberties: Set<Liberty>) -> Money? {
    let kind: RecordKind = field == .invoiced ? .invoices : .costs
    var total: Money?
    for record in records[kind] ?? [] {
      let part = part(of: record, field, liberties)
      guard part.isCounted else { continue }
      guard let money = part.amount else { return nil }
      guard let before = total else {
        total = money
        continue
      }
      guard let sum = try? before.adding(money) else { return nil }
      total = sum
    }
    return total
  }

  /// What one document adds.
  private struct Part {
    /// Whether the document counts at all.
    var isCounted = true
    /// Its amount; `nil` when it is not known.
    var amount: Money?

    static var left: Part { Part(isCounted: false) }

    init(isCounted: Bool) { self.isCounted = isCounted }

    init(_ answer: Answer<Money>, negated: Bool = false) {
      if case .value(let money) = answer { amount = negated ? -money : money }
    }
  }

  private func part(of record: Record, _ field: FieldName, _ liberties: Set<Liberty>) -> Part {
    func counts(_ status: DocumentStatus) -> Bool {
      switch status {
      case .open, .paid: true
      case .draft: liberties.contains(.withDrafts)
      case .voided: liberties.contains(.withVoided)
      }
    }
    switch record.content {
    case .invoice where liberties.contains(.withoutRetainers) && isRetainer(record): return .left
    case .invoice(let invoice) where counts(invoice.status):
      return Part(liberties.contains(.withTax) ? invoice.gross : invoice.net)
    case .creditNote(let note)
    where counts(note.status) && !liberties.contains(.withoutCredits):
      return Part(liberties.contains(.withTax) ? note.gross : note.net, negated: true)
    case .cost(let cost) where counts(cost.status):
      return part(of: cost, field, liberties)
    default: return .left
    }
  }

  private func part(of cost: Cost, _ field: FieldName, _ liberties: Set<Liberty>) -> Part {
    switch cost.kind {
    case .bill, .expense: return Part(cost.net)
    case .vendorCredit:
      return liberties.contains(.withoutCredits) ? .left : Part(cost.net, negated: true)
    case .purchaseOrder:
      let isCounted =
        field == .committedCost
        ? !liberties.contains(.withoutOpenOrders) : liberties.contains(.withOpenOrders)
      return isCounted ? Part(cost.open) : .left
    }
  }
}
