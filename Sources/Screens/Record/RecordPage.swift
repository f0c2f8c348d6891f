internal import DealModel
internal import TruthEngine

/// One record with its lines, payments and notes.
struct RecordPage {
  let state: State
  let width: Int
  var page = Page()

  /// A record as lines.
  static func page(
    of reference: RecordReference, deal: DealID, in state: State, width: Int
  ) -> Page {
    var builder = RecordPage(state: state, width: width)
    let progress = state.details[reference]
    let known = state.assessment(of: deal).records.values.lazy.joined()
      .first { $0.reference == reference }
    builder.addTitle(progress?.detail?.record ?? known, reference, progress)
    builder.addBody(progress?.detail?.record ?? known)
    builder.addDetail(progress)
    return builder.page
  }

  var glyphs: Glyphs { state.glyphs }
  func line(_ text: String = "", _ style: Style = .plain) -> Line { Line(glyphs, text, style) }

  private mutating func addTitle(
    _ record: Record?, _ reference: RecordReference, _ progress: State.RecordProgress?
  ) {
    var title = line(record?.number ?? reference.id, Style(.accent, bold: true))
    if let record { title.add("  " + record.kindWord, Style(bold: true)) }
    var right = line(reference.system.text, Style(.accent))
    switch progress {
    case .asking(let detail):
      if let detail { addFreshness(of: detail, reference, to: &right) }
      right.add(glyphs.dot + "asking…", Style(.muted))
    case .read(let detail): addFreshness(of: detail, reference, to: &right)
    case .failed(_, let detail):
      if let detail {
        addFreshness(of: detail, reference, to: &right)
      } else {
        let words = state.words(Freshness.unavailable)
        right.add(glyphs.dot, Style(.muted))
        right.add(words.text, words.style)
      }
    case nil: right.add(glyphs.dot + "not asked", Style(.muted))
    }
    title.add(" ")
    title.pad(to: width - right.width - 1, glyphs.rule, Style(.muted))
    title.add(" ")
    title.add(right)
    title.clip(to: width)
    page.add(title)
    if case .failed(let error, let detail) = progress {
      let start = detail == nil ? "Could not be read: " : "Last reading; could not be read again: "
      addSentence(start + error.message, Style(detail == nil ? .bad : .warning))
    }
  }

  private func addFreshness(
    of detail: RecordDetail, _ reference: RecordReference, to line: inout Line
  ) {
    let words = state.words(state.freshness(of: detail.fetchedAt, from: reference.system))
    line.add(glyphs.dot, Style(.muted))
    line.add(words.text, words.style)
    line.add(glyphs.dot, Style(.muted))
    line.add(TimeText.age(of: detail.fetchedAt, at: state.now))
  }

  private mutating func addBody(_ record: Record?) {
    guard let record else { return }
    page.add(line())
    switch record.content {
    case .invoice(let invoice): addInvoice(invoice)
    case .creditNote(let note):
      add("state", Words(note.status.word, note.status.ink))
      add("issued", state.words(note.issued))
      add("net", state.words(note.net))
      add("with tax", state.words(note.gross))
      add("not yet applied", state.words(note.unapplied))
    case .cost(let cost):
      add("kind", Words(cost.kind.word))
      add("state", Words(cost.status.word, cost.status.ink))
      add("vendor", state.words(cost.party) { $0 })
      add("date", state.words(cost.date))
      add("net", state.words(cost.net))
      if cost.kind == .purchaseOrder { add("not yet billed", state.words(cost.open)) }
    case .milestone(let milestone): addMilestone(milestone)
    case .hours(let entry):
      add("person", state.words(entry.person) { $0 })
      add("date", state.words(entry.date))
      add("worked", state.words(entry.seconds, TimeText.worked))
      add("on", Words(entry.subject))
    case .ticket(let ticket):
      add("subject", Words(ticket.subject))
      add("state", Words(ticket.status))
      add("priority", state.words(ticket.priority) { $0 })
      add("person", state.words(ticket.person) { $0 })
    case .deal: break
    }
    add("record", Words("\(record.reference.system.text) \(record.reference.id)", .muted))
    if let fetched = fetchedAt(record) {
      add("read", Words(TimeText.clock(fetched, in: state.zone, at: state.now)))
    }
    if let modified = record.modifiedAt {
      var text = TimeText.changed(
        modified, skew: record.clockSkew, in: state.zone, at: state.now)
      if let person = record.modifiedBy { text += " by \(person)" }
      add("changed there", Words(text))
    }
    if let url = record.url { add("open with o", Words(url, .muted), url: url) }
  }

  /// When the record was read: by itself, or with its deal.
  private func fetchedAt(_ record: Record) -> Timestamp? {
    let reference = record.reference
    if let detail = state.details[reference]?.detail { return detail.fetchedAt }
    let key = SectionKey(system: reference.system, kind: reference.kind)
    return state.dossiers[record.dealID]?.sections[key]?.fetchedAt
  }

