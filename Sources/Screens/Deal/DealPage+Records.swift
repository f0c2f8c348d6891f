internal import DealModel
internal import TruthEngine

extension DealPage {
  /// Whether there is room for a second date.
  private var isRoomy: Bool { width >= 72 }
  /// Whether there is room for names of people beside the rest.
  private var isWide: Bool { width >= 78 }
  /// An amount with its currency in a column.
  private var moneyWidth: Int { isWide ? 18 : 16 }

  /// Invoices and credit notes, newest first.
  mutating func addInvoices() {
    let records = deal.records[.invoices] ?? []
    addHeading("Invoices", [.invoices], count: records.isEmpty ? nil : records.count)
    if records.isEmpty { return addAbsence(.invoices) }
    var titles = line("  ")
    titles.add("number", width: 12, .left, Style(.muted))
    titles.add("issued", width: 11, .left, Style(.muted))
    if isRoomy { titles.add("due", width: 11, .left, Style(.muted)) }
    titles.add("net", width: moneyWidth, .right, Style(.muted))
    titles.add("  state", Style(.muted))
    page.add(titles)
    for record in records {
      switch record.content {
      case .invoice(let invoice): addInvoice(record, invoice)
      case .creditNote(let note): addCreditNote(record, note)
      default: continue
      }
    }
  }

  private mutating func addInvoice(_ record: Record, _ invoice: Invoice) {
    var row = start(record, issued: invoice.issued)
    if isRoomy { add(state.words(invoice.due), width: 11, to: &row) }
    let muted = invoice.status == .voided || invoice.status == .draft
    add(state.words(invoice.net, width: moneyWidth), width: moneyWidth, .right, muted, to: &row)
    row.add("  ")
    let owed = invoice.status == .open ? invoice.outstanding.value : nil
    let isOwed = owed?.amount.isZero == false
    if isOwed, let due = invoice.due.value, due < state.today {
      // What is overdue is open: the days are worth more than the word.
      row.add("\(glyphs.late) overdue \(due.days(until: state.today))d", Style(.warning))
    } else {
      row.add(invoice.status.word, Style(invoice.status.ink))
    }
    if isRoomy, isOwed, let owed, owed != invoice.gross.value {
      row.add(" owes \(AmountText.bare(owed))", Style(.muted))
    }
    finish(row, record)
  }

  private mutating func addCreditNote(_ record: Record, _ note: CreditNote) {
    var row = start(record, issued: note.issued)
    if isRoomy { row.add("", width: 11) }
    let muted = note.status == .voided || note.status == .draft
    add(
      state.words(note.net.map { -$0 }, width: moneyWidth), width: moneyWidth, .right, muted,
      to: &row)
    let word = note.status == .paid ? "applied" : note.status.word
    row.add("  credit note, \(word)", Style(note.status.ink))
    finish(row, record)
  }

  /// Orders, bills, vendor credits and expenses, newest first.
  mutating func addCosts() {
    let records = deal.records[.costs] ?? []
    addHeading("Costs", [.costs], count: records.isEmpty ? nil : records.count)
    if records.isEmpty { return addAbsence(.costs) }
    var titles = line("  ")
    titles.add("number", width: 12, .left, Style(.muted))
    if isRoomy { titles.add("date", width: 11, .left, Style(.muted)) }
    titles.add("kind", width: 8, .left, Style(.muted))
    titles.add("net", width: moneyWidth, .right, Style(.muted))
    titles.add("  vendor", Style(.muted))
    page.add(titles)
    for record in records {
      guard case .cost(let cost) = record.content else { continue }
      var row = start(record, issued: isRoomy ? cost.date : nil)
      row.add(cost.kind.word, width: 8)
      let muted = cost.status == .voided || cost.status == .draft
      let net = cost.kind == .vendorCredit ? cost.net.map { -$0 } : cost.net
      add(state.words(net, width: moneyWidth), width: moneyWidth, .right, muted, to: &row)
      row.add("  ")
      if muted { row.add(cost.status.word + " ", Style(.muted)) }
      if cost.kind == .purchaseOrder, !muted {
        let open = state.words(cost.open) { AmountText.bare($0) + " open" }
        let isBilled = cost.open.value?.amount.isZero == true
        row.add(isBilled ? "billed" : open.text, isBilled ? Style(.muted) : open.style)
        row.add("  ")
      }
      let party = state.words(cost.party) { $0 }
      row.add(party.text, party.style)
      finish(row, record)
    }
  }

  /// Milestones by due day.
  mutating func addMilestones() {
    let records = deal.records[.milestones] ?? []
    addHeading("Milestones", [.milestones], count: records.isEmpty ? nil : records.count)
    if records.isEmpty { return addAbsence(.milestones) }
    for record in records {
      guard case .milestone(let milestone) = record.content else { continue }
      var row = line("  ")
      row.add(record.number, width: 10, .left, Style(.accent))
      row.add(" ")
      add(state.words(milestone.due), width: 11, to: &row)
      let nameWidth = max(12, width - 24 - (isWide ? 34 : 24))
      row.add(milestone.name, width: nameWidth)
      row.add(" ")
      let isLate = milestone.isLate(on: state.today)
      let status = milestone.isDone ? Style(.good) : isLate ? Style(.warning) : .plain
      row.add(milestone.status, status)
      if isLate, let due = milestone.due.value {
        row.add(" \(glyphs.late) late \(due.days(until: state.today))d", Style(.warning))
      }
      if isWide, let person = milestone.person.value { row.add("  " + person, Style(.muted)) }
      finish(row, record)
    }
  }

