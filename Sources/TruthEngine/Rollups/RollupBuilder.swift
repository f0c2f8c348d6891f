import DealModel

/// Computes the figures of one deal from the sections of their owners.
struct RollupBuilder {
  let invoices: OwnedSection
  let costs: OwnedSection
  let hours: OwnedSection
  /// The deal's value as its owner holds it, and the record it stands in.
  let value: Answer<FieldValue>
  let valueSystem: SystemName?
  let valueRecord: Record?
  let valueFetchedAt: Timestamp?
  let hourlyCost: Money?
  let today: CalendarDate

  func build() -> Rollup {
    let invoiced = invoiced()
    let actual = actualCost()
    let committed = committedCost(actual: actual)
    var margin = FigureBuilder(.invoices)
    margin.add(invoiced)
    margin.add(committed, negated: true)
    // Cost alone would look like a loss.
    if invoices.records == nil { margin.forgetAmounts() }
    return Rollup(
      invoiced: invoiced, paid: paid(), outstanding: outstanding(), overdue: overdue(),
      committedCost: committed, actualCost: actual, margin: margin.build(),
      forecastMargin: forecastMargin(committed: committed),
      marginPercent: Self.marginPercent(invoiced: invoiced, margin: margin.build()),
      workedSeconds: workedSeconds())
  }

  // MARK: What the customer owes and paid

  private func invoiced() -> Figure {
    var figure = FigureBuilder(.invoices)
    for record in figure.read(invoices) {
      switch record.content {
      case .invoice(let invoice) where invoice.status.counts:
        figure.add(invoice.net, of: record, words: "net amount")
      case .creditNote(let note) where note.status.counts:
        figure.add(note.net, of: record, negated: true, words: "net amount")
      default: continue
      }
    }
    return figure.build()
  }

  private func paid() -> Figure {
    sumOfInvoices { figure, record, invoice in
      figure.add(invoice.paid, of: record, words: "paid amount")
    }
  }

  private func outstanding() -> Figure {
    sumOfInvoices { figure, record, invoice in
      figure.add(invoice.outstanding, of: record, words: "outstanding amount")
    }
  }

  private func overdue() -> Figure {
    sumOfInvoices { figure, record, invoice in
      // A settled invoice is not overdue, whatever its due day.
      if let outstanding = invoice.outstanding.value, outstanding.amount.isZero { return }
      switch invoice.due {
      case .value(let due):
        if due < today {
          figure.add(invoice.outstanding, of: record, words: "outstanding amount")
        }
      case .none: return
      case .notAsked: figure.note(missing: .notAsked, in: record)
      case .unavailable(let error): figure.note(missing: .unavailable(error), in: record)
      }
    }
  }

  private func sumOfInvoices(
    _ add: (inout FigureBuilder, Record, Invoice) -> Void
  ) -> Figure {
    var figure = FigureBuilder(.invoices)
    for record in figure.read(invoices) {
      guard case .invoice(let invoice) = record.content, invoice.status.counts else { continue }
      add(&figure, record, invoice)
    }
    return figure.build()
  }

  // MARK: What the deal costs

  private func actualCost() -> Figure {
    var figure = FigureBuilder(.costs)
    for record in figure.read(costs) {
      guard case .cost(let cost) = record.content, cost.status.counts else { continue }
      switch cost.kind {
      case .bill, .expense: figure.add(cost.net, of: record, words: "net amount")
      case .vendorCredit: figure.add(cost.net, of: record, negated: true, words: "net amount")
      case .purchaseOrder: continue
      }
    }
    addHours(to: &figure)
    return figure.build()
  }

  /// Actual cost and what is ordered beyond it. A billed order is in the bills already, so only its
  /// open part is added.
  private func committedCost(actual: Figure) -> Figure {
    var figure = FigureBuilder(.costs)
    for record in figure.read(costs) {
      guard case .cost(let cost) = record.content, cost.status.counts,
        cost.kind == .purchaseOrder
      else { continue }
      figure.add(cost.open, of: record, words: "open amount")
    }
    figure.add(actual)
    return figure.build()
  }

