import DealModel

/// Makes records of a document: what cannot be understood becomes unavailable, value by value.
struct QuickBooksReader {
  let document: JSONValue
  let entity: QuickBooksEntity
  let system: ConfiguredSystem
  let preferences: QuickBooksPreferences
  /// The documents that orders were billed by, with their lines.
  var billing: [JSONValue] = []

  /// The document as a record of a deal.
  ///
  /// - Parameters:
  ///   - deals: All deals the document belongs to.
  ///   - customers: The deal's customers; `nil` when the document bears the ID itself.
  func record(
    of deal: DealID, among deals: Set<DealID>, customers: Set<String>?
  ) -> Record {
    var name = QuickBooksName(entity, id)
    if deals.count > 1 { name.deal = deal }
    var echoes: [String: Answer<FieldValue>] = [:]
    for property in system.echoProperties { echoes[property] = echo(property) }
    return Record(
      reference: RecordReference(system: system.name, kind: entity.kind, id: name.text),
      dealID: deal, number: number,
      url: "https://app.qbo.intuit.com/app/\(entity.page)?txnId=\(id)",
      createdAt: time("CreateTime"), modifiedAt: time("LastUpdatedTime"), echoes: echoes,
      content: content(customers))
  }

  var id: String { document["Id"]?.string ?? "" }

  /// What people call it: purchases often have no number.
  var number: String {
    let text = document["DocNumber"]?.string ?? ""
    return text.isEmpty ? id : text
  }

  private func content(_ customers: Set<String>?) -> Record.Content {
    switch entity {
    case .invoice: .invoice(invoice)
    case .creditMemo: .creditNote(creditNote)
    case .bill: .cost(cost(.bill, customers))
    case .vendorCredit: .cost(cost(.vendorCredit, customers))
    case .purchase: .cost(cost(isRefund ? .vendorCredit : .expense, customers))
    case .purchaseOrder: .cost(cost(.purchaseOrder, customers))
    case .timeActivity: .hours(hours)
    }
  }

  // MARK: Documents

  private var invoice: Invoice {
    let gross = money("TotalAmt")
    let outstanding = money("Balance")
    return Invoice(
      status: status, issued: date("TxnDate"), due: date("DueDate"), net: net, gross: gross,
      paid: difference(gross, outstanding), outstanding: outstanding)
  }

  private var creditNote: CreditNote {
    CreditNote(
      status: status, issued: date("TxnDate"), net: net, gross: money("TotalAmt"),
      unapplied: money(document["RemainingCredit"] == nil ? "Balance" : "RemainingCredit"))
  }

  private func cost(_ kind: Cost.Kind, _ customers: Set<String>?) -> Cost {
    let party = document["VendorRef"] ?? document["EntityRef"]
    return Cost(
      kind: kind, status: status, party: party?["name"]?.string.map { .value($0) } ?? .none,
      date: date("TxnDate"),
      net: customers.map { sum(of: lines(of: $0)) } ?? net,
      open: entity == .purchaseOrder ? open(customers) : .none)
  }

  /// A charge on a card that came back.
  private var isRefund: Bool { document["Credit"]?.bool ?? false }

  /// The state, as far as QuickBooks has one: a voided document stays with its amounts at nothing.
  private var status: DocumentStatus {
    let isNothing = document["TotalAmt"]?.decimal?.isZero ?? false
    let isVoided = document["PrivateNote"]?.string?.hasPrefix("Voided") ?? false
    if isNothing, isVoided { return .voided }
    switch entity {
    case .purchase, .timeActivity: return .paid
    case .purchaseOrder: return isClosed ? .paid : .open
    case .invoice, .bill, .vendorCredit:
      return document["Balance"]?.decimal?.isZero ?? false ? .paid : .open
    case .creditMemo:
      let rest = document["RemainingCredit"] ?? document["Balance"]
      return rest?.decimal?.isZero ?? false ? .paid : .open
    }
  }

  private var isClosed: Bool {
    document["POStatus"]?.string == "Closed" || document["ManuallyClosed"]?.bool ?? false
  }

  /// The total net of tax; without tax nothing is taken off.
  private var net: Answer<Money> {
    let gross = money("TotalAmt")
    guard let tax = document["TxnTaxDetail"]?["TotalTax"], !tax.isNull else { return gross }
    guard let amount = tax.decimal else {
      return fault("TxnTaxDetail.TotalTax", "holds no number that is exact")
    }
    return difference(gross, currency.map { Money(amount, $0) })
  }

  // MARK: Lines

  /// The lines that bear one of these customers; all of them where the document bears one itself.
  func lines(of customers: Set<String>?) -> [JSONValue] {
    let lines = QuickBooksLine.amounts(of: document)
    guard let customers else { return lines }
    return lines.filter { line in
      QuickBooksLine.customer(of: line).map(customers.contains) ?? false
    }
  }

  /// What an order is billed by.
  static let billing = [QuickBooksEntity.bill, .purchase]
  /// What an order is made from, by the vendor's names.
  private static let origins: Set<String> = ["Estimate", "SalesOrder"]

