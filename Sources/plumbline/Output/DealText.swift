import DealModel
import TruthEngine

/// One deal as plain text: the detail pane for a pipe.
struct DealText {
  let session: Session
  let assessment: Assessment
  /// How the flows do that carry what is broken.
  let forms: JSONForms

  var text: String {
    var lines = ["\(assessment.id)  \(assessment.words(.name))"]
    lines += heading("COMMERCIAL", .deals)
    for field in FieldName.catalog where field.domain == .commercial && field.name != .name {
      guard let reading = assessment.fields[field.name] else { continue }
      lines.append(pair(field.title, reading.words))
    }
    lines += heading("MONEY", .invoices)
    let rollup = assessment.rollup
    lines += [
      pair("invoiced", rollup.invoiced.words), pair("paid", rollup.paid.words),
      pair("outstanding", rollup.outstanding.words), pair("overdue", rollup.overdue.words),
      pair("committed cost", rollup.committedCost.words),
      pair("actual cost", rollup.actualCost.words),
      pair("margin", "\(rollup.margin.words) = invoiced − committed cost"),
      pair(
        "margin %",
        rollup.marginPercent.map { $0.formatted(minimumPlaces: 2) + " % of invoiced" }
          ?? (rollup.margin.isComplete ? "undefined" : "?")),
    ]
    for kind in RecordKind.allCases where kind != .deals {
      guard assessment.owners[kind] != nil else { continue }
      lines += heading(kind.rawValue.uppercased(), kind)
      let records = assessment.records[kind] ?? []
      if kind == .tickets, !records.isEmpty { lines += tickets(TicketSummary(records)) }
      lines += records.map { "  " + line($0) }
      if records.isEmpty, assessment.records[kind] != nil { lines.append("  none") }
    }
    if !assessment.conflicts.isEmpty {
      lines += ["", "CONFLICTS"]
      for conflict in assessment.conflicts {
        lines.append("  \(ConflictText.sentence(conflict))")
      }
    }
    if !assessment.linkFaults.isEmpty { lines += ["", "LINKS"] }
    lines += assessment.linkFaults.map { "  \($0.kind.title): \(forms.sentence(of: $0))" }
    let reasons = reasons
    if !reasons.isEmpty { lines += ["", "NOT KNOWN"] }
    lines += reasons.map { "  \($0)" }
    return lines.map { VisibleText($0).text + "\n" }.joined()
  }

  /// Why something is unavailable or incomplete, each reason once.
  private var reasons: [String] {
    let fields = FieldName.catalog.compactMap { assessment.fields[$0.name]?.answer.error }
    var seen: Set<String> = []
    return (fields + assessment.unreadable).map(\.message).filter { seen.insert($0).inserted }
  }

  private func heading(_ title: String, _ kind: RecordKind) -> [String] {
    guard let owner = assessment.owners[kind] ?? deciding(kind) else { return ["", title] }
    let source = assessment.sources[owner]
    let fetched = source?.fetchedAt[kind] ?? nil
    let limits = session.company.system(owner)?.limits
    let freshness = limits?.freshness(of: fetched, at: session.time.now()) ?? .unavailable
    let failure = source?.failures[kind].map { " — \($0.error.message)" } ?? ""
    return ["", "\(title)  \(owner) · \(freshness.rawValue)\(failure)"]
  }

  private func deciding(_ kind: RecordKind) -> SystemName? {
    kind == .deals ? session.company.sharedID.origin : nil
  }

  private func pair(_ label: String, _ value: String) -> String {
    "  " + label + String(repeating: " ", count: max(1, 16 - label.count)) + value
  }

  private func tickets(_ summary: TicketSummary) -> [String] {
    let latest = summary.latestWords(in: session.zone).map { [pair("changed last", $0)] } ?? []
    return [pair("open", summary.openWords(in: session.zone))] + (summary.count > 1 ? latest : [])
  }

  private func line(_ record: Record) -> String {
    func money(_ answer: Answer<Money>) -> String { answer.words(\.description) }
    func date(_ answer: Answer<CalendarDate>) -> String { answer.words(\.description) }
    switch record.content {
    case .invoice(let invoice):
      return "\(record.number)  \(invoice.status.rawValue)  net \(money(invoice.net))  due "
        + "\(date(invoice.due))  outstanding \(money(invoice.outstanding))"
    case .creditNote(let note):
      return "\(record.number)  credit note  \(note.status.rawValue)  net \(money(note.net))"
    case .cost(let cost):
      let open = cost.kind == .purchaseOrder ? "  open \(money(cost.open))" : ""
      let kind = cost.kind.rawValue.replacing("_", with: " ")
      return "\(record.number)  \(kind)  \(cost.status.rawValue)  net "
        + "\(money(cost.net))\(open)  \(cost.party.words(\.self))"
    case .milestone(let milestone):
      let late = milestone.isLate(on: session.today) ? "  LATE" : ""
      return "\(record.number)  \(milestone.name)  due \(date(milestone.due))  "
        + "\(milestone.status)\(late)"
    case .hours(let hours):
      let time = hours.seconds.words { "\($0 / 3_600) h \($0 / 60 % 60) min" }
      return "\(date(hours.date))  \(time)  \(hours.person.words(\.self))  \(hours.subject)"
    case .ticket(let ticket):
      let priority = ticket.priority.value.map { "  \($0)" } ?? ""
      return "\(record.number)  \(ticket.status)\(priority)  \(ticket.subject)"
    case .deal: return record.number
    }
  }
}

/// A conflict as a sentence.
enum ConflictText {
  static func sentence(_ conflict: Conflict) -> String {
    func value(_ side: Conflict.Side) -> String { side.value?.description ?? "nothing" }
    let stake = conflict.atStake.map { " (\($0) at stake)" } ?? ""
    return "\(conflict.field): \(conflict.owner.system) says \(value(conflict.owner)), "
      + "\(conflict.echo.system).\(conflict.echoProperty) says \(value(conflict.echo))\(stake). "
      + "\(conflict.cause.kind.words): \(conflict.cause.detail.sentence) Ask \(conflict.ask)."
  }
}