  private mutating func addInvoice(_ invoice: Invoice) {
    add("state", Words(invoice.status.word, invoice.status.ink))
    add("issued", state.words(invoice.issued))
    var due = state.words(invoice.due)
    if let day = invoice.due.value, invoice.status == .open, day < state.today {
      due = Words("\(day)  \(glyphs.late) overdue \(day.days(until: state.today))d", .warning)
    }
    add("due", due)
    add("net", state.words(invoice.net))
    add("with tax", state.words(invoice.gross))
    add("paid", state.words(invoice.paid))
    add("outstanding", state.words(invoice.outstanding))
  }

  private mutating func addMilestone(_ milestone: Milestone) {
    add("name", Words(milestone.name))
    add("state", Words(milestone.status, milestone.isDone ? .good : .plain))
    var due = state.words(milestone.due)
    if let day = milestone.due.value {
      let distance = TimeText.distance(day, from: state.today)
      due =
        milestone.isLate(on: state.today)
        ? Words("\(day)  \(glyphs.late) late, due \(distance)", .warning)
        : Words("\(day)  \(milestone.isDone ? "" : distance)")
    }
    add("due", due)
    add("began", state.words(milestone.start))
    add("person", state.words(milestone.person) { $0 })
  }

  private mutating func add(_ label: String, _ words: Words, url: String? = nil) {
    var row = line("  ")
    row.add(label, width: 16, .left, Style(.muted))
    row.add(" ")
    row.add(words.text, words.style)
    row.clip(to: width)
    page.add(row, key: .row(page.lines.count), url: url, copy: words.text)
  }

  private mutating func addSentence(_ text: String, _ style: Style) {
    for words in Paragraph.lines(text, width: width - 2, writer: glyphs.writer) {
      page.add(line("  " + words, style))
    }
  }

  private mutating func addHeading(_ title: String, count: Int) {
    page.add(line())
    var heading = line(title.uppercased(), Style(.heading, bold: true))
    heading.add(" \(count) ", Style(.muted))
    heading.pad(to: width, glyphs.rule, Style(.muted))
    page.add(heading)
  }

  private mutating func addDetail(_ progress: State.RecordProgress?) {
    guard let detail = progress?.detail else {
      if case .asking = progress {
        page.add(line())
        page.add(line("  asking for lines and payments…", Style(.muted)))
      }
      return
    }
    switch detail.record.content {
    case .invoice, .creditNote, .cost:
      addLines(detail)
      addApplications(detail)
    default: break
    }
    if detail.notes.isEmpty { return }
    page.add(line())
    for note in detail.notes {
      let lines = Paragraph.lines(note.text, width: max(1, width - 19), writer: glyphs.writer)
      for (index, words) in lines.enumerated() {
        add(index == 0 ? note.label : "", Words(words))
      }
    }
  }

  private mutating func addLines(_ detail: RecordDetail) {
    addHeading("Lines", count: detail.lines.count)
    if detail.lines.isEmpty { return page.add(line("  answered: none", Style(.muted))) }
    let textWidth = max(10, width - 2 - 1 - 12 - 1 - 18 - 12)
    let isOrder = detail.lines.contains { $0.billed.value != nil }
    for entry in detail.lines {
      var row = line("  ")
      row.add(entry.text, width: textWidth)
      row.add(" ")
      let quantity = state.words(entry.quantity) { AmountText.grouped($0.description) + " ×" }
      row.add(
        entry.quantity == .none ? "" : quantity.text, width: 11, .right, Style(.muted))
      row.add(" ")
      let net = state.words(entry.net, width: 18)
      row.add(net.text, width: 18, .right, net.style)
      if isOrder {
        let billed = state.words(entry.billed) { "\($0) billed" }
        row.add("  " + billed.text, Style(.muted))
      }
      row.clip(to: width)
      page.add(row, key: .row(page.lines.count), copy: entry.text)
    }
  }

  private mutating func addApplications(_ detail: RecordDetail) {
    let title: String
    if case .cost = detail.record.content {
      title = "Bills"
    } else {
      title = "Payments and credit notes"
    }
    addHeading(title, count: detail.applications.count)
    if detail.applications.isEmpty { return page.add(line("  answered: none", Style(.muted))) }
    for entry in detail.applications {
      var row = line("  ")
      row.add(entry.kind.word, width: 12, .left, Style(.muted))
      row.add(entry.number, width: 14, .left, Style(.accent))
      row.add(" ")
      row.add(state.words(entry.date).text, width: 11)
      let amount = state.words(entry.amount, width: 18)
      row.add(amount.text, width: 18, .right, amount.style)
      row.clip(to: width)
      page.add(row, key: .row(page.lines.count), copy: entry.number)
    }
  }
}

extension Record {
  /// What kind of record it is, in a word or two.
  var kindWord: String {
    switch content {
    case .deal: "deal"
    case .invoice: "invoice"
    case .creditNote: "credit note"
    case .cost(let cost): cost.kind == .purchaseOrder ? "purchase order" : cost.kind.word
    case .milestone: "milestone"
    case .hours: "hours"
    case .ticket: "ticket"
    }
  }
}

extension Application.Kind {
  /// The word on screen.
  var word: String {
    switch self {
    case .payment: "payment"
    case .creditNote: "credit note"
    case .bill: "bill"
    }
  }
}