  /// Hours: the sum, then the entries, newest first.
  mutating func addHours() {
    let records = deal.records[.hours] ?? []
    addHeading("Hours", [.hours], count: records.isEmpty ? nil : records.count)
    if records.isEmpty { return addAbsence(.hours) }
    if let seconds = deal.rollup.workedSeconds {
      var row = line("  ")
      row.add("worked", width: 16, .left, Style(.muted))
      row.add(" " + TimeText.worked(seconds: seconds))
      page.add(row, key: .field(.hours), copy: TimeText.worked(seconds: seconds))
    }
    for record in records {
      guard case .hours(let entry) = record.content else { continue }
      var row = line("  ")
      add(state.words(entry.date), width: 11, to: &row)
      add(state.words(entry.seconds, TimeText.worked), width: 9, .right, to: &row)
      row.add("  ")
      add(state.words(entry.person) { $0 }, width: 20, to: &row)
      row.add(" " + entry.subject, Style(.muted))
      finish(row, record)
    }
  }

  /// Tickets: how they stand, then each, newest first; a company without a desk has no such section.
  mutating func addTickets() {
    guard state.model.ownership.owner(of: .tickets) != nil else { return }
    let records = deal.records[.tickets] ?? []
    addHeading("Tickets", [.tickets], count: records.isEmpty ? nil : records.count)
    if records.isEmpty { return addAbsence(.tickets) }
    let summary = TicketSummary(records)
    addFact("open", summary.openWords(in: state.zone))
    if let latest = summary.latestWords(in: state.zone), summary.count > 1 {
      addFact("changed last", latest)
    }
    for record in records {
      guard case .ticket(let ticket) = record.content else { continue }
      let ink = ticket.isOpen ? Style.plain : Style(.muted)
      var row = line("  ")
      row.add(record.number, width: 11, .left, Style(.accent))
      row.add(" ")
      let made = record.createdAt.map { state.zone.date(of: $0).description }
      if isWide { row.add(made ?? "", width: 11, .left, Style(.muted)) }
      row.add(ticket.status, width: 13, .left, ink)
      row.add(" ")
      add(state.words(ticket.priority) { $0 }, width: 8, to: &row)
      row.add(ticket.subject, ink)
      if isWide, let person = ticket.person.value { row.add("  " + person, Style(.muted)) }
      finish(row, record)
    }
  }

  /// A line about the records below it.
  private mutating func addFact(_ label: String, _ words: String) {
    var row = line("  ")
    row.add(label, width: 16, .left, Style(.muted))
    row.add(" " + words)
    row.clip(to: width)
    page.add(row, key: nil)
  }

  /// Disagreements, by money at stake.
  mutating func addConflicts() {
    if deal.conflicts.isEmpty { return }
    page.add(line())
    page.add(line("CONFLICTS \(deal.conflicts.count)", Style(.heading, bold: true)))
    for conflict in deal.conflicts {
      var row = line("  \(glyphs.conflict) ", Style(.bad))
      row.add(conflict.field.known?.title ?? conflict.field.text, Style(bold: true))
      row.add("  \(conflict.owner.system.text) ", Style(.accent))
      row.add(conflict.owner.value.map(state.words) ?? "nothing")
      row.add("  \(conflict.echo.system.text) ", Style(.accent))
      row.add(conflict.echo.value.map(state.words) ?? "nothing", Style(.bad))
      row.clip(to: width)
      page.add(row, key: conflict.key, copy: state.sentence(conflict))
      addSentence(
        "\(conflict.cause.kind.words): "
          + conflict.cause.detail.text(
            instant: { TimeText.clock($0, in: state.zone, at: state.now) }, value: state.words),
        Style(conflict.cause.kind.ink), indent: 4)
      let stake = conflict.atStake.map { "at stake \(AmountText.full($0)); " } ?? ""
      addSentence("\(stake)ask \(conflict.ask)", Style(.muted), indent: 4)
    }
  }

  /// Broken links.
  mutating func addLinkFaults() {
    if deal.linkFaults.isEmpty { return }
    page.add(line())
    page.add(line("LINKS \(deal.linkFaults.count)", Style(.heading, bold: true)))
    for fault in deal.linkFaults {
      addSentence(
        "\(glyphs.brokenLink) \(fault.kind.title) in \(fault.system.text): \(fault.sentence)",
        Style(.warning))
      if let words = state.flowSentence(fault) { addSentence(words, Style(.warning), indent: 4) }
    }
  }

  // MARK: Rows

  private func start(_ record: Record, issued: Answer<CalendarDate>?) -> Line {
    var row = line("  ")
    row.add(record.number, width: 11, .left, Style(.accent))
    row.add(" ")
    if let issued { add(state.words(issued), width: 11, to: &row) }
    return row
  }

  private func add(
    _ words: Words, width: Int, _ side: Side = .left, _ isMuted: Bool = false, to row: inout Line
  ) {
    row.add(
      words.text, width: side == .left ? width - 1 : width, side,
      isMuted ? Style(.muted) : words.style)
    if side == .left { row.add(" ") }
  }

  private mutating func finish(_ row: Line, _ record: Record) {
    var row = row
    row.clip(to: width)
    page.add(row, key: .record(record.reference), url: record.url, copy: record.number)
  }
}

extension State {
  /// A conflict in a sentence.
  func sentence(_ conflict: Conflict) -> String {
    let title = conflict.field.known?.title ?? conflict.field.text
    let owner = conflict.owner.value.map(words) ?? "nothing"
    let echo = conflict.echo.value.map(words) ?? "nothing"
    return "\(conflict.deal.text) \(title): \(conflict.owner.system.text) says \(owner), "
      + "\(conflict.echo.system.text) (\(conflict.echoProperty)) says \(echo)"
  }
}