  /// What is not billed yet of an order: each line less the lines of bills that belong to it.
  private func open(_ customers: Set<String>?) -> Answer<Money> {
    currency.flatMap { currency in
      guard status == .open else { return .value(.zero(currency)) }
      let known = Self.billing.reduce(into: Self.origins) { $0.formUnion($1.linkedTypes) }
      for linked in QuickBooksLine.linked(of: document) where !known.contains(linked.type) {
        return fault(
          "LinkedTxn", "belongs to a \(VisibleText(linked.type)), which may have billed it")
      }
      var billed: [String: ExactDecimal] = [:]
      var unassigned = ExactDecimal.zero
      do {
        for line in billing.flatMap(QuickBooksLine.amounts(of:)) {
          for linked in QuickBooksLine.linked(of: line)
          where linked.type == "PurchaseOrder" && linked.id == id {
            guard let amount = line["Amount"]?.decimal else {
              return fault("Line.Amount", "is billed by a line that holds no number that is exact")
            }
            if let order = linked.line {
              billed[order] = try (billed[order] ?? .zero).adding(amount)
            } else {
              unassigned = try unassigned.adding(amount)
            }
          }
        }
        var rest = ExactDecimal.zero
        for line in lines(of: customers) where line["Amount"] != nil {
          guard let amount = line["Amount"]?.decimal else {
            return fault("Line.Amount", "holds no number that is exact")
          }
          let done = line["Id"]?.string.flatMap { billed[$0] } ?? .zero
          rest = try rest.adding(max(.zero, try amount.subtracting(done)))
        }
        return .value(Money(max(.zero, try rest.subtracting(unassigned)), currency))
      } catch {
        return fault("Line.Amount", "adds up to more than fits")
      }
    }
  }

  private func sum(of lines: [JSONValue]) -> Answer<Money> {
    currency.flatMap { currency in
      var sum = ExactDecimal.zero
      for line in lines where line["Amount"] != nil {
        guard let amount = line["Amount"]?.decimal, let next = try? sum.adding(amount) else {
          return fault("Line.Amount", "holds no number that is exact")
        }
        sum = next
      }
      return .value(Money(sum, currency))
    }
  }

  // MARK: Values

  /// The currency: the document's own where there are several, else the company's.
  var currency: Answer<Currency> {
    let own = document["CurrencyRef"]?["value"]?.string
    guard let code = own ?? (preferences.isMulticurrency ? nil : preferences.homeCurrency) else {
      return fault("CurrencyRef", "has no currency")
    }
    return Currency(code: code).map { .value($0) }
      ?? fault("CurrencyRef", "bears a currency code that ISO 4217 does not list")
  }

  func money(_ name: String) -> Answer<Money> {
    guard let value = document[name] else { return fault(name, "lacks an amount") }
    guard let amount = value.decimal else { return fault(name, "holds no number that is exact") }
    return currency.map { Money(amount, $0) }
  }

  func date(_ name: String) -> Answer<CalendarDate> {
    guard let value = document[name], !value.isNull else { return .none }
    return value.string.flatMap { CalendarDate($0) }.map { .value($0) }
      ?? fault(name, "holds no day that exists")
  }

  private func time(_ name: String) -> Timestamp? {
    document["MetaData"]?[name]?.string.flatMap { Timestamp($0) }
  }

  /// A custom field by its name, or else a member of the document.
  private func echo(_ name: String) -> Answer<FieldValue> {
    if let text = QuickBooksIDs.field(name, of: document) {
      return text.isEmpty ? .none : .value(.text(text))
    }
    switch document[name] {
    case .string(let text)?, .number(let text)?: return .value(.text(text))
    case .bool(let flag)?: return .value(.text(flag ? "true" : "false"))
    default: return .none
    }
  }

  private func difference(_ whole: Answer<Money>, _ part: Answer<Money>) -> Answer<Money> {
    if let error = whole.error ?? part.error { return .unavailable(error) }
    guard let whole = whole.value, let part = part.value,
      let rest = try? whole.subtracting(part)
    else { return fault("TotalAmt", "holds amounts that cannot be subtracted") }
    return .value(rest)
  }

  func fault<Value>(_ field: String, _ what: String) -> Answer<Value> {
    .unavailable(
      SystemError(
        .malformed, system: system.name,
        message: "\(entity.rawValue) \(VisibleText(number)) (ID \(VisibleText(id))) in "
          + "\(system.name) (QuickBooks) \(what), see \(field). Correct the record there."))
  }
}

extension Answer {
  /// The answer that the value leads to; absence stays the absence it is.
  fileprivate func flatMap<Other>(_ transform: (Value) -> Answer<Other>) -> Answer<Other> {
    switch self {
    case .value(let value): transform(value)
    case .none: .none
    case .notAsked: .notAsked
    case .unavailable(let error): .unavailable(error)
    }
  }
}
