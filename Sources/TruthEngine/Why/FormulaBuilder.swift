import DealModel

/// Lays out what each figure is made of, record by record, by the same rules as ``RollupBuilder``
/// adds them up: a test holds the two together.
struct FormulaBuilder {
  let assessment: Assessment
  let hourlyCost: Money?
  let today: CalendarDate

  /// The parts of a figure; empty for a value that is read as it is.
  func parts(of field: FieldName) -> [FormulaPart] {
    switch field {
    case .invoiced: [invoiced()]
    case .paid: [ofInvoices("paid amount", \.paid)]
    case .outstanding: [ofInvoices("outstanding amount", \.outstanding)]
    case .overdue: [overdue()]
    case .actualCost: actualCost()
    case .committedCost: committedCost()
    case .margin, .marginPercent: [invoiced()] + committedCost().map(subtracted)
    case .forecastMargin: dealValue() + committedCost().map(subtracted)
    default: []
    }
  }

  private func subtracted(_ part: FormulaPart) -> FormulaPart {
    var part = part
    part.isSubtracted.toggle()
    return part
  }

  // MARK: What the customer owes and paid

  private func invoiced() -> FormulaPart {
    var terms: [FormulaTerm] = []
    for record in assessment.records[.invoices] ?? [] {
      switch record.content {
      case .invoice(let invoice):
        terms.append(term(record, invoice.net, "net amount", idle: invoice.status.idleReason))
      case .creditNote(let note):
        let net = note.net.map { -$0 }
        terms.append(term(record, net, "net amount", idle: note.status.idleReason))
      default: continue
      }
    }
    return part("invoices", terms)
  }

  private func ofInvoices(
    _ words: String, _ amount: (Invoice) -> Answer<Money>,
    idle: (Invoice) -> String? = { _ in nil }
  ) -> FormulaPart {
    var terms: [FormulaTerm] = []
    for record in assessment.records[.invoices] ?? [] {
      switch record.content {
      case .invoice(let invoice):
        let reason = invoice.status.idleReason ?? idle(invoice)
        terms.append(term(record, amount(invoice), words, idle: reason))
      case .creditNote(let note):
        let reason = "the invoices' own figures include what it settles"
        terms.append(term(record, note.net.map { -$0 }, words, idle: reason))
      default: continue
      }
    }
    return part("invoices", terms)
  }

  private func overdue() -> FormulaPart {
    var part = ofInvoices("outstanding amount", \.outstanding) { invoice in
      if invoice.outstanding.value?.amount.isZero == true { return "nothing is owed on it" }
      switch invoice.due {
      case .value(let due): return due < today ? nil : "it is due on \(due)"
      case .none: return "it has no due day"
      case .notAsked, .unavailable: return nil
      }
    }
    // Whether it is overdue is not known: that is neither counted nor left out.
    for (index, term) in part.terms.enumerated() where term.standing == .counted {
      let record = assessment.records[.invoices]?.first { $0.reference == term.record }
      guard case .invoice(let invoice)? = record?.content, !invoice.due.isAnswered else { continue }
      part.terms[index].standing = .missing(invoice.due.error?.message ?? "its due day is not read")
    }
    part.totals = Self.totals(part.terms)
    return part
  }

  // MARK: What the deal costs

  private func actualCost() -> [FormulaPart] {
    var terms: [FormulaTerm] = []
    for (record, cost) in costs where cost.kind != .purchaseOrder {
      let net = cost.kind == .vendorCredit ? cost.net.map { -$0 } : cost.net
      terms.append(term(record, net, "net amount", idle: cost.status.idleReason))
    }
    return [part("bills and expenses", terms)] + hours()
  }

  private func committedCost() -> [FormulaPart] {
    let terms = costs.filter { $0.1.kind == .purchaseOrder }.map { record, cost in
      term(record, cost.open, "open amount", idle: cost.status.idleReason)
    }
    return [part("open part of orders", terms)] + actualCost()
  }

  private var costs: [(Record, Cost)] {
    (assessment.records[.costs] ?? []).compactMap { record in
      if case .cost(let cost) = record.content { (record, cost) } else { nil }
    }
  }

