import DealModel

extension ODBCRow {
  /// What the row says, by the columns of its kind.
  func content(_ kind: RecordKind) -> Record.Content {
    switch kind {
    case .deals: .deal(fields)
    case .invoices: isCreditNote ? .creditNote(creditNote) : .invoice(invoice)
    case .costs: .cost(cost)
    case .milestones: .milestone(milestone)
    case .hours: .hours(hours)
    case .tickets: .ticket(ticket)
    }
  }

  // MARK: Financial

  private var isCreditNote: Bool {
    guard let type = self[.type], type != "invoice" else { return false }
    return ["credit_note", "credit"].contains(type.lowercased())
  }

  /// Whether the type is one that is known; without a column it is an invoice.
  private var hasKnownInvoiceType: Bool {
    guard has(.type) else { return true }
    return isCreditNote || self[.type]?.lowercased() == "invoice"
  }

  private var invoice: Invoice {
    var gross = optionalAmount(.gross)
    var paid = optionalAmount(.paid)
    var outstanding = optionalAmount(.outstanding)
    // Whatever two of them say, the third follows from.
    if case .none = gross { gross = combined(paid, outstanding) { try? $0.adding($1) } }
    if case .none = paid { paid = combined(gross, outstanding) { try? $0.subtracting($1) } }
    if case .none = outstanding { outstanding = combined(gross, paid) { try? $0.subtracting($1) } }
    let status = status
    let isKnown = status != nil && hasKnownInvoiceType
    // Nearly always nothing is wrong.
    func counted(_ amount: Answer<Money>) -> Answer<Money> {
      isKnown ? amount : self.counted(amount)
    }
    return Invoice(
      status: status ?? .open, issued: date(.issued), due: date(.due),
      net: counted(amount(.net)), gross: counted(present(gross, .gross)),
      paid: counted(present(paid, .paid)),
      outstanding: counted(present(outstanding, .outstanding)))
  }

  /// Amounts of credit notes are positive here, whatever their sign in the ledger.
  private var creditNote: CreditNote {
    var gross = optionalAmount(.gross).map(\.positive)
    let paid = optionalAmount(.paid).map(\.positive)
    var rest = optionalAmount(.outstanding).map(\.positive)
    if case .none = gross { gross = combined(paid, rest) { try? $0.adding($1) } }
    if case .none = rest { rest = combined(gross, paid) { try? $0.subtracting($1) } }
    return CreditNote(
      status: status ?? .open, issued: date(.issued), net: counted(amount(.net).map(\.positive)),
      gross: counted(present(gross, .gross)), unapplied: counted(present(rest, .outstanding)))
  }

  private var cost: Cost {
    let kind = self[.type].flatMap { Cost.Kind(rawValue: $0.lowercased()) }
    var open = Answer<Money>.none
    if kind == .purchaseOrder {
      let isSettled = status == .paid || status == .voided
      open = optionalAmount(.open)
      if case .none = open {
        open = isSettled ? currency.map { .zero($0) } : fault(.open, "is empty for an open order")
      }
    }
    var net = counted(amount(.net))
    if kind == .vendorCredit { net = net.map(\.positive) }
    if kind == nil { net = fault(.type, Self.typeFault) }
    return Cost(
      kind: kind ?? .bill, status: status ?? .open, party: text(.party), date: date(.date),
      net: net, open: counted(open))
  }

  private static let typeFault =
    "holds none of the words purchase_order, bill, vendor_credit, expense"

  private var status: DocumentStatus? {
    self[.status].flatMap {
      DocumentStatus(rawValue: $0) ?? DocumentStatus(rawValue: $0.lowercased())
    }
  }

  /// An amount of a document that is known to count, or not to; unavailable otherwise.
  private func counted(_ amount: Answer<Money>) -> Answer<Money> {
    guard amount.value != nil else { return amount }
    if status == nil {
      return fault(.status, "holds none of the words draft, open, paid, voided")
    }
    if reading.kind == .invoices, !hasKnownInvoiceType {
      return fault(.type, "holds neither invoice nor credit_note")
    }
    return amount
  }

  private func present(_ amount: Answer<Money>, _ column: ODBCField) -> Answer<Money> {
    if case .none = amount {
      return fault(column, "is empty, and an amount that is missing is not zero")
    }
    return amount
  }

  private func combined(
    _ left: Answer<Money>, _ right: Answer<Money>, _ combine: (Money, Money) -> Money?
  ) -> Answer<Money> {
    if let error = left.error ?? right.error { return .unavailable(error) }
    guard let left = left.value, let right = right.value, let result = combine(left, right) else {
      return .none
    }
    return .value(result)
  }

  // MARK: Delivery and support

  private var milestone: Milestone {
    Milestone(
      name: self[.name] ?? "", isDone: flag(.done) ?? false,
      status: self[.status] ?? (flag(.done) == true ? "done" : "open"),
      due: flag(.done) == nil ? fault(.done, "says neither yes nor no") : date(.due),
      start: date(.start), person: text(.person))
  }

  private var hours: HoursEntry {
    let usesSeconds = self[.seconds] != nil
    let column = usesSeconds || !has(.hours) ? ODBCField.seconds : .hours
    let whole: Answer<Int64>
    switch number(column) {
    case .value(let number):
      let seconds = usesSeconds ? number : (try? number.multiplied(by: 3_600))?.rounded(to: 0)
      whole =
        seconds.flatMap { $0.scale == 0 ? Int64(exactly: $0.coefficient) : nil }
        .map { .value($0) } ?? fault(column, "holds no time that can be counted in seconds")
    case .none: whole = fault(column, "is empty, and time that is missing is not zero")
    case .notAsked: whole = .notAsked
    case .unavailable(let error): whole = .unavailable(error)
    }
    return HoursEntry(
      person: text(.person), date: date(.date), seconds: whole, subject: self[.subject] ?? "")
  }

  private var ticket: Ticket {
    Ticket(
      // Nobody has closed what does not say so.
      subject: self[.subject] ?? "", isOpen: flag(.open) ?? true, status: self[.status] ?? "",
      priority: text(.priority), person: text(.person))
  }

  // MARK: Deals

  private static let fieldColumns: [(column: ODBCField, field: FieldName)] = [
    (.name, .name), (.company, .company), (.stage, .stage), (.stageState, .stageState),
    (.stageID, .stageID), (.owner, .person), (.entity, .entity), (.pipeline, .pipeline),
    (.contacts, .contacts),
  ]

  /// A field is a key when the statement gives its column.
  var fields: [FieldName: Answer<FieldValue>] {
    var fields: [FieldName: Answer<FieldValue>] = [:]
    for (column, field) in Self.fieldColumns where has(column) {
      fields[field] = text(column).map { .text($0) }
    }
    if has(.value) { fields[.value] = optionalAmount(.value).map { .money($0) } }
    if has(.closeDate) { fields[.closeDate] = date(.closeDate).map { .date($0) } }
    if has(.stageSince) { fields[.stageSince] = date(.stageSince).map { .date($0) } }
    return fields
  }
}

extension Money {
  fileprivate var positive: Money { Money(amount.magnitude, currency) }
}
