import DealModel
import TruthEngine

extension JSONForms {
  /// Everything about one deal: the form of `deal --json`.
  func deal(_ assessment: Assessment) -> JSONValue {
    let currency = dealCurrency(assessment)
    return [
      "id": .string(assessment.id.text),
      "fields": fields(assessment),
      "rollup": rollup(assessment.rollup, currency: currency),
      "invoices": records(.invoices, of: assessment), "costs": records(.costs, of: assessment),
      "milestones": records(.milestones, of: assessment), "hours": records(.hours, of: assessment),
      "tickets": records(.tickets, of: assessment),
      "conflicts": .array(assessment.conflicts.map(conflict)),
      "links": .array(assessment.linkFaults.map(linkFault)),
      "unreadable": .array(assessment.unreadable.map(error)),
      "sources": sources(assessment),
    ]
  }

  /// One deal in a list: the form of a row of `deals --json`.
  func row(_ assessment: Assessment, flags: [String]) -> JSONValue {
    [
      "id": .string(assessment.id.text), "fields": fields(assessment),
      "rollup": rollup(assessment.rollup, currency: dealCurrency(assessment)),
      "flags": .array(flags.map { .string($0) }),
    ]
  }

  /// The currency of the deal's value, in which "nothing" is stated.
  func dealCurrency(_ assessment: Assessment) -> Currency? {
    if case .money(let money)? = assessment.fields[.value]?.answer.value { return money.currency }
    return assessment.rollup.committedCost.amounts.first?.currency
      ?? assessment.rollup.invoiced.amounts.first?.currency
  }

  private func fields(_ assessment: Assessment) -> JSONValue {
    // Figures stand under `rollup`, records under their own keys.
    let known = FieldName.catalog.filter { $0.domain == .commercial || $0.name == .nextMilestone }
    return .object(
      known.compactMap { field in
        assessment.fields[field.name].map { .init(field.name.text, reading($0)) }
      })
  }

  private func sources(_ assessment: Assessment) -> JSONValue {
    .object(
      assessment.sources.sorted { $0.key < $1.key }.map { name, source in
        let age = source.oldest.map { JSONValue.integer($0.duration(to: now).milliseconds / 1_000) }
        let limits = company.system(name)?.limits
        let freshness = limits?.freshness(of: source.oldest, at: now) ?? .unavailable
        let status = source.failure.map { $0.error.kind.word } ?? freshness.rawValue
        return .init(
          name.text,
          [
            "status": .string(status), "age_seconds": age ?? nil,
            "error": source.failure.map { error($0.error) } ?? nil,
          ])
      })
  }

  private func records(_ kind: RecordKind, of assessment: Assessment) -> JSONValue {
    // An owner that never answered has not said "none": that is null, not an empty list.
    guard let records = assessment.records[kind] else { return nil }
    return .array(
      records.map { record in
        let source = assessment.sources[record.reference.system]
        return self.record(record, fetchedAt: source?.fetchedAt[kind] ?? nil)
      })
  }

  private func record(_ record: Record, fetchedAt: Timestamp?) -> JSONValue {
    var head: [JSONValue.Member] = [
      .init("record", .string(record.reference.id)), .init("number", .string(record.number)),
      .init("system", .string(record.reference.system.text)),
      .init("url", record.url.map { .string($0) } ?? nil),
      .init("modified_at", instant(record.modifiedAt)),
      .init("modified_by", record.modifiedBy.map { .string($0) } ?? nil),
      .init("fetched_at", instant(fetchedAt)),
      .init("freshness", freshness(fetchedAt, of: record.reference.system)),
    ]
    add(corrected: record.changedAt, of: record.modifiedAt, to: &head)
    let unreadable = record.unreadableValues.map { JSONValue.Member($0.name, error($0.error)) }
    // A value that cannot be understood is null as one that is not there: this tells them apart.
    let tail = unreadable.isEmpty ? [] : [JSONValue.Member("errors", .object(unreadable))]
    return .object(head + content(record.content) + tail)
  }

  private func content(_ content: Record.Content) -> [JSONValue.Member] {
    func date(_ answer: Answer<CalendarDate>) -> JSONValue {
      self.answer(answer) { .string($0.description) }
    }
    func text(_ answer: Answer<String>) -> JSONValue { self.answer(answer) { .string($0) } }
    switch content {
    case .invoice(let invoice):
      return [
        .init("type", "invoice"), .init("status", .string(invoice.status.rawValue)),
        .init("issued", date(invoice.issued)), .init("due", date(invoice.due)),
        .init("net", answer(invoice.net, money)), .init("gross", answer(invoice.gross, money)),
        .init("paid", answer(invoice.paid, money)),
        .init("outstanding", answer(invoice.outstanding, money)),
      ]
    case .creditNote(let note):
      return [
        .init("type", "credit_note"), .init("status", .string(note.status.rawValue)),
        .init("issued", date(note.issued)), .init("net", answer(note.net, money)),
        .init("gross", answer(note.gross, money)),
        .init("unapplied", answer(note.unapplied, money)),
      ]
    case .cost(let cost):
      return [
        .init("type", .string(cost.kind.rawValue)), .init("status", .string(cost.status.rawValue)),
        .init("party", text(cost.party)), .init("date", date(cost.date)),
        .init("net", answer(cost.net, money)), .init("open", answer(cost.open, money)),
      ]
    case .milestone(let milestone):
      return [
        .init("name", .string(milestone.name)), .init("status", .string(milestone.status)),
        .init("done", .bool(milestone.isDone)), .init("due", date(milestone.due)),
        .init("start", date(milestone.start)), .init("person", text(milestone.person)),
      ]
    case .hours(let hours):
      return [
        .init("person", text(hours.person)), .init("date", date(hours.date)),
        .init("seconds", answer(hours.seconds) { .integer($0) }),
        .init("subject", .string(hours.subject)),
      ]
    case .ticket(let ticket):
      return [
        .init("subject", .string(ticket.subject)), .init("status", .string(ticket.status)),
        .init("open", .bool(ticket.isOpen)), .init("priority", text(ticket.priority)),
        .init("person", text(ticket.person)),
      ]
    case .deal: return []
    }
  }
}
