import DealModel

/// What every way must answer, worked out from the neutral description alone.
struct SameCompanyTruth {
  let company: SameCompany

  /// The records of a deal in the JSON form, newest first, without what is not compared.
  func records(_ deal: DealID, costs: Bool) -> [JSONValue] {
    company.documents.filter { $0.isCost == costs && $0.deals.contains(deal) }
      .sorted { $0.day > $1.day }.map { record($0.part(of: deal), of: $0) }
  }

  private func record(_ part: SameCompany.Document, of whole: SameCompany.Document) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("number", .string(whole.number)), .init("system", "erp"), .init("freshness", "live"),
      .init("type", .string(whole.kind.rawValue)), .init("status", .string(status(whole))),
    ]
    func money(_ amount: ExactDecimal) -> JSONValue {
      let money = Money(amount, whole.currency)
      return ["amount": .string(money.amountText), "currency": .string(money.currency.code)]
    }
    let day = JSONValue.string(whole.day.description)
    switch whole.kind {
    case .invoice:
      members += [
        .init("issued", day), .init("due", whole.due.map { .string($0.description) } ?? nil),
        .init("net", money(whole.net)), .init("gross", money(whole.gross)),
        .init("paid", money(whole.paid)), .init("outstanding", money(whole.outstanding)),
      ]
    case .creditNote:
      members += [
        .init("issued", day), .init("net", money(whole.net)), .init("gross", money(whole.gross)),
        .init("unapplied", money(whole.outstanding)),
      ]
    case .purchaseOrder, .bill, .vendorCredit:
      let open = whole.state == .open ? part.lines.map(\.open).total : .zero
      members += [
        .init("party", .string(whole.party)), .init("date", day), .init("net", money(part.net)),
        .init("open", whole.kind == .purchaseOrder ? money(open) : nil),
      ]
    }
    return SameCompanyJSON.withoutVoidedAmounts(.object(members))
  }

  /// Whether an invoice that counts is in another currency than the deal.
  func isBilledAbroad(_ deal: SameCompany.Deal) -> Bool {
    company.documents.contains {
      $0.kind == .invoice && $0.state != .voided && $0.deals.contains(deal.id)
        && $0.currency != deal.currency
    }
  }

  private func status(_ document: SameCompany.Document) -> String {
    switch document.state {
    case .open: "open"
    case .settled, .closed: "paid"
    case .voided: "voided"
    }
  }

  /// A figure of a deal by its key in JSON: currency → amount, without currencies that add nothing
  /// when nothing bears them.
  func figure(_ name: String, of deal: DealID) -> [String: ExactDecimal] {
    var sums: [String: ExactDecimal] = [:]
    for document in company.documents
    where document.deals.contains(deal) && document.state != .voided {
      let part = document.part(of: deal)
      guard let amount = amount(name, part) else { continue }
      sums[document.currency.code] = [sums[document.currency.code] ?? .zero, amount].total
    }
    return sums
  }

  private func amount(_ name: String, _ part: SameCompany.Document) -> ExactDecimal? {
    let isOverdue = part.due.map { $0 < company.today } ?? false
    switch (name, part.kind) {
    case ("invoiced", .invoice): return part.net
    case ("invoiced", .creditNote): return -part.net
    case ("paid", .invoice): return part.paid
    case ("outstanding", .invoice): return part.outstanding
    case ("overdue", .invoice):
      return isOverdue && !part.outstanding.isZero ? part.outstanding : nil
    case ("actual_cost", .bill), ("committed_cost", .bill): return part.net
    case ("actual_cost", .vendorCredit), ("committed_cost", .vendorCredit): return -part.net
    case ("committed_cost", .purchaseOrder):
      return part.state == .open ? part.lines.map(\.open).total : .zero
    default: return nil
    }
  }
}

/// JSON of the commands without exactly what is not compared.
enum SameCompanyJSON {
  /// `since` of a conflict is when a record was changed, which exports do not tell.
  private static let provenance: Set<String> = [
    "record", "url", "modified_at", "modified_by", "fetched_at", "age_seconds", "since",
  ]

  /// The form of a deal, with records in figures named by their numbers: that the same documents are
  /// counted is compared, whatever the vendor calls them.
  static func compared(_ deal: JSONValue) -> JSONValue {
    var numbers: [String: String] = [:]
    for kind in ["invoices", "costs"] {
      for record in deal[kind]?.array ?? [] {
        guard let id = record["record"]?.string, let number = record["number"]?.string else {
          continue
        }
        numbers["erp:\(id)"] = "\(kind) \(number)"
        // In a conflict, beside its system.
        numbers[id] = "\(kind) \(number)"
      }
    }
    return strip(deal, numbers)
  }

  private static func strip(_ value: JSONValue, _ numbers: [String: String]) -> JSONValue {
    switch value {
    case .array(let elements): return .array(elements.map { strip($0, numbers) })
    case .object(let members):
      let kept = members.filter { !provenance.contains($0.name) }.map { member in
        guard member.name == "records", let records = member.value.array else {
          return JSONValue.Member(member.name, strip(member.value, numbers))
        }
        let names = records.compactMap(\.string).map { numbers[$0] ?? $0 }
        return JSONValue.Member("records", .array(names.map { .string($0) }))
      }
      return withoutVoidedAmounts(.object(kept))
    default: return value
    }
  }

  /// The form of a row of `deals --json`, which names records only to count them.
  static func comparedRow(_ row: JSONValue) -> JSONValue {
    counting(strip(row, [:]))
  }

  private static func counting(_ value: JSONValue) -> JSONValue {
    switch value {
    case .array(let elements): .array(elements.map(counting))
    case .object(let members):
      .object(
        members.map { member in
          guard member.name == "records", let records = member.value.array else {
            return .init(member.name, counting(member.value))
          }
          return .init("records", .integer(records.count))
        })
    default: value
    }
  }

  /// A voided document without its amounts.
  static func withoutVoidedAmounts(_ record: JSONValue) -> JSONValue {
    guard record["status"] == "voided", case .object(let members) = record else { return record }
    let amounts: Set<String> = ["net", "gross", "paid", "outstanding", "unapplied", "open"]
    return .object(members.filter { !amounts.contains($0.name) })
  }
}
