import DealModel

/// Makes a record of a document: what cannot be understood becomes unavailable, value by value.
struct B1Reader {
  let set: B1Set
  let entry: Int
  let row: JSONValue
  let context: B1Context

  /// A reader of a document; `nil` for a row without its key.
  init?(_ row: JSONValue, of set: B1Set, in context: B1Context) {
    guard let entry = row["DocEntry"]?.integer, entry > 0 else { return nil }
    self.set = set
    self.entry = entry
    self.row = row
    self.context = context
  }

  /// What people call the document.
  var number: String { row["DocNum"]?.integer.map(String.init) ?? "\(entry)" }

  /// The deal ID in the document's head; `nil` when it bears none.
  var dealID: DealID? {
    guard let text = row[context.system.link]?.string, !text.isEmpty else { return nil }
    return DealID(text)
  }

  /// Whether the document only takes back another: its amounts are positive, and count for nothing.
  var isCancellation: Bool { row["CancelStatus"]?.string == "csCancellation" }

  /// Whether the document is one that counts at all: no reversal, no mere request for a down payment.
  var isDocument: Bool { !isCancellation && row["DownPaymentType"]?.string != "dptRequest" }

  /// The record.
  ///
  /// - Parameters:
  ///   - lines: The lines that were read besides: of an order all, of a part its own.
  ///   - part: The project whose part is meant; `nil` for the whole document.
  func record(of deal: DealID, lines: [JSONValue] = [], part: String? = nil) -> Record {
    var echoes: [String: Answer<FieldValue>] = [:]
    for name in context.system.echoProperties { echoes[name] = echo(name) }
    return Record(
      reference: RecordReference(
        system: context.system.name, kind: set.kind, id: B1Key(set, entry, part: part).text),
      dealID: deal, number: number, modifiedAt: modifiedAt, echoes: echoes,
      content: content(lines: lines, isPart: part != nil))
  }

  private func echo(_ name: String) -> Answer<FieldValue> {
    switch row[name] {
    case .string(let text)?, .number(let text)?: .value(.text(text))
    default: .none
    }
  }

  private func content(lines: [JSONValue], isPart: Bool) -> Record.Content {
    switch set {
    case .invoices, .downPayments:
      return .invoice(
        Invoice(
          status: status, issued: date("DocDate"), due: date("DocDueDate"), net: net,
          gross: gross, paid: paid, outstanding: outstanding))
    case .creditNotes:
      return .creditNote(
        CreditNote(
          status: status, issued: date("DocDate"), net: net, gross: gross,
          unapplied: outstanding))
    case .purchaseInvoices, .purchaseCreditNotes:
      return .cost(
        cost(set == .purchaseInvoices ? .bill : .vendorCredit, net: isPart ? sum(lines) : net))
    case .purchaseOrders, .goodsReceipts:
      var order = cost(.purchaseOrder, net: isPart ? sum(lines) : net)
      order.open = status == .open ? openPart(of: lines) : currency.map { .zero($0) }
      return .cost(order)
    }
  }

  private func cost(_ kind: Cost.Kind, net: Answer<Money>) -> Cost {
    Cost(
      kind: kind, status: status, party: text("CardName"), date: date("DocDate"), net: net)
  }

  // MARK: State and amounts

  /// The state. A document may be closed by hand, so invoices go by their amounts; an order's state
  /// is its own.
  var status: DocumentStatus {
    if row["Cancelled"]?.string == "tYES" || row["CancelStatus"]?.string == "csYes" {
      return .voided
    }
    let isClosed = row["DocumentStatus"]?.string == "bost_Close"
    if set.isOrder { return isClosed ? .paid : .open }
    guard let rest = outstanding.value else { return isClosed ? .paid : .open }
    return rest.amount > .zero ? .open : .paid
  }

  /// With tax.
  var gross: Answer<Money> { amount("DocTotal", foreign: "DocTotalFc") }
  /// The vendor's spelling differs here.
  private var paid: Answer<Money> { amount("PaidToDate", foreign: "PaidToDateFC") }
  private var net: Answer<Money> { difference(gross, amount("VatSum", foreign: "VatSumFc")) }
  private var outstanding: Answer<Money> { difference(gross, paid) }

  /// The lines' amounts net of tax, less the discount on the whole document.
  private func sum(_ lines: [JSONValue]) -> Answer<Money> {
    total(lines) { amount("LineTotal", foreign: "RowTotalFC", in: $0) }
  }

  /// What of an order has been neither delivered nor billed, less the discount on the whole.
  private func openPart(of lines: [JSONValue]) -> Answer<Money> {
    total(lines.filter { $0["LineStatus"]?.string != "bost_Close" }) {
      amount("OpenAmount", foreign: "OpenAmountFC", in: $0)
    }
  }