  private func addHours(to figure: inout FigureBuilder) {
    guard let hourlyCost else { return }
    var seconds: Int64 = 0
    var counted: [RecordReference] = []
    for record in figure.read(hours) {
      guard case .hours(let entry) = record.content else { continue }
      switch entry.seconds {
      case .value(let worked):
        let (sum, overflow) = seconds.addingReportingOverflow(worked)
        guard !overflow else {
          return figure.note(MissingInput(system: nil, kind: .hours, reason: .overflow))
        }
        seconds = sum
        counted.append(record.reference)
      case .none: figure.note(missing: .unavailable(record.lacking("duration")), in: record)
      case .notAsked: figure.note(missing: .notAsked, in: record)
      case .unavailable(let error): figure.note(missing: .unavailable(error), in: record)
      }
    }
    guard !counted.isEmpty else { return }
    do throws(ArithmeticOverflow) {
      // Rounded once, over all hours: rounding each entry would drift with their number.
      let worked = ExactDecimal(coefficient: Int128(seconds), scale: 0)
      let cost = try hourlyCost.amount.multiplied(by: worked)
        .divided(by: 3_600, places: hourlyCost.currency.minorUnit)
      figure.add(Money(cost, hourlyCost.currency))
      figure.note(counted)
    } catch {
      figure.note(MissingInput(system: nil, kind: .hours, reason: .overflow))
    }
  }

  private func workedSeconds() -> Int64? {
    guard let records = hours.records else { return nil }
    var seconds: Int64 = 0
    for record in records {
      guard case .hours(let entry) = record.content, let worked = entry.seconds.value else {
        continue
      }
      let (sum, overflow) = seconds.addingReportingOverflow(worked)
      guard !overflow else { return nil }
      seconds = sum
    }
    return seconds
  }

  // MARK: Margins

  private func forecastMargin(committed: Figure) -> Figure {
    var figure = FigureBuilder(.deals)
    switch value {
    case .value(.money(let money)):
      figure.add(money)
      if let valueRecord { figure.note([valueRecord.reference]) }
      if let valueFetchedAt { figure.note(valueFetchedAt) }
    case .value, .none:
      let system = valueSystem ?? valueRecord?.reference.system
      let reason: MissingInput.Reason =
        if let system {
          .unavailable(
            SystemError(
              .malformed, system: system,
              message: "The deal has no value in \(system); enter it there."))
        } else {
          .noOwner
        }
      note(missing: reason, in: &figure)
    case .notAsked: note(missing: .notAsked, in: &figure)
    case .unavailable(let error): note(missing: .unavailable(error), in: &figure)
    }
    figure.add(committed, negated: true)
    guard case .value(.money) = value else {
      // A deal without a value has no forecast; cost alone would look like a loss.
      figure.forgetAmounts()
      return figure.build()
    }
    return figure.build()
  }

  private func note(missing reason: MissingInput.Reason, in figure: inout FigureBuilder) {
    figure.note(
      MissingInput(
        system: valueSystem, kind: .deals, record: valueRecord?.reference, reason: reason))
  }

  private static func marginPercent(invoiced: Figure, margin: Figure) -> ExactDecimal? {
    guard invoiced.isComplete, margin.isComplete, margin.amounts.count == 1,
      let earned = invoiced.amounts.first, earned.amount > .zero,
      let kept = margin.amounts.first, kept.currency == earned.currency
    else { return nil }
    return try? kept.amount.multiplied(by: 100).divided(by: earned.amount, places: 2)
  }
}

extension DocumentStatus {
  /// Whether a document in this state counts: drafts are not yet true, voided ones no longer.
  var counts: Bool {
    switch self {
    case .open, .paid: true
    case .draft, .voided: false
    }
  }
}
