import DealModel
import TruthEngine

/// What was true when: the history of every record of the company, by the one clock there is.
struct Ledger: Sendable {
  /// A record from some instant on.
  private struct Version: Hashable, Sendable {
    var from: Timestamp
    /// The deal whose ID it bears.
    var deal: DealID
    var fact: String
  }

  private var versions: [RecordReference: [Version]] = [:]

  init(_ company: SmallCompany) {
    let start = Timestamp(milliseconds: 0)
    for deal in company.deals { note(deal, at: start) }
    for document in company.documents { note(document, at: start) }
    for epic in company.epics { note(epic, at: start) }
    for worklog in company.worklogs { note(worklog, at: start) }
  }

  // MARK: - What is true from now on

  mutating func note(_ deal: SmallCompany.Deal, at now: Timestamp) {
    note(
      RecordReference(system: "crm", kind: .deals, id: deal.record), of: deal.id,
      "\(deal.name), \(deal.amount), \(deal.entity), \(deal.copy)", at: now)
  }

  mutating func note(_ document: SmallCompany.Document, at now: Timestamp) {
    note(
      RecordReference(
        system: document.system, kind: document.isInvoice ? .invoices : .costs, id: document.id),
      of: document.deal, String(document.net), at: now)
  }

  mutating func note(_ epic: SmallCompany.Epic, at now: Timestamp) {
    note(
      RecordReference(system: "pm", kind: .milestones, id: epic.id), of: epic.deal, epic.name,
      at: now)
    note(
      RecordReference(system: "pm", kind: .deals, id: epic.id), of: epic.deal, String(epic.copy),
      at: now)
  }

  mutating func note(_ worklog: SmallCompany.Worklog, at now: Timestamp) {
    note(
      RecordReference(system: "pm", kind: .hours, id: worklog.id), of: worklog.deal,
      String(worklog.seconds), at: now)
  }

  private mutating func note(
    _ reference: RecordReference, of deal: DealID, _ fact: String, at now: Timestamp
  ) {
    let version = Version(from: now, deal: deal, fact: fact)
    if let last = versions[reference]?.last, last.deal == deal, last.fact == fact { return }
    versions[reference, default: []].append(version)
  }

  // MARK: - What is shown

  /// What a record says of what the ledger knows.
  static func fact(_ record: Record) -> String {
    func words(_ answer: Answer<FieldValue>?) -> String {
      switch answer {
      case .value(.money(let money)): money.amount.description
      case .value(let value): value.description
      case .unavailable: "unreadable"
      case .none?, .notAsked?, nil: "nothing"
      }
    }
    func words(_ answer: Answer<Money>) -> String {
      answer.value?.amount.description ?? "unreadable"
    }
    switch record.content {
    case .deal(let fields):
      if record.reference.system == "pm" { return words(record.echoes["customfield_10050"]) }
      let shown = [fields[.name], fields[.value], fields[.entity], record.echoes["invoiced_total"]]
      return shown.map(words).joined(separator: ", ")
    case .invoice(let invoice): return words(invoice.net)
    case .creditNote(let note): return words(note.net)
    case .cost(let cost): return words(cost.net)
    case .milestone(let milestone): return milestone.name
    case .hours(let entry): return entry.seconds.value.map { String($0) } ?? "unreadable"
    case .ticket(let ticket): return ticket.subject
    }
  }

  /// Whether a record said that of that deal at some instant from then on.
  private func wasTrue(
    _ reference: RecordReference, of deal: DealID, _ fact: String?, since: Timestamp
  ) -> Bool {
    let history = versions[reference] ?? []
    for (place, version) in history.enumerated() {
      let until = place + 1 < history.count ? history[place + 1].from : nil
      if let until, until < since { continue }
      if let fact {
        if version.deal == deal, version.fact == fact { return true }
      } else if version.deal != deal {
        return true
      }
    }
    return history.isEmpty && fact == nil
  }

  /// Why a section is shown fresher than it is; `nil` when every record in it was true, and every
  /// record missing from it was missing, at some instant since it is said to have been read.
  func fault(_ section: Section, _ key: SectionKey, of deal: DealID) -> String? {
    guard let records = section.records, let fetchedAt = section.fetchedAt else { return nil }
    if let fault = fault(in: records, of: deal, fetchedAt: fetchedAt) { return fault }
    let shown = Set(records.map(\.reference))
    for reference in versions.keys
    where reference.system == key.system && reference.kind == key.kind
      && !shown.contains(reference) && !wasTrue(reference, of: deal, nil, since: fetchedAt)
    {
      return "\(deal) lacks \(Self.words(reference)), read at \(fetchedAt)"
    }
    return nil
  }

  /// Why records are shown fresher than they are, each by itself.
  func fault(in records: [Record], of deal: DealID, fetchedAt: Timestamp) -> String? {
    for record in records {
      let fact = Self.fact(record)
      if !wasTrue(record.reference, of: deal, fact, since: fetchedAt) {
        return "\(deal) shows \(Self.words(record.reference)) as \"\(fact)\", read at "
          + "\(fetchedAt); it has not been that since then"
      }
    }
    return nil
  }

  /// What is true of a section now: record → fact.
  func truth(_ key: SectionKey, of deal: DealID) -> [RecordReference: String] {
    var truth: [RecordReference: String] = [:]
    for (reference, history) in versions
    where reference.system == key.system && reference.kind == key.kind {
      if let last = history.last, last.deal == deal { truth[reference] = last.fact }
    }
    return truth
  }

  /// Whether a section shows what is true now.
  func isCurrent(_ section: Section?, _ key: SectionKey, of deal: DealID) -> Bool {
    guard let records = section?.records else { return false }
    let shown = Dictionary(records.map { ($0.reference, Self.fact($0)) }) { first, _ in first }
    return shown == truth(key, of: deal)
  }

  private static func words(_ reference: RecordReference) -> String {
    "\(reference.system) \(reference.kind.rawValue) \(reference.id)"
  }
}
