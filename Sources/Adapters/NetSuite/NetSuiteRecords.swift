import DealModel

/// Makes a record of a row: what cannot be understood becomes unavailable, value by value.
struct NetSuiteReader {
  let row: NetSuiteRow
  let system: ConfiguredSystem
  let account: NetSuiteAccountID

  init(_ row: NetSuiteRow, adapter: NetSuiteAdapter) {
    self.row = row
    system = adapter.system
    account = adapter.account
  }

  /// The record; `nil` for a row without ID, deal ID or a type that is read.
  var record: Record? {
    guard let id = row["id"], let dealID = row[NetSuiteStatements.dealID],
      let type = row["type"].flatMap(NetSuiteDocumentType.init),
      let types = NetSuiteDocumentType.types(of: type.kind), types.contains(type)
    else { return nil }
    var echoes: [String: Answer<FieldValue>] = [:]
    for (index, name) in system.echoProperties.enumerated() {
      echoes[name] =
        row[NetSuiteStatements.echo(index)].map { .value(.text($0)) } ?? Answer<FieldValue>.none
    }
    return Record(
      reference: RecordReference(system: system.name, kind: type.kind, id: id),
      dealID: DealID(dealID), number: number,
      url: account.address(ofType: type.rawValue, id: id),
      createdAt: row["createddate"].flatMap { Timestamp($0) },
      modifiedAt: row["lastmodifieddate"].flatMap { Timestamp($0) }, echoes: echoes,
      content: content(type))
  }

  /// What people call the record.
  var number: String { row["tranid"] ?? row["id"] ?? "" }

  private func content(_ type: NetSuiteDocumentType) -> Record.Content {
    switch type {
    case .invoice, .payment: .invoice(invoice)
    case .creditMemo: .creditNote(creditNote)
    case .purchaseOrder: .cost(cost(.purchaseOrder))
    case .bill, .billPayment: .cost(cost(.bill))
    case .vendorCredit: .cost(cost(.vendorCredit))
    case .expenseReport, .check: .cost(cost(.expense))
    }
  }

  private var invoice: Invoice {
    // Sales lines are negative: the net amount is the opposite of their sum.
    let net = counted(money("net").map { -$0 })
    let gross = counted(money("foreigntotal"))
    var paid = counted(money("foreignamountpaid"))
    var outstanding = counted(money("foreignamountunpaid"))
    // NetSuite leaves out the one or the other where it is nothing; the total tells it.
    if case .none = paid { paid = difference(gross, outstanding) }
    if case .none = outstanding { outstanding = difference(gross, paid) }
    return Invoice(
      status: status ?? .open, issued: date("trandate"), due: date("duedate"), net: net,
      gross: gross, paid: paid, outstanding: outstanding)
  }

  /// A credit memo's total is negative and its lines positive; the document's amounts are positive.
  private var creditNote: CreditNote {
    CreditNote(
      status: status ?? .open, issued: date("trandate"), net: counted(magnitude("net")),
      gross: counted(magnitude("foreigntotal")),
      unapplied: counted(magnitude("foreignpaymentamountunused")))
  }

  private func cost(_ kind: Cost.Kind) -> Cost {
    let net = kind == .vendorCredit ? magnitude("net") : money("net")
    var open = Answer<Money>.none
    if kind == .purchaseOrder {
      // An order billed or closed is open no more, whatever its lines without quantities say.
      let isSettled = status == .paid || status == .voided
      open = isSettled ? currency.map { .zero($0) } : rounded(money("unbilled"))
    }
    return Cost(
      kind: kind, status: status ?? .open, party: text("party"), date: date("trandate"),
      net: counted(net), open: counted(open))
  }

  // MARK: Values

  /// The state; `nil` for a letter that is not known.
  private var status: DocumentStatus? {
    if row["voided"] == "T" { return .voided }
    guard let type = row["type"].flatMap(NetSuiteDocumentType.init) else { return nil }
    if type == .check { return row["status"].flatMap(type.status) ?? .paid }
    return row["status"].flatMap(type.status)
  }

  /// An amount of a document whose state is known; unavailable where nobody knows whether the
  /// document counts.
  private func counted(_ amount: Answer<Money>) -> Answer<Money> {
    guard status == nil, amount.value != nil else { return amount }
    return fault("status", "has a status that is not known")
  }

  /// A text as it is.
  func text(_ column: String) -> Answer<String> { row[column].map { .value($0) } ?? .none }

  /// A day, formatted by the statement as `2026-11-20`.
  func date(_ column: String) -> Answer<CalendarDate> {
    guard let text = row[column] else { return .none }
    return CalendarDate(text).map { .value($0) } ?? fault(column, "holds no day that exists")
  }

  /// An exact number.
  func number(_ column: String) -> Answer<ExactDecimal> {
    guard let text = row[column] else { return .none }
    return ExactDecimal(text).map { .value($0) } ?? fault(column, "holds no number that is exact")
  }

  /// The document's currency, by its ISO code.
  var currency: Answer<Currency> {
    guard let code = row["currency"] else { return fault("currency", "has no currency code") }
    return Currency(code: code).map { .value($0) }
      ?? fault("currency", "bears a currency code that ISO 4217 does not list")
  }

  /// An amount in the document's own currency.
  func money(_ column: String) -> Answer<Money> {
    switch number(column) {
    case .value(let amount): currency.map { Money(amount, $0) }
    case .none: .none
    case .notAsked: .notAsked
    case .unavailable(let error): .unavailable(error)
    }
  }

  private func magnitude(_ column: String) -> Answer<Money> {
    money(column).map { Money($0.amount.magnitude, $0.currency) }
  }

  /// To the currency's customary digits: a third of a line is no amount anyone bills.
  private func rounded(_ amount: Answer<Money>) -> Answer<Money> {
    amount.map { Money($0.amount.rounded(to: $0.currency.minorUnit), $0.currency) }
  }

  private func difference(_ whole: Answer<Money>, _ part: Answer<Money>) -> Answer<Money> {
    guard let whole = whole.value, let part = part.value,
      let rest = try? whole.subtracting(part)
    else { return .none }
    return .value(rest)
  }

  /// What people look for in NetSuite when a column cannot be used.
  private static let columns = [
    "net": "foreignamount of a line", "unbilled": "quantity or foreignamount of a line",
  ]

  private func fault<Value>(_ column: String, _ what: String) -> Answer<Value> {
    let field = Self.columns[column] ?? column
    return .unavailable(
      SystemError(
        .malformed, system: system.name,
        message: "\(VisibleText(number)) (ID \(row["id"] ?? "?")) in \(system.name) (NetSuite) "
          + "\(what), see \(field). Correct the record there."))
  }
}