  private func total(
    _ lines: [JSONValue], _ amount: (JSONValue) -> Answer<Money>
  ) -> Answer<Money> {
    guard case .value(let currency) = currency else { return currency.map { .zero($0) } }
    var sum = ExactDecimal.zero
    for line in lines {
      switch amount(line) {
      case .value(let money):
        guard let next = try? sum.adding(money.amount) else {
          return fault("LineTotal", "is beyond any amount")
        }
        sum = next
      case .unavailable(let error): return .unavailable(error)
      case .none, .notAsked: return fault("LineTotal", "has a line without an amount")
      }
    }
    let discount: ExactDecimal
    switch row["DiscountPercent"] {
    case nil, .null?: discount = .zero
    case let value?:
      guard let percent = value.decimal else {
        return fault("DiscountPercent", "has a discount that is no number")
      }
      discount = percent
    }
    guard let share = try? ExactDecimal(100).subtracting(discount),
      let product = try? sum.multiplied(by: share),
      let part = try? product.divided(by: 100, places: 6)
    else { return fault("DiscountPercent", "has a discount that is beyond any amount") }
    return .value(Money(part.rounded(to: currency.minorUnit), currency))
  }

  // MARK: Values

  /// Whether amounts stand in the document's own currency beside those in the local one.
  private var isForeign: Bool {
    guard let code = row["DocCurrency"]?.string, !code.isEmpty else { return false }
    // Business One's code of a currency may be a sign, where the configuration has the ISO code.
    guard let own = context.currency(ofCode: code),
      let local = context.currency(ofCode: context.localCode)
    else { return code != context.localCode }
    return own != local
  }

  /// The document's currency.
  var currency: Answer<Currency> {
    let code = isForeign ? row["DocCurrency"]?.string ?? "" : context.localCode
    return context.currency(ofCode: code).map { .value($0) }
      ?? fault(
        "DocCurrency",
        "is in a currency that no ISO 4217 code is set up for (Administration > Setup > Financials "
          + "> Currencies)")
  }

  /// An amount in the document's own currency. A document in local currency has zeros in the
  /// foreign twin, so the twin is never taken for want of the other.
  func amount(_ local: String, foreign: String, in part: JSONValue? = nil) -> Answer<Money> {
    let name = isForeign ? foreign : local
    let value = (part ?? row)[name]
    guard let value, !value.isNull else { return fault(name, "has no \(name)") }
    // Doubles on the wire; the database keeps six places.
    guard let number = value.decimal?.rounded(to: 6) else {
      return fault(name, "holds no number that is exact")
    }
    return currency.map { Money(number, $0) }
  }

  private func difference(_ whole: Answer<Money>, _ part: Answer<Money>) -> Answer<Money> {
    guard let whole = whole.value else { return whole }
    guard let part = part.value else { return part }
    do { return .value(try whole.subtracting(part)) } catch {
      return fault("DocTotal", "is beyond any amount")
    }
  }

  /// A text as it is.
  func text(_ name: String) -> Answer<String> {
    row[name]?.string.map { .value($0) } ?? .none
  }

  /// A day.
  func date(_ name: String) -> Answer<CalendarDate> {
    switch row[name] {
    case nil, .null?: return .none
    case .string(let text)?:
      return B1Clock.day(text).map { .value($0) } ?? fault(name, "holds no day that exists")
    default: return fault(name, "holds no day")
    }
  }

  /// When the document was last changed; `nil` on releases that keep the day only.
  private var modifiedAt: Timestamp? {
    guard let day = row["UpdateDate"]?.string.flatMap(B1Clock.day),
      let second = row["UpdateTime"]?.string.flatMap(B1Clock.second)
    else { return nil }
    return context.clock.instant(day, second)
  }

  /// An amount, day or currency that cannot be used.
  func fault<Value>(_ property: String, _ what: String) -> Answer<Value> {
    .unavailable(
      SystemError(
        .malformed, system: context.system.name,
        message: "\(number) (\(B1Key(set, entry).text)) in \(context.system.name) (SAP Business "
          + "One) \(what), see \(property). Correct the document there."))
  }
}

/// What reading a document needs besides the document.
struct B1Context: Sendable {
  let system: ConfiguredSystem
  let clock: B1Clock
  /// The company's local currency, by its code in Business One.
  let localCode: String
  /// Code in Business One → ISO code, for codes that are not ISO's.
  var isoCodes: [String: String] = [:]

  /// The currency that a code of Business One means.
  func currency(ofCode code: String) -> Currency? {
    Currency(code: code) ?? isoCodes[code].flatMap { Currency(code: $0) }
  }
}
