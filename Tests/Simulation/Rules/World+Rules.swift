import DealModel
import TruthEngine

/// The rules that hold at every moment of every schedule.
extension World {
  /// A dossier as it is told: no record under another deal, nothing fresher than it is; and on
  /// screen, figures and values.
  ///
  /// - Parameter before: What was told before; what has not changed since holds as it did.
  func check(_ dossier: Dossier, after before: Dossier?) {
    var isChanged = false
    for (key, section) in dossier.sections.sorted(by: { $0.key < $1.key }) {
      if let known = before?.sections[key], known.fetchedAt == section.fetchedAt,
        known.failure == section.failure
      {
        continue
      }
      isChanged = true
      check(section, key, of: dossier.id)
    }
    if isChanged, onScreen.contains(dossier.id) {
      check(assessor.assess(dossier, on: SmallCompany.today), dossier)
    }
  }

  private func check(_ section: Section, _ key: SectionKey, of id: DealID) {
    for record in section.records ?? [] where record.dealID != id {
      broken("record under another deal", "\(record.reference) of \(record.dealID) in \(id)")
    }
    if let fetchedAt = section.fetchedAt, fetchedAt > now {
      broken("fresher than it is", "\(id) \(key) is read in the future")
    }
    if (section.records == nil) != (section.fetchedAt == nil) {
      broken("fresher than it is", "\(id) \(key) has records or a time, not both")
    }
    if let fault = ledger.fault(section, key, of: id) { broken("fresher than it is", fault) }
  }

  /// The list of deals as it is told.
  func check(listed records: [Record], fetchedAt: Timestamp) {
    for (id, own) in Dictionary(grouping: records, by: \.dealID).sorted(by: { $0.key < $1.key }) {
      if let fault = ledger.fault(in: own, of: id, fetchedAt: fetchedAt) {
        broken("fresher than it is (list)", fault)
      }
    }
  }

  /// An opened record.
  func check(_ result: Result<RecordDetail, SystemError>, of reference: RecordReference) {
    trace.note { "  opened \(reference.id): \((try? result.get()) == nil ? "failed" : "read")" }
    guard case .success(let detail) = result else { return }
    if detail.record.reference != reference {
      broken("record under another deal", "\(detail.record.reference) instead of \(reference)")
    }
    let record = detail.record
    if let fault = ledger.fault(in: [record], of: record.dealID, fetchedAt: detail.fetchedAt) {
      broken("fresher than it is (opened)", fault)
    }
  }

  /// A deal as it is judged: the owner's value, and no total that hides a missing part.
  private func check(_ assessment: Assessment, _ dossier: Dossier) {
    let deals = dossier["crm", .deals]
    guard case .deal(let fields)? = deals.records?.first?.content else {
      if assessment.rollup.invoiced.isComplete {
        broken("complete with a missing part", "\(dossier.id) invoiced without a known owner")
      }
      return
    }
    if assessment.fields[.value]?.answer != fields[.value] {
      broken(
        "owner's value", "\(dossier.id) shows \(String(describing: assessment.fields[.value]))")
    }
    if let shown = assessment.fields[.value]?.provenance?.fetchedAt, shown != deals.fetchedAt {
      broken("fresher than it is", "\(dossier.id) value as of \(shown)")
    }
    let owner: SystemName = fields[.entity]?.value == .text("US") ? "erp_us" : "erp_eu"
    let invoices = dossier[owner, .invoices]
    let costs = dossier[owner, .costs]
    check(assessment.rollup.invoiced, "invoiced", made: invoices, of: dossier.id)
    check(assessment.rollup.actualCost, "actual cost", made: costs, of: dossier.id)
    if assessment.rollup.margin.isComplete, invoices.records == nil || costs.records == nil {
      broken("complete with a missing part", "\(dossier.id) margin")
    }
    if assessment.rollup.marginPercent != nil, !assessment.rollup.margin.isComplete {
      broken("complete with a missing part", "\(dossier.id) margin in percent")
    }
  }

  private func check(_ figure: Figure, _ name: String, made section: Section, of id: DealID) {
    guard let records = section.records else {
      if figure.isComplete { broken("complete with a missing part", "\(id) \(name)") }
      return
    }
    guard figure.isComplete else { return }
    let expected = records.compactMap { record -> Int? in Int(Ledger.fact(record)) }.reduce(0, +)
    if expected != 0, figure.amounts.map(\.amount) != [ExactDecimal(expected)] {
      broken("owner's value", "\(id) \(name) is \(figure.amounts), its owner says \(expected)")
    }
    if expected == 0, figure.amounts.contains(where: { !$0.amount.isZero }) {
      broken("owner's value", "\(id) \(name) is \(figure.amounts), its owner has none")
    }
    if let oldest = figure.oldestInput, let fetchedAt = section.fetchedAt, oldest > fetchedAt {
      broken("fresher than it is", "\(id) \(name) as of \(oldest), its records as of \(fetchedAt)")
    }
  }
}