  private func hours() -> [FormulaPart] {
    guard let hourlyCost else { return [] }
    var seconds: Int64? = 0
    var terms: [FormulaTerm] = []
    for record in assessment.records[.hours] ?? [] {
      guard case .hours(let entry) = record.content else { continue }
      var line = term(record, .none, "duration", idle: nil)
      switch entry.seconds {
      case .value(let worked):
        line.standing = .counted
        line.seconds = worked
        let sum = seconds?.addingReportingOverflow(worked)
        seconds = sum?.overflow == false ? sum?.partialValue : nil
      case .none: line.standing = .missing(record.lacking("duration").message)
      case .notAsked: line.standing = .missing("its duration is not read")
      case .unavailable(let error): line.standing = .missing(error.message)
      }
      terms.append(line)
    }
    guard !terms.isEmpty else { return [] }
    let note = "all hours together at \(hourlyCost) an hour, rounded once"
    let isCounted = terms.contains { $0.standing == .counted }
    let total = seconds.flatMap { Self.cost(of: $0, at: hourlyCost) }
    return [
      FormulaPart(
        title: "hours", isSubtracted: false, terms: terms,
        totals: isCounted ? total.map { [$0] } : [], note: note)
    ]
  }

  private static func cost(of seconds: Int64, at rate: Money) -> Money? {
    let worked = ExactDecimal(coefficient: Int128(seconds), scale: 0)
    let cost = try? rate.amount.multiplied(by: worked)
      .divided(by: 3_600, places: rate.currency.minorUnit)
    return cost.map { Money($0, rate.currency) }
  }

  private func dealValue() -> [FormulaPart] {
    guard let reading = assessment.fields[.value], let provenance = reading.provenance,
      !provenance.record.isEmpty
    else { return [] }
    let reference = RecordReference(
      system: provenance.system, kind: .deals, id: provenance.record)
    var line = FormulaTerm(
      record: reference, number: assessment.id.text, kind: "deal", standing: .counted,
      fetchedAt: provenance.fetchedAt, modifiedAt: provenance.changedAt, url: provenance.url)
    if case .value(.money(let money)) = reading.answer {
      line.amount = money
    } else {
      line.standing = .missing(reading.answer.error?.message ?? "the deal has no value")
    }
    return [part("deal value", [line])]
  }

  // MARK: Terms

  private func part(_ title: String, _ terms: [FormulaTerm]) -> FormulaPart {
    FormulaPart(
      title: title, isSubtracted: false, terms: terms, totals: Self.totals(terms), note: nil)
  }

  private func term(
    _ record: Record, _ amount: Answer<Money>, _ words: String, idle: String?
  ) -> FormulaTerm {
    let standing: FormulaTerm.Standing =
      if let idle {
        .notCounted(idle)
      } else {
        switch amount {
        case .value: .counted
        case .none: .missing(record.lacking(words).message)
        case .notAsked: .missing("its \(words) is not read")
        case .unavailable(let error): .missing(error.message)
        }
      }
    let source = assessment.sources[record.reference.system]
    return FormulaTerm(
      record: record.reference, number: record.number, kind: record.kindTitle,
      amount: amount.value, standing: standing,
      fetchedAt: source?.fetchedAt[record.reference.kind] ?? nil, modifiedAt: record.changedAt,
      url: record.url)
  }

  /// The sums of what counts, by currency; `nil` when one does not fit.
  private static func totals(_ terms: [FormulaTerm]) -> [Money]? {
    var sums: [Currency: ExactDecimal] = [:]
    for term in terms where term.standing == .counted {
      guard let amount = term.amount else { continue }
      guard let sum = try? (sums[amount.currency] ?? .zero).adding(amount.amount) else {
        return nil
      }
      sums[amount.currency] = sum
    }
    return sums.map { Money($0.value, $0.key) }.sorted { $0.currency < $1.currency }
  }
}

extension DocumentStatus {
  /// Why a document in this state counts for nothing; `nil` when it counts.
  fileprivate var idleReason: String? {
    switch self {
    case .draft: "a draft counts for nothing"
    case .voided: "it is voided"
    case .open, .paid: nil
    }
  }
}

extension Record {
  /// What kind of record it is, in a word or two.
  var kindTitle: String {
    switch content {
    case .deal: "deal"
    case .invoice: "invoice"
    case .creditNote: "credit note"
    case .cost(let cost):
      switch cost.kind {
      case .purchaseOrder: "order"
      case .bill: "bill"
      case .vendorCredit: "vendor credit"
      case .expense: "expense"
      }
    case .milestone: "milestone"
    case .hours: "hours"
    case .ticket: "ticket"
    }
  }
}
